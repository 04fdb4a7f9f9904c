package workato_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// sentinels are the classes of responses.
var sentinels = map[error]string{
	workato.ErrBadRequest: "bad request", workato.ErrUnauthorized: "unauthorized", workato.ErrForbidden: "forbidden",
	workato.ErrNotFound: "not found", workato.ErrConflict: "conflict", workato.ErrUnprocessable: "unprocessable",
	workato.ErrRateLimited: "rate limited", workato.ErrServer: "server", workato.ErrRejected: "rejected",
	workato.ErrUnexpectedResponse: "unexpected", workato.ErrRedirect: "redirect", workato.ErrOutcomeUnknown: "unknown",
	workato.ErrInvalidArgument: "argument", workato.ErrLimiter: "limiter", workato.ErrRepeatedPage: "repeated", workato.ErrWaitTimeout: "wait",
}

// classes returns the sentinels that err is, and no others.
func classes(err error) []string {
	found := []string{}
	for sentinel, name := range sentinels {
		if errors.Is(err, sentinel) {
			found = append(found, name)
		}
	}
	return found
}

func TestErrorBodies(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		op      string // managed_users.get if empty
		status  int
		body    string
		message string
		code    string
		fields  map[string][]string
		request string
		is      []string
	}{
		{name: "bad request", status: 400, body: `{"message": "Bad request"}`, message: "Bad request", is: []string{"bad request"}},
		{name: "unauthorized", status: 401, body: `{"message": "Unauthorized"}`, message: "Unauthorized", is: []string{"unauthorized"}},
		{name: "forbidden", status: 403, body: `{"message": "Cannot destroy folder"}`, message: "Cannot destroy folder", is: []string{"forbidden"}},
		{name: "not found", status: 404, body: `{"message": "Not found"}`, message: "Not found", is: []string{"not found"}},
		{name: "conflict", status: 409, body: `{"message": "Exists"}`, message: "Exists", is: []string{"conflict"}},
		{
			name: "unprocessable", status: 422, body: `{"message": "Webhook registration failed"}`, message: "Webhook registration failed",
			is: []string{"unprocessable"},
		},
		{name: "rate limited", status: 429, body: ``, is: []string{"rate limited"}},
		{
			name: "incident", status: 500, body: `{"message":"Server error","id":"0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"}`, message: "Server error",
			request: "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", is: []string{"server"},
		},
		{name: "501", status: 501, body: `{}`, is: []string{"server"}},
		{name: "teapot", status: 418, body: `{"message": "short and stout"}`, message: "short and stout", is: []string{}},
		{name: "number for an id is not an incident", status: 400, body: `{"message": "x", "id": 12}`, message: "x", is: []string{"bad request"}},

		{
			name: "fields, lists", status: 400, body: `{"message": "Invalid", "errors": {"name": ["can't be blank", "is too short"], "email": ["is odd"]}}`,
			message: "Invalid", fields: map[string][]string{"name": {"can't be blank", "is too short"}, "email": {"is odd"}}, is: []string{"bad request"},
		},
		{
			name: "fields, texts", status: 422, body: `{"message": "Invalid", "errors": {"name": "can't be blank"}}`, message: "Invalid",
			fields: map[string][]string{"name": {"can't be blank"}}, is: []string{"unprocessable"},
		},
		{
			name: "fields without a message", status: 400, body: `{"errors": {"b": ["two", "three"], "a": ["one"]}}`, message: "a: one; b: two, three",
			fields: map[string][]string{"a": {"one"}, "b": {"two", "three"}}, is: []string{"bad request"},
		},
		{
			name: "list of code and title", status: 400, body: `{"errors": [{"code": 1042, "title": "Name is missing"}, {"code": 7, "title": "Plan is unknown"}]}`,
			message: "Name is missing; Plan is unknown", code: "1042", is: []string{"bad request"},
		},
		{name: "list of texts", status: 400, body: `{"errors": ["one", "two"]}`, message: "one; two", is: []string{"bad request"}},
		{name: "errors as a text", status: 400, body: `{"errors": "all wrong"}`, message: "all wrong", is: []string{"bad request"}},
		{name: "error", status: 400, body: `{"error": "folder is missing"}`, message: "folder is missing", is: []string{"bad request"}},
		{
			name: "error and type", status: 400, body: `{"error": "folder is missing", "error_type": "invalid_folder"}`, message: "folder is missing",
			code: "invalid_folder", is: []string{"bad request"},
		},
		{name: "error as an object", status: 400, body: `{"error": {"message": "deep", "code": "x"}}`, message: "deep", is: []string{"bad request"}},
		{name: "capital letters", status: 400, body: `{"Message": "Bad", "Success": false}`, message: "Bad", is: []string{"bad request", "rejected"}},
		{
			name: "wrong type", status: 400, body: `{"message":"Invalid parameter 'folder_id': it must be a String"}`,
			message: "Invalid parameter 'folder_id': it must be a String", is: []string{"bad request"},
		},

		{
			name: "page of a gateway", status: 502, body: "<html>\r\n<head><title>502 Bad\nGateway</title></head><body>nginx</body></html>",
			message: "HTML page: 502 Bad Gateway", is: []string{"server"},
		},
		{name: "page without a title", status: 503, body: "<h1>Down</h1>", message: "HTML page: <h1>Down</h1>", is: []string{"server"}},
		{name: "plain text", status: 504, body: "upstream request\ntimeout", message: "upstream request timeout", is: []string{"server"}},
		{name: "nothing", status: 502, body: "", is: []string{"server"}},
		{name: "null", status: 400, body: "null", is: []string{"bad request"}},
		{name: "list", status: 400, body: `["a"]`, message: `["a"]`, is: []string{"bad request"}},
		{name: "cut off", status: 400, body: `{"message": "Bad re`, message: `{"message": "Bad re`, is: []string{"bad request"}},
		{name: "strange values", status: 400, body: `{"message": 12, "errors": 7}`, message: "12", is: []string{"bad request"}},

		{
			name: "taken", op: "managed_users.create", status: 400, body: `{"message": "External has already been taken"}`,
			message: "External has already been taken", is: []string{"bad request", "conflict"},
		},
		{
			name: "taken, capitals", op: "managed_users.create", status: 400, body: `{"message": "EXTERNAL ID ALREADY TAKEN"}`, message: "EXTERNAL ID ALREADY TAKEN",
			is: []string{"bad request", "conflict"},
		},
		{
			name: "taken, by field", op: "managed_users.create", status: 400, body: `{"message": "Invalid", "errors": {"external_id": ["has already been taken"]}}`,
			message: "Invalid", fields: map[string][]string{"external_id": {"has already been taken"}}, is: []string{"bad request", "conflict"},
		},
		{
			name: "taken, 422", op: "managed_users.create", status: 422, body: `{"message": "External has already been taken"}`,
			message: "External has already been taken", is: []string{"unprocessable", "conflict"},
		},
		{name: "duplicate, 409", op: "managed_users.create", status: 409, body: `{}`, is: []string{"conflict"}},
		{
			name: "not taken", op: "managed_users.create", status: 404, body: `{"message": "has already been taken"}`, message: "has already been taken",
			is: []string{"not found"},
		},

		{
			name: "refused in 200", op: "recipes.stop", status: 200, body: `{"success": false, "errors": {"running": ["Recipe is running"]}}`,
			message: "running: Recipe is running", fields: map[string][]string{"running": {"Recipe is running"}}, is: []string{"rejected"},
		},
		{name: "refused in 200, message", op: "recipes.stop", status: 200, body: `{"success": false, "message": "no"}`, message: "no", is: []string{"rejected"}},
		{name: "refused in 200, capital", op: "recipes.stop", status: 200, body: `{"Success": false}`, is: []string{"rejected"}},
		{name: "refused in 200, as a text", op: "recipes.stop", status: 200, body: `{"success": "false"}`, is: []string{"rejected"}},
		{
			name: "refused in 200, in the envelope", op: "recipes.stop", status: 200, body: `{"result": {"success": false, "message": "no"}}`, message: "no",
			is: []string{"rejected"},
		},
		{
			name: "refused in 200, in a list in the envelope", op: "recipes.stop", status: 200, body: `{"result": [{"success": false, "message": "no"}]}`,
			message: "no", is: []string{"rejected"},
		},
		{name: "refused in 201", op: "connections.create", status: 201, body: `{"success": false, "message": "no"}`, message: "no", is: []string{"rejected"}},
		{name: "refused list", op: "connections.list", status: 200, body: `{"success": false, "result": []}`, is: []string{"rejected"}},
		{name: "refused 400", op: "recipes.stop", status: 400, body: `{"success": false, "message": "state"}`, message: "state", is: []string{
			"bad request",
			"rejected",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			op := operation(t, "managed_users.get")
			if tc.op != "" {
				op = operation(t, tc.op)
			}
			err := failing(t, op.Name, response{status: tc.status, body: tc.body})
			var got *workato.APIError
			require.ErrorAs(t, err, &got)
			want := append([]string{}, tc.is...)
			if tc.status >= 500 && op.Effect == workato.Create {
				want = append(want, "unknown")
			}
			assert.ElementsMatch(t, want, classes(err))
			assert.Equal(t, tc.status, got.StatusCode)
			assert.Equal(t, tc.message, got.Message)
			assert.Equal(t, tc.code, got.Code)
			assert.Equal(t, tc.fields, got.Fields)
			assert.Equal(t, tc.request, got.RequestID)
			assert.Equal(t, tc.body, string(got.Body))
			assert.Equal(t, [3]string{op.Name, op.Method, op.Path}, [3]string{got.Operation, got.Method, got.Path})
			assert.Equal(t, 1, got.Attempts)
			assert.Contains(t, err.Error(), "workato: "+op.Name+": HTTP ")
			assert.Contains(t, err.Error(), tc.message)
			assert.NotContains(t, err.Error(), "\n")
			assert.NotContains(t, err.Error(), "98178")
		})
	}
}

