package embed

import (
	"net"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-workato/workato"
)

// Site is the web app of a data centre or of a private host. It is comparable;
// the zero value is refused.
type Site struct{ origin string }

// SiteOf returns the web app of a data centre, which is that of your workspace.
func SiteOf(region workato.Region) (Site, error) {
	origin := region.AppURL()
	if origin == "" {
		return Site{}, invalid("region", "unknown region %q; for a private host use SiteAt", string(region))
	}
	return Site{origin}, nil
}

// SiteAt returns the web app of a private host: https, a host and perhaps a
// port. Plain http is for loopback addresses, in tests.
func SiteAt(baseURL string) (Site, error) {
	origin, err := parseOrigin("baseURL", baseURL)
	if err != nil {
		return Site{}, err
	}
	if u, err := url.Parse(origin); err != nil || u.Scheme != "https" && !loopback(u.Hostname()) {
		return Site{}, invalid("baseURL", "must begin with https://, for whoever reads the link on its way can use it")
	}
	return Site{origin}, nil
}

// Origin returns scheme, host and port, which event.origin of a message from
// the iframe must equal.
func (s Site) Origin() string { return s.origin }

// Link returns the URL that opens a page with a token. Use it for one page load
// of one browser, as the src of an iframe or in a new tab, and never in a file,
// a log or an e-mail. It prints as ***; Reveal returns it.
//
// https://docs.workato.com/oem/jwt-direct-linking.html
func (s Site) Link(page Page, token workato.Secret) (workato.Secret, error) {
	var none workato.Secret
	switch {
	case s.origin == "":
		return none, invalid("Site", "is the zero value; use SiteOf or SiteAt")
	case token.IsZero():
		return none, invalid("token", "is empty")
	}
	link := s.origin + "/direct_link"
	last := "workato_dl_token=" + url.QueryEscape(token.Reveal())
	switch {
	case !page.widget:
		link += "?workato_dl_path=" + url.QueryEscape(page.String()) + "&" + last
	case page.query != "":
		link += page.path + "?" + page.query + "&" + last + page.fragment
	default:
		link += page.path + "?" + last + page.fragment
	}
	return workato.NewSecret(link), nil
}

// Page is a page of Workato's web app. It is comparable; the zero value is the
// first page. Unverified: that the path / leads there.
type Page struct {
	path, query, fragment string // as in a URL; the fragment with its #
	widget                bool
}

// String returns path, query and fragment, without a token.
func (p Page) String() string {
	s := p.path
	if s == "" {
		s = "/"
	}
	if p.query != "" {
		s += "?" + p.query
	}
	return s + p.fragment
}

// AppPage is a page by its path in the app, as in the address bar, with an
// optional query and fragment: /recipes/1, /projects?page=2. It may come from a
// browser's request: a path that could lead to another host, or that has a
// token of its own and so could sign the user in as someone else, is an
// ErrInvalidArgument.
func AppPage(path string) (Page, error) { return parsePage(path, false) }

// ConnectionWidget is the page that shows a single connection, for an iframe.
//
// https://docs.workato.com/oem/embedded-connections.html
func ConnectionWidget(connectionID int64) (Page, error) {
	if connectionID <= 0 {
		return Page{}, invalid("connectionID", "must be a positive id, got %d", connectionID)
	}
	return Page{path: "/embedded/connections/" + strconv.FormatInt(connectionID, 10), widget: true}, nil
}

// WidgetPage is any other widget, by the path that Workato gave you. The link
// has the form of that of a connection: /direct_link, the path, the token.
// Unverified: the widgets for recipes and for dynamic field mapping exist, but
// no public page shows their paths. The path is checked like that of AppPage.
func WidgetPage(path string) (Page, error) { return parsePage(path, true) }

func parsePage(path string, widget bool) (Page, error) {
	u, problem := checkPath(path)
	if problem != "" {
		return Page{}, invalid("path", "%s", problem)
	}
	page := Page{path: u.EscapedPath(), query: escapeQuery(u.RawQuery), widget: widget}
	if u.Fragment != "" {
		page.fragment = "#" + u.EscapedFragment()
	}
	return page, nil
}

// checkPath returns what is wrong with a path, "" for nothing. It does not
// quote the path, which may come from anywhere.
func checkPath(path string) (u *url.URL, problem string) {
	whole, err := url.QueryUnescape(path)
	switch {
	case err != nil:
		return nil, "holds a % that begins no escape"
	case !strings.HasPrefix(path, "/"):
		return nil, "must begin with a slash, and name neither a scheme nor a host"
	case !utf8.ValidString(whole):
		return nil, "is not valid UTF-8"
	case strings.ContainsFunc(path, control):
		return nil, "holds a control character"
	case strings.Contains(strings.ToLower(whole), "workato_dl_"):
		return nil, "has a parameter of direct links"
	}
	if u, err = url.Parse(path); err != nil {
		return nil, "is not a path"
	}
	// The path as a server may read it when it decodes before it resolves.
	plain := u.Path
	switch {
	case strings.HasPrefix(path, "//") || strings.HasPrefix(plain, "//"):
		return nil, "must not name a host"
	case strings.Contains(plain, `\`):
		return nil, "holds a backslash, which browsers take for a slash"
	case strings.ContainsFunc(plain, control):
		return nil, "holds a control character"
	case strings.HasPrefix(strings.ToLower(plain), "/direct_link"):
		return nil, "is a direct link already"
	}
	for segment := range strings.SplitSeq(plain, "/") {
		if name, _, _ := strings.Cut(segment, ";"); name == "." || name == ".." {
			return nil, "holds a dot segment"
		}
	}
	return u, ""
}

func control(r rune) bool { return r < ' ' || r == 0x7f }

// escapeQuery escapes what a browser may leave as it is in the address bar, and a
// header cannot hold.
func escapeQuery(query string) string {
	var b strings.Builder
	for i := range len(query) {
		if c := query[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			b.WriteString(url.QueryEscape(string([]byte{c})))
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// parseOrigin returns scheme://host[:port] as a browser writes it: in lower
// case, without the default port of the scheme.
func parseOrigin(field, s string) (string, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil: // the text of the error repeats the URL, which may hold a password
		return "", invalid(field, "is not a URL; it is scheme, host and port, such as https://app.example.com")
	case u.Scheme != "https" && u.Scheme != "http":
		return "", invalid(field, "must begin with https:// or http://")
	case u.User != nil:
		return "", invalid(field, "must not hold a user or password")
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.ForceQuery || strings.Contains(s, "#"):
		return "", invalid(field, "must end after the host and port: no path, no query, no fragment")
	case !validHost(u.Hostname()):
		return "", invalid(field, "has no usable host: letters, digits, dots and hyphens, other scripts in their xn-- form")
	case strings.HasSuffix(u.Host, ":") || !validPort(u.Port()):
		return "", invalid(field, "has an invalid port")
	}
	host, port := strings.ToLower(u.Hostname()), strings.TrimLeft(u.Port(), "0")
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port != "" && (u.Scheme != "https" || port != "443") && (u.Scheme != "http" || port != "80") {
		host += ":" + port
	}
	return u.Scheme + "://" + host, nil
}

func validHost(host string) bool {
	if strings.Contains(host, ":") {
		return net.ParseIP(host) != nil
	}
	outside := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '-' && r != '_'
	}
	return strings.Trim(host, ".") == host && host != "" && !strings.ContainsFunc(host, outside)
}

func validPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
