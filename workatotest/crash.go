package workatotest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/go-workato/workato"
)

// ErrKilled is the cause of the job's context, and the error of its requests,
// after [CrashTest] has killed it.
var ErrKilled = errors.New("workatotest: the job was killed")

// CrashJob is what [CrashTest] kills: a job that does all its work with the
// client and returns when its context ends.
type CrashJob func(ctx context.Context, client *workato.Client) error

// CrashOption changes what [CrashTest] does.
type CrashOption func(*crashOptions)

type crashOptions struct {
	ignored []string
	client  []workato.Option
	setup   func()
}

// CrashIgnore excludes from the comparison objects with one of the texts in
// their place, as reported in differences: ".imports" for all imports,
// "properties.onboarding" for the properties that begin with that word.
func CrashIgnore(places ...string) CrashOption {
	return func(o *crashOptions) { o.ignored = append(o.ignored, places...) }
}

// CrashClient sets options for the clients of the job, such as a retry policy.
func CrashClient(opts ...workato.Option) CrashOption {
	return func(o *crashOptions) { o.client = append(o.client, opts...) }
}

// CrashSetup calls a function before each case, to reset what the job keeps
// outside of the service (a file, a table). The two runs of a case share it.
func CrashSetup(setup func()) CrashOption {
	return func(o *crashOptions) { o.setup = setup }
}

// CrashTest checks that a job can be killed at any moment and finishes its work
// when it is restarted. It runs the job once undisturbed; then, for each
// request of that run, twice with a kill: before the request, which is then
// never sent, and after it, when it was executed and the response does not
// reach the job. After a kill the job's context is canceled with the cause
// [ErrKilled] and every further request fails; the job has to return. A second
// run, undisturbed, has to succeed and to leave the same state as the first.
//
// The test fails for each case in which it does not. Every case starts with the
// state and the faults of the server; the server itself is not changed. A server
// with functions of [Server.Before] is refused, because they are about it alone. Ids,
// times and what only counts reads down are not compared.
//
// The number of runs grows with the number of requests, and the number of
// requests with its square: 160 requests take a few seconds. Waits of the job
// take their time, unless the caller runs the test in a testing/synctest bubble.
//
// A killed job still runs its own error handling, unlike a killed process.
func CrashTest(t testing.TB, fake *Server, job CrashJob, opts ...CrashOption) {
	t.Helper()
	crashes, err := FindCrashes(t.Context(), fake, job, opts...)
	if err != nil {
		t.Fatalf("workatotest: %v", err)
	}
	for _, crash := range crashes {
		t.Errorf("workatotest: %s", crash)
	}
}

// Crash is a kill that the job did not recover from.
type Crash struct {
	// Request is the number of the request at which the job was killed, from 1.
	Request int
	// After says that the request was executed.
	After bool
	// Operation is the name of the request's operation as in [Request].
	Operation string
	// Method and Path are those of the request.
	Method, Path string
	// Err is the error of the second run.
	Err error
	// Diff lists how the state differs from the one after an undisturbed run: "+"
	// is extra, "-" is missing, "~" is different.
	Diff []string
}

// String describes the case and the differences after it, on several lines.
func (c Crash) String() string {
	when := "before"
	if c.After {
		when = "after"
	}
	lines := []string{fmt.Sprintf("killed %s request %d, %s (%s %s):", when, c.Request, c.Operation, c.Method, c.Path)}
	if c.Err != nil {
		lines = append(lines, fmt.Sprintf("the second run failed: %v", c.Err))
	}
	return strings.Join(append(lines, c.Diff...), "\n\t")
}

// FindCrashes is [CrashTest] without a test: it returns what that reports. The
// error is that of the undisturbed run.
func FindCrashes(ctx context.Context, fake *Server, job CrashJob, opts ...CrashOption) ([]Crash, error) {
	s := crashSuite{job: job}
	for _, opt := range opts {
		opt(&s.options)
	}
	if hook := fake.hook(); hook != nil {
		return nil, fmt.Errorf("%v, and none will reach it: a function would change this server and not the copies on which the job runs", hook)
	}
	s.start = fake.copies()
	clean := s.begin()
	defer clean.Close()
	undisturbed := &killer{next: transport{clean}}
	if err := s.run(ctx, clean, undisturbed); err != nil {
		return nil, fmt.Errorf("the undisturbed run failed: %w", err)
	}
	if undisturbed.sent == 0 {
		return nil, errors.New("the job has sent no request")
	}
	if problems := clean.Problems(); clean.options.strict && len(problems) > 0 {
		return nil, fmt.Errorf("the undisturbed run: %s", strings.Join(problems, "; "))
	}
	s.want = clean.facts(s.options.ignored)
	var crashes []Crash
	for n := range undisturbed.sent {
		for _, after := range []bool{false, true} {
			if crash := s.try(ctx, n+1, after); crash != nil {
				crashes = append(crashes, *crash)
			}
			if err := context.Cause(ctx); err != nil {
				return crashes, err
			}
		}
	}
	return crashes, nil
}

