package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"unicode/utf8"
)

var null = []byte("null")

// errBroken never occurs: the input was checked before.
var errBroken = errors.New("the document breaks off")

// maxNested is the depth of nested objects that is read for recursive types.
// Connectors nest their fields a few levels deep.
const maxNested = 20

// value reads the value at i of data into v and returns the index after it.
// none is set if it means no value: a pointer is then nil.
func (d *Decoder) value(data []byte, i int, v reflect.Value, p *plan) (end int, none bool, err error) {
	if err := d.tick(0); err != nil {
		return 0, false, err
	}
	isNull := data[i] == 'n'
	switch p.form {
	case asObject, asMap, asList, asPointer:
		if isNull {
			v.SetZero()
			return i + len(null), true, nil
		}
	case asText, asBool, asInt, asFloat, asTime:
		if isNull {
			return i + len(null), true, nil
		}
	default:
	}
	switch p.form {
	case asPointer:
		return d.pointer(data, i, v, p)
	case asObject, asMap, asList:
		return d.composite(data, i, v, p)
	default:
	}
	if end = skipValue(data, i); end < 0 {
		return 0, false, errBroken
	}
	data = data[i:end]
	if err := d.tick(len(data)); err != nil {
		return 0, false, err
	}
	switch p.form {
	case asRaw:
		err = d.raw(data, v)
	case asAny:
		err = d.any(data, v)
	case byReader:
		err = p.read(d, data, v.Addr().Interface())
	case byItself:
		own, _ := reflect.TypeAssert[json.Unmarshaler](v.Addr()) // else the form is another one
		err = own.UnmarshalJSON(data)
	case byJSON:
		err = json.Unmarshal(data, v.Addr().Interface())
	default:
		none, err = scalar(data, v, p.form)
	}
	return end, none, err
}

// pointer reads the target of a pointer.
func (d *Decoder) pointer(data []byte, i int, v reflect.Value, p *plan) (end int, none bool, err error) {
	if v.IsNil() {
		if err := d.charge(p.elem.size); err != nil {
			return 0, false, err
		}
		v.Set(reflect.New(v.Type().Elem()))
	}
	end, none, err = d.value(data, i, v.Elem(), p.elem)
	if none {
		v.SetZero()
	}
	return end, none, err
}

// composite reads an object or a list, also inside a string.
func (d *Decoder) composite(data []byte, i int, v reflect.Value, p *plan) (end int, none bool, err error) {
	read, open := d.object, byte('{')
	switch p.form {
	case asMap:
		read = d.mapping
	case asList:
		read, open = d.list, '['
	default:
	}
	if data[i] == open {
		end, err = read(data, i, v, p)
		return end, false, err
	}
	if end = skipValue(data, i); end < 0 {
		return 0, false, errBroken
	}
	data = data[i:end]
	inner, ok := d.document(data, open)
	switch {
	case d.stopped != nil:
		return end, false, d.stopped
	case !ok:
		return end, false, wrong(wanted(open), data)
	case inner == nil:
		v.SetZero()
		return end, true, nil
	}
	_, err = read(inner, 0, v, p)
	return end, false, err
}

func wanted(open byte) string {
	if open == '[' {
		return "a list"
	}
	return "an object"
}

// document returns the document of the kind that begins with open inside a
// string, or nil if there is none.
func (d *Decoder) document(value []byte, open byte) (inner []byte, ok bool) {
	if value[0] != '"' {
		return nil, open == '{' && isEmpty(value, '[') // an empty hash, sent as an empty list
	}
	inner = value[1 : len(value)-1]
	if bytes.IndexByte(inner, '\\') >= 0 {
		if d.charge(2*int64(len(inner))) != nil { // for the text and its bytes
			return nil, false
		}
		inner = []byte(unquote(value))
	}
	inner = bytes.TrimSpace(inner)
	if len(inner) == 0 || bytes.Equal(inner, null) {
		return nil, true
	}
	return inner, inner[0] == open && isValid(inner)
}

// object reads the fields of a struct.
func (d *Decoder) object(data []byte, i int, v reflect.Value, p *plan) (end int, err error) {
	if d.nested == maxNested {
		return 0, &KindError{Want: fmt.Sprintf("at most %d objects within each other", maxNested), Got: "more"}
	}
	d.nested++
	defer func() { d.nested-- }()
	i, more := enter(data, i)
	for more {
		key, value := keyAt(data, i)
		if value < 0 {
			return 0, errBroken
		}
		f, known := p.fieldOf(key)
		if known {
			end, _, err = d.value(data, value, f.of(v), f.plan)
		} else {
			end = skipValue(data, value)
			err = d.tick(end - value)
		}
		if err != nil {
			return 0, d.within(unquote(key), err)
		}
		i, more = advance(data, end)
	}
	return i, nil
}

// fieldOf finds the field that encoding/json would decode a key into.
func (p *plan) fieldOf(quoted []byte) (f field, known bool) {
	key := quoted[1 : len(quoted)-1]
	if f, known = p.fields[string(key)]; known || isLower(key) {
		return f, known
	}
	var space [longestName]byte
	f, known = p.fields[string(fold(quoted, &space))]
	return f, known
}

// isLower is true for keys that equal no other key in another case.
func isLower(key []byte) bool {
	for _, c := range key {
		if c >= 'A' && c <= 'Z' || c == '\\' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// mapping reads the entries of a map.
func (d *Decoder) mapping(data []byte, i int, v reflect.Value, p *plan) (end int, err error) {
	const header = 64 // of an entry, with the room that a map keeps free
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	i, more := enter(data, i)
	for more {
		key, value := keyAt(data, i)
		if value < 0 {
			return 0, errBroken
		}
		if err := d.charge(header + 2*p.elem.size); err != nil {
			return 0, err
		}
		name := unquote(key)
		entry := reflect.New(v.Type().Elem()).Elem()
		end, _, err := d.value(data, value, entry, p.elem)
		if err != nil {
			return 0, d.within(name, err)
		}
		v.SetMapIndex(reflect.ValueOf(name).Convert(v.Type().Key()), entry)
		i, more = advance(data, end)
	}
	return i, nil
}

// list reads the elements of a slice.
func (d *Decoder) list(data []byte, i int, v reflect.Value, p *plan) (end int, err error) {
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	i, more := enter(data, i)
	for n := 0; more; n++ {
		if n == v.Cap() {
			if err := d.charge(p.elem.size * int64(max(n, 2))); err != nil {
				return 0, err
			}
			v.Grow(max(n, 2))
		}
		v.SetLen(n + 1)
		end, _, err := d.value(data, i, v.Index(n), p.elem)
		if err != nil {
			return 0, d.within(fmt.Sprintf("[%d]", n), err)
		}
		i, more = advance(data, end)
	}
	return i, nil
}

// raw keeps a value as received.
func (d *Decoder) raw(data []byte, v reflect.Value) error {
	const least = 16 // of memory, however short it is
	if d.owned {
		v.SetBytes(slices.Clip(data))
		return nil
	}
	v.SetBytes(bytes.Clone(data))
	return d.charge(least)
}

// any reads an untyped value, with all digits of its numbers.
func (d *Decoder) any(data []byte, v reflect.Value) error {
	const each = 128 // about what an empty list or map takes, and its place in another one
	values := bytes.Count(data, []byte{','}) + bytes.Count(data, []byte{'['}) + bytes.Count(data, []byte{'{'})
	if err := d.charge(each * int64(values)); err != nil {
		return err
	}
	numbers := json.NewDecoder(bytes.NewReader(data))
	numbers.UseNumber()
	return numbers.Decode(v.Addr().Interface())
}
