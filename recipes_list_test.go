package workato_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// shelf serves a list of recipes by page and by since_id, like the service.
type shelf struct {
	ids []int64
	// count is added to each page; maximum cuts pages that ask for more.
	count   bool
	maximum int
	// after is called before each response, to change the list meanwhile.
	after func(s *shelf, number int)
}

func (s *shelf) transport(t *testing.T) *recorder {
	return &recorder{respond: func(number int, req *http.Request) (*http.Response, error) {
		if s.after != nil {
			s.after(s, number)
		}
		query := req.URL.Query()
		perPage, err := strconv.Atoi(query.Get("per_page"))
		require.NoError(t, err)
		if s.maximum > 0 {
			perPage = min(perPage, s.maximum)
		}
		rest := s.ids
		if since, err := strconv.ParseInt(query.Get("since_id"), 10, 64); err == nil {
			rest = nil
			for _, id := range s.ids {
				if id < since {
					rest = append(rest, id)
				}
			}
		} else if page, err := strconv.Atoi(query.Get("page")); assert.NoError(t, err) {
			rest = rest[min((page-1)*perPage, len(rest)):]
		}
		result := []map[string]any{}
		for _, id := range rest[:min(perPage, len(rest))] {
			result = append(result, map[string]any{"id": id})
		}
		body := map[string]any{"result": result}
		if s.count {
			body["count"] = len(s.ids)
		}
		text, err := json.Marshal(body)
		require.NoError(t, err)
		return response{body: string(text)}.response(req), nil
	}}
}

// down returns n ids from the highest to 1, times a step.
func down(n int) []int64 {
	ids := make([]int64, n)
	for i := range ids {
		ids[i] = int64(n-i) * 10
	}
	return ids
}

func queries(r *recorder) []string {
	var all []string
	for _, req := range r.all() {
		values, _ := url.ParseQuery(req.Query)
		for _, key := range []string{"page", "since_id"} {
			if values.Has(key) {
				all = append(all, key+"="+values.Get(key))
			}
		}
	}
	return all
}

func collect(t *testing.T, c *workato.Client, params *workato.RecipeListParams) []int64 {
	t.Helper()
	var ids []int64
	for recipe, err := range c.Recipes.All(t.Context(), customerID, params) {
		require.NoError(t, err)
		ids = append(ids, recipe.ID)
	}
	return ids
}

func TestPages(t *testing.T) {
	t.Parallel()
	s := &shelf{ids: down(25)}
	transport := s.transport(t)
	c := newClient(t, transport)
	page, err := c.Recipes.List(t.Context(), customerID, &workato.RecipeListParams{PerPage: 10})
	require.NoError(t, err)
	var sizes, numbers []int
	for page != nil {
		sizes, numbers = append(sizes, len(page.Items)), append(numbers, page.Page)
		assert.Equal(t, 10, page.PerPage)
		assert.Nil(t, page.Count)
		more := page.HasNext()
		page, err = page.Next(t.Context())
		require.NoError(t, err)
		assert.Equal(t, more, page != nil)
	}
	assert.Equal(t, []int{10, 10, 5, 0}, sizes)
	assert.Equal(t, []int{1, 2, 3, 4}, numbers)
	assert.Equal(t, []string{"page=1", "page=2", "page=3", "page=4"}, queries(transport))
}

func TestPagesThatEndEvenly(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		shelf   shelf
		queries []string
		options []workato.Option
	}{
		"without a count an empty page ends a list": {shelf: shelf{ids: down(20)}, queries: []string{"page=1", "page=2", "page=3"}},
		"a count ends a list":                       {shelf: shelf{ids: down(20), count: true}, queries: []string{"page=1", "page=2"}},
		"a count of all on one page":                {shelf: shelf{ids: down(5), count: true}, queries: []string{"page=1"}},
		"a count of one full page may be its own":   {shelf: shelf{ids: down(10), count: true}, queries: []string{"page=1", "page=2"}},
		"nothing":                     {shelf: shelf{}, queries: []string{"page=1"}},
		"nothing, counted":            {shelf: shelf{count: true}, queries: []string{"page=1"}},
		"a count extends short pages": {shelf: shelf{ids: down(12), count: true, maximum: 5}, queries: []string{"page=1", "page=2", "page=3"}},
		"short pages are not last":    {shelf: shelf{ids: down(12), maximum: 5}, queries: []string{"page=1", "page=2", "page=3", "page=4"}},
		"short pages that are trusted": {
			shelf: shelf{ids: down(12), maximum: 5}, queries: []string{"page=1"}, options: []workato.Option{workato.WithTrustedShortPages()},
		},
		"trusted, but counted": {
			shelf: shelf{ids: down(12), count: true, maximum: 5}, queries: []string{"page=1", "page=2", "page=3"},
			options: []workato.Option{workato.WithTrustedShortPages()},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := tc.shelf.transport(t)
			page, err := newClient(t, transport, tc.options...).Recipes.List(t.Context(), customerID, &workato.RecipeListParams{PerPage: 10})
			for err == nil && page != nil {
				if tc.shelf.count {
					require.NotNil(t, page.Count)
					assert.Equal(t, int64(len(tc.shelf.ids)), *page.Count)
				}
				page, err = page.Next(t.Context())
			}
			require.NoError(t, err)
			assert.Equal(t, tc.queries, queries(transport))
		})
	}
}

