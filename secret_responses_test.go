package workato_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/apitest"
)

// shown is a secret in a response. None of its pieces may be in an error.
const shown, piece = "wrk-shown-once-314159", "wrk-shown"

// overSecrets runs a check for each operation that has a good response with a
// secret, and for each of these responses.
func overSecrets(t *testing.T, check func(t *testing.T, e *apitest.Entry, body string)) {
	t.Helper()
	swept := 0
	for _, e := range apitest.All() {
		for i, good := range e.Responses() {
			if body := strings.ReplaceAll(good, testToken, shown); body != good {
				swept++
				t.Run(fmt.Sprint(e.Operation, " ", i+1), func(t *testing.T) {
					t.Parallel()
					check(t, e, body)
				})
			}
		}
	}
	assert.NotZero(t, swept)
}

// unusableForms are a response that shows a secret, made unusable in every way.
func unusableForms(t *testing.T, body string) map[string]response {
	t.Helper()
	forms := map[string]response{
		"as text": {body: shown}, "as a string": {body: `"` + shown + `"`}, "in a list": {body: `["` + shown + `"]`}, "as a key": {body: `{"` + shown + `": 1}`},
		"in a page": {body: "<html><title>" + shown + "</title>" + shown + "</html>"}, "with more behind it": {body: body + ` {"id": 1}`},
		"as a status": {status: http.StatusAccepted, body: `{"status": "` + shown + `", "code": "` + shown + `", "auth_token": "` + shown + `"`},
	}
	for i := strings.Index(body, shown) + len(piece); i < len(body); i++ {
		forms[fmt.Sprint("cut off at ", i)] = response{body: body[:i]}
	}
	rest, isObject := strings.CutPrefix(body, "{")
	require.True(t, isObject)
	for _, beside := range []string{
		`"error": "busy"`, `"errors": {"name": ["is odd"]}`, `"errors": [{"code": 7, "title": "odd"}]`, `"error": {"token": "` + shown + `"}`,
		`"error": "the token ` + shown + ` is odd"`, `"success": false, "message": "no"`, `"success": false, "errors": {"token": ["` + shown + `"]}`,
	} {
		forms["beside "+beside] = response{body: "{" + beside + ", " + rest}
	}
	var document any
	require.NoError(t, json.Unmarshal([]byte(body), &document))
	spoil(document, func(path string) {
		forms["broken "+path] = response{body: asJSON(t, document)}
	})
	return forms
}

// spoil replaces each value of a document with an odd one, one at a time.
func spoil(document any, spoiled func(path string)) {
	keys, _ := document.(map[string]any)
	for key, value := range keys {
		for i, odd := range []any{nil, map[string]any{"odd": value}, []any{value, value}, fmt.Sprint("odd ", value)} {
			keys[key] = odd
			spoiled(fmt.Sprint(key, " ", i))
		}
		keys[key] = value
		spoil(value, func(path string) { spoiled(key + "." + path) })
	}
}

// loud records everything that hooks and loggers get.
type loud struct{ bytes.Buffer }

func (l *loud) Operation(ctx context.Context, op workato.Operation) (context.Context, func(error)) {
	return ctx, func(err error) { fmt.Fprintf(l, "%+v %+v %#v\n", op, err, err) }
}

func (l *loud) Attempt(ctx context.Context, _ workato.Operation, _ int) (context.Context, func(workato.AttemptResult)) {
	return ctx, func(r workato.AttemptResult) { fmt.Fprintf(l, "%+v %#v\n", r, r.Err) }
}

// told is everything that a failed call reports.
func told(err error, heard *loud, meta *workato.ResponseMeta) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v\n%+v\n%#v\n%+v\n%s", err, err, err, meta, heard.String())
	slog.New(slog.NewJSONHandler(&b, nil)).ErrorContext(context.Background(), "failed", "err", err, "in", []any{err})
	var said *workato.APIError
	if errors.As(err, &said) {
		text, _ := json.Marshal(said)
		fmt.Fprintf(&b, "%s %+v %s %s %s %s %s", text, *said, said.Body, said.Message, said.Code, said.Fields, said.RequestID)
	}
	for ; err != nil; err = errors.Unwrap(err) {
		fmt.Fprintf(&b, "%+v %#v", err, err)
	}
	return b.String()
}

// TestSecretsOfUnusableResponses: the secret of an unusable response is shown
// nowhere, and the error says how to continue.
func TestSecretsOfUnusableResponses(t *testing.T) {
	t.Parallel()
	overSecrets(t, func(t *testing.T, e *apitest.Entry, body string) {
		method, path, _ := strings.Cut(strings.ReplaceAll(e.Want, "{customer}", "98178"), " ")
		path, _, _ = strings.Cut(path, "?")
		raw := func(c *apitest.Caller) error {
			var out struct{ ID int64 }
			return c.Do(t.Context(), workato.Request{Method: method, Path: path}, &out)
		}
		failed := 0
		for form, unusable := range unusableForms(t, body) {
			for name, call := range map[string]apitest.Call{"typed": e.Call, "raw": raw} {
				var heard loud
				var meta workato.ResponseMeta
				c := newClient(t, responding(unusable), workato.WithHook(&heard),
					workato.WithLogger(slog.New(slog.NewJSONHandler(&heard, &slog.HandlerOptions{Level: slog.LevelDebug}))))
				err := call.Do(t.Context(), c, customerID, workato.WithResponse(&meta))
				if err == nil {
					continue // it is still usable
				}
				failed++
				assert.NotContains(t, told(err, &heard, &meta), piece, "%s, %s", name, form)
				assertSaysHowToGoOn(t, e, err)
			}
		}
		assert.Greater(t, failed, 20)
	})
}

// assertSaysHowToGoOn checks the error of a lost response.
func assertSaysHowToGoOn(t *testing.T, e *apitest.Entry, err error) {
	t.Helper()
	if errors.Is(err, workato.ErrRejected) || operation(t, e.Operation).Effect != workato.Create {
		return // nothing was made
	}
	assert.ErrorIs(t, err, workato.ErrOutcomeUnknown)
	_, hint, _ := strings.Cut(err.Error(), "the outcome is unknown: ")
	assert.Regexp(t, `refresh|regenerate|delete|renew|again`, hint)
}

// TestSecretsOfLostResponses: the connection breaks off within the response, in it
// or before it.
func TestSecretsOfLostResponses(t *testing.T) {
	t.Parallel()
	overSecrets(t, func(t *testing.T, e *apitest.Entry, body string) {
		for _, length := range []int{0, len(body) / 2, strings.Index(body, shown) + len(shown), len(body) - 1} {
			var heard loud
			transport := &recorder{respond: func(_ int, req *http.Request) (*http.Response, error) {
				resp := response{body: body}.response(req)
				resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(body[:length]), iotest.ErrReader(io.ErrUnexpectedEOF)))
				return resp, nil
			}}
			c := newClient(t, transport, workato.WithHook(&heard))
			err := e.Call.Do(t.Context(), c, customerID)
			require.Error(t, err)
			assert.NotContains(t, told(err, &heard, nil), piece)
			assertSaysHowToGoOn(t, e, err)
		}
	})
}
