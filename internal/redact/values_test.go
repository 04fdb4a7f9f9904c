package redact

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestValues(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		in   any
		want []string
	}{
		{"keys at any depth", map[string]any{
			"API_KEY": "one", "use_token": "true", "skip_token": "false", "host": "plain", "tokens": []any{"two", map[string]any{"id": "three"}}, "count": 4,
		}, []string{"one", "three", "two"}},
		{"numbers", map[string]any{
			"pin": 90210443, "tokens": []int64{7788990011}, "key": int64(1234567890123456789), "auth": json.Number("1.50"), "port": 8080,
		}, []string{"1.50", "1234567890123456789", "7788990011", "90210443"}},
		{"names of fields", map[string]any{"password": "Password", "token": "host", "Host": "x", "secret": "secrets"}, []string{"secrets"}},
		{"URLs", map[string]any{"url": "https://app:pa%40ss@db.example.com/x", "other": "https://db.example.com/a@b:c"}, []string{"pa%40ss", "pa@ss"}},
		{"queries", map[string]any{"hook": "https://x.example/h?id=7&api_key=abcd&x=1#token=efgh"}, []string{"abcd", "efgh"}},
		{"connection strings", map[string]any{"dsn": `jdbc:x://u:p1@h:1/d;Pwd="p2"; Server=db`}, []string{"p1", "p2"}},
		{"keys of the API", map[string]any{
			"keyword": "trigger", "Author": "someone", "auth_settings": map[string]any{"type": "workato_auth", "certificate": "cert-1"},
		}, []string{"cert-1"}},
		{"not JSON", map[string]any{"password": make(chan int)}, nil},
	} {
		got := Values(tc.in)
		slices.Sort(got)
		assert.Equal(t, tc.want, got, tc.name)
	}
}

func TestCredentialRemembersTheLatest(t *testing.T) {
	t.Parallel()
	var c Credential
	assert.Equal(t, "test-token-00", c.Secrets().Text("test-token-00"))
	c.Sent("constant-1")
	for i := range 10 * maxRemembered {
		c.Sent(string(rune('a'+i%26))+"-changing-"+string(rune('0'+i/26)), "constant-1")
	}
	assert.Len(t, c.values, maxRemembered)
	assert.Equal(t, "[redacted] [redacted] a-changing-0", c.Secrets().Text("constant-1 h-changing-< a-changing-0"))
	same := c.Secrets()
	assert.Same(t, same, c.Secrets(), "made once")
}
