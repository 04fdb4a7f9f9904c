// Package bench compares the client with what net/http and encoding/json allow.
//
// Each piece of work is done three ways: by the client; by a tuned path (one
// http.Client, headers and buffers shared between calls, the response read into a
// pooled buffer and given to Unmarshal); and by a naive one (http.NewRequest,
// json.Decoder). The ratio of the client's time to the tuned path's is measured
// in turns within one benchmark, so that a slow spell of the machine meets both:
//
//	go test -bench . ./bench
//
// Ceilings on allocations and bytes, which do not depend on the machine, are
// tests.
package bench
