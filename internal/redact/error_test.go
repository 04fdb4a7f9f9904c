package redact

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// layer is an error with its own text around another one.
type layer struct {
	text  string
	inner error
}

func (e *layer) Error() string { return e.text }
func (e *layer) Unwrap() error { return e.inner }

func TestErrorsAsPassesOverSecrets(t *testing.T) {
	t.Parallel()
	s := New("test-token")
	deep := &layer{"deep", io.EOF}
	for name, err := range map[string]error{
		"wrapped": &layer{"of test-token", &layer{"of test-token too", deep}},
		"joined":  fmt.Errorf("x: %w", errors.Join(&layer{"of test-token", nil}, deep)),
	} {
		shown := s.Error(err, "masked")
		require.EqualError(t, shown, "masked", name)
		assert.NotContains(t, fmt.Sprintf("%#v %+v", shown, shown), "token", name)
		assert.ErrorIs(t, shown, io.EOF, name)
		var found *layer
		require.ErrorAs(t, shown, &found, name)
		assert.Same(t, deep, found, name)
	}
	kept := &layer{"mine", nil}
	found := kept
	require.NotErrorAs(t, s.Error(&layer{"of test-token", io.EOF}, "masked"), &found)
	assert.Same(t, kept, found, "left alone")
}
