package workato

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// CustomerID identifies a customer's workspace: by Workato's id or by your
// external id. It is comparable and can be a map key. Build one with AccountID,
// ExternalID or ParseCustomerID; every call refuses the zero value before it
// sends anything.
//
// Where a customer has environments, each of DEV, TEST and PROD has an id of
// its own, and only the id selects the environment.
type CustomerID struct {
	form   customerForm
	number int64
	text   string
}

type customerForm uint8

const (
	byAccount customerForm = iota + 1
	byExternal
)

// AccountID identifies a customer by Workato's own id, which is positive.
func AccountID(id int64) CustomerID { return CustomerID{form: byAccount, number: id} }

// ExternalID identifies a customer by your own id, exactly as it was given to
// ManagedUsers.Create: no prefix, not escaped. The client adds the prefix E
// that the API asks for and escapes the result.
func ExternalID(id string) CustomerID { return CustomerID{form: byExternal, text: id} }

// ParseCustomerID reads the form of flags and files: digits are an account id
// ("98178"), a capital E begins an external id ("EA2300" is the external id
// A2300). The external id is taken as it stands, without unescaping. Digits
// with a leading zero are refused: they are unlikely to be an account id.
func ParseCustomerID(s string) (CustomerID, error) {
	if external, ok := strings.CutPrefix(s, "E"); ok {
		id := ExternalID(external)
		return id, id.check("customer")
	}
	number, err := strconv.ParseUint(s, 10, 63)
	if err != nil || strings.HasPrefix(s, "0") {
		return CustomerID{}, invalid("customer", "%q is neither an account id such as 98178 nor an external id with the prefix E such as EA2300", s)
	}
	id := AccountID(int64(number))
	return id, id.check("customer")
}

// String returns the form that ParseCustomerID reads, and "" for the zero
// value.
func (id CustomerID) String() string {
	switch id.form {
	case byAccount:
		return strconv.FormatInt(id.number, 10)
	case byExternal:
		return "E" + id.text
	}
	return ""
}

// PathSegment returns the escaped form for the path of a raw call:
// ExternalID("a/b") gives "Ea%2Fb".
func (id CustomerID) PathSegment() string { return string(appendEscaped(nil, id.String())) }

// MarshalText implements encoding.TextMarshaler with the form of String.
func (id CustomerID) MarshalText() ([]byte, error) {
	if err := id.check("customer"); err != nil {
		return nil, err
	}
	return []byte(id.String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler with ParseCustomerID.
func (id *CustomerID) UnmarshalText(text []byte) error {
	parsed, err := ParseCustomerID(string(text))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}

func (id CustomerID) check(name string) error {
	switch {
	case id.form == byAccount && id.number <= 0:
		return invalid(name, "account id must be positive, got %d", id.number)
	case id.form == byExternal && id.text == "":
		return invalid(name, "external id is empty")
	case id.form == byExternal && !utf8.ValidString(id.text):
		return invalid(name, "external id "+notUTF8) // in JSON it would be another one
	case id.form == 0:
		return invalid(name, "is the zero CustomerID; use AccountID, ExternalID or ParseCustomerID")
	}
	return nil
}

// pathArg is one argument of a path template: a customer, a number or a text.
type pathArg struct {
	customer CustomerID
	number   int64
	text     string
	form     pathForm
}

type pathForm uint8

const (
	customerArg pathForm = iota
	numberArg
	textArg
)

func customer(id CustomerID) pathArg { return pathArg{form: customerArg, customer: id} }

func number(id int64) pathArg { return pathArg{form: numberArg, number: id} }

func text(s string) pathArg { return pathArg{form: textArg, text: s} }

func (a pathArg) check(name string) error {
	switch {
	case a.form == customerArg:
		return a.customer.check(name)
	case a.form == numberArg && a.number <= 0:
		return invalid(name, "must be a positive id, got %d", a.number)
	case a.form == textArg && a.text == "":
		return invalid(name, "is empty")
	case a.form == textArg && !utf8.ValidString(a.text):
		return invalid(name, notUTF8)
	case a.form == textArg && isDots(a.text):
		return invalid(name, "%q is not an id: proxies would resolve it to another path", a.text)
	}
	return nil
}

// id is the number of the object that the argument names, 0 if it has none.
func (a pathArg) id() int64 {
	switch a.form {
	case customerArg:
		return a.customer.number
	case numberArg:
		return a.number
	case textArg:
	}
	return 0
}

// isDots reports whether a segment is "." or "..", escaped or not.
func isDots(segment string) bool { return segment == "." || segment == ".." }

// appendPlain appends the argument as it is, not escaped.
func (a pathArg) appendPlain(b []byte) []byte {
	switch {
	case a.form == textArg:
		return append(b, a.text...)
	case a.form == customerArg && a.customer.form == byExternal:
		return append(append(b, 'E'), a.customer.text...)
	case a.form == customerArg:
		return strconv.AppendInt(b, a.customer.number, 10)
	}
	return strconv.AppendInt(b, a.number, 10)
}

const upperHex = "0123456789ABCDEF"

// appendEscaped escapes every byte but letters, digits, '-', '_' and '~'. The
// dot goes too: proxies resolve "..", and Rails reads ".com" as a format.
func appendEscaped(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; unescaped(c) {
			b = append(b, c)
		} else {
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return b
}

func unescaped(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '~'
}

// splitRawPath checks the escaped path of a raw call and returns its decoded
// form. A host, a query and dot segments, even behind escaped slashes, are
// refused, so the request cannot leave the API of the configured origin.
func splitRawPath(path string) (plain, escaped string, err error) {
	literal := isLiteral(path) // as nearly all are: fewer checks are needed
	switch {
	case path == "":
		return "", "", invalid("Path", "is empty")
	case strings.HasPrefix(path, "//") || !literal && strings.Contains(path, "://"):
		return "", "", invalid("Path", "must not name a host")
	case !literal && strings.ContainsAny(path, "?#"):
		return "", "", invalid("Path", "must not hold a query or a fragment; use Query")
	}
	escaped = path
	if escaped[0] != '/' {
		escaped = "/" + escaped
	}
	if !strings.HasPrefix(escaped, "/api/") {
		escaped = "/api" + escaped
	}
	plain = escaped
	if !literal {
		if plain, err = url.PathUnescape(escaped); err != nil {
			return "", "", invalid("Path", "%v", err)
		}
		if (&url.URL{Path: plain, RawPath: escaped}).EscapedPath() != escaped {
			return "", "", invalid("Path", "holds a character that must be escaped; see url.PathEscape")
		}
	}
	if segment, ok := dotSegment(plain); ok { // checks the decoded path, because proxies may decode before they resolve
		return "", "", invalid("Path", "must not hold the segment %q, escaped or not", segment)
	}
	return plain, escaped, nil
}

// dotSegment finds a dot segment in a path. Some servers treat a backslash as a
// slash, and ignore what follows a semicolon.
func dotSegment(path string) (segment string, found bool) {
	if !strings.Contains(path, ".") {
		return "", false
	}
	for segment := range strings.FieldsFuncSeq(path, isSlash) {
		if name, _, _ := strings.Cut(segment, ";"); isDots(name) {
			return segment, true
		}
	}
	return "", false
}

// isLiteral reports whether nothing in a path is, or has to be, escaped.
func isLiteral(path string) bool {
	for i := range len(path) {
		if c := path[i]; c != '/' && c != '.' && !unescaped(c) {
			return false
		}
	}
	return true
}

func isSlash(r rune) bool { return r == '/' || r == '\\' }
