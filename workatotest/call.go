package workatotest

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// object is a JSON object of a request or a response.
type object = map[string]any

// call is a request that has been matched to a route, with its parameters.
type call struct {
	*Server
	route *route
	args  map[string]string
	query url.Values
	body  object
	raw   []byte
	kind  string // the Content-Type
	// ws is the workspace that the path names, the partner's own if it names none.
	ws *Customer
	// store is the origin of download links.
	store string
	fault *metFault
	// entry is the entry for the request log.
	entry *Request
}

// response is what a handler wants to send: a response before it is encoded.
type response struct {
	status int
	// body is encoded as JSON; nil sends no body at all.
	body any
	// file is sent as it is, instead of a body.
	file []byte
	// location is the target of a redirect.
	location string
	// retryAfter is sent with a 429.
	retryAfter string
}

func ok(body any) response { return response{status: http.StatusOK, body: body} }

func success() response { return ok(object{"success": true}) }

func refuse(status int, message string) response {
	return response{status: status, body: object{"message": message}}
}

// refused is for helpers that return nil if they have nothing to refuse.
func refused(a response) *response { return &a }

func notFound() response { return refuse(http.StatusNotFound, "Not found") }

func badRequest(format string, args ...any) response {
	return refuse(http.StatusBadRequest, fmt.Sprintf(format, args...))
}

// invalid refuses a value that breaks a rule of the service.
func invalid(field, problem string) response {
	return response{status: http.StatusBadRequest, body: object{
		"message": fmt.Sprintf("Validation failed: %s %s", field, problem),
		"errors":  object{field: []string{problem}},
	}}
}

// list is a list in the envelope of the route.
func (c *call) list(items []object) response { return c.listWith(items, nil) }

func (c *call) listWith(items []object, extra object) response {
	if items == nil {
		items = []object{}
	}
	if c.route.envelope == "-" {
		return ok(items)
	}
	body := object{cmp.Or(c.route.envelope, "result"): items}
	maps.Copy(body, extra)
	return ok(body)
}

// paged returns a page of the items. A per_page above the maximum is lowered to
// it, and page 0 of a list that counts from 1 is its first one: a published
// tool starts there.
func paged[T any](c *call, items []T, first, size, largest int) (page []T, extra object) {
	number, given := c.number("page")
	if !given {
		number = int64(first)
	}
	if number == 0 {
		number = int64(first)
	}
	per, given := c.number("per_page")
	if !given || per <= 0 {
		per = int64(size)
	}
	per = min(per, int64(largest))
	extra = object{"count": len(items), "page": number, "per_page": per}
	skip := (number - int64(first)) * per
	if skip < 0 || skip >= int64(len(items)) {
		return nil, extra
	}
	return items[skip:min(skip+per, int64(len(items)))], extra
}

// value finds a parameter in the body or in the query: the service merges the
// two. Parameters in the body of a GET are ignored.
func (c *call) value(name string) (value any, given bool) {
	if value, given = c.body[name]; given {
		return value, true
	}
	if values, inQuery := c.query[name]; inQuery {
		return values[len(values)-1], true
	}
	return nil, false
}

// text is a parameter as text, "" if it is absent or null.
func (c *call) text(name string) string {
	value, _ := c.value(name)
	return toText(value)
}

// number is an integer parameter; empty and null ones count as absent.
func (c *call) number(name string) (n int64, given bool) {
	value, _ := c.value(name)
	if value == "" {
		return 0, false
	}
	return toInt(value)
}

// id is an integer parameter, 0 if absent.
func (c *call) id(name string) int64 {
	n, _ := c.number(name)
	return n
}

func (c *call) flag(name string) bool {
	value, _ := c.value(name)
	set, _ := toBool(value)
	return set
}

// words is an array parameter of strings, in a body or as name[]=... in a
// query.
func (c *call) words(name string) []string {
	if items, isArray := c.body[name].([]any); isArray {
		words := make([]string, len(items))
		for i, item := range items {
			words[i] = toText(item)
		}
		return words
	}
	if values := c.query[name+"[]"]; values != nil {
		return values
	}
	return c.query[name]
}

// object is a parameter that is an object, nil if absent.
func (c *call) object(name string) object {
	value, _ := c.body[name].(object)
	return value
}

// arg is a path argument that is an integer id, 0 for anything else: no object
// has that id.
func (c *call) arg(name string) int64 {
	n, _ := toInt(c.args[name])
	return n
}

// setText changes a field if the request names it; null clears it.
func (c *call) setText(target *string, name string) {
	if value, given := c.value(name); given {
		*target = toText(value)
	}
}

func (c *call) setID(target *int64, name string) {
	if _, given := c.value(name); given {
		*target = c.id(name)
	}
}

// includes reports whether the request asks for an extra field.
func (c *call) includes(name string) bool {
	return slices.Contains(c.words("includes"), name)
}

// note adds a note to the log entry of the request.
func (c *call) note(format string, args ...any) {
	c.entry.Note = shortened(strings.TrimPrefix(c.entry.Note+"; "+fmt.Sprintf(format, args...), "; "))
}

// on makes a handler of an operation on one object, with 404 if there is none.
func on[T any](find func(*call) *T, do func(*call, *T) response) func(*call) response {
	return func(c *call) response {
		if found := find(c); found != nil {
			return do(c, found)
		}
		return notFound()
	}
}

// find returns the item with an id.
func find[T any](items []*T, id func(*T) int64, want int64) *T {
	for _, item := range items {
		if want != 0 && id(item) == want {
			return item
		}
	}
	return nil
}

// remove returns the items without one of them.
func remove[T any](items []*T, gone *T) []*T {
	kept := items[:0]
	for _, item := range items {
		if item != gone {
			kept = append(kept, item)
		}
	}
	clear(items[len(kept):])
	return kept
}

// orNull shows an empty value as null.
func orNull[T comparable](value T) any {
	var zero T
	if value == zero {
		return nil
	}
	return value
}

func orEmpty[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// zone is that of the partner's workspace, in which most timestamps are
// written.
var zone = time.FixedZone("", -8*60*60)

const stampLayout = "2006-01-02T15:04:05.000Z07:00"

// stamp writes a time with the workspace's offset, null if it is zero.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.In(zone).Format(stampLayout)
}

// stampZ writes a time in UTC with a Z: both spellings occur in the service.
func stampZ(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(stampLayout)
}

// stripWrapper unwraps a body that a client sent under a key.
func stripWrapper(body object, wrap string) object {
	inner, wrapped := body[wrap].(object)
	if wrap == "" || !wrapped {
		return body
	}
	for key, value := range body {
		if key != wrap {
			inner[key] = value
		}
	}
	return inner
}

// baseName is the parameter's name without Rails brackets: "includes[]",
// "by[code]".
func baseName(key string) string {
	name, _, _ := strings.Cut(key, "[")
	return name
}
