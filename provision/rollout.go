package provision

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/go-workato/workato"
)

var (
	// ErrPaused says that the tolerance, a gate or a person has stopped the rollout.
	// ResumeRollout lets it go on.
	ErrPaused = errors.New("provision: the rollout is paused until ResumeRollout")
	// ErrAborted says that the tolerance (see Abort) or a gate has given it up.
	ErrAborted = errors.New("provision: the rollout was aborted")
	// ErrUnsettled says that an import, or another create, was sent, that no response
	// came, and that neither its effect nor its absence could be proved.
	ErrUnsettled = errors.New("provision: it is not known whether the create happened")
)

// Rollout brings a release to many customers. Build it with NewRollout.
//
// What it promises, whatever happens to the process, the network or the service:
// an import is sent a second time only after its absence was seen for the whole
// of Strategy.Settle by a detector that can see it, or after a person has decided
// so. It needs the ledger for that, so one that cannot be read ends the run before
// anything is sent.
//
// One risk is left. A process that is suspended after it has looked at its lease
// for the last time and before the request is written, and wakes when another
// runner has waited for the end of that lease and for the whole settle time, sends
// the request then.
type Rollout struct {
	client   *workato.Client
	ledger   Ledger
	id       string
	release  Release
	strategy Strategy

	limiter   Limiter
	owner     Owner
	ttl       time.Duration
	attempt   time.Duration
	workspace string
	poll      workato.ImportWaitParams

	onLease func(Wait)

	busy   atomic.Bool
	own    []time.Time // when it has sent imports within the last hour
	header *Header     // nil until it was made
}

// RolloutOption changes a Rollout.
type RolloutOption func(*Rollout) error

// WithLimiter paces the calls by a limiter instead of that of the client, and
// charges it with the imports that earlier runs have sent within the last hour.
// With a quota per hour it is the better way: a customer waits for the quota
// before the ledger says that its import may have been sent.
func WithLimiter(l Limiter) RolloutOption {
	return func(r *Rollout) error {
		if l == nil {
			return badField("limiter", "is nil")
		}
		r.limiter = l
		return nil
	}
}

// WithLease sets for how long the ledger is leased; 2 minutes is the default. It is
// renewed four times as often. A runner that cannot see whether another one has
// died waits for so long.
func WithLease(ttl time.Duration) RolloutOption {
	return func(r *Rollout) error {
		if ttl <= 0 {
			return badField("lease", "must be positive, got %v", ttl)
		}
		r.ttl = ttl
		return nil
	}
}

// WithAttemptTimeout bounds one attempt to send the import, with its package. The
// default is 50 seconds, or half of the lease if that is less. An import is only
// sent while the lease lasts for longer than that.
func WithAttemptTimeout(d time.Duration) RolloutOption {
	return func(r *Rollout) error {
		if d <= 0 {
			return badField("attempt_timeout", "must be positive, got %v", d)
		}
		r.attempt = d
		return nil
	}
}

// WithOwner names the runner; Self() is the default.
func WithOwner(o Owner) RolloutOption {
	return func(r *Rollout) error {
		r.owner = o
		return nil
	}
}

// WithWorkspace says which workspace the credential belongs to, for API clients
// that may not ask (workspace.whoami).
func WithWorkspace(name string) RolloutOption {
	return func(r *Rollout) error {
		if name == "" {
			return badField("workspace", "is empty")
		}
		r.workspace = name
		return nil
	}
}

// OnLeaseWait calls a function when Enroll or a run waits for another runner's lease,
// of which it cannot be told whether it is alive: after 10 seconds, and again as with
// OnWait. All other waits are events (EventWait); this one comes before there can be
// any.
func OnLeaseWait(f func(Wait)) RolloutOption {
	return func(r *Rollout) error {
		r.onLease = f
		return nil
	}
}

// WithImportWait says how imports are polled. The defaults are 3 seconds to the
// first two polls, at most 15 between two, and an hour in all: then the customer
// is StateUnknown.
func WithImportWait(p workato.ImportWaitParams) RolloutOption {
	return func(r *Rollout) error {
		if min(p.MaxWait, p.FirstInterval, p.MinInterval, p.MaxInterval) < 0 {
			return badField("import_wait", "has a negative time")
		}
		r.poll = p
		r.poll.OnUpdate, r.poll.RequireRestarted = nil, false
		return nil
	}
}

