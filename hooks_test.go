package workato_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// hook is a Hook of two functions, each of which may be nil.
type hook struct {
	operation func(context.Context, workato.Operation) (context.Context, func(error))
	attempt   func(context.Context, workato.Operation, int) (context.Context, func(workato.AttemptResult))
}

func (h hook) Operation(ctx context.Context, op workato.Operation) (context.Context, func(error)) {
	if h.operation == nil {
		return nil, nil
	}
	return h.operation(ctx, op)
}

func (h hook) Attempt(ctx context.Context, op workato.Operation, number int) (context.Context, func(workato.AttemptResult)) {
	if h.attempt == nil {
		return nil, nil
	}
	return h.attempt(ctx, op, number)
}

func TestHooks(t *testing.T) {
	t.Parallel()
	type key string
	var events []string
	var results []workato.AttemptResult
	watcher := func(name string) workato.Option {
		return workato.WithHook(hook{
			operation: func(ctx context.Context, op workato.Operation) (context.Context, func(error)) {
				events = append(events, name+" operation "+op.Name)
				return context.WithValue(ctx, key(name), "call"), func(err error) {
					events = append(events, fmt.Sprintf("%s operation ends %v", name, err == nil))
				}
			},
			attempt: func(ctx context.Context, op workato.Operation, number int) (context.Context, func(workato.AttemptResult)) {
				assert.Equal(t, "call", ctx.Value(key(name)), "the attempt is inside the call")
				events = append(events, fmt.Sprintf("%s attempt %d %s", name, number, op.Path))
				return context.WithValue(ctx, key(name), "attempt"), func(r workato.AttemptResult) {
					events = append(events, fmt.Sprintf("%s attempt ends %d", name, r.StatusCode))
					if name == "a" {
						results = append(results, r)
					}
				}
			},
		})
	}
	transport := &recorder{respond: func(number int, req *http.Request) (*http.Response, error) {
		assert.Equal(t, "attempt", req.Context().Value(key("a")))
		assert.Equal(t, "attempt", req.Context().Value(key("b")))
		if number == 1 {
			return response{status: 503, header: http.Header{"X-Request-Id": {"first"}}}.response(req), nil
		}
		return response{body: `{"id": 1}`, header: http.Header{"X-Request-Id": {"second"}}}.response(req), nil
	}}
	c := newClient(t, transport, watcher("a"), workato.WithHook(hook{}), watcher("b"), workato.WithRetry(workato.RetryPolicy{
		MaxRetries: 1, MinWait: 1,
		MaxWait: 1,
	}))
	require.NoError(t, ignore(c.ManagedUsers.Get(t.Context(), customerID)))
	path := "/api/managed_users/{customer}"
	assert.Equal(t, []string{
		"a operation managed_users.get", "b operation managed_users.get",
		"a attempt 1 " + path, "b attempt 1 " + path, "b attempt ends 503", "a attempt ends 503",
		"a attempt 2 " + path, "b attempt 2 " + path, "b attempt ends 200", "a attempt ends 200",
		"b operation ends true", "a operation ends true",
	}, events)
	require.Len(t, results, 2)
	assert.True(t, results[0].WillRetry)
	assert.Equal(t, "first", results[0].RequestID)
	assert.False(t, results[1].WillRetry)
	assert.Zero(t, results[1].Wait)
	assert.Equal(t, "second", results[1].RequestID)
	assert.NoError(t, results[1].Err)

	events = nil
	broken := errors.New("no route")
	c = newClient(t, roundTrip(func(*http.Request) (*http.Response, error) { return nil, broken }), watcher("a"))
	require.Error(t, ignore(c.ManagedUsers.Get(t.Context(), customerID)))
	assert.Equal(t, []string{"a operation managed_users.get", "a attempt 1 " + path, "a attempt ends 0", "a operation ends false"}, events)
	assert.ErrorIs(t, results[2].Err, broken)

	events = nil
	require.Error(t, ignore(c.ManagedUsers.Get(t.Context(), workato.CustomerID{})))
	assert.Equal(t, []string{"a operation managed_users.get", "a operation ends false"}, events, "a refused call has no attempts")
}

func TestHooksNeverSeeANilContext(t *testing.T) {
	t.Parallel()
	watcher := workato.WithHook(hook{operation: func(context.Context, workato.Operation) (context.Context, func(error)) {
		t.Error("called")
		return nil, nil
	}})
	err := ignore(newClient(t, unreachable(t), watcher).ManagedUsers.Get(nil, customerID)) //nolint:staticcheck // on purpose
	assert.ErrorIs(t, err, workato.ErrInvalidArgument)
}

// keeper is a slog handler that keeps its records.
type keeper struct {
	level   slog.Level
	mu      sync.Mutex
	records []slog.Record
}

