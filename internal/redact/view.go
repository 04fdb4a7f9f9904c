package redact

import (
	"sort"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// view is a text with one kind of escapes decoded, with a mapping back to the
// original.
type view struct {
	text  string
	of    *view // nil for the text itself
	codes []code
}

// code is an escape: width bytes of the original, starting at from, are size
// bytes of the view, starting at at.
type code struct {
	at, from    int32
	size, width uint8
}

// source returns the position in the text itself of a part of the view. A nil
// view is the text.
func (v *view) source(start, end int) (from, to int) {
	for ; v != nil; v = v.of {
		start, end = v.back(start, false), v.back(end-1, true)
	}
	return start, end
}

// back returns where the byte at i begins, or ends, in the original.
func (v *view) back(i int, end bool) int {
	n := sort.Search(len(v.codes), func(n int) bool { return int(v.codes[n].at) > i }) - 1
	if n < 0 {
		return plus(i, end)
	}
	c := v.codes[n]
	inside := i - int(c.at)
	switch {
	case inside >= int(c.size):
		return plus(int(c.from)+int(c.width)+inside-int(c.size), end)
	case end:
		return int(c.from) + int(c.width)
	}
	return int(c.from)
}

func plus(i int, end bool) int {
	if end {
		return i + 1
	}
	return i
}

// coding is a way to escape characters.
type coding uint8

const (
	escapes  coding = iota // of JSON and Go: \u0041 \" \n
	percents               // of URLs: %41
	entities               // of HTML: &amp; &#38;
	quotes                 // only escapes of quotes and slashes: some servers do not escape the backslash
	codings
)

// maxCodings is how many codings are decoded in sequence: JSON within JSON,
// URLs escaped twice.
const maxCodings = 2

// leads are the bytes that codes begin with, longest is their maximum length.
var (
	leads   = [codings]byte{escapes: '\\', percents: '%', entities: '&', quotes: '\\'}
	longest = [codings]int{escapes: len(`\ud83e\udd8a`), percents: len("%41"), entities: len("&#00000038;"), quotes: len(`\"`)}
)

// hasLead reports whether a text may hold a code.
func hasLead(text string) bool {
	return strings.IndexByte(text, '\\') >= 0 || strings.IndexByte(text, '%') >= 0 || strings.IndexByte(text, '&') >= 0
}

// undo returns the view of a text with one coding decoded, nil if the text does
// not use it. A truncated text may end within a code: the view ends before it.
func (c coding) undo(text string, of *view, cut bool) *view {
	var b strings.Builder
	var scratch [utf8.UTFMax]byte
	var v *view
	done := 0
	for i := 0; ; {
		next := strings.IndexByte(text[i:], leads[c])
		if next < 0 {
			break
		}
		i += next
		char, width := c.read(scratch[:0], text[i:])
		if width == 0 && (!cut || len(text)-i >= longest[c]) {
			i++
			continue
		}
		if v == nil {
			v = &view{of: of, codes: make([]code, 0, strings.Count(text[i:], text[i:i+1]))}
			b.Grow(len(text))
		}
		b.WriteString(text[done:i])
		if done = i + width; width == 0 {
			done = len(text)
			break
		}
		v.codes = append(v.codes, code{at: int32(b.Len()), from: int32(i), size: uint8(len(char)), width: uint8(width)}) //nolint:gosec // Secrets.find cuts
		b.Write(char)
		i = done
	}
	if v == nil {
		return nil
	}
	b.WriteString(text[done:])
	v.text = b.String()
	return v
}

// read appends the decoded form of the code at the start of a text and returns
// the length of the code, 0 if there is none.
func (c coding) read(char []byte, text string) (decoded []byte, width int) {
	switch c {
	case escapes:
		return readEscape(char, text)
	case percents:
		if len(text) >= 3 {
			if b, ok := number(text[1:3], 16); ok {
				return append(char, byte(b)), 3 //nolint:gosec // two digits
			}
		}
	case entities:
		return readEntity(char, text)
	default:
		if len(text) >= 2 && strings.IndexByte(`"'/`, text[1]) >= 0 {
			return append(char, text[1]), 2
		}
	}
	return char, 0
}

func readEscape(char []byte, text string) (decoded []byte, width int) {
	switch {
	case len(text) < 2:
		return char, 0
	case text[1] == '/' || text[1] == '\'':
		return append(char, text[1]), 2
	case len(text) >= 12 && text[1] == 'u' && text[6:8] == `\u`:
		high, _ := number(text[2:6], 16) // 0 if it is not a number, so not half of a pair
		low, _ := number(text[8:12], 16)
		if r := utf16.DecodeRune(high, low); r != utf8.RuneError {
			return utf8.AppendRune(char, r), 12
		}
	}
	r, multibyte, tail, err := strconv.UnquoteChar(text, '"')
	switch {
	case err != nil:
		return char, 0
	case multibyte:
		return utf8.AppendRune(char, r), len(text) - len(tail)
	}
	return append(char, byte(r)), len(text) - len(tail) //nolint:gosec // one byte, says UnquoteChar
}

func readEntity(char []byte, text string) (decoded []byte, width int) {
	end := strings.IndexByte(text[:min(len(text), longest[entities])], ';')
	if end < 0 {
		return char, 0
	}
	width = end + 1
	switch name := text[1:end]; name {
	case "amp":
		return append(char, '&'), width
	case "lt":
		return append(char, '<'), width
	case "gt":
		return append(char, '>'), width
	case "quot":
		return append(char, '"'), width
	case "apos":
		return append(char, '\''), width
	default:
		digits, numeric := strings.CutPrefix(name, "#")
		base := rune(10)
		if hex := strings.TrimLeft(digits, "xX"); hex != digits {
			digits, base = hex, 16
		}
		r, ok := number(digits, base)
		if !numeric || !ok || !utf8.ValidRune(r) {
			return char, 0
		}
		return utf8.AppendRune(char, r), width
	}
}

// number reads the digits of a character code. strconv would allocate an error
// for each % that is only a sign.
func number(digits string, base rune) (n rune, ok bool) {
	for i := range len(digits) {
		digit := base
		switch c := rune(digits[i]); {
		case c >= '0' && c <= '9':
			digit = c - '0'
		case c >= 'a' && c <= 'f':
			digit = c - 'a' + 10
		case c >= 'A' && c <= 'F':
			digit = c - 'A' + 10
		}
		if digit >= base || n > utf8.MaxRune {
			return 0, false
		}
		n = n*base + digit
	}
	return n, digits != ""
}
