package provision

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/text"
)

// Did says what an ensure helper has done, or with DryRun what it would do.
type Did string

// What an ensure helper can have done.
const (
	Created   Did = "created"
	Found     Did = "found"     // there after all: made by a call whose response was lost, or by somebody else meanwhile
	Changed   Did = "changed"   // was there and differed
	Unchanged Did = "unchanged" // was there as wanted: nothing was sent
	Invited   Did = "invited"   // an invitation was mailed earlier and is not accepted yet: nothing was sent
)

// Result is what an ensure helper has found or made.
type Result[T any] struct {
	// Value is nil where there is none: with DryRun for what is not there yet, for
	// an invitation, and for an import whose id is not known.
	Value *T
	Did   Did
	// Diff are the fields that differed, or that a new object was made with.
	Diff []FieldDiff
}

// FieldDiff is a field that differs. Values of secret fields are never in it.
type FieldDiff struct {
	Field string `json:"field"`
	// Have is empty for what is not there.
	Have string `json:"have,omitempty"`
	Want string `json:"want,omitempty"`
	// Secret says that Have and Want do not show the values.
	Secret bool `json:"secret,omitempty"`
}

// EnsureOption changes an ensure helper.
type EnsureOption func(*ensureOptions)

type ensureOptions struct {
	dry, findOnly bool
	settle        Settle
	firstPoll     time.Duration
	onWait        func(Wait)
}

// DryRun sends no write. The result says what would be done.
func DryRun() EnsureOption { return func(o *ensureOptions) { o.dry = true } }

// FindOnly sends no write either, but what is missing or differs is a
// *DifferentError.
func FindOnly() EnsureOption { return func(o *ensureOptions) { o.findOnly = true } }

// SettleWithin bounds how long an ensure helper looks for the effect of a call
// whose response was lost, before it sends the call again.
func SettleWithin(s Settle) EnsureOption { return func(o *ensureOptions) { o.settle = s } }

// FirstPoll is when an import and a started recipe are looked at first, 2 seconds
// if 0: both take some, and each poll counts against a quota. The next polls follow
// as in workato.WaitParams.
func FirstPoll(d time.Duration) EnsureOption { return func(o *ensureOptions) { o.firstPoll = d } }

// AmbiguousError says that two or more objects answer to a name, so that none of
// them is taken.
type AmbiguousError struct {
	// What is "folder", "connection", "member" or "recipe".
	What string
	Name string
	IDs  []int64
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("provision: there are %s %q, with the ids %v", text.Count(len(e.IDs), e.What), e.Name, e.IDs)
}

// DifferentError says what FindOnly did not find as wanted.
type DifferentError struct {
	// What is "customer acme", "folder Billing/EU".
	What string
	// Missing says that it is not there at all.
	Missing bool
	Diff    []FieldDiff
}

func (e *DifferentError) Error() string {
	if e.Missing {
		return "provision: " + e.What + " is missing"
	}
	fields := make([]string, len(e.Diff))
	for i, d := range e.Diff {
		fields[i] = d.Field
	}
	return "provision: " + e.What + " differs in " + strings.Join(fields, ", ")
}

// ensurer does the work of the ensure helpers in one workspace.
type ensurer struct {
	ensureOptions
	client   *workato.Client
	customer workato.CustomerID
	voice    *voice // nil tells nothing
	// journal keeps the intents of creates; nil keeps them in memory.
	journal *journal
	// fresh says that this run has made the workspace: nothing is in it yet.
	fresh bool

	// What was read so far; nil is not read.
	members     []workato.Member
	folders     map[int64][]workato.Folder // by the folder above, 0 for the top
	connections []workato.Connection
	recipes     []workato.Recipe
	// placed are the folders that were read before a package was imported, which
	// may have made others.
	placed map[int64][]workato.Folder
}

func newEnsurer(c *workato.Client, id workato.CustomerID, opts []EnsureOption) (*ensurer, error) {
	e := &ensurer{client: c, customer: id}
	for _, opt := range opts {
		opt(&e.ensureOptions)
	}
	if c == nil {
		return nil, badField("client", "is nil")
	}
	var err error
	if e.firstPoll < 0 {
		err = badField("FirstPoll", "is negative")
	}
	err = errors.Join(err, e.settle.Check())
	e.settle, e.firstPoll = e.settle.withDefaults(), cmp.Or(e.firstPoll, 2*time.Second)
	if err == nil {
		more := []workato.Option{workato.WithTransportMiddleware(guarded)}
		if e.onWait != nil {
			e.voice = &voice{tell: e.onWait}
			more = append(more, workato.WithHook(calls{e.voice}))
		}
		e.client, err = c.With(more...)
	}
	return e, err
}

// resting reports whether nothing may be written.
func (e *ensurer) resting() bool { return e.dry || e.findOnly }

