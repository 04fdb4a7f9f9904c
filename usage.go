package workato

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// UsageService serves the usage of the partner's customers. No source shows the
// whole responses, so they are returned as received.
//
// https://docs.workato.com/oem/oem-api/managed-users.html
type UsageService struct{ core *core }

var (
	usageMonthly = operation{Operation: Operation{
		Name: "usage.monthly", Method: "GET", Path: "/api/managed_users/usage",
		Effect: Read, Quota: Quota{Family: "usage", PerMinute: 1000}, Doc: managedUsersDoc,
	}}
	// Two reads that are sent by POST.
	usageStatistics = operation{Operation: Operation{
		Name: "usage.statistics", Method: "POST", Path: "/api/v2/managed_users/statistics/usage",
		Effect: Read, Response: ResponseRaw, Quota: Quota{Family: "usage", PerMinute: 1000}, Doc: managedUsersDoc,
	}}
	usageConnectionStatistics = operation{Operation: Operation{
		Name: "usage.connection_statistics", Method: "POST", Path: "/api/v2/managed_users/statistics/connection_usage",
		Effect: Read, Response: ResponseRaw, Quota: Quota{Family: "usage", PerMinute: 1000}, Doc: managedUsersDoc,
	}}
)

// MonthlyUsage is the task usage of all customers.
type MonthlyUsage struct {
	// Raw is the object under "result". Unverified: its keys.
	Raw json.RawMessage
}

// MarshalJSON returns the object as received.
func (u MonthlyUsage) MarshalJSON() ([]byte, error) { return kept(u.Raw, nil) }

// Monthly returns the number of tasks of every customer in the last twelve
// calendar months, in the time zone of the partner's workspace.
//
// https://docs.workato.com/oem/oem-api/managed-users.html
func (s *UsageService) Monthly(ctx context.Context, opts ...CallOption) (*MonthlyUsage, error) {
	return invoke(ctx, s.core, usageMonthly.at(), opts, func(d *wire.Decoder, body []byte) (*MonthlyUsage, error) {
		result, err := d.Member(body, "result")
		if err != nil {
			return nil, err
		}
		if kind := wire.KindOf(result); kind != wire.KindObject {
			return nil, &wire.KindError{Want: "an object under result", Got: kind.String()}
		}
		return &MonthlyUsage{Raw: bytes.Clone(result)}, nil
	})
}

// UsagePeriod is a period in the time zone of the partner's workspace, in which
// the service counts. All three fields are required. The reference does not say
// whether the instant To itself is counted.
type UsagePeriod struct {
	From, To time.Time
	// Location is the time zone of the partner's workspace. The times are sent
	// with its offset, so that they name the right instant whether the service
	// reads the offset or takes the time of day as its own.
	Location *time.Location
}

// UsageMonth is a calendar month, up to the first instant of the next one.
func UsageMonth(year int, month time.Month, location *time.Location) UsagePeriod {
	return usageFrom(year, month, 1, 1, 0, location)
}

// UsageDay is a calendar day, up to the first instant of the next one. It has
// 23 or 25 hours when the clocks change.
func UsageDay(year int, month time.Month, day int, location *time.Location) UsagePeriod {
	return usageFrom(year, month, day, 0, 1, location)
}

func usageFrom(year int, month time.Month, day, months, days int, location *time.Location) UsagePeriod {
	if location == nil { // refused by the call
		return UsagePeriod{}
	}
	return UsagePeriod{
		From:     startOfDay(year, month, day, location),
		To:       startOfDay(year, month+time.Month(months), day+days, location),
		Location: location,
	}
}

// startOfDay returns the first instant of a day. Where the clocks change at
// midnight that is not what time.Date makes of 0:00: it takes a time that does not
// exist, or exists twice, in either of two ways.
func startOfDay(year int, month time.Month, day int, location *time.Location) time.Time {
	wanted := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	onDay := func(t time.Time) bool { return t.Year() == wanted.Year() && t.YearDay() == wanted.YearDay() }
	start := time.Date(year, month, day, 0, 0, 0, 0, location)
	changed, next := start.ZoneBounds()
	switch before := changed.Add(-time.Nanosecond); {
	case !onDay(start) && wallClock(start).Before(wanted): // 0:00 does not exist, and is read as an hour before
		return next
	case changed.IsZero() || !onDay(changed):
		return start
	case onDay(before): // the clocks went back since the day began
		_, offset := before.Zone()
		return wanted.Add(-time.Duration(offset) * time.Second).In(location)
	}
	return changed // the clocks went forward over 0:00
}

