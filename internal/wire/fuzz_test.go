package wire

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// FuzzLine: with any input, a line of a message stays one line.
func FuzzLine(f *testing.F) {
	for _, seed := range []string{"", "plain", "two\nlines", "\xff\xfe", "\x1b[31m", "\u202e\u2028\ufeff", strings.Repeat("é", 600)} {
		f.Add(seed, 512)
	}
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = 8 + (limit&0x7fffffff)%2048
		line := Line(s, limit)
		if len(line) > limit {
			t.Errorf("%d bytes, limit %d", len(line), limit)
		}
		if !utf8.ValidString(line) {
			t.Errorf("not UTF-8: %q", line)
		}
		for _, r := range line {
			if r != ' ' && r != '\ufffd' && !unicode.IsPrint(r) {
				t.Errorf("%q holds %U", line, r)
			}
		}
		if again := Line(line, limit); again != line {
			t.Errorf("not stable: %q, then %q", line, again)
		}
	})
}

// FuzzProblem: any body of an error yields something to show.
func FuzzProblem(f *testing.F) {
	for _, seed := range []string{
		`{"message":"Not found"}`, `{"message":"Server error","id":"a-b"}`, `{"success":false,"status":"rejected","message":"x"}`,
		`{"success":false,"errors":{"running":["x"]}}`, `{"message":"m","errors":{"name":["a","b"],"x":"y"}}`,
		`{"errors":[{"code":7,"title":"t"}]}`, `{"error":"e","error_type":"t"}`, `{"error":{"message":"deep"}}`, `{"errors":"x"}`,
		`<html><title>502 Bad Gateway</title></html>`, `plain`, ``, `null`, `[1]`, `{"result":{"success":false}}`, `{"result":[{"message":"x"}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		before := string(body)
		p := ParseProblem(body)
		if string(body) != before {
			t.Error("the body was changed")
		}
		if Examine(body).Refused && !p.Refused {
			t.Error("refused, but the problem does not say so")
		}
		trimmed := strings.TrimSpace(before)
		if p.Message == "" && trimmed != "" && trimmed[0] != '{' && trimmed[0] != '"' && trimmed[0] != 'n' {
			t.Errorf("nothing to show of %q", before)
		}
		for field, messages := range p.Fields {
			_ = Line(field, MaxLine)
			for _, message := range messages {
				_ = Line(message, MaxLine)
			}
		}
	})
}

// FuzzTimestamps: a timestamp is read or refused, and what was read can be
// written and read again.
func FuzzTimestamps(f *testing.F) {
	for _, seed := range []string{
		`null`, `""`, `"null"`, `false`, `"2019-07-11T10:08:41.693-07:00"`, `"2019-07-11T10:08:41Z"`, `"2019-07-11 10:08:41 UTC"`,
		`"2019-07-11 10:08:41.5 -0700"`, `"2019-07-11"`, `"2019-07-11T10:08:41"`, `"9999-12-31T23:59:59.999999999Z"`, `"0000-01-01T00:00:00Z"`,
		`"2019-07-11T10:08:41+24:00"`, `12`, `{}`, `true`,
	} {
		f.Add([]byte(seed))
	}
	type stamped struct {
		At   time.Time  `json:"at"`
		Lost *time.Time `json:"lost"`
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		if !json.Valid(value) {
			return
		}
		var got stamped
		if Decode([]byte(`{"at":`+string(value)+`,"lost":`+string(value)+`}`), &got) != nil {
			return
		}
		if got.Lost != nil && !got.Lost.Equal(got.At) || got.Lost == nil && !got.At.IsZero() {
			t.Errorf("%s is %v and %v", value, got.At, got.Lost)
		}
		if _, offset := got.At.Zone(); offset <= -24*3600 || offset >= 24*3600 {
			return // package time reads more offsets than it writes
		}
		text, err := json.Marshal(got)
		if err != nil {
			t.Fatalf("%s was read but cannot be written: %v", value, err)
		}
		var again stamped
		if err := Decode(text, &again); err != nil || !again.At.Equal(got.At) {
			t.Errorf("%s became %s, then %v (%v)", value, text, again.At, err)
		}
	})
}

// FuzzTolerantDecode: decoding never panics, and anything that encoding/json
// reads is read the same.
func FuzzTolerantDecode(f *testing.F) {
	for _, seed := range []string{
		`{"id":"12","name":5,"on":"1","at":"","tags":"[1]","inner":{"id":"1"},"things":[{"id":"x"}],"by_name":{"a":"1"},"raw":{},"any":[]}`,
		`{"inner":[]}`, `{"share":"1e400"}`, `{"ID":1,"id":"2"}`, `[]`, `null`, `{"inner":"{}"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var strict, tolerant thing
		strictErr := json.Unmarshal(data, &strict)
		tolerantErr := Decode(data, &tolerant)
		if strictErr != nil {
			return
		}
		if tolerantErr != nil {
			t.Fatalf("refused: %v", tolerantErr)
		}
		want, _ := json.Marshal(strict)
		got, _ := json.Marshal(tolerant)
		if !bytes.Equal(want, got) {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}