// TestUnauthorizedNamesItsThreeCauses: the service has one status for them.
func TestUnauthorizedNamesItsThreeCauses(t *testing.T) {
	t.Parallel()
	err := failing(t, "managed_users.get", response{status: 401, body: `{"message": "Unauthorized"}`})
	for _, cause := range []string{"token", "data centre", "role"} {
		assert.ErrorContains(t, err, cause)
	}
}

func TestErrorRequestID(t *testing.T) {
	t.Parallel()
	const first, second = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
	for _, tc := range []struct {
		name   string
		header http.Header
		want   string
	}{
		{"header before body", http.Header{"X-Request-Id": {first}}, first},
		{"sent twice", http.Header{"X-Request-Id": {first, first}, "X-Correlation-Id": {first}}, first},
		{"correlation id", http.Header{"X-Correlation-Id": {second}}, second},
		{"body", http.Header{}, "incident-7"},
		{"hostile", http.Header{"X-Request-Id": {"a\x1b[31m\u202eb" + strings.Repeat("x", 10_000)}}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var got *workato.APIError
			err := failing(t, "managed_users.get", response{status: 500, body: `{"message": "Server error", "id": "incident-7"}`, header: tc.header})
			require.ErrorAs(t, err, &got)
			if tc.want == "" {
				assertLine(t, got.RequestID)
				return
			}
			assert.Equal(t, tc.want, got.RequestID)
			assert.ErrorContains(t, err, "(request "+tc.want+")")
		})
	}
}

