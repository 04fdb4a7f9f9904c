package workato

import (
	"cmp"
	"context"
	"iter"

	"github.com/go-workato/workato/internal/wire"
)

// numbered is a list whose pages are counted: what its List and its All have in
// common.
type numbered[T any] struct {
	core    *core
	request request
	// page and perPage are those of the caller, 0 for the defaults. maximum is
	// that of perPage, 0 for the usual one.
	page, perPage, maximum int
	// key tells a page from the one before.
	key func(*T) int64
	// query returns what to ask for, with the caller's filters. It is called for
	// each page and must not share what it returns.
	query func(page, perPage int) any
}

func (n numbered[T]) one(ctx context.Context, opts []CallOption) (*Page[T], error) {
	pages, from, err := n.pages(opts)
	if err != nil {
		return nil, err
	}
	return pages.at(ctx, from)
}

func (n numbered[T]) all(ctx context.Context, opts []CallOption) iter.Seq2[T, error] {
	pages, from, err := n.pages(opts)
	if err != nil {
		return each(func() ([]T, error) { return nil, err })
	}
	return pages.all(ctx, from)
}

func (n numbered[T]) pages(opts []CallOption) (*pager[T], cursor, error) {
	first := 1
	if n.request.op.Paging == PagingPageFromZero {
		first = 0
	}
	perPage, err := pageSize(n.perPage, cmp.Or(n.maximum, maxPerPage))
	r := n.request.check(err)
	if n.page < 0 {
		r = r.check(invalid("Page", "counts from %d, got %d", first, n.page))
	}
	if r.err != nil {
		return nil, cursor{}, r.err
	}
	fetch := func(ctx context.Context, at cursor) (wire.List[T], error) {
		return invoke(ctx, n.core, r.withQuery(n.query(at.page, perPage)), opts, decodeList[T])
	}
	return &pager[T]{op: r.op, perPage: perPage, key: n.key, fetch: fetch}, cursor{page: max(n.page, first)}, nil
}

// given returns a copy of params, which may be nil.
func given[P any](params *P) P {
	if params == nil {
		var none P
		return none
	}
	return *params
}