func (k *keeper) Enabled(_ context.Context, level slog.Level) bool { return level >= k.level }

func (k *keeper) Handle(_ context.Context, r slog.Record) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.records = append(k.records, r)
	return nil
}

func (k *keeper) WithAttrs([]slog.Attr) slog.Handler { return k }

func (k *keeper) WithGroup(string) slog.Handler { return k }

func TestLoggingIsAnAllowlist(t *testing.T) {
	t.Parallel()
	allowed := []string{"operation", "method", "path", "attempt", "status", "duration", "request_id", "error", "reason", "wait"}
	secrets := []string{"EXT-SECRET", "98178", "secret-query", "test-token", "secret-body", "secret-response", "secret-header", "4242"}
	log := &keeper{level: slog.LevelDebug}
	for _, credential := range []workato.Option{
		workato.WithAPIToken(testToken), workato.WithUserToken("ops@partner.example", testToken), workato.WithQueryToken("ops@partner.example", testToken),
	} {
		transport := responding(
			response{status: 503, body: `{"message": "secret-response test-token"}`, header: http.Header{"Set-Cookie": {"secret-header"}}},
			response{body: `{"result": [{"id": 4242, "name": "secret-response"}]}`, header: http.Header{"X-Request-Id": {"req-1"}}},
			response{status: 404, body: `{"message": "secret-response"}`},
		)
		c, err := workato.NewClient(credential, workato.WithLogger(slog.New(log)), workato.WithHTTPClient(&http.Client{Transport: transport}),
			workato.WithRetry(workato.RetryPolicy{MaxRetries: 1, MinWait: 1, MaxWait: 1}))
		require.NoError(t, err)
		_, err = c.Connections.List(t.Context(), workato.ExternalID("EXT-SECRET"), &workato.ConnectionListParams{ExternalID: "secret-query"},
			workato.WithHeader("X-A", "secret-header"))
		require.NoError(t, err)
		_, err = c.Connections.Create(t.Context(), customerID, &workato.ConnectionCreateParams{Provider: "x", Input: map[string]any{"password": "secret-body"}})
		require.Error(t, err)
		err = c.Do(t.Context(), workato.Request{Method: http.MethodGet, Path: "/api/managed_users/EEXT-SECRET/unheard_of/4242"}, nil)
		require.Error(t, err)
	}
	require.Len(t, log.records, 12)
	for i, record := range log.records {
		level, message := slog.LevelDebug, "workato attempt"
		if i%4 == 0 {
			level, message = slog.LevelWarn, "workato retry"
		}
		assert.Equal(t, level, record.Level)
		assert.Equal(t, message, record.Message)
		var text bytes.Buffer
		require.NoError(t, slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug}).Handle(t.Context(), record))
		for _, secret := range secrets {
			assert.NotContains(t, text.String(), secret)
		}
		record.Attrs(func(a slog.Attr) bool {
			assert.Contains(t, allowed, a.Key)
			return true
		})
		assert.Contains(t, text.String(), "path=")
	}
	var second bytes.Buffer
	require.NoError(t, slog.NewTextHandler(&second, nil).Handle(t.Context(), log.records[1]))
	for _, want := range []string{
		"operation=connections.list", "method=GET", "path=/api/managed_users/{customer}/connections", "attempt=2", "status=200",
		"request_id=req-1",
	} {
		assert.Contains(t, second.String(), want)
	}

	quiet := &keeper{level: slog.LevelInfo}
	c := newClient(t, responding(response{body: `{"id": 1}`}), workato.WithLogger(slog.New(quiet)))
	require.NoError(t, ignore(c.ManagedUsers.Get(t.Context(), customerID)))
	assert.Empty(t, quiet.records, "nothing at Info without a failure")
}

// TestLogOfFailedTransport: errors of a transport often quote the URL.
func TestLogOfFailedTransport(t *testing.T) {
	t.Parallel()
	log := &keeper{level: slog.LevelDebug}
	c, err := workato.NewClient(workato.WithQueryToken("ops@partner.example", testToken), workato.WithLogger(slog.New(log)),
		workato.WithRetry(workato.RetryPolicy{}),
		workato.WithHTTPClient(&http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("cannot reach %s", req.URL)
		})}))
	require.NoError(t, err)
	_, err = c.Connections.List(t.Context(), customerID, nil)
	require.ErrorContains(t, err, "cannot reach")
	assert.NotContains(t, err.Error(), testToken)
	require.Len(t, log.records, 1)
	var text bytes.Buffer
	require.NoError(t, slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug}).Handle(t.Context(), log.records[0]))
	assert.Contains(t, text.String(), "cannot reach")
	assert.NotContains(t, text.String(), testToken)
}
