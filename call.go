package workato

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/google/go-querystring/query"

	"github.com/go-workato/workato/internal/transport"
	"github.com/go-workato/workato/internal/wire"
)

// request is a call before it is sent: the row of the table, its path filled
// in, and what goes into query and body.
type request struct {
	op         *operation
	path       string
	rawPath    string
	query      any // a pointer to a struct with url tags, or url.Values
	body       any
	pkg        *transport.Source
	effect     Effect          // if it differs from that of the row
	production bool            // it changes PROD, whatever customer it names
	secrets    func() []string // values that must not come back in a text, nil for none
	err        error
}

// at fills in the path of the operation.
func (op *operation) at(args ...pathArg) request {
	r := request{op: op}
	r.path, r.rawPath, r.err = op.path(args)
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

// invoke sends a request and decodes its answer, watched by the hooks.
func invoke[T any](ctx context.Context, c *core, r request, opts []CallOption, decode func([]byte) (T, error)) (T, error) {
	if len(c.config.hooks) == 0 || ctx == nil {
		return exchange(ctx, c, r, opts, decode)
	}
	var done []func(error)
	for _, hook := range c.config.hooks {
		hooked, end := hook.Operation(ctx, r.op.Operation)
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

// exchange sends a request and decodes its answer.
func exchange[T any](ctx context.Context, c *core, r request, opts []CallOption, decode func([]byte) (T, error)) (value T, err error) {
	if ctx == nil {
		return value, invalid("ctx", "is nil")
	}
	call, meta, err := c.prepare(ctx, &r, opts)
	if err != nil {
		return value, err
	}
	var started time.Time
	if meta != nil {
		started = time.Now()
	}
	c.transport.Do(call)
	defer call.Release()
	met, err := c.verdict(call, &r)
	if err == nil && !met && !confirmed(value, call) {
		value, err = decode(mended(r.op, call.Body()))
		if err != nil {
			err = c.unexpected(call, &r, err)
		}
	}
	if meta != nil {
		header := cleanHeader(call.ResponseHeader, c.secretsOf(call, r.secrets))
		*meta = ResponseMeta{
			StatusCode: call.Status, Header: header, RequestID: requestID(header, nil),
			Attempts: call.Attempts, Duration: time.Since(started), MetOwnEffect: met,
		}
	}
	return value, err
}

// confirm sends a request whose answer only confirms.
func (c *core) confirm(ctx context.Context, r request, opts []CallOption) error {
	_, err := invoke(ctx, c, r, opts, r.op.confirmed)
	return err
}

// confirmed holds for an answer that has no content by its status, where none is
// wanted but the confirmation.
func confirmed(value any, call *transport.Call) bool {
	_, nothing := value.(confirmation)
	return nothing && call.Status == http.StatusNoContent && len(call.Body()) == 0
}

// prepare turns a request and the options of the call into what the transport
// sends. Whatever is wrong is found here, before anything is sent.
func (c *core) prepare(ctx context.Context, r *request, opts []CallOption) (*transport.Call, *ResponseMeta, error) {
	options, err := readOptions(opts)
	err = errors.Join(r.err, err, c.guard(r, options))
	if err != nil {
		return nil, nil, err
	}
	call := &transport.Call{
		Context: ctx, Method: r.op.Method, Path: r.path, RawPath: r.rawPath, Header: c.plainHeader,
		Effect: transportEffect(r, options), MaxRetries: c.config.retry.MaxRetries, Timeout: c.config.attemptTimeout,
	}
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
		values, raw := r.query.(url.Values)
		if !raw {
			var err error
			if values, err = query.Values(r.query); err != nil {
				return nil, nil, invalid("params", "%v", err)
			}
		}
		call.RawQuery = values.Encode()
	}
	if r.body != nil {
		body, err := json.Marshal(r.body)
		if err != nil {
			return nil, nil, invalid("params", "cannot be sent as JSON: %v", err)
		}
		call.JSON, call.Header = body, c.jsonHeader
	}
	if r.pkg != nil {
		call.Source, call.Header = r.pkg, c.packageHeader
	}
	if options.header != nil {
		header := call.Header.Clone()
		maps.Copy(header, options.header)
		call.Header = header
	}
	c.watch(call, r)
	return call, options.meta, nil
}

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

// verdict says what an ended call amounts to. met is set if a refusal only
// shows that an earlier attempt had done the work.
func (c *core) verdict(call *transport.Call, r *request) (met bool, err error) {
	if call.Failure != nil {
		return false, c.failure(call, r)
	}
	success := call.Status >= 200 && call.Status < 300
	if success && (r.op.ownKeys || !wire.Refused(call.Body())) {
		return false, nil
	}
	apiErr := c.apiError(call, r)
	if call.Repeated && r.op.metOwnEffect != nil && r.op.metOwnEffect(apiErr) {
		return true, nil
	}
	if r.op.refusal != nil {
		apiErr.whole = apiErr.Body
		if len(call.Body()) > maxKeptBody {
			apiErr.whole = redactBytes(call.Body(), c.secretsOf(call, r.secrets))
		}
		typed := r.op.refusal(apiErr)
		apiErr.whole = nil
		if typed != nil {
			return false, typed
		}
	}
	return false, apiErr
}

// failure makes the error of a call without a complete answer.
func (c *core) failure(call *transport.Call, r *request) error {
	var tooLarge *transport.TooLargeError
	if errors.As(call.Failure, &tooLarge) {
		return c.unexpected(call, r, tooLarge)
	}
	e := &callError{
		op: r.op, attempts: call.Attempts, cause: safe(call.Failure, c.secretsOf(call, r.secrets)),
		unknown: call.OutcomeUnknown, noBudget: call.BudgetSpent,
	}
	var cutOff *transport.CutOffError
	var limit *transport.LimitError
	switch {
	case errors.As(call.Failure, &cutOff):
		e.class = ErrUnexpectedResponse
		return e
	case errors.As(call.Failure, &limit):
		e.class = ErrLimiter
	}
	if call.Status != 0 {
		e.last = c.apiError(call, r)
	}
	return e
}

// unexpected makes the error of an answer with a status of success that does
// not hold what it should. Of a Create it is not known what became.
func (c *core) unexpected(call *transport.Call, r *request, cause error) error {
	e := c.apiError(call, r)
	e.unexpected = safe(cause, c.secretsOf(call, r.secrets))
	e.OutcomeUnknown = call.Effect == transport.Create
	if kind := wire.KindOf(call.Body()); kind != wire.KindObject && kind != wire.KindHTML {
		e.Message = "" // the cause has said what kind of thing it is
	}
	return e
}

// maxKeptBody is how much of an answer an APIError keeps.
const maxKeptBody = 64 << 10

// apiError reads what the service said, with the credential taken out.
func (c *core) apiError(call *transport.Call, r *request) *APIError {
	body := call.Body()
	p := wire.ParseProblem(body)
	secrets := c.secretsOf(call, r.secrets)
	clean := func(text string) string { return wire.Line(redact(text, secrets), wire.MaxLine) }
	e := &APIError{
		StatusCode: call.Status,
		Operation:  r.op.Name, Method: r.op.Method, Path: r.op.Path,
		Attempts: call.Attempts, RetryAfter: call.RetryAfter,
		Rejected: p.Refused || p.Status == "rejected" || wire.Refused(body), OutcomeUnknown: call.OutcomeUnknown,
		status: clean(p.Status), lookup: r.op.lookup, noBudget: call.BudgetSpent,
		RequestID: requestID(call.ResponseHeader, secrets),
	}
	if e.RequestID == "" && e.StatusCode >= 500 { // else it is an id of something else
		e.RequestID = clean(p.ID)
	}
	if e.StatusCode >= 300 && e.StatusCode < 400 {
		p.Message = "redirect to " + redirectHost(call.ResponseHeader) + " refused"
	}
	e.Message, e.Code = clean(p.Message), clean(p.Code)
	if p.Fields != nil {
		e.Fields = make(map[string][]string, len(p.Fields))
	}
	for field, messages := range p.Fields {
		for i, message := range messages {
			messages[i] = clean(message)
		}
		e.Fields[clean(field)] = messages
	}
	e.Body = keptBody(body, secrets)
	return e
}

// redirectHost names the host that a redirect points to and nothing else of it.
func redirectHost(header http.Header) string {
	target, err := url.Parse(header.Get("Location"))
	if err != nil || target.Host == "" {
		return "the same host"
	}
	return wire.Line(target.Host, wire.MaxLine)
}

// requestID reads the id of an answer; both headers carry the same one.
func requestID(header http.Header, secrets []string) string {
	id := header.Get("X-Request-Id")
	if id == "" {
		id = header.Get("X-Correlation-Id")
	}
	return wire.Line(redact(id, secrets), wire.MaxLine)
}

// mended corrects the keys that the service is known to misspell.
func mended(op *operation, body []byte) []byte {
	for _, a := range op.aliases {
		// ReplaceAll always copies, and a search is cheap that does not begin
		// with a letter that is everywhere.
		if !bytes.Contains(body, []byte(a.seen[1:])) {
			continue
		}
		body = bytes.ReplaceAll(body, []byte(`"`+a.seen+`"`), []byte(`"`+a.meant+`"`))
	}
	return body
}