// different is the error of FindOnly for what is missing or differs.
func (e *ensurer) different(what string, missing bool, diff []FieldDiff) error {
	if !e.findOnly {
		return nil
	}
	return &DifferentError{What: what, Missing: missing, Diff: diff}
}

// maxSends is how often a create is sent within one run, each time after the
// absence of the one before was seen.
const maxSends = 3

// once makes an object of which the service would make two. The caller has
// looked and has not found it. The intent is durable before the create is sent;
// after a lost response, also one of an earlier run, the create is sent again
// only when its absence was seen for the whole time of Settle.
func once[T any](ctx context.Context, e *ensurer, address string, look, send func(context.Context) (*T, error)) (*T, Did, error) {
	r := e.journal.row(address)
	switch r.State { //nolint:exhaustive // of the others nothing is under way
	case StateUnknown:
		return nil, "", ErrUnsettled
	case StateSending:
		if found, err := settled(ctx, e, r, &e.settle, look); err != nil || found != nil {
			return found, Found, err
		}
	}
	for sends := 1; ; sends++ {
		if err := e.journal.intend(ctx, r, ""); err != nil {
			return nil, "", err
		}
		made, err := whileHeld(ctx, e.journal, send)
		switch {
		case err == nil:
			r.State = StateSucceeded
			return made, Created, e.journal.put(ctx, r)
		case !errors.Is(err, workato.ErrOutcomeUnknown):
			r.State = StatePending // nothing has happened
			return nil, "", errors.Join(err, e.journal.put(ctx, r))
		case ctx.Err() != nil:
			return nil, "", err
		}
		found, unsettled := settled(ctx, e, r, &e.settle, look)
		switch {
		case unsettled != nil:
			return nil, "", errors.Join(unsettled, err)
		case found != nil:
			return found, Found, nil
		case sends == maxSends:
			return nil, "", err
		}
	}
}

// settled looks for the effect of a create whose response was lost, and returns
// nil if its absence was seen for long enough. The record says how long it was
// looked for in vain.
func settled[T any](ctx context.Context, e *ensurer, r *Record, within *Settle, look func(context.Context) (*T, error)) (*T, error) {
	w := e.voice.begin(Wait{Kind: WaitSettle, Message: "looking for the effect of a create whose response was lost", Since: r.SentAt, Until: time.Now().Add(within.left(r))}, false)
	defer w.end()
	for first := true; ; first = false {
		w.say(func(w *Wait) { w.Until = time.Now().Add(within.left(r)) })
		if !first {
			if err := addAbsence(ctx, r, within.Pause(), func() error { return e.journal.put(ctx, r) }); err != nil {
				return nil, err
			}
		}
		e.forget()
		found, err := look(ctx)
		switch {
		case err != nil:
			return nil, err
		case found != nil:
			r.State = StateSucceeded
			return found, e.journal.put(ctx, r)
		}
		r.Looks++
		over := within.over(r)
		switch {
		case over && within.Then == AskPerson:
			r.State = StateUnknown
		case over:
			r.State = StatePending
		}
		if err := e.journal.put(ctx, r); err != nil {
			return nil, err
		}
		switch {
		case over && within.Then == AskPerson:
			return nil, ErrUnsettled
		case over:
			return nil, nil //nolint:nilnil // proved: there is none
		}
	}
}

// forget makes the next look read the workspace again.
func (e *ensurer) forget() {
	e.fresh, e.members, e.folders, e.placed, e.connections, e.recipes = false, nil, nil, nil, nil, nil
}

// imported notes that an import may have changed what is in the workspace.
func (e *ensurer) imported() {
	members, placed := e.members, e.folders
	if e.fresh && members == nil {
		members = []workato.Member{}
	}
	e.forget()
	e.members, e.placed = members, placed
}

// smallestPage is less than any number of rows to which a service would cut a page
// silently: a shorter one is the last, and the next need not be read.
const smallestPage = 10

// differences collects the fields that differ.
type differences []FieldDiff

// add notes a field with its values.
func (d *differences) add(field, have, want string) {
	*d = append(*d, FieldDiff{Field: field, Have: have, Want: want})
}

// secret notes a field without its values.
func (d *differences) secret(field string, there bool) {
	diff := FieldDiff{Field: field, Want: hidden, Secret: true}
	if there {
		diff.Have = hidden
	}
	*d = append(*d, diff)
}

// hidden stands for a value that is not shown.
const hidden = "[hidden]"

// text compares a text that is wanted, unless it is empty, and sets the field of
// the update that makes it so.
func (d *differences) text(field, have, want string, set *workato.Opt[string]) {
	if want != "" && want != have {
		d.add(field, have, want)
		*set = workato.Set(want)
	}
}

// textOf returns the text behind a pointer, "" for nil.
func textOf(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// sameSet compares without order.
func sameSet(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}

// ids returns the ids of what was found.
func ids[T any](items []T, id func(T) int64) []int64 {
	out := make([]int64, len(items))
	for i, item := range items {
		out[i] = id(item)
	}
	return out
}
