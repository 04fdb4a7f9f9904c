package embed_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/embed"
)

// door is a handler with a record of its calls.
type door struct {
	config embed.HandlerConfig
	visits int
	issued []workato.Secret
	errs   []error
}

func newDoor(t testing.TB) *door {
	t.Helper()
	d := new(door)
	signer := newSigner(t, keyA())
	d.config = embed.HandlerConfig{
		Site: must(embed.SiteOf(workato.RegionEU)),
		Issuer: issuerFunc(func(ctx context.Context, who embed.Subject) (workato.Secret, error) {
			token, err := signer.Token(ctx, who)
			d.issued = append(d.issued, token)
			return token, err
		}),
		Visit: func(*http.Request) (embed.Subject, embed.Page, error) {
			d.visits++
			return acme, must(embed.AppPage("/recipes/1")), nil
		},
		OnError: func(_ *http.Request, err error) { d.errs = append(d.errs, err) },
	}
	return d
}

func (d *door) ask(t testing.TB, build func(embed.HandlerConfig) (http.Handler, error), method string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	handler, err := build(d.config)
	require.NoError(t, err)
	r := httptest.NewRequest(method, "https://app.example.com/integrations?next=//evil.example", nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	require.Equal(t, "no-store", w.Header().Get("Cache-Control"), "of every response")
	require.Equal(t, "no-referrer", w.Header().Get("Referrer-Policy"), "of every response")
	return w
}

func TestHandlerRedirects(t *testing.T) {
	t.Parallel()
	for name, header := range map[string][]string{
		"old browser": nil,
		"iframe":      {"Sec-Fetch-Dest", "iframe", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Site", "same-origin"},
		"frame":       {"Sec-Fetch-Dest", "frame"},
		"new tab":     {"Sec-Fetch-Dest", "document", "Sec-Fetch-Site", "cross-site"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDoor(t)
			response := d.ask(t, embed.NewHandler, "GET", header...)
			require.Equal(t, 303, response.Code)
			require.Empty(t, response.Body.String())
			require.Len(t, d.issued, 1)
			open(t, d.issued[0], &keyA().PublicKey)
			require.Equal(t, "https://app.eu.workato.com/direct_link?workato_dl_path=%2Frecipes%2F1&workato_dl_token="+d.issued[0].Reveal(),
				response.Header().Get("Location"))
			response.Header().Del("Location")
			require.NotContains(t, fmt.Sprint(response.Header()), d.issued[0].Reveal())
			require.Empty(t, d.errs)
		})
	}
}

func TestHandlerMakesNoTokenInVain(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, method string
		header       []string
		status       int
		visits       int
	}{
		{"HEAD", "HEAD", nil, 204, 1},
		{"POST", "POST", nil, 405, 0},
		{"PUT", "PUT", nil, 405, 0},
		{"DELETE", "DELETE", nil, 405, 0},
		{"OPTIONS", "OPTIONS", nil, 405, 0},
		{"prefetch", "GET", []string{"Sec-Purpose", "prefetch"}, 503, 0},
		{"prefetch by a proxy", "GET", []string{"Sec-Purpose", "Prefetch;anonymous-client-ip"}, 503, 0},
		{"prerender", "GET", []string{"Sec-Purpose", "prefetch;prerender", "Sec-Fetch-Dest", "document"}, 503, 0},
		{"prefetch in two headers", "GET", []string{"Sec-Purpose", "x", "Sec-Purpose", "prefetch"}, 503, 0},
		{"prefetch of older browsers", "GET", []string{"Purpose", "prefetch"}, 503, 0},
		{"prefetch of Firefox", "GET", []string{"X-Moz", "prefetch"}, 503, 0},
		{"preview of Safari", "GET", []string{"X-Purpose", "preview"}, 503, 0},
		{"fetch", "GET", []string{"Sec-Fetch-Dest", "empty", "Sec-Fetch-Site", "cross-site"}, 403, 0},
		{"image", "GET", []string{"Sec-Fetch-Dest", "image"}, 403, 0},
		{"script", "GET", []string{"Sec-Fetch-Dest", "script"}, 403, 0},
		{"HEAD by a script", "HEAD", []string{"Sec-Fetch-Dest", "empty"}, 403, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDoor(t)
			response := d.ask(t, embed.NewHandler, tt.method, tt.header...)
			require.Equal(t, tt.status, response.Code)
			require.Empty(t, d.issued)
			require.Equal(t, tt.visits, d.visits)
			require.Empty(t, response.Header().Get("Location"))
			require.Equal(t, tt.status == 405, response.Header().Get("Allow") == "GET, HEAD")
		})
	}
}