// wallClock is the local time of day, as a time in UTC.
func wallClock(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// usageLayout has milliseconds, as the reference asks for.
const usageLayout = "2006-01-02T15:04:05.000Z07:00"

func (p UsagePeriod) check() error {
	switch {
	case p.Location == nil:
		return invalid("Period.Location", "is required: the service counts in the time zone of the partner's workspace")
	case p.From.IsZero():
		return invalid("Period.From", "is required")
	case p.To.IsZero():
		return invalid("Period.To", "is required")
	case !p.From.Before(p.To):
		return invalid("Period.To", "must be after From")
	}
	return nil
}

// UsageInterval is the length of the parts that a period is split into. Other
// values may be possible.
type UsageInterval string

// The intervals. UsageIntervalNone is the default.
const (
	UsageIntervalNone  UsageInterval = "none"
	UsageIntervalYear  UsageInterval = "year"
	UsageIntervalMonth UsageInterval = "month"
	UsageIntervalWeek  UsageInterval = "week"
	UsageIntervalDay   UsageInterval = "day"
	UsageIntervalHour  UsageInterval = "hour"
)

// UsageStatisticsParams selects what to count. Period and one of WorkspaceIDs
// and ExternalIDs are required. The reference mentions more filters, which no
// source shows: Client.Do can send them.
type UsageStatisticsParams struct {
	Period UsagePeriod
	// Interval is the length of the periods that are counted one by one; empty for one
	// count of the whole Period.
	Interval UsageInterval
	// WorkspaceIDs are the account ids of customers, ExternalIDs their external
	// ids without any prefix. Ask for all customers in one call.
	WorkspaceIDs []int64
	ExternalIDs  []string
	// RecipeNamePattern is a part of the names of recipes, case-sensitive. Deleted
	// recipes are counted only without it.
	RecipeNamePattern string
}

// UsageStatistics is the usage of recipes: tasks, recipes, jobs that succeeded
// and failed.
type UsageStatistics struct {
	// Raw is the response as received. Unverified: its keys.
	Raw json.RawMessage
}

// MarshalJSON returns the response as received.
func (u UsageStatistics) MarshalJSON() ([]byte, error) { return kept(u.Raw, nil) }

// Statistics returns what customers used in a period. It changes nothing and is
// retried like any read, although it is sent by POST.
//
// https://docs.workato.com/oem/oem-api/managed-users.html
func (s *UsageService) Statistics(ctx context.Context, params *UsageStatisticsParams, opts ...CallOption) (*UsageStatistics, error) {
	raw, err := s.statistics(ctx, &usageStatistics, params, opts)
	if err != nil {
		return nil, err
	}
	return &UsageStatistics{Raw: raw}, nil
}

// UsageConnectionStatistics is the usage of connections.
type UsageConnectionStatistics struct {
	// Raw is the response as received. Unverified: its keys.
	Raw json.RawMessage
}

// MarshalJSON returns the response as received.
func (u UsageConnectionStatistics) MarshalJSON() ([]byte, error) { return kept(u.Raw, nil) }

// ConnectionStatistics returns the usage of customers' connections in a period.
// It changes nothing and is retried like any read. Unverified: its parameters:
// those of Statistics, its twin, are sent.
//
// https://docs.workato.com/oem/oem-api/managed-users.html
func (s *UsageService) ConnectionStatistics(ctx context.Context, params *UsageStatisticsParams, opts ...CallOption) (*UsageConnectionStatistics, error) {
	raw, err := s.statistics(ctx, &usageConnectionStatistics, params, opts)
	if err != nil {
		return nil, err
	}
	return &UsageConnectionStatistics{Raw: raw}, nil
}

func (s *UsageService) statistics(ctx context.Context, op *operation, params *UsageStatisticsParams, opts []CallOption) (json.RawMessage, error) {
	params, missing := needed(params)
	r := op.at().check(missing, params.Period.check())
	if (len(params.WorkspaceIDs) == 0) == (len(params.ExternalIDs) == 0) {
		r = r.check(invalid("WorkspaceIDs", "set either WorkspaceIDs or ExternalIDs"))
	}
	if r.err != nil {
		return nil, refusedCall(r)
	}
	// The reference types ids and names as strings, which the service also
	// requires elsewhere.
	body := struct {
		From              string        `json:"from"`
		To                string        `json:"to"`
		Interval          UsageInterval `json:"interval,omitempty"`
		WorkspaceIDs      []string      `json:"workspace_ids,omitempty"`
		ExternalIDs       []string      `json:"external_ids,omitempty"`
		RecipeNamePattern string        `json:"recipe_name_pattern,omitempty"`
	}{
		From:     params.Period.From.In(params.Period.Location).Format(usageLayout),
		To:       params.Period.To.In(params.Period.Location).Format(usageLayout),
		Interval: params.Interval, ExternalIDs: params.ExternalIDs, RecipeNamePattern: params.RecipeNamePattern,
	}
	for _, id := range params.WorkspaceIDs {
		r = r.check(requiredID("WorkspaceIDs", id))
		body.WorkspaceIDs = append(body.WorkspaceIDs, strconv.FormatInt(id, 10))
	}
	for _, id := range params.ExternalIDs {
		r = r.check(required("ExternalIDs", id))
	}
	return s.core.fetchRaw(ctx, r.withBody(&body), opts)
}
