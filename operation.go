package workato

import (
	"cmp"
	"errors"
	"strings"
)

// Effect says what repeating an operation would do to the workspace. The retry
// policy uses it instead of the HTTP method: some reads are sent by POST.
type Effect uint8

const (
	// Read changes nothing. It is retried after every transient failure.
	Read Effect = iota + 1
	// Idempotent leaves the same state however often it is applied. It is
	// retried like a Read.
	Idempotent
	// Create makes something new each time it is applied. It is retried only if
	// the first request provably never left the process, or if the service refused
	// it with 429; every other lost response is reported as ErrOutcomeUnknown.
	Create
)

// String returns "read", "idempotent" or "create".
func (e Effect) String() string {
	switch e {
	case Read:
		return "read"
	case Idempotent:
		return "idempotent"
	case Create:
		return "create"
	}
	return "unknown"
}

// Quota is the documented rate limit of an operation. The service counts per
// partner ("admin") workspace: all keys and all customers share one quota. The
// numbers are defaults, which the service may have raised for a partner. All
// three are 0 if the reference states none.
//
// https://docs.workato.com/en/oem/oem-api/limits.html
type Quota struct {
	// Family names the operations that share the quota: those of one row in the
	// reference's table of limits. An endpoint with its own row, such as the list
	// and the details of recipes with 2,000 a minute each, is its own family.
	Family string
	// PerSecond, PerMinute and PerHour are the documented numbers of requests in
	// those times, 0 if the reference states none. All of them apply together:
	// imports are limited by the minute and by the hour.
	PerSecond int
	PerMinute int
	PerHour   int
}

// Paging is the way in which a list is paged.
type Paging string

const (
	// PagingNone marks responses that are not paged.
	PagingNone Paging = "none"
	// PagingPage counts pages from 1.
	PagingPage Paging = "page"
	// PagingPageFromZero counts pages from 0.
	PagingPageFromZero Paging = "page from 0"
	// PagingSinceID counts pages from 1, and can also walk down from an id.
	PagingSinceID Paging = "page or since_id"
	// PagingCursor continues from the last item seen.
	PagingCursor Paging = "cursor"
)

// ResponseKind says what a successful response of an operation holds.
type ResponseKind string

const (
	// ResponseObject is one object, identified by its id or another key.
	ResponseObject ResponseKind = "object"
	// ResponseList is a list. An empty list must be explicit.
	ResponseList ResponseKind = "list"
	// ResponseConfirmation needs only a success status and a body without a
	// refusal. The body may be empty.
	ResponseConfirmation ResponseKind = "confirmation"
	// ResponseRaw is a document whose keys are not known in advance.
	ResponseRaw ResponseKind = "raw"
)

// Operation describes one endpoint of the API. It is the single source for
// the request, the retry policy, the rate limit and the names in logs, hooks
// and errors.
type Operation struct {
	// Name is the service and the operation: "connections.list".
	Name string
	// Method is the HTTP method.
	Method string
	// Path is the path template: "/api/managed_users/{customer}/connections".
	Path string
	// Effect says what repeating it would do.
	Effect Effect
	// Quota is the documented rate limit.
	Quota Quota
	// Response is the kind of a successful response.
	Response ResponseKind
	// Paging is the way in which the list is paged.
	Paging Paging
	// Deprecated marks endpoints that the reference calls deprecated.
	Deprecated bool
	// Doc is the URL of the reference page.
	Doc string
}

// operation is a row of the table. Rows are composite literals of constants, so
// they are data of the program: nothing is computed at start-up, and a program
// links only the rows that it calls, unless it makes raw calls or uses
// Operations.
type operation struct {
	Operation

	// refusal converts the service's response into a more specific error if the
	// operation has one. It gets the whole body, which the APIError may have
	// truncated.
	refusal func(e *APIError, body []byte) error
	// metOwnEffect reports whether the refusal of a retry means that an earlier
	// attempt, whose response was lost, had already done the work.
	metOwnEffect func(*APIError) bool
	// ownKeys marks responses whose keys are the customer's: a property may be
	// called "success".
	ownKeys bool
	// ownError marks objects with a key "error" of their own, which says how the
	// work they represent ended.
	ownError bool
	// allSecret marks requests in whose body every value is secret, not only those
	// under keys that sound so.
	allSecret bool
	// showsSecret marks responses that hold a secret which no call shows again. Of
	// one that cannot be used an error keeps only the messages.
	showsSecret bool
	// listOfOne marks objects that also come as the only element of a bare list.
	listOfOne bool
	// rows is the key of a list that is nested in an object under data.
	rows string
	// mayBeEmpty marks raw responses that may be no more than a status of success.
	mayBeEmpty bool
	// nullable is the key of the envelope under which the reference allows null in
	// place of a list.
	nullable string
	// maxPerPage is the documented maximum of a page, 0 for the usual one.
	maxPerPage int
	// named marks reads whose response is about the object at the end of the path:
	// a wait must not end with the state of another one. Customers are not among
	// them, because no source shows which id the service returns for one with
	// environments.
	named bool
	// lookup completes the sentence "the outcome is unknown: ..." of a Create.
	lookup string
	// aliases are misspelt keys of responses with the correct ones.
	aliases []alias
}

// alias is a key that the service is known to misspell.
type alias struct{ seen, meant string }

// described is the row as shown to users.
func (op *operation) described() Operation {
	shown := op.Operation
	shown.Response = op.response()
	shown.Paging = cmp.Or(op.Paging, PagingNone)
	return shown
}

// response is the kind of a successful response, by default an object.
func (op *operation) response() ResponseKind { return cmp.Or(op.Response, ResponseObject) }

// path fills in the template. escaped is empty if it would equal plain.
func (op *operation) path(args []pathArg) (plain, escaped string, err error) {
	var space [128]byte // most paths fit, and stay off the heap
	filled, clean := space[:0], true
	rest := op.Path
	for _, arg := range args {
		literal, name, tail := cutTemplate(rest)
		if argErr := arg.check(name); argErr != nil {
			err = errors.Join(err, argErr)
		}
		filled = append(filled, literal...)
		start := len(filled)
		filled = arg.appendPlain(filled)
		for _, c := range filled[start:] {
			clean = clean && unescaped(c)
		}
		rest = tail
	}
	if err != nil {
		return "", "", err
	}
	filled = append(filled, rest...)
	if clean {
		return string(filled), "", nil
	}
	coded := make([]byte, 0, 3*len(filled))
	rest = op.Path
	for _, arg := range args {
		literal, _, tail := cutTemplate(rest)
		coded = appendEscaped(append(coded, literal...), string(arg.appendPlain(nil)))
		rest = tail
	}
	return string(filled), string(append(coded, rest...)), nil
}

// cutTemplate cuts "/a/{b}/c" into "/a/", "b" and "/c".
func cutTemplate(template string) (literal, name, rest string) {
	literal, rest, _ = strings.Cut(template, "{")
	name, rest, _ = strings.Cut(rest, "}")
	return literal, name, rest
}