// The defaults of options.
const (
	defaultLease   = 2 * time.Minute
	defaultAttempt = 50 * time.Second
	// defaultPatience is how long the state of something sent is asked for.
	defaultPatience = time.Hour
)

// NewRollout checks everything that can be checked without a call or reading the
// package, and reports all mistakes at once.
func NewRollout(c *workato.Client, l Ledger, rollout string, rel Release, s Strategy, opts ...RolloutOption) (*Rollout, error) {
	r := &Rollout{
		client: c, ledger: l, id: rollout, release: rel, strategy: s.WithDefaults(), owner: Self(), ttl: defaultLease,
		poll: workato.ImportWaitParams{MaxWait: defaultPatience, FirstInterval: 3 * time.Second, MinInterval: 3 * time.Second},
	}
	errs := []error{CheckRollout(rollout), rel.Check(), s.Check()}
	if c == nil {
		errs = append(errs, badField("client", "is nil"))
	}
	if l == nil {
		errs = append(errs, badField("ledger", "is nil"))
	}
	for _, opt := range opts {
		if opt == nil {
			errs = append(errs, badField("option", "is nil"))
			continue
		}
		errs = append(errs, opt(r))
	}
	set(&r.attempt, min(defaultAttempt, r.ttl/2))
	if r.ttl < r.attempt+r.ttl/4 {
		errs = append(errs, badField("attempt_timeout", "%v does not fit into the lease of %v, which is renewed each %v", r.attempt, r.ttl, r.ttl/4))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	r.release.Folder = slices.Clone(rel.Folder)
	return r, nil
}

// Work is what the rollout does for a customer if nothing fails, for EstimateWork.
func (r *Rollout) Work() Work { return RolloutWork(&r.release, &r.strategy) }

// Targets makes targets of a list of customers: client.ManagedUsers.All. Customer is
// the number, so that none is there twice, and Label the name of the workspace.
func Targets(customers iter.Seq2[workato.ManagedUser, error]) iter.Seq2[Target, error] {
	return func(yield func(Target, error) bool) {
		for user, err := range customers {
			var t Target
			if err == nil {
				t = Target{Customer: user.CustomerID(), Label: user.Name}
			}
			if !yield(t, err) || err != nil {
				return
			}
		}
	}
}

// enrolAtOnce is how many customers are added in one transaction.
const enrolAtOnce = 100

// Enroll adds customers to the ledger, each once, and returns how many are new. The
// first error of the targets ends it; what was added stays, and the next call goes
// on. Once the rollout has begun, its customers are fixed: then Enroll reads no
// targets and returns 0.
//
// The same program can be started again after a crash, from its first line.
func (r *Rollout) Enroll(ctx context.Context, targets iter.Seq2[Target, error]) (added int, err error) {
	lease, err := r.acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, r.letGo(ctx, lease)) }()
	status, err := r.ledger.Status(ctx, r.id)
	if err != nil || status.Progress.Frozen {
		return 0, err
	}
	var batch []Target
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		if lease.Valid() < r.ttl/2 {
			if err := lease.Renew(ctx); err != nil {
				return err
			}
		}
		n, err := lease.Enroll(ctx, batch)
		added, batch = added+n, batch[:0]
		return err
	}
	for t, err := range targets {
		if err != nil {
			return added, errors.Join(fmt.Errorf("provision: enrol customers: %w", err), flush())
		}
		if t.FolderID == 0 && len(r.release.Folder) == 0 {
			return added, errors.Join(badField("target.folder_id", "of %v is 0, and the release names no folder", t.Customer), flush())
		}
		if batch = append(batch, t); len(batch) == enrolAtOnce {
			if err := flush(); err != nil {
				return added, err
			}
		}
	}
	return added, flush()
}

