package workatotest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-workato/workato"
)

// window counts the requests of one family in one minute or hour.
type window struct {
	start time.Time
	count int
}

// otherQuotas are the limits of operations that the client does not have: the
// first row that matches counts. A star stands for all operations of a service,
// which are then one family.
var otherQuotas = []struct {
	ops   string
	quota workato.Quota
}{
	// The own workspace has the limits of the Developer API.
	{"own.recipes.create", workato.Quota{PerSecond: 1}},
	{"own.recipes.force_run", workato.Quota{PerSecond: 1}},
	{"own.jobs.repeat", workato.Quota{PerSecond: 1}},
	{"own.jobs.*", workato.Quota{PerMinute: 1000}},
	// All others have 60 a minute, as most do in the reference.
	{"*", workato.Quota{PerMinute: 60}},
}

// documentedQuotas are the limits by operation.
var documentedQuotas = func() map[string]workato.Quota {
	quotas := map[string]workato.Quota{}
	for _, op := range workato.Operations() {
		quotas[op.Name] = op.Quota
	}
	for _, r := range routes {
		if _, known := quotas[r.op]; !known {
			quotas[r.op] = otherQuota(r.op)
		}
	}
	return quotas
}()

func otherQuota(op string) workato.Quota {
	for _, row := range otherQuotas {
		service, all := strings.CutSuffix(row.ops, "*")
		switch {
		case row.ops == op:
			row.quota.Family = op
		case all && strings.HasPrefix(op, service):
			row.quota.Family = op[:strings.LastIndexByte(op, '.')]
		default:
			continue
		}
		return row.quota
	}
	return workato.Quota{}
}

// checkQuotas refuses names that are neither an operation nor a family.
func checkQuotas(quotas map[string]int) error {
	for name := range quotas {
		known := slices.ContainsFunc(routes, func(r *route) bool { return r.op == name })
		for _, quota := range documentedQuotas {
			known = known || quota.Family == name
		}
		if !known {
			return fmt.Errorf("quota: no operation or family %q", name)
		}
	}
	return nil
}

// overQuota counts a request and returns how long to wait if it is one too
// many. All customers share the quota, as in the service.
func (s *Server) overQuota(op string) (wait time.Duration, over bool) {
	if perMinute, set := s.options.quotaOf[op]; set {
		return s.countRequest(op, perMinute, s.options.minute)
	}
	quota := documentedQuotas[op]
	if perMinute, set := s.options.quotaOf[quota.Family]; set && quota.Family != "" {
		return s.countRequest(quota.Family, perMinute, s.options.minute)
	}
	if !s.options.quotas || quota.Family == "" {
		return 0, false
	}
	if wait, over = s.countRequest(quota.Family+" per second", quota.PerSecond, s.options.minute/60); over {
		return wait, over
	}
	if wait, over = s.countRequest(quota.Family, quota.PerMinute, s.options.minute); over {
		return wait, over
	}
	return s.countRequest(op+" per hour", quota.PerHour, 60*s.options.minute)
}

// countRequest counts a request in a time window and returns how long to wait
// if it is one too many. 0 means no limit.
func (s *Server) countRequest(name string, limit int, span time.Duration) (wait time.Duration, over bool) {
	if limit <= 0 {
		return 0, false
	}
	now := s.now()
	w := s.quotas[name]
	if w == nil || !now.Before(w.start.Add(span)) {
		w = &window{start: now}
		s.quotas[name] = w
	}
	if w.count >= limit {
		return w.start.Add(span).Sub(now), true
	}
	w.count++
	return 0, false
}

// tooMany refuses a request above the limit. The body is a guess: no source
// shows a real one.
func tooMany(wait time.Duration) response {
	a := refuse(http.StatusTooManyRequests, "Too many requests")
	a.retryAfter = strconv.Itoa(int((wait + time.Second - 1) / time.Second))
	return a
}
