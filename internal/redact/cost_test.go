package redact

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const megabyte = 1 << 20

// manySecrets are 1,000 secrets of 500 bytes with a common prefix.
func manySecrets() []string {
	secrets := make([]string, 1000)
	for i := range secrets {
		secrets[i] = fmt.Sprintf(`https://hooks.example.com/%04d?\u0041=%q`, i, strings.Repeat("x", 460))
	}
	return secrets
}

func repeated(text string) string { return strings.Repeat(text, megabyte/len(text)) }

// heavy are texts of 1 MB, from the usual to the worst case.
func heavy() map[string]struct {
	secrets []string
	text    string
} {
	type work = struct {
		secrets []string
		text    string
	}
	one := []string{"test-token-0123456789"}
	return map[string]work{
		"one, plain":          {one, repeated("the value of the field is bad; ")},
		"one, escaped":        {one, repeated(`bad value \u0041\\ `)},
		"one, everywhere":     {one, repeated("test-token-0123456789 ")},
		"many, plain":         {manySecrets(), repeated("the value of the field is bad; ")},
		"many, escaped":       {manySecrets(), repeated(`bad value \u0041\\ `)},
		"many, beginnings":    {manySecrets(), repeated(`https://hooks.example.com/0123?\u0041=\"xxxxxxxx `)},
		"many, everywhere":    {manySecrets(), repeated(manySecrets()[7] + " ")},
		"run":                 {[]string{strings.Repeat("-", 500) + "!", strings.Repeat("-", 4)}, repeated("-")},
		"run of escapes":      {[]string{strings.Repeat("-", 500), strings.Repeat("A", 30)}, repeated(`\u002d`)},
		"backslashes":         {[]string{strings.Repeat(`\`, 500)}, repeated(`\`)},
		"all codings at once": {one, repeated(`\u0026amp;%2525\\u0041\n&#37;`)},
		"words":               {[]string{"prod", "json", "2024"}, repeated(`in prod_2024 or \"prod\"; `)},
	}
}

// TestCost bounds the cost of masking independently of the computer: bytes
// read, bytes allocated, and the size of the automaton. Each is proportional to
// the text and the secrets.
func TestCost(t *testing.T) {
	for name, work := range heavy() {
		t.Run(name, func(t *testing.T) {
			length := 0
			for _, secret := range work.secrets {
				length += len(secret)
			}
			assert.LessOrEqual(t, len(newAutomaton(work.secrets).nodes), length+1)

			looked := &search{secrets: New(work.secrets...).values()}
			looked.machine = looked.secrets.machine()
			looked.views(work.text, nil, 0)
			assert.LessOrEqual(t, looked.read, 12*len(work.text))

			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			New(work.secrets...).Text(work.text)
			runtime.ReadMemStats(&after)
			size := after.TotalAlloc - before.TotalAlloc
			t.Logf("%d bytes read, %d allocated", looked.read, size)
			assert.LessOrEqual(t, size, uint64(40*length+30*len(work.text)))
		})
	}
}

func TestNothingFoundCostsNothing(t *testing.T) {
	s := New("test-token", "partner@example.com").With("prod", "90210443")
	texts := []string{"", "plain", repeated("100% of R&D is plain, and long; ")[:10000]}
	header := http.Header{"Content-Type": {"application/json"}, "X-Request-Id": {"0123456789abcdef0123456789abcdef"}, "X-Other": {"any"}}
	for _, text := range texts { // builds the machine
		assert.Equal(t, text, s.Text(text))
	}
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		for _, text := range texts {
			s.Text(text)
			s.ID(text)
			(*Secrets)(nil).Text(text)
		}
		s.Header(header)
	}))
}

func BenchmarkText(b *testing.B) {
	for name, work := range heavy() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(work.text)))
			for b.Loop() {
				New(work.secrets...).Text(work.text)
			}
		})
	}
}
