package lease_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato/provision/internal/lease"
)

// TestWatch: when a lease that somebody else has can be taken. The looks are ten in
// its ttl, the first at once; the last sign of a list stays.
func TestWatch(t *testing.T) {
	t.Parallel()
	const ttl = 10 * time.Second
	held, renewed := lease.Sign{Epoch: 1, TTL: ttl}, lease.Sign{Epoch: 1, Renewal: 1, TTL: ttl}
	given, never := lease.Sign{Epoch: 1, TTL: ttl, Free: true}, lease.Sign{Free: true}
	broken := errors.New("it cannot be read")
	for name, test := range map[string]struct {
		signs []lease.Sign
		fails int // the look, from 1, that fails
		alive bool
		took  time.Duration
	}{
		"nobody had it":       {[]lease.Sign{never}, 0, false, 0},
		"given back":          {[]lease.Sign{given}, 0, false, 0},
		"given back at last":  {[]lease.Sign{held, held, given}, 0, false, 2 * time.Second},
		"renewed":             {[]lease.Sign{held, held, renewed}, 0, true, 2 * time.Second},
		"silent":              {[]lease.Sign{held}, 0, false, ttl},
		"unreadable":          {[]lease.Sign{held}, 1, false, 0},
		"unreadable at last":  {[]lease.Sign{held}, 3, false, 2 * time.Second},
		"unreadable and free": {[]lease.Sign{held, given}, 2, false, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				looks := 0
				start := time.Now()
				last, alive, err := lease.Watch(t.Context(), func() (lease.Sign, error) {
					if looks++; looks == test.fails {
						return test.signs[min(looks, len(test.signs))-1], broken
					}
					return test.signs[min(looks, len(test.signs))-1], nil
				})
				if took := time.Since(start); alive != test.alive || errors.Is(err, broken) != (test.fails > 0) || took != test.took {
					t.Errorf("alive %v after %v, %v", alive, took, err)
				}
				if want := test.signs[len(test.signs)-1]; err == nil && last != want {
					t.Errorf("the last sign is %+v, want %+v", last, want)
				}
			})
		})
	}
}

// TestWatchEndsWithTheContext and says why.
func TestWatchEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		_, alive, err := lease.Watch(ctx, func() (lease.Sign, error) { return lease.Sign{Epoch: 1, TTL: time.Minute}, nil })
		if alive || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("alive %v, %v", alive, err)
		}
	})
}
