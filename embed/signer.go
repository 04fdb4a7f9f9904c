package embed

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-workato/workato"
)

// UserID identifies a member of a customer's workspace. It is comparable; the
// zero value means no member.
type UserID struct{ id workato.CustomerID } // because both kinds of id are written in the same way

// User identifies a member by Workato's own id, which is positive: Member.ID.
func User(id int64) UserID { return UserID{workato.AccountID(id)} }

// ExternalUser identifies a member by your own id, exactly as it was given to
// Members.Add: no prefix, not escaped.
func ExternalUser(id string) UserID { return UserID{workato.ExternalID(id)} }

// Subject is the user of a token.
type Subject struct {
	// Customer is the workspace. If a customer has environments, it is the id of
	// the DEV, TEST or PROD one.
	Customer workato.CustomerID
	// User is the member whose role the session gets. The member must exist.
	// Without it the session is that of the workspace. Unverified: it presumably
	// has the rights of the owner, so leave it out only on purpose.
	User UserID
	// Origin is the origin of the page that embeds Workato, such as
	// https://app.example.com; "" stands for that of WithOrigin. It must be one
	// that is allow-listed at Workato.
	Origin string
}

// Issuer makes tokens: a Signer, a Rotator, or your own, such as one that calls
// the process with the key. It must be safe for concurrent use.
type Issuer interface {
	Token(ctx context.Context, who Subject) (workato.Secret, error)
}

// Signer makes direct-link tokens with one key. It is immutable, safe for
// concurrent use, and prints none of its content.
type Signer struct{ settings func() *settings }

// settings are in a closure, where no format verb, log or encoder can reach
// them.
type settings struct {
	vendorID string
	key      crypto.Signer
	public   *rsa.PublicKey
	origin   string
	expiry   time.Duration
	now      func() time.Time
}

// Option configures a Signer.
type Option func(*settings) error

// WithOrigin sets the origin claim of tokens whose Subject has none: scheme,
// host and port of the page that embeds Workato. Workato requires it if the
// whole app is embedded or several origins are allow-listed; without it the
// first of these is used.
func WithOrigin(origin string) Option {
	return func(s *settings) (err error) {
		s.origin, err = parseOrigin("WithOrigin", origin)
		return err
	}
}

// WithExpiry adds an exp claim, d after the time of issue and at least a
// second. Workato's list of claims has none: a token can be used once within 10
// minutes without it. Unverified: whether Workato checks the claim.
func WithExpiry(d time.Duration) Option {
	return func(s *settings) error {
		if d < time.Second {
			return invalid("WithExpiry", "must be a second or more, got %v", d)
		}
		s.expiry = d
		return nil
	}
}

// WithClock replaces time.Now, for tests. Workato compares the time of issue
// with its own clock, so the machine's clock must be right.
func WithClock(now func() time.Time) Option {
	return func(s *settings) error {
		if now == nil {
			return invalid("WithClock", "is nil")
		}
		s.now = now
		return nil
	}
}

// NewSigner returns a Signer for the Embedded vendor ID, which Workato returns
// when it gets the public key, and an RSA private key of at least 2048 bits:
// one of ParsePrivateKey, an *rsa.PrivateKey, or a crypto.Signer that calls a
// key management service, see the package documentation. It signs nothing yet.
//
// https://docs.workato.com/oem/jwt-direct-linking.html
func NewSigner(vendorID string, key crypto.Signer, opts ...Option) (*Signer, error) {
	s := &settings{vendorID: vendorID, key: key, now: time.Now}
	var errs []error
	if vendorID == "" || strings.ContainsFunc(vendorID, func(r rune) bool { return r <= ' ' || r == ':' || r == 0x7f }) || !utf8.ValidString(vendorID) {
		// The value stays out of the error: older pages call it a key.
		errs = append(errs, invalid("vendorID", "must be the Embedded vendor ID alone: not empty, no colon, no white space"))
	}
	public, err := checkKey(key)
	s.public = public
	errs = append(errs, err)
	for _, opt := range opts {
		errs = append(errs, opt(s))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return &Signer{func() *settings { return s }}, nil
}

// header is the same for all tokens: {"alg":"RS256","typ":"JWT"}.
const header = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9"

type claims struct {
	Subject  string `json:"sub"`
	IssuedAt int64  `json:"iat"`
	ID       string `json:"jti"`
	Origin   string `json:"origin,omitempty"`
	Expires  int64  `json:"exp,omitempty"`
}

// Token returns a new token for one use within 10 minutes. Make one for each
// page load, send it only to the user's browser, and store it nowhere: the
// first to use it gets the session. It prints as ***.
//
// It is an ErrInvalidArgument if the subject cannot be used. A key management
// service that fails, or that returns a signature of another kind than RS256, is
// an error of this call.
//
// https://docs.workato.com/oem/jwt-direct-linking.html
func (s *Signer) Token(ctx context.Context, who Subject) (workato.Secret, error) {
	var none workato.Secret
	if s == nil || s.settings == nil {
		return none, invalid("Signer", "is the zero value; use NewSigner")
	}
	if ctx == nil {
		return none, invalid("ctx", "is nil")
	}
	set := s.settings()
	subject, err := who.claim(set.vendorID)
	if err != nil {
		return none, err
	}
	now := set.now()
	c := claims{Subject: subject, IssuedAt: now.Unix(), ID: rand.Text(), Origin: set.origin}
	if who.Origin != "" {
		if c.Origin, err = parseOrigin("Origin", who.Origin); err != nil {
			return none, err
		}
	}
	if set.expiry > 0 {
		c.Expires = now.Add(set.expiry).Unix()
	}
	payload, err := json.Marshal(c)
	if err != nil {
		return none, err
	}
	token := header + "." + base64.RawURLEncoding.EncodeToString(payload)
	digest := sha256.Sum256([]byte(token))
	signature, err := signDigest(ctx, set.key, digest[:])
	if err != nil {
		return none, fmt.Errorf("workato: signing a direct-link token: %w", err)
	}
	if rsa.VerifyPKCS1v15(set.public, crypto.SHA256, digest[:], signature) != nil {
		return none, errors.New("workato: signing a direct-link token: the signature is not RS256 by the key that Public returned; " +
			"a key management service must use PKCS #1 v1.5 with SHA-256")
	}
	return workato.NewSecret(token + "." + base64.RawURLEncoding.EncodeToString(signature)), nil
}

// PublicKeyPEM returns the public key as PublicKeyPEM does.
func (s *Signer) PublicKeyPEM() (string, error) {
	if s == nil || s.settings == nil {
		return "", invalid("Signer", "is the zero value; use NewSigner")
	}
	return encodePublic(s.settings().public)
}

// claim returns the sub claim. Escaping the segments keeps the colons apart.
func (w Subject) claim(vendorID string) (string, error) {
	var errs []error
	if _, err := w.Customer.MarshalText(); err != nil { // which checks it
		errs = append(errs, err)
	}
	claim := vendorID + ":" + w.Customer.PathSegment()
	if w.User != (UserID{}) {
		if _, err := w.User.id.MarshalText(); err != nil {
			var arg *workato.ArgumentError
			if errors.As(err, &arg) {
				err = invalid("user", "%s", strings.ReplaceAll(arg.Problem, "account id", "id"))
			}
			errs = append(errs, err)
		}
		claim += ":" + w.User.id.PathSegment()
	}
	return claim, errors.Join(errs...)
}
