package provision

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"sync"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision/internal/lease"
)

// errLeft says that the caller has left the loop over events.
var errLeft = errors.New("provision: the loop over events was left")

// Events runs the rollout and yields what happens, until all is done. The last
// pair has the error that has ended it: ErrPaused, ErrAborted, ErrHeld, ErrFenced,
// the context's, one of the ledger, or one that would meet every customer, such as
// ErrUnauthorized. Whatever it was, the rollout can be run again.
//
// If the loop is left or the context ends, no customer is begun any more. Imports
// that are being sent are waited for, at most for the time-out of an attempt;
// those that the service is working at are not.
func (r *Rollout) Events(ctx context.Context) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		ctx, leave := context.WithCancelCause(ctx)
		run := &run{Rollout: r, feed: newFeed(), voice: &voice{}}
		ended := make(chan error, 1)
		go func() {
			defer run.feed.close()
			ended <- run.main(ctx)
		}()
		over := false
		defer func() { // also if yield panics
			leave(errLeft)
			for open := !over; open; {
				_, open = run.feed.next()
			}
		}()
		for {
			events, open := run.feed.next()
			for _, e := range events {
				if !yield(e, nil) {
					return
				}
			}
			if !open {
				break
			}
		}
		over = true
		if err := <-ended; err != nil {
			yield(Event{}, err)
		}
	}
}

// Run is Events without looking.
func (r *Rollout) Run(ctx context.Context) (*Summary, error) {
	var togo Remaining
	var failed error
	for e, err := range r.Events(ctx) {
		if err != nil {
			failed = err
			break
		}
		togo = e.ToGo
	}
	s, err := Summarize(context.WithoutCancel(ctx), r.ledger, r.id)
	if err != nil {
		return nil, errors.Join(failed, err)
	}
	if s.ToGo.Customers == togo.Customers {
		s.ToGo = togo
	}
	return s, failed
}

// run is one run of a Rollout.
type run struct {
	*Rollout
	steps *Steps
	voice *voice
	lease Lease
	feed  *feed

	// hard ends with the lease, or when the ledger fails: then nothing may be sent
	// or written. soft ends also with the caller's context, or an error that would
	// meet every customer: then nothing is waited for. begin ends also by a pause:
	// then no customer is begun.
	hard, soft, begin context.Context
	kill, stop, hold  context.CancelCauseFunc

	mu       sync.Mutex // orders writes and their events
	progress Progress
	waves    map[int]*WaveRecord
	tally    *tally
	wrote    bool
	news     time.Time // when something has happened last
	told     time.Time // when there was an event last
}

// main works until all is done or something ends it.
func (r *run) main(ctx context.Context) error {
	lease, err := r.acquire(ctx)
	if err != nil {
		return err
	}
	r.lease = lease
	r.hard, r.kill = context.WithCancelCause(context.WithoutCancel(ctx))
	r.soft, r.stop = context.WithCancelCause(ctx)
	r.begin, r.hold = context.WithCancelCause(r.soft)
	detach := context.AfterFunc(r.hard, func() { r.stop(context.Cause(r.hard)) })
	var background sync.WaitGroup
	background.Go(r.renew)
	err = r.work()
	for _, ctx := range []context.Context{r.begin, r.soft, r.hard} { // the weightiest last
		if cause := context.Cause(ctx); err != nil && cause != nil {
			err = cause
		}
	}
	detach()
	r.hold(nil)
	r.stop(nil)
	r.kill(nil)
	background.Wait()
	return errors.Join(err, r.letGo(ctx, lease))
}

// work does all of it, with what the ledger has.
func (r *run) work() error {
	if err := r.equip(); err != nil {
		return err
	}
	if err := r.load(); err != nil {
		return err
	}
	if err := r.obey(); err != nil {
		return err
	}
	if r.progress.Paused || r.progress.Aborted {
		return r.halted()
	}
	if r.limiter != nil {
		if err := r.charge(r.hard); err != nil {
			return err
		}
	}
	if err := r.assign(); err != nil {
		return err
	}
	listening, deaf := context.WithCancel(r.begin)
	var background sync.WaitGroup
	background.Go(func() { r.listen(listening) })
	speaking, silent := context.WithCancel(r.hard)
	background.Go(func() { r.speak(speaking) })
	defer background.Wait()
	defer silent()
	defer deaf()
	return r.allWaves()
}

