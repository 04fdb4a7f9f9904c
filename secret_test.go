package workato_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestSecret(t *testing.T) {
	t.Parallel()
	type holder struct {
		Name    string                    `json:"name"`
		Token   workato.Secret            `json:"token,omitzero"`
		Pointer *workato.Secret           `json:"pointer,omitempty"`
		Keyed   map[string]workato.Secret `json:"keyed,omitempty"`
		inside  workato.Secret
	}
	secret := workato.NewSecret(testToken)
	held := holder{Name: "ci", Token: secret, Pointer: &secret, Keyed: map[string]workato.Secret{"a": secret}, inside: secret}

	var shown bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T %v", "%10.3s"} {
		fmt.Fprintf(&shown, verb+"\n", secret)
		fmt.Fprintf(&shown, verb+"\n", held)
		fmt.Fprintf(&shown, verb+"\n", []any{&held, secret})
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&shown, nil), slog.NewJSONHandler(&shown, nil)} {
		slog.New(handler).InfoContext(t.Context(), "made", "token", secret, "held", held)
	}
	text, err := json.Marshal(held)
	require.NoError(t, err)
	shown.Write(text)
	assert.NotContains(t, shown.String(), testToken)
	assert.NotContains(t, shown.String(), fmt.Sprintf("%x", testToken))
	assert.Contains(t, shown.String(), "***")
	assert.JSONEq(t, `{"name": "ci", "token": "***", "pointer": "***", "keyed": {"a": "***"}}`, string(text))

	assert.Equal(t, testToken, secret.Reveal())
	var read holder
	require.NoError(t, json.Unmarshal([]byte(`{"token": "test-token", "pointer": null}`), &read))
	assert.True(t, secret.Equal(read.Token))
	assert.Equal(t, testToken, read.Token.Reveal())
	assert.Nil(t, read.Pointer)
	require.Error(t, json.Unmarshal([]byte(`{"token": [1]}`), &read))

	assert.True(t, workato.NewSecret("").IsZero())
	assert.Empty(t, workato.Secret{}.Reveal())
	assert.False(t, workato.Secret{}.Equal(secret))
	assert.False(t, secret.IsZero())
}
