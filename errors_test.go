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

// sentinels are all that an answer can be, one for each class.
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
		{name: "unprocessable", status: 422, body: `{"message": "Webhook registration failed"}`, message: "Webhook registration failed", is: []string{"unprocessable"}},
		{name: "rate limited", status: 429, body: ``, is: []string{"rate limited"}},
		{name: "incident", status: 500, body: `{"message":"Server error","id":"0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"}`, message: "Server error", request: "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", is: []string{"server"}},
		{name: "501", status: 501, body: `{}`, is: []string{"server"}},
		{name: "teapot", status: 418, body: `{"message": "short and stout"}`, message: "short and stout", is: []string{}},
		{name: "number for an id is no incident", status: 400, body: `{"message": "x", "id": 12}`, message: "x", is: []string{"bad request"}},

		{name: "fields, lists", status: 400, body: `{"message": "Invalid", "errors": {"name": ["can't be blank", "is too short"], "email": ["is odd"]}}`, message: "Invalid", fields: map[string][]string{"name": {"can't be blank", "is too short"}, "email": {"is odd"}}, is: []string{"bad request"}},
		{name: "fields, texts", status: 422, body: `{"message": "Invalid", "errors": {"name": "can't be blank"}}`, message: "Invalid", fields: map[string][]string{"name": {"can't be blank"}}, is: []string{"unprocessable"}},
		{name: "fields without a message", status: 400, body: `{"errors": {"b": ["two", "three"], "a": ["one"]}}`, message: "a: one; b: two, three", fields: map[string][]string{"a": {"one"}, "b": {"two", "three"}}, is: []string{"bad request"}},
		{name: "list of code and title", status: 400, body: `{"errors": [{"code": 1042, "title": "Name is missing"}, {"code": 7, "title": "Plan is unknown"}]}`, message: "Name is missing; Plan is unknown", code: "1042", is: []string{"bad request"}},
		{name: "list of texts", status: 400, body: `{"errors": ["one", "two"]}`, message: "one; two", is: []string{"bad request"}},
		{name: "errors as a text", status: 400, body: `{"errors": "all wrong"}`, message: "all wrong", is: []string{"bad request"}},
		{name: "error", status: 400, body: `{"error": "folder is missing"}`, message: "folder is missing", is: []string{"bad request"}},
		{name: "error and type", status: 400, body: `{"error": "folder is missing", "error_type": "invalid_folder"}`, message: "folder is missing", code: "invalid_folder", is: []string{"bad request"}},
		{name: "error as an object", status: 400, body: `{"error": {"message": "deep", "code": "x"}}`, message: "deep", is: []string{"bad request"}},
		{name: "capital letters", status: 400, body: `{"Message": "Bad", "Success": false}`, message: "Bad", is: []string{"bad request", "rejected"}},
		{name: "wrong type", status: 400, body: `{"message":"Invalid parameter 'folder_id': it must be a String"}`, message: "Invalid parameter 'folder_id': it must be a String", is: []string{"bad request"}},

		{name: "page of a gateway", status: 502, body: "<html>\r\n<head><title>502 Bad\nGateway</title></head><body>nginx</body></html>", message: "HTML page: 502 Bad Gateway", is: []string{"server"}},
		{name: "page without a title", status: 503, body: "<h1>Down</h1>", message: "HTML page: <h1>Down</h1>", is: []string{"server"}},
		{name: "plain text", status: 504, body: "upstream request\ntimeout", message: "upstream request timeout", is: []string{"server"}},
		{name: "nothing", status: 502, body: "", is: []string{"server"}},
		{name: "null", status: 400, body: "null", is: []string{"bad request"}},
		{name: "list", status: 400, body: `["a"]`, message: `["a"]`, is: []string{"bad request"}},
		{name: "cut off", status: 400, body: `{"message": "Bad re`, message: `{"message": "Bad re`, is: []string{"bad request"}},
		{name: "strange values", status: 400, body: `{"message": 12, "errors": 7}`, message: "12", is: []string{"bad request"}},

		{name: "taken", op: "managed_users.create", status: 400, body: `{"message": "External has already been taken"}`, message: "External has already been taken", is: []string{"bad request", "conflict"}},
		{name: "taken, capitals", op: "managed_users.create", status: 400, body: `{"message": "EXTERNAL ID ALREADY TAKEN"}`, message: "EXTERNAL ID ALREADY TAKEN", is: []string{"bad request", "conflict"}},
		{name: "taken, by field", op: "managed_users.create", status: 400, body: `{"message": "Invalid", "errors": {"external_id": ["has already been taken"]}}`, message: "Invalid", fields: map[string][]string{"external_id": {"has already been taken"}}, is: []string{"bad request", "conflict"}},
		{name: "taken, 422", op: "managed_users.create", status: 422, body: `{"message": "External has already been taken"}`, message: "External has already been taken", is: []string{"unprocessable", "conflict"}},
		{name: "duplicate, 409", op: "managed_users.create", status: 409, body: `{}`, is: []string{"conflict"}},
		{name: "not taken", op: "managed_users.create", status: 404, body: `{"message": "has already been taken"}`, message: "has already been taken", is: []string{"not found"}},

		{name: "refused in 200", op: "recipes.stop", status: 200, body: `{"success": false, "errors": {"running": ["Recipe is running"]}}`, message: "running: Recipe is running", fields: map[string][]string{"running": {"Recipe is running"}}, is: []string{"rejected"}},
		{name: "refused in 200, message", op: "recipes.stop", status: 200, body: `{"success": false, "message": "no"}`, message: "no", is: []string{"rejected"}},
		{name: "refused in 200, capital", op: "recipes.stop", status: 200, body: `{"Success": false}`, is: []string{"rejected"}},
		{name: "refused in 200, as a text", op: "recipes.stop", status: 200, body: `{"success": "false"}`, is: []string{"rejected"}},
		{name: "refused in 200, in the envelope", op: "recipes.stop", status: 200, body: `{"result": {"success": false, "message": "no"}}`, message: "no", is: []string{"rejected"}},
		{name: "refused in 200, in a list in the envelope", op: "recipes.stop", status: 200, body: `{"result": [{"success": false, "message": "no"}]}`, message: "no", is: []string{"rejected"}},
		{name: "refused in 201", op: "connections.create", status: 201, body: `{"success": false, "message": "no"}`, message: "no", is: []string{"rejected"}},
		{name: "refused list", op: "connections.list", status: 200, body: `{"success": false, "result": []}`, is: []string{"rejected"}},
		{name: "refused 400", op: "recipes.stop", status: 400, body: `{"success": false, "message": "state"}`, message: "state", is: []string{"bad request", "rejected"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			op := operation(t, "managed_users.get")
			if tc.op != "" {
				op = operation(t, tc.op)
			}
			err := failing(t, op.Name, answer{status: tc.status, body: tc.body})
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
	err := failing(t, "managed_users.get", answer{status: 401, body: `{"message": "Unauthorized"}`})
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
			err := failing(t, "managed_users.get", answer{status: 500, body: `{"message": "Server error", "id": "incident-7"}`, header: tc.header})
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

// TestIDOfARefusalIsNoRequestID: only a failure of the server names itself in
// the body.
func TestIDOfARefusalIsNoRequestID(t *testing.T) {
	t.Parallel()
	var got *workato.APIError
	require.ErrorAs(t, failing(t, "managed_users.get", answer{status: 422, body: `{"message": "Invalid", "id": "recipe-7"}`}), &got)
	assert.Empty(t, got.RequestID)
}

func TestPageInPlaceOfAnAnswerIsNamed(t *testing.T) {
	t.Parallel()
	err := failing(t, "managed_users.get", answer{body: `<html><title>Planned maintenance</title></html>`})
	require.ErrorIs(t, err, workato.ErrUnexpectedResponse)
	assert.ErrorContains(t, err, "HTML page: Planned maintenance")
}

func TestStatusRejectedIsARefusal(t *testing.T) {
	t.Parallel()
	err := failing(t, "managed_users.get", answer{status: 422, body: `{"status": "rejected", "message": "no"}`})
	assert.ErrorIs(t, err, workato.ErrRejected)
}

// assertLine checks what every text from outside must be in a message.
func assertLine(t *testing.T, s string) {
	t.Helper()
	assert.LessOrEqual(t, len(s), 512)
	assert.True(t, utf8.ValidString(s))
	assert.NotContains(t, s, "\n")
	assert.NotContains(t, s, "\x1b")
	assert.NotContains(t, s, "\u202e", "a mark that turns the direction of writing")
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
			err := failing(t, "managed_users.get", answer{status: 400, body: body})
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

// TestErrorsPrintWithoutTheBody: bodies hold what customers typed in.
func TestErrorsPrintWithoutTheBody(t *testing.T) {
	t.Parallel()
	err := failing(t, "managed_users.get", answer{status: 400, body: `{"message": "Bad", "echo": "private-echo"}`})
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
			transport := answering(answer{status: status, header: http.Header{"Location": {location}}})
			err := callOf("managed_users.get")(t.Context(), newClient(t, transport), customerID)
			require.ErrorIs(t, err, workato.ErrRedirect)
			assert.ErrorContains(t, err, "redirect to "+host+" refused")
			assert.NotContains(t, err.Error(), "abcdef")
			transport.only(t)
		}
	}
}

// TestMessageInUnusableAnswer: the service was seen to send an error with 200.
func TestMessageInUnusableAnswer(t *testing.T) {
	t.Parallel()
	err := failing(t, "picklists.get_values", answer{body: `{"error": "connection is not authorised"}`})
	assert.ErrorContains(t, err, "connection is not authorised")
}

func TestConnectionInUse(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"connections.delete", "connections.disconnect"} {
		for _, status := range []int{200, 400, 409, 422} {
			for _, body := range []string{
				fixture(t, "connections/in_use.json"),
				`{"success": false, "status": "rejected"}`,
				`{"result": {"success": false, "status": "rejected", "message": "used by active recipes"}}`,
				`{"success": false, "message": "Connection is used by active recipes"}`,
			} {
				err := failing(t, op, answer{status: status, body: body})
				var inUse *workato.ConnectionInUseError
				require.ErrorAs(t, err, &inUse, "%s %d %s", op, status, body)
				assert.ErrorIs(t, err, workato.ErrRejected)
				var apiErr *workato.APIError
				require.ErrorAs(t, err, &apiErr)
				assert.Equal(t, status, apiErr.StatusCode)
				assert.True(t, apiErr.Rejected)
				assert.Equal(t, apiErr.Error(), err.Error())
			}
		}
	}
	var inUse *workato.ConnectionInUseError
	assert.NotErrorAs(t, failing(t, "connections.delete", answer{status: 404, body: `{"message": "Not found"}`}), &inUse)
	assert.NotErrorAs(t, failing(t, "connections.delete", answer{body: `{"success": false, "message": "other"}`}), &inUse)
	assert.NotErrorAs(t, failing(t, "managed_users.get", answer{body: fixture(t, "connections/in_use.json")}), &inUse)
}

