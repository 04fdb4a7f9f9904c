package cli

import (
	"flag"
	"net"
	"net/url"
	"os"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/ratelimit"
	"github.com/go-workato/workato/workatotest"
)

// Service is how the service is called.
type Service struct {
	BaseURL string  // empty: that of the environment
	Token   string  // empty: that of the environment
	Share   float64 // of the quotas
}

// AddressFlag defines the flag for the address.
func (s *Service) AddressFlag(flags *flag.FlagSet) {
	flags.StringVar(&s.BaseURL, "base-url", "", "`address` of the service instead of that of the environment")
}

// ShareFlag defines the flag for the share.
func (s *Service) ShareFlag(flags *flag.FlagSet) {
	flags.Float64Var(&s.Share, "share", 1, "`part` of the quotas to use, such as 0.5 beside another program")
}

// Limiter makes a limiter with the share.
func (s *Service) Limiter(opts ...ratelimit.Option) (*ratelimit.Limiter, error) {
	limiter, err := ratelimit.New(append([]ratelimit.Option{ratelimit.Share(s.Share)}, opts...)...)
	if err != nil {
		return nil, UsageError{err}
	}
	return limiter, nil
}

// Client makes the client of an application.
func (s *Service) Client(application string, limiter workato.Limiter) (*workato.Client, error) {
	opts := []workato.Option{workato.WithLimiter(limiter), workato.WithApplication(application, workato.Version)}
	if s.BaseURL == "" {
		opts = append(opts, workato.FromEnv())
	} else {
		token := s.Token
		if token == "" {
			token = os.Getenv("WORKATO_API_TOKEN")
		}
		if token == "" && s.Local() {
			token = workatotest.Token // nothing but a fake is there
		}
		opts = append(opts, workato.WithBaseURL(s.BaseURL), workato.WithAPIToken(token))
	}
	client, err := workato.NewClient(opts...)
	if err != nil {
		return nil, UsageError{err}
	}
	return client, nil
}

// Local reports whether the service is on the loopback interface.
func (s *Service) Local() bool {
	u, err := url.Parse(s.BaseURL)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