// TestIDOfARefusalIsNoRequestID: only the body of a server failure has an
// incident id.
func TestIDOfARefusalIsNoRequestID(t *testing.T) {
	t.Parallel()
	var got *workato.APIError
	require.ErrorAs(t, failing(t, "managed_users.get", response{status: 422, body: `{"message": "Invalid", "id": "recipe-7"}`}), &got)
	assert.Empty(t, got.RequestID)
}

func TestPageInPlaceOfAnAnswerIsNamed(t *testing.T) {
	t.Parallel()
	err := failing(t, "managed_users.get", response{body: `<html><title>Planned maintenance</title></html>`})
	require.ErrorIs(t, err, workato.ErrUnexpectedResponse)
	assert.ErrorContains(t, err, "HTML page: Planned maintenance")
}

func TestStatusRejectedIsARefusal(t *testing.T) {
	t.Parallel()
	err := failing(t, "managed_users.get", response{status: 422, body: `{"status": "rejected", "message": "no"}`})
	assert.ErrorIs(t, err, workato.ErrRejected)
}

// assertLine checks the rules for a text from outside in a message.
func assertLine(t *testing.T, s string) {
	t.Helper()
	assert.LessOrEqual(t, len(s), 512)
	assert.True(t, utf8.ValidString(s))
	assert.NotContains(t, s, "\n")
	assert.NotContains(t, s, "\x1b")
	assert.NotContains(t, s, "\u202e", "a mark that changes the direction of writing")
}

func TestErrorsAreBounded(t *testing.T) {
	t.Parallel()
	quoted := func(s string) string { text, _ := json.Marshal(s); return string(text) }
	long := strings.Repeat("é\n", 40_000)
	for name, body := range map[string]string{
		"message":      `{"message": ` + quoted(long) + `}`,
		"plain":        long,
		"html":         "<html>" + long,
		"title":        "<html><title>" + long + "</title>",
		"invalid utf8": "\xff\xfe\x00\x1b[2J\u202e" + strings.Repeat("\xc3", 100_000),
		"cut rune":     `{"message": ` + quoted("a"+strings.Repeat("€", 400)) + `}`,
		"code":         `{"message": "x", "error_type": ` + quoted(long) + `}`,
		"fields":       `{"errors": {"name": [` + quoted(long) + `]}}`,
		"key":          `{"errors": {` + quoted(long) + `: ["x"]}}`,
		"list":         `{"errors": [` + quoted(long) + `, {"title": ` + quoted(long) + `}]}`,
		"controls":     `{"message": "a\u001b[31m\u0000\u202eb\u2028c\u0085d\r\ne"}`,
		"huge":         `{"message": "` + strings.Repeat("x", 3<<20) + `"}`,
		"deep":         strings.Repeat(`{"error":`, 50_000) + `1` + strings.Repeat(`}`, 50_000),
		"deep list":    `{"errors":` + strings.Repeat(`[`, 50_000) + strings.Repeat(`]`, 50_000) + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got *workato.APIError
			err := failing(t, "managed_users.get", response{status: 400, body: body})
			require.ErrorAs(t, err, &got)
			assertLine(t, got.Message)
			assertLine(t, got.Code)
			for field, messages := range got.Fields {
				for _, message := range messages {
					assertLine(t, message)
				}
				assertLine(t, field)
			}
			assert.NotEmpty(t, got.Message)
			assert.LessOrEqual(t, len(err.Error()), 1200)
			assert.True(t, utf8.ValidString(err.Error()))
			assert.NotContains(t, err.Error(), "\n")
			assert.LessOrEqual(t, len(got.Body), 64<<10)
			assert.Equal(t, body[:min(len(body), 64<<10)], string(got.Body))
		})
	}
}

