package wire

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// MaxLine is how much of a text from outside is shown in a message.
const MaxLine = 512

// Problem is what the body of an error says, in whatever shape it says it.
type Problem struct {
	Message string
	Code    string
	ID      string
	Status  string
	Fields  map[string][]string
	// Refused is that of Examine.
	Refused bool
}

// problemBody has all the keys that errors were seen with. encoding/json matches
// them in any case.
type problemBody struct {
	Message          json.RawMessage `json:"message"`
	Error            json.RawMessage `json:"error"`
	Title            json.RawMessage `json:"title"`
	Detail           json.RawMessage `json:"detail"`
	ErrorDescription json.RawMessage `json:"error_description"`
	ErrorType        json.RawMessage `json:"error_type"`
	Code             json.RawMessage `json:"code"`
	Status           json.RawMessage `json:"status"`
	ID               json.RawMessage `json:"id"`
	Errors           json.RawMessage `json:"errors"`
	Result           json.RawMessage `json:"result"`
}

var problems = sync.Pool{New: func() any { return new(problemBody) }}

// ParseProblem reads the body of an error. All shapes that were ever seen are
// understood (message; success, status and message; errors by field; a list of
// code and title; error and error_type), and any text at all yields at least a
// message.
func ParseProblem(body []byte) Problem {
	p := parseProblem(body, maxEnvelopes)
	p.Refused = Refused(body)
	return p
}

func parseProblem(body []byte, depth int) Problem {
	body = bytes.TrimSpace(body)
	if text, ok := onlyMessage(body); ok {
		return Problem{Message: text}
	}
	in, _ := problems.Get().(*problemBody)
	defer func() {
		*in = problemBody{}
		problems.Put(in)
	}()
	if depth == 0 || !isObject(body) || json.Unmarshal(body, in) != nil {
		return Problem{Message: textOf(body)}
	}
	p := Problem{Status: plain(in.Status), Code: first(plain(in.ErrorType), plain(in.Code))}
	if firstByte(in.ID) == '"' { // of an incident; a number would be an object's
		p.ID = plain(in.ID)
	}
	if result := firstObject(in.Result); result != nil {
		inner := parseProblem(result, depth-1)
		p.Message, p.Status = inner.Message, first(p.Status, inner.Status)
		p.Fields = inner.Fields
	}
	p.readErrors(in.Errors, depth-1)
	for _, raw := range [...]json.RawMessage{in.Message, in.Error, in.Title, in.Detail, in.ErrorDescription} {
		if text := said(raw, depth); text != "" {
			p.Message = text
			break
		}
	}
	return p
}

// onlyMessage reads {"message":"text"}, which nearly all errors are, without a
// parser. Anything with an escape or a second value is left to the parser.
func onlyMessage(body []byte) (string, bool) {
	rest, ok := bytes.CutPrefix(body, []byte(`{"message":"`))
	if !ok {
		return "", false
	}
	text, ok := bytes.CutSuffix(rest, []byte(`"}`))
	if !ok || bytes.ContainsAny(text, `"\`) || !isPlain(string(text)) {
		return "", false
	}
	return string(text), true
}

func first(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

// readErrors takes in "errors": texts by field, a list of texts, a list of
// objects with code and title, or a text.
func (p *Problem) readErrors(raw json.RawMessage, depth int) {
	switch firstByte(raw) {
	case '{':
		var byField map[string]json.RawMessage
		if json.Unmarshal(raw, &byField) != nil {
			return
		}
		p.Fields = make(map[string][]string, len(byField))
		for field, value := range byField {
			p.Fields[field] = texts(value, depth)
		}
		p.Message = Summary(p.Fields)
	case '[':
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil {
			return
		}
		var said []string
		for _, item := range list {
			said = append(said, texts(item, depth)...)
			var coded struct {
				Code json.RawMessage `json:"code"`
			}
			if p.Code == "" && isObject(item) && json.Unmarshal(item, &coded) == nil {
				p.Code = plain(coded.Code)
			}
		}
		p.Message = strings.Join(said, "; ")
	case '"':
		p.Message = plain(raw)
	}
}

// Summary lists fields with what is wrong with them, in a fixed order.
func Summary(fields map[string][]string) string {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	parts := make([]string, 0, len(names))
	for _, name := range names {
		parts = append(parts, name+": "+strings.Join(fields[name], ", "))
	}
	return strings.Join(parts, "; ")
}

// texts returns a value as one or more texts.
func texts(raw json.RawMessage, depth int) []string {
	if !isList(raw) {
		if s := said(raw, depth); s != "" {
			return []string{s}
		}
		return nil
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	var out []string
	for _, item := range list {
		if s := said(item, depth); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// said returns the text of a value: a string, the message of an object, or the
// JSON as it stands.
func said(raw json.RawMessage, depth int) string {
	if depth <= 0 {
		return plain(raw)
	}
	switch firstByte(raw) {
	case 0, 'n':
		return ""
	case '{':
		if p := parseProblem(raw, depth-1); p.Message != "" {
			return p.Message
		}
	}
	return plain(raw)
}

// plain returns the text of a string, or any other value as it stands.
func plain(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || bytes.Equal(raw, null) {
		return ""
	}
	if raw[0] != '"' {
		return string(raw)
	}
	if bytes.IndexByte(raw, '\\') < 0 && len(raw) >= 2 { // nothing to unescape
		return string(raw[1 : len(raw)-1])
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return string(raw)
	}
	return s
}

// textOf makes a message of a body that is no JSON object.
func textOf(body []byte) string {
	if len(body) > 16<<10 {
		body = body[:16<<10]
	}
	if firstByte(body) != '<' {
		if json.Valid(body) {
			return plain(body)
		}
		return string(body)
	}
	page := string(body)
	lower := strings.ToLower(page)
	if len(lower) == len(page) { // some letters change their length
		if start := strings.Index(lower, "<title>"); start >= 0 {
			if end := strings.Index(lower[start:], "</title>"); end >= 0 {
				if title := strings.TrimSpace(page[start+len("<title>") : start+end]); title != "" {
					return "HTML page: " + title
				}
			}
		}
	}
	return "HTML page: " + page
}

// Line makes text from outside fit for one line of a message: valid UTF-8,
// nothing that moves the cursor, at most limit bytes.
func Line(s string, limit int) string {
	if len(s) <= limit && isPlain(s) {
		return s
	}
	cut := false
	if len(s) > 4*limit {
		s, cut = s[:4*limit], true
	}
	s = strings.ToValidUTF8(s, "\ufffd")
	if strings.ContainsFunc(s, unfit) {
		s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || unfit(r) }), " ")
	}
	const ellipsis = "…"
	if len(s) <= limit && !cut {
		return s
	}
	end := min(len(s), limit-len(ellipsis))
	for end > 0 && end < len(s) && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + ellipsis
}

// isPlain holds for printable ASCII, which is what nearly all texts are.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// unfit holds for what must not stand in one line: everything that is not
// printed as a sign of its own, but for the space.
func unfit(r rune) bool { return r != ' ' && r != '\ufffd' && !unicode.IsPrint(r) }
