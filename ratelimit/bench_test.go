package ratelimit

import (
	"context"
	"testing"
	"time"

	"github.com/go-workato/workato"
)

var benchOperation = workato.Operation{Name: "bench", Quota: workato.Quota{Family: "bench", PerMinute: 1 << 30, PerHour: 1 << 30}}

// benchLimiter has a quota that is not reached as long as the returned
// function, which forgets all calls, is called now and then.
func benchLimiter(tb testing.TB) (limiter *Limiter, forget func()) {
	tb.Helper()
	limiter, err := New(Burst(1 << 30))
	if err != nil {
		tb.Fatal(err)
	}
	f := limiter.family(benchOperation)
	forget = func() {
		f.mu.Lock()
		f.lanes[minute].n, f.lanes[hour].n = 0, 0
		f.mu.Unlock()
	}
	for range 1024 {
		if err := limiter.Wait(tb.Context(), benchOperation); err != nil {
			tb.Fatal(err)
		}
	}
	return limiter, forget
}

func TestFreeCallAllocatesNothing(t *testing.T) {
	limiter, forget := benchLimiter(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	forget()
	allocs := testing.AllocsPerRun(1000, func() {
		if err := limiter.Wait(ctx, benchOperation); err != nil {
			t.Fatal(err)
		}
		limiter.Observe(benchOperation, 200, 0)
	})
	if allocs != 0 {
		t.Errorf("%v allocations, want none", allocs)
	}
}

func BenchmarkFree(b *testing.B) {
	limiter, forget := benchLimiter(b)
	ctx := b.Context()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if i++; i%1000 == 0 {
			forget()
		}
		_ = limiter.Wait(ctx, benchOperation)
		limiter.Observe(benchOperation, 200, 0)
	}
}

func BenchmarkFreeParallel(b *testing.B) {
	limiter, forget := benchLimiter(b)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if i%500 == 0 {
				forget()
			}
			_ = limiter.Wait(b.Context(), benchOperation)
			limiter.Observe(benchOperation, 200, 0)
		}
	})
}

func BenchmarkRefused(b *testing.B) {
	limiter, err := New(PerMinute("bench", 1))
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(b.Context(), 30*time.Second)
	defer cancel()
	_ = limiter.Wait(ctx, benchOperation)
	b.ReportAllocs()
	for b.Loop() {
		_ = limiter.Wait(ctx, benchOperation)
	}
}
