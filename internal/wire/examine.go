package wire

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// maxEnvelopes is how many nested envelopes are opened.
const maxEnvelopes = 3

// Finding is what the top of a document says about the outcome: its own keys,
// and those of the object under result or data. Which of them matter depends on
// the call: a failed import has an error of its own, and the keys of a list of
// properties are the customer's.
type Finding struct {
	Kind Kind
	// Refused is set by a success that is false, in any spelling and at any level,
	// and by the status "rejected" if no success is true.
	Refused bool
	// Complains is set by a non-empty error or errors, whatever is beside it. A
	// success that is true, and none that is false, outweighs it.
	Complains bool
	// Hollow is set by a non-empty message beside a list, under result, items or
	// data at the top or one level below, that is empty or null. No list of the API
	// was seen with a message, and nearly every refusal has one: so it counts as a
	// refusal of a list, because the message would be lost with an empty list. A
	// confirmation may have this form.
	Hollow bool
}

// Examine reads the top of a document. It walks over the bytes once, or twice
// if they are not JSON, and allocates nothing. A document that is broken
// further down can still contain a refusal; a truncated top says nothing.
func Examine(body []byte) Finding {
	found, _ := examine(body, maxEnvelopes, nil)
	return found
}

// ExamineKeys reads those keys of a document, and none in envelopes, for which
// counts is true. counts gets them in lower case.
func ExamineKeys(body []byte, counts func(key string) bool) Finding {
	found, _ := examine(body, 0, counts)
	return found
}

// Examine does the same for the document that d will read.
func (d *Decoder) Examine(body []byte) Finding {
	found, says := examine(body, maxEnvelopes, nil)
	if d.valid = says.strict; d.valid && !says.envelope {
		d.bare = body
	}
	return found
}

// examine returns the finding and the claims it is based on, which are strict
// if the document is known to be a JSON object.
func examine(body []byte, envelopes int, counts func(key string) bool) (found Finding, says claims) {
	found.Kind = KindOf(body)
	if found.Kind != KindObject {
		return found, says
	}
	says = claims{counts: counts, strict: true}
	if !says.all(body, envelopes) {
		if says = (claims{counts: counts}); !says.all(body, envelopes) {
			return found, says
		}
	}
	found.Refused = says.failure || says.rejected && !says.success
	found.Complains = says.problem && (says.failure || !says.success)
	found.Hollow = says.message && says.emptyList
	return found, says
}

// claims are the relevant keys of an object and of its envelopes.
type claims struct {
	success, failure, rejected, problem bool
	// of the outermost object only
	envelope bool
	// of it and of the objects in its envelopes
	message, emptyList bool
	// id is set by an object that has one.
	id bool
	// counts tells which keys are read, nil for all.
	counts func(key string) bool
	// strict rejects an object that is not valid JSON, not only one whose end
	// cannot be found. depth is its nesting depth.
	strict bool
	depth  int
}

// all reads the object that a document is, and reports whether it is one.
func (c *claims) all(body []byte, envelopes int) bool {
	end := c.read(body, skipSpace(body, 0), envelopes)
	return end >= 0 && skipSpace(body, end) == len(body)
}

// read reads the object at i and returns the index after it, or -1 if it is
// broken. It opens at most the given number of envelopes within it.
func (c *claims) read(data []byte, i, envelopes int) int {
	var inData claims
	i, more := enter(data, i)
	for more {
		key, value := c.keyAt(data, i)
		if value < 0 {
			return -1
		}
		var space [longestName]byte
		var name []byte
		if mayClaim(key[1]) {
			name = fold(key, &space)
		}
		var end int
		switch string(name) {
		case "result":
			c.envelope = true
			end = c.open(data, value, envelopes-1, c)
		case "data":
			c.envelope = true
			end = c.open(data, value, envelopes-1, &inData)
		default:
			end = c.skip(data, value)
		}
		if end < 0 {
			return -1
		}
		if name != nil && (c.counts == nil || c.counts(string(name))) {
			c.take(name, data[value:end])
		}
		i, more = advance(data, end)
	}
	if !c.id { // the data of a row, which has an id, is the customer's
		c.add(inData)
	}
	if c.strict {
		return closed(data, i, '{')
	}
	return i
}

