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

// Apply brings a customer's workspace into the state of the plan, in the order in
// which its parts depend on each other: the customer, environments, members,
// properties, folders, packages, connections, recipes. It changes only what
// differs, and may be run again at any time, also after it was killed.
//
// It ends at the first step that fails; the changes so far come with the error. A
// step that waits for a person is no failure: a connection whose user has to go
// through a consent screen, and the recipes that need it, end as ActionWait, and
// the next Apply goes on with them.
//
// When the context ends, nothing else is begun. A create that is being sent then is
// waited for, as long as an attempt may take (a minute at most), so that it is
// known what became of it.
//
// With WithJournal nothing is made twice, whatever happens: see there. Without it
// an import whose response was lost, because the process was killed, can be sent
// a second time by the next run, and every invitation that is not accepted yet is
// mailed again by each run.
func Apply(ctx context.Context, c *workato.Client, p *Plan, opts ...ApplyOption) (*Changes, error) {
	a, err := newApplier(c, p, opts)
	if err != nil {
		return nil, err
	}
	if a.ledger == nil {
		return a.run(ctx)
	}
	journal, held, err := openJournal(ctx, a.voice, a.ledger, a.customer, a.addresses())
	if err != nil {
		return nil, err
	}
	a.journal = journal
	if err := a.decide(ctx); err != nil {
		return nil, errors.Join(err, journal.close())
	}
	changes, err := a.run(held)
	if lost := context.Cause(held); err != nil && errors.Is(lost, ErrFenced) {
		err = errors.Join(lost, err)
	}
	return changes, errors.Join(err, journal.close())
}

// ApplyOption changes Diff and Apply.
type ApplyOption func(*applyOptions)

type applyOptions struct {
	ledger    Ledger
	within    Settle
	pollAfter time.Duration
	onChange  func(Change)
	onWait    func(Wait)
	decisions map[string]Decision
}

// WithJournal keeps in a ledger which creates were sent, before they are sent, and
// the ids of imports. A run that finds such an intent polls the import, or looks
// for the effect of the create until its absence counts as proved (WithSettle),
// before it sends another one. The journal also remembers invitations, and
// packages whose Detector cannot tell whether they are there.
//
// One process at a time works on a customer: another one gets ErrHeld. One ledger
// serves many customers, which may be worked on at the same time.
func WithJournal(l Ledger) ApplyOption { return func(o *applyOptions) { o.ledger = l } }

// WithSettle is how long a create whose response was lost may still take effect.
func WithSettle(s Settle) ApplyOption { return func(o *applyOptions) { o.within = s } }

// WithFirstPoll is FirstPoll for Apply.
func WithFirstPoll(d time.Duration) ApplyOption { return func(o *applyOptions) { o.pollAfter = d } }

// WithDecision says what became of a create of which it is not known
// (ErrUnsettled), after a person has looked: DecideImported if it happened,
// DecideAgain if it is to be sent again. address is that of the Change. It needs
// the journal that has the question.
func WithDecision(address string, d Decision) ApplyOption {
	return func(o *applyOptions) {
		if o.decisions == nil {
			o.decisions = map[string]Decision{}
		}
		o.decisions[address] = d
	}
}

// OnChange calls a function after each step, for programs that show progress.
func OnChange(f func(Change)) ApplyOption { return func(o *applyOptions) { o.onChange = f } }

// applier makes one plan so.
type applier struct {
	*ensurer
	applyOptions
	plan     *Plan
	releases []*Release // in the order of their import
	sums     []string   // of their packages
	values   map[string]workato.PropertyValue
	inputs   []map[string]any // of the connections
	changes  *Changes
	user     *workato.ManagedUser // nil before it is there
	work     Work                 // what Apply costs
	held     string               // the recipe that those after it wait for
}

