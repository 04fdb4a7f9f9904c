package workato_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/apitest"
)

// pagedList is a paged list of the service: rows with the numbers from total
// down to 1.
type pagedList struct {
	*apitest.Entry

	paging workato.Paging
	total  int
}

// respond supports every kind of paging.
func (l *pagedList) respond(_ int, req *http.Request) (*http.Response, error) {
	query := req.URL.Query()
	inBrackets := map[string]string{"page": "page[number]", "per_page": "page[size]"} // as newer families spell them
	number := func(key string) (n int, given bool) {
		n, err := strconv.Atoi(cmp.Or(query.Get(key), query.Get(inBrackets[key])))
		return n, err == nil
	}
	size, ok := number("per_page")
	if !ok {
		size = 100 // the service's own
	}
	highest := l.total
	if page, ok := number("page"); ok {
		if l.paging != workato.PagingPageFromZero {
			page--
		}
		highest -= page * size
	}
	for _, cursor := range []string{"since_id", "offset_job_id", "page[after]"} {
		if last, ok := number(cursor); ok {
			highest = last - 1
		}
	}
	var rows []int
	for n := highest; n > max(0, highest-size); n-- {
		rows = append(rows, n)
	}
	return response{body: l.Page(rows...)}.response(req), nil
}

// down is the numbers from one down to another.
func downTo(from, to int) (numbers []int) {
	for n := from; n >= to; n-- {
		numbers = append(numbers, n)
	}
	return numbers
}

// taken returns the first rows of a walk, all of them with a limit of -1.
func taken(rows iter.Seq2[int, error], limit int) (numbers []int, err error) {
	for number, err := range rows {
		if err != nil {
			return numbers, err
		}
		if numbers = append(numbers, number); len(numbers) == limit {
			break
		}
	}
	return numbers, nil
}

// overLists runs a check for every paged list. walk is the Walk of its entry,
// on a transport.
func overLists(t *testing.T, check func(t *testing.T, l *pagedList, walk func(http.RoundTripper, int, int) iter.Seq2[int, error])) {
	t.Helper()
	for _, op := range workato.Operations() {
		if op.Paging == workato.PagingNone {
			continue
		}
		t.Run(op.Name, func(t *testing.T) {
			t.Parallel()
			e := apitest.Lookup(op.Name)
			require.NotNil(t, e.Walk, "next: give the entry of this paged list a Walk")
			check(t, &pagedList{Entry: e, paging: op.Paging}, func(transport http.RoundTripper, page, perPage int) iter.Seq2[int, error] {
				return e.Walk.Do(t.Context(), newClient(t, transport), customerID, page, perPage)
			})
		})
	}
}

func TestWalks(t *testing.T) {
	t.Parallel()
	overLists(t, func(t *testing.T, l *pagedList, walk func(http.RoundTripper, int, int) iter.Seq2[int, error]) {
		l.total = 250
		transport := &recorder{respond: l.respond}
		rows := walk(transport, 0, 0)
		assert.Empty(t, transport.all(), "nothing is fetched before the first step")
		for range 2 { // a walk can start again
			numbers, err := taken(rows, -1)
			require.NoError(t, err)
			assert.Equal(t, downTo(250, 1), numbers)
		}

		l.total = 6
		transport = &recorder{respond: l.respond}
		numbers, err := taken(walk(transport, 0, 3), -1)
		require.NoError(t, err)
		assert.Equal(t, downTo(6, 1), numbers)

		transport = &recorder{respond: l.respond}
		numbers, err = taken(walk(transport, 0, 3), 3)
		require.NoError(t, err)
		assert.Equal(t, downTo(6, 4), numbers)
		assert.Len(t, transport.all(), 1, "nothing is fetched after a break")

		l.total = 0
		transport = &recorder{respond: l.respond}
		numbers, err = taken(walk(transport, 0, 3), -1)
		require.NoError(t, err)
		assert.Empty(t, numbers)
		assert.Len(t, transport.all(), 1)
	})
}

func TestWalksFromAPage(t *testing.T) {
	t.Parallel()
	overLists(t, func(t *testing.T, l *pagedList, walk func(http.RoundTripper, int, int) iter.Seq2[int, error]) {
		if l.paging == workato.PagingCursor {
			return // it has no pages
		}
		l.total = 7
		transport := &recorder{respond: l.respond}
		page := 2
		if l.paging == workato.PagingPageFromZero {
			page = 1
		}
		numbers, err := taken(walk(transport, page, 3), -1)
		require.NoError(t, err)
		assert.Equal(t, downTo(4, 1), numbers)

		for field, bad := range map[string][2]int{"Page": {-1, 0}, "PerPage": {0, -1}} {
			_, err := taken(walk(unreachable(t), bad[0], bad[1]), -1)
			assertRefused(t, err, field)
		}
		_, err = taken(walk(unreachable(t), 0, 100_000), -1)
		assertRefused(t, err, "PerPage")
	})
}