// equip derives the clients of this run.
func (r *run) equip() error {
	opts := []workato.Option{workato.WithTransportMiddleware(guarded), workato.WithHook(watch{r}), workato.WithHook(calls{r.voice})}
	if r.limiter != nil {
		opts = append(opts, workato.WithLimiter(advance{r.limiter}))
	}
	client, err := r.client.With(opts...)
	if err != nil {
		return err
	}
	if r.steps, err = newSteps(client, &r.release, &r.strategy); err != nil {
		return err
	}
	r.steps.silent = r.workspace != ""
	return nil
}

// load reads where the rollout stands.
func (r *run) load() error {
	status, err := r.ledger.Status(r.hard, r.id)
	if err != nil {
		return err
	}
	counts, err := r.ledger.Counts(r.hard, r.id)
	if err != nil {
		return err
	}
	r.progress, r.waves = status.Progress, map[int]*WaveRecord{}
	r.news, r.told = time.Now(), time.Now()
	for i := range status.Waves {
		r.waves[status.Waves[i].Wave] = &status.Waves[i]
	}
	r.tally = newTally(r.Rollout, counts)
	return nil
}

// renew keeps the lease until the run ends.
func (r *run) renew() {
	for sleep(r.hard, r.ttl/4) == nil {
		err := r.lease.Renew(r.hard)
		if err != nil && (errors.Is(err, ErrFenced) || r.lease.Valid() == 0) {
			r.kill(err)
			return
		}
	}
}

// listenEach is how often a runner looks for commands.
const listenEach = 2 * time.Second

// listen obeys commands while customers are begun.
func (r *run) listen(ctx context.Context) {
	for sleep(ctx, listenEach) == nil {
		if err := r.obey(); err != nil {
			r.stop(err)
			return
		}
	}
}

// halted is the error of a run that must not begin customers, for those who have the
// mutex.
func (r *run) halted() error {
	err := ErrPaused
	if r.progress.Aborted {
		err = ErrAborted
	}
	if r.progress.Reason == "" {
		return err
	}
	return fmt.Errorf("%w: %s", err, r.progress.Reason)
}

// put writes an update, and yields its events. After an error nothing more is
// written or sent.
func (r *run) put(u *Update) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.write(u)
}

// write is put for those who have the mutex.
func (r *run) write(u *Update) error {
	for _, e := range u.Events {
		e.ToGo = r.tally.toGo()
	}
	if err := r.lease.Put(r.hard, u); err != nil {
		if cause := context.Cause(r.hard); cause != nil {
			err = cause
		}
		r.kill(err)
		return err
	}
	if u.Progress != nil {
		r.progress = *u.Progress
	}
	for _, w := range u.Waves {
		r.waves[w.Wave] = w
	}
	r.wrote = true
	r.heard(u.Events)
	r.feed.push(u.Events)
	return nil
}

// watch tells of refusals with 429.
type watch struct{ *run }

// Operation implements workato.Hook.
func (watch) Operation(ctx context.Context, _ workato.Operation) (context.Context, func(error)) {
	return ctx, nil
}

// Attempt implements workato.Hook.
func (w watch) Attempt(ctx context.Context, op workato.Operation, _ int) (context.Context, func(workato.AttemptResult)) {
	return ctx, func(result workato.AttemptResult) {
		if result.StatusCode == http.StatusTooManyRequests {
			w.throttled(op)
		}
	}
}

// throttled notes a refusal. An error ends the run by itself.
func (r *run) throttled(op workato.Operation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	progress := r.progress
	progress.Throttled++
	_ = r.write(&Update{Progress: &progress, Events: []*Event{{Kind: EventThrottled, Message: "the service has refused " + op.Name + " with 429"}}})
}

// guarded lets the request of a create go only if its ticket does not object. It
// is the innermost code before the transport of the caller.
func guarded(next http.RoundTripper) http.RoundTripper { return guard{next} }

type guard struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (g guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if t := ticketOf(req.Context()); t != nil {
		if err := t.ready(); err != nil {
			t.refused.Store(true)
			if req.Body != nil {
				_ = req.Body.Close()
			}
			return nil, err
		}
		t.left.Store(true)
	}
	return g.next.RoundTrip(req)
}

// sleep waits, unless the context ends before.
func sleep(ctx context.Context, d time.Duration) error { return lease.Sleep(ctx, d) }
