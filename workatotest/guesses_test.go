package workatotest

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
)

// guessSection is the part of the package comment that lists the guesses.
func guessSection() string {
	var out strings.Builder
	out.WriteString("// # What it guesses\n//\n")
	out.WriteString("// Unverified: no source shows the following. In strict mode the parameters are\n// refused.\n//\n")
	for _, g := range guesses {
		parts := []string{}
		if g.params != "" {
			names := strings.Fields(g.params)
			parts = append(parts, map[bool]string{true: "parameter ", false: "parameters "}[len(names) == 1]+strings.Join(names, ", "))
		}
		if g.what != "" {
			parts = append(parts, g.what)
		}
		name := map[string]string{"*": "every operation"}[g.ops]
		if name == "" {
			name = g.ops
		}
		out.WriteString("//   - " + name + ": " + strings.Join(parts, "; ") + "\n")
	}
	return out.String()
}

// TestGuessesAreDocumented compares the comment of the package with the table;
// with -update it writes the comment.
func TestGuessesAreDocumented(t *testing.T) {
	const file, end = "doc.go", "//\n//go:generate"
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := []byte(guessSection())
	if bytes.Contains(source, want) {
		return
	}
	if !*update {
		t.Fatalf("%s does not list the guesses as they are: go generate writes them", file)
	}
	start, stop := bytes.Index(source, []byte("// # What it guesses")), bytes.Index(source, []byte(end))
	if start < 0 {
		start, want = stop, append([]byte("//\n"), want...)
	}
	if err := os.WriteFile(file, slices.Concat(source[:start], want, source[stop:]), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestGuessesAreRefused sends every guessed parameter to a strict server and to
// another one. A guess about an unknown operation is a mistake in the table.
func TestGuessesAreRefused(t *testing.T) {
	t.Parallel()
	refusals := func(strict bool, r *route, param string) bool {
		s := NewServer(func(o *options) { o.strict = strict })
		defer s.Close()
		s.AddCustomer(Customer{ExternalID: "acme"})
		path := argument.ReplaceAllString(strings.ReplaceAll(r.path, "{customer}", "Eacme"), "1")
		req := httptest.NewRequest(r.method, path+"?"+param+"=1", nil)
		req.Header.Set("Authorization", "Bearer "+Token)
		reply := s.begin(req, "https://store.test").finish(nil, false)
		return reply.status == http.StatusBadRequest && strings.Contains(string(reply.body), "no source shows that "+r.op+" knows")
	}
	for _, g := range guesses {
		shown := false
		for _, r := range routes {
			service, all := strings.CutSuffix(g.ops, "*")
			if g.ops != r.op && (!all || !strings.HasPrefix(r.op, service)) {
				continue
			}
			shown = shown || g.params == ""
			for param := range strings.FieldsSeq(g.params) {
				if !r.knows(param) {
					continue
				}
				shown = true
				if !refusals(true, r, param) || refusals(false, r, param) {
					t.Errorf("%s: %s is not refused in strict mode alone", r.op, param)
				}
			}
		}
		if !shown || g.params+g.what == "" {
			t.Errorf("%+v says nothing about any route", g)
		}
	}
}
