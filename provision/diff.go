package provision

import (
	"context"
	"errors"
	"strings"

	"github.com/go-workato/workato"
)

// Action is what a change does.
type Action string

// The actions.
const (
	ActionCreate Action = "create"
	ActionUpdate Action = "update"
	ActionImport Action = "import"
	ActionStart  Action = "start"
	ActionWait   Action = "wait" // for a person
	ActionNone   Action = "none"
)

// Change is a step of a plan: what it does and why, and after Apply what became of
// it.
type Change struct {
	// Address names the step: "customer", "folders/Billing/EU", "connections/Jira".
	Address string      `json:"address"`
	Action  Action      `json:"action"`
	Reason  string      `json:"reason,omitempty"`
	Fields  []FieldDiff `json:"fields,omitempty"`
	Did     Did         `json:"did,omitempty"`
	// Err is why the step has failed, or what it waits for.
	Err error `json:"-"`
}

// stepError says which step has failed.
type stepError struct {
	address string
	err     error
}

func (e *stepError) Error() string {
	return "provision: " + e.address + ": " + strings.TrimPrefix(e.err.Error(), "provision: ")
}

func (e *stepError) Unwrap() error { return e.err }

// Changes are the steps of a plan in the order of their dependencies.
type Changes struct {
	Customer workato.CustomerID `json:"customer"`
	Steps    []Change           `json:"steps"`
	// Estimate is what Apply would cost. Only Diff sets it.
	Estimate *Estimate `json:"estimate,omitempty"`
}

// Empty reports whether nothing has to be done, or was done. Steps that wait for a
// person do not count: see Waiting.
func (c *Changes) Empty() bool {
	for _, step := range c.Steps {
		switch {
		case step.Action == ActionNone, step.Action == ActionWait && (step.Did == Unchanged || step.Did == Invited):
		default:
			return false
		}
	}
	return true
}

// Waiting returns the steps that wait for a person.
func (c *Changes) Waiting() []Change {
	var out []Change
	for _, step := range c.Steps {
		if step.Action == ActionWait {
			out = append(out, step)
		}
	}
	return out
}

// String has a line for each step that does something or waits.
func (c *Changes) String() string {
	var b strings.Builder
	for _, step := range c.Steps {
		if step.Action == ActionNone {
			continue
		}
		b.WriteString(string(step.Action) + " " + step.Address)
		if step.Reason != "" {
			b.WriteString(": " + step.Reason)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// Diff says what Apply would do. It reads only, and writes nothing: neither to the
// workspace nor to a journal. Values of properties and of connection parameters
// are read, so a missing one is an error here already.
func Diff(ctx context.Context, c *workato.Client, p *Plan, opts ...ApplyOption) (*Changes, error) {
	a, err := newApplier(c, p, opts)
	if err != nil {
		return nil, err
	}
	a.dry = true
	if a.ledger != nil {
		if a.journal, err = readJournal(ctx, a.ledger, a.customer); err != nil {
			return nil, err
		}
	}
	return a.run(ctx)
}

// readJournal reads the rows of a journal without holding it.
func readJournal(ctx context.Context, l Ledger, id workato.CustomerID) (*journal, error) {
	j := &journal{rows: map[string]*Record{}}
	for r, err := range l.Records(ctx, JournalID(id), Query{}) {
		switch {
		case errors.Is(err, ErrNoRollout):
			return j, nil
		case err != nil:
			return nil, err
		}
		j.rows[r.Customer.String()] = &r
	}
	return j, nil
}

// estimate computes what Apply costs after this Diff: what it reads, what it
// writes, and at least one poll for whatever takes time.
func (a *applier) estimate() {
	was := !a.fresh || a.user != nil
	a.reads(was)
	levels := map[string]bool{} // of folders that are missing
	for _, step := range a.changes.Steps {
		kind, _, _ := strings.Cut(step.Address, "/")
		switch step.Action {
		case ActionNone, ActionWait:
		case ActionImport:
			a.work["imports.create"]++
			a.work["imports.get"]++
		case ActionStart:
			a.work["recipes.start"]++
			a.work["recipes.get"]++
		case ActionCreate, ActionUpdate:
			if kind == "folders" {
				missing(levels, step.Fields[0])
				continue
			}
			a.writes(kind, step)
		}
	}
	a.work["folders.create"] += float64(len(levels))
	a.changes.Estimate = EstimateWork(a.work, 1, nil, nil)
}

// reads counts what Apply reads. In a new workspace that is only what a package
// brings.
func (a *applier) reads(there bool) {
	a.work["managed_users.get"]++
	changed := false
	for _, step := range a.changes.Steps {
		changed = changed || step.Action == ActionImport
	}
	if there {
		if len(a.plan.Members) > 0 {
			a.work["members.list"]++
		}
		a.work["properties.list"] += float64(len(prefixes(sortedKeys(a.values))))
		a.work["folders.list"] += float64(len(a.folders))
	}
	if there && len(a.releases) > 0 || len(a.plan.Start) > 0 {
		a.work["recipes.list"]++
	}
	if there && changed && len(a.plan.Start) > 0 {
		a.work["recipes.list"]++ // before and after the import
	}
	if len(a.plan.Connections) > 0 || a.connections != nil {
		a.work["connections.list"]++
	}
}

// writes counts what a step sends.
func (a *applier) writes(kind string, step Change) {
	operation := map[string]string{
		"customer/create": "managed_users.create", "customer/update": "managed_users.update",
		"environments/create": "managed_users.provision_environments", "environments/update": "managed_users.update",
		"members/create": "members.add", "members/update": "members.update",
		"properties/create": "properties.upsert", "properties/update": "properties.upsert",
		"connections/create": "connections.create", "connections/update": "connections.update",
	}[kind+"/"+string(step.Action)]
	if kind == "members" && a.invites(step.Address) {
		operation = "members.invite"
	}
	a.work[operation]++
}

// missing adds the levels of a path that have to be made.
func missing(levels map[string]bool, path FieldDiff) {
	for i := range path.Want {
		if path.Want[i] == '/' && i > len(path.Have) {
			levels[path.Want[:i]] = true
		}
	}
	levels[path.Want] = true
}

func (a *applier) invites(address string) bool {
	for i := range a.plan.Members {
		if m := &a.plan.Members[i]; m.address() == address {
			return m.Invite
		}
	}
	return false
}
