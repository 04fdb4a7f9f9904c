package embed_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/embed"
	"github.com/go-workato/workato/workatotest"
)

func refusal(status int) error { return &workato.APIError{StatusCode: status, Attempts: 1} }

func lost(attempts int) error {
	return &workato.CallError{Attempts: attempts, Err: errors.New("connection reset")}
}

func TestRotationOutcomes(t *testing.T) {
	t.Parallel()
	keyB()
	rejected := &workato.APIError{StatusCode: 200, Rejected: true, Attempts: 1}
	for _, tt := range []struct {
		name    string
		answers []answer
		calls   int
		want    error // nil: rotated
	}{
		{"stored", nil, 1, nil},
		{"stored, vendor not told", []answer{{stores: true}}, 1, nil},
		{"refused key", []answer{{err: refusal(400)}}, 1, workato.ErrBadRequest},
		{"refused key, 422", []answer{{err: refusal(422)}}, 1, workato.ErrUnprocessable},
		{"refused with 200", []answer{{err: rejected}}, 1, workato.ErrRejected},
		{"refused credential", []answer{{err: refusal(401)}}, 1, workato.ErrUnauthorized},
		{"too many requests", []answer{{err: refusal(429)}}, 1, workato.ErrRateLimited},
		{"wrapped refusal", []answer{{err: fmt.Errorf("vault: %w", refusal(403))}}, 1, workato.ErrForbidden},
		{"never sent", []answer{{err: &workato.CallError{Err: workato.ErrLimiter}}}, 1, workato.ErrLimiter},
		{"refused argument", []answer{{err: &workato.ArgumentError{Field: "key"}}}, 1, workato.ErrInvalidArgument},
		{"response lost, stored", []answer{{stores: true, err: lost(1)}}, 2, nil},
		{"response lost, not stored", []answer{{err: lost(1)}}, 2, nil},
		{"server error", []answer{{err: refusal(503)}, {stores: true, err: refusal(500)}}, 3, nil},
		{"server error that says success: false", []answer{{err: &workato.APIError{StatusCode: 500, Rejected: true}}}, 2, nil},
		{"an error of somebody else's", []answer{{stores: true, err: errors.New("?")}}, 2, nil},
		{"time-out of the service", []answer{{err: refusal(408)}}, 2, nil},
		{"HTML with 200", []answer{{stores: true, err: &workato.APIError{StatusCode: 200, Attempts: 1}}}, 2, nil},
		{
			"refused by a later attempt of one call",
			[]answer{{stores: true, err: &workato.APIError{StatusCode: 401, Attempts: 2}}},
			2, nil,
		},
		{
			"a lost response, then no permission: unknown",
			[]answer{{stores: true, err: lost(1)}, {err: refusal(401)}, {err: refusal(429)}, {err: &workato.CallError{Err: workato.ErrLimiter}}},
			5, nil,
		},
		{
			"a lost response, then a refused key: it was never stored",
			[]answer{{err: lost(1)}, {err: refusal(400)}},
			2, workato.ErrBadRequest,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &service{answers: tt.answers}
				r := newRotator(t, s)
				err := r.Rotate(t.Context(), newSigner(t, keyB()))
				require.ErrorIs(t, err, tt.want)
				if tt.want != nil {
					require.ErrorContains(t, err, "was not rotated")
					require.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
				}
				require.Equal(t, tt.calls, s.count())
				require.Equal(t, tt.want == nil, keyB().PublicKey.Equal(s.key()))
				requireGood(t, r, s)
			})
		})
	}
}

// The client's errors are understood: the Rotator concludes what the fake
// really did.
func TestPublishWith(t *testing.T) {
	t.Parallel()
	keyB()
	for _, tt := range []struct {
		name  string
		fault workatotest.Fault
		calls int
		want  error
	}{
		{"works", workatotest.Fault{}, 1, nil},
		{"response lost", workatotest.Fault{Do: workatotest.ResetAfter}, 2, nil},
		{"request lost", workatotest.Fault{Do: workatotest.ResetBefore}, 2, nil},
		{"no connection", workatotest.Fault{Do: workatotest.ConnectRefused}, 2, nil},
		{"cut off", workatotest.Fault{Do: workatotest.CutOff}, 2, nil},
		{"no body", workatotest.Fault{Do: workatotest.Empty}, 2, nil},
		{"nothing for longer than an attempt", workatotest.Fault{Do: workatotest.HangAfter}, 2, nil},
		{"too many requests", workatotest.Fault{Do: workatotest.RateLimit, RetryAfter: 1}, 1, workato.ErrRateLimited},
		{"HTML", workatotest.Fault{Do: workatotest.HTMLAfter}, 2, nil},
		{"refused", workatotest.Fault{Do: workatotest.Respond, Status: 401}, 1, workato.ErrUnauthorized},
		{"server error", workatotest.Fault{Do: workatotest.Respond, Status: 503}, 2, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fake := workatotest.New(t)
				if tt.fault.Do != "" {
					tt.fault.On = "embedding.update_signing_key"
					fake.Inject(tt.fault)
				}

				r, err := embed.NewRotator(embed.RotatorConfig{
					Signer: must(embed.NewSigner("fake-vendor", keyA())), Publish: embed.PublishWith(fake.Client(t)),
				})
				require.NoError(t, err)
				require.ErrorIs(t, r.Rotate(t.Context(), must(embed.NewSigner("fake-vendor", keyB()))), tt.want)
				fake.AssertCalls(t, "embedding.update_signing_key", tt.calls)
				key := &keyB().PublicKey
				if tt.want != nil {
					key = &keyA().PublicKey
				}
				open(t, must(r.Token(t.Context(), acme)), key)
			})
		})
	}
}

// A Publish that hangs holds no rotation longer than its context.
func TestHangingPublish(t *testing.T) {
	t.Parallel()
	keyB()
	synctest.Test(t, func(t *testing.T) {
		goOn := make(chan struct{})
		var calls atomic.Int32
		s := &service{}
		r := newRotator(t, s, func(c *embed.RotatorConfig) {
			c.Publish = func(context.Context, string) (string, error) {
				calls.Add(1)
				<-goOn
				return "vendor1", nil
			}
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		err := r.Rotate(ctx, newSigner(t, keyB()))
		require.ErrorIs(t, err, workato.ErrOutcomeUnknown)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, time.Minute, time.Since(start))
		requireGood(t, r, s)

		// Whatever it still sends comes before the next key.
		ctx, cancel = context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		require.ErrorIs(t, r.Rotate(ctx, newSigner(t, keyB())), workato.ErrOutcomeUnknown)
		require.EqualValues(t, 1, calls.Load())
		close(goOn)
		require.NoError(t, r.Rotate(t.Context(), newSigner(t, keyB())))
		require.EqualValues(t, 2, calls.Load())
	})
}

func TestRotatorRefuses(t *testing.T) {
	t.Parallel()
	next := newSigner(t, keyB())
	for _, r := range []*embed.Rotator{nil, {}} {
		_, err := r.Token(t.Context(), acme)
		requireArgument(t, err, "Rotator", "zero value")
		requireArgument(t, r.Rotate(t.Context(), next), "Rotator", "zero value")
	}
	r := newRotator(t, &service{})
	_, err := r.Token(nil, acme) //nolint:staticcheck // that is what is refused
	requireArgument(t, err, "ctx", "is nil")
	requireArgument(t, r.Rotate(nil, next), "ctx", "is nil") //nolint:staticcheck // as above
}
