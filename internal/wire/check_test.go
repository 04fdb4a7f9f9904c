package wire

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestIsValid compares with encoding/json, for each document and for each
// variant with one byte removed or changed.
func TestIsValid(t *testing.T) {
	t.Parallel()
	nested := func(depth int) string { return strings.Repeat(`[`, depth) + strings.Repeat(`]`, depth) }
	for _, body := range []string{nested(maxDepth), nested(maxDepth + 1), strings.Repeat(`{"a":`, maxDepth+1) + `1` + strings.Repeat(`}`, maxDepth+1)} {
		assert.Equal(t, json.Valid([]byte(body)), isValid([]byte(body)), "%.20s, %d bytes", body, len(body))
	}
	for _, body := range []string{
		``, ` `, `{}`, `[]`, `""`, `0`, `-0`, `-12.50e+10`, `1E-3`, `true`, `false`, `null`,
		` { "a" : [ 1 , 2.5 , -3e2 , "x" ] , "b\u00e4\uD83d\\\/\"\b\f\n\r\t" : { "" : null } , "c":true,"d":false } `,
		"[\"\x7f\xff\u00e9\", {\"k\":[[],{}]}]\n\t\r",
	} {
		for i := range len(body) + 1 {
			for _, other := range "\x00\x1f \"\\/{}[]:,+-.019eEuUaAfFgGtnx\u00e9" {
				changed := []byte(body[:i] + string(other) + body[min(i+1, len(body)):])
				assert.Equal(t, json.Valid(changed), isValid(changed), "%q", changed)
			}
			shorter := []byte(body[:i] + body[min(i+1, len(body)):])
			assert.Equal(t, json.Valid(shorter), isValid(shorter), "%q", shorter)
			assert.Equal(t, json.Valid([]byte(body[:i])), isValid([]byte(body[:i])), "%q", body[:i])
		}
	}
}

// FuzzIsValid does the same for any input.
func FuzzIsValid(f *testing.F) {
	for _, seed := range []string{`{"a":[1,"\u00e9",null,true,{"b":-1.5e3}]}`, `[1,]`, `{"a" 1}`, `"\x"`, `01`, `[}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if want := json.Valid(body); isValid(body) != want {
			t.Errorf("encoding/json says %t of %q", want, body)
		}
		_, says := examine(body, maxEnvelopes, nil)
		if KindOf(body) == KindObject && says.strict != json.Valid(body) {
			t.Errorf("examined as %t: %q", says.strict, body)
		}
	})
}
