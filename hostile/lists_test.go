package hostile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/apitest"
)

// walked is the result of a walk over some pages. The pages are sent in turn,
// and again from the first one after the last.
func walked(t *testing.T, e *apitest.Entry, perPage int, pages [][]int, opts ...workato.Option) (rows []int, requests int, err error) {
	t.Helper()
	s := newServer(t, "HTTP/1.1")
	responses := make([]response, len(pages))
	for i, page := range pages {
		responses[i] = says(200, e.Page(page...))
	}
	s.script(responses...)
	for row, err := range e.Walk.Do(t.Context(), s.client(t, opts...), lentCustomer, 1, perPage) {
		if err != nil {
			return rows, len(s.arrived()), err
		}
		if rows = append(rows, row); len(rows) > 100 {
			break
		}
	}
	return rows, len(s.arrived()), nil
}

// TestEndsOfLists: no row is lost without an error, and no walk is endless.
func TestEndsOfLists(t *testing.T) {
	t.Parallel()
	again := func(pages ...[]int) [][]int { // many times
		var all [][]int
		for range 60 {
			all = append(all, pages...)
		}
		return all
	}
	lists := func(check func(e *apitest.Entry, cursor bool)) {
		for _, e := range apitest.All() {
			if e.Walk != nil {
				check(e, workato.PagingCursor == typed(e.Operation).Paging)
			}
		}
	}
	promise(t, "ends a list that repeats its pages, whatever the period and the order", func(t *testing.T) {
		lists(func(e *apitest.Entry, cursor bool) {
			for name, pages := range map[string][][]int{
				"of one": again([]int{8, 7}), "of two": again([]int{8, 7}, []int{6, 5}), "of three": again([]int{9, 8}, []int{7, 6}, []int{5, 4}),
				"shuffled": again([]int{8, 7}, []int{6, 5}, []int{5, 8}, []int{7, 6}), "the last page for ever": append([][]int{{8, 7}, {6, 5}}, again([]int{4, 3})...),
				"of one row": again([]int{8}),
			} {
				if cursor && name == "of one row" {
					continue // "after" a job may include it, and then nothing is left
				}
				rows, requests, err := walked(t, e, 2, pages)
				require.ErrorIs(t, err, workato.ErrRepeatedPage, "%s %s", e.Operation, name)
				assert.LessOrEqual(t, requests, 5, "%s %s", e.Operation, name)
				assert.LessOrEqual(t, len(rows), 7, "%s %s", e.Operation, name)
			}
		})
	})

	promise(t, "reads the rows after short pages, unless they are trusted", func(t *testing.T) {
		lists(func(e *apitest.Entry, cursor bool) {
			pages := [][]int{{9, 8, 7, 6}, {5, 4}, {3}, {}}
			rows, requests, err := walked(t, e, 4, pages)
			require.NoError(t, err, e.Operation)
			require.Equal(t, []int{9, 8, 7, 6, 5, 4, 3}, rows, e.Operation)
			require.Equal(t, 4, requests, e.Operation)
			rows, requests, err = walked(t, e, 4, pages, workato.WithTrustedShortPages())
			require.NoError(t, err, e.Operation)
			if cursor { // whose pages have the size that the service likes
				require.Equal(t, 4, requests)
				return
			}
			require.Equal(t, []int{9, 8, 7, 6, 5, 4}, rows, e.Operation)
			require.Equal(t, 2, requests, e.Operation)
		})
	})

	promise(t, "continues when a row that was created meanwhile pushes another one to the next page", func(t *testing.T) {
		lists(func(e *apitest.Entry, cursor bool) {
			if cursor || strings.HasPrefix(e.Operation, "recipes.list") && e.Operation != "recipes.list_versions" {
				return // it continues from an id, which nothing shifts
			}
			rows, _, err := walked(t, e, 1, [][]int{{8}, {7}, {7}, {6}, {}})
			require.NoError(t, err, e.Operation)
			require.Equal(t, []int{8, 7, 7, 6}, rows, e.Operation)
			rows, _, err = walked(t, e, 2, [][]int{{8, 7}, {7, 6}, {5}, {}})
			require.NoError(t, err, e.Operation)
			require.Equal(t, []int{8, 7, 7, 6, 5}, rows, e.Operation)
			_, _, err = walked(t, e, 1, [][]int{{8}, {7}, {7}, {7}, {}})
			require.ErrorIs(t, err, workato.ErrRepeatedPage, "%s: not twice in a row", e.Operation)
		})
	})

	promise(t, "ends a list at the count of the service, whatever follows", func(t *testing.T) {
		lists(func(e *apitest.Entry, cursor bool) {
			if cursor || e.Operation == "recipes.list" {
				return // no count of rows ends a walk by id
			}
			s := newServer(t, "HTTP/1.1")
			counted := func(rows ...int) response {
				return says(200, strings.Replace(e.Page(rows...), "{", `{"count": 4, `, 1))
			}
			s.script(counted(8, 7), counted(6, 5), counted(6, 5))
			var rows []int
			for row, err := range e.Walk.Do(t.Context(), s.client(t), lentCustomer, 0, 2) {
				require.NoError(t, err, e.Operation)
				rows = append(rows, row)
			}
			require.Equal(t, []int{8, 7, 6, 5}, rows, e.Operation)
			require.Len(t, s.arrived(), 2, e.Operation)
		})
	})
}