// TestErrorsPrintWithoutTheBody: bodies hold what customers entered.
func TestErrorsPrintWithoutTheBody(t *testing.T) {
	t.Parallel()
	err := failing(t, "managed_users.get", response{status: 400, body: `{"message": "Bad", "echo": "private-echo"}`})
	var apiErr *workato.APIError
	require.ErrorAs(t, err, &apiErr)
	assert.Contains(t, string(apiErr.Body), "private-echo")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		text := fmt.Sprintf(verb, err)
		assert.NotContains(t, text, "private-echo", verb)
		assert.Contains(t, text, "managed_users.get", verb)
	}
	text, jsonErr := json.Marshal(err)
	require.NoError(t, jsonErr)
	assert.NotContains(t, string(text), "private-echo")
	assert.NotContains(t, string(text), "cHJpdmF0ZS1lY2hv") // the same in base 64
	assert.NotContains(t, apiErr.LogValue().String(), "private-echo")
	assert.Equal(t, slog.KindGroup, apiErr.LogValue().Kind())
}

func TestRedirectsAreErrors(t *testing.T) {
	t.Parallel()
	for location, host := range map[string]string{
		"https://elsewhere.example/login?token=abcdef": "elsewhere.example",
		"/users/sign_in": "the same host",
		"http://[::1":    "the same host",
		"":               "the same host",
	} {
		for _, status := range []int{300, 301, 302, 303, 307, 308} {
			transport := responding(response{status: status, header: http.Header{"Location": {location}}})
			err := callOf("managed_users.get")(t.Context(), newClient(t, transport), customerID)
			require.ErrorIs(t, err, workato.ErrRedirect)
			assert.ErrorContains(t, err, "redirect to "+host+" refused")
			assert.NotContains(t, err.Error(), "abcdef")
			transport.only(t)
		}
	}
}

// TestMessageInUnusableResponse: the service was seen to send an error with
// 200.
func TestMessageInUnusableResponse(t *testing.T) {
	t.Parallel()
	err := failing(t, "picklists.get_values", response{body: `{"error": "connection is not authorised"}`})
	assert.ErrorContains(t, err, "connection is not authorised")
}

// TestRetiredCredentials: a 401 with a key of the retired style says so.
func TestRetiredCredentials(t *testing.T) {
	t.Parallel()
	for retired, credential := range map[bool]workato.Option{
		false: workato.WithAPIToken(testToken), true: workato.WithUserToken("ops@borealis.example", testToken),
	} {
		c, err := workato.NewClient(credential, workato.WithHTTPClient(&http.Client{Transport: responding(response{status: 401})}))
		require.NoError(t, err)
		_, err = c.ManagedUsers.Get(t.Context(), customerID)
		require.ErrorIs(t, err, workato.ErrUnauthorized)
		assert.Equal(t, retired, strings.Contains(err.Error(), "retired keys of this style: use WithAPIToken"), err)
	}
}

// TestCallErrorsPrint: the error of a call without a response is one line in
// every verb and a group in a log.
func TestCallErrorsPrint(t *testing.T) {
	t.Parallel()
	broken := roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("line is down") })
	_, err := newClient(t, broken).Folders.Create(t.Context(), customerID, &workato.FolderCreateParams{Name: "x"})
	var failed *workato.CallError
	require.ErrorAs(t, err, &failed)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		text := fmt.Sprintf(verb, failed)
		assert.Contains(t, text, "folders.create: line is down", verb)
		assert.NotContains(t, text, "0x", verb)
	}
	log := failed.LogValue().Group()
	require.Len(t, log, 6)
	assert.Equal(t, "operation=folders.create", log[0].String())
	assert.Equal(t, "attempts=1", log[4].String())
	assert.Equal(t, "outcome_unknown=true", log[5].String())
}