func TestWalkOfAListThatRepeatsItsPage(t *testing.T) {
	t.Parallel()
	overLists(t, func(t *testing.T, l *pagedList, walk func(http.RoundTripper, int, int) iter.Seq2[int, error]) {
		transport := responding(response{body: l.Page(9, 8)})
		numbers, err := taken(walk(transport, 0, 2), -1)
		require.ErrorIs(t, err, workato.ErrRepeatedPage)
		require.ErrorIs(t, err, workato.ErrUnexpectedResponse)
		assert.Equal(t, []int{9, 8}, numbers)
		assert.Len(t, transport.all(), 2)
	})
}

// TestWalkThatFails: an error is returned once and ends the walk.
func TestWalkThatFails(t *testing.T) {
	t.Parallel()
	overLists(t, func(t *testing.T, l *pagedList, walk func(http.RoundTripper, int, int) iter.Seq2[int, error]) {
		l.total = 5
		for _, refused := range []int{1, 2} {
			transport := &recorder{respond: func(number int, req *http.Request) (*http.Response, error) {
				if number == refused {
					return response{status: 403, body: `{"message": "no more"}`}.response(req), nil
				}
				return l.respond(number, req)
			}}
			var failures []error
			for _, err := range walk(transport, 0, 2) {
				if err != nil {
					failures = append(failures, err)
				}
			}
			require.Len(t, failures, 1)
			assert.ErrorIs(t, failures[0], workato.ErrForbidden)
			assert.Len(t, transport.all(), refused)
		}
	})
}

func TestAllOfAListThatComesWhole(t *testing.T) {
	t.Parallel()
	transport := responding(response{body: `{"result": [{"id": 1}, {"id": 2}, {"id": 3}]}`}, response{status: 404})
	c := newClient(t, transport)
	var ids []int64
	for connection, err := range c.Connections.All(t.Context(), customerID, nil) {
		require.NoError(t, err)
		if ids = append(ids, connection.ID); len(ids) == 2 {
			break
		}
	}
	assert.Equal(t, []int64{1, 2}, ids)
	var failures []error
	for _, err := range c.Connections.All(t.Context(), customerID, nil) {
		failures = append(failures, err)
	}
	require.Len(t, failures, 1)
	assert.ErrorIs(t, failures[0], workato.ErrNotFound)
}

func TestPageEncodesWithTheKeysOfTheReference(t *testing.T) {
	t.Parallel()
	page, err := newClient(t, responding(response{body: `{"result": [{"id": 7}], "count": 1, "page": 1, "per_page": 50}`})).
		ManagedUsers.List(t.Context(), &workato.ManagedUserListParams{PerPage: 50})
	require.NoError(t, err)
	text, err := json.Marshal(page)
	require.NoError(t, err)
	var keys map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(text, &keys))
	assert.Equal(t, "1", string(keys["count"]))
	assert.Equal(t, "1", string(keys["page"]))
	assert.Equal(t, "50", string(keys["per_page"]))
	assert.Contains(t, string(keys["items"]), `"id":7`)
	assert.Len(t, keys, 4)
}

func TestNextAfterAFailureCanBeRepeated(t *testing.T) {
	t.Parallel()
	broken := errors.New("line is down")
	s := &shelf{ids: down(15)}
	inner := s.transport(t)
	down := false
	transport := &recorder{respond: func(number int, req *http.Request) (*http.Response, error) {
		if down {
			return nil, broken
		}
		return inner.respond(number, req)
	}}
	page, err := newClient(t, transport).Recipes.List(t.Context(), customerID, &workato.RecipeListParams{PerPage: 10})
	require.NoError(t, err)
	down = true
	_, err = page.Next(t.Context())
	require.ErrorIs(t, err, broken)
	down = false
	page, err = page.Next(t.Context())
	require.NoError(t, err)
	assert.Len(t, page.Items, 5)
	last, err := page.Next(t.Context())
	require.NoError(t, err)
	assert.Empty(t, last.Items)
	last, err = last.Next(t.Context())
	require.NoError(t, err)
	assert.Nil(t, last)
}
