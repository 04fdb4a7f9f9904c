package workato_test

import (
	"bytes"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

func TestFind(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	list := func(end error) iter.Seq2[string, error] {
		return func(yield func(string, error) bool) {
			for _, name := range []string{"Billing", "Sales", "Billing"} {
				if !yield(name, nil) {
					return
				}
			}
			if end != nil {
				yield("", end)
			}
		}
	}
	isBilling := func(name string) bool { return name == "Billing" }
	found, err := workato.Find(list(nil), isBilling)
	require.NoError(t, err)
	assert.Equal(t, []string{"Billing", "Billing"}, found)
	found, err = workato.Find(list(broken), isBilling)
	require.ErrorIs(t, err, broken)
	assert.Len(t, found, 2)
	found, err = workato.Find(list(nil), func(string) bool { return false })
	require.NoError(t, err)
	assert.Empty(t, found)
}

func TestRecipesBelow(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	customer := fake.AddCustomer(workatotest.Customer{ExternalID: "acme", Name: "Acme"})
	client, id := fake.Client(t), workato.AccountID(customer.ID)
	folder := func(name string, parent int64) int64 {
		made, err := client.Folders.Create(t.Context(), id, &workato.FolderCreateParams{Name: name, ParentID: parent})
		require.NoError(t, err)
		return made.ID
	}
	recipe := func(name string, folder int64) {
		_, err := client.Recipes.Create(t.Context(), id, &workato.RecipeCreateParams{Name: name, FolderID: folder, Code: "{}"})
		require.NoError(t, err)
	}
	top := folder("Billing", 0)
	eu := folder("EU", top)
	deep := folder("Deep", eu)
	other := folder("Other", 0)
	recipe("top", top)
	recipe("eu", eu)
	recipe("deep", deep)
	recipe("other", other)

	var names []string
	for recipe, err := range client.Recipes.AllBelow(t.Context(), id, top, &workato.RecipeListParams{ExcludeCode: true, Page: 3}) {
		require.NoError(t, err)
		names = append(names, recipe.Name)
	}
	assert.Equal(t, []string{"top", "eu", "deep"}, names)

	// It ends at the first error, and where the caller stops.
	for _, err := range client.Recipes.AllBelow(t.Context(), id, top, nil) {
		require.NoError(t, err)
		break
	}
	fake.Inject(workatotest.Fault{On: "folders.list", Call: 3, Do: workatotest.Respond, Status: 404})
	names = nil
	var last error
	for recipe, err := range client.Recipes.AllBelow(t.Context(), id, top, nil) {
		if names = append(names, recipe.Name); err != nil {
			last = err
		}
	}
	require.ErrorIs(t, last, workato.ErrNotFound)
	assert.Equal(t, []string{"top", "eu", ""}, names)
	for _, err := range client.Recipes.AllBelow(t.Context(), id, 0, nil) {
		require.ErrorContains(t, err, "folderID")
	}
}

func TestPackageOpens(t *testing.T) {
	t.Parallel()
	content := bytes.Repeat([]byte("PK\x03\x04 "), 300_000) // more than the piece that is hashed at a time
	path := filepath.Join(t.TempDir(), "billing.zip")
	require.NoError(t, os.WriteFile(path, content, 0o600))
	sum := "cf460d0ce48f56c079f09aa4c5533332c2b2c4a3a4ed49882116108f03cc8936"
	for name, p := range map[string]workato.Package{"file": workato.PackageFile(path), "bytes": workato.PackageBytes(content)} {
		size, err := p.Size()
		require.NoError(t, err, name)
		assert.EqualValues(t, len(content), size, name)
		for range 2 { // any number of times
			got, err := p.SHA256(t.Context())
			require.NoError(t, err, name)
			assert.Equal(t, sum, got, name)
		}
		r, err := p.Open()
		require.NoError(t, err, name)
		var read bytes.Buffer
		_, err = read.ReadFrom(r)
		require.NoError(t, err, name)
		require.NoError(t, r.Close(), name)
		assert.True(t, bytes.Equal(content, read.Bytes()), name)
	}

	once := workato.PackageReader(strings.NewReader("PK"), 2)
	_, err := once.SHA256(t.Context())
	require.ErrorContains(t, err, "only once")
	r, err := once.Open()
	require.NoError(t, err)
	require.NoError(t, r.Close())
	_, err = once.Open()
	require.ErrorIs(t, err, workato.ErrInvalidArgument)

	missing := workato.PackageFile(filepath.Join(t.TempDir(), "none.zip"))
	for _, p := range []workato.Package{missing, {}} {
		_, err := p.Open()
		require.ErrorIs(t, err, workato.ErrInvalidArgument)
		_, err = p.SHA256(t.Context())
		require.ErrorIs(t, err, workato.ErrInvalidArgument)
		_, err = p.Size()
		require.ErrorIs(t, err, workato.ErrInvalidArgument)
	}
	_, err = missing.Open()
	require.ErrorIs(t, err, os.ErrNotExist)
}

// The first poll of a wait can be delayed: each one counts against a quota.
func TestFirstInterval(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		transport := responding(response{body: `{"id": 7, "status": "in_progress"}`}, response{body: `{"id": 7, "status": "completed"}`})
		var looks []time.Duration
		_, err := newClient(t, transport).Imports.Wait(t.Context(), customerID, 7, &workato.ImportWaitParams{
			FirstInterval: 8 * time.Second, MinInterval: 2 * time.Second,
			OnUpdate: func(*workato.Import) { looks = append(looks, time.Since(begun)) },
		})
		require.NoError(t, err)
		require.Len(t, looks, 2)
		assert.GreaterOrEqual(t, looks[0], 6*time.Second)
		assert.LessOrEqual(t, looks[0], 8*time.Second)
		assert.LessOrEqual(t, looks[1]-looks[0], 2*time.Second)

		_, err = newClient(t, transport).Exports.Wait(t.Context(), customerID, 7, &workato.WaitParams[workato.Export]{FirstInterval: -1})
		require.ErrorContains(t, err, "FirstInterval")
		_, err = newClient(t, transport).Exports.Wait(t.Context(), customerID, 7,
			&workato.WaitParams[workato.Export]{FirstInterval: time.Hour, MaxWait: time.Second})
		require.ErrorIs(t, err, workato.ErrWaitTimeout)
	})
}

