package workato

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/go-querystring/query"

	"github.com/go-workato/workato/internal/transport"
	"github.com/go-workato/workato/internal/wire"
)

// CallOption changes one call.
type CallOption func(*callOptions) error

type callOptions struct {
	meta       *ResponseMeta
	header     http.Header
	noRetry    bool
	timeout    time.Duration
	idempotent bool
	production bool // past the write guard
}

// ResponseMeta is what the answer of a call says besides its content. It is
// filled in for errors too, as far as the call came.
type ResponseMeta struct {
	// StatusCode and Header are those of the last answer.
	StatusCode int
	Header     http.Header
	// RequestID is the X-Request-Id that Workato's support asks for.
	RequestID string
	// Attempts is how many requests were sent.
	Attempts int
	// Duration is the time of the whole call, waits included.
	Duration time.Duration
	// MetOwnEffect says that a repeat was refused because the attempt before,
	// whose answer had been lost, had already done the work. Such a call is a
	// success: a deletion that meets 404, a start of a running recipe.
	MetOwnEffect bool
}

// WithResponse fills in meta when the call ends.
func WithResponse(meta *ResponseMeta) CallOption {
	return func(o *callOptions) error {
		if meta == nil {
			return invalid("WithResponse", "meta is nil")
		}
		o.meta = meta
		return nil
	}
}

// ownHeaders cannot be set for a call: they hold the credential or frame the
// request. With an idempotency key net/http would send a POST again by itself.
var ownHeaders = map[string]bool{
	"Authorization": true, "Cookie": true, "X-User-Email": true, "X-User-Token": true,
	"Host": true, "Content-Length": true, "Transfer-Encoding": true, "Connection": true,
	"Content-Type": true, "Accept-Encoding": true, "Idempotency-Key": true, "X-Idempotency-Key": true,
}

// notToken holds for what cannot stand in the name of a header.
func notToken(r rune) bool {
	letterOrDigit := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	return !letterOrDigit && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

// WithHeader adds a header to the requests of the call.
func WithHeader(key, value string) CallOption {
	return func(o *callOptions) error {
		key := textproto.CanonicalMIMEHeaderKey(key)
		if key == "" || strings.ContainsFunc(key, notToken) {
			return invalid("WithHeader", "%q is no name of a header", key)
		}
		if ownHeaders[key] {
			return invalid("WithHeader", "%s is the client's own", key)
		}
		if err := headerValue("WithHeader", key, value); err != nil {
			return err
		}
		if o.header == nil {
			o.header = make(http.Header)
		}
		o.header.Add(key, value)
		return nil
	}
}

// WithoutRetry sends the request once.
func WithoutRetry() CallOption {
	return func(o *callOptions) error {
		o.noRetry = true
		return nil
	}
}

// WithTimeout replaces the time limit of one attempt: see WithAttemptTimeout.
// The whole call is bounded by its context.
func WithTimeout(d time.Duration) CallOption {
	return func(o *callOptions) error {
		if d <= 0 {
			return invalid("WithTimeout", "must be positive, got %v", d)
		}
		o.timeout = d
		return nil
	}
}

// AssumeIdempotent says that this call may be repeated although its operation
// creates something: the caller knows that a second effect does no harm.
func AssumeIdempotent() CallOption {
	return func(o *callOptions) error {
		o.idempotent = true
		return nil
	}
}

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
	r.err = errors.Join(append([]error{r.err}, errs...)...)
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
		header := cleanHeader(call.ResponseHeader, secretsOf(call, r.secrets))
		*meta = ResponseMeta{
			StatusCode: call.Status, Header: header, RequestID: requestID(header),
			Attempts: call.Attempts, Duration: time.Since(started), MetOwnEffect: met,
		}
	}
	return value, err
}

// confirmed holds for an answer that has no content by its status, where none is
// wanted but the confirmation.
func confirmed(value any, call *transport.Call) bool {
	_, nothing := value.(confirmation)
	return nothing && call.Status == http.StatusNoContent && len(call.Body()) == 0
}

