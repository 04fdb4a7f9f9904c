package workatotest

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-workato/workato"
)

// Token is the API token that a server accepts unless [WithToken] sets another.
const Token = "test-token"

// Hosts of the fake inside the process. They do not exist outside of it.
const (
	apiHost   = "workato.test"
	storeHost = "packages.workato.test"
)

// Server is the fake. Its methods may be called from several goroutines.
type Server struct {
	options options

	mu        sync.Mutex
	state     State
	customers map[string]*Customer
	faults    []*armedFault
	hooks     []*beforeHook
	log       requestLog
	quotas    map[string]*window
	links     map[string]link
	late      []lateWork // in the order in which it is due
	problems  []string
	public    [2]*listener
	closed    chan struct{}
	closeOnce sync.Once
	// ahead is how far [Server.Advance] has advanced the clock.
	ahead atomic.Int64
}

// New returns a server that is closed when the test ends. In strict mode the
// test fails for every problem that [Server.Problems] lists.
func New(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s := NewServer(append([]Option{func(o *options) { o.tb = t }}, opts...)...)
	t.Cleanup(func() {
		s.Close()
		if !s.options.strict {
			return
		}
		for _, problem := range s.Problems() {
			t.Errorf("workatotest: %s", problem)
		}
	})
	return s
}

// NewServer returns a server that belongs to no test: for programs and
// examples. The caller closes it. Mistakes in the options, and later in calls
// without an error result, are panics.
func NewServer(opts ...Option) *Server {
	s := &Server{
		options:   defaultOptions(),
		customers: map[string]*Customer{},
		quotas:    map[string]*window{},
		links:     map[string]link{},
		closed:    make(chan struct{}),
	}
	for _, opt := range opts {
		opt(&s.options)
	}
	if err := checkQuotas(s.options.quotaOf); err != nil {
		s.fatal(err)
	}
	if s.options.minute <= 0 {
		s.fatal(fmt.Errorf("minute: %v is not a length of time", s.options.minute))
	}
	s.empty()
	return s
}

// empty sets the initial state of a server.
func (s *Server) empty() {
	s.state = State{Counters: map[string]int64{}, Connectors: builtinConnectors()}
	s.state.Own = s.newOwnWorkspace()
	clear(s.customers)
	s.late = nil
}

// Close ends hanging requests and closes the port if there is one.
func (s *Server) Close() {
	s.closeOnce.Do(func() {
		close(s.closed)
		s.mu.Lock()
		public := s.public
		s.mu.Unlock()
		for _, l := range public {
			if l != nil {
				l.close()
			}
		}
	})
}

// NewClient returns a client that talks to the fake inside the process. An
// option that sets the credential, the address or the HTTP client replaces the
// fake's own.
func (s *Server) NewClient(opts ...workato.Option) (*workato.Client, error) {
	token := workato.WithAPIToken(s.options.token)
	address := workato.WithBaseURL("https://" + apiHost)
	transport := workato.WithHTTPClient(s.HTTPClient())
	var first error
	// Options are opaque, but a client refuses duplicates: the first set that it
	// accepts is the right one.
	for _, own := range [][]workato.Option{
		{transport, token, address}, {transport, address}, {transport, token}, {transport},
	} {
		client, err := workato.NewClient(append(own, opts...)...)
		if err == nil {
			return client, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}

// Client is [Server.NewClient] for tests: a bad option ends the test.
func (s *Server) Client(t testing.TB, opts ...workato.Option) *workato.Client {
	t.Helper()
	client, err := s.NewClient(opts...)
	if err != nil {
		t.Fatalf("workatotest: client: %v", err)
	}
	return client
}

// HTTPClient returns an HTTP client whose requests all go to the fake,
// whatever their host.
func (s *Server) HTTPClient() *http.Client {
	return &http.Client{Transport: s.Transport()}
}

// URL returns the address of the fake on the loopback interface, without a
// slash at the end: "http://127.0.0.1:40123", with https after [WithTLS]. The port is opened by the first
// call and closed with the server. Inside a testing/synctest bubble a port
// would keep the bubble from ending: use [Server.Client] there.
func (s *Server) URL() string {
	l, err := s.listen(0, s.Handler())
	if err != nil {
		panic("workatotest: no loopback port: " + err.Error())
	}
	return l.url
}

// listener is a server on a loopback port.
type listener struct {
	url    string
	server *http.Server
	done   chan struct{}
}

func (l *listener) close() {
	_ = l.server.Close()
	<-l.done
}

// listen opens port number n of the server (0 the API, 1 the package store) or
// returns the one that is open.
func (s *Server) listen(n int, handler http.Handler) (*listener, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.public[n] != nil {
		return s.public[n], nil
	}
	var config net.ListenConfig
	socket, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &listener{
		url:    "http://" + socket.Addr().String(),
		server: &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute, ErrorLog: quietLog()},
		done:   make(chan struct{}),
	}
	serve := l.server.Serve
	if s.options.tls != nil {
		l.url = "https://" + socket.Addr().String()
		l.server.TLSConfig = s.options.tls.Clone()
		serve = func(socket net.Listener) error { return l.server.ServeTLS(socket, "", "") }
	}
	sockets := []net.Listener{socket}
	if n == 1 {
		// Links may use localhost, which some clients resolve only to ::1.
		_, port, _ := net.SplitHostPort(socket.Addr().String())
		if six, err := config.Listen(context.Background(), "tcp", net.JoinHostPort("::1", port)); err == nil {
			sockets = append(sockets, six)
		}
	}
	s.public[n] = l
	go func() {
		defer close(l.done)
		var serving sync.WaitGroup
		for _, socket := range sockets {
			serving.Go(func() { _ = serve(socket) })
		}
		serving.Wait()
	}()
	return l, nil
}

// now is the time on the server's clock.
func (s *Server) now() time.Time { return s.options.clock().Add(time.Duration(s.ahead.Load())) }

// nextID issues an id. Every kind counts from its own base, so that an id used
// in the wrong place is not found by chance.
func (s *Server) nextID(kind string) int64 {
	id := cmp.Or(s.state.Counters[kind], idBase[kind]) + 1
	s.state.Counters[kind] = id
	return id
}

// ensureID assigns an id if there is none yet.
func (s *Server) ensureID(id *int64, kind string) {
	if *id == 0 {
		*id = s.nextID(kind)
	}
}

// takeID records that a seed uses an id.
func (s *Server) takeID(kind string, id int64) {
	if id > cmp.Or(s.state.Counters[kind], idBase[kind]) && id <= maxCounter {
		s.state.Counters[kind] = id
	}
}

var idBase = map[string]int64{
	"customer": 1000, "folder": 2000, "project": 3000, "connection": 4000, "recipe": 5000,
	"package": 6000, "member": 7000, "manifest": 8000, "job": 9000, "version": 11000,
	"lookup_table": 12000, "lookup_row": 13000, "tag": 14000, "build": 15000,
	"deployment": 16000, "public_recipe": 17000, "link": 18000, "record": 19000, "secret": 20000,
	"package_asset": 21000,
}
