package workatotest

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/go-workato/workato/workatotest/internal/strictjson"
)

const (
	// ControlPath is the path of [Server.ControlHandler]. The real service has no
	// such path.
	ControlPath = "/_fake/"
	// ControlHeader has to be in every request to [Server.ControlHandler], with
	// any value. A web page cannot send it to another site.
	ControlHeader = "X-Fake-Control"
)

// ControlHandler returns an http.Handler for the paths below [ControlPath],
// with which a test in another language controls the server between requests:
// it reads, replaces and resets state and faults, triggers events, and reads
// the request log. GET /_fake/ lists all commands. Bodies are JSON and decoded
// strictly; an error names the field.
//
// A reset restores the state and the faults at the time of the call of
// ControlHandler.
//
// Anyone who reaches the handler controls the server, so it refuses what a
// browser can be made to send: requests without [ControlHeader], and requests
// of a web page. Serve it under names that no web site can have, such as
// localhost.
func (s *Server) ControlHandler() http.Handler {
	c := &control{Server: s, start: s.Snapshot()}
	for _, f := range s.Faults() {
		c.startFaults = append(c.startFaults, f.Fault)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		result, err := c.response(r)
		status := http.StatusOK
		if err != nil {
			refusal := refusalOf(err)
			status, result = refusal.status, refusal
			if refusal.allow != "" {
				w.Header().Set("Allow", refusal.allow)
			}
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.WriteHeader(status)
		_ = send(w, append(encodeJSON(result), '\n'))
	})
}

// control is a server with the state that a reset restores.
type control struct {
	*Server

	start       State
	startFaults []Fault
}

// controlRoute is a command of the control.
type controlRoute struct {
	method, name string
	// body and query show the parameters.
	body  string
	query string
	// does says in a few words what the command does.
	does string
	do   func(c *control, r *http.Request, body []byte) (any, error)
}

// refusal is an error as sent.
type refusal struct {
	status int
	allow  string

	Message string `json:"error"`
	// Field is the place in the body or the parameter that is wrong.
	Field string `json:"field,omitempty"`
}

func (r *refusal) Error() string { return r.Message }

// refusalOf makes an error of a body a refusal.
func refusalOf(err error) *refusal {
	var ready *refusal
	if errors.As(err, &ready) {
		return ready
	}
	made := &refusal{status: http.StatusBadRequest, Message: err.Error()}
	var at *strictjson.PlaceError
	if errors.As(err, &at) {
		made.Field = at.Place
	}
	return made
}