func TestRecipeStartRefusals(t *testing.T) {
	t.Parallel()
	type step = workato.StepError
	raw := func(s string) json.RawMessage { return json.RawMessage(s) }
	for _, tc := range []struct {
		name         string
		body         string
		code, config []step
		connections  []int64
		needs        bool // nothing but connections
	}{
		{
			name: "as recorded", body: fixture(t, "recipes/start_refused.json"),
			code: []step{
				{Step: 4, Field: "Body/Error", Value: raw(`null`), Message: "can't be blank", Path: "response.error"},
				{Step: 4, Field: "name", Value: raw(`"search_x"`), Message: "is invalid"},
			},
			config:      []step{{Step: 1, Field: "account_id", Value: raw(`32148`), Message: "unconnected"}},
			connections: []int64{32148},
		},
		{
			name: "connections only", body: `{"success": false, "code_errors": [], "config_errors": [[1, [["account_id", null, "can't be blank"]]], [3, [["account_id", "771", "unconnected", {"key": "k"}, "x"]]]]}`,
			code: nil,
			config: []step{
				{Step: 1, Field: "account_id", Value: raw(`null`), Message: "can't be blank"},
				{Step: 3, Field: "account_id", Value: raw(`"771"`), Message: "unconnected"},
			},
			connections: []int64{771}, needs: true,
		},
		{
			name: "tuples of five, any value", body: `{"success": false, "code_errors": [[2, [["a", {"b": [1]}, "m", "p.q", 7], ["c", [1, 2], "n", null, true]], "third"]]}`,
			code: []step{
				{Step: 2, Field: "a", Value: raw(`{"b": [1]}`), Message: "m", Path: "p.q"},
				{Step: 2, Field: "c", Value: raw(`[1, 2]`), Message: "n"},
			},
		},
		{
			name: "tuples of two and texts", body: `{"success": false, "code_errors": [[2, [["a", "m"], "loose text", ["alone"]]]], "config_errors": ["no connection", 12, null, [null, null, "gone"]]}`,
			code:   []step{{Step: 2, Field: "a", Message: "m"}, {Step: 2, Message: "loose text"}, {Step: 2, Message: `["alone"]`}},
			config: []step{{Message: "no connection"}, {Message: "12"}, {Message: "null"}, {Field: "null", Value: raw(`null`), Message: "gone"}},
		},
		{
			name: "objects of the application's own routes", body: `{"success": false, "code_errors": [{"line_number": 4, "errors": [{"field_label": "Body", "value": null, "message": "can't be blank"}, {"field": "x", "message": "y", "path": "p"}]}], "config_errors": [{"field": "account_id", "value": 7, "message": "unconnected"}]}`,
			code: []step{
				{Step: 4, Field: "Body", Value: raw(`null`), Message: "can't be blank"},
				{Step: 4, Field: "x", Message: "y", Path: "p"},
			},
			config: []step{{Field: "account_id", Value: raw(`7`), Message: "unconnected"}}, connections: []int64{7},
		},
		{
			name: "steps as texts", body: `{"success": false, "code_errors": [["4", [["name", null, "is invalid"]]], [null, [["x", 1, "y"]]]], "config_errors": [{"line_number": "1", "errors": [{"field_label": "account_id", "value": 5, "message": "unconnected"}]}]}`,
			code: []step{
				{Step: 4, Field: "name", Value: raw(`null`), Message: "is invalid"},
				{Field: "x", Value: raw(`1`), Message: "y"},
			},
			config: []step{{Step: 1, Field: "account_id", Value: raw(`5`), Message: "unconnected"}}, connections: []int64{5},
		},
		{name: "in the envelope", body: `{"result": {"success": false, "config_errors": [[1, [["account_id", 5, "unconnected"]]]]}}`, config: []step{{Step: 1, Field: "account_id", Value: raw(`5`), Message: "unconnected"}}, connections: []int64{5}, needs: true},
		{
			name: "more than connections", body: `{"success": false, "config_errors": [[1, [["account_id", 5, "m"], ["table", 9, "m"], ["account_id", 0, "m"], ["account_id", -3, "m"]]]]}`,
			config: []step{
				{Step: 1, Field: "account_id", Value: raw(`5`), Message: "m"},
				{Step: 1, Field: "table", Value: raw(`9`), Message: "m"},
				{Step: 1, Field: "account_id", Value: raw(`0`), Message: "m"},
				{Step: 1, Field: "account_id", Value: raw(`-3`), Message: "m"},
			},
			connections: []int64{5},
		},
		{
			name: "label and name", body: `{"success": false, "code_errors": [{"line_number": 2, "errors": [{"field_label": "Body", "field": "body", "message": "m"}]}]}`,
			code: []step{{Step: 2, Field: "Body", Message: "m"}},
		},
		{name: "no reasons", body: `{"success": false}`},
		{name: "reasons are null", body: `{"success": false, "code_errors": null, "config_errors": null}`},
		{name: "reasons are no lists", body: `{"success": false, "code_errors": "bad", "config_errors": {"a": 1}}`},
		{name: "message only", body: `{"success": false, "message": "limit of the plan"}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for _, status := range []int{200, 400, 422} {
				err := failing(t, "recipes.start", answer{status: status, body: tc.body})
				require.ErrorIs(t, err, workato.ErrRejected)
				var refused *workato.RecipeStartError
				require.ErrorAs(t, err, &refused)
				assert.Equal(t, tc.code, refused.CodeErrors)
				assert.Equal(t, tc.config, refused.ConfigErrors)
				assert.Equal(t, tc.connections, refused.ConnectionIDs())
				assert.Equal(t, tc.needs, refused.NeedsConnection())
				assert.Equal(t, tc.body, string(refused.Err.Body))
				for i, reason := range append(append([]step{}, tc.config...), tc.code...) {
					if i < 5 {
						assert.ErrorContains(t, err, reason.String())
					}
				}
			}
		})
	}

	var refused *workato.RecipeStartError
	for _, a := range []answer{{status: 404, body: `{"message": "Not found"}`}, {status: 400, body: `{"message": "state"}`}, {body: `<html>`}} {
		assert.NotErrorAs(t, failing(t, "recipes.start", a), &refused)
	}
	assert.Equal(t, "step 1: account_id: unconnected", workato.StepError{Step: 1, Field: "account_id", Message: "unconnected"}.String())
	assert.Equal(t, "unconnected", workato.StepError{Message: "unconnected"}.String())
}

// TestRecipeStartRefusalIsBounded: a recipe can have hundreds of faults.
func TestRecipeStartRefusalIsBounded(t *testing.T) {
	t.Parallel()
	entry := `[7, [["` + strings.Repeat("field", 400) + `", null, "` + strings.Repeat("is\\nbad ", 400) + `"]]]`
	body := `{"success": false, "code_errors": [` + strings.Repeat(entry+",", 9) + entry + `]}`
	err := failing(t, "recipes.start", answer{body: body})
	var refused *workato.RecipeStartError
	require.ErrorAs(t, err, &refused)
	assert.Len(t, refused.CodeErrors, 10)
	assert.ErrorContains(t, err, "and 5 more")
	assert.NotContains(t, err.Error(), "\n")
	assertLine(t, refused.CodeErrors[0].Field)
	assertLine(t, refused.CodeErrors[0].Message)
}

// TestRecipeStartRefusalBeyondTheKeptBody: reasons are read before the body is
// cut to what an error keeps.
func TestRecipeStartRefusalBeyondTheKeptBody(t *testing.T) {
	t.Parallel()
	body := `{"success": false, "padding": "` + strings.Repeat("x", 70<<10) + `", "config_errors": [[1, [["account_id", 5, "unconnected"]]]]}`
	var refused *workato.RecipeStartError
	require.ErrorAs(t, failing(t, "recipes.start", answer{body: body}), &refused)
	assert.Equal(t, []int64{5}, refused.ConnectionIDs())
	assert.True(t, refused.NeedsConnection())
}

// TestRefusalWithoutAReason must not read like a success.
func TestRefusalWithoutAReason(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"recipes.start", "recipes.stop", "recipes.delete"} {
		assert.EqualError(t, failing(t, op, answer{body: `{"success": false}`}), "workato: "+op+": HTTP 200: rejected")
	}
}

func TestRecipeRunningError(t *testing.T) {
	t.Parallel()
	err := &workato.RecipeRunningError{Err: &workato.APIError{StatusCode: 200, Operation: "recipes.delete", Message: "running", Rejected: true}}
	assert.ErrorIs(t, err, workato.ErrRejected)
	assert.ErrorContains(t, err, "recipes.delete")
}

// TestOwnEffect: a repeat that meets what the attempt before has done, whose
// answer was lost, is a success and says so.
func TestOwnEffect(t *testing.T) {
	t.Parallel()
	for op, refusal := range map[string]answer{
		"connections.delete":    {status: 404, body: `{"message": "Not found"}`},
		"members.remove_legacy": {status: 404, body: `{"message": "Not found"}`},
		"recipes.start":         {status: 400, body: `{"message": "Recipe is already running"}`},
		"recipes.stop":          {body: `{"success": false, "errors": {"state": ["Recipe is not running"]}}`},
	} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			retry := workato.WithRetry(workato.RetryPolicy{MaxRetries: 2, MinWait: 1, MaxWait: 1})
			perform := func(c *workato.Client, meta *workato.ResponseMeta) error {
				option := workato.WithResponse(meta)
				switch op {
				case "connections.delete":
					return c.Connections.Delete(t.Context(), customerID, 1, option)
				case "members.remove_legacy":
					return c.Members.RemoveLegacy(t.Context(), customerID, 1, option)
				case "recipes.start":
					return c.Recipes.Start(t.Context(), customerID, 1, option)
				}
				return c.Recipes.Stop(t.Context(), customerID, 1, option)
			}
			var meta workato.ResponseMeta
			require.NoError(t, perform(newClient(t, answering(answer{status: 502}, refusal), retry), &meta))
			assert.True(t, meta.MetOwnEffect)
			assert.Equal(t, 2, meta.Attempts)

			meta = workato.ResponseMeta{}
			require.Error(t, perform(newClient(t, answering(refusal), retry), &meta), "nothing was lost before")
			assert.False(t, meta.MetOwnEffect)

			require.Error(t, perform(newClient(t, answering(answer{status: 429}, refusal), retry), &meta), "a 429 did nothing")
			assert.False(t, meta.MetOwnEffect)
		})
	}
}
