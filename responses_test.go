package workato_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/apitest"
)

// callOf is the valid call of an operation.
func callOf(op string) call {
	return func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
		return apitest.Lookup(op).Call.Do(ctx, c, customer)
	}
}

func operation(t testing.TB, name string) workato.Operation {
	t.Helper()
	for _, op := range workato.Operations() {
		if op.Name == name {
			return op
		}
	}
	t.Fatalf("no operation %s", name)
	return workato.Operation{}
}

// failing returns the error of an operation with the response a.
func failing(t testing.TB, op string, a response) error {
	t.Helper()
	err := callOf(op)(t.Context(), newClient(t, responding(a)), customerID)
	require.Error(t, err, "%s accepts %q", op, a.body)
	return err
}

func TestGoodAnswers(t *testing.T) {
	t.Parallel()
	for _, e := range apitest.All() {
		for i, body := range e.Responses() {
			t.Run(e.Operation+" "+strconv.Itoa(i+1), func(t *testing.T) {
				t.Parallel()
				err := e.Call.Do(t.Context(), newClient(t, responding(response{body: body})), customerID)
				require.NoError(t, err, "next: give the entry of %s in internal/apitest a Good response that its call takes", e.Operation)
			})
		}
	}
}

// unusable are documents that are not a response of any operation, or not of
// one kind.
var unusable = map[workato.ResponseKind]map[string]string{
	"": {
		"nothing": "", "white space": " \r\n\t", "null": "null", "html": "<!DOCTYPE html><html><title>Sign in</title></html>",
		"text": "OK", "string": `"ok"`, "number": "12", "boolean": "true", "cut off": `{"result": [{"id": 1`, "cut off early": `{"succe`,
		"two documents": `{"id": 1, "result": []} {"id": 2}`, "byte order mark": "\ufeff" + `{"id": 1, "result": []}`,
		"page": `<html><body>gateway</body></html>`, "error": `{"error": "connection is not authorised"}`,
	},
	workato.ResponseList: {
		"{}": `{}`, "without a list": `{"id": 1}`, "list is null": `{"result": null}`, "list is an object": `{"result": {}}`,
		"message": `{"message": "busy"}`, "list of numbers": `[1]`, "list of null": `[null]`, "cut off list": `[null`,
	},
	workato.ResponseObject: {
		"{}": `{}`, "without an id": `{"name": "x"}`, "id is null": `{"id": null}`, "id is a text": `{"id": "abc"}`, "id is an object": `{"id": {}}`, "list": `[]`,
		"list of one": `[{"id": 1}]`, "two in the envelope": `{"result": [{"id": 1}, {"id": 2}]}`, "empty list in the envelope": `{"result": []}`,
		"null in the envelope": `{"result": null}`, "text in the envelope": `{"result": "ok"}`, "message": `{"message": "busy"}`,
	},
	workato.ResponseConfirmation: {"list": `[]`, "list of one": `[{"success": true}]`},
}

// TestUnusableResponses: a document with a success status and the wrong content
// is an error.
func TestUnusableResponses(t *testing.T) {
	t.Parallel()
	for _, e := range apitest.All() {
		kind := operation(t, e.Operation).Response
		bodies := maps.Clone(unusable[""])
		maps.Copy(bodies, unusable[kind])
		for name, body := range bodies {
			if slices.Contains(e.Responses(), body) {
				continue // the entry accepts it
			}
			if kind == workato.ResponseConfirmation && strings.TrimSpace(body) == "" {
				continue // a success status is enough
			}
			t.Run(e.Operation+" "+name, func(t *testing.T) {
				t.Parallel()
				err := failing(t, e.Operation, response{body: body})
				assert.ErrorIs(t, err, workato.ErrUnexpectedResponse)
				assert.Equal(t, operation(t, e.Operation).Effect == workato.Create, errors.Is(err, workato.ErrOutcomeUnknown))
				assert.ErrorContains(t, err, "workato: "+e.Operation+": ")
				assert.ErrorContains(t, err, "unexpected response: ")
			})
		}
	}
}

