package workato

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-workato/workato/internal/transport"
)

const (
	defaultWaitMin = time.Second
	defaultWaitMax = 15 * time.Second
	defaultWait    = 30 * time.Minute
)

// WaitParams bound a wait for a T.
type WaitParams[T any] struct {
	// MaxWait bounds the whole wait. If it is 0, the context's deadline does, or
	// 30 minutes if there is none.
	MaxWait time.Duration
	// FirstInterval is the time to the first poll, which is at once if 0.
	FirstInterval time.Duration
	// MinInterval is the time to the second poll, 1 s if 0. The intervals grow to
	// MaxInterval, 15 s if 0, and are longer where the service asks for it
	// (Retry-After). Every poll counts against the quota.
	MinInterval, MaxInterval time.Duration
	// OnUpdate is called with the result of each poll.
	OnUpdate func(*T)
}

// await polls within the bounds of params, which may be nil.
func await[T any](ctx context.Context, params *WaitParams[T], op *operation, look func(context.Context) (*T, error), done func(*T) (bool, error)) (*T, error) {
	p := given(params)
	w := waiting{maxWait: p.MaxWait, firstInterval: p.FirstInterval, minInterval: p.MinInterval, maxInterval: p.MaxInterval}
	return poll(ctx, w, op, look, func(seen *T) (bool, error) {
		if p.OnUpdate != nil {
			p.OnUpdate(seen)
		}
		return done(seen)
	})
}

// FailedError says that the object of a wait has failed: an export, a build, a
// deployment and so on. An import that failed is an *ImportFailedError, which
// errors.As converts to a *FailedError[Import].
type FailedError[T any] struct {
	// Last is the last state seen.
	Last *T
	// Err is the service's response, which has HTTP status 200.
	Err *APIError

	what, state string
}

func (e *FailedError[T]) Error() string {
	text := "workato: " + e.what + ": " + e.state
	if e.Err.Message != "" {
		text += ": " + e.Err.Message
	}
	return text
}

// LogValue implements slog.LogValuer, with the keys of APIError.LogValue.
func (e *FailedError[T]) LogValue() slog.Value { return logValue(e, e.Error()) }

// Unwrap returns the service's response.
func (e *FailedError[T]) Unwrap() error { return e.Err }

// failedWait makes the error of an object that ended in a failed state.
func failedWait[T any](c *core, op *operation, last *T, what, state, reason string) error {
	return &FailedError[T]{Last: last, what: what, state: c.clean(state), Err: c.late(op, http.StatusOK, reason)}
}

// late makes an APIError from the result of a successful poll.
func (c *core) late(op *operation, status int, message string) *APIError {
	return &APIError{
		StatusCode: status, Message: c.clean(message), Attempts: 1,
		Operation: op.Name, Method: op.Method, Path: op.Path,
	}
}

// waiting says how long and how often to poll.
type waiting struct {
	maxWait, firstInterval, minInterval, maxInterval time.Duration
}

// complete fills in the defaults and checks the rest. A wait is always bounded:
// if neither the caller's context nor MaxWait does it, 30 minutes do.
func (w waiting) complete(ctx context.Context) (waiting, error) {
	if w.maxWait < 0 {
		return w, invalid("MaxWait", "is negative")
	}
	if w.firstInterval < 0 {
		return w, invalid("FirstInterval", "is negative")
	}
	if w.minInterval < 0 {
		return w, invalid("MinInterval", "is negative")
	}
	if w.maxInterval < 0 {
		return w, invalid("MaxInterval", "is negative")
	}
	if _, bounded := ctx.Deadline(); !bounded && w.maxWait == 0 {
		w.maxWait = defaultWait
	}
	if w.minInterval == 0 {
		w.minInterval = defaultWaitMin
	}
	if w.maxInterval == 0 {
		w.maxInterval = max(defaultWaitMax, w.minInterval)
	}
	if w.maxInterval < w.minInterval {
		return w, invalid("MaxInterval", "%v is shorter than MinInterval %v", w.maxInterval, w.minInterval)
	}
	return w, nil
}

// WaitError says that a wait ended before the work that it waited for. The work
// goes on: wait again with the same id.
type WaitError[T any] struct {
	// Last is the last state seen, nil if nothing was.
	Last *T
	// Err is ErrWaitTimeout, the context's error, or the error of the last poll,
	// if that was permanent.
	Err error

	op     *operation
	missed error // of the last poll, if it failed transiently
}

