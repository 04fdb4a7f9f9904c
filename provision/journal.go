package provision

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/go-workato/workato"
)

// journal keeps what an onboarding must not forget: a row for each create that
// the service would do twice, by the address of its step. Its state says whether
// the create may have been sent; of an import it has the id, too.
//
// It is a rollout of its own in the Ledger, so that one process at a time works
// on a customer. A nil journal keeps the rows in memory.
type journal struct {
	lease Lease
	mu    sync.Mutex
	rows  map[string]*Record
	stop  func() error
}

// JournalID is the id under which WithJournal keeps a customer in the ledger:
// Ledger.Records shows what is known, Ledger.Status who works on it.
func JournalID(customer workato.CustomerID) string { return "onboarding of " + customer.String() }

// journalTTL is how long the lease lasts without renewal, attemptTime what a
// create may take: the service gives up after 40 seconds, the client after 50.
const (
	journalTTL  = 3 * time.Minute
	attemptTime = time.Minute
)

// openJournal takes the lease of a customer and reads its rows. The context that
// it returns ends when the lease is lost.
func openJournal(ctx context.Context, v *voice, l Ledger, id workato.CustomerID, addresses []string) (*journal, context.Context, error) {
	lease, err := acquire(ctx, v, l, JournalID(id), Self(), journalTTL)
	if err != nil {
		return nil, nil, err
	}
	release := func() error { return lease.Release(context.WithoutCancel(ctx)) }
	j := &journal{lease: lease, rows: map[string]*Record{}}
	if err := j.read(ctx, l, id, addresses); err != nil {
		return nil, nil, errors.Join(err, release())
	}
	held, lose := context.WithCancelCause(ctx)
	done := make(chan struct{})
	var renewing sync.WaitGroup
	renewing.Go(func() {
		ticker := time.NewTicker(journalTTL / 3)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				if err := lease.Renew(held); errors.Is(err, ErrFenced) {
					lose(err)
				}
			case <-done:
				return
			}
		}
	})
	j.stop = func() error {
		close(done)
		renewing.Wait()
		lose(nil)
		return release()
	}
	return j, held, nil
}

// read enrolls the addresses and reads their rows.
func (j *journal) read(ctx context.Context, l Ledger, id workato.CustomerID, addresses []string) error {
	if err := j.lease.Begin(ctx, &Header{Release: "onboarding"}); err != nil {
		return err
	}
	targets := make([]Target, len(addresses))
	for i, address := range addresses {
		targets[i].Customer = rowID(address)
	}
	if _, err := j.lease.Enroll(ctx, targets); err != nil {
		return err
	}
	for r, err := range l.Records(ctx, JournalID(id), Query{}) {
		if err != nil {
			return err
		}
		j.rows[r.Customer.String()] = &r
	}
	return nil
}

// rowID is the key of a row: the ledger knows rows by customer.
func rowID(address string) workato.CustomerID { return workato.ExternalID(address) }

// close gives the customer back.
func (j *journal) close() error {
	if j == nil {
		return nil
	}
	return j.stop()
}

// row returns the row of an address, a new one if there is none.
func (j *journal) row(address string) *Record {
	key := rowID(address)
	fresh := &Record{Target: Target{Customer: key}, State: StatePending}
	if j == nil {
		return fresh
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return cmp.Or(j.rows[key.String()], fresh)
}

// put keeps a row. It does so also after the end of the context: what was sent
// must not be forgotten.
func (j *journal) put(ctx context.Context, r *Record, sends ...Send) error {
	if j == nil {
		return nil
	}
	return j.lease.Put(context.WithoutCancel(ctx), &Update{Records: []*Record{r}, Sends: sends})
}

// intend keeps that a create is about to be sent. The operation is noted for a
// limiter, unless it is empty.
func (j *journal) intend(ctx context.Context, r *Record, operation string) error {
	now := time.Now()
	r.State, r.Attempt, r.SentAt, r.Absent, r.Looks, r.ImportID = StateSending, r.Attempt+1, now, 0, 0, 0
	if operation == "" {
		return j.put(ctx, r)
	}
	return j.put(ctx, r, Send{Operation: operation, At: now})
}

// whileHeld sends a create while the lease outlasts it, so that a process that
// was suspended, and followed by another one, sends nothing. It is not begun after
// the end of the context; one that is under way then is waited for, as long as an
// attempt may take, because otherwise it would not be known what became of it.
func whileHeld[T any](ctx context.Context, j *journal, send func(context.Context) (*T, error)) (*T, error) {
	sending, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	var why error // that it was not begun
	t := &ticket{ready: func() error {
		if why = context.Cause(ctx); why == nil {
			why = j.fence(sending, cancel)
		}
		return why
	}}
	defer context.AfterFunc(ctx, func() {
		if !t.left.Load() || sleep(sending, attemptTime) == nil {
			cancel(context.Cause(ctx))
		}
	})()
	made, err := send(context.WithValue(sending, ticketKey{}, t))
	if err != nil && t.refused.Load() && !t.left.Load() {
		return nil, fmt.Errorf("%w: %w", errNotBegun, why)
	}
	return made, err
}

// fence makes sure that the lease outlasts an attempt, and ends it with the lease.
func (j *journal) fence(sending context.Context, end context.CancelCauseFunc) error {
	if j == nil {
		return nil
	}
	if j.lease.Valid() < attemptTime {
		if err := j.lease.Renew(sending); err != nil {
			return err
		}
	}
	timer := time.AfterFunc(j.lease.Valid(), func() { end(fmt.Errorf("%w while a create was under way", ErrFenced)) })
	context.AfterFunc(sending, func() { timer.Stop() })
	return nil
}
