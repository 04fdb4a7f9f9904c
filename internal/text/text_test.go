package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-workato/workato/internal/text"
)

func TestCount(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n          int
		noun, want string
	}{
		{0, "customer", "0 customers"},
		{1, "customer", "1 customer"},
		{2, "customer", "2 customers"},
		{1, "entry", "1 entry"},
		{3, "entry", "3 entries"},
		{2, "day", "2 days"},
		{-1, "call", "-1 calls"},
		{0, "call", "0 calls"},
		{1, "call", "1 call"},
		{2, "call", "2 calls"},
	} {
		if got := text.Count(c.n, c.noun); got != c.want {
			t.Errorf("%d %s: %q, want %q", c.n, c.noun, got, c.want)
		}
	}
}

// TestCut: whatever the length, the text is a beginning of the whole, no character is
// cut, and no character that has room is left out.
func TestCut(t *testing.T) {
	t.Parallel()
	whole := "aä€𝄞" + strings.Repeat("ü", 3)
	for limit := range len(whole) + 2 {
		got := text.Cut(whole, limit)
		rest := strings.TrimPrefix(whole, got)
		_, next := utf8.DecodeRuneInString(rest)
		if len(got) > limit || !strings.HasPrefix(whole, got) || !utf8.ValidString(got) || rest != "" && len(got)+next <= limit {
			t.Errorf("%d: %q", limit, got)
		}
	}
	if got := text.Cut("\x80\x80\x80", 2); got != "" {
		t.Errorf("%q", got)
	}
}
