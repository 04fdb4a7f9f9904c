package bench

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestCeilings bounds the cost of a call independently of the computer:
// allocations and allocated bytes with a stub transport.
func TestCeilings(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	for _, w := range works() {
		client := newClient(t, "https://api.example.com", newStub(w.status, w.body))
		for _, p := range []struct {
			name string
			path path
			most ceiling
		}{{"client", client, w.client}, {"raw", raw(client), w.raw}} {
			t.Run(w.name+"/"+p.name, func(t *testing.T) {
				require.NoError(t, w.run(p.path))
				result := testing.Benchmark(func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						if err := w.run(p.path); err != nil {
							b.Fatal(err)
						}
					}
				})
				require.LessOrEqual(t, float64(result.AllocsPerOp()), p.most.allocs, "allocations"+next)
				require.LessOrEqual(t, float64(result.AllocedBytesPerOp()), p.most.bytes, "bytes"+next)
			})
		}
	}
}

// BenchmarkStub measures the three paths without a network.
func BenchmarkStub(b *testing.B) {
	for _, w := range works() {
		transport := newStub(w.status, w.body)
		compare(b, w, "https://api.example.com", transport, transport)
	}
}

// BenchmarkLoopback measures them against a server on this machine, which is in
// the same process: only times mean something.
func BenchmarkLoopback(b *testing.B) {
	for _, w := range works() {
		server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Content-Type", "application/json")
			rw.WriteHeader(w.status)
			_, _ = rw.Write(w.body)
		}))
		own, other := transport(), transport()
		compare(b, w, server.URL, own, other)
		own.CloseIdleConnections()
		other.CloseIdleConnections()
		server.Close()
	}
}

func transport() *http.Transport { return &http.Transport{MaxIdleConnsPerHost: 64} }

func compare(b *testing.B, w work, base string, own, other http.RoundTripper) {
	b.Helper()
	client, tuned, naive := newClient(b, base, own), newTuned(b, base, other), naive{&http.Client{Transport: other}, base}
	paths := []struct {
		name string
		path path
	}{{"client", client}, {"raw", raw(client)}, {"tuned", tuned}, {"naive", naive}}
	for _, p := range paths {
		b.Run(w.name+"/"+p.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := w.run(p.path); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	for _, p := range paths[:2] {
		b.Run(w.name+"/"+p.name+"-ratio", func(b *testing.B) {
			ratio(b, func() error { return w.run(p.path) }, func() error { return w.run(tuned) })
		})
	}
}

// ratio runs both in turns and reports the ratio of their times.
func ratio(b *testing.B, own, other func() error) {
	b.Helper()
	const turn = 20
	var times [2]time.Duration
	for b.Loop() {
		for i, do := range []func() error{own, other} {
			started := time.Now()
			for range turn {
				if err := do(); err != nil {
					b.Fatal(err)
				}
			}
			times[i] += time.Since(started)
		}
	}
	b.ReportMetric(float64(times[0])/float64(times[1]), "x-tuned")
	b.ReportMetric(0, "ns/op") // of both together: says nothing
}
