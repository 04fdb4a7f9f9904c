package main

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// guarded refuses requests with another host name: a web site can point its own
// name to the address of the fake and could then read everything in the
// developer's browser (DNS rebinding). Over TLS the certificate prevents that,
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
			http.Error(w, "the fake responds only under its own address; use -public to change that", http.StatusMisdirectedRequest)
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

// isLocalName reports whether no web site can have the name. A client without a
// Host header is not a browser.
func isLocalName(name string) bool {
	return name == "" || name == "localhost" || net.ParseIP(name) != nil
}

// isPrivateName reports whether the public DNS cannot have the name, such as
// those of containers and home networks.
func isPrivateName(name string) bool {
	private := isLocalName(name) || !strings.Contains(name, ".")
	for _, end := range []string{".localhost", ".local", ".internal", ".test"} {
		private = private || strings.HasSuffix(name, end)
	}
	return private
}
