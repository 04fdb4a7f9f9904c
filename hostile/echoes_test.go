package hostile_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// spiky is a credential in which every letter may be escaped.
const spiky = `test&token<with>"quotes"/and\slashes` + "-é🦊-1234"

// writings are the ways in which a text may be written in a response.
func writings(text string) map[string]string {
	goes, _ := json.Marshal(text)
	var ascii, all strings.Builder
	for _, r := range text {
		switch {
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&ascii, `\u%04x\u%04X`, high, low)
		case r > 0x7f:
			fmt.Fprintf(&ascii, `\u%04X`, r)
		default:
			ascii.WriteString(strings.NewReplacer(`\`, `\\`, `"`, `\"`, `/`, `\/`).Replace(string(r)))
		}
	}
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&all, `\u%04x`, unit)
	}
	return map[string]string{"as Go and Rails do": string(goes[1 : len(goes)-1]), "in ASCII": ascii.String(), "all escaped": all.String()}
}

// basic is an Auth of Basic authentication.
func basic(user, password string) workato.Option {
	return workato.WithAuth(authFunc(func(r *http.Request) error {
		r.SetBasicAuth(user, password)
		return nil
	}))
}

// TestEchoes: a secret may be echoed in another form than it was sent in.
func TestEchoes(t *testing.T) {
	t.Parallel()
	requireGone := func(t *testing.T, err error, what string, forms ...string) {
		t.Helper()
		var apiErr *workato.APIError
		require.ErrorAs(t, err, &apiErr, what)
		for _, form := range forms {
			for where, text := range map[string]string{
				"error": err.Error(), "body": string(apiErr.Body), "message": apiErr.Message, "code": apiErr.Code, "request id": apiErr.RequestID,
				"fields": fmt.Sprint(apiErr.Fields),
			} {
				require.NotContains(t, text, form, "%s: %s", what, where)
			}
		}
	}

	promise(t, "removes secrets from a response in which they are escaped, also where JSON is shown as it is", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		email := "partner+" + strings.ReplaceAll(spiky, "/", "") + "@example.com"
		next := inTurn(documents())
		for name, option := range sorted(map[string]workato.Option{
			"token": workato.WithAPIToken(spiky), "user token": workato.WithUserToken(email, spiky), "query token": workato.WithQueryToken(email,
				spiky), "basic": basic(email, spiky),
		}) {
			c := s.clientWith(t, option)
			for how, written := range writings(spiky) {
				for _, body := range []string{
					`{"message":"bad @"}`, `{"message":{"token":"@"}}`, `{"errors":{"base":[{"token":"@"}]}}`, `{"errors":[{"token":"@"}]}`,
					`{"error":["@"]}`, `{"code":{"@":1}}`, `@`,
				} {
					s.script(says(400, strings.ReplaceAll(body, "@", written)))
					requireGone(t, next().run(t.Context(), c), name+" "+how+" in "+body, spiky, written, "slashes")
				}
			}
		}
		for how, written := range writings(spiky) {
			s.script(says(422, `{"errors":{"input":[{"password":"`+written+`"}]}}`))
			_, err := s.client(t).Connections.Create(t.Context(), acme, &workato.ConnectionCreateParams{Provider: "jira", Input: map[string]any{"password": spiky}})
			requireGone(t, err, "connection password "+how, spiky, written, "slashes")
		}
	})

	promise(t, "keeps text that only looks like an escape", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		for _, body := range []string{`{"message":"C:\\temp\\u00 \u00e9 \"x\" \ud83e\udd8a \ud83e"}`, `\`, `\u`, `\u12`, `\x`, `{"message":"test\u002`, `\u0074est`} {
			s.script(says(400, body))
			var apiErr *workato.APIError
			require.ErrorAs(t, typed("connections.create").run(t.Context(), s.client(t)), &apiErr)
			require.Equal(t, body, string(apiErr.Body))
		}
	})

	promise(t, "keeps no part of a secret that the size limit has cut in two", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		c := s.clientWith(t, workato.WithAPIToken(spiky))
		forms := writings(spiky)
		forms["as it is"] = spiky
		for how, written := range forms {
			for cut := 1; cut < len(written); cut++ {
				head := `{"message":"x","a":"`
				head += strings.Repeat("p", 64<<10-len(head)-cut)
				s.script(says(400, head+written+`"}`))
				var apiErr *workato.APIError
				require.ErrorAs(t, typed("connections.create").run(t.Context(), c), &apiErr)
				require.Contains(t, string(apiErr.Body), head)
				// Four letters would be searched for if they were the whole secret.
				rest := strings.TrimPrefix(string(apiErr.Body), head)
				require.True(t, len(rest) < 4 || strings.Trim(rest, `\u0123456789abcdefABCDEF`) == "" && len(rest) < 4*6, "%s cut at %d: %q", how, cut, rest)
			}
		}
	})

	promise(t, "removes the credential of an earlier attempt, which a token source has replaced since", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.respond(func(n int, r *http.Request) response {
			if n == 1 {
				return says(503, `{"message":"maintenance, `+r.Header.Get("Authorization")+`"}`)
			}
			return resets()
		})
		issued := 0
		c := s.clientWith(t, workato.WithTokenSource(func(context.Context) (string, error) {
			issued++
			return fmt.Sprintf("%s-%d", testToken, issued), nil
		}))
		err := typed("connections.update").run(t.Context(), c)
		require.ErrorContains(t, err, "maintenance")
		requireGone(t, err, "rotated", testToken)
		require.Equal(t, 4, issued)
	})

	promise(t, "removes both parts of Basic authentication, encoded and not, and what an Auth puts into another header", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		coded := base64.StdEncoding.EncodeToString([]byte(testEmail + ":" + testToken))
		s.script(says(401, `{"message":"`+coded+` is `+testEmail+` with `+testToken+`"}`))
		requireGone(t, typed("connections.create").run(t.Context(), s.clientWith(t, basic(testEmail, testToken))), "basic", coded, testEmail, testToken)

		s.script(says(401, `{"message":"bad `+testPassword+`"}`))
		c := s.clientWith(t, workato.WithAuth(authFunc(func(r *http.Request) error {
			r.Header.Set("X-Key", testPassword)
			r.URL.RawQuery = "key=" + testPassword
			return nil
		})))
		requireGone(t, typed("connections.create").run(t.Context(), c, workato.WithHeader("X-Key", "none")), "header", testPassword)
		requireGone(t, c.Do(t.Context(), workato.Request{Method: "GET", Path: "/api/x", Query: map[string][]string{"key": {"none"}}}, nil), "query", testPassword)
	})

	promise(t, "leaves no part of a secret that begins like another", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		long := testToken + "-and-more"
		s.script(says(400, `{"message":"bad inner-value"}`))
		_, err := s.client(t).Connections.Create(t.Context(), acme, &workato.ConnectionCreateParams{
			Provider: "jira",
			Input:    map[string]any{"credentials": map[string]any{"a": []any{"inner-value"}}},
		})
		requireGone(t, err, "under a key that sounds secret", "inner-value")

		s.script(says(400, `{"message":"bad `+long+` or `+testToken+`","code":"`+strings.ReplaceAll(long, "-", `\u002d`)+`"}`))
		for _, input := range []map[string]any{{"password": long}, {"a_token": testToken[:6], "b_token": long}, {"b_token": testToken[:6], "a_token": long}} {
			_, err := s.client(t).Connections.Create(t.Context(), acme, &workato.ConnectionCreateParams{Provider: "jira", Input: input})
			requireGone(t, err, "nested secrets", "and-more", "and")
		}
	})

	promise(t, "searches a request id before it truncates it", func(t *testing.T) {
		const token = "quartz-token" // no path of a source file holds its first letters
		s := newServer(t, "HTTP/1.1")
		s.script(says(400, ``, "X-Request-Id", strings.Repeat("r", 505)+token))
		var w watcher
		var meta workato.ResponseMeta
		err := typed("connections.create").run(t.Context(), s.clientWith(t, workato.WithAPIToken(token), w.options()...), workato.WithResponse(&meta))
		requireGone(t, err, "request id", token[:4])
		require.NotContains(t, meta.RequestID, token[:4])
		w.requireSilent(t, []string{token[:4]})
	})

	promise(t, "shows an id in the response as an incident id only for a failure of the service", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		for status, want := range map[int]string{200: "", 404: "", 500: "98178"} {
			s.script(says(status, `{"id":"98178","created_at":"some day"}`))
			var apiErr *workato.APIError
			require.ErrorAs(t, typed("managed_users.get").run(t.Context(), s.client(t, workato.WithRetry(workato.RetryPolicy{}))), &apiErr)
			require.Equal(t, want, apiErr.RequestID, status)
		}
	})
}
