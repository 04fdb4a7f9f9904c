package workatotest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// exchange is one request on its way through the fake.
type exchange struct {
	*Server
	req   *http.Request
	entry Request
	route *route
	args  map[string]string
	query url.Values
	fault *metFault
	due   []func(Request)
	store string
}

// reply is an encoded response and what happens to it on the wire.
type reply struct {
	status int
	header http.Header
	body   []byte
	wire   wire
	pause  time.Duration
}

// begin reads the head of a request and finds its operation and fault. The body
// has not been read yet.
func (s *Server) begin(req *http.Request, store string) *exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := &exchange{Server: s, req: req, store: store, query: req.URL.Query()}
	segments, ok := splitPath(req.URL.EscapedPath())
	if ok {
		x.route, x.args = match(req.Method, segments)
	}
	x.entry = s.log.head(req, x.query, x.route, x.args, s.now())
	x.fault = s.meet(x.entry, x.route)
	x.due = s.due(x.route)
	if x.route == nil {
		s.problem("unknown route %s %s", req.Method, req.URL.EscapedPath())
	}
	return x
}

// finish responds to a request whose body has been read.
func (x *exchange) finish(body []byte, tooLarge bool) *reply {
	for _, do := range x.due {
		entry := x.entry
		entry.Body = redactBody(body)
		do(entry)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.catchUp()
	r, done := x.fault.before()
	if !done {
		a := x.response(body, tooLarge)
		x.entry.Outcome = outcomeOf(a)
		r = x.encode(a)
		x.fault.after(&r)
	}
	x.manners(&r)
	x.entry.Status = r.status
	x.log.add(&x.entry, body, x.fault)
	if x.fault.is(Late) {
		x.later(body, tooLarge)
	}
	if x.options.onRequest != nil {
		x.options.onRequest(x.entry)
	}
	return &r
}

// response makes the checks that the real service makes before an operation,
// then calls the handler of the route.
func (x *exchange) response(raw []byte, tooLarge bool) response {
	if !x.authorised(x.req.Header, x.query) {
		return refuse(http.StatusUnauthorized, "Unauthorized")
	}
	if x.route == nil {
		return notFound()
	}
	if wait, over := x.overQuota(x.route.op); over {
		return tooMany(wait)
	}
	if tooLarge {
		return refuse(http.StatusRequestEntityTooLarge, "Request entity too large")
	}
	c := &call{
		Server: x.Server, route: x.route, args: x.args, query: x.query, raw: raw, kind: x.req.Header.Get("Content-Type"),
		ws: x.state.Own, store: x.store, fault: x.fault, entry: &x.entry,
	}
	if x.fault.is(RepeatPage) {
		c.turnBack()
	}
	if !x.route.own() {
		if c.ws = x.customer(x.args["customer"]); c.ws == nil {
			return notFound()
		}
	}
	if (x.req.Method != http.MethodGet || x.route.getBody) && !x.route.upload {
		body, err := decodeBody(c.kind, raw)
		if err != nil {
			return badRequest("Bad request")
		}
		c.body = stripWrapper(body, x.route.wrap)
	}
	if problem := c.checkFields(); problem != nil {
		return *problem
	}
	return x.route.handle(c)
}

// turnBack changes a request for a page into one for the previous page.
func (c *call) turnBack() {
	for _, name := range []string{"page", "page[number]"} {
		if page := c.id(name); page > 1 {
			c.query.Set(name, strconv.FormatInt(page-1, 10))
		}
	}
}

// checkFields refuses wrong types and missing parameters, and in strict mode
// those that the real service does not know, or that no source shows.
func (c *call) checkFields() *response {
	if problem := c.strictly(); problem != "" {
		c.problem("%s", problem)
		return refused(badRequest("workatotest: %s", problem))
	}
	for _, f := range c.route.fields {
		value, given := c.value(f.name)
		if problem := f.check(value); problem != "" {
			return refused(badRequest("%s", problem))
		}
		blank := value == nil || value == ""
		if f.required && blank || f.filled && given && blank {
			return refused(invalid(f.name, "can't be blank"))
		}
	}
	return nil
}

// strictly returns what strict mode refuses about the parameters, "" for
// nothing.
func (c *call) strictly() string {
	if !c.options.strict {
		return ""
	}
	for _, names := range []iter.Seq[string]{maps.Keys(c.query), maps.Keys(c.body)} {
		for name := range names {
			switch base := baseName(name); {
			case !c.route.knows(base):
				return fmt.Sprintf("%s does not know %q", c.route.op, name)
			case isGuess(c.route.op, base):
				return fmt.Sprintf("no source shows that %s knows %q", c.route.op, name)
			}
		}
	}
	return ""
}

func (r *route) knows(name string) bool {
	if name == "user_email" || name == "user_token" {
		return true
	}
	for _, f := range r.fields {
		if f.name == name {
			return true
		}
	}
	return false
}

// decodeBody reads a JSON object or a form. An empty body and null count as no
// parameters.
func decodeBody(contentType string, raw []byte) (object, error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return object{}, nil
	}
	if media, _, _ := mime.ParseMediaType(contentType); media == "application/x-www-form-urlencoded" && raw[0] != '{' {
		values, err := url.ParseQuery(string(raw))
		if err != nil {
			return nil, err
		}
		return formObject(values), nil
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var body object
	if err := decoder.Decode(&body); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("more than one JSON value")
	}
	return body, nil
}

