package workato

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/go-workato/workato/internal/wire"
)

// Request is a raw call: see Client.Do.
type Request struct {
	// Method is the HTTP method. Required.
	Method string
	// Path is the escaped path: "/api/v2/managed_users/98178/tags". A path
	// without /api in front gets one. CustomerID.PathSegment gives the segment of a
	// customer, url.PathEscape that of other texts.
	Path string
	// Query is the query. It must not hold a credential: user_email or user_token.
	Query url.Values
	// Body is sent as JSON; nil sends none.
	Body any
}

// Do calls an endpoint that this package has no method for, with the same
// credential, retries, limiter, hooks and errors as any other call. The answer
// is decoded into out, which may be nil to leave it unread, or a
// *json.RawMessage for the answer as it comes. An HTML page is an
// ErrUnexpectedResponse even then.
//
// A path of the operation table is treated like its operation. Any other GET or
// HEAD counts as a Read, and any other call as a Create, which is not repeated
// after it may have left: AssumeIdempotent changes that. To a Limiter, all calls
// without an operation are one family, "raw".
func (c *Client) Do(ctx context.Context, req Request, out any, opts ...CallOption) error {
	plain, escaped, err := splitRawPath(req.Path)
	r := request{path: plain, rawPath: escaped}.check(err)
	r.open = true
	r.op = lookupOperation(req.Method, escaped)
	if r.op == nil {
		r.op = rawOperation(req.Method)
		r.op.ownError = out != nil // whoever reads the answer sees what it says
	}
	if !validMethod(req.Method) {
		r = r.check(invalid("Method", "%q is no HTTP method", req.Method))
	}
	if plain == escaped {
		r.rawPath = ""
	}
	if len(req.Query) > 0 {
		r = r.withQuery(req.Query)
	}
	for _, key := range []string{"user_email", "user_token"} {
		if req.Query.Has(key) {
			r = r.check(invalid("Query", "%s is the client's own; see WithQueryToken", key))
		}
	}
	if req.Body != nil {
		if req.Method == http.MethodGet || req.Method == http.MethodHead {
			r = r.check(invalid("Body", "%s takes none; use Query", req.Method))
		}
		r = r.withBody(req.Body)
	}
	_, err = invoke(ctx, c.core, r, opts, func(body []byte) (struct{}, error) {
		return struct{}{}, decodeInto(body, out)
	})
	return err
}

// rawOperation is the row of an endpoint that has none. Its path is not kept:
// it may hold ids, and what an operation holds goes into logs.
func rawOperation(method string) *operation {
	effect := Create
	if method == http.MethodGet || method == http.MethodHead {
		effect = Read
	}
	return &operation{Operation: Operation{
		Name: "raw", Method: method, Path: "/api/...", Effect: effect, Paging: PagingNone, Quota: Quota{Family: "raw"},
	}}
}

func validMethod(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return true
	}
	return false
}

func decodeInto(body []byte, out any) error {
	switch out := out.(type) {
	case nil:
		// Nobody wants the content, but a page is not from the API.
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
