package workato

import (
	"cmp"
	"context"
	"fmt"
	"hash/maphash"
	"iter"
	"slices"
	"sync"

	"github.com/go-workato/workato/internal/wire"
)

// usualPerPage is the documented maximum of most lists. It is also the default
// here, and always sent: the documented defaults differ between editions, and
// one of them is a single row.
const usualPerPage = 100

// Page is one page of a list.
type Page[T any] struct {
	// Items are the rows of the page. It may be empty: see HasNext.
	Items []T `json:"items"`
	// Page is the number of this page, as counted by the service; 0 in a walk
	// by id.
	Page int `json:"page"`
	// PerPage is how many items were asked for.
	PerPage int `json:"per_page"`
	// Count is the total that the service states, nil if it states none.
	Count *int64 `json:"count"`

	next func(context.Context) (*Page[T], error)
}

// HasNext reports whether there may be another page. That page may be empty:
// see WithTrustedShortPages.
func (p *Page[T]) HasNext() bool { return p.next != nil }

// Next fetches the page that follows. It returns nil after the last one.
func (p *Page[T]) Next(ctx context.Context) (*Page[T], error) {
	if p.next == nil {
		return nil, nil //nolint:nilnil // the end of a list is no error
	}
	return p.next(ctx)
}

func (p *Page[T]) items() []T { return p.Items }

// WithTrustedShortPages makes a page with fewer items than asked for the last
// one, which saves a request for each list. By default a list ends at an empty
// page, or when as many items were read as the service counts: a service that
// caps its pages below the requested size, or that hides items after paging,
// sends short pages in the middle of a list.
func WithTrustedShortPages() Option {
	return func(c *config) error {
		c.shortPagesEnd = true
		return nil
	}
}

// pagingParams are the parameters of a list whose pages are counted: paged reads
// Page and PerPage through them, and sets them for each page.
type pagingParams[P any] interface {
	*P
	paging() (page, perPage *int)
}

// sinceParams are those of a list that can also be walked down from an id, or
// that has no other pages than those after an id.
type sinceParams interface{ since() *int64 }

// pagedList is a list that is cut into pages, with the request for each of them.
type pagedList[T any] struct {
	core    *core
	op      *operation
	perPage int
	from    pageCursor
	// canGoByID is set if the walk may use descending ids.
	canGoByID bool
	fetch     func(context.Context, pageCursor) (wire.List[T], error)
	err       error
}

// pageCursor says where a page begins.
type pageCursor struct {
	page    int       // number to request
	sinceID int64     // or the id to walk down from
	byID    bool      // go on by id
	number  int       // of the page in the walk, from 1
	rows    int64     // on the pages before
	seen    *seenRows // on the pages before
}

// paged prepares a list. params are copied, and may be nil.
func paged[T, P any, PP pagingParams[P]](c *core, r request, params PP, opts []CallOption) pagedList[T] {
	p := given((*P)(params))
	page, perPage := PP(&p).paging()
	first := 1
	if r.op.Paging == PagingPageFromZero {
		first = 0
	}
	if *page < 0 {
		r = r.check(invalid("Page", "counts from %d, got %d", first, *page))
	}
	size, err := pageSize(*perPage, cmp.Or(r.op.maxPerPage, usualPerPage))
	from := pageCursor{page: max(*page, first), number: 1}
	byID, canGoByID := any(PP(&p)).(sinceParams)
	if canGoByID && (*byID.since() != 0 || r.op.Paging == PagingCursor) {
		if *page != 0 {
			r = r.check(invalid("Page", "cannot be combined with SinceID"))
		}
		from = pageCursor{sinceID: *byID.since(), byID: true, number: 1}
	}
	if r = r.check(err); r.err != nil {
		return pagedList[T]{err: refusedCall(r)}
	}
	fetch := func(ctx context.Context, at pageCursor) (wire.List[T], error) {
		q := p
		page, perPage := PP(&q).paging()
		*page, *perPage = at.page, size
		if s, ok := any(PP(&q)).(sinceParams); ok {
			*s.since() = at.sinceID
		}
		return invoke(ctx, c, r.withQuery(&q), opts, decodeRows[T](r.op))
	}
	return pagedList[T]{core: c, op: r.op, perPage: size, from: from, canGoByID: canGoByID && *page == 0, fetch: fetch}
}

// first fetches the requested page.
func (l pagedList[T]) first(ctx context.Context) (*Page[T], error) {
	if l.err != nil {
		return nil, l.err
	}
	return l.page(ctx, l.from)
}

// all iterates from that page on.
func (l pagedList[T]) all(ctx context.Context) iter.Seq2[T, error] {
	l.from.byID = l.canGoByID
	return walkPages(ctx, l.first, (*Page[T]).items)
}

