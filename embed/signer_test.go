package embed_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/embed"
)

// printed is a value in every verb, log and encoding that may hold it.
func printed(v any) []string {
	var text, coded bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("", "v", v)  //nolint:sloglint // a test without a context
	slog.New(slog.NewJSONHandler(&coded, nil)).Info("", "v", v) //nolint:sloglint // a test without a context
	data, _ := json.Marshal(v)                                  // what it cannot encode, it does not show
	return []string{
		fmt.Sprint(v), fmt.Sprintf("%+v", v), fmt.Sprintf("%#v", v), fmt.Sprintf("%x", v), text.String(), coded.String(), string(data),
	}
}

func TestToken(t *testing.T) {
	t.Parallel()
	account := workato.AccountID(98178)
	for _, tt := range []struct {
		name string
		opts []embed.Option
		who  embed.Subject
		want map[string]any
	}{
		{"workspace by id", nil, embed.Subject{Customer: account}, map[string]any{"sub": "vendor1:98178"}},
		{"user by id", nil, embed.Subject{Customer: account, User: embed.User(303)}, map[string]any{"sub": "vendor1:98178:303"}},
		{
			"external ids with a colon", nil,
			embed.Subject{Customer: workato.ExternalID("AM10:XV303"), User: embed.ExternalUser("u:1")},
			map[string]any{"sub": "vendor1:EAM10%3AXV303:Eu%3A1"},
		},
		{
			"external ids of any characters", nil,
			embed.Subject{Customer: workato.ExternalID("Zürich/1.2 %"), User: embed.ExternalUser("a+b@example.com")},
			map[string]any{"sub": "vendor1:EZ%C3%BCrich%2F1%2E2%20%25:Ea%2Bb%40example%2Ecom"},
		},
		{
			"external ids of digits", nil,
			embed.Subject{Customer: workato.ExternalID("98178"), User: embed.ExternalUser("303")},
			map[string]any{"sub": "vendor1:E98178:E303"},
		},
		{
			"origin", nil,
			embed.Subject{Customer: account, Origin: "https://App.Example.com:443/"},
			map[string]any{"sub": "vendor1:98178", "origin": "https://app.example.com"},
		},
		{
			"origin of the signer",
			[]embed.Option{embed.WithOrigin("http://localhost:3000")},
			embed.Subject{Customer: account},
			map[string]any{"sub": "vendor1:98178", "origin": "http://localhost:3000"},
		},
		{
			"origin before that of the signer",
			[]embed.Option{embed.WithOrigin("https://a.example.com")},
			embed.Subject{Customer: account, Origin: "https://b.example.com:8443"},
			map[string]any{"sub": "vendor1:98178", "origin": "https://b.example.com:8443"},
		},
		{
			"expiry",
			[]embed.Option{embed.WithExpiry(5 * time.Minute)},
			embed.Subject{Customer: account},
			map[string]any{"sub": "vendor1:98178", "exp": float64(1700000300)},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			clock := embed.WithClock(func() time.Time { return time.Unix(1700000000, 999) })
			token, err := newSigner(t, keyA(), append(tt.opts, clock)...).Token(t.Context(), tt.who)
			require.NoError(t, err)
			got := open(t, token, &keyA().PublicKey)
			require.Equal(t, map[string]any{"alg": "RS256", "typ": "JWT"}, got.header)
			require.NotEmpty(t, got.claims["jti"])
			delete(got.claims, "jti")
			tt.want["iat"] = float64(1700000000)
			require.Equal(t, tt.want, got.claims)
		})
	}
}

func TestTokenIsOfNow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Hour)
		token := must(newSigner(t, keyA()).Token(t.Context(), acme))
		require.InDelta(t, time.Now().Unix(), open(t, token, &keyA().PublicKey).claims["iat"], 0)
	})
}

func TestTokensAreUnique(t *testing.T) {
	t.Parallel()
	signer := newSigner(t, keyA())
	var mu sync.Mutex
	seen := map[any]bool{}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 10 {
				token, err := signer.Token(t.Context(), acme)
				if err != nil {
					t.Error(err)
					return
				}
				o, err := tryOpen(token, &keyA().PublicKey)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				seen[o.claims["jti"]] = true
				mu.Unlock()
			}
		})
	}
	group.Wait()
	require.Len(t, seen, 80)
}

func TestTokenRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, field, want string
		who               embed.Subject
	}{
		{"no customer", "customer", "zero CustomerID", embed.Subject{User: embed.User(1)}},
		{"customer zero", "customer", "must be positive", embed.Subject{Customer: workato.AccountID(0)}},
		{"customer empty", "customer", "is empty", embed.Subject{Customer: workato.ExternalID("")}},
		{"customer not UTF-8", "customer", "UTF-8", embed.Subject{Customer: workato.ExternalID("\xff")}},
		{"user negative", "user", "id must be positive, got -1", embed.Subject{Customer: acme.Customer, User: embed.User(-1)}},
		{"user zero", "user", "must be positive", embed.Subject{Customer: acme.Customer, User: embed.User(0)}},
		{"user empty", "user", "is empty", embed.Subject{Customer: acme.Customer, User: embed.ExternalUser("")}},
		{"user not UTF-8", "user", "UTF-8", embed.Subject{Customer: acme.Customer, User: embed.ExternalUser("a\xff")}},
		{"origin", "Origin", "must end after the host", embed.Subject{Customer: acme.Customer, Origin: "https://a.example.com/path"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			token, err := newSigner(t, keyA()).Token(t.Context(), tt.who)
			requireArgument(t, err, tt.field, tt.want)
			require.True(t, token.IsZero())
		})
	}
	for _, zero := range []*embed.Signer{nil, {}} {
		_, err := zero.Token(t.Context(), acme)
		requireArgument(t, err, "Signer", "zero value")
	}
}

func TestNewSignerRefuses(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", "a:b", "a b", "a\n", "a\x7f", "a\xff"} {
		_, err := embed.NewSigner(id, keyA())
		requireArgument(t, err, "vendorID", "Embedded vendor ID")
	}
	_, err := embed.NewSigner("", ec(), embed.WithExpiry(time.Millisecond), embed.WithClock(nil), embed.WithOrigin("null"))
	for _, field := range []string{"vendorID", "key", "WithExpiry", "WithClock", "WithOrigin"} {
		require.ErrorContains(t, err, "workato: "+field+": ", "all errors are reported at once")
	}
}

func TestOrigins(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://app.example.com":         "https://app.example.com",
		"HTTPS://APP.Example.COM/":        "https://app.example.com",
		"https://app.example.com:443":     "https://app.example.com",
		"https://app.example.com:80":      "https://app.example.com:80",
		"http://127.0.0.1:80":             "http://127.0.0.1",
		"http://[::1]:3000":               "http://[::1]:3000",
		"https://xn--zrich-kva.example":   "https://xn--zrich-kva.example",
		"https://a.example.com/p":         "",
		"https://a.example.com//":         "",
		"https://a.example.com?q":         "",
		"https://a.example.com?":          "",
		"https://a.example.com#":          "",
		"https://a.example.com#f":         "",
		"https://u:pass-word@a.example":   "",
		"https://a.example.com:0":         "",
		"https://a.example.com:65536":     "",
		"https://a.example.com:":          "",
		"https://":                        "",
		"https://:443":                    "",
		"https://zürich.example":          "",
		"https://a.example.com\\.evil":    "",
		"https://a example.com":           "",
		"https://a.example.com.":          "",
		"https://a.example.com:0443":      "https://a.example.com",
		"https://a.example.com:08443":     "https://a.example.com:8443",
		"https://*.example.com":           "",
		"https://[::1":                    "",
		"https://[fe80::1%25en0]":         "",
		"https://a%2eexample.com":         "",
		"//a.example.com":                 "",
		"a.example.com":                   "",
		"wss://a.example.com":             "",
		"javascript:alert(1)":             "",
		"null":                            "",
		" https://a.example.com":          "",
		"https://a.example.com\r\nX: y":   "",
		"https://a.example.com\t":         "",
		"https:a.example.com":             "",
		"https:///a.example.com":          "",
		"https://a.example.com,b.example": "",
	} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			token, err := newSigner(t, keyA()).Token(t.Context(), embed.Subject{Customer: acme.Customer, Origin: in})
			if want == "" {
				requireArgument(t, err, "Origin", "")
				require.NotContains(t, err.Error(), "pass-word")
				return
			}
			require.NoError(t, err)
			require.Equal(t, want, open(t, token, &keyA().PublicKey).claims["origin"])
		})
	}
}

