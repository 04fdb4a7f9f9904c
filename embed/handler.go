package embed

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/go-workato/workato"
)

// ErrDenied is what Visit returns for a user who may not see the page. The
// browser gets 403.
var ErrDenied = errors.New("access denied")

// HandlerConfig configures the handlers.
type HandlerConfig struct {
	// Site is the target of links. NewTokenHandler does not need it.
	Site Site
	// Issuer makes the tokens: a Signer, or a Rotator.
	Issuer Issuer
	// Visit returns who sent a request, from your session, and the requested page.
	// Never take the customer or the user from the request itself: anyone could
	// then choose a workspace. NewTokenHandler does not use the page.
	//
	// An error refuses the user: ErrDenied with 403, an ErrInvalidArgument such as
	// that of AppPage with 400, any other with 500.
	Visit func(r *http.Request) (Subject, Page, error)
	// OnError is called for each error of Visit and of the Issuer, to log it. The
	// browser sees only the status. No error holds a token.
	OnError func(r *http.Request, err error)
}

func (c *HandlerConfig) check() error {
	var errs []error
	for _, field := range []struct {
		name    string
		missing bool
	}{{"Issuer", c.Issuer == nil}, {"Visit", c.Visit == nil}, {"OnError", c.OnError == nil}} {
		if field.missing {
			errs = append(errs, invalid(field.name, "is required"))
		}
	}
	return errors.Join(errs...)
}

// NewHandler returns the handler that an iframe or a link of your pages points
// to: it calls Visit and responds with a redirect, 303, to a fresh link. Put it
// behind your own sign-in.
//
// The link is only in the Location header; the response has no body, must not
// be stored, and sends no Referer. It leads only to the Site, whatever the
// request holds.
//
// A token can be used once, so none is made for anything but a page load: 405
// for methods other than GET and HEAD, 204 for HEAD, 503 for a prefetch (the
// browser sends a new request when the user goes there), and 403 for a request
// of a script, an image and the like, by Sec-Fetch-Dest. 503 also says that the
// Issuer has failed.
func NewHandler(config HandlerConfig) (http.Handler, error) {
	err := config.check()
	if config.Site == (Site{}) {
		err = errors.Join(err, invalid("Site", "is required"))
	}
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		private(w)
		switch dest := r.Header.Get("Sec-Fetch-Dest"); {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			refuse(w, http.StatusMethodNotAllowed)
		case prefetch(r.Header):
			refuse(w, http.StatusServiceUnavailable)
		case dest != "" && dest != "document" && dest != "iframe" && dest != "frame":
			refuse(w, http.StatusForbidden)
		default:
			config.redirect(w, r)
		}
	}), nil
}

func (c *HandlerConfig) redirect(w http.ResponseWriter, r *http.Request) {
	who, page, ok := c.visit(w, r)
	if !ok {
		return
	}
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	token, ok := c.issue(w, r, who)
	if !ok {
		return
	}
	link, err := c.Site.Link(page, token)
	if err != nil {
		c.fail(w, r, err, http.StatusInternalServerError)
		return
	}
	// Not http.Redirect, which also writes the link into a body.
	w.Header().Set("Location", link.Reveal())
	w.WriteHeader(http.StatusSeeOther)
}

// NewTokenHandler returns the handler for pages that build the link themselves,
// with generateIFrameUrl of Workato's client script: it responds to a POST with
// {"token": "..."}, which must not be stored. Put it behind your own sign-in,
// and prefer NewHandler where you can: a script of the page never sees that
// token.
//
// Other methods get 405, requests of other sites 403 (by Sec-Fetch-Site), failures
// the statuses of NewHandler.
func NewTokenHandler(config HandlerConfig) (http.Handler, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		private(w)
		switch {
		case r.Method != http.MethodPost:
			w.Header().Set("Allow", "POST")
			refuse(w, http.StatusMethodNotAllowed)
		case r.Header.Get("Sec-Fetch-Site") == "cross-site":
			refuse(w, http.StatusForbidden)
		default:
			config.answerToken(w, r)
		}
	}), nil
}

func (c *HandlerConfig) answerToken(w http.ResponseWriter, r *http.Request) {
	who, _, ok := c.visit(w, r)
	if !ok {
		return
	}
	token, ok := c.issue(w, r, who)
	if !ok {
		return
	}
	body, err := json.Marshal(map[string]string{"token": token.Reveal()})
	if err != nil {
		c.fail(w, r, err, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(body)
}

// visit calls Visit, and responds to the request if that is an error.
func (c *HandlerConfig) visit(w http.ResponseWriter, r *http.Request) (who Subject, page Page, ok bool) {
	who, page, err := c.Visit(r)
	switch {
	case errors.Is(err, ErrDenied):
		c.fail(w, r, err, http.StatusForbidden)
	case errors.Is(err, workato.ErrInvalidArgument): // the user requested an impossible page
		c.fail(w, r, err, http.StatusBadRequest)
	case err != nil:
		c.fail(w, r, err, http.StatusInternalServerError)
	}
	return who, page, err == nil
}

// issue calls the Issuer, and responds to the request if that is an error.
func (c *HandlerConfig) issue(w http.ResponseWriter, r *http.Request, who Subject) (token workato.Secret, ok bool) {
	token, err := c.Issuer.Token(r.Context(), who)
	if err == nil && token.IsZero() {
		err = invalid("Issuer", "has returned no token")
	}
	switch {
	case errors.Is(err, workato.ErrInvalidArgument): // a mistake in the program
		c.fail(w, r, err, http.StatusInternalServerError)
	case err != nil:
		c.fail(w, r, err, http.StatusServiceUnavailable)
	}
	return token, err == nil
}

// private keeps a response out of caches and its address out of other requests.
func private(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
}

// prefetch reports whether a browser fetches in advance. The headers are those
// of current and of older browsers.
func prefetch(header http.Header) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		value := strings.ToLower(strings.Join(header.Values(name), ","))
		if strings.Contains(value, "prefetch") || strings.Contains(value, "prerender") || strings.Contains(value, "preview") {
			return true
		}
	}
	return false
}

func (c *HandlerConfig) fail(w http.ResponseWriter, r *http.Request, err error, status int) {
	c.OnError(r, err)
	refuse(w, status)
}

func refuse(w http.ResponseWriter, status int) { http.Error(w, http.StatusText(status), status) }