// TestRejectedResponses: success is false, whatever else the response holds.
func TestRejectedResponses(t *testing.T) {
	t.Parallel()
	for _, e := range apitest.All() {
		t.Run(e.Operation, func(t *testing.T) {
			t.Parallel()
			for _, body := range []string{`{"success": false, "message": "no"}`, `{"success": false, "id": 1, "result": [], "message": "no"}`} {
				err := failing(t, e.Operation, response{body: body})
				assert.ErrorIs(t, err, workato.ErrRejected)
				assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown, "the service refused")
			}
		})
	}
}

// TestResponsesWithoutContent: a success status confirms, and is not enough
// where content is due.
func TestResponsesWithoutContent(t *testing.T) {
	t.Parallel()
	for _, e := range apitest.All() {
		t.Run(e.Operation, func(t *testing.T) {
			t.Parallel()
			if operation(t, e.Operation).Response == workato.ResponseConfirmation {
				for _, body := range []string{`{"data": null}`, `{"result": null}`, `{"data": null, "message": "done"}`} {
					require.NoError(t, e.Call.Do(t.Context(), newClient(t, responding(response{body: body})), customerID), body)
				}
			}
			for _, status := range []int{http.StatusNoContent, http.StatusOK, http.StatusAccepted} {
				err := e.Call.Do(t.Context(), newClient(t, responding(response{status: status})), customerID)
				switch {
				case operation(t, e.Operation).Response == workato.ResponseConfirmation, slices.Contains(e.Responses(), ""):
					require.NoError(t, err)
				default:
					require.ErrorIs(t, err, workato.ErrUnexpectedResponse)
				}
			}
		})
	}
}

func TestDecodeTimestamps(t *testing.T) {
	t.Parallel()
	instant := at("2019-07-11T17:08:41.693Z")
	for text, want := range map[string]*time.Time{
		`null`: nil, `""`: nil, `"null"`: nil, `false`: nil, `" "`: nil,
		`"2019-07-11T17:08:41.693Z"`:      &instant,
		`"2019-07-11T10:08:41.693-07:00"`: &instant,
		`"2019-07-11T21:08:41.693+04:00"`: &instant,
		`"2019-07-11T10:08:41.693-0700"`:  &instant,
		`"2019-07-11 17:08:41.693 UTC"`:   &instant,
		`"2019-07-11 10:08:41.693 -0700"`: &instant,
		`"2019-07-11T17:08:41.693"`:       &instant,
		`"2019-07-11 17:08:41.693"`:       &instant,
		`"2019-07-11T17:08:41Z"`:          workato.Ptr(at("2019-07-11T17:08:41Z")),
		`"2019-07-11"`:                    workato.Ptr(at("2019-07-11T00:00:00Z")),
	} {
		// Besides pointers there are values, for which null is the zero time.
		c := newClient(t, responding(response{body: `{"id": 1, "authorized_at": ` + text + `, "created_at": ` + text + `}`}))
		got, err := c.Connections.Create(t.Context(), customerID, &workato.ConnectionCreateParams{Provider: "jira"})
		require.NoError(t, err, text)
		if want == nil {
			assert.Nil(t, got.AuthorizedAt, text)
			assert.True(t, got.CreatedAt.IsZero(), text)
			continue
		}
		require.NotNil(t, got.AuthorizedAt, text)
		assert.True(t, want.Equal(*got.AuthorizedAt), "%s: %s", text, got.AuthorizedAt)
		assert.True(t, want.Equal(got.CreatedAt), text)
	}
	for _, text := range []string{`true`, `12`, `"yesterday"`, `{}`, `[]`, `"2019-13-11T17:08:41Z"`, `"2019-07-11 10:08:41.693 PDT"`} {
		c := newClient(t, responding(response{body: `{"result": [{"id": 1}, {"id": 2, "authorized_at": ` + text + `}]}`}))
		_, err := c.Connections.List(t.Context(), customerID, nil)
		require.ErrorIs(t, err, workato.ErrUnexpectedResponse, text)
		assert.ErrorContains(t, err, "result[1].authorized_at", text)
	}
}

