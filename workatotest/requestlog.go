package workatotest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Request is an entry of the request log. Credentials are replaced by
// "[redacted]": in headers, query and body every value whose name says
// token, secret or password, the values of a connection's input and those
// of properties.
type Request struct {
	// Number counts the requests of a server from 1.
	Number int       `json:"number"`
	Time   time.Time `json:"time"`
	// Operation is the name in workato.Operations, "connections.list"; a name
	// that begins with "own." for the routes of the partner's own workspace
	// that have none; "store.download"; empty for an unknown route.
	Operation string `json:"operation"`
	Method    string `json:"method"`
	// Path is the path as it was sent, with its escapes.
	Path   string      `json:"path"`
	Query  url.Values  `json:"query"`
	Header http.Header `json:"header"`
	// Body is the redacted JSON text, or "[12 bytes]" for anything else and for
	// texts of more than 64 KiB.
	Body string `json:"body,omitempty"`
	// Customer is the customer in the path: "1001" or "Eacme".
	Customer string `json:"customer,omitempty"`
	// Status is the status of the response, 0 if none was sent.
	Status int `json:"status"`
	// Outcome is what the response means if it is not a success, also with a
	// success status: "refused: ..." for a recipe that was not started, "failed:
	// ..." for an import with an error, "authorization failed: ..." for
	// credentials that were not accepted.
	Outcome string `json:"outcome,omitempty"`
	// Fault is the kind of fault that the request met, empty for none.
	Fault FaultKind `json:"fault,omitempty"`
	// RequestID is the X-Request-Id of the response.
	RequestID string `json:"request_id"`
	// Note is a note of the fake about the request, such as what an import only
	// kept.
	Note string `json:"note,omitempty"`
}

// JSON decodes the body, nil if it is not a JSON object.
func (r Request) JSON() map[string]any {
	var body map[string]any
	_ = json.Unmarshal([]byte(r.Body), &body)
	return body
}

// String is a line for a log: method, path, status, fault.
func (r Request) String() string {
	line := fmt.Sprintf("%s %s", r.Method, r.Path)
	if query := r.Query.Encode(); query != "" {
		line += "?" + query
	}
	line += fmt.Sprintf(" -> %d", r.Status)
	if r.Fault != "" {
		line += fmt.Sprintf(" [%s]", r.Fault)
	}
	if r.Note != "" {
		line += " (" + r.Note + ")"
	}
	return line
}

const (
	redacted = "[redacted]"
	// maxLogged is the number of requests that are kept.
	maxLogged = 10_000
	// maxLoggedBody is the longest body text that is kept.
	maxLoggedBody = 64 << 10
	// maxLogBytes bounds the log as a whole: headers and paths can be long.
	maxLogBytes = 64 << 20
)

// requestLog keeps the last requests.
type requestLog struct {
	count   int
	bytes   int
	entries []*Request
}

// head starts an entry with the head of a request.
func (l *requestLog) head(req *http.Request, query url.Values, r *route, args map[string]string, now time.Time) Request {
	l.count++
	entry := Request{
		Number: l.count,
		Time:   now,
		Method: req.Method,
		Path:   req.URL.EscapedPath(),
		Query:  url.Values{},
		Header: req.Header.Clone(),
	}
	for name, values := range query {
		if isSecret(baseName(name)) {
			values = []string{redacted}
		}
		entry.Query[name] = slices.Clone(values)
	}
	for _, name := range []string{"Authorization", "X-User-Token", "Cookie", "Proxy-Authorization"} {
		if entry.Header[name] != nil {
			entry.Header.Set(name, redacted)
		}
	}
	if r != nil {
		entry.Operation = r.op
		entry.Customer = args["customer"]
	}
	return entry
}

func (l *requestLog) add(entry *Request, body []byte, fault *metFault) {
	entry.Body = redactBody(body)
	if fault != nil {
		entry.Fault = fault.Do
	}
	kept := *entry
	l.entries = append(l.entries, &kept)
	l.bytes += sizeOf(&kept)
	gone := 0
	for len(l.entries)-gone > maxLogged || l.bytes > maxLogBytes {
		l.bytes -= sizeOf(l.entries[gone])
		gone++
	}
	l.entries = slices.Delete(l.entries, 0, gone)
}

// sizeOf is the approximate size of an entry in memory.
func sizeOf(entry *Request) int {
	const fixed = 512
	size := fixed + len(entry.Path) + len(entry.Body) + len(entry.Outcome) + len(entry.Note)
	for _, set := range []map[string][]string{entry.Query, entry.Header} {
		for name, values := range set {
			size += len(name)
			for _, value := range values {
				size += len(value)
			}
		}
	}
	return size
}

// redactBody returns a JSON body without its secrets. Anything but JSON is
// shown only as its size.
func redactBody(body []byte) string {
	if len(body) == 0 {
		return ""
	}
	var value any
	if len(body) > maxLoggedBody || json.Unmarshal(body, &value) != nil {
		return fmt.Sprintf("[%d bytes]", len(body))
	}
	return string(encodeJSON(redactValue(value, false)))
}

func redactValue(value any, secret bool) any {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			v[key] = redactValue(inner, secret || isSecret(key))
		}
		return v
	case []any:
		for i, inner := range v {
			v[i] = redactValue(inner, secret)
		}
		return v
	case nil:
		return nil
	}
	if secret {
		return redacted
	}
	return value
}

func isSecret(key string) bool {
	key = strings.ToLower(key)
	return key == "input" || key == "properties" ||
		strings.Contains(key, "token") || strings.Contains(key, "secret") || strings.Contains(key, "password")
}

// Requests returns the requests so far, the oldest first: the last ten
// thousand, or as many as 64 MiB hold. With operations it returns only theirs.
func (s *Server) Requests(operations ...string) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Request
	for _, entry := range s.log.entries {
		if len(operations) == 0 || slices.Contains(operations, entry.Operation) {
			found = append(found, *entry)
		}
	}
	return found
}

// ForgetRequests empties the request log, for a test that ignores the requests
// of its preparation.
func (s *Server) ForgetRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.entries, s.log.bytes = nil, 0
}
