package workato_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// asJSON returns v as encoding/json writes it.
func asJSON(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

// rowsOf returns the list in a fixture, with or without an envelope.
func rowsOf(t testing.TB, name string) string {
	t.Helper()
	text := fixture(t, name)
	var envelope map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &envelope) != nil {
		return text
	}
	for _, key := range []string{"result", "items", "data"} {
		if rows, ok := envelope[key]; ok {
			return string(rows)
		}
	}
	t.Fatalf("%s has no list", name)
	return ""
}

// numberedList is a list whose pages are counted from 1.
type numberedList struct {
	op string
	// row makes a row of an answer, envelope is the key above the rows.
	row      func(number int) string
	envelope string
	// seen returns what tells one item from another in page and in the walk.
	page func(ctx context.Context, c *workato.Client, page, perPage int) (items []string, next bool, err error)
	walk func(ctx context.Context, c *workato.Client, perPage, limit int) ([]string, error)
}

func listOf[T any](op, envelope string, row func(int) string, name func(T) string,
	page func(context.Context, *workato.Client, int, int) (*workato.Page[T], error),
	all func(context.Context, *workato.Client, int, int) func(func(T, error) bool),
) numberedList {
	return numberedList{
		op: op, row: row, envelope: envelope,
		page: func(ctx context.Context, c *workato.Client, number, perPage int) (items []string, next bool, err error) {
			p, err := page(ctx, c, number, perPage)
			if err != nil {
				return nil, false, err
			}
			for _, item := range p.Items {
				items = append(items, name(item))
			}
			return items, p.HasNext(), nil
		},
		walk: func(ctx context.Context, c *workato.Client, perPage, limit int) (items []string, err error) {
			for item, err := range all(ctx, c, 0, perPage) {
				if err != nil {
					return items, err
				}
				if items = append(items, name(item)); len(items) == limit {
					break
				}
			}
			return items, nil
		},
	}
}

func numberedLists() []numberedList {
	row := func(n int) string { return fmt.Sprintf(`{"id": %d, "name": "n%d"}`, n, n) }
	return []numberedList{
		listOf("managed_users.list", "result", row, func(u workato.ManagedUser) string { return strconv.FormatInt(u.ID, 10) },
			func(ctx context.Context, c *workato.Client, page, perPage int) (*workato.Page[workato.ManagedUser], error) {
				return c.ManagedUsers.List(ctx, &workato.ManagedUserListParams{Page: page, PerPage: perPage})
			},
			func(ctx context.Context, c *workato.Client, page, perPage int) func(func(workato.ManagedUser, error) bool) {
				return c.ManagedUsers.All(ctx, &workato.ManagedUserListParams{Page: page, PerPage: perPage})
			}),
		listOf("folders.list", "result", row, func(f workato.Folder) string { return strconv.FormatInt(f.ID, 10) },
			func(ctx context.Context, c *workato.Client, page, perPage int) (*workato.Page[workato.Folder], error) {
				return c.Folders.List(ctx, customerID, &workato.FolderListParams{Page: page, PerPage: perPage})
			},
			func(ctx context.Context, c *workato.Client, page, perPage int) func(func(workato.Folder, error) bool) {
				return c.Folders.All(ctx, customerID, &workato.FolderListParams{Page: page, PerPage: perPage})
			}),
		listOf("projects.list", "result", row, func(p workato.Project) string { return strconv.FormatInt(p.ID, 10) },
			func(ctx context.Context, c *workato.Client, page, perPage int) (*workato.Page[workato.Project], error) {
				return c.Projects.List(ctx, customerID, &workato.ProjectListParams{Page: page, PerPage: perPage})
			},
			func(ctx context.Context, c *workato.Client, page, perPage int) func(func(workato.Project, error) bool) {
				return c.Projects.All(ctx, customerID, &workato.ProjectListParams{Page: page, PerPage: perPage})
			}),
		listOf("integrations.list_all", "items", row, func(i workato.Integration) string { return i.Name[1:] },
			func(ctx context.Context, c *workato.Client, page, perPage int) (*workato.Page[workato.Integration], error) {
				return c.Integrations.ListAll(ctx, &workato.IntegrationListAllParams{Page: page, PerPage: perPage})
			},
			func(ctx context.Context, c *workato.Client, page, perPage int) func(func(workato.Integration, error) bool) {
				return c.Integrations.All(ctx, &workato.IntegrationListAllParams{Page: page, PerPage: perPage})
			}),
	}
}

