package workatotest

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"strings"
)

// authorised checks the credentials in any of the three styles of the API.
func (s *Server) authorised(header http.Header, query url.Values) bool {
	if scheme, token, found := strings.Cut(header.Get("Authorization"), " "); found {
		return strings.EqualFold(scheme, "Bearer") && s.isToken(token)
	}
	if s.options.legacyRetired {
		return false
	}
	if token := header.Get("X-User-Token"); token != "" {
		return s.isLegacy(header.Get("X-User-Email"), token)
	}
	return s.isLegacy(query.Get("user_email"), query.Get("user_token"))
}

func (s *Server) isToken(token string) bool {
	return subtle.ConstantTimeCompare([]byte(token), []byte(s.options.token)) == 1
}

func (s *Server) isLegacy(email, token string) bool {
	want := s.options.legacyEmail
	return email != "" && (want == "" || want == email) && s.isToken(token)
}
