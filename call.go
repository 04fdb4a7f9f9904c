package workato

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/go-workato/workato/internal/transport"
	"github.com/go-workato/workato/internal/wire"
)

// request is a call before it is sent: the row of the table, its path filled
// in, and the query and body.
type request struct {
	op      *operation
	path    string // with its ids, not escaped
	escaped string // the same, escaped; empty if that changes nothing
	query   any    // a pointer to a struct with url tags, or url.Values
	body    any
	pkg     *transport.Source
	effect  Effect            // if it differs from that of the row
	stream  *transport.Stream // takes the response, nil to have it decoded
	object  int64             // id of the object that the response must be about, 0 for any
	handle  string            // the same of one whose id is a text
	open    bool              // the caller reads the body, of whatever kind it is
	several bool              // more than one object is named: that one is gone says nothing of the others
	secrets func() []string   // values outside the body that must not appear in an error, nil for none
	err     error
	// for the write guard: the customer in the path, the target of a deployment,
	// and the escaped path of a raw call (Client.Do), which may name a customer in its
	// own way; empty for a typed call.
	customer    CustomerID
	environment EnvironmentType
	rawCall     string
}

// at fills in the path of the operation.
func (op *operation) at(args ...pathArg) request {
	r := request{op: op}
	r.path, r.escaped, r.err = op.path(args)
	for _, arg := range args {
		if arg.form == customerArg {
			r.customer = arg.customer
		}
	}
	if op.named {
		r.object, r.handle = args[len(args)-1].id(), args[len(args)-1].text
	}
	return r
}

// check adds what is wrong with the arguments.
func (r request) check(errs ...error) request {
	for _, err := range errs {
		if err != nil {
			r.err = errors.Join(r.err, err)
		}
	}
	return r
}

func (r request) withQuery(params any) request {
	r.query = params
	return r
}

func (r request) withBody(params any) request {
	r.body = params
	return r
}

// invoke sends a request and decodes its response, watched by the hooks.
func invoke[T any](ctx context.Context, c *core, r request, opts []CallOption, decode decoder[T]) (T, error) {
	if len(c.config.hooks) == 0 || ctx == nil {
		return exchange(ctx, c, r, opts, decode)
	}
	var done []func(error)
	for _, hook := range c.config.hooks {
		hooked, end := hook.Operation(ctx, r.op.described())
		if hooked != nil {
			ctx = hooked
		}
		if end != nil {
			done = append(done, end)
		}
	}
	value, err := exchange(ctx, c, r, opts, decode)
	for _, end := range slices.Backward(done) {
		end(err)
	}
	return value, err
}

// exchange sends a request and decodes its response.
func exchange[T any](ctx context.Context, c *core, r request, opts []CallOption, decode decoder[T]) (value T, err error) {
	if ctx == nil {
		r = r.check(invalid("ctx", "is nil"))
	}
	o, meta, err := c.prepare(ctx, &r, opts)
	if err != nil {
		return value, failedCall(r.op, err)
	}
	var started time.Time
	if meta != nil {
		started = time.Now()
	}
	call := &o.call
	c.transport.Do(call)
	defer call.Release()
	d := wire.NewDecoder(ctx, c.config.maxResponseBytes)
	defer d.Release()
	var found wire.Finding // of a success; an error has it in its problem
	if o.succeeded() {
		found = d.Examine(call.Body())
	}
	met, err := o.verdict(found)
	if err == nil && !met {
		if value, err = readBody(d, r, found, call.Body(), decode); err != nil {
			err = o.unread(err)
		}
	}
	if meta != nil {
		*meta = ResponseMeta{
			StatusCode: call.Status, Header: o.secrets().Header(call.ResponseHeader), RequestID: o.requestID(call.ResponseHeader),
			Attempts: call.Attempts, Duration: time.Since(started), MetOwnEffect: met,
		}
	}
	return value, err
}

// prepare turns a request and the options of the call into what the transport
// sends. All problems are found here, before anything is sent.
func (c *core) prepare(ctx context.Context, r *request, opts []CallOption) (*outcome, *ResponseMeta, error) {
	options, err := readOptions(opts)
	err = errors.Join(r.err, err, c.guard(r, options))
	if err != nil {
		return nil, nil, err
	}
	o := &outcome{core: c, op: r.op, outside: r.secrets, several: r.several, call: transport.Call{
		Context: ctx, Method: r.op.Method, Path: r.path, RawPath: r.escaped, Header: c.plainHeader,
		Effect: transportEffect(r, options), MaxRetries: c.config.retry.MaxRetries, Timeout: c.config.attemptTimeout,
	}}
	call := &o.call
	if timeout := c.config.httpClient.Timeout; timeout > 0 {
		call.Timeout = min(call.Timeout, timeout)
	}
	if options.timeout > 0 {
		call.Timeout = options.timeout
	}
	if options.noRetry {
		call.MaxRetries = 0
	}
	if r.query != nil {
		if call.RawQuery, err = encodeQuery(r.query); err != nil {
			return nil, nil, err
		}
	}
	if r.body != nil {
		if call.JSON, err = encodeBody(r.body); err != nil {
			return nil, nil, err
		}
		call.Header = c.jsonHeader
	}
	if r.pkg != nil {
		call.Source, call.Header = r.pkg, c.packageHeader
	}
	if r.stream != nil {
		// The time without a byte is bounded, not the attempt.
		r.stream.Idle, call.Timeout = call.Timeout, 0
		call.Stream = r.stream
		if r.toStore() {
			call.Header = c.storeHeader
		}
	}
	if options.header != nil && !r.toStore() {
		call.Header = call.Header.With(options.header)
	}
	o.watch(!r.toStore())
	return o, options.meta, nil
}

// toStore reports whether the request leaves the API for the package store, which
// gets nothing that the client or the caller adds to calls of the API.
func (r request) toStore() bool { return r.stream != nil && r.stream.URL != nil }

func transportEffect(r *request, options *callOptions) transport.Effect {
	effect := r.op.Effect
	if r.effect != 0 {
		effect = r.effect
	}
	switch {
	case effect == Read:
		return transport.Read
	case effect == Idempotent || options.idempotent:
		return transport.Idempotent
	}
	return transport.Create
}

// mended corrects the keys that the service is known to misspell.
func mended(op *operation, body []byte) []byte {
	for _, a := range op.aliases {
		// ReplaceAll always copies, and a search that does not begin with a frequent
		// letter is cheap.
		if !bytes.Contains(body, []byte(a.seen[1:])) {
			continue
		}
		body = bytes.ReplaceAll(body, []byte(`"`+a.seen+`"`), []byte(`"`+a.meant+`"`))
	}
	return body
}

// refusedCall makes the error of an invalid call.
func refusedCall(r request) error {
	if r.err == nil {
		return nil
	}
	return failedCall(r.op, r.err)
}
