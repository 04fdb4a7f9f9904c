package transport

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Secrets returns the values that the credential added to the attempts, so that
// they can be removed from texts.
func (c *Call) Secrets() []string {
	sent := c.sent.Load()
	if sent == nil {
		return nil
	}
	return append(slices.Clone(c.spent), Added(c.Header.request(), c.RawQuery, sent)...)
}

// Added returns the values of a request that are not in the given header and
// query, in the forms in which they may appear in a text.
func Added(header http.Header, rawQuery string, sent *http.Request) []string {
	var values []string
	for key, added := range sent.Header {
		if slices.Equal(header[key], added) {
			continue
		}
		for _, v := range added {
			values = append(values, v)
			if _, token, ok := strings.Cut(v, " "); ok && key == "Authorization" {
				values = append(values, token)
			}
		}
	}
	if user, password, ok := sent.BasicAuth(); ok {
		values = append(values, user, password)
	}
	query := sent.URL.RawQuery
	if query == rawQuery {
		return values
	}
	before, _ := url.ParseQuery(rawQuery)
	after, _ := url.ParseQuery(query)
	for key, vs := range after {
		if slices.Equal(before[key], vs) {
			continue
		}
		for _, v := range vs {
			values = append(values, v, url.QueryEscape(v))
		}
	}
	return values
}
