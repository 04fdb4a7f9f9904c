package hostile_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// maskingStyles are all styles of credential, including those of WithAuth.
func maskingStyles() []style {
	return append(styles(),
		style{name: "auth", option: func() workato.Option {
			return workato.WithAuth(authFunc(func(r *http.Request) error {
				r.Header.Set("X-Partner-Key", testToken)
				return nil
			}))
		}, secrets: []string{testToken}},
		style{name: "basic auth", option: func() workato.Option { return basic(testEmail, testToken) }, secrets: []string{testToken, testEmail}},
	)
}

// overMaskingStyles runs a check for each style of credential.
func overMaskingStyles(t *testing.T, check func(t *testing.T, s *server, c *workato.Client, st style)) {
	t.Helper()
	for _, st := range maskingStyles() {
		t.Run(st.name, func(t *testing.T) {
			s := newServer(t, "HTTP/1.1")
			check(t, s, s.clientWith(t, st.option(), workato.WithRetry(workato.RetryPolicy{})), st)
		})
	}
}

func upsert(ctx context.Context, c *workato.Client, properties map[string]workato.PropertyValue, opts ...workato.CallOption) error {
	_, err := c.Properties.Upsert(ctx, acme, &workato.PropertyUpsertParams{Properties: properties}, opts...)
	return err
}

func connect(ctx context.Context, c *workato.Client, input map[string]any, opts ...workato.CallOption) error {
	_, err := c.Connections.Create(ctx, acme, &workato.ConnectionCreateParams{Provider: "jira", Input: input}, opts...)
	return err
}

func asAPIError(t *testing.T, err error) *workato.APIError {
	t.Helper()
	var apiErr *workato.APIError
	require.ErrorAs(t, err, &apiErr)
	return apiErr
}

// ordinary are property values that are words of every response.
var ordinary = map[string]workato.PropertyValue{
	"FORMAT": "json", "YEAR": "2024", "STAGE": "prod", "TYPE": "application/json", "CODING": "gzip", "CACHE": "no-cache", "KIND": "production", "FIELD": "message",
}

// shouting is an error whose text holds the whole request.
type shouting struct{ text string }

func (e *shouting) Error() string { return e.text }

