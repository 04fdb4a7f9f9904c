package workato_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/apitest"
)

// filled returns a document of about size bytes: head, item repeated, tail.
func filled(size int, head, item, tail string) []byte {
	return []byte(head + strings.TrimSuffix(strings.Repeat(item+",", size/(len(item)+1)-len(head)-len(tail)), ",") + tail)
}

// keyed is the same with a number in each item.
func keyed(size int, head, item, tail string) []byte {
	var b strings.Builder
	b.WriteString(head + fmt.Sprintf(item, 0))
	for i := 1; b.Len() < size-64; i++ {
		b.WriteByte(',')
		fmt.Fprintf(&b, item, i)
	}
	return []byte(b.String() + tail)
}

// greedy are documents that would take many times their length if they were
// decoded without a limit.
func greedy(size int) map[string][]byte {
	return map[string][]byte{
		"empty rows":    filled(size, `{"result":[`, `{}`, `]}`),
		"rows":          filled(size, `{"result":[`, `{"id":1,"name":"x"}`, `]}`),
		"texts for ids": filled(size, `[`, `{"id":"1","name":"x","created_at":""}`, `]`),
		"lists":         filled(size, `{"data":[`, `[]`, `]}`),
		"tuples":        filled(size, `[`, `["",0]`, `]`),
		"keys":          keyed(size, `{"id":"1","created_at":"",`, `"k%d":1`, `}`),
		"fields": filled(size, `{"id":1,"name":"x","assets":[`, `{}`,
			`],"recipe_status":[{}],"environments":[{}],"auth_settings":{"extra":[[],[]]}}`),
		"fields of a row": filled(size, `{"result":[{"id":1,"name":"x","properties":[`, `{}`, `],"input_schema":[{}]}]}`),
		"code errors":     filled(size, `{"success":false,"code_errors":[`, `[]`, `]}`),
		"config errors":   filled(size, `{"success":false,"config_errors":[`, `[1,[["",0,""]]]`, `]}`),
		"errors by field": keyed(size, `{"success":false,"errors":{`, `"k%d":["x"]`, `}}`),
		"errors":          filled(size, `{"errors":[`, `{"title":"x"}`, `]}`),
	}
}

// unannounced is a transport whose responses have no length, like compressed
// ones.
type unannounced []byte

func (u unannounced) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(u)), ContentLength: -1, Request: req}, nil
}

// TestNoResponseOutgrowsItsLimit: for any response, a call allocates at most
// five times the limit of a response, plus the size of some pages of rows. The
// peak is lower: what grows is copied, and the old half freed.
func TestNoResponseOutgrowsItsLimit(t *testing.T) {
	needsExactFigures(t)
	const limit = 256 << 10
	const most = 5*limit + 7<<18 // 2<<18 of it: buffers that a collection took from their pools
	bodies := greedy(limit)
	var before, after runtime.MemStats
	for _, e := range apitest.All() {
		for _, name := range slices.Sorted(maps.Keys(bodies)) {
			c := newClient(t, unannounced(bodies[name]), workato.WithMaxResponseBytes(limit))
			runtime.ReadMemStats(&before)
			err := e.Call.Do(t.Context(), c, customerID)
			runtime.ReadMemStats(&after)
			spent := int64(after.TotalAlloc - before.TotalAlloc)
			if !assert.LessOrEqual(t, spent, int64(most), "%s, %s: %v", e.Operation, name, err) {
				return
			}
		}
	}
}

// TestTooMuchNamesTheOption: the error names the option that raises the limit.
func TestTooMuchNamesTheOption(t *testing.T) {
	t.Parallel()
	rows := filled(1<<20, `[`, `{"id":1}`, `]`)
	for reason, limit := range map[string]int64{"the response is longer than the limit": 1 << 19, "the values would take more than": 1 << 21} {
		c := newClient(t, unannounced(rows), workato.WithMaxResponseBytes(limit))
		_, err := c.Connections.List(t.Context(), customerID, nil)
		require.ErrorIs(t, err, workato.ErrUnexpectedResponse)
		require.ErrorContains(t, err, reason)
		require.ErrorContains(t, err, "WithMaxResponseBytes")
	}
}

// ending is a transport that ends a context when its response has been read.
type ending struct {
	body []byte
	end  context.CancelFunc
}

func (e ending) RoundTrip(req *http.Request) (*http.Response, error) {
	body := struct {
		io.Reader
		io.Closer
	}{bytes.NewReader(e.body), closer(e.end)}
	return &http.Response{StatusCode: http.StatusOK, Body: body, ContentLength: int64(len(e.body)), Request: req}, nil
}

type closer func()

func (c closer) Close() error {
	c()
	return nil
}

// TestDecodingEndsWithTheContext: a response that arrived in time is not
// decoded for ever.
func TestDecodingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	bodies := greedy(1 << 20)
	decode := func(t *testing.T, e *apitest.Entry, body []byte) error {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		return e.Call.Do(ctx, newClient(t, ending{body, cancel}), customerID)
	}
	for _, e := range apitest.All() {
		op := operation(t, e.Operation)
		if op.Response != workato.ResponseObject || e.Operation == "usage.monthly" {
			continue // usage is kept as received
		}
		t.Run(e.Operation, func(t *testing.T) {
			t.Parallel()
			err := decode(t, e, bodies["keys"])
			require.ErrorIs(t, err, context.Canceled)
			require.NotErrorIs(t, err, workato.ErrUnexpectedResponse)
			var failed *workato.CallError
			require.ErrorAs(t, err, &failed)
			assert.Equal(t, e.Operation, failed.Operation)
			assert.Equal(t, 1, failed.Attempts)
			assert.Equal(t, op.Effect == workato.Create, failed.OutcomeUnknown)
			assert.Equal(t, op.Effect == workato.Create, strings.Contains(err.Error(), "outcome is unknown"))
		})
	}
	t.Run("rows", func(t *testing.T) {
		t.Parallel()
		for _, op := range []string{"connections.list", "managed_users.list", "recipes.list", "jobs.list"} {
			require.ErrorIs(t, decode(t, apitest.Lookup(op), bodies["rows"]), context.Canceled, op)
		}
	})
}
