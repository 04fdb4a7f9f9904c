package hostile_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/apitest"
)

// call is one way to make the client send one operation.
type call struct {
	name string // of the operation, with "raw " in front for Client.Do
	workato.Operation

	run  func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error
	good string // a response that the method accepts
}

var acme = workato.ExternalID("acme.example")

const (
	goodCustomer = `{"id":98178,"external_id":"acme.example","name":"Acme","created_at":"2024-05-06T07:08:09.010Z"}`
	goodImport   = `{"id":12,"operation_type":"import","status":"in_progress"}`
	goodPlain    = `{"id":31}`
)

// typed is the typed method of an operation.
func typed(operation string) call {
	for _, c := range typedCalls() {
		if c.name == operation {
			return c
		}
	}
	panic("no operation " + operation)
}

// typedCalls returns the typed methods of all operations.
var typedCalls = sync.OnceValue(func() []call {
	var calls []call
	for _, op := range workato.Operations() {
		e := apitest.Lookup(op.Name)
		calls = append(calls, call{
			name: op.Name, Operation: op, good: e.Response(),
			run: func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
				return e.Call.Do(ctx, c, acme, opts...)
			},
		})
	}
	return calls
})

// documents returns the typed methods whose response is JSON: all but the
// download of a package, which TestDownloads of the root package covers.
func documents() []call {
	return those(func(c *call) bool { return !c.isDownload() })
}

// those returns the typed methods that match.
func those(fit func(*call) bool) []call {
	return slices.DeleteFunc(slices.Clone(typedCalls()), func(c call) bool { return !fit(&c) })
}

// inTurn returns a function that returns some calls in turn, for checks whose
// product with all calls would be too large.
func inTurn(calls []call) func() call {
	n := -1
	return func() call {
		n++
		return calls[n%len(calls)]
	}
}

// sorted iterates over a map in the order of its keys, so that every run pairs
// it with the same calls.
func sorted[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}

// isDownload is true for a call whose response is a package.
func (c *call) isDownload() bool { return strings.HasPrefix(c.good, "PK") }

// operations returns the calls of all operations, or of those with one of the
// effects: every typed method, and Client.Do for every create.
func operations(effects ...workato.Effect) []call {
	var calls []call
	for _, c := range typedCalls() {
		if len(effects) > 0 && !slices.Contains(effects, c.Effect) {
			continue
		}
		calls = append(calls, c)
		if c.Effect == workato.Create {
			c.name, c.good, c.run = "raw "+c.name, `{}`, raw(c.Operation)
			calls = append(calls, c)
		}
	}
	return calls
}

// raw drives an operation by its path template.
func raw(op workato.Operation) func(context.Context, *workato.Client, ...workato.CallOption) error {
	req := workato.Request{Method: op.Method, Path: strings.ReplaceAll(op.Path, "{customer}", acme.PathSegment())}
	for {
		before, rest, more := strings.Cut(req.Path, "{")
		if !more {
			break
		}
		_, after, _ := strings.Cut(rest, "}")
		req.Path = before + "7" + after
	}
	if op.Method != http.MethodGet && op.Method != http.MethodHead {
		req.Body = map[string]any{"name": "Acme"}
	}
	return func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		var out json.RawMessage
		return c.Do(ctx, req, &out, opts...)
	}
}

// marked gives each call of a test its own marker.
func marked(name string, n int) (string, workato.CallOption) {
	mark := fmt.Sprintf("%s-%d", strings.ReplaceAll(name, " ", "-"), n)
	return mark, workato.WithHeader(marker, mark)
}
