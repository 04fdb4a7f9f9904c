package embed

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/transport"
)

// Publish sends Workato a public key and returns the vendor ID of the response,
// or "" if it is not known. PublishWith makes one. It should not retry the
// request by itself, because a Rotator does. Errors of the client say what
// happened to the key; others count as a lost response, unless they are an
// ErrInvalidArgument.
type Publish func(ctx context.Context, publicKeyPEM string) (vendorID string, err error)

// PublishWith sends Workato a public key with Embedding.UpdateSigningKey. The
// client is one of the partner's own workspace.
func PublishWith(client *workato.Client) Publish {
	return func(ctx context.Context, publicKeyPEM string) (string, error) {
		params := &workato.EmbeddingUpdateSigningKeyParams{Key: publicKeyPEM}
		stored, err := client.Embedding.UpdateSigningKey(ctx, params, workato.WithoutRetry())
		if err != nil {
			return "", err
		}
		return stored.VendorID, nil
	}
}

// Times of a rotation.
const (
	defaultGrace = 2 * time.Second
	defaultHold  = 30 * time.Second
	minPause     = time.Second
	maxPause     = 30 * time.Second
)

// RotatorConfig configures a Rotator.
type RotatorConfig struct {
	// Signer has the key that Workato currently knows.
	Signer *Signer
	// Publish sends Workato another one.
	Publish Publish
	// Grace is how long issuing is held before the new key is sent, for browsers
	// to use the links that they have; 0 means 2 seconds.
	Grace time.Duration
	// Hold is the most that issuing is held in one rotation, Grace included; 0
	// means 30 seconds.
	Hold time.Duration
}

// Rotator is an Issuer whose key can be replaced while it is in use. Workato
// knows one key at a time: as soon as it has the new one, tokens of the old one
// are refused. So Rotate holds every call of Token while the new key is being
// sent, and then issues with the key that is valid.
//
// It knows only its own process; docs/embedding.md says what several processes
// need.
type Rotator struct {
	publish     Publish
	grace, hold time.Duration
	turn        chan struct{} // one rotation at a time
	sending     chan struct{} // one request at a time

	mu      sync.Mutex
	current *Signer
	held    chan struct{} // nil if issuing is not held; closed when it resumes
}