// formObject turns name=x and outer[inner]=y into a JSON object.
func formObject(values url.Values) object {
	body := object{}
	for key, all := range values {
		outer, rest, nested := strings.Cut(key, "[")
		inner := strings.TrimSuffix(rest, "]")
		switch {
		case nested && inner == "":
			items := make([]any, len(all))
			for i, item := range all {
				items[i] = item
			}
			body[outer] = items
		case nested:
			child, _ := body[outer].(object)
			if child == nil {
				child = object{}
				body[outer] = child
			}
			child[inner] = all[len(all)-1]
		default:
			body[key] = all[len(all)-1]
		}
	}
	return body
}

// encode turns a response into bytes and the headers that describe them.
func (x *exchange) encode(a response) reply {
	r := reply{status: a.status, header: http.Header{}}
	switch {
	case a.file != nil:
		r.body = a.file
		r.header.Set("Content-Type", "application/zip")
	case a.body != nil:
		r.body = encodeJSON(a.body)
		r.header.Set("Content-Type", "application/json; charset=utf-8")
	}
	if a.location != "" {
		r.header.Set("Location", a.location)
	}
	if a.retryAfter != "" {
		r.header.Set("Retry-After", a.retryAfter)
	}
	return r
}

func encodeJSON(value any) []byte {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic("workatotest: response cannot be encoded: " + err.Error())
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))
}

// manners adds the headers that the real service sends with every response.
func (x *exchange) manners(r *reply) {
	id := sha256.Sum256(fmt.Appendf(nil, "request %d", x.entry.Number))
	requestID := hex.EncodeToString(id[:16])
	x.entry.RequestID = requestID
	sum := sha256.Sum256(r.body)
	for name, value := range map[string]string{
		"Cache-Control":     "no-cache, no-store",
		"Etag":              `W/"` + hex.EncodeToString(sum[:16]) + `"`,
		"Server":            "nginx",
		"X-Correlation-Id":  requestID,
		"X-Request-Id":      requestID,
		"X-Runtime":         "0.012345",
		"X-Workato-Version": "workatotest",
	} {
		if r.header.Get(name) == "" {
			r.header.Set(name, value)
		}
	}
}

// problem records something that strict mode reports.
func (s *Server) problem(format string, args ...any) {
	const most, longest = 100, 1000
	if len(s.problems) < most {
		text := fmt.Sprintf(format, args...)
		s.problems = append(s.problems, strings.Clone(text[:min(len(text), longest)]))
	}
}

// quietLog discards net/http's log about connections that faults have cut.
func quietLog() *log.Logger { return log.New(io.Discard, "", 0) }