// readOptions collects the options of a call, and nothing at all if there are
// none, as in nearly every call.
func readOptions(opts []CallOption) (*callOptions, error) {
	if len(opts) == 0 {
		return &noOptions, nil
	}
	var errs []error
	options := new(callOptions)
	for _, opt := range opts {
		if opt == nil {
			errs = append(errs, invalid("opts", "an option is nil"))
		} else if err := opt(options); err != nil {
			errs = append(errs, err)
		}
	}
	return options, errors.Join(errs...)
}

var noOptions callOptions

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

// watch connects limiter, hooks and logger to the attempts of a call.
func (c *core) watch(call *transport.Call, r *request) {
	cfg, op := &c.config, r.op
	observed := len(cfg.hooks) > 0 || cfg.logger != nil || c.observer != nil
	if cfg.limiter == nil && !observed {
		return
	}
	call.Watch = new(transport.Watch)
	if cfg.limiter != nil {
		call.Watch.Limit = func(ctx context.Context) error { return cfg.limiter.Wait(ctx, op.Operation) }
	}
	if !observed {
		return
	}
	secrets := r.secrets
	var done []func(AttemptResult)
	call.Watch.Begin = func(ctx context.Context, number int) context.Context {
		done = done[:0]
		for _, hook := range cfg.hooks {
			hooked, end := hook.Attempt(ctx, op.Operation, number)
			if hooked != nil {
				ctx = hooked
			}
			if end != nil {
				done = append(done, end)
			}
		}
		return ctx
	}
	call.Watch.End = func(a transport.Attempt) {
		if c.observer != nil && a.Status != 0 {
			c.observer.Observe(op.Operation, a.Status, a.RetryAfter)
		}
		hidden := secretsOf(call, secrets)
		result := AttemptResult{
			StatusCode: a.Status, RequestID: redact(requestID(a.Header), hidden), Err: safe(a.Err, hidden),
			Duration: a.Duration, WillRetry: a.Retry, Wait: a.Wait,
		}
		for _, end := range slices.Backward(done) {
			end(result)
		}
		if cfg.logger != nil {
			c.logAttempt(call.Context, op, a.Number, result)
		}
	}
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
		apiErr.whole = []byte(redact(string(call.Body()), secretsOf(call, r.secrets)))
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
		op: r.op, attempts: call.Attempts, cause: safe(call.Failure, secretsOf(call, r.secrets)),
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
	e.unexpected = safe(cause, secretsOf(call, r.secrets))
	e.OutcomeUnknown = call.Effect == transport.Create
	if kind := wire.Kind(call.Body()); kind != "an object" && kind != "an HTML page" {
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
	secrets := secretsOf(call, r.secrets)
	clean := func(text string) string { return wire.Line(redact(text, secrets), wire.MaxLine) }
	e := &APIError{
		StatusCode: call.Status,
		Operation:  r.op.Name, Method: r.op.Method, Path: r.op.Path,
		Attempts: call.Attempts, RetryAfter: call.RetryAfter,
		Rejected: p.Refused || p.Status == "rejected" || wire.Refused(body), OutcomeUnknown: call.OutcomeUnknown,
		status: clean(p.Status), lookup: r.op.lookup, noBudget: call.BudgetSpent,
		RequestID: requestID(call.ResponseHeader),
	}
	if e.RequestID == "" {
		e.RequestID = p.ID
	}
	if e.StatusCode >= 300 && e.StatusCode < 400 {
		p.Message = "redirect to " + redirectHost(call.ResponseHeader) + " refused"
	}
	e.Message, e.Code, e.RequestID = clean(p.Message), clean(p.Code), clean(e.RequestID)
	if p.Fields != nil {
		e.Fields = make(map[string][]string, len(p.Fields))
	}
	for field, messages := range p.Fields {
		for i, message := range messages {
			messages[i] = clean(message)
		}
		e.Fields[clean(field)] = messages
	}
	e.Body = []byte(redact(string(body[:min(len(body), maxKeptBody)]), secrets))
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
func requestID(header http.Header) string {
	id := header.Get("X-Request-Id")
	if id == "" {
		id = header.Get("X-Correlation-Id")
	}
	return wire.Line(id, wire.MaxLine)
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
