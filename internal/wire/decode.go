// Package wire reads JSON as the service really sends it: ids as numbers or as
// strings of digits, timestamps that are null, empty or the word "null",
// optional envelopes, JSON documents inside strings. It knows no resource of
// the API.
//
// encoding/json would read most of it, but without bounds: three bytes of a
// list can become a value of 500, and nothing stops it early. A Decoder walks
// over a document once, converts each value to the Go type, and stops if the
// values take too much memory, one cannot be accepted, or the context ends. It
// first checks that the document is valid JSON. Rare types are left to
// encoding/json.
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

// Within says that an error occurred in the part of a document with this path;
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

// RoomError says that the values of a document would take more memory than
// allowed.
type RoomError struct{ Room int64 }

func (e *RoomError) Error() string {
	return fmt.Sprintf("the values would take more than %d bytes of memory", e.Room)
}

// smallRoom is the memory that every document may take, however short: more
// than a page of the largest rows.
const smallRoom = 256 << 10

// often is how much work is done between two checks of the context.
const often = 1 << 12

// Decoder reads one document.
type Decoder struct {
	ctx context.Context
	// room is how much memory the values may take besides their text, left is the
	// remainder. Text takes as much as in the document.
	room, left int64
	work, look int    // how much was done, and when to check ctx next
	nested     int    // nesting depth of the current object
	stopped    error  // why the reading ended early
	valid      bool   // the input is known to be valid JSON
	bare       []byte // the document known to have no envelope, nil for none
	owned      bool   // it is a copy, of which values may keep parts
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

// Release returns the Decoder to the pool; it must not be used afterwards.
func (d *Decoder) Release() {
	*d = Decoder{}
	decoders.Put(d)
}

// Decode reads data into v, which is a pointer, with memory proportional to the
// length of data.
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
// the sources show only some keys. It reads nothing from null. v must not have
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
// JSON are not checked again.
func (d *Decoder) check(data []byte) error {
	if d.valid || isValid(data) {
		d.valid = true
		return nil
	}
	return json.Unmarshal(data, new(json.RawMessage)) // its error has the position
}

// tick counts a value of so many bytes, and checks now and then whether the
// context has ended.
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

// charge subtracts memory for values.
func (d *Decoder) charge(size int64) error {
	if d.left -= size; d.left < 0 && d.stopped == nil {
		d.stopped = &RoomError{Room: d.room}
	}
	return d.stopped
}

// within adds the path of the part of the document to an error, unless the
// error is not about that part.
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
