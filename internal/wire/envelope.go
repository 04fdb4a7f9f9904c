package wire

import (
	"fmt"
	"reflect"
)

// List is a list with the data of its envelope.
type List[T any] struct {
	Items []T
	// Count is the count or the total of the envelope, nil if it has neither.
	Count *int64
}

// DecodeList reads a list: bare, or under result, items or data, or under the items
// of an object under one of these keys. A document without any of them is an error
// and never an empty list. accept is called for each item: nothing is read after
// one that is refused.
func DecodeList[T any](d *Decoder, data []byte, accept func(*T) error) (List[T], error) {
	var l List[T]
	kind := KindOf(data)
	if kind != KindObject && kind != KindList {
		return l, &KindError{Want: "a list", Got: kind.String()}
	}
	if err := d.check(data); err != nil {
		return l, err
	}
	if kind == KindList {
		items, err := readItems(d, data, accept)
		return List[T]{Items: items}, err
	}
	head := headOf(data)
	for name, value := range head.lists() {
		around := head
		if inner := headOf(value); inner.items != nil { // nothing but an object has them
			name, value, around = name+".items", inner.items, inner
		}
		counted, count := "count", around.count
		if count == nil {
			counted, count = "total", around.total
		}
		if count != nil {
			if err := d.Decode(count, &l.Count); err != nil {
				return List[T]{}, d.within(counted, err)
			}
		}
		list, err := d.listIn(value)
		if list != nil {
			l.Items, err = readItems(d, list, accept)
		}
		switch {
		case err != nil:
			return List[T]{}, d.within(name, err)
		case list != nil:
			return l, nil
		}
	}
	return List[T]{}, &KindError{Want: "a list under result, items or data", Got: "an object without one"}
}

// listIn returns the list that a value is, or that is inside a string; nil if
// there is none.
func (d *Decoder) listIn(value []byte) ([]byte, error) {
	switch KindOf(value) {
	case KindNothing, KindNull:
		return nil, nil
	case KindList:
		return value, nil
	default:
	}
	inner, ok := d.document(value, '[')
	if !ok {
		return nil, wrong(wanted('['), value)
	}
	return inner, nil
}

// maxFirst bounds how many rows are allocated on a guess.
const maxFirst = 100

// readItems reads the elements of a list, one after the other.
func readItems[T any](d *Decoder, data []byte, accept func(*T) error) ([]T, error) {
	items := []T{}
	row := planOf(reflect.TypeFor[T]())
	start := skipSpace(data, 0)
	i, more := enter(data, start)
	for more {
		n := len(items)
		if n == cap(items) {
			if items = grow(d, items, row.size, expected(n, start, data, i)); d.stopped != nil {
				return nil, d.stopped
			}
		}
		items = items[:n+1]
		end, _, err := d.value(data, i, reflect.ValueOf(&items[n]).Elem(), row)
		if err == nil {
			err = accept(&items[n])
		}
		if err != nil {
			return nil, d.within(fmt.Sprintf("[%d]", n), err)
		}
		i, more = advance(data, end)
	}
	return items, nil
}

// expected guesses how many more rows there are from i on, by the length of the
// first or of those that were read. The guess is a little high: one row too few
// would double the cost.
func expected(rows, start int, data []byte, i int) int {
	length, most := i-start, rows
	if rows == 0 {
		rows, most = 1, maxFirst
		length = skipValue(data, i) - i + 1
	}
	guess := (len(data)-i)/max(length/rows, 1) + 1
	return min(guess+guess/8, most)
}

// grow allocates more rows, as far as the memory allows.
func grow[T any](d *Decoder, items []T, size int64, more int) []T {
	if affordable := d.left / max(size, 1); int64(more) > affordable {
		more = int(max(affordable, 1))
	}
	if d.charge(size*int64(more)) != nil {
		return items
	}
	grown := make([]T, len(items), len(items)+more)
	copy(grown, items)
	return grown
}

// DecodeObject reads an object: bare, or under result or data, where it may
// also be the only element of a list. known distinguishes an object from an
// empty one if possible, and is nil otherwise.
func DecodeObject[T any](d *Decoder, data []byte, known func(*T) bool) (*T, error) {
	if kind := KindOf(data); kind != KindObject {
		return nil, &KindError{Want: "an object", Got: kind.String()}
	}
	if err := d.check(data); err != nil {
		return nil, err
	}
	v := new(T)
	inner, enveloped, err := d.unwrap(data)
	if err == nil {
		err = d.Decode(inner, v)
	}
	if enveloped && known != nil && (err != nil || !known(v)) {
		// Not everything under such a key is an envelope.
		if bare := new(T); d.Decode(data, bare) == nil && known(bare) {
			return bare, nil
		}
	}
	if d.stopped != nil {
		err = d.stopped
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

// unwrap takes an object out of its envelope, if it has one.
func (d *Decoder) unwrap(data []byte) (inner []byte, enveloped bool, err error) {
	if len(data) == len(d.bare) && &data[0] == &d.bare[0] { // the document itself, not a part of it
		return data, false, nil
	}
	head := headOf(data)
	inner = head.result
	if kind := KindOf(inner); head.data != nil && (kind == KindNothing || kind == KindNull) {
		inner = head.data
	}
	if id := KindOf(head.id); inner == nil || id != KindNothing && id != KindNull {
		return data, false, nil // the key is deeper, or an additional key of the object
	}
	switch kind := KindOf(inner); kind {
	case KindObject:
		return inner, true, nil
	case KindList:
	default:
		return nil, true, &KindError{Want: "an object under result", Got: kind.String()}
	}
	only, err := onlyIn(inner)
	return only, true, err
}

// Only returns the object in a document that is a list of one.
func (d *Decoder) Only(list []byte) ([]byte, error) {
	if err := d.check(list); err != nil {
		return nil, err
	}
	return onlyIn(list)
}

func onlyIn(list []byte) (only []byte, err error) {
	count := 0
	for element := range Elements(list) {
		only = element
		count++
	}
	if count != 1 || only[0] != '{' {
		return nil, &KindError{Want: "one object", Got: fmt.Sprintf("a list of %d", count)}
	}
	return only, nil
}

func isObject(data []byte) bool { return firstByte(data) == '{' }

func firstByte(data []byte) byte {
	if i := skipSpace(data, 0); i < len(data) {
		return data[i]
	}
	return 0
}

// firstObject returns raw if it is an object, or the first element of a list of
// objects, the form that one source shows for a confirmation. Anything else
// yields nil.
func firstObject(raw []byte) []byte {
	if isObject(raw) {
		return raw
	}
	for element := range Elements(raw) {
		if element[0] == '{' {
			return element
		}
		break
	}
	return nil
}
