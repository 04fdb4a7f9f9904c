package ratelimit_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/go-workato/workato"
)

// meter is the service's side: it counts what arrives and refuses what exceeds
// the quota, in fixed and in sliding windows at once.
type meter struct {
	quota  int
	span   time.Duration
	offset time.Duration // where fixed windows begin

	mu       sync.Mutex
	start    time.Time
	arrivals []time.Duration
	refused  int
}

func newMeter(quota int, span time.Duration) *meter {
	return &meter{quota: quota, span: span, offset: rand.N(span), start: time.Now()}
}

// arrive counts a call and returns its status.
func (m *meter) arrive() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Since(m.start)
	fixed, sliding := 0, 0
	for _, at := range slices.Backward(m.arrivals) {
		if at <= now-m.span {
			break
		}
		sliding++
		if (at+m.offset)/m.span == (now+m.offset)/m.span {
			fixed++
		}
	}
	m.arrivals = append(m.arrivals, now)
	if max(fixed, sliding) >= m.quota {
		m.refused++
		return 429
	}
	return 200
}

// check verifies all arrivals again, with fixed windows that begin at any
// arrival or anywhere else.
func (m *meter) check(t *testing.T) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.refused > 0 {
		t.Errorf("%d of %d calls were refused with 429", m.refused, len(m.arrivals))
	}
	if err := m.exceeded(); err != nil {
		t.Error(err)
	}
}

func (m *meter) exceeded() error {
	for i := m.quota; i < len(m.arrivals); i++ {
		if took := m.arrivals[i] - m.arrivals[i-m.quota]; took < m.span {
			return fmt.Errorf("%d calls in %v, quota %d in %v", m.quota+1, took, m.quota, m.span)
		}
	}
	for range 50 {
		offset := rand.N(m.span)
		if len(m.arrivals) > 0 && rand.N(2) == 0 {
			offset = m.span - m.arrivals[rand.N(len(m.arrivals))]%m.span
		}
		counts := map[time.Duration]int{}
		for _, at := range m.arrivals {
			window := (at + offset) / m.span
			if counts[window]++; counts[window] > m.quota {
				return fmt.Errorf("more than %d calls in the fixed window %d of offset %v", m.quota, window, offset)
			}
		}
	}
	return nil
}

// total is the number of calls that arrived.
func (m *meter) total() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.arrivals)
}

// op makes an operation of a family with its quota.
func op(family string, perMinute, perHour int) workato.Operation {
	return workato.Operation{
		Name:  family + ".do",
		Quota: workato.Quota{Family: family, PerMinute: perMinute, PerHour: perHour},
	}
}
