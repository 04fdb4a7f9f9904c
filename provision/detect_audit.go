package provision

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/text"
)

// ByAuditLog looks for an import in the activity log of the workspace that was not
// there before; its entry has the id of the import, which is then polled. The log
// is an add-on of the service. An import of another package, by somebody else at
// the same time, is taken for this one.
//
// Unverified: the names of the events. Entries about packages count unless their
// event is an export.
//
// https://docs.workato.com/oem/oem-api/activity-reference.html
func ByAuditLog() Detector { return auditLog{} }

type auditLog struct{}

// auditBaseline is what was in the log before.
type auditBaseline struct {
	From time.Time `json:"from"`
	IDs  []int64   `json:"ids,omitempty"`
}

// auditMargin is how far back the log is read: more than any clock is wrong.
const auditMargin = 24 * time.Hour

func (a auditLog) Baseline(ctx context.Context, c *workato.Client, _ *Release, t Target) (Baseline, Presence, error) {
	before := auditBaseline{From: time.Now().Add(-auditMargin).UTC().Truncate(time.Millisecond)}
	for entry, err := range a.entries(ctx, c, t, before.From) {
		if err != nil {
			return nil, Absent, err
		}
		before.IDs = append(before.IDs, entry.ID)
	}
	state, err := json.Marshal(before)
	if len(state) > MaxBaseline {
		return nil, Absent, fmt.Errorf("provision: the activity log has %s about packages within a day, too many to tell a new one", text.Count(len(before.IDs), "entry"))
	}
	return state, Absent, err
}

func (a auditLog) Look(ctx context.Context, c *workato.Client, _ *Release, t Target, before Baseline) (Sighting, error) {
	if len(before) == 0 { // a person says that it was imported, and nothing was read before
		return Sighting{Presence: Opaque}, nil
	}
	var old auditBaseline
	if err := json.Unmarshal(before, &old); err != nil {
		return Sighting{}, fmt.Errorf("provision: the baseline is not one of ByAuditLog: %w", err)
	}
	for entry, err := range a.entries(ctx, c, t, old.From) {
		switch {
		case err != nil:
			return Sighting{}, err
		case slices.Contains(old.IDs, entry.ID), strings.Contains(strings.ToLower(entry.EventType), "export"):
			continue
		}
		seen := Sighting{Presence: Present}
		if entry.Resource != nil {
			seen.ImportID, _ = strconv.ParseInt(entry.Resource.ID, 10, 64)
		}
		return seen, nil
	}
	return Sighting{Presence: Absent}, nil
}

func (auditLog) entries(ctx context.Context, c *workato.Client, t Target, from time.Time) iter.Seq2[workato.ActivityLog, error] {
	return c.ActivityLogs.All(ctx, t.Customer, &workato.ActivityLogListParams{
		From: from, IncludeResourceTypes: []workato.ActivityResourceType{workato.ActivityPackage},
	})
}

func (auditLog) Operations() []string { return []string{"activity_logs.list"} }

func (auditLog) String() string { return "audit log" }