func TestAllGoesDownByID(t *testing.T) {
	t.Parallel()
	s := &shelf{ids: down(25)}
	transport := s.transport(t)
	assert.Equal(t, s.ids, collect(t, newClient(t, transport), &workato.RecipeListParams{PerPage: 10}))
	assert.Equal(t, []string{"page=1", "since_id=160", "since_id=60", "since_id=10"}, queries(transport))

	transport = s.transport(t)
	assert.Equal(t, s.ids[5:], collect(t, newClient(t, transport), &workato.RecipeListParams{PerPage: 10, SinceID: 210}))
	assert.Equal(t, []string{"since_id=210", "since_id=110", "since_id=10"}, queries(transport))
}

// TestAllWhileTheListChanges: recipes that are created or deleted meanwhile
// shift pages, but not ids.
func TestAllWhileTheListChanges(t *testing.T) {
	t.Parallel()
	original := down(30)
	s := &shelf{ids: slices.Clone(original), after: func(s *shelf, number int) {
		if number == 2 {
			s.ids = append([]int64{900, 800, 700}, s.ids...) // three new ones on top
		}
		if number == 3 {
			s.ids = s.ids[5:] // the three and two more are gone
		}
	}}
	assert.Equal(t, original, collect(t, newClient(t, s.transport(t)), &workato.RecipeListParams{PerPage: 10}))
}

func TestAllByPageNumber(t *testing.T) {
	t.Parallel()
	// Sorted by something else, only page numbers reach every row.
	unsorted := []int64{5, 9, 3, 7, 1, 8}
	s := &shelf{ids: unsorted}
	transport := s.transport(t)
	assert.Equal(t, unsorted, collect(t, newClient(t, transport), &workato.RecipeListParams{PerPage: 2}))
	assert.Equal(t, []string{"page=1", "page=2", "page=3", "page=4"}, queries(transport))

	s = &shelf{ids: down(5)}
	transport = s.transport(t)
	assert.Equal(t, s.ids[2:], collect(t, newClient(t, transport), &workato.RecipeListParams{PerPage: 2, Page: 2}), "the caller asked for pages")
	assert.Equal(t, []string{"page=2", "page=3", "page=4"}, queries(transport))
}

// TestAllOfAListThatLosesItsOrder: a walk by id cannot continue without
// skipping rows, so it fails.
func TestAllOfAListThatLosesItsOrder(t *testing.T) {
	t.Parallel()
	transport := responding(response{body: `{"result": [{"id": 9}, {"id": 8}]}`}, response{body: `{"result": [{"id": 5}, {"id": 6}]}`})
	var ids []int64
	var last error
	for recipe, err := range newClient(t, transport).Recipes.All(t.Context(), customerID, &workato.RecipeListParams{PerPage: 2}) {
		if last = err; err == nil {
			ids = append(ids, recipe.ID)
		}
	}
	require.ErrorIs(t, last, workato.ErrUnexpectedResponse)
	assert.Equal(t, []int64{9, 8}, ids)
}

// TestAllByPageNumberToTheEnd: a list whose first page is not sorted by id is
// not walked by id later, which would skip rows.
func TestAllByPageNumberToTheEnd(t *testing.T) {
	t.Parallel()
	transport := responding(response{body: `{"result": [{"id": 2}, {"id": 9}]}`}, response{body: `{"result": [{"id": 7}, {"id": 1}]}`},
		response{body: `{"result": [{"id": 5}]}`}, response{body: `{"result": []}`})
	assert.Equal(t, []int64{2, 9, 7, 1, 5}, collect(t, newClient(t, transport), &workato.RecipeListParams{PerPage: 2}))
	last := transport.all()[2].Query
	assert.Contains(t, last, "page=3")
	assert.NotContains(t, last, "since_id")
}

// TestCountDoesNotEndAWalkByID: it is of no use there, because rows may have
// been deleted meanwhile.
func TestCountDoesNotEndAWalkByID(t *testing.T) {
	t.Parallel()
	transport := responding(response{body: `{"result": [{"id": 9}, {"id": 8}], "count": 3}`}, response{body: `{"result": [{"id": 7}], "count": 3}`},
		response{body: `{"result": []}`})
	assert.Equal(t, []int64{9, 8, 7}, collect(t, newClient(t, transport), &workato.RecipeListParams{PerPage: 2}))
	assert.Len(t, transport.all(), 3)
}

func TestLargestPageIsTaken(t *testing.T) {
	t.Parallel()
	transport := responding(response{body: `{"result": []}`})
	_, err := newClient(t, transport).Recipes.List(t.Context(), customerID, &workato.RecipeListParams{PerPage: 100})
	require.NoError(t, err)
	assert.Contains(t, transport.only(t).Query, "per_page=100")
}