// TestNewKeysDoNoHarm: a key that the service adds is ignored, even one that
// elsewhere is the key of an envelope.
func TestNewKeysDoNoHarm(t *testing.T) {
	t.Parallel()
	for _, added := range []string{`"data": null`, `"data": {}`, `"data": {"id": 9}`, `"result": []`, `"result": "ok"`, `"items": [1]`, `"success": true`} {
		c := newClient(t, responding(response{body: `{"id": 7, "name": "x", ` + added + `}`}))
		got, err := c.ManagedUsers.Get(t.Context(), customerID)
		require.NoError(t, err, added)
		assert.Equal(t, &workato.ManagedUser{ID: 7, Name: "x"}, got, added)
	}
}

// TestFieldsNameThemselves expects the path of a value that cannot be read.
func TestFieldsNameThemselves(t *testing.T) {
	t.Parallel()
	for body, path := range map[string]string{
		`{"result": [{"id": "x1"}]}`:                             "result[0].id",
		`[{"id": 1}, {"id": 2}, {"id": 3, "folder_id": [1]}]`:    "[2].folder_id",
		`{"items": [{"id": 1, "name": {"a": 1}, "tags": "no"}]}`: "items[0].tags",
		`{"result": [{"id": 1.5}]}`:                              "result[0].id",
		`{"result": [{"id": 99999999999999999999}]}`:             "result[0].id",
		`{"result": [{"id": 1}, 7]}`:                             "result[1]",
		`{"result": {"id": 1}}`:                                  "result",
		`{"result": [{"id": 1}, {"name": "without"}]}`:           "result[1]",
	} {
		_, err := newClient(t, responding(response{body: body})).Connections.List(t.Context(), customerID, nil)
		require.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
		assert.ErrorContains(t, err, `"`+path+`"`, body)
	}
	// The types that keep their text decode themselves, but have a path too.
	for body, path := range map[string]string{
		`{"id": 1, "auth_settings": [7]}`:             "auth_settings",
		`{"id": 1, "whitelisted_apps": "x"}`:          "whitelisted_apps",
		`{"result": {"id": 1, "name": {}, "id": []}}`: "id",
	} {
		_, err := newClient(t, responding(response{body: body})).ManagedUsers.Get(t.Context(), customerID)
		require.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
		assert.ErrorContains(t, err, `"`+path+`"`, body)
	}
	grants := responding(response{body: `{"data": [{"id": "pg-1", "project": {"id": "x"}}]}`})
	_, err := newClient(t, grants).Members.ProjectGrants(t.Context(), customerID, 88)
	require.ErrorContains(t, err, `"data[0].project.id"`)
	_, err = newClient(t, responding(response{body: `{"id": 1, "recipes_count": [7]}`})).Workspace.Whoami(t.Context())
	require.ErrorContains(t, err, `"recipes_count"`)
	_, err = newClient(t, responding(response{body: `{"result": [["A", "a"], ["B"]]}`})).
		Picklists.GetValues(t.Context(), customerID, 1, &workato.PicklistGetValuesParams{PickListName: "x"})
	require.ErrorContains(t, err, `"result[1]"`)
}

// TestTypesDecodeByThemselves: a result that a program stores as JSON can be
// read again without loss.
func TestTypesDecodeByThemselves(t *testing.T) {
	t.Parallel()
	again := func(name string, list any) {
		t.Helper()
		rows := rowsOf(t, name)
		require.NoError(t, json.Unmarshal([]byte(rows), list), name)
		assert.JSONEq(t, rows, asJSON(t, list), name)
	}
	again("members/privileges.json", new([]workato.MemberPrivilege))
	again("members/projects_privileges.json", new([]workato.MemberProjectPrivilege))
	again("members/project_grants.json", new([]workato.ProjectGrant))
	again("connections/input_schema.json", new([]workato.SchemaField))
	assert.JSONEq(t, fixture(t, "workspace/whoami.json"), asJSON(t, fixtureOf[workato.Workspace](t, "workspace/whoami.json")))
	var values map[string]workato.PropertyValue
	require.NoError(t, json.Unmarshal([]byte(`{"a": "text", "b": 12, "c": true}`), &values))
	assert.Equal(t, map[string]workato.PropertyValue{"a": "text", "b": "12", "c": "true"}, values)
	require.Error(t, json.Unmarshal([]byte(`{"a": {}}`), &values))
}

