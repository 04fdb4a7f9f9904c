package workatotest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/go-workato/workato"
)

// window counts the requests of one family in one minute or hour.
type window struct {
	start time.Time
	count int
}

// documentedQuotas are the limits by operation.
var documentedQuotas = func() map[string]workato.Quota {
	quotas := map[string]workato.Quota{}
	for _, op := range workato.Operations() {
		quotas[op.Name] = op.Quota
	}
	return quotas
}()

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

// overQuota counts a request and says how long to wait if it is one too many.
// All customers share the quota, as they do in the service.
func (s *Server) overQuota(op string) (wait time.Duration, over bool) {
	if perMinute, set := s.options.quotaOf[op]; set {
		return s.countRequest(op, perMinute, time.Minute)
	}
	quota := documentedQuotas[op]
	if perMinute, set := s.options.quotaOf[quota.Family]; set && quota.Family != "" {
		return s.countRequest(quota.Family, perMinute, time.Minute)
	}
	if !s.options.quotas || quota.Family == "" {
		return 0, false
	}
	if wait, over = s.countRequest(quota.Family+" per second", quota.PerSecond, time.Second); over {
		return wait, over
	}
	if wait, over = s.countRequest(quota.Family, quota.PerMinute, time.Minute); over {
		return wait, over
	}
	return s.countRequest(op+" per hour", quota.PerHour, time.Hour)
}

// countRequest counts a request in a window of time and says how long to wait
// if it is one too many. No limit is 0.
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
func tooMany(wait time.Duration) answer {
	a := refuse(http.StatusTooManyRequests, "Too many requests")
	a.retryAfter = strconv.Itoa(int((wait + time.Second - 1) / time.Second))
	return a
}
