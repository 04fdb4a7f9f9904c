package workato

import (
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-workato/workato/internal/transport"
)

// Defaults of the client.
const (
	defaultMaxRetries       = 3
	defaultMinWait          = 500 * time.Millisecond
	defaultMaxWait          = time.Minute
	defaultAttemptTimeout   = 50 * time.Second
	defaultMaxResponseBytes = 32 << 20
)

// RetryPolicy says how often and after which waits a failed attempt is retried.
// Which failures may be retried at all depends on the operation: see Effect.
type RetryPolicy struct {
	// MaxRetries is the number of retries of one call; 0 means none.
	MaxRetries int
	// MinWait is the upper bound of the first wait, doubled for each further wait;
	// 0 means 500 ms. The wait itself is random between zero and the bound.
	MinWait time.Duration
	// MaxWait is the upper bound of every wait; 0 means 1 minute. A response that
	// asks for a longer one (Retry-After) is returned at once.
	MaxWait time.Duration
	// Budget bounds the retries of all calls of the client together, so that a
	// service in trouble does not get a multiple of its usual load: each retry
	// takes one, ten successful calls give one back. When it is used up, calls
	// fail at their first failure and say so. 0 means no bound. Clients derived by
	// With share it.
	Budget int
}

// WithRegion selects a data centre. The default is RegionUS. It excludes
// WithBaseURL.
func WithRegion(region Region) Option {
	return func(c *config) error {
		if _, ok := region.baseURL(); !ok {
			return invalid("WithRegion", "unknown region %q; for a private host use WithBaseURL", string(region))
		}
		c.region, c.baseURL = region, ""
		c.targets = append(c.targets, "WithRegion")
		return nil
	}
}

// WithBaseURL sets scheme and host of the service, with an optional path prefix
// such as that of a proxy. The /api is the client's own; a trailing slash or
// /api is tolerated. It must be https, except for loopback addresses and with
// WithInsecureHTTP.
func WithBaseURL(base string) Option {
	return func(c *config) error {
		if strings.TrimSpace(base) == "" {
			return invalid("WithBaseURL", "is empty")
		}
		c.baseURL = base
		c.targets = append(c.targets, "WithBaseURL")
		return nil
	}
}

// WithInsecureHTTP permits a base URL with plain http on a host that is not
// loopback. Anyone on the network path can then read the credential.
func WithInsecureHTTP() Option {
	return func(c *config) error {
		c.insecure = true
		return nil
	}
}

// WithHTTPClient takes Transport and Timeout of an http.Client, which is copied
// and never changed. Its Timeout bounds one attempt. Its cookie jar and
// redirect policy are not used: the API has no cookies, and redirects are never
// followed.
func WithHTTPClient(client *http.Client) Option {
	return func(c *config) error {
		if client == nil {
			return invalid("WithHTTPClient", "client is nil")
		}
		clone := *client
		c.httpClient = &clone
		return nil
	}
}

// WithTransportMiddleware wraps the transport, inside retries and limiter. The
// first middleware given is the outermost. It sees each attempt without the
// credential, which is added later, and must pass on the request's context.
func WithTransportMiddleware(middleware func(http.RoundTripper) http.RoundTripper) Option {
	return func(c *config) error {
		if middleware == nil {
			return invalid("WithTransportMiddleware", "middleware is nil")
		}
		c.middleware = append(slices.Clip(c.middleware), middleware)
		return nil
	}
}

// WithRetry replaces the retry policy. The default is three retries with waits
// of up to 500 ms, 1 s and 2 s.
func WithRetry(policy RetryPolicy) Option {
	return func(c *config) error {
		var errs []error
		for _, field := range []struct {
			name     string
			negative bool
		}{
			{"MaxRetries", policy.MaxRetries < 0},
			{"MinWait", policy.MinWait < 0},
			{"MaxWait", policy.MaxWait < 0},
			{"Budget", policy.Budget < 0},
		} {
			if field.negative {
				errs = append(errs, invalid("WithRetry", "%s is negative", field.name))
			}
		}
		if err := errors.Join(errs...); err != nil {
			return err
		}
		if policy.MinWait == 0 {
			policy.MinWait = defaultMinWait
		}
		if policy.MaxWait == 0 {
			policy.MaxWait = max(defaultMaxWait, policy.MinWait)
		}
		if policy.MaxWait < policy.MinWait {
			return invalid("WithRetry", "MaxWait %v is shorter than MinWait %v", policy.MaxWait, policy.MinWait)
		}
		c.retry, c.budget = policy, nil
		if policy.Budget > 0 {
			c.budget = transport.NewBudget(policy.Budget)
		}
		return nil
	}
}

// WithAttemptTimeout bounds one attempt, including the reading of the response.
// The default is 50 seconds, above the 40 after which the service itself gives
// up: with less, the outcome of a create that the service completes would be
// unknown.
func WithAttemptTimeout(d time.Duration) Option {
	return func(c *config) error {
		if d <= 0 {
			return invalid("WithAttemptTimeout", "must be positive, got %v", d)
		}
		c.attemptTimeout = d
		return nil
	}
}

// WithMaxResponseBytes bounds the body of a response after decompression. The
// default is 32 MiB. A longer one is an ErrUnexpectedResponse, and so is one
// whose rows, lists and maps would take more memory than that, not counting
// their texts.
func WithMaxResponseBytes(n int64) Option {
	return func(c *config) error {
		if n <= 0 {
			return invalid("WithMaxResponseBytes", "must be positive, got %d", n)
		}
		c.maxResponseBytes = n
		return nil
	}
}

