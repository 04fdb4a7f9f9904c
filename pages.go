package workato

import (
	"cmp"
	"context"
	"iter"

	"github.com/go-workato/workato/internal/wire"
)

// numberedParams are the parameters of a list whose pages are counted: numbered
// reads Page and PerPage through them, and sets them for each page.
type numberedParams[P any] interface {
	*P
	paging() (page, perPage *int)
}

// list is a list whose pages are counted, ready to be asked for.
type list[T any] struct {
	pager *pager[T]
	from  cursor
	err   error
}

// numbered prepares a list. params are copied, and may be nil.
func numbered[T, P any, PP numberedParams[P]](c *core, r request, params PP, opts []CallOption) list[T] {
	p := given((*P)(params))
	page, perPage := PP(&p).paging()
	first := 1
	if r.op.Paging == PagingPageFromZero {
		first = 0
	}
	if *page < 0 {
		r = r.check(invalid("Page", "counts from %d, got %d", first, *page))
	}
	size, err := pageSize(*perPage, cmp.Or(r.op.maxPerPage, maxPerPage))
	if r = r.check(err); r.err != nil {
		return list[T]{err: r.err}
	}
	fetch := func(ctx context.Context, at cursor) (wire.List[T], error) {
		q := p
		page, perPage := PP(&q).paging()
		*page, *perPage = at.page, size
		return invoke(ctx, c, r.withQuery(&q), opts, decodeList[T])
	}
	return list[T]{pager: &pager[T]{op: r.op, perPage: size, fetch: fetch}, from: cursor{page: max(*page, first)}}
}

// first fetches the page that was asked for.
func (l list[T]) first(ctx context.Context) (*Page[T], error) {
	if l.err != nil {
		return nil, l.err
	}
	return l.pager.at(ctx, l.from)
}

// all iterates from that page on.
func (l list[T]) all(ctx context.Context) iter.Seq2[T, error] {
	if l.err != nil {
		return each(func() ([]T, error) { return nil, l.err })
	}
	return l.pager.all(ctx, l.from)
}

// given returns a copy of params, which may be nil.
func given[P any](params *P) P {
	if params == nil {
		var none P
		return none
	}
	return *params
}
