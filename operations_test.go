package workato_test

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// endpoint is a row of the ledger of everything that the reference documents.
type endpoint struct {
	Tier               string `json:"tier"`
	Service            string `json:"service"`
	Name               string `json:"name"`
	Method             string `json:"method"`
	Path               string `json:"path"`
	RateLimitPerSecond int    `json:"rate_limit_per_second"`
	RateLimitPerMinute int    `json:"rate_limit_per_minute"` // null: no figure
	Pagination         string `json:"pagination"`
	Deprecated         bool   `json:"deprecated"`
}

func (e endpoint) operation() string { return snake(e.Service) + "." + e.Name }

func readLedger(t *testing.T) map[string]endpoint {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "endpoints.json"))
	require.NoError(t, err)
	var rows []endpoint
	require.NoError(t, json.Unmarshal(data, &rows))
	ledger := make(map[string]endpoint, len(rows))
	for _, row := range rows {
		require.NotContains(t, ledger, row.operation(), "twice in the ledger")
		ledger[row.operation()] = row
	}
	return ledger
}

// snake turns ManagedUsers into managed_users and APIClients into api_clients.
func snake(camel string) string {
	var b strings.Builder
	runes := []rune(camel)
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// anonymous takes the names off the parameters of a path, all but that of the
// customer: ours may say more than those of the ledger.
func anonymous(path string) string {
	return regexp.MustCompile(`\{\w+\}`).ReplaceAllStringFunc(path, func(name string) string {
		if name == "{customer}" {
			return name
		}
		return "{}"
	})
}

var ledgerPaging = map[string]workato.Paging{
	"none": workato.PagingNone, "page": workato.PagingPage, "page (from 0)": workato.PagingPageFromZero,
	"page+since_id": workato.PagingSinceID, "cursor": workato.PagingCursor,
}

func TestOperationsAreInTheLedger(t *testing.T) {
	t.Parallel()
	ledger := readLedger(t)
	for _, op := range workato.Operations() {
		t.Run(op.Name, func(t *testing.T) {
			t.Parallel()
			row, ok := ledger[op.Name]
			require.True(t, ok, "not in the ledger")
			assert.Equal(t, row.Method, op.Method)
			assert.Equal(t, anonymous(row.Path), anonymous(op.Path))
			assert.Equal(t, row.RateLimitPerSecond, op.Quota.PerSecond)
			assert.Equal(t, row.RateLimitPerMinute, op.Quota.PerMinute)
			assert.Equal(t, row.Deprecated, op.Deprecated)
			if paging, known := ledgerPaging[row.Pagination]; known {
				assert.Equal(t, paging, op.Paging)
			}

			field := reflect.ValueOf(&workato.Client{}).Elem().FieldByName(row.Service)
			require.True(t, field.IsValid(), "Client has no field %s", row.Service)
			assert.True(t, hasMethod(field.Type(), row.Name), "%s has no method for %s", field.Type(), row.Name)

			doc, err := url.Parse(op.Doc)
			require.NoError(t, err)
			assert.Equal(t, "https", doc.Scheme)
			assert.NotEmpty(t, doc.Host)

			assert.NotEmpty(t, op.Quota.Family)
			assert.True(t, strings.HasPrefix(op.Path, "/api/"), op.Path)
			assert.Contains(t, []string{"read", "idempotent", "create"}, op.Effect.String())
			if op.Method == http.MethodGet {
				assert.Equal(t, workato.Read, op.Effect)
			}
		})
	}
}

// hasMethod looks for the method GetValues of get_values.
func hasMethod(service reflect.Type, name string) bool {
	want := strings.ReplaceAll(name, "_", "")
	for i := range service.NumMethod() {
		if strings.EqualFold(service.Method(i).Name, want) {
			return true
		}
	}
	return false
}

// TestEveryEndpointOfTheTiersIsThere counts what is typed so far: the tiers that
// come first in the ledger are whole.
func TestEveryEndpointOfTheTiersIsThere(t *testing.T) {
	t.Parallel()
	have := make(map[string]bool)
	for _, op := range workato.Operations() {
		have[op.Name] = true
	}
	count := make(map[string]int)
	for name, row := range readLedger(t) {
		count[row.Tier]++
		if row.Tier != "full" {
			assert.True(t, have[name], "%s is missing", name)
		}
	}
	assert.Equal(t, 21, count["seed"])
	assert.Equal(t, 63, count["core"])
}

func TestOperations(t *testing.T) {
	t.Parallel()
	all := workato.Operations()
	assert.True(t, slices.IsSortedFunc(all, func(a, b workato.Operation) int { return cmp.Compare(a.Name, b.Name) }))

	routes := make(map[string]string)
	for _, op := range all {
		route := op.Method + " " + anonymous(op.Path)
		assert.NotContains(t, routes, route, "%s has the route of %s", op.Name, routes[route])
		routes[route] = op.Name
		if strings.HasPrefix(op.Name, "imports.create") {
			assert.Equal(t, workato.Quota{Family: "imports", PerMinute: 1000, PerHour: 500}, op.Quota)
		} else {
			assert.Zero(t, op.Quota.PerHour, op.Name)
		}
	}

	all[0].Name = "changed"
	assert.NotEqual(t, "changed", workato.Operations()[0].Name, "Operations gives out the table itself")
}

// TestReadsSentByPost pins the effects that do not follow from the method.
func TestReadsSentByPost(t *testing.T) {
	t.Parallel()
	want := map[string]workato.Effect{
		"picklists.get_values": workato.Read,
		"managed_users.create": workato.Create, "folders.create": workato.Create, "connections.create": workato.Create,
		"imports.create": workato.Create, "members.add_legacy": workato.Create,
		"connections.update": workato.Idempotent, "connections.disconnect": workato.Idempotent, "connections.delete": workato.Idempotent,
		"recipes.start": workato.Idempotent, "recipes.stop": workato.Idempotent, "managed_users.update": workato.Idempotent,
		"members.remove_legacy": workato.Idempotent,
	}
	for _, op := range workato.Operations() {
		if effect, ok := want[op.Name]; ok {
			assert.Equal(t, effect, op.Effect, op.Name)
			delete(want, op.Name)
		}
	}
	assert.Empty(t, want)
	assert.Equal(t, "unknown", workato.Effect(0).String())
}
