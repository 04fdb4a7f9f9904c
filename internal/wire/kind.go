package wire

import "bytes"

// Kind is the kind of a document, determined by its first bytes.
type Kind uint8

// The kinds of documents: those of JSON, and others that are received instead.
const (
	KindNothing Kind = iota // empty, or nothing but white space
	KindObject
	KindList
	KindString
	KindNumber
	KindBoolean
	KindNull
	KindHTML          // the page of a gateway, or a login form
	KindByteOrderMark // in front of something that is not a page: JSON must not begin with it
	KindText          // anything else
)

var kindNames = [...]string{
	KindNothing: "nothing", KindObject: "an object", KindList: "a list", KindString: "a string", KindNumber: "a number",
	KindBoolean: "a boolean", KindNull: "null", KindHTML: "an HTML page", KindByteOrderMark: "a byte order mark", KindText: "text",
}

// String returns the kind with its article, as messages show it.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// KindOf returns the kind of data.
func KindOf(data []byte) Kind {
	data = bytes.TrimLeft(data, " \t\r\n")
	if len(data) == 0 {
		return KindNothing
	}
	if rest, marked := bytes.CutPrefix(data, []byte("\ufeff")); marked {
		if firstByte(rest) == '<' {
			return KindHTML
		}
		return KindByteOrderMark
	}
	switch c := data[0]; {
	case c == '{':
		return KindObject
	case c == '[':
		return KindList
	case c == '"':
		return KindString
	case c == '<':
		return KindHTML
	case bytes.HasPrefix(data, null):
		return KindNull
	case bytes.HasPrefix(data, []byte("true")), bytes.HasPrefix(data, []byte("false")):
		return KindBoolean
	case c == '-' || (c >= '0' && c <= '9'):
		return KindNumber
	}
	return KindText
}

// KindError says that the document is of the wrong kind.
type KindError struct {
	Want string // "an object", "a list"
	Got  string // the name of a Kind, or what is wrong with a document of the right one
}

func (e *KindError) Error() string { return "expected " + e.Want + ", got " + e.Got }
