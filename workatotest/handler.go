package workatotest

import (
	"bytes"
	"compress/gzip"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// Handler returns the fake as an http.Handler, for the caller's own server. The
// first request opens a second loopback port, on which packages are downloaded:
// the real service keeps them on another host too. Requests from a web page of
// another origin are refused if they could change anything: the token is well
// known.
func (s *Server) Handler() http.Handler {
	fromBrowsers := http.NewCrossOriginProtection()
	fromBrowsers.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, `{"message":"workatotest: a web page of another origin may not change anything"}`, http.StatusForbidden)
	}))
	return fromBrowsers.Handler(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		store := s.options.storeURL
		if store == "" {
			l, err := s.listen(1, s.StoreHandler())
			if err != nil {
				http.Error(w, "no port for the package store: "+err.Error(), http.StatusInternalServerError)
				return
			}
			store = otherName(l.url, req.Host)
		}
		x := s.begin(req, store)
		body, tooLarge, err := readBody(req, s.options.maxBody)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		r := x.finish(body, tooLarge)
		s.lag(req.Context())
		r.write(w, req, s.closed)
	}))
}

// otherName gives the store a host name other than that of the API: HTTP clients
// keep the Authorization header on a redirect to another port of the same name,
// and the real store is on another host.
func otherName(store, apiHost string) string {
	if host, _, _ := strings.Cut(apiHost, ":"); host == "localhost" {
		return store
	}
	return strings.Replace(store, "127.0.0.1", "localhost", 1)
}

// StoreHandler returns the package store, where download links lead, as an
// http.Handler. Only callers that set the address of the store with [WithStoreURL] need it.
func (s *Server) StoreHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		s.fromStore(req).write(w, req, s.closed)
	})
}

// write delivers a reply over a port.
func (r *reply) write(w http.ResponseWriter, req *http.Request, closed <-chan struct{}) {
	switch r.wire {
	case wireReset:
		reset(w)
		return
	case wireHang:
		select {
		case <-req.Context().Done():
		case <-closed:
		}
		panic(http.ErrAbortHandler)
	case wireWhole, wireCut, wireDrip:
	}
	r.compress(req.Header)
	maps.Copy(w.Header(), r.header)
	if r.status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(len(r.body)))
	}
	w.WriteHeader(r.status)
	switch r.wire {
	case wireCut:
		_ = send(w, r.body[:len(r.body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case wireDrip:
		r.drip(w, req, closed)
	case wireWhole, wireReset, wireHang:
		_ = send(w, r.body)
	}
}

// drip writes the body in pieces.
func (r *reply) drip(w http.ResponseWriter, req *http.Request, closed <-chan struct{}) {
	piece := pieceOf(r.body)
	for rest := r.body; len(rest) > 0; rest = rest[min(piece, len(rest)):] {
		hold(req.Context(), r.pause, closed)
		if send(w, rest[:min(piece, len(rest))]) != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
	}
}

func send(w http.ResponseWriter, body []byte) error {
	_, err := w.Write(body) //nolint:gosec // G705: only the fixed page of a gateway is served as HTML
	return err
}

// reset closes the connection so that the client sees a reset and not a normal
// end.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, isTCP := conn.(*net.TCPConn); isTCP {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// compress compresses the body if the client asked for it. Packages are
// compressed already.
func (r *reply) compress(request http.Header) {
	if len(r.body) == 0 || r.header.Get("Content-Type") == "application/zip" || !strings.Contains(request.Get("Accept-Encoding"), "gzip") {
		return
	}
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, _ = writer.Write(r.body)
	_ = writer.Close()
	r.body = packed.Bytes()
	r.header.Set("Content-Encoding", "gzip")
	r.header.Set("Vary", "Accept-Encoding")
}