// Errors are passed to OnError, and the browser sees only the status.
func TestHandlerErrors(t *testing.T) {
	t.Parallel()
	secret := errors.New("session store at 10.0.0.7: refused")
	visit := func(err error) func(*door) {
		return func(d *door) {
			d.config.Visit = func(*http.Request) (embed.Subject, embed.Page, error) { return acme, embed.Page{}, err }
		}
	}
	issue := func(token string, err error) func(*door) {
		return func(d *door) {
			d.config.Issuer = issuerFunc(func(context.Context, embed.Subject) (workato.Secret, error) {
				return workato.NewSecret(token), err
			})
		}
	}
	_, badPath := embed.AppPage("//evil.example")
	for _, tt := range []struct {
		name   string
		change func(*door)
		status int
		want   error
	}{
		{"denied", visit(fmt.Errorf("user 7: %w", embed.ErrDenied)), 403, embed.ErrDenied},
		{"a path that leads elsewhere", visit(badPath), 400, badPath},
		{"no session store", visit(secret), 500, secret},
		{"no customer", func(d *door) {
			d.config.Visit = func(*http.Request) (embed.Subject, embed.Page, error) { return embed.Subject{}, embed.Page{}, nil }
		}, 500, workato.ErrInvalidArgument},
		{"no key", issue("", secret), 503, secret},
		{"an issuer without a token", issue("", nil), 500, workato.ErrInvalidArgument},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, endpoint := range []struct {
				method string
				build  func(embed.HandlerConfig) (http.Handler, error)
			}{{"GET", embed.NewHandler}, {"POST", embed.NewTokenHandler}} {
				d := newDoor(t)
				tt.change(d)
				response := d.ask(t, endpoint.build, endpoint.method)
				require.Equal(t, tt.status, response.Code, endpoint.method)
				require.Equal(t, http.StatusText(tt.status)+"\n", response.Body.String())
				require.Empty(t, response.Header().Get("Location"))
				require.Len(t, d.errs, 1)
				require.ErrorIs(t, d.errs[0], tt.want)
			}
		})
	}
}

// Even a third-party issuer cannot lead elsewhere.
func TestHandlerEscapesForeignTokens(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.config.Issuer = issuerFunc(func(context.Context, embed.Subject) (workato.Secret, error) {
		return workato.NewSecret("x&workato_dl_path=//evil.example#\r\nSet-Cookie: a=b"), nil
	})
	u, err := url.Parse(d.ask(t, embed.NewHandler, "GET").Header().Get("Location"))
	require.NoError(t, err)
	require.Equal(t, "app.eu.workato.com", u.Host)
	require.Equal(t, []string{"/recipes/1"}, u.Query()["workato_dl_path"])
}

// A page in the request can only be a page of the app.
func TestNoOpenRedirect(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.config.Visit = func(r *http.Request) (embed.Subject, embed.Page, error) {
		page, err := embed.AppPage(r.FormValue("page"))
		return acme, page, err
	}
	handler := must(embed.NewHandler(d.config))
	for page, status := range map[string]int{
		"/recipes/1": 303, "/projects?page=2#x": 303, "//evil.example": 400, `/\evil.example`: 400, "https://evil.example": 400, "": 400,
		"/direct_link?workato_dl_token=of-somebody-else": 400,
	} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", "/?page="+url.QueryEscape(page), nil))
		require.Equal(t, status, w.Code, page)
		if location := w.Header().Get("Location"); status == 303 {
			require.True(t, strings.HasPrefix(location, "https://app.eu.workato.com/direct_link?"), location)
		} else {
			require.Empty(t, location)
			require.NotContains(t, w.Body.String(), "evil")
		}
	}
}

func TestTokenHandler(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	response := d.ask(t, embed.NewTokenHandler, "POST", "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Dest", "empty")
	require.Equal(t, 200, response.Code)
	require.Equal(t, "application/json", response.Header().Get("Content-Type"))
	require.JSONEq(t, `{"token":"`+d.issued[0].Reveal()+`"}`, response.Body.String())
	open(t, d.issued[0], &keyA().PublicKey)

	for _, method := range []string{"GET", "HEAD", "PUT", "OPTIONS"} {
		response = d.ask(t, embed.NewTokenHandler, method)
		require.Equal(t, 405, response.Code, method)
		require.Equal(t, "POST", response.Header().Get("Allow"))
	}
	require.Equal(t, 403, d.ask(t, embed.NewTokenHandler, "POST", "Sec-Fetch-Site", "cross-site").Code)
	require.Len(t, d.issued, 1)
	require.Equal(t, 1, d.visits)
}

func TestHandlerConfigs(t *testing.T) {
	t.Parallel()
	_, err := embed.NewHandler(embed.HandlerConfig{})
	for _, field := range []string{"Site", "Issuer", "Visit", "OnError"} {
		require.ErrorContains(t, err, "workato: "+field+": is required")
	}
	_, err = embed.NewTokenHandler(embed.HandlerConfig{})
	require.ErrorIs(t, err, workato.ErrInvalidArgument)
	require.NotContains(t, err.Error(), "Site", "there is no link to make")
	config := newDoor(t).config
	config.Site = embed.Site{}
	_, err = embed.NewTokenHandler(config)
	require.NoError(t, err)
}

// The path of a real browser: over a real server, whose log has no tokens, to a
// fake of Workato, which sees no Referer.
func TestHandlerOverHTTP(t *testing.T) {
	t.Parallel()
	var seen *http.Request
	app := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = r }))
	defer app.Close()
	d := newDoor(t)
	d.config.Site = must(embed.SiteAt(app.URL))
	var logged bytes.Buffer
	server := httptest.NewUnstartedServer(must(embed.NewHandler(d.config)))
	server.Config.ErrorLog = log.New(&logged, "", 0)
	server.Start()
	defer server.Close()

	client := server.Client()
	client.Jar = must(cookiejar.New(nil))
	for range 2 {
		response, err := client.Get(server.URL + "/integrations")
		require.NoError(t, err)
		response.Body.Close()
		require.Equal(t, 200, response.StatusCode)
		require.Equal(t, "/direct_link", seen.URL.Path)
		require.Equal(t, "/recipes/1", seen.URL.Query().Get("workato_dl_path"))
		open(t, workato.NewSecret(seen.URL.Query().Get("workato_dl_token")), &keyA().PublicKey)
	}
	require.Len(t, d.issued, 2)
	require.False(t, d.issued[0].Equal(d.issued[1]))
	require.Empty(t, logged.String())
}