// response executes a request.
func (c *control) response(r *http.Request) (any, error) {
	if r.Header.Get(ControlHeader) == "" {
		return nil, &refusal{status: http.StatusForbidden, Message: "the header " + ControlHeader + " is missing"}
	}
	for _, name := range []string{"Origin", "Sec-Fetch-Site"} {
		if r.Header.Get(name) != "" {
			return nil, &refusal{status: http.StatusForbidden, Message: "the request has a header " + name + ": web pages have no control"}
		}
	}
	route, err := routeOfControl(r)
	if err != nil {
		return nil, err
	}
	for name, values := range r.URL.Query() {
		if !slices.Contains(strings.Fields(route.query), name) || len(values) > 1 && name != "operation" {
			return nil, &refusal{status: http.StatusBadRequest, Message: fmt.Sprintf("unknown or repeated parameter %q", name), Field: name}
		}
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxFile {
		return nil, &refusal{status: http.StatusRequestEntityTooLarge, Message: fmt.Sprintf("the body is larger than %d bytes", maxFile)}
	}
	if route.body == "" && strings.Trim(string(body), " \t\r\n{}") != "" {
		return nil, &refusal{status: http.StatusBadRequest, Message: fmt.Sprintf("%s %s takes no body", route.method, r.URL.Path)}
	}
	return route.do(c, r, body)
}

// done is the response without content.
var done = struct{}{}

// routeOfControl finds the route by method and path.
func routeOfControl(r *http.Request) (*controlRoute, error) {
	name := strings.TrimPrefix(r.URL.Path, ControlPath)
	var methods []string
	for _, route := range controlRoutes() {
		if route.name != name {
			continue
		}
		if route.method == r.Method {
			return &route, nil
		}
		methods = append(methods, route.method)
	}
	if methods != nil {
		allow := strings.Join(methods, ", ")
		return nil, &refusal{status: http.StatusMethodNotAllowed, allow: allow, Message: fmt.Sprintf("%s %s: the methods are %s", r.Method, r.URL.Path, allow)}
	}
	return nil, &refusal{status: http.StatusNotFound, Message: fmt.Sprintf("no such path %s; GET %s lists the paths", r.URL.Path, ControlPath)}
}

// controlRoutes are all routes, in the order in which they are listed.
func controlRoutes() []controlRoute {
	return slices.Concat([]controlRoute{
		{method: "GET", does: "this list", do: listControl},
		{method: "GET", name: "state", query: "customer", does: "the state, or one customer of it", do: readState},
		{method: "PUT", name: "state", body: "a state", does: "replace the state", do: replaceState},
		{method: "POST", name: "seed", body: "a state", does: "add to the state", do: seedState},
		{method: "POST", name: "reset", does: "reset everything: state, faults, request log, quotas, clock", do: resetAll},
		{method: "GET", name: "faults", does: "the faults and how many requests have met them", do: readFaults},
		{method: "POST", name: "faults", body: "an array of faults", does: "add faults", do: addFaults},
		{method: "DELETE", name: "faults", does: "remove all faults", do: clearFaults},
		{method: "GET", name: "requests", query: "operation", does: "the request log, or that of some operations", do: readRequests},
		{method: "DELETE", name: "requests", does: "empty the request log", do: clearRequests},
		{method: "GET", name: "problems", does: "what strict mode reports", do: readProblems},
		{method: "POST", name: "before", body: `{"on", "call", "do", "with"}`, does: "do one of the following before a request is handled", do: doBefore},
	}, eventRoutes())
}

func listControl(*control, *http.Request, []byte) (any, error) {
	var routes []object
	for _, route := range controlRoutes() {
		entry := object{"method": route.method, "path": ControlPath + route.name, "does": route.does}
		if route.body != "" {
			entry["body"] = route.body
		}
		if route.query != "" {
			entry["query"] = route.query
		}
		routes = append(routes, entry)
	}
	return object{"routes": routes}, nil
}

func readState(c *control, r *http.Request, _ []byte) (any, error) {
	if !r.URL.Query().Has("customer") {
		return c.Snapshot(), nil
	}
	var found Customer
	err := c.edit(r.URL.Query().Get("customer"), func(ws *Customer) (err error) {
		found, err = clone(*ws)
		return err
	})
	return found, err
}

func replaceState(c *control, _ *http.Request, body []byte) (any, error) {
	var state State
	if err := strictjson.Decode("body", body, &state); err != nil {
		return nil, err
	}
	return done, strictjson.Locate("body", body, c.Restore(state))
}

func seedState(c *control, _ *http.Request, body []byte) (any, error) {
	return done, c.SeedJSON("body", body)
}

func resetAll(c *control, _ *http.Request, _ []byte) (any, error) {
	c.Reset()
	if err := c.Restore(c.start); err != nil {
		return nil, err
	}
	c.Inject(c.startFaults...)
	return done, nil
}

func readFaults(c *control, _ *http.Request, _ []byte) (any, error) { return c.Faults(), nil }

func addFaults(c *control, _ *http.Request, body []byte) (any, error) {
	return done, c.InjectJSON("body", body)
}

func clearFaults(c *control, _ *http.Request, _ []byte) (any, error) {
	c.ClearFaults()
	return done, nil
}

func readRequests(c *control, r *http.Request, _ []byte) (any, error) {
	operations := r.URL.Query()["operation"]
	for _, name := range operations {
		known := name == storeDownload || slices.ContainsFunc(routes, func(r *route) bool { return r.op == name })
		if !known {
			return nil, &strictjson.PlaceError{Place: "operation", Problem: fmt.Sprintf("no such operation %q", name)}
		}
	}
	return orEmpty(c.Requests(operations...)), nil
}

func clearRequests(c *control, _ *http.Request, _ []byte) (any, error) {
	c.ForgetRequests()
	return done, nil
}

func readProblems(c *control, _ *http.Request, _ []byte) (any, error) {
	return orEmpty(c.Problems()), nil
}

// decodeControl decodes a body strictly. No body counts as an empty object, so
// that errors name the missing fields.
func decodeControl[T any](body []byte) (T, error) {
	var decoded T
	if strings.TrimSpace(string(body)) == "" {
		body = []byte("{}")
	}
	err := strictjson.Decode("body", body, &decoded)
	return decoded, err
}
