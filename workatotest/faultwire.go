package workatotest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// wire is what happens to a reply on its way to the client.
type wire byte

const (
	wireWhole wire = iota
	wireReset
	wireCut
	wireHang
	wireDrip
)

// phase says when a kind of fault strikes.
type phase byte

const (
	// before faults respond in place of the server.
	before phase = iota
	// after faults spoil the response to work that was done.
	after
	// within faults are left to the handler of the request.
	within
)

// faultRow is a kind of fault: when it strikes and what it does to the reply.
type faultRow struct {
	kind  FaultKind
	phase phase
	do    func(f *metFault, r *reply)
	// happensTo limits the kind to some routes; errors call these only.
	happensTo func(r *route) bool
	only      string
}

// faultTable has a row for every kind of fault.
var faultTable = []faultRow{
	{kind: Respond, phase: before, do: (*metFault).respond},
	{kind: RespondAfter, phase: after, do: (*metFault).respond},
	{kind: HTML, phase: before, do: (*metFault).page},
	{kind: HTMLAfter, phase: after, do: (*metFault).page},
	{kind: RateLimit, phase: before, do: (*metFault).rateLimit},
	{kind: Redirect, phase: before, do: (*metFault).redirect},
	{kind: ConnectRefused, phase: before, do: breaks(wireReset)},
	{kind: ResetBefore, phase: before, do: breaks(wireReset)},
	{kind: ResetAfter, phase: after, do: breaks(wireReset)},
	{kind: Late, phase: before, do: breaks(wireReset)},
	{kind: Hang, phase: before, do: breaks(wireHang)},
	{kind: HangAfter, phase: after, do: breaks(wireHang)},
	{kind: CutOff, phase: after, do: func(_ *metFault, r *reply) { r.wire = wireCut }},
	{kind: Empty, phase: after, do: func(_ *metFault, r *reply) { r.body = nil }},
	{kind: Null, phase: after, do: func(_ *metFault, r *reply) { r.body = []byte("null") }},
	{kind: Drip, phase: after, do: (*metFault).drip},
	{kind: IDsAsStrings, phase: after, do: drift},
	{kind: NullArrays, phase: after, do: drift},
	{kind: UnknownEnums, phase: after, do: drift},
	{kind: UnknownKeys, phase: after, do: drift},
	{kind: RepeatPage, phase: within, happensTo: func(r *route) bool { return r.knows("page") }, only: "a list with pages"},
	{kind: FailImport, phase: within, happensTo: func(r *route) bool { return r.upload }, only: "an import"},
}

// faultRowOf finds the row of a kind, nil if there is none.
func faultRowOf(kind FaultKind) *faultRow {
	for i := range faultTable {
		if faultTable[i].kind == kind {
			return &faultTable[i]
		}
	}
	return nil
}

const htmlPage = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n" +
	"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"

// metFault is the fault that a request has met; nil is none.
type metFault struct {
	Fault

	row *faultRow
}

// is reports whether a fault of that kind was met.
func (f *metFault) is(kind FaultKind) bool { return f != nil && f.Do == kind }

// before responds in place of the server.
func (f *metFault) before() (reply, bool) {
	if f == nil || f.row.phase != before {
		return reply{}, false
	}
	r := reply{header: http.Header{}}
	f.row.do(f, &r)
	return r, true
}

// after spoils the server's own reply.
func (f *metFault) after(r *reply) {
	if f == nil || f.row.phase != after {
		return
	}
	f.row.do(f, r)
	f.addHeader(r)
}

// breaks makes a fault after which there is no response.
func breaks(how wire) func(*metFault, *reply) {
	return func(_ *metFault, r *reply) { r.status, r.wire = 0, how }
}

func (f *metFault) respond(r *reply) { f.replace(r, cmp.Or(f.Status, http.StatusInternalServerError)) }

func (f *metFault) rateLimit(r *reply) {
	r.header.Set("Retry-After", strconv.Itoa(f.RetryAfter))
	f.replace(r, http.StatusTooManyRequests)
}

func (f *metFault) redirect(r *reply) {
	r.header.Set("Location", cmp.Or(f.Location, "https://elsewhere.example.com/api"))
	f.replace(r, cmp.Or(f.Status, http.StatusFound))
}

func (f *metFault) drip(r *reply) {
	r.wire, r.pause = wireDrip, time.Duration(cmp.Or(f.PauseMS, 100))*time.Millisecond
}

// replace sets another status and body.
func (f *metFault) replace(r *reply, status int) {
	r.status = status
	r.body = []byte(cmp.Or(f.Body, documented(status)))
	r.header.Set("Content-Type", "application/json; charset=utf-8")
	f.addHeader(r)
}

// page replaces the reply with a gateway's.
func (f *metFault) page(r *reply) {
	f.replace(r, cmp.Or(f.Status, http.StatusBadGateway))
	r.body = []byte(cmp.Or(f.Body, htmlPage))
	r.header.Set("Content-Type", "text/html")
	f.addHeader(r)
}

func (f *metFault) addHeader(r *reply) {
	for name, value := range f.Header {
		r.header.Set(name, value)
	}
}

// drift changes types in a JSON response as the real service has done.
func drift(f *metFault, r *reply) {
	decoder := json.NewDecoder(bytes.NewReader(r.body))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) == nil {
		r.body = encodeJSON(driftValue(value, "", f.Do, 0))
	}
}

// driftValue walks a value; depth counts the objects around it. The array of a
// list itself stays, only those within objects of a list may vanish.
func driftValue(value any, key string, kind FaultKind, depth int) any {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			v[name] = driftValue(inner, name, kind, depth+1)
		}
		if kind == UnknownKeys {
			v["workatotest_unknown"] = map[string]any{"nested": []any{1, "two", nil}}
		}
		return v
	case []any:
		if kind == NullArrays && depth > 0 && !isEnvelope(key) {
			return nil
		}
		for i, inner := range v {
			v[i] = driftValue(inner, key, kind, depth)
		}
		return v
	case json.Number:
		if kind == IDsAsStrings && (key == "id" || strings.HasSuffix(key, "_id")) {
			return v.String()
		}
	case string:
		if kind == UnknownEnums && slices.Contains(enumKeys, key) {
			return "workatotest_unheard_of"
		}
	}
	return value
}

var enumKeys = []string{"status", "state", "authorization_status", "import_result", "stop_cause", "type", "operation_type", "grant_type"}

func isEnvelope(key string) bool {
	return key == "result" || key == "items" || key == "data"
}
