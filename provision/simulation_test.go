package provision_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/ratelimit"
)

// service answers what a rollout asks, counts against the quotas in sliding windows,
// and keeps next to nothing. Imports take ten seconds.
type service struct {
	mu      sync.Mutex
	start   time.Time
	quotas  map[string]workato.Quota
	sent    map[string][]time.Duration // the last ones of each quota
	calls   map[string]int
	over    int
	imports map[string]time.Time
	next    int64
	hourly  bool
}

func newService(hourly bool) *service {
	s := &service{
		start: time.Now(), quotas: map[string]workato.Quota{}, sent: map[string][]time.Duration{}, calls: map[string]int{},
		imports: map[string]time.Time{}, hourly: hourly,
	}
	for _, op := range workato.Operations() {
		q := op.Quota
		if q.PerMinute == 0 {
			q.PerMinute = 60 // undocumented
		}
		s.quotas[op.Name] = q
	}
	return s
}

// count counts a call, and whether it is one too many for any span that ends with
// it.
func (s *service) count(name string, quota int, span, now time.Duration) {
	window := s.sent[name]
	window = append(window, now)
	if len(window) > quota {
		if now-window[len(window)-1-quota] < span {
			s.over++
		}
		window = append(window[:0], window[len(window)-quota:]...)
	}
	s.sent[name] = window
}

func (s *service) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		defer req.Body.Close()
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return nil, err
		}
	}
	time.Sleep(120 * time.Millisecond)
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Since(s.start)
	path := strings.Split(strings.TrimPrefix(req.URL.Path, "/api/managed_users/"), "/")
	customer := path[0]
	op, body := "", ""
	query := req.URL.Query()
	switch kind := req.Method + " " + path[len(path)-1]; {
	case strings.HasSuffix(req.URL.Path, "/users/me"):
		op, body = "workspace.whoami", `{"id":1,"name":"partner"}`
	case kind == "GET folders":
		op, body = "folders.list", `{"result":[]}`
		if !query.Has("parent_id") && query.Get("page") == "1" {
			body = `{"result":[{"id":50,"name":"Billing"}]}`
		}
	case kind == "GET recipes":
		op, body = "recipes.list", `{"result":[{"id":1,"name":"_release","description":"old"}]}`
		if query.Has("since_id") || query.Get("page") > "1" {
			body = `{"result":[]}`
		}
	case kind == "POST imports":
		op = "imports.create"
		s.next++
		s.imports[customer] = time.Now().Add(10 * time.Second)
		body = fmt.Sprintf(`{"id":%d,"operation_type":"import","status":"in_progress"}`, s.next)
	case len(path) == 3 && path[1] == "imports":
		op = "imports.get"
		body = `{"id":` + path[2] + `,"operation_type":"import","status":"in_progress","recipe_status":[]}`
		if !time.Now().Before(s.imports[customer]) {
			delete(s.imports, customer)
			body = `{"id":` + path[2] + `,"operation_type":"import","status":"completed","recipe_status":[{"id":1,"import_result":"restarted"}]}`
		}
	default:
		return nil, fmt.Errorf("no route %s", req.URL.Path)
	}
	q := s.quotas[op]
	s.count(q.Family, q.PerMinute, time.Minute, now)
	if s.hourly && q.PerHour > 0 {
		s.count(op+" per hour", q.PerHour, time.Hour, now)
	}
	s.calls[op]++
	header := http.Header{"Content-Type": {"application/json"}}
	return &http.Response{StatusCode: 200, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
}

// silent is a ledger that keeps no events, so that its size does not change.
type silent struct{ provision.Ledger }

func (s silent) Acquire(ctx context.Context, rollout string, o provision.Owner, ttl time.Duration) (provision.Lease, error) {
	l, err := s.Ledger.Acquire(ctx, rollout, o, ttl)
	return silentLease{l}, err
}

type silentLease struct{ provision.Lease }

func (l silentLease) Put(ctx context.Context, u *provision.Update) error {
	u.Events = nil
	return l.Lease.Put(ctx, u)
}

// simulated is what a simulation has measured.
type simulated struct {
	took, least time.Duration
	binding     string
	heap        int64 // how much it grew at most while customers were worked at
	over        int
}