// TestNoDocumentedKeyIsLost decodes the samples and encodes them again.
func TestNoDocumentedKeyIsLost(t *testing.T) {
	t.Parallel()
	keepsKeys(t, fixture(t, "recipes/get_bare.json"), fixtureOf[workato.Recipe](t, "recipes/get_bare.json"))
	keepsKeys(t, fixture(t, "versions/bare.json"), fixtureOf[workato.RecipeVersion](t, "versions/bare.json"))
	keepsKeys(t, fixture(t, "exports/completed_bare.json"), fixtureOf[workato.Export](t, "exports/completed_bare.json"))
	jobs := decoded(t, "jobs/list.json", func(ctx context.Context, c *workato.Client) (*workato.JobPage, error) {
		return c.Jobs.List(ctx, customerID, 41354, nil)
	})
	var page struct{ Items []json.RawMessage }
	require.NoError(t, json.Unmarshal([]byte(fixture(t, "jobs/list.json")), &page))
	var counts map[string]any
	require.NoError(t, json.Unmarshal([]byte(fixture(t, "jobs/list.json")), &counts))
	delete(counts, "items")
	totals, err := json.Marshal(counts)
	require.NoError(t, err)
	keepsKeys(t, string(totals), jobs)
	for _, item := range page.Items {
		job := new(workato.Job)
		require.NoError(t, json.Unmarshal(item, job))
		keepsKeys(t, string(item), job)
	}
	var list struct{ Assets []json.RawMessage }
	require.NoError(t, json.Unmarshal([]byte(fixture(t, "exports/folder_assets_bare.json")), &list))
	for _, item := range list.Assets {
		asset := new(workato.FolderAsset)
		require.NoError(t, json.Unmarshal(item, asset))
		keepsKeys(t, string(item), asset)
	}
	var manifest struct{ Result json.RawMessage }
	require.NoError(t, json.Unmarshal([]byte(fixture(t, "exports/manifest_auto_run.json")), &manifest))
	decodedManifest := new(workato.ExportManifest)
	require.NoError(t, json.Unmarshal(manifest.Result, decodedManifest))
	keepsKeys(t, string(manifest.Result), decodedManifest)
}

// TestErrorsBesideData: an error beside the data is an error, and its text is
// not lost.
func TestErrorsBesideData(t *testing.T) {
	t.Parallel()
	for _, e := range apitest.All() {
		if !json.Valid([]byte(e.Response())) {
			continue // a package
		}
		t.Run(e.Operation, func(t *testing.T) {
			t.Parallel()
			bodies := []string{
				`{"error": "busy", "result": []}`, `{"error": "busy", "data": null}`, `{"errors": ["busy"], "items": []}`,
				`{"result": {}, "error": "busy"}`, `{"result": {"errors": {"base": ["busy"]}}}`,
			}
			for _, good := range e.Responses() {
				// A success that is true outweighs an error.
				if rest, ok := strings.CutPrefix(good, "{"); ok && !strings.Contains(strings.ToLower(good), `"success"`) && !hasOwnError(e) {
					bodies = append(bodies, `{"error": "busy", `+rest)
				}
			}
			for _, body := range bodies {
				err := callOf(e.Operation)(t.Context(), newClient(t, responding(response{body: body})), customerID)
				if assert.ErrorIs(t, err, workato.ErrUnexpectedResponse, "%s", body) {
					assert.ErrorContains(t, err, "busy", "%s", body)
				}
			}
		})
	}
}

// hasOwnError reports whether an operation returns an object with an error of
// its own, like that of a failed import.
func hasOwnError(e *apitest.Entry) bool {
	row := apitest.EndpointOf(e.Operation)
	service := reflect.ValueOf(&workato.Client{}).Elem().FieldByName(row.Service).Type()
	method, _ := service.MethodByName(apitest.MethodOf(service, e.Operation))
	result := method.Type.Out(0)
	if result.Kind() != reflect.Pointer || result.Elem().Kind() != reflect.Struct {
		return false
	}
	field, ok := result.Elem().FieldByName("Error")
	return ok && field.Tag.Get("json") == "error"
}
