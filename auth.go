package workato

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-workato/workato/internal/redact"
	"github.com/go-workato/workato/internal/transport"
)

// Auth adds a credential to a request. Apply is called for every attempt, and
// only with requests to the configured origin. It may change the header and
// query of the request, which is a copy. It must be safe for concurrent use. An
// error of Apply ends the call before anything is sent.
type Auth interface {
	Apply(req *http.Request) error
}

// WithAPIToken authenticates with the token of an API client, sent as
// "Authorization: Bearer". Prefer it: the other ways are deprecated upstream or
// for special cases.
//
// https://docs.workato.com/oem/oem-api.html#authentication
func WithAPIToken(token string) Option {
	return withCredential("WithAPIToken", func(c *config) (authorizer, error) {
		if err := headerValue("WithAPIToken", "token", token); err != nil {
			return nil, err
		}
		values := []string{"Bearer " + token}
		c.knownForGood(token)
		return func(req *http.Request) error {
			req.Header["Authorization"] = values
			return nil
		}, nil
	})
}

// WithTokenSource authenticates like WithAPIToken with a token that source
// returns for every attempt, so that tokens can be rotated without a new
// client. The source should cache. Its error ends the call.
func WithTokenSource(source func(context.Context) (string, error)) Option {
	return withCredential("WithTokenSource", func(c *config) (authorizer, error) {
		if source == nil {
			return nil, invalid("WithTokenSource", "source is nil")
		}
		credential := c.credential
		return func(req *http.Request) error {
			token, err := source(req.Context())
			if err != nil {
				return err
			}
			if err := headerValue("WithTokenSource", "token", token); err != nil {
				return err
			}
			credential.Sent(token)
			req.Header.Set("Authorization", "Bearer "+token)
			return nil
		}, nil
	})
}

// WithUserToken authenticates with the legacy key of the partner's account,
// sent as X-User-Email and X-User-Token. Upstream has deprecated these keys.
func WithUserToken(email, token string) Option {
	return withCredential("WithUserToken", func(c *config) (authorizer, error) {
		if err := legacy("WithUserToken", email, token); err != nil {
			return nil, err
		}
		c.legacy = true
		emails, tokens := []string{email}, []string{token}
		c.knownForGood(email, token)
		return func(req *http.Request) error {
			req.Header["X-User-Email"] = emails
			req.Header["X-User-Token"] = tokens
			return nil
		}, nil
	})
}

// WithQueryToken authenticates like WithUserToken, with the key in the query of
// every URL (user_email, user_token). It is the last choice: proxies and
// servers write URLs into their logs.
func WithQueryToken(email, token string) Option {
	return withCredential("WithQueryToken", func(c *config) (authorizer, error) {
		if err := legacy("WithQueryToken", email, token); err != nil {
			return nil, err
		}
		c.legacy = true
		credential := url.Values{"user_email": {email}, "user_token": {token}}.Encode()
		c.knownForGood(email, token)
		return func(req *http.Request) error {
			target := *req.URL
			if target.RawQuery != "" {
				target.RawQuery += "&"
			}
			target.RawQuery += credential
			req.URL = &target
			return nil
		}, nil
	})
}

// WithAuth authenticates in any other way.
func WithAuth(auth Auth) Option {
	return withCredential("WithAuth", func(c *config) (authorizer, error) {
		if auth == nil {
			return nil, invalid("WithAuth", "auth is nil")
		}
		credential := c.credential
		return func(req *http.Request) error {
			header, query := req.Header.Clone(), req.URL.RawQuery
			if err := auth.Apply(req); err != nil {
				return err
			}
			credential.Sent(transport.Added(header, query, req)...)
			return nil
		}, nil
	})
}

// withCredential records that name was given, to detect a second credential.
func withCredential(name string, build func(*config) (authorizer, error)) Option {
	return func(c *config) error {
		c.credentials = append(c.credentials, name)
		c.credential, c.constant, c.legacy = new(redact.Credential), false, false
		auth, err := build(c)
		if err != nil {
			return err
		}
		c.authorize = auth
		return nil
	}
}

// knownForGood records the values of a credential that does not change.
func (c *config) knownForGood(values ...string) {
	c.credential.Sent(values...)
	c.constant = true
}

// headerValue refuses a value that a header cannot hold. The error does not
// show it.
func headerValue(option, name, value string) error {
	switch {
	case value == "":
		return invalid(option, "%s is empty", name)
	case strings.TrimSpace(value) != value:
		return invalid(option, "%s begins or ends with white space", name)
	case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return invalid(option, "%s holds a control character", name)
	}
	return nil
}

func legacy(option, email, token string) error {
	return errors.Join(headerValue(option, "email", email), headerValue(option, "token", token))
}
