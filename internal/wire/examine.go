package wire

import (
	"bytes"
	"encoding/json"
)

// maxEnvelopes is how many envelopes within each other are opened.
const maxEnvelopes = 3

// Finding is what the head of a document says about itself: its own keys, and
// those of the object under result or data. There the service says whether it
// did what it was asked. Which of it matters depends on what was asked for: an
// import that failed has an error of its own, and the keys of a list of
// properties are the customer's.
type Finding struct {
	Kind Kind
	// Refused is set by a success that is false, in any spelling and wherever it
	// stands, and by the status "rejected" where no success is true.
	Refused bool
	// Complains is set by an error or errors that says something, whatever stands
	// beside it. A success that is true, and none that is false, outweighs it.
	Complains bool
	// Hollow is set by a message that says something beside a list, under result,
	// items or data, that is empty or null. No list of the API was seen with a
	// message, and nearly every refusal has one: what was asked for a list is then
	// taken to have refused, because the message would be lost with an empty list.
	// A confirmation may well be worded so.
	Hollow bool
}

// Examine reads the head of a document. It walks over the bytes once, builds
// nothing and leaves it to the decoder to find out whether all of it is JSON. A
// head that breaks off says nothing.
func Examine(body []byte) Finding { return examine(body, maxEnvelopes, nil) }

// ExamineKeys reads those keys of a document, and none in envelopes, that count,
// which are given to it in lower case.
func ExamineKeys(body []byte, counts func(key string) bool) Finding { return examine(body, 0, counts) }

func examine(body []byte, envelopes int, counts func(key string) bool) Finding {
	found := Finding{Kind: KindOf(body)}
	if found.Kind != KindObject {
		return found
	}
	says := claims{counts: counts}
	end := says.read(body, skipSpace(body, 0), envelopes)
	if end < 0 || skipSpace(body, end) < len(body) {
		return found
	}
	found.Refused = says.failure || says.rejected && !says.success
	found.Complains = says.problem && (says.failure || !says.success)
	found.Hollow = says.message && says.emptyList
	return found
}

// claims is what the keys of an object and of those in its envelopes say.
type claims struct {
	success, failure, rejected, problem bool
	// of the outermost object only
	message, emptyList bool
	// id is set by an object that has one.
	id bool
	// counts tells which keys are read, nil for all.
	counts func(key string) bool
}

// read takes in the object at i and returns the index after it, or -1 if it is
// broken. It opens at most so many envelopes within it.
func (c *claims) read(data []byte, i, envelopes int) int {
	i, more := enter(data, i)
	for more {
		key, value := keyAt(data, i)
		if value < 0 {
			return -1
		}
		var space [longestName]byte
		name := fold(key, &space)
		var end int
		if envelopes > 0 && (string(name) == "result" || string(name) == "data") {
			end = c.open(data, value, envelopes-1)
		} else {
			end = skipValue(data, value)
		}
		if end < 0 {
			return -1
		}
		if c.counts == nil || c.counts(string(name)) {
			c.take(name, data[value:end])
		}
		i, more = advance(data, end)
	}
	return i
}

// take takes in one key with its value.
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
// element is one, as which one source types the result of a confirmation. An
// element with an id is a row, and speaks for itself alone.
func (c *claims) open(data []byte, i, envelopes int) int {
	switch {
	case i < len(data) && data[i] == '{':
		inner := claims{}
		end := inner.read(data, i, envelopes)
		c.add(inner)
		return end
	case i == len(data) || data[i] != '[':
		return skipValue(data, i)
	}
	if first := skipSpace(data, i+1); first < len(data) && data[first] == '{' {
		inner := claims{}
		if inner.read(data, first, envelopes) < 0 {
			return -1
		}
		if !inner.id {
			c.add(inner)
		}
	}
	return skipValue(data, i)
}

// add takes over what an inner object says about the outcome.
func (c *claims) add(inner claims) {
	c.success = c.success || inner.success
	c.failure = c.failure || inner.failure
	c.rejected = c.rejected || inner.rejected
	c.problem = c.problem || inner.problem
}

// isFalse reports whether a value is a spelling of false.
func isFalse(value []byte) bool {
	return is(value, "false") || is(value, "0") || is(value, "no")
}

// says reports whether a value says something: most do, but null, "" and their like.
func says(value []byte) bool {
	return !is(value, "null") && !is(value, "false") && !is(value, "0") && !is(value, "") && !isEmpty(value, '[') && !isEmpty(value, '{')
}

// is compares a value, or the text inside its quotes, in any case and with blanks
// around it.
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
