package workato

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"sync"

	"github.com/go-workato/workato/internal/wire"
)

// Request is a raw call: see Client.Do.
type Request struct {
	// Method is the HTTP method. Required.
	Method string
	// Path is the escaped path: "/api/v2/managed_users/98178/tags". /api is added
	// to a path without it. CustomerID.PathSegment gives the segment of a
	// customer, url.PathEscape that of other texts.
	Path string
	// Query is the query. It must not hold a credential: user_email or user_token.
	Query url.Values
	// Body is sent as JSON; nil sends none.
	Body any
}

// Do calls an endpoint that this package has no method for, with the same
// credential, retries, limiter, hooks and errors as any other call. The
// response is decoded into out, a pointer: use a *json.RawMessage for the
// response as received, nil to ignore it. An HTML page is an
// ErrUnexpectedResponse even then. encoding/json decodes into out, envelope
// included. WithMaxResponseBytes bounds the text of the response, but not the
// memory that the values of your type take, as it does for typed calls.
//
// A path of the operation table is treated like its operation. Any other GET or
// HEAD counts as a Read, and any other call as a Create, which is not retried
// once it may have reached the service; AssumeIdempotent changes that. To a
// Limiter, all calls without an operation are one family, "raw".
//
// ErrInvalidArgument, before anything is sent, is the error for an out that
// cannot hold anything and for a path that a server or proxy could resolve to
// another one: one with a segment "." or "..", even if its dots or the slashes
// or backslashes around it are escaped. WithWriteGuard covers raw calls.
func (c *Client) Do(ctx context.Context, req Request, out any, opts ...CallOption) error {
	plain, escaped, err := splitRawPath(req.Path)
	r := request{op: lookupOperation(req.Method, escaped), path: plain, rawCall: escaped, open: true}.check(err, checkOut(req.Method, out))
	if r.op == nil {
		r.op = rawOperationOf(rawKind{req.Method, out != nil})
	}
	if r.op == nil {
		r.op = rawOperation(rawKind{method: req.Method}) // the hooks are told of refused calls too
		r = r.check(invalid("Method", "%q is not an HTTP method", req.Method))
	}
	if plain != escaped {
		r.escaped = escaped
	}
	if len(req.Query) > 0 {
		r = r.withQuery(req.Query)
	}
	for _, key := range [...]string{"user_email", "user_token"} {
		if req.Query.Has(key) {
			r = r.check(invalid("Query", "%s is the client's own; see WithQueryToken", key))
		}
	}
	if req.Body != nil {
		if req.Method == http.MethodGet || req.Method == http.MethodHead {
			r = r.check(invalid("Body", "%s takes no body; use Query", req.Method))
		}
		r = r.withBody(req.Body)
	}
	_, err = invoke(ctx, c.core, r, opts, func(_ *wire.Decoder, body []byte) (struct{}, error) {
		return struct{}{}, decodeInto(body, out)
	})
	return err
}

// rawKind distinguishes the rows of endpoints that have none.
type rawKind struct {
	method string
	read   bool // the caller reads the response, and so sees an error in it
}

// rawOperations are those rows, made by the first raw call that needs one.
var rawOperations struct {
	once sync.Once
	rows map[rawKind]*operation
}

func rawOperationOf(kind rawKind) *operation {
	rawOperations.once.Do(func() {
		rawOperations.rows = make(map[rawKind]*operation)
		for _, method := range [...]string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			for _, read := range [...]bool{false, true} {
				kind := rawKind{method, read}
				rawOperations.rows[kind] = rawOperation(kind)
			}
		}
	})
	return rawOperations.rows[kind]
}

// rawOperation is the row of an endpoint that has none. Its path is not kept:
// it may hold ids, and what an operation holds goes into logs.
func rawOperation(kind rawKind) *operation {
	effect := Create
	if kind.method == http.MethodGet || kind.method == http.MethodHead {
		effect = Read
	}
	return &operation{Operation: Operation{
		Name: "raw", Method: kind.method, Path: "/api/...", Effect: effect, Paging: PagingNone, Quota: Quota{Family: "raw"},
	}, ownError: kind.read}
}

// checkOut refuses what the response cannot be decoded into.
func checkOut(method string, out any) error {
	if out == nil {
		return nil
	}
	if v := reflect.ValueOf(out); v.Kind() != reflect.Pointer || v.IsNil() {
		return invalid("out", "must be a non-nil pointer, or nil to ignore the response; got %T", out)
	}
	if method == http.MethodHead {
		return invalid("out", "must be nil: a response to HEAD has no body")
	}
	return nil
}

func decodeInto(body []byte, out any) error {
	switch out := out.(type) {
	case nil:
		// The content is not wanted, but a page is not from the API.
		if kind := wire.KindOf(body); kind == wire.KindHTML || kind == wire.KindByteOrderMark {
			return &wire.KindError{Want: "JSON", Got: kind.String()}
		}
		return nil
	case *json.RawMessage:
		if !json.Valid(body) {
			return &wire.KindError{Want: "JSON", Got: wire.KindOf(body).String()}
		}
		*out = append((*out)[:0], body...)
		return nil
	}
	if kind := wire.KindOf(body); kind == wire.KindNothing || kind == wire.KindNull {
		return &wire.KindError{Want: "JSON", Got: kind.String()}
	}
	return json.Unmarshal(body, out)
}