// mayClaim reports whether a key with this first byte can be one that take
// knows. Most cannot.
func mayClaim(first byte) bool {
	switch first | 0x20 {
	case 'd', 'e', 'i', 'm', 'r', 's', '\\' | 0x20:
		return true
	}
	return first >= utf8.RuneSelf
}

// keyAt and skip walk over the document, as strictly as needed.
func (c *claims) keyAt(data []byte, i int) (quoted []byte, value int) {
	if c.strict {
		return checkKey(data, i)
	}
	return keyAt(data, i)
}

func (c *claims) skip(data []byte, i int) int {
	if c.strict {
		return checkValue(data, i, c.depth+1)
	}
	return skipValue(data, i)
}

// take reads one key with its value.
func (c *claims) take(name, value []byte) {
	switch string(name) {
	case "id":
		c.id = !bytes.Equal(value, null)
	case "success":
		switch {
		case isFalse(value):
			c.failure = true
		case says(value):
			c.success = true
		}
	case "status":
		c.rejected = c.rejected || is(value, "rejected")
	case "error", "errors":
		c.problem = c.problem || says(value)
	case "message":
		c.message = c.message || says(value)
	case "result", "items", "data":
		c.emptyList = c.emptyList || bytes.Equal(value, null) || isEmpty(value, '[')
	}
}

// open reads what is under result or data: an object, or a list whose first
// element is one, the form that one source shows for a confirmation. An element
// with an id is a row, and says nothing about the outcome. What is
// said is added to into.
func (c *claims) open(data []byte, i, envelopes int, into *claims) int {
	inner := claims{strict: c.strict, depth: c.depth + 1}
	switch {
	case envelopes < 0 || i == len(data):
	case data[i] == '{':
		end := inner.read(data, i, envelopes)
		into.add(inner)
		return end
	case data[i] == '[':
		first := skipSpace(data, i+1)
		if first == len(data) || data[first] != '{' {
			break
		}
		inner.depth++
		if inner.read(data, first, envelopes) < 0 {
			return -1
		}
		if !inner.id {
			inner.message, inner.emptyList = false, false
			into.add(inner)
		}
	}
	return c.skip(data, i)
}

// add adds what an inner object says about the outcome.
func (c *claims) add(inner claims) {
	c.success = c.success || inner.success
	c.failure = c.failure || inner.failure
	c.rejected = c.rejected || inner.rejected
	c.problem = c.problem || inner.problem
	c.message = c.message || inner.message
	c.emptyList = c.emptyList || inner.emptyList
}

// isFalse reports whether a value is a spelling of false.
func isFalse(value []byte) bool {
	return is(value, "false") || is(value, "0") || is(value, "no")
}

// says reports whether a value is not empty: null, "" and the like are.
func says(value []byte) bool {
	return !is(value, "null") && !is(value, "false") && !is(value, "0") && !is(value, "") && !isEmpty(value, '[') && !isEmpty(value, '{')
}

// is compares a value, or the text inside its quotes, ignoring case and
// surrounding blanks.
func is(value []byte, word string) bool {
	if len(value) >= 2 && value[0] == '"' {
		text := value[1 : len(value)-1]
		if bytes.IndexByte(text, '\\') >= 0 && len(text) < 1<<10 {
			var s string
			if json.Unmarshal(value, &s) == nil {
				text = []byte(s)
			}
		}
		value = bytes.TrimSpace(text)
	}
	return len(value) == len(word) && bytes.EqualFold(value, []byte(word))
}

// isEmpty reports whether a list or an object, by its first byte, has no element.
func isEmpty(value []byte, open byte) bool {
	return value[0] == open && skipSpace(value, 1) == len(value)-1
}
