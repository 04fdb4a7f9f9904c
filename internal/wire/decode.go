// Package wire reads JSON as the service really sends it: ids as numbers or as
// strings of digits, timestamps that are null, empty or the word "null",
// envelopes that come and go, JSON documents inside strings. It knows no
// resource of the API.
//
// encoding/json would read most of it, but not in proportion: three bytes of a
// list can become a value of 500, and nothing stops it before its end. A Decoder
// walks over a document once, brings each value into the form that the Go type
// asks for, and stops where the values take too much memory, where one cannot be
// accepted, or where the context ends. Whether the document is JSON at all is
// left to encoding/json, which is asked first, and so are the rarer types.
package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
)

// FieldError names the part of a document that cannot be read.
type FieldError struct {
	Path string // "result[3].id"
	Err  error
}

func (e *FieldError) Error() string { return fmt.Sprintf("field %q: %v", e.Path, e.Err) }

func (e *FieldError) Unwrap() error { return e.Err }

// Within says that an error was met in the part of a document with this path;
// an empty path is the whole.
func Within(path string, err error) error {
	inner, ok := err.(*FieldError) //nolint:errorlint // a wrapped one has said its path in its text
	switch {
	case path == "":
		return err
	case !ok:
		return &FieldError{Path: path, Err: err}
	case inner.Path != "" && inner.Path[0] != '[':
		path += "."
	}
	return &FieldError{Path: path + inner.Path, Err: inner.Err}
}

// RoomError says that what a document holds would take more memory than its
// reader was given.
type RoomError struct{ Room int64 }

func (e *RoomError) Error() string {
	return fmt.Sprintf("the values would take more than %d bytes of memory", e.Room)
}

// smallRoom is what every document may take, however short it is: that is more
// than a page of the largest rows.
const smallRoom = 256 << 10

// often is how much work is done between two looks at the context.
const often = 1 << 12

// Decoder reads one document.
type Decoder struct {
	ctx context.Context
	// room is how much memory the values may take besides their text, left how
	// much of it is left. Text takes as much as in the document.
	room, left int64
	work, look int   // how much was done, and when to look whether ctx has ended
	nested     int   // objects around the one that is read
	stopped    error // why the reading ended before its time
	valid      bool  // what is read is known to be JSON
	owned      bool  // it is a copy, of which values may keep parts
}

// NewDecoder returns a Decoder that stops when ctx ends, and where values take
// more memory than room and that of a page.
func NewDecoder(ctx context.Context, room int64) *Decoder {
	room += smallRoom
	d, _ := decoders.Get().(*Decoder)
	*d = Decoder{ctx: ctx, room: room, left: room, look: often}
	return d
}

var decoders = sync.Pool{New: func() any { return new(Decoder) }}

// Release gives the Decoder back, which must not be used any more.
func (d *Decoder) Release() {
	*d = Decoder{}
	decoders.Put(d)
}

// Decode reads data into v, which is a pointer, in proportion to the length of
// data.
func Decode(data []byte, v any) error {
	d := NewDecoder(context.Background(), 4*int64(len(data)))
	defer d.Release()
	return d.Decode(data, v)
}

// Decode reads data into v, which is a pointer.
func (d *Decoder) Decode(data []byte, v any) error {
	if err := d.check(data); err != nil {
		return err
	}
	data = bytes.TrimSpace(data)
	into := reflect.ValueOf(v).Elem()
	into.SetZero()
	_, _, err := d.value(data, 0, into, planOf(into.Type()))
	return err
}

// Keep reads an object into v and its whole text into raw: for objects of which
// the sources show only some keys. It reads nothing from null. v must be without
// the reader that calls Keep.
func (d *Decoder) Keep(data []byte, v any, raw *json.RawMessage) error {
	if err := d.check(data); err != nil || KindOf(data) == KindNull {
		return err
	}
	data = bytes.TrimSpace(data)
	if !d.owned { // objects within this one keep parts of its copy
		data = bytes.Clone(data)
		d.owned = true
		defer func() { d.owned = false }()
	}
	if err := d.Decode(data, v); err != nil {
		return err
	}
	*raw = slices.Clip(data)
	return nil
}

// check makes sure that data is JSON. Parts of a document that is known to be
// JSON are not looked at again.
func (d *Decoder) check(data []byte) error {
	if d.valid || json.Valid(data) {
		d.valid = true
		return nil
	}
	return json.Unmarshal(data, new(json.RawMessage)) // it says where
}

