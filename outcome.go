package workato

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/go-workato/workato/internal/redact"
	"github.com/go-workato/workato/internal/transport"
	"github.com/go-workato/workato/internal/wire"
)

// outcome is a call with its result, and the values that its texts must not
// show.
type outcome struct {
	core *core
	op   *operation
	call transport.Call

	outside  func() []string // secrets of the request that are not in its body, nil for none
	ofOwn    []string        // secrets of the request
	fresh    []string        // those that the response shows
	several  bool            // the request names more than one object
	gathered bool            // ofOwn is set
	hidden   *redact.Secrets // all secrets as of an attempt
	attempt  int             // the one that hidden is of
}

// secrets returns what no text may show: the credentials of the attempts so far
// and the secrets of the request. They are gathered once per attempt, because
// each may use another credential.
func (o *outcome) secrets() *redact.Secrets {
	cfg := &o.core.config
	if cfg.constant && len(cfg.middleware) == 0 && o.outside == nil && o.fresh == nil && o.call.JSON == nil {
		return cfg.credential.Secrets()
	}
	if !o.gathered {
		o.gathered = true
		switch {
		case o.outside != nil:
			o.ofOwn = o.outside()
		case o.op.allSecret:
			o.ofOwn = redact.AllValues(json.RawMessage(o.call.JSON))
		case o.call.JSON != nil:
			o.ofOwn = redact.Values(json.RawMessage(o.call.JSON))
		}
	}
	if o.attempt != o.call.Attempts || o.hidden == nil {
		o.attempt = o.call.Attempts
		o.hidden = cfg.credential.Secrets().And(o.call.Secrets()...).With(o.ofOwn...).With(o.fresh...) // those that middleware has added too
	}
	return o.hidden
}

// maxShown is how much of a text is read for a line.
const maxShown = 8 << 10

// printable makes a text from outside suitable for an error.
func printable(secrets *redact.Secrets, text string) string {
	return oneLine(secrets.Head(text, maxShown))
}

// clean makes a text of the service, read long after its call, suitable for an
// error.
func (c *core) clean(text string) string { return printable(c.config.credential.Secrets(), text) }

// line makes a text of the response suitable for an error, id an identifier.
func (o *outcome) line(text string) string { return printable(o.secrets(), text) }

func (o *outcome) id(text string) string {
	if len(text) > maxShown { // not an id
		return o.line(text)
	}
	return oneLine(o.secrets().ID(text))
}

// safe returns an error whose text holds neither URL nor secret and is one
// line: net/http includes what the server sent instead of a response, even
// megabytes.
func (o *outcome) safe(err error) error {
	if err == nil {
		return nil
	}
	err = transport.WithoutURL(err)
	text := err.Error()
	if clean := o.line(text); clean != text {
		return o.secrets().Error(err, clean)
	}
	return err
}

// succeeded reports whether the status is a success, whatever the body says.
func (o *outcome) succeeded() bool {
	return o.call.Status >= 200 && o.call.Status < 300 || o.call.Located()
}

// verdict returns the error of a completed call. met is set if a refusal only
// shows that an earlier attempt had done the work. Of several objects it shows
// that for one at least: the others may all be there.
func (o *outcome) verdict(found wire.Finding) (met bool, err error) {
	call := &o.call
	if call.Failure != nil {
		return false, o.failure()
	}
	if o.succeeded() && (o.op.ownKeys || !found.Refused) {
		return false, nil
	}
	apiErr := o.apiError()
	if call.Repeated && o.op.metOwnEffect != nil && o.op.metOwnEffect(apiErr) {
		if !o.several {
			return true, nil
		}
		apiErr.OutcomeUnknown = true
	}
	if o.op.refusal != nil {
		body := apiErr.Body
		if len(call.Body()) > maxKeptBody {
			body = o.secrets().Body(call.Body(), len(call.Body()))
		}
		if typed := o.op.refusal(apiErr, body); typed != nil {
			return false, typed
		}
	}
	return false, apiErr
}

// failure makes the error of a call without a complete response.
func (o *outcome) failure() error {
	call := &o.call
	var tooLarge *transport.TooLargeError
	if errors.As(call.Failure, &tooLarge) {
		return o.unexpected(tooLarge)
	}
	e := failedCall(o.op, o.safe(call.Failure))
	e.Attempts, e.OutcomeUnknown, e.noBudget, e.lookup = call.Attempts, call.OutcomeUnknown, call.BudgetSpent, o.op.lookup
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
		e.last = o.apiError()
	}
	return e
}

