package main

import (
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/go-workato/workato/workatotest"
)

// withControl puts the control before the page and the API. Even with -public
// it requires a host name that no web site can have, because control is more
// than reading.
func (s settings) withControl(fake *workatotest.Server, changed *atomic.Bool, secure encryption, next http.Handler) http.Handler {
	control := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, `{"error":"control is off: start the program with -control"}`, http.StatusNotFound)
	}))
	if s.control {
		control = fake.ControlHandler()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !strings.HasPrefix(r.URL.Path, workatotest.ControlPath):
			next.ServeHTTP(w, r)
		case secure.config == nil && !isPrivateName(nameOf(r.Host)):
			http.Error(w, `{"error":"control is for local names, addresses and names without a dot"}`, http.StatusMisdirectedRequest)
		default:
			control.ServeHTTP(w, r)
			if r.Method != http.MethodGet {
				changed.Store(true)
			}
		}
	})
}
