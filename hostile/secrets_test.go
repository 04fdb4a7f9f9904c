package hostile_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// secretInput are connection parameters with secrets in all kinds of places.
func secretInput() map[string]any {
	pin := testPassword
	return map[string]any{
		"host": "db.example.com", "password": testPassword, "api_key": testPassword, "nested": map[string]any{"client_secret": testPassword},
		"auth": map[string]string{"value": testPassword}, "tokens": []string{testPassword}, "private_key": json.RawMessage(`"` + testPassword + `"`),
		"credentials": []any{map[string]any{"a": testPassword}}, "Secret Struct": struct{ Inner string }{testPassword}, "pin": &pin,
	}
}

func createSecret(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
	_, err := c.Connections.Create(ctx, acme, &workato.ConnectionCreateParams{Provider: "jira", Input: secretInput()}, opts...)
	return err
}

func updateSecret(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
	_, err := c.Connections.Update(ctx, acme, 1, &workato.ConnectionUpdateParams{Input: secretInput()}, opts...)
	return err
}

// echoes are responses that echo all secrets of the request.
func echoes(secrets []string) map[string]response {
	all := strings.Join(secrets, " ")
	quoted := func(format string) string { return strings.ReplaceAll(format, "@", all) }
	return map[string]response{
		"message":        says(401, quoted(`{"message":"bad @"}`)),
		"fields":         says(422, quoted(`{"errors":{"@":["@ is bad"],"b":"@"}}`)),
		"codes":          says(400, quoted(`{"error":"@","error_type":"@","code":"@","status":"@"}`)),
		"list of errors": says(400, quoted(`{"errors":[{"code":"@","title":"@"},"@"]}`)),
		"incident":       says(500, quoted(`{"message":"x","id":"@"}`)),
		"request id":     says(400, `{}`, "X-Request-Id", all),
		"correlation id": says(503, ``, "X-Correlation-Id", all),
		"text":           says(502, all),
		"HTML":           says(502, quoted(`<html><head><title>@</title></head>@</html>`)),
		"string":         says(400, quoted(`"@"`)),
		"redirect":       says(302, all, "Location", "https://"+url.PathEscape(all)+".example/"+url.PathEscape(all)+"?user_token="+testToken),
		"refusal": says(200,
			quoted(`{"success":false,"message":"@","code_errors":[[1,[["@","@","@","@"]]],"@"],`+
				`"config_errors":[{"line_number":1,"errors":[{"field_label":"@","message":"@"}]}]}`)),
		"text for success": says(200, all),
		"odd time":         says(200, quoted(`{"id":1,"created_at":"@"}`)),
		"odd number":       says(200, quoted(`{"id":"@"}`)),
		"odd key":          says(200, quoted(`{"id":1,"@":{"@":`)),
		"odd kind":         says(200, quoted(`{"id":1,"name":{"@":"@"},"updated_at":["@"]}`)),
		"escaped":          says(400, `{"message":"`+jsonEscaped(all)+`"}`),
		"cut off":          cutsOff(200, quoted(`{"message":"@`)),
	}
}

// jsonEscaped writes every letter as \u00XX.
func jsonEscaped(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		fmt.Fprintf(&b, `\u%04x`, c)
	}
	return b.String()
}