// TestRepeatedPages: otherwise a service that ignores the page or the id would
// cause an endless walk.
func TestRepeatedPages(t *testing.T) {
	t.Parallel()
	same := response{body: `{"result": [{"id": 9}, {"id": 8}]}`}
	unsorted := response{body: `{"result": [{"id": 8}, {"id": 9}]}`}
	for name, tc := range map[string]struct {
		response response
		params   workato.RecipeListParams
	}{
		"by id": {same, workato.RecipeListParams{PerPage: 2}}, "by page": {unsorted, workato.RecipeListParams{PerPage: 2}},
		"from a page": {same, workato.RecipeListParams{PerPage: 2, Page: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := responding(tc.response)
			items, failures := 0, 0
			for _, err := range newClient(t, transport).Recipes.All(t.Context(), customerID, &tc.params) {
				if err == nil {
					items++
					continue
				}
				failures++
				require.ErrorIs(t, err, workato.ErrRepeatedPage)
				assert.ErrorIs(t, err, workato.ErrUnexpectedResponse)
			}
			assert.Equal(t, 2, items)
			assert.Equal(t, 1, failures)
			assert.Len(t, transport.all(), 2)
		})
	}
	t.Run("ids that are not below the one asked for", func(t *testing.T) {
		t.Parallel()
		_, err := newClient(t, responding(same)).Recipes.List(t.Context(), customerID, &workato.RecipeListParams{SinceID: 9})
		assert.ErrorIs(t, err, workato.ErrRepeatedPage)
	})
}

func TestAllStops(t *testing.T) {
	t.Parallel()
	t.Run("at break", func(t *testing.T) {
		t.Parallel()
		s := &shelf{ids: down(25)}
		transport := s.transport(t)
		for recipe, err := range newClient(t, transport).Recipes.All(t.Context(), customerID, &workato.RecipeListParams{PerPage: 10}) {
			require.NoError(t, err)
			if recipe.ID == 160 { // the last of the first page
				break
			}
		}
		transport.only(t)
	})
	t.Run("after an error, returned once", func(t *testing.T) {
		t.Parallel()
		s := &shelf{ids: down(25)}
		inner := s.transport(t)
		transport := &recorder{respond: func(number int, req *http.Request) (*http.Response, error) {
			if number == 2 {
				return response{status: 403, body: `{"message": "no more"}`}.response(req), nil
			}
			return inner.respond(number, req)
		}}
		var ids []int64
		var failures []error
		for recipe, err := range newClient(t, transport).Recipes.All(t.Context(), customerID, &workato.RecipeListParams{PerPage: 10}) {
			if err != nil {
				assert.Zero(t, recipe.ID)
				failures = append(failures, err)
				continue // an error ends the list anyway
			}
			ids = append(ids, recipe.ID)
		}
		assert.Len(t, ids, 10)
		require.Len(t, failures, 1)
		assert.ErrorIs(t, failures[0], workato.ErrForbidden)
		assert.Len(t, transport.all(), 2)
	})
	t.Run("and can start again", func(t *testing.T) {
		t.Parallel()
		s := &shelf{ids: down(3)}
		all := newClient(t, s.transport(t)).Recipes.All(t.Context(), customerID, nil)
		for range 2 {
			n := 0
			for _, err := range all {
				require.NoError(t, err)
				n++
			}
			assert.Equal(t, 3, n)
		}
	})
	t.Run("nothing is fetched before the first step", func(t *testing.T) {
		t.Parallel()
		assert.NotNil(t, newClient(t, unreachable(t)).Recipes.All(t.Context(), customerID, nil))
		assert.NotNil(t, newClient(t, unreachable(t)).Connections.All(t.Context(), customerID, nil))
	})
}

// TestParamsAreCopied: the caller may change them between two steps.
func TestParamsAreCopied(t *testing.T) {
	t.Parallel()
	s := &shelf{ids: down(25)}
	transport := s.transport(t)
	params := &workato.RecipeListParams{PerPage: 10}
	for _, err := range newClient(t, transport).Recipes.All(t.Context(), customerID, params) {
		require.NoError(t, err)
		params.PerPage, params.SinceID = 1, 1
	}
	assert.Equal(t, []string{"page=1", "since_id=160", "since_id=60", "since_id=10"}, queries(transport))
}

func TestPublicPagesCountFromZero(t *testing.T) {
	t.Parallel()
	full := `{"items": [{"id": 3}, {"id": 2}]}`
	transport := responding(response{body: full}, response{body: `{"items": [{"id": 1}, {"id": 7}]}`}, response{body: `{"items": []}`})
	var ids []int64
	//lint:ignore SA1019 deprecated by the service, but tested like the others
	for recipe, err := range newClient(t, transport).Recipes.AllPublic(t.Context(), &workato.RecipeSearchPublicParams{
		Applications: []string{"jira"},
		PerPage:      2,
	}) {
		require.NoError(t, err)
		ids = append(ids, recipe.ID)
	}
	assert.Equal(t, []int64{3, 2, 1, 7}, ids)
	assert.Equal(t, []string{"page=0", "page=1", "page=2"}, queries(transport))
}