// rows is a service with so many rows, which honours page and per_page.
func (l numberedList) rows(total int) *recorder {
	return &recorder{respond: func(_ int, req *http.Request) (*http.Response, error) {
		page, pageErr := strconv.Atoi(req.URL.Query().Get("page"))
		perPage, sizeErr := strconv.Atoi(req.URL.Query().Get("per_page"))
		if err := errors.Join(pageErr, sizeErr); err != nil {
			return nil, err
		}
		var rows []string
		for n := (page-1)*perPage + 1; n <= min(page*perPage, total); n++ {
			rows = append(rows, l.row(n))
		}
		return answer{body: fmt.Sprintf(`{%q: [%s]}`, l.envelope, strings.Join(rows, ","))}.response(req), nil
	}}
}

func TestNumberedLists(t *testing.T) {
	t.Parallel()
	for _, list := range numberedLists() {
		t.Run(list.op, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()

			transport := list.rows(250)
			items, err := list.walk(ctx, newClient(t, transport), 0, -1)
			require.NoError(t, err)
			require.Len(t, items, 250)
			assert.Equal(t, []string{"1", "250"}, []string{items[0], items[249]})
			var queries []string
			for _, r := range transport.all() {
				queries = append(queries, r.Query)
			}
			assert.Equal(t, []string{"page=1&per_page=100", "page=2&per_page=100", "page=3&per_page=100"}, queries)

			transport = list.rows(6)
			items, err = list.walk(ctx, newClient(t, transport), 3, -1)
			require.NoError(t, err)
			assert.Equal(t, []string{"1", "2", "3", "4", "5", "6"}, items)
			assert.Len(t, transport.all(), 3, "a full page may not be the last one")

			transport = list.rows(6)
			items, err = list.walk(ctx, newClient(t, transport), 3, 3)
			require.NoError(t, err)
			assert.Equal(t, []string{"1", "2", "3"}, items)
			assert.Len(t, transport.all(), 1, "nothing is fetched after a break")

			transport = list.rows(6)
			items, next, err := list.page(ctx, newClient(t, transport), 2, 3)
			require.NoError(t, err)
			assert.Equal(t, []string{"4", "5", "6"}, items)
			assert.True(t, next)
			assert.Equal(t, "page=2&per_page=3", transport.only(t).Query)
		})

		t.Run(list.op+" that repeats its page", func(t *testing.T) {
			t.Parallel()
			transport := answering(answer{body: fmt.Sprintf(`{%q: [%s, %s]}`, list.envelope, list.row(1), list.row(2))})
			items, err := list.walk(t.Context(), newClient(t, transport), 2, -1)
			require.ErrorIs(t, err, workato.ErrRepeatedPage)
			assert.Equal(t, []string{"1", "2"}, items)
			assert.Len(t, transport.all(), 2)
		})

		t.Run(list.op+" refuses bad pages", func(t *testing.T) {
			t.Parallel()
			c := newClient(t, unreachable(t))
			for field, bad := range map[string][2]int{"Page": {-1, 0}, "PerPage": {0, 101}} {
				_, _, err := list.page(t.Context(), c, bad[0], bad[1])
				assertRefused(t, err, field)
			}
			_, err := list.walk(t.Context(), c, -1, -1)
			assertRefused(t, err, "PerPage")
		})
	}
}

// badInput is a call that must be refused before anything is sent.
type badInput struct {
	name  string
	field string
	call  func(context.Context, *workato.Client) error
}

func assertAllRefused(t *testing.T, cases []badInput) {
	t.Helper()
	for _, bad := range cases {
		t.Run(bad.name, func(t *testing.T) {
			t.Parallel()
			assertRefused(t, bad.call(t.Context(), newClient(t, unreachable(t))), bad.field)
		})
	}
}

// coreRows are the endpoints of this part of the API, by what they decode.
var coreRows = map[string]string{
	"managed_users.list": "list", "members.list": "list", "folders.list": "list", "projects.list": "list", "integrations.list_all": "list",
	"connections.input_schema": "list", "integrations.input_schema": "list", "members.privileges": "list",
	"members.projects_privileges": "list", "members.project_grants": "list",
	"members.get": "object", "members.add": "object", "members.update": "object", "folders.update": "object", "projects.update": "object",
	"workspace.whoami": "object", "usage.monthly": "object",
	"managed_users.delete": "confirmation", "members.remove": "confirmation", "folders.delete": "confirmation", "projects.delete": "confirmation",
	"members.invite": "confirmation", "properties.upsert": "confirmation",
}

