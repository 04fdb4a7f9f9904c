package workato_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestOpt(t *testing.T) {
	t.Parallel()
	type body struct {
		A workato.Opt[string]   `json:"a,omitzero"`
		B workato.Opt[int64]    `json:"b,omitzero"`
		C workato.Opt[[]string] `json:"c,omitzero"`
	}
	for want, in := range map[string]body{
		`{}`:                               {},
		`{"a":"x","b":-1,"c":["y"]}`:       {A: workato.Set("x"), B: workato.Set[int64](-1), C: workato.Set([]string{"y"})},
		`{"a":"","b":0,"c":[]}`:            {A: workato.Set(""), B: workato.Set[int64](0), C: workato.Set([]string{})},
		`{"a":null,"b":null,"c":null}`:     {A: workato.Null[string](), B: workato.Null[int64](), C: workato.Null[[]string]()},
		`{"a":"<&>","b":9007199254740993}`: {A: workato.Set("<&>"), B: workato.Set[int64](9007199254740993)},
	} {
		text, err := json.Marshal(in)
		require.NoError(t, err)
		assert.JSONEq(t, want, string(text))
		var back body
		require.NoError(t, json.Unmarshal([]byte(want), &back))
		assert.Equal(t, in, back)
	}

	// A nil list is an empty list: it must not clear the property.
	text, err := json.Marshal([]any{
		workato.Set[[]string](nil), workato.Set[map[string]any](nil), workato.Set[json.RawMessage](nil), workato.Set[any](nil),
	})
	require.NoError(t, err)
	assert.JSONEq(t, `[[], {}, null, null]`, string(text))

	value, ok := workato.Set(0).Get()
	assert.True(t, ok)
	assert.Zero(t, value)
	_, ok = workato.Null[int]().Get()
	assert.False(t, ok)
	var absent workato.Opt[int]
	_, ok = absent.Get()
	assert.False(t, ok)
	assert.Equal(t, [3]bool{true, false, false}, [3]bool{absent.IsZero(), workato.Null[int]().IsZero(), workato.Set(0).IsZero()})
	assert.Equal(t, [3]bool{false, true, false}, [3]bool{absent.IsNull(), workato.Null[int]().IsNull(), workato.Set(0).IsNull()})
	require.Error(t, json.Unmarshal([]byte(`"x"`), &absent))
	assert.True(t, absent.IsZero(), "a failed read changes nothing")

	// Without omitzero an absent value is null.
	text, err = json.Marshal(absent)
	require.NoError(t, err)
	assert.Equal(t, "null", string(text))
}
