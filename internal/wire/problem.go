package wire

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxLine is how many bytes of a text from outside are shown in a message.
const MaxLine = 512

// Problem is the content of an error body, in any of its forms.
type Problem struct {
	Message string
	Code    string
	ID      string
	Status  string
	Fields  map[string][]string
	// Refused is as in Finding.
	Refused bool
}

// problemKeys are the values of the keys that are known in errors.
type problemKeys struct {
	message, error, title, detail, errorDescription, errorType, code, status, id, errors, result []byte
}

func problemKeysOf(object []byte) (in problemKeys) {
	keys(object, func(name, value []byte) {
		switch string(name) {
		case "message":
			in.message = value
		case "error":
			in.error = value
		case "title":
			in.title = value
		case "detail":
			in.detail = value
		case "error_description":
			in.errorDescription = value
		case "error_type":
			in.errorType = value
		case "code":
			in.code = value
		case "status":
			in.status = value
		case "id":
			in.id = value
		case "errors":
			in.errors = value
		case "result", "data":
			in.result = value
		}
	})
	return in
}

const (
	// maxTexts is how many messages of one problem are read.
	maxTexts = 1000
	// maxText is how much of a text is read for display. A truncated one ends with
	// an ellipsis: it may end within a secret.
	maxText  = 16 << 10
	ellipsis = "…"
)

// ParseProblem reads the body of an error. All forms seen so far are understood
// (message; success, status and message; errors by field; a list of code and
// title; error and error_type), and any text yields at least a message.
func ParseProblem(body []byte) Problem {
	body = bytes.TrimSpace(body)
	if text, ok := onlyMessage(body); ok {
		return Problem{Message: text}
	}
	found, says := examine(body, maxEnvelopes, nil)
	var p Problem
	if says.strict { // a whole object
		p = parseProblem(body, maxEnvelopes)
	} else {
		p.Message = textOf(body)
	}
	p.Refused = found.Refused
	return p
}

// parseProblem reads an object.
func parseProblem(object []byte, depth int) Problem {
	if depth == 0 {
		return Problem{Message: textOf(object)}
	}
	in := problemKeysOf(object)
	p := Problem{Status: plain(in.status), Code: first(plain(in.errorType), plain(in.code))}
	if firstByte(in.id) == '"' { // of an incident; a number would be an object's
		p.ID = plain(in.id)
	}
	if result := firstObject(in.result); result != nil {
		inner := parseProblem(result, depth-1)
		p.Message, p.Status = inner.Message, first(p.Status, inner.Status)
		p.Fields = inner.Fields
	}
	p.readErrors(in.errors, depth-1)
	for _, raw := range [...][]byte{in.message, in.error, in.title, in.detail, in.errorDescription} {
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
	if !ok || bytes.IndexByte(text, '"') >= 0 || bytes.IndexByte(text, '\\') >= 0 || !isPlain(string(text)) {
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
func (p *Problem) readErrors(raw []byte, depth int) {
	switch firstByte(raw) {
	case '{':
		p.Fields = map[string][]string{}
		left := maxTexts
		i, more := enter(raw, 0)
		for more && left > 0 {
			key, value := keyAt(raw, i)
			end := skipValue(raw, value)
			if end < 0 {
				return
			}
			said := texts(raw[value:end], depth, left)
			p.Fields[plain(key)] = said
			left -= max(len(said), 1)
			i, more = advance(raw, end)
		}
		p.Message = Summary(p.Fields)
	case '[':
		for item := range Elements(raw) {
			if p.Code == "" && item[0] == '{' {
				p.Code = plain(problemKeysOf(item).code)
			}
		}
		p.Message = strings.Join(texts(raw, depth, maxTexts), "; ")
	case '"':
		p.Message = plain(raw)
	}
}

// Summary lists the fields with their errors, in a fixed order.
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

// texts returns a value as one or more texts, at most most.
func texts(raw []byte, depth, most int) []string {
	if firstByte(raw) != '[' {
		if s := said(raw, depth); s != "" {
			return []string{s}
		}
		return nil
	}
	var out []string
	for item := range Elements(raw) {
		if s := said(item, depth); s != "" {
			out = append(out, s)
		}
		if len(out) == most {
			break
		}
	}
	return out
}

// said returns the text of a value: a string, the message of an object, or the
// JSON as it is.
func said(raw []byte, depth int) string {
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

// plain returns the text of a string, or any other value as it is, truncated
// for display.
func plain(raw []byte) string {
	switch {
	case len(raw) == 0 || bytes.Equal(raw, null):
		return ""
	case raw[0] != '"':
		return shorten(raw)
	case len(raw) <= maxText:
		return unquote(raw)
	}
	return unquote(append(bytes.Clone(raw[:wholeEscapes(raw, maxText)]), '"')) + ellipsis
}

// shorten truncates a text for display.
func shorten(text []byte) string {
	if len(text) <= maxText {
		return string(text)
	}
	return string(text[:maxText]) + ellipsis
}

// wholeEscapes returns how much of a JSON string, at most limit, does not end
// within an escape.
func wholeEscapes(raw []byte, limit int) int {
	for i := 0; ; {
		next := i + 1
		if raw[i] == '\\' {
			next = i + 2
			if raw[i+1] == 'u' {
				next = i + len(`\u0041`)
			}
		}
		if next > limit {
			return i
		}
		i = next
	}
}

// textOf makes a message from a body that is not a JSON object.
func textOf(body []byte) string {
	page := shorten(body)
	if firstByte(body) != '<' {
		if len(body) <= maxText && isValid(body) {
			return plain(body)
		}
		return page
	}
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

// Line makes text from outside suitable for one line of a message: valid UTF-8,
// no control characters, at most limit bytes.
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
	if len(s) <= limit && !cut {
		return s
	}
	end := min(len(s), limit-len(ellipsis))
	for end > 0 && end < len(s) && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + ellipsis
}

// isPlain reports whether a text is printable ASCII, as nearly all are.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// unfit is true for characters that must not be in one line: everything that is
// not a visible character, except the space.
func unfit(r rune) bool { return r != ' ' && r != '\ufffd' && !unicode.IsPrint(r) }