// NewRotator returns a Rotator that issues with the Signer of the configuration.
func NewRotator(config RotatorConfig) (*Rotator, error) {
	r := &Rotator{
		publish: config.Publish, grace: config.Grace, hold: config.Hold, current: config.Signer,
		turn: make(chan struct{}, 1), sending: make(chan struct{}, 1),
	}
	if r.hold == 0 {
		r.hold = max(defaultHold, r.grace)
	}
	if r.grace == 0 {
		r.grace = min(defaultGrace, r.hold)
	}
	var errs []error
	if r.current == nil || r.current.settings == nil {
		errs = append(errs, invalid("Signer", "is required"))
	}
	if r.publish == nil {
		errs = append(errs, invalid("Publish", "is required"))
	}
	if r.grace < 0 || r.hold < r.grace {
		errs = append(errs, invalid("Hold", "must be at least Grace, which must not be negative"))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return r, nil
}

// Token issues a token like Signer.Token. During a rotation it waits, at most for
// Hold and no longer than its context lasts.
func (r *Rotator) Token(ctx context.Context, who Subject) (workato.Secret, error) {
	if err := usable(ctx, r); err != nil {
		return workato.Secret{}, err
	}
	for {
		signer, held := r.state()
		if held != nil {
			select {
			case <-held:
				continue
			case <-ctx.Done():
				return workato.Secret{}, fmt.Errorf("workato: waiting for the rotation of the signing key: %w", transport.ContextError(ctx))
			}
		}
		token, err := signer.Token(ctx, who)
		// The result of a key that was replaced meanwhile is of no use.
		if now, held := r.state(); now == signer && (err != nil || held == nil) {
			return token, err
		}
	}
}

func (r *Rotator) state() (*Signer, chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.current, r.held
}

// Rotate sends Workato the public key of next, which has the same vendor ID,
// and issues with next from then on. Store the new private key before: if this
// process dies meanwhile, Workato may already expect it. One rotation runs at a
// time.
//
//   - It returns nil when Workato has accepted the key.
//   - A definite refusal (a 4xx, success: false, or nothing sent at all) is returned
//     as it is: the old key stays in use.
//   - Anything else, such as a lost response or a 5xx, leaves open which key Workato
//     has. The request only sets a value, so it is retried, with growing pauses,
//     until one of the above is known or ctx ends. The error is then an
//     ErrOutcomeUnknown, and the old key stays in use here. Call Rotate with the
//     same key again as soon as possible: users may meet refused links until then.
//
// Issuing is held for Hold at most; a rotation that takes longer continues
// while the old key issues again. Give ctx a deadline of a few minutes.
//
// https://docs.workato.com/oem/oem-api/jwt-direct-link-configurations.html
func (r *Rotator) Rotate(ctx context.Context, next *Signer) error {
	if err := usable(ctx, r); err != nil {
		return err
	}
	publicKey, err := next.PublicKeyPEM()
	if err != nil {
		return err
	}
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return notRotated(transport.ContextError(ctx))
	}
	vendorID := next.settings().vendorID
	if current, _ := r.state(); current.settings().vendorID != vendorID {
		return invalid("next", "has another vendor ID than the signer in use")
	}
	release := r.holdIssuing()
	defer release()
	if err := transport.Sleep(ctx, r.grace); err != nil {
		return notRotated(err)
	}
	var doubt error // the last reason why it is unknown which key Workato has
	for wait := minPause; ; wait = min(2*wait, maxPause) {
		stored, err := transport.Beside(ctx, func() (string, error) { return r.send(ctx, publicKey) })
		switch {
		case err == nil && stored != "" && stored != vendorID:
			return errors.New("workato: rotating the signing key: the key was stored for another vendor ID: " +
				"the credential belongs to another workspace")
		case err == nil:
			r.mu.Lock()
			r.current = next
			r.mu.Unlock()
			return nil
		case refused(err, doubt != nil):
			return notRotated(err)
		}
		doubt = err
		if err := transport.Sleep(ctx, wait); err != nil {
			return fmt.Errorf("workato: rotating the signing key: %w: %w: %w", workato.ErrOutcomeUnknown, err, doubt)
		}
	}
}

// send calls Publish, which may hang longer than its context and then be left
// behind: its key must not arrive after a later one.
func (r *Rotator) send(ctx context.Context, publicKey string) (vendorID string, err error) {
	select {
	case r.sending <- struct{}{}:
		defer func() { <-r.sending }()
		return r.publish(ctx, publicKey)
	case <-ctx.Done():
		return "", transport.ContextError(ctx)
	}
}

// usable refuses what no call can work with.
func usable(ctx context.Context, r *Rotator) error {
	switch {
	case ctx == nil:
		return invalid("ctx", "is nil")
	case r == nil || r.publish == nil:
		return invalid("Rotator", "is the zero value; use NewRotator")
	}
	return nil
}

// holdIssuing makes calls of Token wait until the function that it returns is
// called, or until Hold is over.
func (r *Rotator) holdIssuing() (release func()) {
	held := make(chan struct{})
	r.mu.Lock()
	r.held = held
	r.mu.Unlock()
	goOn := sync.OnceFunc(func() {
		r.mu.Lock()
		r.held = nil
		r.mu.Unlock()
		close(held)
	})
	timer := time.AfterFunc(r.hold, goOn)
	return func() {
		timer.Stop()
		goOn()
	}
}

// refused reports whether an error proves that Workato has not accepted the
// key. doubt says that an earlier request may have arrived: a refusal of this
// one for lack of permission then proves nothing, but that of the key itself
// does.
func refused(err error, doubt bool) bool {
	var call *workato.CallError
	if !errors.As(err, &call) {
		return !doubt && errors.Is(err, workato.ErrInvalidArgument)
	}
	var said *workato.APIError
	if !errors.As(call.Err, &said) {
		return !doubt && call.Attempts == 0
	}
	switch status := said.StatusCode; {
	case status >= http.StatusInternalServerError || status == http.StatusRequestTimeout:
		return false
	case status == http.StatusBadRequest || status == http.StatusUnprocessableEntity || said.Rejected:
		return true
	default:
		return status >= http.StatusBadRequest && !doubt && said.Attempts <= 1
	}
}

func notRotated(err error) error {
	return fmt.Errorf("workato: the signing key was not rotated: %w", err)
}
