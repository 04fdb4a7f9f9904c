package hostile_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// verbs are ways to print a value.
var verbs = []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%#q", "%d", "%t", "%U", "%T", "%10v", "%.3s"}

// prints returns a value in every form in which a program may print it.
func prints(v any) map[string]string {
	forms := map[string]string{}
	holder := struct {
		Named any
		List  []any
	}{v, []any{v}}
	for _, verb := range verbs {
		forms["fmt "+verb] = fmt.Sprintf(verb, v)
		forms["fmt in a struct "+verb] = fmt.Sprintf(verb, holder)
		forms["fmt in a list "+verb] = fmt.Sprintf(verb, holder.List)
		forms["fmt in a map "+verb] = fmt.Sprintf(verb, map[string]any{"k": v})
	}
	forms["fmt.Sprint"] = fmt.Sprint(v, &v)
	if text, err := json.Marshal(v); err == nil {
		forms["encoding/json"] = string(text)
	}
	if text, err := json.MarshalIndent(map[string]any{"in": holder}, "", " "); err == nil {
		forms["encoding/json in a map"] = string(text)
	}
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"slog text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"slog JSON": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		var b bytes.Buffer
		slog.New(handler(&b)).LogAttrs(context.Background(), slog.LevelInfo, "m", slog.Any("v", v), slog.Any("in", holder), slog.Group("g", "v", v))
		forms[name] = b.String()
	}
	return forms
}

// decimals is how a []byte is printed.
func decimals(text string) string {
	list := fmt.Sprintf("%d", []byte(text))
	return list[1 : len(list)-1]
}

// requireSilent requires that no form of a value holds a secret in any
// encoding.
func requireSilent(t *testing.T, secrets []string, what string, v any) {
	t.Helper()
	for form, text := range prints(v) {
		lower := strings.ToLower(text)
		for _, secret := range secrets {
			codings := []string{
				strings.ToLower(secret), hex.EncodeToString([]byte(secret)), strings.TrimRight(fmt.Sprintf("% x", secret), " "),
				strings.ToLower(strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(secret)), "=")), decimals(secret),
			}
			for _, coding := range codings {
				if strings.Contains(lower, coding) {
					require.Fail(t, "a secret is shown", "%s as %s holds %q:\n%.600s", what, form, coding, text)
				}
			}
		}
	}
}

// requireSilentError checks an error and everything that can be reached from
// it.
func requireSilentError(t *testing.T, secrets []string, what string, err error) {
	t.Helper()
	require.Error(t, err, what)
	var walk func(error)
	walk = func(e error) {
		if e == nil {
			return
		}
		requireSilent(t, secrets, what, e)
		switch e := e.(type) { //nolint:errorlint // walks the chain itself
		case interface{ Unwrap() error }:
			walk(e.Unwrap())
		case interface{ Unwrap() []error }:
			for _, inner := range e.Unwrap() {
				walk(inner)
			}
		}
	}
	walk(err)
	var ue *url.Error
	if errors.As(err, &ue) {
		requireSilent(t, secrets, what+" as *url.Error", ue)
		requireSilent(t, secrets, what+" as *url.Error", ue.URL)
	}
	var apiErr *workato.APIError
	if errors.As(err, &apiErr) {
		requireSilent(t, secrets, what+" as APIError", *apiErr)
		requireSilent(t, secrets, what+", body of the response", string(apiErr.Body))
		requireSilent(t, secrets, what+", fields", apiErr.Fields)
		requireSilent(t, secrets, what+", message", apiErr.Message+apiErr.Code+apiErr.RequestID)
	}
	var start *workato.RecipeStartError
	if errors.As(err, &start) {
		requireSilent(t, secrets, what+" as RecipeStartError", *start)
		requireSilent(t, secrets, what+", reasons", fmt.Sprint(start.CodeErrors, start.ConfigErrors))
	}
}

// watcher records everything that hooks and loggers get.
type watcher struct {
	mu   sync.Mutex
	seen []any
	log  bytes.Buffer
}

func (w *watcher) note(values ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, values...)
}

func (w *watcher) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(p)
}

func (w *watcher) Operation(ctx context.Context, op workato.Operation) (context.Context, func(error)) {
	w.note(op)
	return ctx, func(err error) { w.note(err) }
}

func (w *watcher) Attempt(ctx context.Context, op workato.Operation, n int) (context.Context, func(workato.AttemptResult)) {
	w.note(op, n)
	return ctx, func(r workato.AttemptResult) { w.note(r, r.Err) }
}

func (w *watcher) Wait(_ context.Context, op workato.Operation) error {
	w.note(op)
	return nil
}

func (w *watcher) Observe(op workato.Operation, status int, _ time.Duration) { w.note(op, status) }

func (w *watcher) options() []workato.Option {
	debug := &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}
	return []workato.Option{
		workato.WithHook(w), workato.WithLimiter(w), workato.WithLogger(slog.New(slog.NewJSONHandler(w, debug))),
		workato.WithRetry(workato.RetryPolicy{MaxRetries: 1, MinWait: 1}),
	}
}

func (w *watcher) requireSilent(t *testing.T, secrets []string) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	require.NotEmpty(t, w.seen)
	require.NotEmpty(t, w.log.String())
	for _, v := range w.seen {
		if err, ok := v.(error); ok {
			requireSilentError(t, secrets, "what a hook saw", err)
		} else {
			requireSilent(t, secrets, "what a hook saw", v)
		}
	}
	requireSilent(t, secrets, "log", w.log.String())
}
