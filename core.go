package workato

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/go-workato/workato/internal/redact"
	"github.com/go-workato/workato/internal/transport"
)

// core is what the services share.
type core struct {
	config    config
	transport *transport.Client
	observer  LimitObserver
	// headers of requests without a body, with JSON, with a package and to the
	// package store; shared by all requests and never changed.
	plainHeader, jsonHeader, packageHeader, storeHeader *transport.Header
}

// Option configures a Client. It prints as a function address: no credential
// given to an option can be read from it.
type Option func(*config) error

// authorizer holds a credential behind a closure: no format verb can print
// what a closure holds.
type authorizer func(*http.Request) error

// config is the result of a client's options.
type config struct {
	authorize authorizer
	// credential remembers the values that are sent as credential. constant is set
	// if they never change; otherwise authorize runs code of the caller.
	credential  *redact.Credential
	constant    bool
	legacy      bool     // the credential is of a style that the service has retired
	credentials []string // names of the options that set authorize
	targets     []string // names of the options that set region or baseURL
	region      Region
	baseURL     string
	insecure    bool

	httpClient       *http.Client
	middleware       []func(http.RoundTripper) http.RoundTripper
	retry            RetryPolicy
	budget           *transport.Budget
	attemptTimeout   time.Duration
	maxResponseBytes int64
	limiter          Limiter
	logger           *slog.Logger
	hooks            []Hook
	userAgent        string
	application      string
	guarded          []CustomerID // by WithWriteGuard
	shortPagesEnd    bool
}
