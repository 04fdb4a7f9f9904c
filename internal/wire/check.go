package wire

import (
	"encoding/binary"
	"math/bits"
)

// The functions of this file walk over a document like those of scan.go, and
// return -1 for everything that encoding/json refuses. They are much faster
// than json.Valid, which calls a function for every byte.

// maxDepth is the nesting depth that encoding/json reads.
const maxDepth = 10_000

// isValid is json.Valid.
func isValid(data []byte) bool {
	end := checkValue(data, skipSpace(data, 0), 0)
	return end >= 0 && skipSpace(data, end) == len(data)
}

// checkValue returns the index after the value at i, at the given nesting
// depth.
func checkValue(data []byte, i, depth int) int {
	if i < 0 || i >= len(data) {
		return -1
	}
	switch data[i] {
	case '"':
		return checkString(data, i)
	case '{', '[':
		return checkItems(data, i, depth+1)
	case 't':
		return checkWord(data, i, "true")
	case 'f':
		return checkWord(data, i, "false")
	case 'n':
		return checkWord(data, i, "null")
	}
	return checkNumber(data, i)
}

// checkItems checks the object or list at i.
func checkItems(data []byte, i, depth int) int {
	if depth > maxDepth {
		return -1
	}
	open := data[i]
	i, more := enter(data, i)
	for more {
		if open == '{' {
			_, i = checkKey(data, i)
		}
		i, more = advance(data, checkValue(data, i, depth))
	}
	return closed(data, i, open)
}

// closed returns the index after an object or a list, or -1 if the closing
// bracket does not match.
func closed(data []byte, end int, open byte) int {
	const apart = '}' - '{' // the same for the brackets of lists
	if end < 0 || data[end-1] != open+apart {
		return -1
	}
	return end
}

// checkKey is keyAt.
func checkKey(data []byte, i int) (quoted []byte, value int) {
	if i == len(data) || data[i] != '"' {
		return nil, -1
	}
	return keyTo(data, i, checkString(data, i))
}

func checkString(data []byte, i int) int {
	for i++; ; i++ {
		i = skipPlain(data, i)
		switch {
		case i == len(data):
			return -1
		case data[i] == '"':
			return i + 1
		case data[i] != '\\':
			return -1
		}
		if i = checkEscape(data, i+1); i < 0 {
			return -1
		}
	}
}

// skipPlain returns the index of the first byte at or after i that does not stand
// for itself in a string. It looks at eight bytes at once: a subtraction sets the
// top bit of each byte that is too small, exactly up to the first of them.
func skipPlain(data []byte, i int) int {
	const each, top = 0x0101010101010101, 0x8080808080808080
	for ; i+8 <= len(data); i += 8 {
		x := binary.LittleEndian.Uint64(data[i:])
		quote, escape := x^('"'*each), x^('\\'*each)
		found := ((x-' '*each)&^x | (quote-each)&^quote | (escape-each)&^escape) & top
		if found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for i < len(data) && data[i] >= ' ' && data[i] != '"' && data[i] != '\\' {
		i++
	}
	return i
}

// checkEscape returns the index of the last byte of the escape whose second byte
// is at i.
func checkEscape(data []byte, i int) int {
	const digits = len("0041")
	if i == len(data) {
		return -1
	}
	switch data[i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i
	case 'u':
		if i+digits < len(data) && isHex(data[i+1:i+1+digits]) {
			return i + digits
		}
	}
	return -1
}

func isHex(digits []byte) bool {
	for _, c := range digits {
		if !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}

func checkWord(data []byte, i int, word string) int {
	if end := i + len(word); end <= len(data) && string(data[i:end]) == word {
		return end
	}
	return -1
}

func checkNumber(data []byte, i int) int {
	if data[i] == '-' {
		i++
	}
	start := i
	if i = skipDigits(data, i); i > start+1 && data[start] == '0' {
		return -1
	}
	if i > start && i < len(data) && data[i] == '.' {
		start = i + 1
		i = skipDigits(data, start)
	}
	if i > start && i < len(data) && data[i]|0x20 == 'e' {
		if i++; i < len(data) && (data[i] == '+' || data[i] == '-') {
			i++
		}
		start = i
		i = skipDigits(data, start)
	}
	if i == start {
		return -1
	}
	return i
}

func skipDigits(data []byte, i int) int {
	for i < len(data) && isDigit(data[i]) {
		i++
	}
	return i
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