// TestSecrets: secrets are not printed, with any verb, log or encoding.
func TestSecrets(t *testing.T) {
	t.Parallel()
	promise(t, "prints no credential of a client, its parts and its options", func(t *testing.T) {
		overStyles(t, func(t *testing.T, st style) {
			secrets := st.with(testPassword)
			c, err := workato.NewClient(st.option())
			require.NoError(t, err)
			requireSilent(t, secrets, "client", c)
			requireSilent(t, secrets, "client by value", *c)
			requireSilent(t, secrets, "service", c.Connections)
			requireSilent(t, secrets, "service by value", *c.Connections)
			requireSilent(t, secrets, "option", st.option())
			requireSilent(t, secrets, "options", []workato.Option{st.option()})
			derived, err := c.With(workato.WithUserAgent("x"))
			require.NoError(t, err)
			requireSilent(t, secrets, "derived client", derived)
			requireSilent(t, secrets, "call option", workato.WithResponse(new(workato.ResponseMeta)))
		})
	})

	promise(t, "prints parameters without the connection's passwords", func(t *testing.T) {
		secrets := []string{testPassword}
		create := workato.ConnectionCreateParams{Provider: "jira", Name: "Jira", Input: secretInput(), OAuthTokenPair: secretInput()}
		change := workato.ConnectionUpdateParams{Name: workato.Set("Jira"), Input: secretInput(), OAuthTokenPair: secretInput()}
		requireSilent(t, secrets, "create", create)
		requireSilent(t, secrets, "create by pointer", &create)
		requireSilent(t, secrets, "update", change)
		requireSilent(t, secrets, "update by pointer", &change)
		requireSilent(t, secrets, "list", []workato.ConnectionCreateParams{create})
		require.Contains(t, fmt.Sprint(create), "Jira", "what is not secret is shown")
		require.Contains(t, fmt.Sprint(change), "password", "and so are the keys")
	})

	promise(t, "keeps secrets out of errors, hooks, logs and metadata when the server echoes them", func(t *testing.T) {
		overStyles(t, func(t *testing.T, st style) {
			secrets := st.with(testPassword)
			s := newServer(t, "HTTP/1.1")
			var w watcher
			c := s.clientWith(t, st.option(), w.options()...)
			n := 0
			next := inTurn(documents())
			for name, echo := range sorted(echoes(secrets)) {
				s.script(echo)
				calls := map[string]func(context.Context, *workato.Client, ...workato.CallOption) error{
					"connections.create with secrets": createSecret,
					"connections.update with secrets": updateSecret,
				}
				for range 5 {
					call := next()
					calls[call.name] = call.run
				}
				for op, run := range sorted(calls) {
					if !strings.HasSuffix(op, "with secrets") {
						// Those calls sent no password, so none can be echoed.
						s.script(withoutPassword(echo))
					} else {
						s.script(echo)
					}
					n++
					_, option := marked("echo", n)
					var meta workato.ResponseMeta
					err := run(t.Context(), c, option, workato.WithResponse(&meta))
					if err != nil { // some calls succeed
						requireSilentError(t, secrets, name+", "+op, err)
					}
					requireSilent(t, secrets, "request id, "+name, meta.RequestID)
					meta.Header = nil // the response's header, as received
					requireSilent(t, secrets, "metadata, "+name, meta)
				}
			}
			w.requireSilent(t, secrets)
		})
	})

	promise(t, "keeps secrets out of the error of an import that failed, or that is waited for", func(t *testing.T) {
		overStyles(t, func(t *testing.T, st style) {
			secrets := st.with(testPassword)
			s := newServer(t, "HTTP/1.1")
			s.script(says(200, `{"id":12,"status":"failed","error":"bad `+strings.Join(st.secrets, " ")+`"}`))
			c := s.clientWith(t, st.option())
			err := typed("imports.create").run(t.Context(), c)
			var failed *workato.ImportFailedError
			require.ErrorAs(t, err, &failed)
			requireSilent(t, secrets, "failed import", err.Error())
			requireSilent(t, secrets, "failed import", failed.Err.Message)
			_, err = c.Imports.Wait(t.Context(), acme, 12, nil)
			require.ErrorAs(t, err, &failed)
			requireSilent(t, secrets, "failed import", err.Error())
		})
	})

	promise(t, "keeps secrets out of transport errors with the whole URL", func(t *testing.T) {
		overStyles(t, func(t *testing.T, st style) {
			secrets := st.with(testPassword)
			broken := map[string]func(req *http.Request) error{
				"url.Error": func(req *http.Request) error {
					return &url.Error{Op: "Post", URL: req.URL.String(), Err: errors.New("refused")}
				},
				"wrapped": func(req *http.Request) error {
					return fmt.Errorf("proxy: %w", &url.Error{Op: "Post", URL: req.URL.String(), Err: errors.New("refused")})
				},
				"twice": func(req *http.Request) error {
					return &url.Error{Op: "Get", URL: "x", Err: &url.Error{Op: "Post", URL: req.URL.String(), Err: errors.New("refused")}}
				},
				"joined": func(req *http.Request) error {
					return errors.Join(errors.New("first"), &url.Error{Op: "Post", URL: req.URL.String(), Err: errors.New("refused")})
				},
				"text":         func(req *http.Request) error { return errors.New("cannot " + dump(req)) },
				"by value":     func(req *http.Request) error { return textError("cannot " + dump(req)) },
				"struct":       func(req *http.Request) error { return structError{Dump: dump(req)} },
				"deep":         func(req *http.Request) error { return fmt.Errorf("a: %w", fmt.Errorf("b: %w", textError(dump(req)))) },
				"inner client": dialNowhere,
			}
			next := inTurn(documents())
			for name, fail := range sorted(broken) {
				var w watcher
				s := &server{url: "https://127.0.0.1:1"}
				options := append(w.options(), workato.WithHTTPClient(&http.Client{Transport: transportFunc(func(req *http.Request) (*http.Response, error) {
					return nil, fail(req)
				})}))
				c := s.clientWith(t, st.option(), options...)
				for range 3 {
					requireSilentError(t, secrets, name, next().run(t.Context(), c))
				}
				requireSilentError(t, secrets, name, createSecret(t.Context(), c))
				w.requireSilent(t, secrets)
			}
		})
	})

	promise(t, "keeps secrets out of errors of option, argument and connection", func(t *testing.T) {
		overStyles(t, func(t *testing.T, st style) {
			secrets := st.with(testPassword)
			s := &server{url: "http://127.0.0.1:1", transport: &http.Transport{}}
			c := s.clientWith(t, st.option())
			requireSilentError(t, secrets, "refused", createSecret(t.Context(), c))
			_, err := c.Connections.Create(t.Context(), acme, &workato.ConnectionCreateParams{Input: secretInput()})
			requireSilentError(t, secrets, "argument", err)
			_, err = c.Connections.Create(t.Context(), acme, &workato.ConnectionCreateParams{Provider: "x", Input: map[string]any{
				"password": testPassword,
				"bad":      make(chan int),
			}})
			requireSilentError(t, secrets, "not JSON", err)
			_, err = workato.NewClient(st.option(), workato.WithAPIToken(testToken), workato.WithBaseURL("https://user:"+testPassword+"@example.com"))
			requireSilentError(t, secrets, "options", err)
		})
	})
}

