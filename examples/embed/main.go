// Embed is the backend of a partner's page that shows Workato to its users, in
// one program: a handler that redirects a signed-in user to a fresh direct
// link, and a browser that requests it, once signed in and once not.
//
//	go run ./examples/embed
//
// It needs no account: key and users are made up, and a fake in this process
// replaces Workato. The only request is the one that sends the fake the public
// key.
package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"strings"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/embed"
	"github.com/go-workato/workato/workatotest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "embed:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	fake := workatotest.NewServer()
	defer fake.Close()
	client, err := fake.NewClient()
	if err != nil {
		return err
	}
	signer, err := newSigner(ctx, client)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "1. Workato knows the public key; the vendor ID is known here.")

	handler, err := newHandler(signer, slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{ReplaceAttr: withoutTime})))
	if err != nil {
		return err
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	fmt.Fprintln(out, `2. The page has <iframe src="/integrations?page=/recipes"></iframe>.`)

	for i, visit := range []struct{ who, session, path string }{
		{"Ada, who is signed in", "session-of-ada", "/integrations?page=/recipes"},
		{"Ada, who reloads the page", "session-of-ada", "/integrations?page=/recipes"},
		{"somebody who is not signed in", "", "/integrations?page=/recipes"},
		{"Ada, by a link that somebody has sent her", "session-of-ada", "/integrations?page=//evil.example"},
	} {
		fmt.Fprintf(out, "%d. %s:\n", i+3, visit.who)
		response, err := browse(ctx, server.URL+visit.path, visit.session)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "   %s\n", response)
	}
	return nil
}

// newSigner makes a pair of keys, which you do once, with openssl or in a key
// management service, and sends Workato the public one.
func newSigner(ctx context.Context, client *workato.Client) (*embed.Signer, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	public, err := embed.PublicKeyPEM(key)
	if err != nil {
		return nil, err
	}
	stored, err := client.Embedding.UpdateSigningKey(ctx, &workato.EmbeddingUpdateSigningKeyParams{Key: public})
	if err != nil {
		return nil, err
	}
	return embed.NewSigner(stored.VendorID, key, embed.WithOrigin("https://app.example.com"))
}

// account is what the partner's own sign-in knows about a user.
type account struct{ company, user string }

var sessions = map[string]account{"session-of-ada": {"acme/eu", "ada@acme.example"}}

func newHandler(issuer embed.Issuer, logger *slog.Logger) (http.Handler, error) {
	site, err := embed.SiteOf(workato.RegionEU)
	if err != nil {
		return nil, err
	}
	return embed.NewHandler(embed.HandlerConfig{
		Site:   site,
		Issuer: issuer,
		Visit: func(r *http.Request) (embed.Subject, embed.Page, error) {
			cookie, err := r.Cookie("session")
			if err != nil {
				return embed.Subject{}, embed.Page{}, fmt.Errorf("%w: no session", embed.ErrDenied)
			}
			known, ok := sessions[cookie.Value]
			if !ok {
				return embed.Subject{}, embed.Page{}, fmt.Errorf("%w: unknown session", embed.ErrDenied)
			}
			// The user comes from the session; the page may come from the request.
			page, err := embed.AppPage(r.URL.Query().Get("page"))
			return embed.Subject{Customer: workato.ExternalID(known.company), User: embed.ExternalUser(known.user)}, page, err
		},
		OnError: func(r *http.Request, err error) {
			logger.WarnContext(r.Context(), "no link to Workato", "error", err)
		},
	})
}

// browse makes a browser's request, and returns the result with the token
// masked.
func browse(ctx context.Context, url, session string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	request.Header.Set("Sec-Fetch-Dest", "iframe")
	if session != "" {
		request.AddCookie(&http.Cookie{Name: "session", Value: session}) //nolint:gosec // of a request: attributes are for responses
	}
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := browser.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusSeeOther {
		return response.Status, nil
	}
	link, token, found := strings.Cut(response.Header.Get("Location"), "workato_dl_token=")
	if !found || token == "" {
		return "", errors.New("the redirect carries no token")
	}
	return response.Status + " to " + link + "workato_dl_token=***", nil
}

func withoutTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}