func TestCustomerOfManagedUser(t *testing.T) {
	t.Parallel()
	user := workato.ManagedUser{ID: 98178}
	assert.Equal(t, workato.AccountID(98178), user.CustomerID())
}

// A refusal names connections, the recipe names their providers.
func TestMissingConnections(t *testing.T) {
	t.Parallel()
	recipe := &workato.Recipe{ID: 1, Config: []byte(`"[{\"keyword\": \"application\", \"name\": \"jira\", \"provider\": \"jira\", \"account_id\": 5},` +
		`{\"keyword\": \"application\", \"name\": \"slack\", \"provider\": \"slack\", \"account_id\": null},` +
		`{\"keyword\": \"application\", \"name\": \"salesforce\", \"provider\": \"salesforce\", \"account_id\": 6}]"`)}
	refusal := func(values ...string) *workato.RecipeStartError {
		e := &workato.RecipeStartError{}
		for _, value := range values {
			e.ConfigErrors = append(e.ConfigErrors, workato.StepError{Field: "account_id", Value: []byte(value)})
		}
		return e
	}
	for want, e := range map[string]*workato.RecipeStartError{
		"jira": refusal(`5`), "slack": refusal(`null`), "jira slack": refusal(`"5"`, `null`), "": refusal(`7`), "salesforce": refusal(`6`),
	} {
		missing, err := e.MissingConnections(recipe)
		require.NoError(t, err)
		var providers []string
		for _, entry := range missing {
			providers = append(providers, entry.Provider)
		}
		assert.Equal(t, want, strings.Join(providers, " "))
	}
	_, err := refusal(`5`).MissingConnections(&workato.Recipe{Config: []byte(`{"a": 1}`)})
	require.Error(t, err)
}
