package ratelimit_test

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/ratelimit"
)

// ear records what a limiter reports.
type ear struct {
	mu   sync.Mutex
	told []ratelimit.Wait
}

func (e *ear) hear(w ratelimit.Wait) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.told = append(e.told, w)
}

// all returns what was reported since the last call.
func (e *ear) all() []ratelimit.Wait {
	synctest.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	told := e.told
	e.told = nil
	return told
}

func TestWaitsAreTold(t *testing.T) {
	plain, imports := op("w", 100, 0), op("w", 100, 5)
	tests := map[string]struct {
		opts   []ratelimit.Option
		before int // calls that go at once
		pause  time.Duration
		call   workato.Operation
		wait   time.Duration
		reason ratelimit.Reason
	}{
		"spacing": {nil, 10, 0, plain, 30*time.Millisecond + 1, ratelimit.ReasonSpacing},
		"second":  {nil, 1, 0, each("w", 1, 0), 1100 * time.Millisecond, ratelimit.ReasonSecond},
		"minute":  {[]ratelimit.Option{ratelimit.Spread(0)}, 100, 0, plain, 61 * time.Second, ratelimit.ReasonMinute},
		"hour":    {nil, 5, 0, imports, time.Hour + time.Second, ratelimit.ReasonHour},
		"pause":   {nil, 0, 7 * time.Second, plain, 7 * time.Second, ratelimit.ReasonPause},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var e ear
				var text bytes.Buffer
				logger := slog.New(slog.NewTextHandler(&text, nil))
				listeners := slices.Repeat([]ratelimit.Option{ratelimit.OnWait(e.hear)}, 2)
				limiter := mustNew(t, append(append(test.opts, listeners...), ratelimit.Logger(logger))...)
				take(t, limiter, test.call, test.before)
				if test.pause > 0 {
					limiter.Observe(test.call, 429, test.pause)
				}
				if told := e.all(); len(told) > 0 || text.Len() > 0 {
					t.Fatalf("without a wait it says %v, %s", told, &text)
				}
				want := ratelimit.Wait{Family: "w", Operation: "w.do", Duration: test.wait, Reason: test.reason}
				go func() {
					synctest.Wait() // the call waits now
					if told := e.all(); !slices.Equal(told, []ratelimit.Wait{want, want}) {
						t.Errorf("reported %+v, want twice %+v", told, want)
					}
					if state, _ := limiter.State("w"); state.Waiting != 1 || state.Waits != 1 || state.Waited != 0 {
						t.Errorf("wrong state while it waits: %+v", state)
					}
				}()
				near(t, "the wait", take(t, limiter, test.call, 1), test.wait)
				if state, _ := limiter.State("w"); state.Waits != 1 || state.Waited != test.wait {
					t.Errorf("wrong state after it: %+v", state)
				}
				line := text.String()
				if _, line, _ = strings.Cut(line, " "); test.wait <= time.Second {
					if line != "" {
						t.Errorf("logged %q", line)
					}
				} else if want := `level=INFO msg="workato wait" operation=w.do family=w wait=` + test.wait.String() +
					` reason="` + string(test.reason) + "\"\n"; line != want {
					t.Errorf("logged %q, want %q", line, want)
				}
			})
		})
	}
}

// A waiting call is notified when its wait becomes longer, anywhere in the
// queue, and only then.
func TestLongerWaitsAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e ear
		limiter := mustNew(t, ratelimit.Spread(0), ratelimit.OnWait(e.hear))
		operation := op("w", 2, 0)
		take(t, limiter, operation, 2)
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				time.Sleep(time.Duration(i))
				if err := limiter.Wait(t.Context(), operation); err != nil {
					t.Error(err)
				}
			})
		}
		seconds := func(want []time.Duration, reasons ...ratelimit.Reason) {
			t.Helper()
			var got []time.Duration
			for _, w := range e.all() {
				got = append(got, w.Duration.Round(time.Second)/time.Second)
				if w.Family != "w" || w.Operation != "w.do" || !slices.Contains(reasons, w.Reason) {
					t.Errorf("told %+v", w)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("at %v: reported waits of %v seconds, want %v", time.Since(start), got, want)
			}
		}
		time.Sleep(time.Second)
		seconds([]time.Duration{61, 61, 122, 122}, ratelimit.ReasonMinute)
		limiter.Observe(operation, 429, 30*time.Second) // ends before the minute does
		seconds(nil)
		limiter.Observe(operation, 429, 60*time.Second+900*time.Millisecond) // a little later than the minute
		seconds(nil)
		limiter.Observe(operation, 429, 90*time.Second)
		seconds([]time.Duration{90, 90, 151, 151}, ratelimit.ReasonPause, ratelimit.ReasonMinute)
		wg.Wait()
		seconds(nil)
		near(t, "all", time.Since(start), 152*time.Second)
		if state, _ := limiter.State("w"); state.Waits != 4 || state.Waited.Round(time.Second) != 2*(91+152)*time.Second {
			t.Errorf("wrong state: %+v", state)
		}
	})
}

// A prediction that is wrong for another reason is corrected too.
func TestWrongPredictionIsPutRight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e ear
		limiter := mustNew(t, ratelimit.Spread(0), ratelimit.OnWait(e.hear))
		imports, read := op("w", 10, 10), op("w", 10, 0)
		read.Name = "w.read"
		take(t, limiter, imports, 10)
		for range 10 {
			go func() { _ = limiter.Wait(t.Context(), imports) }()
		}
		time.Sleep(time.Hour - 5*time.Second)
		take(t, limiter, read, 10)
		e.all()
		// It counts on the minute that the imports take a few seconds from now.
		near(t, "the wait", take(t, limiter, read, 1), 56*time.Second+66*time.Second)
		told := slices.DeleteFunc(e.all(), func(w ratelimit.Wait) bool { return w.Operation != read.Name })
		if len(told) != 2 || told[0].Duration != 61*time.Second || told[1].Duration < 60*time.Second {
			t.Errorf("told %+v", told)
		}
	})
}

type contextKey struct{}

// handler is a slog.Handler that reads a value from the context.
type handler struct {
	slog.Handler
	found chan any
}

func (h handler) Enabled(context.Context, slog.Level) bool { return true }

func (h handler) Handle(ctx context.Context, _ slog.Record) error {
	h.found <- ctx.Value(contextKey{})
	return nil
}

func TestLoggerGetsTheContextOfTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := handler{found: make(chan any, 1)}
		limiter := mustNew(t, ratelimit.Logger(slog.New(h)))
		operation := op("w", 1, 0)
		take(t, limiter, operation, 1)
		if err := limiter.Wait(context.WithValue(t.Context(), contextKey{}, "customer 7"), operation); err != nil {
			t.Fatal(err)
		}
		if got := <-h.found; got != "customer 7" {
			t.Errorf("got %v", got)
		}
	})
}

// A user's function that panics leaves no waiter in the queue.
func TestPanicOfTheFunctionThatIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := true
		limiter := mustNew(t, ratelimit.OnWait(func(ratelimit.Wait) {
			if first {
				first = false
				panic("oops")
			}
		}))
		operation := op("w", 1, 0)
		take(t, limiter, operation, 1)
		func() {
			defer func() {
				if recover() != "oops" {
					t.Error("the panic got lost")
				}
			}()
			_ = limiter.Wait(t.Context(), operation)
		}()
		if n := waiting(limiter, "w"); n != 0 {
			t.Errorf("%d calls wait", n)
		}
		near(t, "the next call", take(t, limiter, operation, 1), 61*time.Second)
	})
}
