package wire

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

func TestParseProblem(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]Problem{
		`{"message":"Not found"}`:                                        {Message: "Not found"},
		`{"message":"Server error","id":"a-b"}`:                          {Message: "Server error", ID: "a-b"},
		`{"message":"x","id":12}`:                                        {Message: "x"},
		`{"success":false,"status":"rejected","message":"x"}`:            {Message: "x", Status: "rejected", Refused: true},
		`{"Success":false}`:                                              {Refused: true},
		`{"success":true,"message":"x"}`:                                 {Message: "x"},
		`{"result":{"success":false,"status":"rejected","message":"x"}}`: {Message: "x", Status: "rejected", Refused: true},
		`{"errors":{"running":["one","two"],"a":"three"}}`: {
			Message: "a: three; running: one, two", Fields: map[string][]string{"running": {"one", "two"}, "a": {"three"}},
		},
		`{"message":"m","errors":{"a":["x"]}}`:                               {Message: "m", Fields: map[string][]string{"a": {"x"}}},
		`{"errors":[{"code":7,"title":"one"},{"code":8,"title":"two"}]}`:     {Message: "one; two", Code: "7"},
		`{"errors":[{"code":"c","detail":"one"}]}`:                           {Message: "one", Code: "c"},
		`{"errors":["one",null,2]}`:                                          {Message: "one; 2"},
		`{"errors":"all"}`:                                                   {Message: "all"},
		`{"errors":[]}`:                                                      {},
		`{"error":"e"}`:                                                      {Message: "e"},
		`{"error":"e","error_type":"t","code":"c"}`:                          {Message: "e", Code: "t"},
		`{"error":"e","error_description":"d"}`:                              {Message: "e"},
		`{"title":"t","detail":"d"}`:                                         {Message: "t"},
		`{"message":"","error":"e"}`:                                         {Message: "e"},
		`{"message":null,"error":{"message":"deep"}}`:                        {Message: "deep"},
		`{"MESSAGE":"x","Id":"i"}`:                                           {Message: "x", ID: "i"},
		`{"id":198,"operation_type":"import","status":"failed","error":"e"}`: {Message: "e", Status: "failed"},
		`{}`:                       {},
		``:                         {},
		`null`:                     {},
		`"text"`:                   {Message: "text"},
		`12`:                       {Message: "12"},
		`[1]`:                      {Message: "[1]"},
		`plain`:                    {Message: "plain"},
		`{"message":"cut`:          {Message: `{"message":"cut`},
		"<html><title> T </title>": {Message: "HTML page: T"},
		"<TITLE>T</TITLE>":         {Message: "HTML page: T"},
		"<title></title>x":         {Message: "HTML page: <title></title>x"},
		"<title>never ends":        {Message: "HTML page: <title>never ends"},
		"<p>İ<title>T</title>":     {Message: "HTML page: <p>İ<title>T</title>"}, // a letter that gets longer
	} {
		assert.Equal(t, want, ParseProblem([]byte(body)), body)
	}
}

func TestLine(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                           "",
		"plain":                      "plain",
		"two\nlines\r\n":             "two lines",
		"a\tb\u00a0c\u2028d\u0085e":  "a b c d e",
		"  spread   out ":            "  spread   out ",
		"a\x00b\x1b[31mred\x7f":      "a b [31mred",
		"left\u202eright\u2066x":     "left right x",
		"soft\u00adhyphen\ufeffmark": "soft hyphen mark",
		"bad\xffbyte":                "bad\ufffdbyte",
		"smile 🙂 é":                  "smile 🙂 é",
		"exactly sixteen.":           "exactly sixteen.",
		"more than sixteen bytes":    "more than six…",
		"éééééééééééééééé":           "éééééé…",
		"🙂🙂🙂🙂🙂🙂":                     "🙂🙂🙂…",
	} {
		assert.Equal(t, want, Line(in, 16), "%q", in)
	}
	assert.LessOrEqual(t, len(Line(strings.Repeat("x", 1<<20), 512)), 512)
	assert.True(t, utf8.ValidString(Line(strings.Repeat("€", 10_000), 511)))
	assert.Contains(t, Line(strings.Repeat("\n", 10_000)+"x", 512), "…", "what was left out is shown")
}

func TestLongTextsAreCutBetweenEscapes(t *testing.T) {
	t.Parallel()
	const long = maxText
	for unit, shown := range map[string]string{`\u0041\\-`: `A\-`, `\\`: `\`, `\"x`: `"x`, `\u00e4`: "ä", "x": "x"} {
		for shift := range 7 {
			text := strings.Repeat("-", shift) + strings.Repeat(unit, long)
			for where, body := range map[string]string{"message": `{"message":"` + text + `"}`, "detail": `{"status":4,"detail":"` + text + `"}`} {
				got := ParseProblem([]byte(body)).Message
				if where == "message" && unit == "x" { // read without a parser
					continue
				}
				cut, ok := strings.CutSuffix(got, "…")
				assert.True(t, ok, unit)
				assert.Less(t, len(cut), long)
				assert.Empty(t, strings.Trim(strings.TrimPrefix(cut, strings.Repeat("-", shift)), shown), "%s after %d", unit, shift)
			}
		}
	}
	for _, body := range []string{strings.Repeat("x", long+1), `{"error":[` + strings.Repeat("1,", long) + `1]}`, "<p>" + strings.Repeat("x", long)} {
		assert.True(t, strings.HasSuffix(ParseProblem([]byte(body)).Message, "…"))
	}
	assert.Equal(t, strings.Repeat("x", long), ParseProblem([]byte(strings.Repeat("x", long))).Message)
}
