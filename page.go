package workato

import (
	"context"
	"fmt"
	"iter"

	"github.com/go-workato/workato/internal/wire"
)

// maxPerPage is the documented maximum of most lists. It is also what is asked
// for by default, and always sent: the documented defaults differ between
// editions, and one of them is a single row.
const maxPerPage = 100

// Page is one page of a list.
type Page[T any] struct {
	Items []T `json:"items"`
	// Page is the number of this page, as counted by the service; 0 in a walk
	// by id.
	Page int `json:"page"`
	// PerPage is how many items were asked for.
	PerPage int `json:"per_page"`
	// Count is the total that the service states, nil where it states none.
	Count *int64 `json:"count"`

	next func(context.Context) (*Page[T], error)
}

// HasNext reports whether there may be another page. It may turn out empty.
func (p *Page[T]) HasNext() bool { return p.next != nil }

// Next fetches the page that follows. It returns nil after the last one.
func (p *Page[T]) Next(ctx context.Context) (*Page[T], error) {
	if p.next == nil {
		return nil, nil //nolint:nilnil // the end of a list is no error
	}
	return p.next(ctx)
}

// cursor says where a page begins.
type cursor struct {
	page    int   // number to ask for
	sinceID int64 // or the id to go down from
	byID    bool  // go on by id
	// before is the first item of the page before: its id or name, nil for none.
	before any
	rows   int64 // on the pages before
}

// pager fetches the pages of one list.
type pager[T any] struct {
	op      *operation
	perPage int
	fetch   func(context.Context, cursor) (wire.List[T], error)
}

// at fetches the page at a cursor.
func (p *pager[T]) at(ctx context.Context, at cursor) (*Page[T], error) {
	list, err := p.fetch(ctx, at)
	if err != nil {
		return nil, err
	}
	page := &Page[T]{Items: list.Items, Page: at.page, PerPage: p.perPage, Count: list.Count}
	if len(list.Items) == 0 {
		return page, nil
	}
	first := keyOf(&list.Items[0])
	if at.before != nil && first == at.before || at.sinceID != 0 && idOf(&list.Items[0]) >= at.sinceID {
		return nil, fmt.Errorf("workato: %s: %w", p.op.Name, ErrRepeatedPage)
	}
	next := cursor{page: at.page + 1, byID: at.byID, before: first, rows: at.rows + int64(len(list.Items))}
	// A page with fewer rows than asked for is the last one, unless the service
	// counts more. Some answers have no count.
	if len(list.Items) < p.perPage && (list.Count == nil || at.sinceID != 0 || *list.Count <= next.rows) {
		return page, nil
	}
	if at.byID {
		last, descending := p.lowest(list.Items)
		switch {
		case descending:
			next.page, next.sinceID = 0, last
		case at.sinceID != 0:
			return nil, fmt.Errorf("workato: %s: %w: ids do not descend", p.op.Name, ErrUnexpectedResponse)
		default: // sorted by something else: only page numbers reach every row
			next.byID = false
		}
	}
	page.next = func(ctx context.Context) (*Page[T], error) { return p.at(ctx, next) }
	return page, nil
}

// lowest returns the id of the last item, and whether the ids descend to it.
func (p *pager[T]) lowest(items []T) (int64, bool) {
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

// all iterates over the items from a cursor on.
func (p *pager[T]) all(ctx context.Context, from cursor) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		page, err := p.at(ctx, from)
		for {
			if err != nil {
				var zero T
				yield(zero, err)
				return
			}
			if page == nil {
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
			page, err = page.Next(ctx)
		}
	}
}

// each iterates over a list that comes whole.
func each[T any](list func() ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		items, err := list()
		if err != nil {
			var zero T
			yield(zero, err)
			return
		}
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}

// pageSize returns how many rows to ask for. More than the maximum is refused:
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
