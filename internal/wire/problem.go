package wire

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
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
	// Refused is set by "success": false.
	Refused bool
}

// ParseProblem reads the body of an error. All shapes that were ever seen are
// understood (message; success, status and message; errors by field; a list of
// code and title; error and error_type), and any text at all yields at least a
// message.
func ParseProblem(body []byte) Problem { return parseProblem(body, maxEnvelopes) }

func parseProblem(body []byte, depth int) Problem {
	body = bytes.TrimSpace(body)
	var fields map[string]json.RawMessage
	if depth == 0 || !isObject(body) || json.Unmarshal(body, &fields) != nil {
		return Problem{Message: textOf(body)}
	}
	low := make(map[string]json.RawMessage, len(fields))
	for key, value := range fields {
		low[strings.ToLower(key)] = value
	}
	p := Problem{
		Refused: low["success"] != nil && isFalse(low["success"]),
		Status:  plain(low["status"]),
		Code:    first(plain(low["error_type"]), plain(low["code"])),
	}
	if firstByte(low["id"]) == '"' { // of an incident; a number would be an object's
		p.ID = plain(low["id"])
	}
	if inner := low["result"]; isObject(inner) {
		q := parseProblem(inner, depth-1)
		p.Refused = p.Refused || q.Refused
		p.Message, p.Status = q.Message, first(p.Status, q.Status)
		p.Fields = q.Fields
	}
	p.readErrors(low["errors"], depth-1)
	for _, key := range []string{"message", "error", "title", "detail", "error_description"} {
		if text := said(low[key], depth); text != "" {
			p.Message = text
			break
		}
	}
	return p
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
		p.Message = summary(p.Fields)
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

// summary lists fields with what is wrong with them, in a fixed order.
func summary(fields map[string][]string) string {
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
	var s string
	if len(raw) == 0 || bytes.Equal(bytes.TrimSpace(raw), null) {
		return ""
	}
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(bytes.TrimSpace(raw))
}

// textOf makes a message of a body that is no JSON object.
func textOf(body []byte) string {
	if len(body) > 16<<10 {
		body = body[:16<<10]
	}
	if firstByte(body) != '<' {
		return plain(body)
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
	cut := false
	if len(s) > 4*limit {
		s, cut = s[:4*limit], true
	}
	s = strings.ToValidUTF8(s, "\ufffd")
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || !unicode.IsPrint(r) && r != '\ufffd'
	}), " ")
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
