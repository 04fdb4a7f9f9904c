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
	before phase = iota + 1
	after
	within
)

var faultKinds = map[FaultKind]phase{
	Respond: before, HTML: before, ConnectRefused: before, ResetBefore: before, Hang: before,
	Redirect: before, RateLimit: before,
	RespondAfter: after, HTMLAfter: after, Empty: after, Null: after, CutOff: after, ResetAfter: after,
	HangAfter: after, Drip: after, IDsAsStrings: after, NullArrays: after, UnknownEnums: after,
	UnknownKeys: after,
	RepeatPage:  within, FailImport: within,
}

const htmlPage = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n" +
	"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"

// metFault is the fault that a request has met; nil is none.
type metFault struct{ Fault }

// is tells whether a fault of that kind was met.
func (f *metFault) is(kind FaultKind) bool { return f != nil && f.Do == kind }

// before answers in place of the server.
func (f *metFault) before() (reply, bool) {
	if f == nil || faultKinds[f.Do] != before {
		return reply{}, false
	}
	r := reply{header: http.Header{}}
	switch f.Do {
	case Respond:
		f.answer(&r, cmp.Or(f.Status, http.StatusInternalServerError))
	case HTML:
		f.page(&r)
	case RateLimit:
		r.header.Set("Retry-After", strconv.Itoa(f.RetryAfter))
		f.answer(&r, http.StatusTooManyRequests)
	case Redirect:
		r.header.Set("Location", cmp.Or(f.Location, "https://elsewhere.example.com/api"))
		f.answer(&r, cmp.Or(f.Status, http.StatusFound))
	case ConnectRefused, ResetBefore:
		r.wire = wireReset
	case Hang:
		r.wire = wireHang
	default:
	}
	return r, true
}

// after spoils the server's own reply.
func (f *metFault) after(r *reply) {
	if f == nil || faultKinds[f.Do] != after {
		return
	}
	switch f.Do {
	case RespondAfter:
		f.answer(r, cmp.Or(f.Status, http.StatusInternalServerError))
	case HTMLAfter:
		f.page(r)
	case Empty:
		r.body = nil
	case Null:
		r.body = []byte("null")
	case CutOff:
		r.wire = wireCut
	case ResetAfter:
		r.status, r.wire = 0, wireReset
	case HangAfter:
		r.status, r.wire = 0, wireHang
	case Drip:
		r.wire, r.pause = wireDrip, time.Duration(cmp.Or(f.PauseMS, 100))*time.Millisecond
	case IDsAsStrings, NullArrays, UnknownEnums, UnknownKeys:
		r.body = drift(r.body, f.Do)
	default:
	}
	f.addHeader(r)
}

// answer replaces status and body.
func (f *metFault) answer(r *reply, status int) {
	r.status = status
	r.body = []byte(cmp.Or(f.Body, documented(status)))
	r.header.Set("Content-Type", "application/json; charset=utf-8")
	f.addHeader(r)
}

// page replaces the reply by that of a gateway.
func (f *metFault) page(r *reply) {
	f.answer(r, cmp.Or(f.Status, http.StatusBadGateway))
	r.body = []byte(cmp.Or(f.Body, htmlPage))
	r.header.Set("Content-Type", "text/html")
	f.addHeader(r)
}

func (f *metFault) addHeader(r *reply) {
	for name, value := range f.Header {
		r.header.Set(name, value)
	}
}

// drift changes types in a JSON answer the way the real service has done.
func drift(body []byte, kind FaultKind) []byte {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return body
	}
	return encodeJSON(driftValue(value, "", kind, 0))
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