// withoutPassword takes the connection's password out of an echo.
func withoutPassword(a response) response {
	inner := a.write
	a.write = func(w http.ResponseWriter, r *http.Request) { inner(&filter{w}, r) }
	return a
}

// filter drops the connection's password from the output.
type filter struct{ http.ResponseWriter }

func (f *filter) Write(b []byte) (int, error) {
	out := strings.ReplaceAll(string(b), testPassword, "x")
	out = strings.ReplaceAll(out, jsonEscaped(testPassword), "x")
	_, err := f.ResponseWriter.Write([]byte(out))
	return len(b), err
}

func (f *filter) WriteHeader(status int) {
	for _, values := range f.Header() {
		for i := range values {
			values[i] = strings.ReplaceAll(strings.ReplaceAll(values[i], testPassword, "x"), url.PathEscape(testPassword), "x")
		}
	}
	f.ResponseWriter.WriteHeader(status)
}

func (f *filter) Unwrap() http.ResponseWriter { return f.ResponseWriter }

// dump writes a request as careless transports do.
func dump(req *http.Request) string { return fmt.Sprint(req.Method, " ", req.URL, " ", req.Header) }

// dialNowhere sends a request by another client, whose error holds the URL.
func dialNowhere(req *http.Request) error {
	again := req.Clone(req.Context())
	again.RequestURI = ""
	resp, err := (&http.Client{Transport: &http.Transport{}}).Do(again)
	if err == nil {
		_ = resp.Body.Close()
		return errors.New("something listens on port 1")
	}
	return fmt.Errorf("inner client: %w", err)
}

type textError string

func (e textError) Error() string { return string(e) }

type structError struct{ Dump string }

func (e structError) Error() string { return e.Dump }
