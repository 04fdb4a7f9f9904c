package workato

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-workato/workato/internal/wire"
)

// FuzzPath: any argument is one segment of the path, and decoding the segment
// returns the argument.
func FuzzPath(f *testing.F) {
	for _, seed := range []string{
		"A2300", "a/b c.d+e%fé", ".", "..", "../..", "%2e%2e", "%2F", "a?b=c#d", "a;b", "a\\b", "\x00", "\xff", "a\r\nHost: x", "//x.example", " ", "~-_",
	} {
		f.Add(seed, int64(12))
	}
	op := &operation{Operation: Operation{Name: "test", Path: "/api/managed_users/{customer}/things/{name}/{id}/end"}}
	f.Fuzz(func(t *testing.T, s string, id int64) {
		plain, escaped, err := op.path([]pathArg{customer(ExternalID(s)), text(s), number(id)})
		if err != nil {
			if s != "" && s != "." && s != ".." && utf8.ValidString(s) && id > 0 {
				t.Fatalf("refused: %v", err)
			}
			return
		}
		if escaped == "" {
			escaped = plain
		}
		segments := strings.Split(escaped, "/")
		if want := strings.Split(op.Path, "/"); len(segments) != len(want) {
			t.Fatalf("%q has %d segments, not %d", escaped, len(segments), len(want))
		}
		if s == "." || s == ".." {
			t.Errorf("%q holds a dot segment", escaped)
		}
		for i, want := range map[int]string{3: "E" + s, 5: s} {
			got, err := url.PathUnescape(segments[i])
			if err != nil || got != want {
				t.Errorf("segment %q is decoded to %q (%v), want %q", segments[i], got, err, want)
			}
			if strings.ContainsAny(segments[i], "./\\?#;") {
				t.Errorf("segment %q would be read differently by others", segments[i])
			}
		}
		target, err := url.Parse("https://host.example" + escaped)
		if err != nil || target.Host != "host.example" || target.EscapedPath() != escaped || target.Path != plain || target.RawQuery != "" || target.Fragment != "" {
			t.Errorf("%q is read as %#v (%v)", escaped, target, err)
		}
	})
}

// FuzzRawPath: a path of a raw call stays inside the API of the origin.
func FuzzRawPath(f *testing.F) {
	for _, seed := range []string{
		"/api/x", "x", "/x/%2F/y", "..", "/api/../x", "/api/%2e%2e/x", "/api/..%2fx", "/api/x/..%5C..", "/api/..;y/x",
		"//h/x", "https://h/x", "/api/x?y", "/api/x#y", "/api/%zz", "/api//x", "/\\h", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		plain, escaped, err := splitRawPath(path)
		if err != nil {
			return
		}
		if !strings.HasPrefix(escaped, "/api/") {
			t.Errorf("%q leaves the API", escaped)
		}
		decoded, err := url.PathUnescape(escaped)
		if err != nil || decoded != plain {
			t.Errorf("%q is decoded to %q (%v), not %q", escaped, decoded, err, plain)
		}
		for segment := range strings.SplitSeq(strings.ReplaceAll(decoded, `\`, "/"), "/") {
			if segment == "." || segment == ".." {
				t.Errorf("%q holds a dot segment", escaped)
			}
		}
		target := &url.URL{Scheme: "https", Host: "host.example", Path: plain, RawPath: escaped}
		read, err := url.Parse(target.String())
		if err != nil || read.Host != "host.example" || read.RawQuery != "" || read.Fragment != "" {
			t.Errorf("%q is sent as %q", path, target)
		}
	})
}

// FuzzStepErrors: unknown reasons of a refusal are still shown, on one line
// each.
func FuzzStepErrors(f *testing.F) {
	for _, seed := range []string{
		`[[4,[["Body/Error",null,"can't be blank","response.error"],["name","search_x","is invalid"]]]]`,
		`[[1,[["account_id",32148,"unconnected",{"key":"k"}]]]]`, `["text",12,null]`, `[{"line_number":4,"errors":[{"field_label":"a","value":null,"message":"m"}]}]`,
		`[[2,[["a","b"],"loose",[]]],"third"]`, `[[[]]]`, `{}`, `null`, `[[1,null]]`, `[[1.5,[["a",1,"b"]]]]`, `[{"errors":[]}]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		reasons := stepErrors(raw)
		for _, reason := range reasons {
			for _, text := range []string{reason.Field, reason.Message} {
				if len(text) > wire.MaxLine || !utf8.ValidString(text) || strings.ContainsAny(text, "\r\n\x1b") {
					t.Errorf("%q is not one line", text)
				}
			}
		}
		refused := &RecipeStartError{Err: &APIError{Operation: "recipes.start"}, CodeErrors: reasons, ConfigErrors: reasons}
		if strings.Contains(refused.Error(), "\n") {
			t.Errorf("%q is not one line", refused.Error())
		}
		for _, id := range refused.ConnectionIDs() {
			if id <= 0 {
				t.Errorf("connection %d", id)
			}
		}
		_ = refused.NeedsConnection()
	})
}