// TestCoreRowsTakeNothingForAnAnswer: no row takes the wrong kind of answer for
// success, and no list takes one for an empty list.
func TestCoreRowsTakeNothingForAnAnswer(t *testing.T) {
	t.Parallel()
	for op, kind := range coreRows {
		bodies := []string{`null`, `"ok"`, `17`, `<html><body>gateway</body></html>`, `{"result": `}
		switch kind {
		case "list":
			bodies = append(bodies, ``, `{}`, `{"result": null}`, `{"result": {}}`, `{"message": "hello"}`, `[null`)
		case "object":
			bodies = append(bodies, ``, `{}`, `[]`, `{"result": []}`, `{"name": "without an id"}`)
		default:
			bodies = append(bodies, `[]`)
		}
		for _, body := range bodies {
			t.Run(op+" "+body, func(t *testing.T) {
				t.Parallel()
				assert.ErrorIs(t, failing(t, op, answer{body: body}), workato.ErrUnexpectedResponse)
			})
		}
		t.Run(op+" rejected", func(t *testing.T) {
			t.Parallel()
			err := failing(t, op, answer{body: `{"success": false, "message": "no"}`})
			assert.ErrorIs(t, err, workato.ErrRejected)
		})
	}
}

// TestCoreDeletionsSentAgain: an answer is lost, the repeat finds
// nothing left to delete.
func TestCoreDeletionsSentAgain(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"managed_users.delete", "members.remove", "folders.delete", "projects.delete"} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			retry := workato.WithRetry(workato.RetryPolicy{MaxRetries: 1, MinWait: 1, MaxWait: 1})
			transport := answering(answer{status: 503, body: `gone wrong`}, answer{status: 404, body: `{"message": "Not found"}`})
			require.NoError(t, callOf(t, op)(t.Context(), newClient(t, transport, retry), customerID))
			assert.Len(t, transport.all(), 2)

			err := failing(t, op, answer{status: 404, body: `{"message": "Not found"}`})
			assert.ErrorIs(t, err, workato.ErrNotFound, "there was nothing to begin with")
		})
	}
}

// TestEffectsOfCoreRows: what may be sent again, and what may not.
func TestEffectsOfCoreRows(t *testing.T) {
	t.Parallel()
	retry := workato.WithRetry(workato.RetryPolicy{MaxRetries: 1, MinWait: 1, MaxWait: 1})
	for _, op := range []string{"members.add", "members.invite", "managed_users.provision_environments"} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			transport := answering(answer{status: 502, body: `<html></html>`})
			err := callOf(t, op)(t.Context(), newClient(t, transport, retry), customerID)
			require.ErrorIs(t, err, workato.ErrOutcomeUnknown)
			assert.Len(t, transport.all(), 1)
		})
	}
	for _, op := range []string{"properties.upsert", "usage.statistics", "usage.connection_statistics", "members.update", "folders.update", "projects.update"} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			transport := answering(answer{status: 502, body: `<html></html>`}, answer{body: `{"id": 1}`})
			require.NoError(t, callOf(t, op)(t.Context(), newClient(t, transport, retry), customerID))
			assert.Len(t, transport.all(), 2)
		})
	}
	for _, op := range []string{"usage.statistics", "usage.connection_statistics"} {
		assert.Equal(t, workato.Read, operation(t, op).Effect)
	}
}

// TestConfirmationWithoutContent: a 2xx without a body confirms, and is no object.
func TestConfirmationWithoutContent(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusNoContent, http.StatusOK, http.StatusAccepted} {
		c := newClient(t, answering(answer{status: status}))
		require.NoError(t, c.ManagedUsers.Delete(t.Context(), workato.AccountID(1)))
		_, err := c.ManagedUsers.Get(t.Context(), workato.AccountID(1))
		require.ErrorIs(t, err, workato.ErrUnexpectedResponse, "204 where an object is due")
	}
}

// TestPropertyNamedSuccess: a property may have any name.
func TestPropertyNamedSuccess(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"success":"false"}`, `{"result":{"success":"false"}}`} {
		values, err := newClient(t, answering(answer{status: http.StatusOK, body: body})).Properties.List(t.Context(), workato.AccountID(1), &workato.PropertyListParams{Prefix: "s"})
		require.NoError(t, err, body)
		require.Len(t, values, 1, body)
	}
}

// TestWriteGuardOnDeployments: a deployment names DEV and changes PROD.
func TestWriteGuardOnDeployments(t *testing.T) {
	t.Parallel()
	c := newClient(t, answering(answer{status: http.StatusOK, body: `{"id":7,"state":"pending"}`}), workato.WithWriteGuard(workato.AccountID(3)))
	dev := workato.AccountID(1)
	for _, environment := range []workato.EnvironmentType{workato.EnvironmentTest, workato.EnvironmentProd} {
		params := &workato.DeploymentDeployParams{EnvironmentType: environment}
		_, err := c.Deployments.Deploy(t.Context(), dev, workato.ProjectByID(5), params)
		if environment == workato.EnvironmentProd {
			require.ErrorIs(t, err, workato.ErrWriteGuarded)
			_, err = c.Deployments.Deploy(t.Context(), dev, workato.ProjectByID(5), params, workato.AllowProduction())
		}
		require.NoError(t, err)
	}
}
