package transport

import (
	"net/http"
	"slices"
)

// Header is the immutable source of request headers. A map would have to be
// iterated twice to be copied for each attempt.
type Header struct{ fields []field }

type field struct {
	key    string
	values []string
}

// NewHeader returns a Header with the keys of header.
func NewHeader(header http.Header) *Header { return new(Header).With(header) }

// With returns h with the keys of header, which replace those of h.
func (h *Header) With(header http.Header) *Header {
	fields := slices.DeleteFunc(slices.Clone(h.fields), func(f field) bool { return header[f.key] != nil })
	for key, values := range header {
		fields = append(fields, field{key, slices.Clone(values)})
	}
	return &Header{fields}
}

// request returns the header of one request. It shares nothing with another one:
// changing a value in place affects only this request.
func (h *Header) request() http.Header {
	const credential = 2 // keys that may be added
	header := make(http.Header, len(h.fields)+credential)
	values := make([]string, 0, len(h.fields))
	for _, f := range h.fields {
		start := len(values)
		values = append(values, f.values...)
		header[f.key] = values[start:len(values):len(values)]
	}
	return header
}

// First is Header.Get for a key in its canonical form, which Get would check at
// each call.
func First(header http.Header, canonical string) string {
	if values := header[canonical]; len(values) > 0 {
		return values[0]
	}
	return ""
}
