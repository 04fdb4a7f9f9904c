package transport

import (
	"net/url"
	"slices"
	"strings"
)

// Secrets returns the values that the credential added to the attempts, so that
// they can be taken out of whatever text comes back.
func (c *Call) Secrets() []string {
	sent := c.sent.Load()
	if sent == nil {
		return nil
	}
	values := slices.Clone(c.spent)
	for key, added := range sent.Header {
		if slices.Equal(c.Header[key], added) {
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
	if query == c.RawQuery {
		return values
	}
	before, _ := url.ParseQuery(c.RawQuery)
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
