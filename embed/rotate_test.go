package embed_test

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/embed"
)

// service knows one key at a time, like Workato.
type service struct {
	mu      sync.Mutex
	known   *rsa.PublicKey
	calls   int
	answers []answer // in turn; then it stores and says so
}

// answer is the response to one request.
type answer struct {
	stores bool          // the key is stored
	takes  time.Duration // before it is, and again before the response
	vendor string
	err    error
}

func (s *service) publish(ctx context.Context, text string) (string, error) {
	a := answer{stores: true, vendor: "vendor1"}
	s.mu.Lock()
	if s.calls < len(s.answers) {
		a = s.answers[s.calls]
	}
	s.calls++
	s.mu.Unlock()
	time.Sleep(a.takes)
	if a.stores {
		block, _ := pem.Decode([]byte(text))
		key := must(x509.ParsePKIXPublicKey(block.Bytes))
		s.mu.Lock()
		s.known, _ = key.(*rsa.PublicKey)
		s.mu.Unlock()
	}
	time.Sleep(a.takes)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	return a.vendor, a.err
}

func (s *service) key() *rsa.PublicKey {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known
}

func (s *service) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

func newRotator(t testing.TB, s *service, change ...func(*embed.RotatorConfig)) *embed.Rotator {
	t.Helper()
	s.known = &keyA().PublicKey
	config := embed.RotatorConfig{Signer: newSigner(t, keyA()), Publish: s.publish}
	for _, f := range change {
		f(&config)
	}
	r, err := embed.NewRotator(config)
	require.NoError(t, err)
	return r
}

// requireGood fails unless the service takes a token of now.
func requireGood(t testing.TB, r *embed.Rotator, s *service) {
	t.Helper()
	token, err := r.Token(t.Context(), acme)
	require.NoError(t, err)
	open(t, token, s.key())
}

// Many handlers issue while the key changes: each token is valid at the moment
// when it is returned.
func TestRotation(t *testing.T) {
	t.Parallel()
	keyB()
	synctest.Test(t, func(t *testing.T) {
		s := &service{answers: []answer{{stores: true, takes: 20 * time.Millisecond, vendor: "vendor1"}}}
		// Signing takes longer than a rotation, so that it ends in each part of one.
		slow := remote{&keyA().PublicKey, func(digest []byte) ([]byte, error) {
			time.Sleep(70 * time.Millisecond)
			return remoteOf(keyA()).sign(digest)
		}}
		r := newRotator(t, s, func(c *embed.RotatorConfig) {
			c.Signer, c.Grace = newSigner(t, slow), time.Millisecond
		})
		stop := make(chan struct{})
		var group sync.WaitGroup
		var before, after int
		var mu sync.Mutex
		for i := range 5 {
			group.Go(func() {
				time.Sleep(time.Duration(i) * 24 * time.Millisecond)
				for {
					select {
					case <-stop:
						return
					case <-time.After(50 * time.Millisecond):
					}
					token, err := r.Token(t.Context(), acme)
					known := s.key()
					if err == nil {
						_, err = tryOpen(token, known)
					}
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					if known == &keyA().PublicKey {
						before++
					} else {
						after++
					}
					mu.Unlock()
				}
			})
		}
		time.Sleep(time.Second)
		require.NoError(t, r.Rotate(t.Context(), newSigner(t, keyB())))
		require.True(t, keyB().PublicKey.Equal(s.key()))
		time.Sleep(time.Second)
		close(stop)
		group.Wait()
		require.Greater(t, before, 20)
		require.Greater(t, after, 20)
		require.Equal(t, 1, s.count())
	})
}

// Issued links get their time before the old key ends.
func TestRotationWaitsForLinks(t *testing.T) {
	t.Parallel()
	keyB()
	synctest.Test(t, func(t *testing.T) {
		s := new(service)
		r := newRotator(t, s)
		start := time.Now()
		var group sync.WaitGroup
		group.Go(func() { require.NoError(t, r.Rotate(t.Context(), newSigner(t, keyB()))) })
		synctest.Wait()
		require.Zero(t, s.count(), "the grace runs")
		requireGood(t, r, s)
		require.Equal(t, 2*time.Second, time.Since(start))
		group.Wait()
		require.True(t, keyB().PublicKey.Equal(s.key()))
	})
}

// While it is unknown which key the service has, the request is retried: with
// pauses, and until the context ends. Calls of Token wait for Hold, not longer.
func TestRotationWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	keyB()
	synctest.Test(t, func(t *testing.T) {
		down := make([]answer, 1000)
		for i := range down {
			down[i] = answer{stores: true, err: lost(1)}
		}
		s := &service{answers: down}
		r := newRotator(t, s)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		start := time.Now()
		var waited time.Duration
		var group sync.WaitGroup
		group.Go(func() {
			time.Sleep(time.Second)
			token, err := r.Token(t.Context(), acme)
			require.NoError(t, err)
			open(t, token, &keyA().PublicKey)
			waited = time.Since(start)
		})
		err := r.Rotate(ctx, newSigner(t, keyB()))
		require.ErrorIs(t, err, workato.ErrOutcomeUnknown)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "connection reset")
		require.Equal(t, 5*time.Minute, time.Since(start))
		require.InDelta(t, 14, s.count(), 1, "pauses grow to 30 s: the family has 60 requests a minute")
		group.Wait()
		require.Equal(t, 30*time.Second, waited)

		// The same key once more, as soon as the service is back.
		s.answers = nil
		require.NoError(t, r.Rotate(t.Context(), newSigner(t, keyB())))
		requireGood(t, r, s)
	})
}