// unread makes the error of a response with a success status that was not read
// completely: the context ended, or it cannot be read.
func (o *outcome) unread(cause error) error {
	if o.call.Context.Err() == nil || !errors.Is(cause, o.call.Context.Err()) {
		return o.unexpected(cause)
	}
	e := failedCall(o.op, o.safe(cause))
	e.Attempts, e.OutcomeUnknown, e.lookup = o.call.Attempts, o.call.Effect == transport.Create, o.op.lookup
	return e
}

// unexpected makes the error of a response with a success status but the wrong
// content. The outcome of a Create is then unknown.
func (o *outcome) unexpected(cause error) error {
	e := o.apiError()
	var long *transport.TooLargeError
	var greedy *wire.RoomError
	if errors.As(cause, &long) || errors.As(cause, &greedy) {
		cause = fmt.Errorf("%w: see WithMaxResponseBytes", cause)
	}
	e.unexpected = o.safe(cause)
	e.OutcomeUnknown = o.call.Effect == transport.Create
	if kind := wire.KindOf(o.call.Body()); kind != wire.KindObject && kind != wire.KindHTML {
		e.Message = "" // the cause says what it is
	}
	return e
}

// maxKeptBody is how much of a response an APIError keeps.
const maxKeptBody = 64 << 10

// apiError reads an error of the service and removes the credential.
func (o *outcome) apiError() *APIError {
	call := &o.call
	body := call.Body()
	p := wire.ParseProblem(body)
	if o.op.showsSecret && o.succeeded() {
		p, body = o.withheld(p, body), nil
	}
	e := &APIError{
		StatusCode: call.Status,
		Operation:  o.op.Name, Method: o.op.Method, Path: o.op.Path,
		Attempts: call.Attempts, RetryAfter: call.RetryAfter,
		Rejected: p.Refused, OutcomeUnknown: call.OutcomeUnknown,
		status: o.id(p.Status), lookup: o.op.lookup, legacy: o.core.config.legacy, noBudget: call.BudgetSpent,
		RequestID: o.requestID(call.ResponseHeader),
	}
	if e.RequestID == "" && e.StatusCode >= 500 { // else it is an id of something else
		e.RequestID = o.id(p.ID)
	}
	if e.StatusCode >= 300 && e.StatusCode < 400 {
		p.Message = "redirect to " + redirectHost(call.ResponseHeader) + " refused"
	}
	e.Code = o.id(p.Code)
	summed := p.Fields != nil && p.Message == wire.Summary(p.Fields)
	e.Fields = o.fields(p.Fields)
	if e.Message = o.line(p.Message); summed { // so that it names fields as they are
		e.Message = oneLine(wire.Summary(e.Fields))
	}
	e.Body = o.secrets().Body(body, maxKeptBody)
	return e
}

// withheld returns what a response that shows a secret says of an error. The rest
// of it may hold the secret under any key, and in a broken document nothing tells
// a message from the rest.
func (o *outcome) withheld(p wire.Problem, body []byte) wire.Problem {
	if len(body) > maxKeptBody || !json.Valid(body) {
		return wire.Problem{Refused: p.Refused}
	}
	o.fresh, o.hidden = redact.Values(json.RawMessage(body)), nil
	return p
}

// fields are the messages of a failed validation by field name; the names stay
// readable.
func (o *outcome) fields(said map[string][]string) map[string][]string {
	if said == nil {
		return nil
	}
	fields := make(map[string][]string, len(said))
	for field, messages := range said {
		field = o.id(field)
		list := fields[field] // two names may have become one
		for _, message := range messages {
			list = append(list, o.line(message))
		}
		fields[field] = list
	}
	return fields
}

// redirectHost returns only the host that a redirect points to.
func redirectHost(header http.Header) string {
	target, err := url.Parse(header.Get("Location"))
	if err != nil || target.Host == "" {
		return "the same host"
	}
	return wire.Line(target.Host, wire.MaxLine)
}

// requestID reads the id of a response; both headers carry the same one.
func (o *outcome) requestID(header http.Header) string {
	id := transport.First(header, "X-Request-Id")
	if id == "" {
		id = transport.First(header, "X-Correlation-Id")
	}
	return o.id(id)
}