// crashSuite is one [FindCrashes].
type crashSuite struct {
	options crashOptions
	job     CrashJob
	start   func() *Server
	want    []fact
}

// begin makes the server of a case.
func (s *crashSuite) begin() *Server {
	if s.options.setup != nil {
		s.options.setup()
	}
	return s.start()
}

// run lets the job work until it returns.
func (s *crashSuite) run(ctx context.Context, fake *Server, k *killer) error {
	ctx, k.cancel = context.WithCancelCause(ctx)
	defer k.cancel(nil)
	through := workato.WithHTTPClient(&http.Client{Transport: k})
	client, err := fake.NewClient(append([]workato.Option{through}, s.options.client...)...)
	if err != nil {
		return err
	}
	return s.job(ctx, client)
}

// try kills the job at one request, restarts it and compares. It returns nil
// without a difference.
func (s *crashSuite) try(ctx context.Context, request int, after bool) *Crash {
	fake := s.begin()
	defer fake.Close()
	k := &killer{next: transport{fake}, at: request, after: after}
	_ = s.run(ctx, fake, k) // what a job says that is dead nobody hears
	crash := &Crash{Request: request, After: after, Operation: k.operation, Method: k.method, Path: k.path}
	crash.Err = s.run(ctx, fake, &killer{next: transport{fake}})
	crash.Diff = diffFacts(s.want, fake.facts(s.options.ignored))
	if crash.Err == nil && len(crash.Diff) == 0 {
		return nil
	}
	return crash
}

// copies makes servers that start with the current state of this one. They
// belong to no test.
func (s *Server) copies() func() *Server {
	state := s.Snapshot()
	s.mu.Lock()
	defer s.mu.Unlock()
	same := s.options
	same.tb = nil
	var faults []Fault
	for _, armed := range s.faults {
		faults = append(faults, armed.Fault)
	}
	return func() *Server {
		fresh := NewServer(func(o *options) { *o = same })
		if err := fresh.Restore(state); err != nil {
			panic("workatotest: state cannot be copied: " + err.Error())
		}
		fresh.Inject(faults...)
		return fresh
	}
}

// killer is a transport that kills a job at one of its requests.
type killer struct {
	next transport
	// at is the number of the request, 0 for none.
	at     int
	after  bool
	cancel context.CancelCauseFunc

	mu                      sync.Mutex
	sent                    int
	dead                    bool
	operation, method, path string
}

// RoundTrip implements http.RoundTripper.
func (k *killer) RoundTrip(req *http.Request) (*http.Response, error) {
	dies, dead := k.count(req)
	if !dies && !dead {
		return k.next.RoundTrip(req)
	}
	if dies && k.after {
		_, _ = k.next.deliver(req) // the response is lost
	}
	if req.Body != nil {
		_ = req.Body.Close()
	}
	if dies {
		k.cancel(ErrKilled)
	}
	return nil, ErrKilled
}

// count reports whether the job is killed at a request, and whether it was
// killed before.
func (k *killer) count(req *http.Request) (dies, dead bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.dead {
		return false, true
	}
	k.sent++
	if k.sent != k.at {
		return false, false
	}
	k.dead = true
	k.operation, k.method, k.path = operationOf(req), req.Method, req.URL.EscapedPath()
	return true, false
}

// operationOf is the name of the operation in the request log.
func operationOf(req *http.Request) string {
	if req.URL.Host == storeHost {
		return storeDownload
	}
	if segments, ok := splitPath(req.URL.EscapedPath()); ok {
		if r, _ := match(req.Method, segments); r != nil {
			return r.op
		}
	}
	return "unknown route"
}
