package workatotest

import (
	"crypto/tls"
	"slices"
	"testing"
	"time"
)

// BadCredential is the value that the default credential check refuses anywhere
// in a connection's input.
//
//nolint:gosec // the text that is refused, not a secret
const BadCredential = "bad-credential"

// Option changes a [Server].
type Option func(*options)

type options struct {
	tb              testing.TB
	token           string
	legacyEmail     string
	legacyRetired   bool
	strict          bool
	quotas          bool
	quotaOf         map[string]int
	importReads     int
	startReads      int
	lateConnections int
	latency         time.Duration
	minute          time.Duration
	clock           func() time.Time
	checkInput      func(provider string, input map[string]any) error
	onRequest       func(Request)
	maxBody         int64
	maxUnpacked     int64
	linkLife        time.Duration
	storeURL        string
	utilities       []string
	tls             *tls.Config
}

func defaultOptions() options {
	return options{
		token:       Token,
		importReads: 1,
		clock:       time.Now,
		minute:      time.Minute,
		checkInput:  refuseBadCredential,
		quotaOf:     map[string]int{},
		maxBody:     64 << 20,
		maxUnpacked: 256 << 20,
		linkLife:    10 * time.Second,
		utilities:   utilities,
	}
}

// WithToken sets the API token that the server accepts.
func WithToken(token string) Option {
	return func(o *options) { o.token = token }
}

// WithLegacyEmail sets the only e-mail address that the deprecated credential
// styles accept. Without it every address is accepted; the token must be the
// API token in any case.
func WithLegacyEmail(email string) Option {
	return func(o *options) { o.legacyEmail = email }
}

// WithLegacyRetired refuses the deprecated credential styles with 401, as the
// service has announced.
func WithLegacyRetired() Option {
	return func(o *options) { o.legacyRetired = true }
}

// WithStrict refuses with 400 what the real service would silently ignore: an
// unknown field in a body, an unknown query parameter, and parameters that no
// source shows, as the comment of the package lists them. These, unknown routes,
// credentials sent to the package store and faults that were never met are
// problems, see [Server.Problems].
func WithStrict() Option {
	return func(o *options) { o.strict = true }
}

// WithQuotas turns the documented rate limits on: per minute and family of
// operations, and per hour for imports. A request above the limit gets 429
// and Retry-After in seconds.
func WithQuotas() Option {
	return func(o *options) { o.quotas = true }
}

// WithQuota sets the rate limit of one operation ("imports.create") or of one
// family of operations in requests per minute, and turns rate limits on for it.
func WithQuota(name string, perMinute int) Option {
	return func(o *options) { o.quotaOf[name] = perMinute }
}

// WithMinute sets how long a minute of the rate limits lasts, so that a test in
// another process need not wait for a whole one. Seconds and hours are as much
// shorter. The default is a minute.
func WithMinute(d time.Duration) Option {
	return func(o *options) { o.minute = d }
}

// WithLatency holds every response back for a time, as a network does. The
// default is 0. Package testing/synctest makes it free for tests inside the process.
func WithLatency(d time.Duration) Option {
	return func(o *options) { o.latency = d }
}

// WithImportReads sets how many reads return in_progress before an import, an
// export, a build or a deployment ends. The default is 1; with 0 it has ended
// at the first read. Lists of recipes and connections count as reads of an
// import, because jobs that never ask for the status see it end too.
func WithImportReads(n int) Option {
	return func(o *options) { o.importReads = n }
}

// WithStartReads sets how many reads of a started recipe still show it as not
// running: the real service only enqueues the start. The default is 0.
func WithStartReads(n int) Option {
	return func(o *options) { o.startReads = n }
}

// WithLateConnections sets how many lists of connections omit the connections
// that an import has made. The default is 0.
func WithLateConnections(n int) Option {
	return func(o *options) { o.lateConnections = n }
}

// WithClock sets the clock of all timestamps and rate limits. The default is
// time.Now.
func WithClock(now func() time.Time) Option {
	return func(o *options) { o.clock = now }
}

// WithCredentialCheck sets the rule by which the connected application accepts
// credentials: an error makes the connection's status "failed", with the
// error's text. The input is complete, even after a partial update.
func WithCredentialCheck(check func(provider string, input map[string]any) error) Option {
	return func(o *options) { o.checkInput = check }
}

// WithRequestHook calls a function after every request. It must not call the
// server.
func WithRequestHook(hook func(Request)) Option {
	return func(o *options) { o.onRequest = hook }
}

// WithUtilityConnectors names more connectors whose steps need no connection,
// like the built-in "csv_parser". A star at the end stands for the rest of a
// name. A seed can say the same of one connector with [Connector.Builtin].
func WithUtilityConnectors(names ...string) Option {
	return func(o *options) { o.utilities = slices.Concat(o.utilities, names) }
}

// WithMaxBody sets the largest request body in bytes, and the largest unpacked
// size of a package. The defaults are 64 MiB and 256 MiB.
func WithMaxBody(body, unpacked int64) Option {
	return func(o *options) { o.maxBody, o.maxUnpacked = body, unpacked }
}

// WithStoreURL sets the origin of download links, for a caller who serves
// [Server.StoreHandler] there. Without it the server opens a loopback port, and
// a link has whichever of the names localhost and 127.0.0.1 the request to the
// API did not use.
func WithStoreURL(url string) Option {
	return func(o *options) { o.storeURL = url }
}

// WithTLS makes the ports that the server opens itself, that of [Server.URL]
// and that of the package store, serve https and HTTP/2. The configuration
// needs a certificate for localhost and 127.0.0.1.
func WithTLS(config *tls.Config) Option {
	return func(o *options) { o.tls = config }
}
