package apitest

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"

	"github.com/go-workato/workato"
)

// Caller is the client with the arguments that all calls share. The ids in the
// path of a call go through id and name, in the order of the path, so that a
// suite can replace them with impossible ones.
type Caller struct {
	*workato.Client

	ctx      context.Context //nolint:containedctx // it lives as long as the call
	customer workato.CustomerID
	opts     []workato.CallOption

	value any // what the call returned, nil if that is nothing or a walk
	asked int // identifiers of the path so far
	bad   int // which of them is replaced, from 1; 0 for none
	badID int64
}

// Call is one call of the client.
type Call func(c *Caller) error

// Do makes the call.
func (f Call) Do(ctx context.Context, client *workato.Client, customer workato.CustomerID, opts ...workato.CallOption) error {
	return f(&Caller{Client: client, ctx: ctx, customer: customer, opts: opts})
}

// Value makes the call and returns its value, nil if it has none.
func (f Call) Value(ctx context.Context, client *workato.Client, customer workato.CustomerID) (any, error) {
	c := &Caller{Client: client, ctx: ctx, customer: customer}
	err := f(c)
	return c.value, err
}

// BadIDs returns the call with each id of its path replaced by an impossible
// one: a number by 0 and negative ones, a name by "". The key is the position
// in the path, from 0.
func (f Call) BadIDs(n int) iter.Seq2[int, Call] {
	return func(yield func(int, Call) bool) {
		for i := range n {
			for _, id := range []int64{0, -1, math.MinInt64} {
				call := func(c *Caller) error {
					c.asked, c.bad, c.badID = 0, i+1, id
					return f(c)
				}
				if !yield(i, call) {
					return
				}
			}
		}
	}
}

// IDs makes the call and returns how many ids it took from the Caller.
func (f Call) IDs(ctx context.Context, client *workato.Client, customer workato.CustomerID) int {
	c := &Caller{Client: client, ctx: ctx, customer: customer}
	_ = f(c) // only the ids it takes count
	return c.asked
}

// Do starts a walk.
func (w Walk) Do(ctx context.Context, client *workato.Client, customer workato.CustomerID, page, perPage int) iter.Seq2[int, error] {
	return w(&Caller{Client: client, ctx: ctx, customer: customer}, page, perPage)
}

// id is a number in the path.
func (c *Caller) id(id int64) int64 {
	if c.asked++; c.asked == c.bad {
		return c.badID
	}
	return id
}

// name is a text in the path.
func (c *Caller) name(name string) string {
	if c.asked++; c.asked == c.bad {
		return ""
	}
	return name
}

// keep remembers the value of a call for Call.Value.
func (c *Caller) keep(value any, err error) error {
	c.value = value
	return err
}

// first turns an All method into a call that ends with the first item.
func first[T any](all iter.Seq2[T, error]) error {
	for _, err := range all {
		return err
	}
	return nil
}

// numbers yields the number of each row, which Entry.Page put into its id,
// handle or name.
func numbers[T any](all iter.Seq2[T, error]) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for item, err := range all {
			number := 0
			if err == nil {
				number, err = numberOf(item)
			}
			if !yield(number, err) {
				return
			}
		}
	}
}

func numberOf(item any) (int, error) {
	text, err := json.Marshal(item)
	if err != nil {
		return 0, err
	}
	var row struct {
		ID     any    `json:"id"`
		Handle any    `json:"handle"`
		Name   string `json:"name"`
	}
	if err := json.Unmarshal(text, &row); err != nil {
		return 0, err
	}
	if row.ID == nil {
		row.ID = row.Handle
	}
	if row.ID == nil {
		row.ID = strings.TrimPrefix(row.Name, "n")
	}
	return strconv.Atoi(fmt.Sprint(row.ID))
}