func TestKeyManagementServices(t *testing.T) {
	t.Parallel()
	down := errors.New("key service: unavailable")
	for _, tt := range []struct {
		name string
		sign func([]byte) ([]byte, error)
		want string
	}{
		{"works", remoteOf(keyA()).sign, ""},
		{"is down", func([]byte) ([]byte, error) { return nil, down }, "unavailable"},
		{"signs with another key", remoteOf(keyB()).sign, "not RS256 by the key"},
		{"signs nothing", func([]byte) ([]byte, error) { return nil, nil }, "not RS256 by the key"},
		{"signs PSS", func(digest []byte) ([]byte, error) {
			return rsa.SignPSS(rand.Reader, keyA(), crypto.SHA256, digest, nil)
		}, "not RS256 by the key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			token, err := newSigner(t, remote{&keyA().PublicKey, tt.sign}).Token(t.Context(), acme)
			if tt.want == "" {
				require.NoError(t, err)
				open(t, token, &keyA().PublicKey)
				return
			}
			require.ErrorContains(t, err, tt.want)
			require.True(t, token.IsZero())
			require.Equal(t, tt.name == "is down", errors.Is(err, down))
		})
	}
}

// A key management service that hangs blocks no call longer than the context.
func TestHangingKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		goOn := make(chan struct{})
		signer := newSigner(t, remote{&keyA().PublicKey, func([]byte) ([]byte, error) {
			<-goOn
			return nil, nil
		}})
		cause := errors.New("the user has left")
		ctx, cancel := context.WithTimeoutCause(t.Context(), 3*time.Second, cause)
		defer cancel()
		start := time.Now()
		_, err := signer.Token(ctx, acme)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, cause)
		require.Equal(t, 3*time.Second, time.Since(start))
		close(goOn)
	})
}

// What the service returns when nobody waits any more disturbs nobody: the race
// detector sees to it.
func TestKeyThatIsTooLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for range 20 {
			goOn := make(chan struct{})
			signer := newSigner(t, remote{&keyA().PublicKey, func([]byte) ([]byte, error) {
				<-goOn
				return []byte("late"), nil
			}})
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				cancel()
				close(goOn)
			}()
			token, err := signer.Token(ctx, acme)
			require.Error(t, err)
			require.True(t, token.IsZero())
			synctest.Wait()
		}
	})
}

func TestEndedContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, key := range []crypto.Signer{keyA(), remoteOf(keyA())} {
		_, err := newSigner(t, key).Token(ctx, acme)
		require.ErrorIs(t, err, context.Canceled)
		_, err = newSigner(t, key).Token(nil, acme) //nolint:staticcheck // that is what is refused
		requireArgument(t, err, "ctx", "is nil")
	}
}

// A panic of the adapter occurs where net/http can catch it.
func TestPanickingKey(t *testing.T) {
	t.Parallel()
	signer := newSigner(t, remote{&keyA().PublicKey, func([]byte) ([]byte, error) { panic("adapter") }})
	require.PanicsWithValue(t, "adapter", func() { _, _ = signer.Token(t.Context(), acme) })
}

// The parts of the claim stay separate with any ids.
func FuzzSubject(f *testing.F) {
	f.Add("AM10:XV303", "u")
	f.Add("a%3Ab", "E:")
	f.Add("ü/..", "\x00")
	signer := newSigner(f, keyA())
	f.Fuzz(func(t *testing.T, customer, user string) {
		token, err := signer.Token(t.Context(), embed.Subject{Customer: workato.ExternalID(customer), User: embed.ExternalUser(user)})
		if err != nil {
			require.ErrorIs(t, err, workato.ErrInvalidArgument)
			return
		}
		sub, ok := open(t, token, &keyA().PublicKey).claims["sub"].(string)
		require.True(t, ok)
		parts := strings.Split(sub, ":")
		require.Len(t, parts, 3)
		require.Equal(t, []string{"vendor1", "E" + customer, "E" + user}, []string{parts[0], unescape(t, parts[1]), unescape(t, parts[2])})
	})
}