func newApplier(c *workato.Client, p *Plan, opts []ApplyOption) (*applier, error) {
	if p == nil {
		return nil, badField("plan", "is nil")
	}
	a := &applier{plan: p, work: Work{}, changes: &Changes{Customer: p.CustomerID()}}
	for _, opt := range opts {
		opt(&a.applyOptions)
	}
	var err error
	a.ensurer, err = newEnsurer(c, p.CustomerID(), []EnsureOption{SettleWithin(a.within), FirstPoll(a.pollAfter), OnEnsureWait(a.onWait)})
	errs := []error{err, p.Check()}
	order, _ := packageOrder(p.Packages)
	for _, i := range order {
		release := p.Packages[i].complete()
		if _, opaque := release.Detector().(versions); opaque && a.ledger == nil {
			errs = append(errs, badField(fmt.Sprintf("plan: packages[%d].marker", i),
				"is required without a journal: nothing else tells whether the package is there, and every run would import it"))
		}
		a.releases = append(a.releases, release)
	}
	if len(a.decisions) > 0 && a.ledger == nil {
		errs = append(errs, badField("WithDecision", "needs a journal"))
	}
	values, err := resolveAll("plan: properties", p.Properties)
	errs = append(errs, err)
	a.values = make(map[string]workato.PropertyValue, len(values))
	for name, value := range values {
		a.values[name] = workato.PropertyValue(fmt.Sprint(value))
	}
	for i := range p.Connections {
		input, err := resolveAll(fmt.Sprintf("plan: connections[%d].input", i), p.Connections[i].Input)
		errs = append(errs, err)
		a.inputs = append(a.inputs, input)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return a, nil
}

// addresses are those of the steps that have a row in the journal.
func (a *applier) addresses() []string {
	var out []string
	if len(a.plan.Environments) > 0 {
		out = append(out, "environments")
	}
	for i := range a.plan.Members {
		out = append(out, a.plan.Members[i].address())
	}
	for _, path := range a.folderPaths() {
		for i := range path {
			out = append(out, folderAddress(path[:i+1]))
		}
	}
	for _, r := range a.releases {
		out = append(out, packageAddress(r))
	}
	for i := range a.plan.Connections {
		out = append(out, a.plan.Connections[i].address())
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// folderPaths are the folders to make: those of the plan, those of packages, and
// those of connections that may have to be made.
func (a *applier) folderPaths() [][]string {
	all := slices.Clone(a.plan.Folders)
	within := func(path []string) func([]string) bool {
		return func(p []string) bool { return len(p) >= len(path) && slices.Equal(p[:len(path)], path) }
	}
	for _, r := range a.releases {
		all = append(all, r.Folder)
	}
	for _, c := range a.plan.Connections {
		if c.Provider != "" && len(c.Folder) > 0 {
			all = append(all, c.Folder)
		}
	}
	var out [][]string
	for i, path := range all {
		// One that is above another is made with it.
		if !slices.ContainsFunc(all[i+1:], within(path)) && !slices.ContainsFunc(out, within(path)) {
			out = append(out, path)
		}
	}
	return out
}

// decide writes the decisions of a person into the journal.
func (a *applier) decide(ctx context.Context) error {
	for address, decision := range a.decisions {
		r := a.journal.row(address)
		switch {
		case r.State != StateUnknown && r.State != StateSending:
			return badField("WithDecision", "nothing is in question about %q", address)
		case decision == DecideImported:
			r.State = StateSucceeded
		case decision == DecideAgain:
			r.State = StatePending
		default:
			return badField("WithDecision", "must be %q or %q, got %q", DecideImported, DecideAgain, decision)
		}
		if err := a.journal.put(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// run does all steps, after it has read what they need.
func (a *applier) run(ctx context.Context) (*Changes, error) {
	for _, r := range a.releases {
		sum, err := r.sum(ctx)
		if err != nil {
			return a.changes, err
		}
		a.sums = append(a.sums, sum)
	}
	for _, part := range []func(context.Context) error{
		a.customerSteps, a.memberSteps, a.propertySteps, a.folderSteps, a.packageSteps, a.connectionSteps, a.startSteps,
	} {
		if err := part(ctx); err != nil {
			return a.changes, err
		}
	}
	if a.dry {
		a.estimate()
	}
	return a.changes, nil
}

// note adds a step, and returns the error of one that has failed.
func (a *applier) note(change Change, err error) error {
	if err != nil {
		change.Err = err
		if needsUser(err) || change.Action == ActionWait {
			change.Action = ActionWait
			change.Reason = cmp.Or(change.Reason, strings.TrimPrefix(err.Error(), "provision: "))
			err = nil
		} else {
			err = &stepError{change.Address, err}
		}
	}
	a.changes.Steps = append(a.changes.Steps, change)
	if a.onChange != nil {
		a.onChange(change)
	}
	return err
}

// changeOf is the step of an ensure helper.
func changeOf[T any](address string, r *Result[T]) Change {
	if r == nil {
		return Change{Address: address}
	}
	c := Change{Address: address, Did: r.Did, Fields: r.Diff}
	switch r.Did {
	case Created, Found:
		c.Action = ActionCreate
	case Changed:
		c.Action = ActionUpdate
	case Invited:
		c.Action, c.Reason = ActionWait, "invited, and not accepted yet"
	case Unchanged:
		c.Action = ActionNone
	}
	return c
}

func (a *applier) customerSteps(ctx context.Context) error {
	want := a.plan.Customer
	result, err := a.ensureCustomer(ctx, &workato.ManagedUserCreateParams{
		Name: want.Name, NotificationEmail: want.NotificationEmail, ExternalID: want.ExternalID, PlanID: want.PlanID,
	})
	if result != nil {
		a.user = result.Value
		a.fresh = a.fresh || a.user == nil // with DryRun: nothing is there
	}
	if err := a.note(changeOf("customer", result), err); err != nil || len(a.plan.Environments) == 0 {
		return err
	}
	environments := make([]workato.EnvironmentParams, len(a.plan.Environments))
	for i, e := range a.plan.Environments {
		environments[i] = workato.EnvironmentParams{Type: e.Type, ExternalID: e.ExternalID}
	}
	provisioned, err := a.environments(ctx, a.user, environments)
	return a.note(changeOf("environments", provisioned), err)
}

func (a *applier) memberSteps(ctx context.Context) error {
	for i := range a.plan.Members {
		want := &a.plan.Members[i]
		result, err := a.member(ctx, want)
		if err := a.note(changeOf(want.address(), result), err); err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) propertySteps(ctx context.Context) error {
	if len(a.values) == 0 {
		return nil
	}
	result, err := a.properties(ctx, a.values)
	return a.note(changeOf("properties", result), err)
}

func (a *applier) folderSteps(ctx context.Context) error {
	for _, path := range a.folderPaths() {
		result, err := a.folder(ctx, path)
		if err := a.note(changeOf(folderAddress(path), result), err); err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) packageSteps(ctx context.Context) error {
	for i, want := range a.releases {
		result, err := a.release(ctx, want, a.sums[i])
		change := changeOf(packageAddress(want), result)
		if change.Action == ActionCreate {
			change.Action, change.Reason = ActionImport, want.String()
		}
		if result != nil && result.Value != nil {
			if left := result.Value.NotRestarted(); len(left) > 0 {
				change.Reason += fmt.Sprintf("; %s not restarted, the first has the id %d", text.Count(len(left), "recipe"), left[0].ID)
			}
		}
		if err := a.note(change, err); err != nil {
			return err
		}
	}
	return nil
}

// Connections and recipes of an import appear some seconds after its end.
const (
	arrivalTime  = 30 * time.Second
	arrivalPause = 2 * time.Second
)

// arrives looks again for what has to come with a package, until it is there.
func (a *applier) arrives(ctx context.Context, look func(context.Context) error) error {
	var w *waiting
	defer func() { w.end() }()
	for waited := time.Duration(0); ; waited += arrivalPause {
		err := look(ctx)
		var missing *DifferentError
		if a.dry || len(a.releases) == 0 || waited >= arrivalTime || !errors.As(err, &missing) || !missing.Missing {
			return err
		}
		if w == nil {
			w = a.voice.begin(Wait{Kind: WaitArrival, Message: missing.What + " is not there yet", Until: time.Now().Add(arrivalTime)}, false)
		}
		if err := sleep(ctx, arrivalPause); err != nil {
			return err
		}
		a.forget()
	}
}

func (a *applier) connectionSteps(ctx context.Context) error {
	for i := range a.plan.Connections {
		want := &a.plan.Connections[i]
		var result *Result[workato.Connection]
		err := a.arrives(ctx, func(ctx context.Context) (err error) {
			result, err = a.connection(ctx, want, a.inputs[i])
			return err
		})
		change := changeOf(want.address(), result)
		if a.dry && result != nil && result.Value == nil && want.Provider == "" {
			change.Action, change.Did, change.Reason = ActionUpdate, Changed, "comes with a package"
			if len(want.Input) == 0 {
				change.Action, change.Reason = ActionWait, "comes with a package, and its user has to connect it"
			}
		}
		if err := a.note(change, err); err != nil {
			return err
		}
	}
	return nil
}
