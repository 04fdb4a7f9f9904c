package wire

import (
	"bytes"
	"iter"
	"strconv"
	"unicode/utf8"
)

// The functions of this file walk over the bytes of a document without
// allocating. They only find where a value ends: the decoder checks whether it
// is well formed.

// skipSpace returns the index of the first byte at or after i that is not white
// space.
func skipSpace(data []byte, i int) int {
	for i < len(data) && data[i] <= ' ' && (data[i] == ' ' || data[i] == '\n' || data[i] == '\t' || data[i] == '\r') {
		i++
	}
	return i
}

// skipString returns the index after the string that begins at i, or -1 if it
// does not end.
func skipString(data []byte, i int) int {
	for i++; ; i++ {
		quote := bytes.IndexByte(data[i:], '"')
		if quote < 0 {
			return -1
		}
		i += quote
		escapes := 0
		for data[i-1-escapes] == '\\' { // the opening quote ends the run
			escapes++
		}
		if escapes%2 == 0 {
			return i + 1
		}
	}
}

// skipValue returns the index after the value that begins at i, or -1 if there
// is none or it does not end.
func skipValue(data []byte, i int) int {
	if i < 0 {
		return -1
	}
	start, depth := i, 0
	for i < len(data) {
		switch data[i] {
		case '"':
			if i = skipString(data, i); i < 0 {
				return -1
			}
			if depth == 0 {
				return i
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			switch depth {
			case 0:
				return ended(start, i)
			case 1:
				return i + 1
			}
			depth--
		case ',', ' ', '\n', '\t', '\r', ':':
			if depth == 0 {
				return ended(start, i)
			}
		}
		i++
	}
	if depth > 0 {
		return -1
	}
	return ended(start, i)
}

// ended is the end of a value of at least one byte.
func ended(start, end int) int {
	if end == start {
		return -1
	}
	return end
}

// enter returns the index of the first item of the object or list that begins
// at i, or, with more false, the index after an empty one. It is -1 if the item
// is missing.
func enter(data []byte, i int) (next int, more bool) {
	if i = skipSpace(data, i+1); i == len(data) {
		return -1, false
	}
	if data[i] == '}' || data[i] == ']' {
		return i + 1, false
	}
	return i, true
}

// advance does the same for the item after the one that ends at i.
func advance(data []byte, i int) (next int, more bool) {
	if i < 0 {
		return -1, false
	}
	if i = skipSpace(data, i); i == len(data) {
		return -1, false
	}
	switch data[i] {
	case ',':
		return skipSpace(data, i+1), true
	case '}', ']':
		return i + 1, false
	}
	return -1, false
}

// keyAt returns the key at i, still quoted, and the index of its value, which is
// -1 if there is none.
func keyAt(data []byte, i int) (quoted []byte, value int) {
	if i == len(data) || data[i] != '"' {
		return nil, -1
	}
	return keyTo(data, i, skipString(data, i))
}

// keyTo does it for a key that is known to end there.
func keyTo(data []byte, i, end int) (quoted []byte, value int) {
	if end < 0 {
		return nil, -1
	}
	colon := skipSpace(data, end)
	if colon == len(data) || data[colon] != ':' {
		return nil, -1
	}
	return data[i:end], skipSpace(data, colon+1)
}

// head are the values of the top-level keys that identify an envelope; nil if a
// key is missing. The last duplicate counts.
type head struct{ id, count, total, result, items, data []byte }

// headOf reads the head of an object.
func headOf(object []byte) (h head) {
	keys(object, func(name, value []byte) {
		switch string(name) {
		case "id":
			h.id = value
		case "count":
			h.count = value
		case "total": // the newer families say it for count
			h.total = value
		case "result":
			h.result = value
		case "items":
			h.items = value
		case "data":
			h.data = value
		}
	})
	return h
}

// lists yields the candidates for the list of an envelope.
func (h head) lists() iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		_ = yield("result", h.result) && yield("items", h.items) && yield("data", h.data)
	}
}

// keys calls each with the top-level keys of an object, as fold returns them,
// and their values.
func keys(object []byte, each func(name, value []byte)) {
	i := skipSpace(object, 0)
	if i == len(object) || object[i] != '{' {
		return
	}
	var space [longestName]byte
	i, more := enter(object, i)
	for more {
		key, value := keyAt(object, i)
		end := skipValue(object, value)
		if end < 0 {
			return
		}
		each(fold(key, &space), object[value:end])
		i, more = advance(object, end)
	}
}

// Elements yields the elements of a list that is known to be JSON; of anything
// else, none.
func Elements(list []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		i := skipSpace(list, 0)
		if i == len(list) || list[i] != '[' {
			return
		}
		i, more := enter(list, i)
		for more {
			end := skipValue(list, i)
			if end < 0 || !yield(list[i:end]) {
				return
			}
			i, more = advance(list, end)
		}
	}
}

// Entries yields the keys of an object that is known to be JSON, with their values;
// of anything else, none.
func Entries(object []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		i := skipSpace(object, 0)
		if i == len(object) || object[i] != '{' {
			return
		}
		i, more := enter(object, i)
		for more {
			key, value := keyAt(object, i)
			end := skipValue(object, value)
			if end < 0 || !yield(unquote(key), object[value:end]) {
				return
			}
			i, more = advance(object, end)
		}
	}
}

// longestName is the length of the longest key that fold handles.
const longestName = 48

// fold returns a quoted key unescaped and in lower case, in the given space if it
// has to be changed, so that it can be compared as encoding/json compares keys. A
// key to be changed that cannot equal any of ASCII letters of at most longestName
// is returned as nil.
func fold(quoted []byte, space *[longestName]byte) []byte {
	key, name := quoted[1:len(quoted)-1], space[:0]
	if isLower(key) { // as nearly all are
		return key
	}
	for len(key) > 0 && len(name) < longestName {
		r, size := rune(key[0]), 1
		switch {
		case r == '\\':
			if r, size = escaped(key); size == 0 {
				return nil
			}
		case r >= utf8.RuneSelf:
			r, size = utf8.DecodeRune(key)
		}
		switch {
		case r >= 'A' && r <= 'Z':
			r |= 0x20
		case r == '\u017f': // the long s
			r = 's'
		case r == '\u212a': // the sign of Kelvin
			r = 'k'
		case r >= utf8.RuneSelf:
			return nil
		}
		name, key = append(name, byte(r)), key[size:]
	}
	if len(key) > 0 {
		return nil
	}
	return name
}

// escaped reads the escape \uXXXX at the start of key. No other escape is a
// letter, so for those size is 0.
func escaped(key []byte) (r rune, size int) {
	const length = len(`\u0000`)
	if len(key) < length || key[1] != 'u' {
		return 0, 0
	}
	n, err := strconv.ParseUint(string(key[2:length]), 16, 16)
	if err != nil {
		return 0, 0
	}
	return rune(n), length
}