// acquire takes the lease and makes sure that it is about this rollout.
func (r *Rollout) acquire(ctx context.Context) (Lease, error) {
	if r.busy.Swap(true) {
		return nil, &HeldError{Rollout: r.id, Owner: r.owner}
	}
	lease, err := acquire(ctx, &voice{tell: r.onLease}, r.ledger, r.id, r.owner, r.ttl)
	if err != nil {
		r.busy.Store(false)
		return nil, err
	}
	err = r.head(ctx)
	if err == nil {
		err = lease.Begin(ctx, r.header)
	}
	if err != nil {
		return nil, errors.Join(err, r.letGo(ctx, lease))
	}
	return lease, nil
}

// letGo gives the lease back, also when the context has ended.
func (r *Rollout) letGo(ctx context.Context, lease Lease) error {
	defer r.busy.Store(false)
	return lease.Release(context.WithoutCancel(ctx))
}

// head makes the header, which takes a call and a look at the whole package.
func (r *Rollout) head(ctx context.Context) error {
	if r.header != nil {
		return nil
	}
	sum, err := r.release.sum(ctx)
	if err != nil {
		return err
	}
	r.release.SHA256 = sum // what is sent is what the header says
	workspace := r.workspace
	if workspace == "" {
		who, err := r.client.Workspace.Whoami(ctx)
		if err != nil {
			return fmt.Errorf("provision: which workspace the credential belongs to (see WithWorkspace): %w", err)
		}
		workspace = strconv.FormatInt(who.ID, 10)
	}
	r.header = &Header{Release: r.release.String(), SHA256: sum, Workspace: workspace, Strategy: pinned(&r.release, &r.strategy)}
	return nil
}

// pinned is what must not change from one run to the next, as a text.
func pinned(r *Release, s *Strategy) string {
	type wave struct {
		Name    string  `json:"name,omitempty"`
		Count   int     `json:"count,omitempty"`
		Percent float64 `json:"percent,omitempty"`
		Only    bool    `json:"only,omitempty"`
	}
	var p struct {
		Folder  []string `json:"folder,omitempty"`
		Restart Restart  `json:"restart"`
		Waves   []wave   `json:"waves"`
	}
	p.Folder, p.Restart = r.Folder, r.Restart
	for _, w := range s.Waves {
		p.Waves = append(p.Waves, wave{w.Name, w.Count, w.Percent, w.Only != nil})
	}
	text, err := json.Marshal(p)
	if err != nil {
		return err.Error() // texts and numbers that were checked do not fail
	}
	return string(text)
}

// PauseRollout asks the runner of a rollout to begin no other customer. If none
// runs, the next one stops at once.
func PauseRollout(ctx context.Context, l Ledger, rollout, reason string) error {
	return l.Command(ctx, rollout, &Command{Kind: CommandPause, Reason: reason})
}

// ResumeRollout lets the next run go on after a pause or an end by abort. Failed
// customers are tried again, in all waves that have begun, so the tolerance counts
// anew; those that a person has given up stay as they are.
func ResumeRollout(ctx context.Context, l Ledger, rollout string) error {
	return l.Command(ctx, rollout, &Command{Kind: CommandResume})
}

// Resolve decides customers of which it is not known what became, in bulk, and
// returns how many match at the moment. The runner of the rollout, or the next
// one, does it. Without States it is about StateUnknown; StateFailed and
// StateNeedsUser can be decided too, for example DecideImported to verify again.
func Resolve(ctx context.Context, l Ledger, rollout string, which Query, d Decision) (int, error) {
	if len(which.States) == 0 {
		which.States = []State{StateUnknown}
	}
	for _, state := range which.States {
		if !slices.Contains(decidable, state) {
			return 0, badField("which.states", "%q cannot be decided, only %v", state, decidable)
		}
	}
	switch d {
	case DecideImported, DecideAgain, DecideGiveUp:
	default:
		return 0, badField("decision", "must be %q, %q or %q, got %q", DecideImported, DecideAgain, DecideGiveUp, d)
	}
	n := 0
	for _, err := range l.Records(ctx, rollout, which) {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, l.Command(ctx, rollout, &Command{Kind: CommandResolve, Which: which, Decision: d})
}