// WithLimiter paces all attempts of the client. Package ratelimit has a Limiter
// with the documented quotas.
func WithLimiter(limiter Limiter) Option {
	return func(c *config) error {
		if limiter == nil {
			return invalid("WithLimiter", "limiter is nil")
		}
		c.limiter = limiter
		return nil
	}
}

// WithLogger logs each attempt at level Debug and each retry at Warn:
// operation, path template, number, status, duration, wait, request id. Ids of
// customers, queries, headers and bodies are never logged. The records get the
// context of the call, from which a handler of yours can add the customer.
func WithLogger(logger *slog.Logger) Option {
	return func(c *config) error {
		if logger == nil {
			return invalid("WithLogger", "logger is nil")
		}
		c.logger = logger
		return nil
	}
}

// WithHook watches calls and attempts, for metrics and traces. Hooks run in the
// order in which they were given.
func WithHook(hook Hook) Option {
	return func(c *config) error {
		if hook == nil {
			return invalid("WithHook", "hook is nil")
		}
		c.hooks = append(slices.Clip(c.hooks), hook)
		return nil
	}
}

// WithUserAgent replaces the whole User-Agent header.
func WithUserAgent(userAgent string) Option {
	return func(c *config) error {
		if err := headerValue("WithUserAgent", "value", userAgent); err != nil {
			return err
		}
		c.userAgent = userAgent
		return nil
	}
}

// WithApplication adds the name and version of your program to the User-Agent
// header. The version may be empty.
func WithApplication(name, version string) Option {
	return func(c *config) error {
		if err := headerValue("WithApplication", "name", name); err != nil {
			return err
		}
		c.application = name
		if version != "" {
			if err := headerValue("WithApplication", "version", version); err != nil {
				return err
			}
			c.application += "/" + version
		}
		return nil
	}
}

// FromEnv reads WORKATO_API_TOKEN, or the legacy pair WORKATO_USER_EMAIL and
// WORKATO_USER_TOKEN, and WORKATO_BASE_URL, or else WORKATO_REGION. What it
// finds must not be given by another option too. Without this option the
// environment is not read at all.
func FromEnv() Option {
	return func(c *config) error {
		var opts []Option
		var errs []error
		email, userToken := os.Getenv("WORKATO_USER_EMAIL"), os.Getenv("WORKATO_USER_TOKEN")
		token := os.Getenv("WORKATO_API_TOKEN")
		switch {
		case token != "":
			opts = append(opts, WithAPIToken(token))
		case email != "" || userToken != "":
			opts = append(opts, WithUserToken(email, userToken))
		default:
			errs = append(errs, invalid("FromEnv", "WORKATO_API_TOKEN is not set"))
		}
		if base := os.Getenv("WORKATO_BASE_URL"); base != "" {
			opts = append(opts, WithBaseURL(base))
		} else if region := os.Getenv("WORKATO_REGION"); region != "" {
			opts = append(opts, WithRegion(Region(strings.ToLower(strings.TrimSpace(region)))))
		}
		credentials, targets := len(c.credentials), len(c.targets)
		for _, opt := range opts {
			if err := opt(c); err != nil {
				errs = append(errs, envError(err))
			}
		}
		// An error about a second one names the option in the caller's code.
		for _, names := range [][]string{c.credentials[credentials:], c.targets[targets:]} {
			for i := range names {
				names[i] = "FromEnv"
			}
		}
		return errors.Join(errs...)
	}
}

// envError names the option that read the value.
func envError(err error) error {
	var arg *ArgumentError
	if errors.As(err, &arg) {
		return invalid("FromEnv", "%s: %s", arg.Field, arg.Problem)
	}
	return err
}

// base returns the origin and path prefix that the options select.
func (c *config) base() (*url.URL, error) {
	if c.baseURL == "" {
		base, _ := c.region.baseURL() // WithRegion has checked it
		return url.Parse(base)
	}
	u, err := url.Parse(strings.TrimSpace(c.baseURL))
	switch {
	case err != nil: // the text of the error repeats the URL, which may hold a password
		return nil, invalid("WithBaseURL", "is not a URL")
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, invalid("WithBaseURL", "must begin with https://")
	case u.Hostname() == "":
		return nil, invalid("WithBaseURL", "has no host")
	case !validPort(u.Port()):
		return nil, invalid("WithBaseURL", "invalid port %s", u.Port())
	case slices.ContainsFunc(strings.Split(u.Path, "/"), isDots):
		return nil, invalid("WithBaseURL", "must not hold the path segments . or ..")
	case strings.Contains(strings.ToUpper(u.RawPath), "%2F"): // it would be sent as another path
		return nil, invalid("WithBaseURL", "must not hold an escaped slash")
	case u.User != nil:
		return nil, invalid("WithBaseURL", "must not hold a user or password")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, invalid("WithBaseURL", "must not hold a query or a fragment")
	case u.Scheme == "http" && !c.insecure && !loopback(u.Hostname()):
		return nil, invalid("WithBaseURL", "plain http would expose the credential on the way to %s; use https or WithInsecureHTTP", u.Host)
	}
	u.Host = strings.ToLower(u.Host) // net/http compares the names that bypass a proxy in lower case
	u.Path = strings.TrimRight(u.Path, "/")
	u.Path = strings.TrimRight(strings.TrimSuffix(u.Path, "/api"), "/")
	u.RawPath = ""
	return u, nil
}

func validPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