// TestMasking: secrets are masked in any form, and nothing else is.
func TestMasking(t *testing.T) {
	t.Parallel()
	promise(t, "keeps protocol headers and request ids unchanged, whatever values the request holds", func(t *testing.T) {
		overMaskingStyles(t, func(t *testing.T, s *server, c *workato.Client, _ style) {
			header := []string{
				"Content-Type", "application/json", "Cache-Control", "no-cache", "Etag", `W/"2024-prod"`, "Date", "Fri, 01 Nov 2024 10:00:00 GMT",
				"Retry-After", "2024", "Server", "prod", "Vary", "json", "X-Request-Id", "7f3e2024aa10-2024-prod",
			}
			for _, status := range []int{200, 400} {
				s.script(says(status, `{}`, header...))
				var meta workato.ResponseMeta
				err := upsert(t.Context(), c, ordinary, workato.WithResponse(&meta))
				for i := 0; i < len(header); i += 2 {
					require.Equal(t, header[i+1], meta.Header.Get(header[i]))
				}
				require.Equal(t, "7f3e2024aa10-2024-prod", meta.RequestID)
				if status == 400 {
					require.Equal(t, "7f3e2024aa10-2024-prod", asAPIError(t, err).RequestID)
				}
			}
		})
	})

	promise(t, "masks the credential even in a protocol header and in a header name", func(t *testing.T) {
		overMaskingStyles(t, func(t *testing.T, s *server, c *workato.Client, st style) {
			s.script(says(400, `{}`, "Etag", `"`+testToken+`"`, "X-Request-Id", testToken, "X-"+testToken+"-Seen", "yes", "Server", "x "+testToken))
			var meta workato.ResponseMeta
			err := getCustomer(t.Context(), c, workato.WithResponse(&meta))
			requireSilent(t, st.secrets, "metadata", meta)
			require.Equal(t, "[redacted]", meta.RequestID)
			require.Equal(t, []string{"yes"}, meta.Header["[redacted]"])
			requireSilentError(t, st.secrets, "error", err)
		})
	})

	promise(t, "masks an ordinary word only as a whole word, and never in field names and codes", func(t *testing.T) {
		overMaskingStyles(t, func(t *testing.T, s *server, c *workato.Client, _ style) {
			s.script(says(422, `{"message":"productions of prod in json5: json, 20245 (2024) in_prod","code":"prod","errors":{"json":["no json"],"prod":["bad"]}}`))
			apiErr := asAPIError(t, upsert(t.Context(), c, ordinary))
			require.Equal(t, "productions of [redacted] in json5: [redacted], 20245 ([redacted]) in_prod", apiErr.Message)
			require.Equal(t, "prod", apiErr.Code)
			require.Equal(t, map[string][]string{"json": {"no [redacted]"}, "prod": {"bad"}}, apiErr.Fields)

			s.script(says(422, `{"errors":{"json":["no json"],"prod":["bad"]}}`))
			require.Equal(t, "json: no [redacted]; prod: bad", asAPIError(t, upsert(t.Context(), c, ordinary)).Message)

			s.script(says(422, `{"errors":{"us-east-1":["one"],"us-east-2":["two"]}}`))
			regions := map[string]workato.PropertyValue{"a": "us-east-1", "b": "us-east-2"}
			apiErr = asAPIError(t, upsert(t.Context(), c, regions))
			require.ElementsMatch(t, []string{"one", "two"}, apiErr.Fields["[redacted]"], "no message is lost when two names become one")
		})
	})

	promise(t, "leaves a field name readable when a secret value is the same word", func(t *testing.T) {
		overMaskingStyles(t, func(t *testing.T, s *server, c *workato.Client, _ style) {
			s.script(says(422, `{"message":"Password can't be blank, api_key is no hunter2","errors":{"password":["is no password"]}}`))
			apiErr := asAPIError(t, connect(t.Context(), c, map[string]any{"password": "password", "api_key": "PASSWORD", "secret": "api_key", "pin": "hunter2"}))
			require.Equal(t, "Password can't be blank, api_key is no [redacted]", apiErr.Message)
			require.Equal(t, map[string][]string{"password": {"is no password"}}, apiErr.Fields)
		})
	})

	promise(t, "masks numbers under a key that sounds secret, and keeps the body valid JSON", func(t *testing.T) {
		overMaskingStyles(t, func(t *testing.T, s *server, c *workato.Client, _ style) {
			input := map[string]any{"pin": 90210443, "nested": map[string]any{"tokens": []any{int64(7788990011), json.Number("1234567890123456789")}}, "port": 54321}
			s.script(says(400, `{"message":"no 90210443 for 7788990011 or 1234567890123456789 at 54321",
				"pin":90210443,"tokens":[7788990011,-1234567890123456789.5],"n":54321}`))
			apiErr := asAPIError(t, connect(t.Context(), c, input))
			want := "no [redacted] for [redacted] or [redacted] at 54321"
			require.Equal(t, want, apiErr.Message)
			require.JSONEq(t, `{"message":"`+want+`","pin":"[redacted]","tokens":["[redacted]","[redacted]"],"n":54321}`, string(apiErr.Body))
		})
	})

	promise(t, "masks the password in a URL or connection string under any key", func(t *testing.T) {
		overMaskingStyles(t, func(t *testing.T, s *server, c *workato.Client, _ style) {
			input := map[string]any{
				"url": "postgres://app:in%2Fner-1@db.example.com/x", "hook": "https://x.example/h?id=7&api_key=inner-2", "dsn": "Server=db;Pwd=inner-3;Port=1",
			}
			s.script(says(400, `{"message":"db.example.com refuses in/ner-1, in%2fner-1, inner-2 and inner-3 of id=7"}`))
			want := "db.example.com refuses [redacted], [redacted], [redacted] and [redacted] of id=7"
			require.Equal(t, want, asAPIError(t, connect(t.Context(), c, input)).Message)
			properties := map[string]workato.PropertyValue{}
			for name, value := range input {
				properties[name] = workato.PropertyValue(fmt.Sprint(value))
			}
			require.Equal(t, want, asAPIError(t, upsert(t.Context(), c, properties)).Message)
		})
	})

	promise(t, "masks the secrets of a raw call like those of a method", func(t *testing.T) {
		overMaskingStyles(t, func(t *testing.T, s *server, c *workato.Client, _ style) {
			s.script(says(400, `{"message":"bad test-password, bad 90210443"}`))
			for path, body := range map[string]any{
				"connections": map[string]any{"input": map[string]any{"password": testPassword, "pin": 90210443}},
				"properties":  map[string]any{"properties": map[string]any{"a": testPassword, "b": "90210443"}},
				"unknown":     struct{ APIKey, Pin string }{testPassword, "90210443"},
			} {
				err := c.Do(t.Context(), workato.Request{Method: "POST", Path: "managed_users/7/" + path, Body: body}, nil)
				require.Equal(t, "bad [redacted], bad [redacted]", asAPIError(t, err).Message, path)
			}
		})
	})

	promise(t, "masks a credential in whatever coding it comes back", func(t *testing.T) {
		for name, option := range map[string]workato.Option{
			"token": workato.WithAPIToken(spiky), "user token": workato.WithUserToken(testEmail, spiky), "basic": basic(testEmail, spiky),
			"query token": workato.WithQueryToken(testEmail, spiky),
		} {
			s := newServer(t, "HTTP/1.1")
			c := s.clientWith(t, option)
			percent := url.QueryEscape(spiky)
			for how, written := range map[string]string{
				"HTML": html.EscapeString(spiky), "percent": percent, "lower-case percent": lowerPercent(percent), "double percent": url.QueryEscape(percent),
				"double lower-case percent": lowerPercent(url.QueryEscape(percent)), "path": url.PathEscape(spiky),
				"HTML in JSON": writings(html.EscapeString(spiky))["as Go and Rails do"], "percent in HTML": html.EscapeString(percent),
				"JSON in JSON": writings(writings(spiky)["as Go and Rails do"])["as Go and Rails do"],
			} {
				for _, body := range []string{"bad @ !", `<p class="e">@</p>`, `{"message":"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace("bad @ !") + `"}`} {
					if strings.HasPrefix(body, "{") && strings.ContainsAny(written, `"\`) {
						continue // would be no JSON
					}
					s.script(says(400, strings.ReplaceAll(body, "@", written)))
					apiErr := asAPIError(t, getCustomer(t.Context(), c))
					require.NotContains(t, string(apiErr.Body)+apiErr.Message, "slashes", "%s: %s in %s", name, how, body)
					require.Contains(t, apiErr.Message, "[redacted]")
				}
			}
		}
	})

	promise(t, "masks the earlier token of a source in the error of a later call", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.script(says(200, goodCustomer))
		var w watcher
		issued := 0
		c := s.clientWith(t, workato.WithTokenSource(func(context.Context) (string, error) {
			if issued++; issued < 3 {
				return fmt.Sprintf("%s-%d", testToken, issued), nil
			}
			return "", fmt.Errorf("token %s-1 has expired, and %s-2 as well", testToken, testToken)
		}), w.options()...)
		require.NoError(t, getCustomer(t.Context(), c))
		require.NoError(t, getCustomer(t.Context(), c))
		err := getCustomer(t.Context(), c)
		require.ErrorContains(t, err, "token [redacted] has expired, and [redacted] as well")
		requireSilentError(t, []string{testToken}, "error", err)
		w.requireSilent(t, []string{testToken})
	})

	promise(t, "masks the credential in texts received long after the call that carried it", func(t *testing.T) {
		overMaskingStyles(t, func(t *testing.T, s *server, c *workato.Client, st style) {
			s.script(says(200, goodCustomer), says(200, `{"id":12,"status":"failed","error":"bad `+strings.Join(st.secrets, " ")+`"}`))
			require.NoError(t, getCustomer(t.Context(), c))
			_, waited := c.Imports.Wait(t.Context(), acme, 12, nil)
			_, created := c.Imports.Create(t.Context(), acme, &workato.ImportCreateParams{Package: workato.PackageBytes([]byte("PK")), FolderID: 1})
			for _, err := range []error{waited, created} {
				var failed *workato.ImportFailedError
				require.ErrorAs(t, err, &failed)
				requireSilent(t, st.secrets, "failed import", err.Error()+failed.Err.Message)
				require.ErrorContains(t, err, "bad [redacted]")
			}
		})
	})

	promise(t, "returns no transport error that shows a secret, not even through errors.As", func(t *testing.T) {
		for _, st := range maskingStyles() {
			s := &server{url: "https://127.0.0.1:1"}
			c := s.clientWith(t, st.option(), workato.WithHTTPClient(&http.Client{Transport: transportFunc(func(req *http.Request) (*http.Response, error) {
				return nil, fmt.Errorf("proxy: %w", errors.Join(&shouting{dump(req)}, context.DeadlineExceeded))
			})}))
			err := getCustomer(t.Context(), c)
			requireSilentError(t, st.secrets, st.name, err)
			var found *shouting
			require.NotErrorAs(t, err, &found, st.name)
			require.ErrorIs(t, err, context.DeadlineExceeded, "other text is still shown")
			var timeout interface {
				error
				Timeout() bool
			}
			require.ErrorAs(t, err, &timeout)
		}
	})
}

func lowerPercent(text string) string {
	out := []byte(text)
	for i := range out {
		if out[i] == '%' {
			copy(out[i:], strings.ToLower(text[i:min(len(text), i+3)]))
		}
	}
	return string(out)
}

// TestMaskingCosts: masking takes memory proportional to the response and the
// request.
func TestMaskingCosts(t *testing.T) {
	promiseAlone(t, "masks 1 MB of an escaped refusal against 1,000 properties of 500 bytes in bounded memory", func(t *testing.T) {
		properties := map[string]workato.PropertyValue{}
		for i := range workato.MaxProperties {
			properties[fmt.Sprintf("p%04d", i)] = workato.PropertyValue(fmt.Sprintf(`https://hooks.example.com/%04d\A%q`, i, strings.Repeat("x", 470)))
		}
		s := newServer(t, "HTTP/1.1")
		leak, err := json.Marshal(string(properties["p0123"]))
		require.NoError(t, err)
		bad := `{"message":"bad value ` + string(leak[1:len(leak)-1]) + strings.Repeat(`bad value \u0041\\ `, 50_000)
		s.script(says(400, bad+`"}`))
		c := s.client(t)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		failed := upsert(t.Context(), c, properties)
		runtime.ReadMemStats(&after)
		apiErr := asAPIError(t, failed)
		require.True(t, strings.HasPrefix(apiErr.Message, "bad value [redacted]bad value A\\ "), apiErr.Message)
		require.NotContains(t, string(apiErr.Body), "hooks")
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20), "server and JSON included")
	})
}