// page fetches the page at a cursor.
func (l pagedList[T]) page(ctx context.Context, at pageCursor) (*Page[T], error) {
	rows, err := l.fetch(ctx, at)
	if err != nil {
		return nil, err
	}
	after := l.op.Paging == PagingCursor // goes on from the last item, whatever the order
	if after && at.sinceID != 0 {        // the page may include that item
		rows.Items = slices.DeleteFunc(rows.Items, func(item T) bool { return idOf(&item) == at.sinceID })
	}
	page := &Page[T]{Items: rows.Items, Page: at.page, PerPage: l.perPage, Count: rows.Count}
	if len(rows.Items) == 0 {
		return page, nil
	}
	if at.seen == nil {
		at.seen = newSeen()
	}
	again := remember(at.seen, at.number, rows.Items)
	rises := !after && at.sinceID != 0 && idOf(&rows.Items[0]) >= at.sinceID
	if rises || after && again > 0 || at.seen.repeats(at.number, len(rows.Items), again) {
		return nil, failedCall(l.op, ErrRepeatedPage)
	}
	next := pageCursor{page: at.page + 1, byID: at.byID, number: at.number + 1, rows: at.rows + int64(len(rows.Items)), seen: at.seen}
	if !after && l.ends(rows, at, next.rows) {
		return page, nil
	}
	if at.byID {
		last, descending := lowest(rows.Items)
		switch {
		case after:
			next.page, next.sinceID = 0, idOf(&rows.Items[len(rows.Items)-1])
		case descending:
			next.page, next.sinceID = 0, last
		case at.sinceID != 0:
			return nil, failedCall(l.op, fmt.Errorf("%w: ids do not descend", ErrUnexpectedResponse))
		default: // sorted by something else: only page numbers reach every row
			next.byID = false
		}
	}
	page.next = func(ctx context.Context) (*Page[T], error) { return l.page(ctx, next) }
	return page, nil
}

// ends reports whether a non-empty page is the last one.
func (l pagedList[T]) ends(rows wire.List[T], at pageCursor, soFar int64) bool {
	n, short := int64(len(rows.Items)), len(rows.Items) < l.perPage
	if at.page > 1 && at.rows == 0 || at.sinceID != 0 || rows.Count == nil {
		// The walk started in the middle, where a total is of no use.
		return short && l.core.config.shortPagesEnd
	}
	switch count := *rows.Count; {
	case count > n: // a total, for it counts rows of other pages
		return soFar >= count
	case soFar > n: // the count of each page, whatever the reference says
		return short && l.core.config.shortPagesEnd
	default:
		// A full first page may be all there is, or have been counted by itself.
		return short
	}
}

// lowest returns the id of the last item, and whether the ids descend to it.
func lowest[T any](items []T) (int64, bool) {
	last := idOf(&items[0])
	for i := 1; i < len(items); i++ {
		id := idOf(&items[i])
		if id >= last {
			return 0, false
		}
		last = id
	}
	return last, true
}

// seenRows remembers the items of a walk by page, so that a list which repeats
// itself ends with an error, in any order. Pages share it, and may be fetched
// again.
type seenRows struct {
	mu    sync.Mutex
	seed  maphash.Seed
	first map[uint64]int // number of the page on which a key was met first
	stale int            // number of the last page that brought nothing new
}

func newSeen() *seenRows {
	return &seenRows{seed: maphash.MakeSeed(), first: map[uint64]int{}}
}

// hash is the hash of what identifies an item, if anything does.
func (s *seenRows) hash(item any) (hash uint64, known bool) {
	if text, ok := item.(whole); ok {
		return maphash.Bytes(s.seed, text.whole()), true
	}
	if key := keyOf(item); key != nil {
		return maphash.Comparable(s.seed, key), true
	}
	return 0, false
}

// remember records the items of a page and returns how many of them were on
// earlier pages.
func remember[T any](s *seenRows, number int, items []T) (again int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range items {
		hash, known := s.hash(&items[i])
		if !known {
			return 0
		}
		if first, met := s.first[hash]; !met {
			s.first[hash] = number
		} else if first < number {
			again++
		}
	}
	return again
}

// repeats reports whether a page with n items, again of which were on earlier
// pages, is a repetition. A row that is created meanwhile pushes another one to
// the next page, which looks like a repetition if it has one row: that is
// tolerated, but not twice in a row.
func (s *seenRows) repeats(number, n, again int) bool {
	if again < n {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	forgiven := n == 1 && s.stale != number-1
	s.stale = number
	return !forgiven
}

// pager is a page that knows the next one.
type pager[P any] interface {
	*P
	Next(ctx context.Context) (*P, error)
}

// walkPages iterates over the items of a page and of those that follow.
func walkPages[T, P any, PP pager[P]](ctx context.Context, first func(context.Context) (*P, error), items func(*P) []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		page, err := first(ctx)
		for ; err == nil && page != nil; page, err = PP(page).Next(ctx) {
			for _, item := range items(page) {
				if !yield(item, nil) {
					return
				}
			}
		}
		if err != nil {
			var none T
			yield(none, err)
		}
	}
}

// eachOf iterates over an unpaged list.
func eachOf[T any](list func() ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		items, err := list()
		if err != nil {
			var none T
			yield(none, err)
			return
		}
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}

// pageSize returns how many rows to request. More than the maximum is refused:
// if the service cut the page silently, it would look like the last one.
func pageSize(asked, maximum int) (int, error) {
	switch {
	case asked < 0 || asked > maximum:
		return 0, invalid("PerPage", "must be from 1 to %d, got %d", maximum, asked)
	case asked == 0:
		return maximum, nil
	}
	return asked, nil
}
