package wire

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// The functions of this file walk over the bytes of a document without building
// anything. They look at no more than where a value ends: whether it is well
// formed is found out by whoever decodes it.

// skipSpace returns the index of the first byte at or after i that is not white
// space.
func skipSpace(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\t' || data[i] == '\r') {
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

// ended is the end of a value that must have at least one byte.
func ended(start, end int) int {
	if end == start {
		return -1
	}
	return end
}

// members calls each with every key of the object that begins at i, still
// quoted, and with the index at which its value begins. each returns the index
// after the value. members returns the index after the object, or -1 if it is
// broken or each returned -1.
func members(data []byte, i int, each func(key []byte, value int) int) int {
	if i = skipSpace(data, i+1); i < len(data) && data[i] == '}' {
		return i + 1
	}
	for i < len(data) && data[i] == '"' {
		end := skipString(data, i)
		if end < 0 {
			return -1
		}
		key := data[i:end]
		if i = skipSpace(data, end); i == len(data) || data[i] != ':' {
			return -1
		}
		if i = each(key, skipSpace(data, i+1)); i < 0 {
			return -1
		}
		if i = skipSpace(data, i); i == len(data) {
			return -1
		}
		switch data[i] {
		case '}':
			return i + 1
		case ',':
			i = skipSpace(data, i+1)
		default:
			return -1
		}
	}
	return -1
}

// longestName is the longest key that fold is asked about.
const longestName = 16

// fold returns a quoted key unescaped and in lower case, in the given space, so
// that it can be compared as encoding/json compares keys. A key that cannot
// equal any of ASCII letters of at most longestName is returned as nil.
func fold(quoted []byte, space *[longestName]byte) []byte {
	key, name := quoted[1:len(quoted)-1], space[:0]
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

// escaped reads the escape \uXXXX at the beginning of key. No other one stands
// for a letter, so for those size is 0.
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