func (e *WaitError[T]) Error() string {
	text := "workato: waiting with " + e.op.Name
	if last, ok := any(e.Last).(identified); ok && e.Last != nil { // which one, for whoever waits for many
		text += " for " + strconv.FormatInt(last.identity(), 10)
	}
	text += ": " + e.without(e.Err)
	if e.missed != nil {
		text += "; last poll: " + e.without(e.missed)
	}
	return text
}

// without returns the text of a poll's error without the prefix that the wait's
// error already has.
func (e *WaitError[T]) without(err error) string {
	return strings.TrimPrefix(strings.TrimPrefix(err.Error(), "workato: "), e.op.Name+": ")
}

// LogValue implements slog.LogValuer, with the keys of APIError.LogValue.
func (e *WaitError[T]) LogValue() slog.Value { return logValue(e, e.Error()) }

// As converts the error to a *CallError: the one of the last poll, or one that
// names the operation.
func (e *WaitError[T]) As(target any) bool {
	call, ok := target.(**CallError)
	if ok && !errors.As(e.Err, call) && !errors.As(e.missed, call) {
		*call = failedCall(e.op, e.Err)
		(*call).Attempts = 1 // at least
	}
	return ok
}

// Unwrap returns Err, and the error of the last poll if that failed.
func (e *WaitError[T]) Unwrap() []error {
	if e.missed == nil {
		return []error{e.Err}
	}
	return []error{e.Err, e.missed}
}

// poll polls until done reports true. An error from done ends the wait; a poll
// that fails transiently is skipped.
func poll[T any](ctx context.Context, w waiting, op *operation, look func(context.Context) (*T, error), done func(*T) (bool, error)) (*T, error) {
	if ctx == nil {
		return nil, invalid("ctx", "is nil")
	}
	w, err := w.complete(ctx)
	if err != nil {
		return nil, err
	}
	if w.maxWait > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, w.maxWait, fmt.Errorf("%w (%v)", ErrWaitTimeout, w.maxWait))
		defer cancel()
	}
	var last *T
	var missed error
	absent := 0
	if w.firstInterval > 0 {
		if err := pause(ctx, w.firstInterval); err != nil {
			return nil, &WaitError[T]{Err: err, op: op}
		}
	}
	for interval := w.minInterval; ; interval += min(interval/2, w.maxInterval-interval) {
		seen, err := look(ctx)
		wait := interval
		early := last == nil && errors.Is(err, ErrNotFound) // a new object may not be readable at once
		if early {
			absent++
		}
		switch {
		case err == nil:
			last, missed = seen, nil
			if ended, err := done(seen); ended || err != nil {
				return seen, err
			}
		case ctx.Err() == nil && !transient(err) && (!early || absent > maxAbsent):
			if errors.Is(err, ErrInvalidArgument) && last == nil && missed == nil {
				return nil, err
			}
			return last, &WaitError[T]{Last: last, Err: err, op: op}
		case errors.Is(context.Cause(ctx), ErrWaitTimeout):
			// This wait cut the poll short: its error would say that the caller's own
			// deadline had passed.
		default:
			missed = err
			wait = max(wait, askedWait(err))
		}
		if err := pause(ctx, wait); err != nil {
			return last, &WaitError[T]{Last: last, Err: err, op: op, missed: missed}
		}
	}
}

// maxAbsent is how many polls may get a 404 before anything was seen.
const maxAbsent = 3

// askedWait is the wait that the service asked for after a failed poll. A pause
// is random within its last quarter, so it is made a third longer.
func askedWait(err error) time.Duration {
	var apiErr *APIError
	if !errors.As(err, &apiErr) || apiErr.RetryAfter <= 0 {
		return 0
	}
	return apiErr.RetryAfter + min(apiErr.RetryAfter/3+1, math.MaxInt64-apiErr.RetryAfter)
}

// errNotYet says that the object is not there yet.
var errNotYet = errors.New("not there yet")

// transient reports whether another poll may succeed: the request got no
// response, or one about a passing condition.
func transient(err error) bool {
	if errors.Is(err, ErrInvalidArgument) {
		return false
	}
	var apiErr *APIError
	if !errors.As(err, &apiErr) {
		return true
	}
	return errors.Is(err, ErrServer) || errors.Is(err, ErrRateLimited) || errors.Is(err, ErrUnexpectedResponse)
}

// pause waits between three quarters of d and d, so that many waiters do not
// poll in step.
func pause(ctx context.Context, d time.Duration) error {
	err := transport.Sleep(ctx, d-rand.N(d/4+1))
	if cause := context.Cause(ctx); err != nil && errors.Is(cause, ErrWaitTimeout) {
		return cause
	}
	return err
}
