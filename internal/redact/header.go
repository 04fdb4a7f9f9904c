package redact

import (
	"net/http"
	"strings"
)

// Protocol headers describe the response; support asks for identifiers. Both
// are kept unchanged as far as that is safe.
var (
	protocolHeaders = headerSet(`Accept-Ranges Age Allow Alt-Svc Cache-Control Connection Content-Disposition Content-Encoding
		Content-Language Content-Length Content-Range Content-Security-Policy Content-Type Date Etag Expires Keep-Alive
		Last-Modified Pragma Referrer-Policy Retry-After Server Strict-Transport-Security Trailer Transfer-Encoding Upgrade
		Vary Via X-Content-Type-Options X-Frame-Options X-Powered-By X-Runtime X-Xss-Protection`)
	identifiers = headerSet(`X-Request-Id X-Correlation-Id X-Amz-Cf-Id X-Amzn-Trace-Id Cf-Ray Traceparent`)
)

func headerSet(names string) map[string]bool {
	set := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		set[name] = true
	}
	return set
}

// Header returns the header of a response with secrets removed from names and
// values. It copies only if there are some.
func (s *Secrets) Header(header http.Header) http.Header {
	clean := header
	copied := false
	for name, values := range header {
		shown := s.headerName(name)
		for i, value := range values {
			safe := s.headerValue(name, value)
			if safe == value && shown == name {
				continue
			}
			if !copied {
				clean, copied = header.Clone(), true
			}
			if shown != name {
				clean[shown] = append(clean[shown], safe)
			} else {
				clean[name][i] = safe
			}
		}
		if shown != name {
			delete(clean, name)
		}
	}
	return clean
}

func (s *Secrets) headerValue(name, value string) string {
	switch {
	case protocolHeaders[name]:
		return s.values().own.ID(value)
	case identifiers[name]:
		return s.ID(value)
	}
	return s.Text(value)
}

// headerName returns the mark for a name that holds a secret, in any case:
// net/http canonicalises names.
func (s *Secrets) headerName(name string) string {
	if protocolHeaders[name] || identifiers[name] {
		return name
	}
	for _, secret := range s.values().free {
		for i := 0; i+len(secret) <= len(name); i++ {
			if strings.EqualFold(name[i:i+len(secret)], secret) {
				return Mark
			}
		}
	}
	return name
}