func simulate(t *testing.T, customers int, hourly bool) (out simulated) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newService(hourly)
		var opts []ratelimit.Option
		if !hourly {
			opts = append(opts, ratelimit.PerHour("imports", 0))
		}
		limiter := limits(t, opts...)
		client, err := workato.NewClient(workato.WithAPIToken("test-token"), workato.WithRegion(workato.RegionUS),
			workato.WithHTTPClient(&http.Client{Transport: s}))
		if err != nil {
			t.Fatal(err)
		}
		strategy := provision.Strategy{
			Waves:       []provision.Wave{{Count: 1}, {Count: 50}, {Percent: 100}},
			Concurrency: provision.Soft, FailureTolerance: provision.Tolerance{Percent: 1},
		}
		ledger := silent{provision.Memory()}
		r, err := provision.NewRollout(client, ledger, rolloutID, billing, strategy, provision.WithLimiter(limiter),
			provision.WithImportWait(workato.ImportWaitParams{FirstInterval: 11 * time.Second}))
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.Enroll(t.Context(), func(yield func(provision.Target, error) bool) {
			for i := range customers {
				if !yield(provision.Target{Customer: workato.AccountID(int64(i + 1))}, nil) {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		e := provision.EstimateWork(r.Work(), customers, limiter, &strategy)
		out.least, out.binding = e.Least, e.Binding
		start, before := time.Now(), liveBytes()
		ended, grown := make(chan struct{}), make(chan int64, 1)
		go func() {
			most := int64(0)
			for {
				select {
				case <-ended:
					grown <- most
					return
				case <-time.After(max(e.Least/8, time.Minute)):
					most = max(most, liveBytes()-before)
				}
			}
		}()
		summary, err := r.Run(t.Context())
		out.took = time.Since(start)
		close(ended)
		out.heap = <-grown
		if err != nil || summary.Counts[provision.StateSucceeded] != customers {
			t.Fatalf("%+v, %v", summary, err)
		}
		if s.calls["imports.create"] != customers {
			t.Errorf("%d imports for %d customers", s.calls["imports.create"], customers)
		}
		if out.over = s.over; out.over > 0 || summary.Throttled > 0 {
			t.Errorf("%d calls over the quotas, throttled %d", s.over, summary.Throttled)
		}
	})
	return out
}

func liveBytes() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func (s simulated) String() string {
	return fmt.Sprintf("took %v, least %v by %s, over %.2f %%, throttled %d, heap +%d KiB",
		s.took.Round(time.Second), s.least, s.binding, 100*(float64(s.took)/float64(s.least)-1), s.over, s.heap>>10)
}

func TestSimulation5000(t *testing.T) {
	if testing.Short() {
		t.Skip("fleets of thousands are for the full run")
	}
	tests := []struct {
		name      string
		customers int
		hourly    bool
		least     time.Duration
	}{
		{"documented quotas", 5000, true, 9 * time.Hour},
		{"no imports per hour", 5000, false, 2*time.Hour + 46*time.Minute},
	}
	heaps := map[int]int64{}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			began := wall(t)
			s := simulate(t, test.customers, test.hourly)
			heaps[test.customers] = max(heaps[test.customers], s.heap)
			t.Logf("%d customers: %v; real %v", test.customers, s, wall(t)-began)
			if over := float64(s.took)/float64(s.least) - 1; s.least != test.least || over < 0 || over > 0.035 {
				t.Errorf("took %v, least %v, want 0 to 3.5 %% over %v", s.took, s.least, test.least)
			}
		})
	}
	t.Run("memory is flat to 20000", func(t *testing.T) {
		if raceEnabled {
			t.Skip("the race detector allocates itself: the heap's size says nothing, and the run above has shown what it finds")
		}
		began := wall(t)
		s := simulate(t, 20000, true)
		t.Logf("20000 customers: %v; real %v", s, wall(t)-began)
		if grown := s.heap - heaps[5000]; grown > 1<<20 {
			t.Errorf("the heap grows by %d KiB more with 20000 customers than with 5000", grown>>10)
		}
	})
}

// wall is the real time, which a bubble hides.
func wall(t *testing.T) time.Duration {
	t.Helper()
	text, err := os.ReadFile("/proc/uptime")
	if err != nil {
		return 0 // not on this system
	}
	seconds, err := strconv.ParseFloat(strings.Fields(string(text))[0], 64)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(seconds * float64(time.Second))
}