// A rotation that succeeds after Hold still switches.
func TestRotationBeyondHold(t *testing.T) {
	t.Parallel()
	keyB()
	synctest.Test(t, func(t *testing.T) {
		s := &service{answers: []answer{{takes: time.Minute, err: lost(1)}, {stores: true}}}
		r := newRotator(t, s, func(c *embed.RotatorConfig) { c.Hold = 5 * time.Second })
		require.NoError(t, r.Rotate(t.Context(), newSigner(t, keyB())))
		requireGood(t, r, s)
	})
}

func TestRotationIsCutShort(t *testing.T) {
	t.Parallel()
	keyB()
	synctest.Test(t, func(t *testing.T) {
		s := &service{answers: []answer{{stores: true, takes: 10 * time.Second}}}
		r := newRotator(t, s)

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := r.Rotate(ctx, newSigner(t, keyB()))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NotErrorIs(t, err, workato.ErrOutcomeUnknown, "nothing was sent")
		require.Zero(t, s.count())
		requireGood(t, r, s)

		ctx, cancel = context.WithTimeout(t.Context(), 4*time.Second)
		defer cancel()
		require.ErrorIs(t, r.Rotate(ctx, newSigner(t, keyB())), workato.ErrOutcomeUnknown)
		require.Equal(t, 1, s.count())

		// One that waits for its turn.
		var group sync.WaitGroup
		group.Go(func() { require.NoError(t, r.Rotate(t.Context(), newSigner(t, keyB()))) })
		synctest.Wait()
		ctx, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, r.Rotate(ctx, newSigner(t, keyA())), context.DeadlineExceeded)
		group.Wait()
		requireGood(t, r, s)
	})
}

// A handler whose user has left does not wait for the rotation.
func TestWaitingForARotationEnds(t *testing.T) {
	t.Parallel()
	keyB()
	synctest.Test(t, func(t *testing.T) {
		s := &service{answers: []answer{{stores: true, takes: 5 * time.Second}}}
		r := newRotator(t, s)
		var group sync.WaitGroup
		group.Go(func() { require.NoError(t, r.Rotate(t.Context(), newSigner(t, keyB()))) })
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := r.Token(ctx, acme)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "rotation of the signing key")
		require.Equal(t, time.Second, time.Since(start))
		group.Wait()
	})
}

// A key management service may refuse the old key as soon as the new one is in
// use. Earlier requests get a token of the new one.
func TestTokenOfAKeyThatEnds(t *testing.T) {
	t.Parallel()
	keyB()
	synctest.Test(t, func(t *testing.T) {
		s := new(service)
		old := remote{&keyA().PublicKey, func([]byte) ([]byte, error) {
			time.Sleep(10 * time.Second)
			return nil, errors.New("key is disabled")
		}}
		r := newRotator(t, s, func(c *embed.RotatorConfig) { c.Signer = newSigner(t, old) })
		var group sync.WaitGroup
		group.Go(func() { requireGood(t, r, s) })
		synctest.Wait()
		require.NoError(t, r.Rotate(t.Context(), newSigner(t, keyB())))
		group.Wait()
	})
}

// A panic of Publish does not block issuing.
func TestRotationPanics(t *testing.T) {
	t.Parallel()
	keyB()
	synctest.Test(t, func(t *testing.T) {
		s := new(service)
		r := newRotator(t, s, func(c *embed.RotatorConfig) {
			c.Publish = func(context.Context, string) (string, error) { panic("publish") }
		})
		require.PanicsWithValue(t, "publish", func() { _ = r.Rotate(t.Context(), newSigner(t, keyB())) })
		requireGood(t, r, s)
	})
}

func TestRotationForAnotherVendor(t *testing.T) {
	t.Parallel()
	keyB()
	synctest.Test(t, func(t *testing.T) {
		s := &service{answers: []answer{{vendor: "vendor2"}}}
		r := newRotator(t, s)
		other := must(embed.NewSigner("vendor2", keyB()))
		requireArgument(t, r.Rotate(t.Context(), other), "next", "another vendor ID")
		require.Zero(t, s.count())

		err := r.Rotate(t.Context(), newSigner(t, keyB()))
		require.ErrorContains(t, err, "another workspace")
		require.NotContains(t, err.Error(), "vendor2")
		requireGood(t, r, s)
		for _, zero := range []*embed.Signer{nil, {}} {
			requireArgument(t, r.Rotate(t.Context(), zero), "Signer", "zero value")
		}
	})
}

func TestRotatorConfigs(t *testing.T) {
	t.Parallel()
	_, err := embed.NewRotator(embed.RotatorConfig{Grace: -1})
	for _, field := range []string{"Signer", "Publish", "Hold"} {
		require.ErrorContains(t, err, "workato: "+field+": ")
	}
	good := embed.RotatorConfig{Signer: newSigner(t, keyA()), Publish: new(service).publish}
	for _, tt := range []struct {
		grace, hold time.Duration
		ok          bool
	}{{0, 0, true}, {time.Hour, 0, true}, {0, time.Second, true}, {time.Second, time.Second, true}, {2, 1, false}, {0, -1, false}} {
		good.Grace, good.Hold = tt.grace, tt.hold
		_, err := embed.NewRotator(good)
		require.Equal(t, tt.ok, err == nil, "%+v: %v", tt, err)
	}
}