// tick counts a value of so many bytes, and looks now and then whether the context
// has ended.
func (d *Decoder) tick(size int) error {
	if d.work += 1 + size/64; d.work >= d.look && d.stopped == nil {
		d.look = d.work + often
		d.stopped = d.ctx.Err()
		if cause := context.Cause(d.ctx); d.stopped != nil && !errors.Is(d.stopped, cause) {
			d.stopped = fmt.Errorf("%w: %w", d.stopped, cause)
		}
	}
	return d.stopped
}

// charge takes away memory for values.
func (d *Decoder) charge(size int64) error {
	if d.left -= size; d.left < 0 && d.stopped == nil {
		d.stopped = &RoomError{Room: d.room}
	}
	return d.stopped
}

// within names the part of the document in which an error was met, unless it
// has nothing to do with that part.
func (d *Decoder) within(path string, err error) error {
	if d.stopped != nil {
		return d.stopped
	}
	return Within(path, err)
}

// Member returns the value of a key at the top of an object, given in lower case,
// or nil. The last one counts.
func (d *Decoder) Member(data []byte, name string) ([]byte, error) {
	if err := d.check(data); err != nil {
		return nil, err
	}
	var found []byte
	keys(data, func(key, value []byte) {
		if string(key) == name {
			found = value
		}
	})
	return found, nil
}

// List is a list with what its envelope said.
type List[T any] struct {
	Items []T
	// Count is nil where the envelope lacks it.
	Count *int64
}

// DecodeList reads a list: bare, or under result, items or data. A document
// without any of them is an error and never an empty list. Each item is shown to
// accept as it comes: nothing is read after one that is refused.
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
	if head.count != nil {
		if err := d.Decode(head.count, &l.Count); err != nil {
			return l, d.within("count", err)
		}
	}
	for name, value := range head.lists() {
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

// listIn returns the list that a value is, or that stands inside a string; nil if
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

// maxFirst bounds how many rows are made room for on a guess.
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
// would cost as much again as all of them.
func expected(rows, start int, data []byte, i int) int {
	length, most := i-start, rows
	if rows == 0 {
		rows, most = 1, maxFirst
		length = skipValue(data, i) - i + 1
	}
	guess := (len(data)-i)/max(length/rows, 1) + 1
	return min(guess+guess/8, most)
}

// grow makes room for more rows, as far as the memory allows.
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
// also be the only element of a list. known tells an object from an empty one,
// where that can be told, and is nil else.
func DecodeObject[T any](d *Decoder, data []byte, known func(*T) bool) (*T, error) {
	if kind := KindOf(data); kind != KindObject {
		return nil, &KindError{Want: "an object", Got: kind.String()}
	}
	if err := d.check(data); err != nil {
		return nil, err
	}
	v := new(T)
	inner, enveloped, err := unwrap(data)
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
func unwrap(data []byte) (inner []byte, enveloped bool, err error) {
	if !mentions(data, "result") && !mentions(data, "data") {
		return data, false, nil
	}
	head := headOf(data)
	inner = head.result
	if kind := KindOf(inner); head.data != nil && (kind == KindNothing || kind == KindNull) {
		inner = head.data
	}
	if id := KindOf(head.id); inner == nil || id != KindNothing && id != KindNull {
		return data, false, nil // the word stands deeper down, or the object has such a key besides
	}
	switch kind := KindOf(inner); kind {
	case KindObject:
		return inner, true, nil
	case KindList:
	default:
		return nil, true, &KindError{Want: "an object under result", Got: kind.String()}
	}
	var only []byte
	count := 0
	for element := range Elements(inner) {
		only = element
		count++
	}
	if count != 1 || only[0] != '{' {
		return nil, true, &KindError{Want: "one object under result", Got: fmt.Sprintf("a list of %d", count)}
	}
	return only, true, nil
}

// mentions reports whether key stands somewhere in data as the key of an object,
// with a small or a capital first letter. It is a cheap way to find out that a
// document need not be looked at more closely.
func mentions(data []byte, key string) bool {
	tail := []byte(key[1:] + `"`)
	for rest := data; ; {
		i := bytes.Index(rest, tail)
		if i < 0 {
			return false
		}
		after := rest[i+len(tail):]
		if i >= 2 && rest[i-2] == '"' && rest[i-1]|0x20 == key[0] && firstByte(after) == ':' {
			return true
		}
		rest = after
	}
}

func isObject(data []byte) bool { return firstByte(data) == '{' }

func firstByte(data []byte) byte {
	if i := skipSpace(data, 0); i < len(data) {
		return data[i]
	}
	return 0
}

// firstObject returns raw if it is an object, or the first element of a list of
// objects, as which one source types the result of a confirmation. Anything
// else yields nil.
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
