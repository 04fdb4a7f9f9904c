package main

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// guarded refuses requests under the name of somebody else: a web site can give
// its own name to the address of the fake and would then be allowed to read
// everything in the developer's browser. Over TLS the certificate says as much,
// and with -public the names are not known.
func (s settings) guarded(secure encryption, next http.Handler) http.Handler {
	if s.public || secure.config != nil {
		return next
	}
	store := ""
	if origin, err := url.Parse(s.storeURL); err == nil {
		store = origin.Hostname()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name := nameOf(r.Host); !isLocalName(name) && name != store {
			http.Error(w, "the fake answers under its own address only; -public lifts that", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// nameOf is a Host header without its port.
func nameOf(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}

// isLocalName says whether no web site can have the name. A client without a
// Host header is no browser.
func isLocalName(name string) bool {
	return name == "" || name == "localhost" || net.ParseIP(name) != nil
}

// isPrivateName says whether the public DNS cannot have the name: those of
// containers and of machines at home are of this kind.
func isPrivateName(name string) bool {
	private := isLocalName(name) || !strings.Contains(name, ".")
	for _, end := range []string{".localhost", ".local", ".internal", ".test"} {
		private = private || strings.HasSuffix(name, end)
	}
	return private
}
