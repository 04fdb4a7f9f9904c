package wire

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type thing struct {
	ID      int64           `json:"id"`
	Small   int8            `json:"small"`
	Name    string          `json:"name"`
	Note    *string         `json:"note"`
	Share   float64         `json:"share"`
	On      bool            `json:"on"`
	Maybe   *bool           `json:"maybe"`
	At      time.Time       `json:"at"`
	Lost    *time.Time      `json:"lost"`
	Tags    []string        `json:"tags"`
	Inner   *thing          `json:"inner"`
	Things  []thing         `json:"things"`
	ByName  map[string]int  `json:"by_name"`
	Raw     json.RawMessage `json:"raw"`
	Any     any             `json:"any"`
	Odd     own             `json:"odd"`
	Plain   int             // without a tag
	Skipped int             `json:"-"`
}

// own is a type that decodes itself.
type own struct{ text string }

func (o *own) UnmarshalJSON(data []byte) error {
	o.text = string(data)
	return nil
}

func listOf(body string) (List[thing], error) {
	return DecodeList(NewDecoder(context.Background(), 0), []byte(body), func(*thing) error { return nil })
}

func objectOf(body string) (*thing, error) {
	return DecodeObject(NewDecoder(context.Background(), 0), []byte(body), func(v *thing) bool { return v.ID != 0 })
}

func TestDecodeTolerates(t *testing.T) {
	t.Parallel()
	text := func(s string) *string { return &s }
	yes := true
	instant := time.Date(2024, 3, 1, 17, 30, 0, 120e6, time.UTC)
	for body, want := range map[string]thing{
		`{"id": 12}`:                                    {ID: 12},
		`{"id": "12"}`:                                  {ID: 12},
		`{"id": " 12 "}`:                                {ID: 12},
		`{"id": 12.0}`:                                  {ID: 12},
		`{"id": 1.2e1}`:                                 {ID: 12},
		`{"id": "-3"}`:                                  {ID: -3},
		`{"id": ""}`:                                    {},
		`{"id": "null"}`:                                {},
		`{"id": null}`:                                  {},
		`{"ID": "12"}`:                                  {ID: 12},
		`{"PLAIN": "7"}`:                                {Plain: 7},
		`{"Skipped": "x", "-": "z", "id": "1"}`:         {ID: 1},
		`{"id": "9223372036854775807"}`:                 {ID: 9223372036854775807},
		`{"id": "1", "name": 12}`:                       {ID: 1, Name: "12"},
		`{"id": "1", "name": 1.50}`:                     {ID: 1, Name: "1.50"},
		`{"id": "1", "name": true}`:                     {ID: 1, Name: "true"},
		`{"id": "1", "name": false}`:                    {ID: 1},
		`{"id": "1", "name": {"a": [1, "b"]}}`:          {ID: 1, Name: `{"a": [1, "b"]}`},
		`{"id": "1", "name": "null"}`:                   {ID: 1, Name: "null"},
		`{"id": "1", "note": "x"}`:                      {ID: 1, Note: text("x")},
		`{"id": "1", "note": ""}`:                       {ID: 1, Note: text("")},
		`{"id": "1", "note": false}`:                    {ID: 1},
		`{"id": "1", "note": 0}`:                        {ID: 1, Note: text("0")},
		`{"share": "0.25"}`:                             {Share: 0.25},
		`{"share": "1e-3"}`:                             {Share: 0.001},
		`{"share": ""}`:                                 {},
		`{"on": "true"}`:                                {On: true},
		`{"on": "True"}`:                                {On: true},
		`{"on": 1}`:                                     {On: true},
		`{"on": "0"}`:                                   {},
		`{"on": ""}`:                                    {},
		`{"maybe": "1"}`:                                {Maybe: &yes},
		`{"maybe": "null", "id": "1"}`:                  {ID: 1},
		`{"at": "2024-03-01T17:30:00.120Z", "id": "1"}`: {ID: 1, At: instant},
		`{"lost": "", "at": "null"}`:                    {},
		`{"lost": false}`:                               {},
		`{"lost": "2024-03-01 17:30:00.12 UTC"}`:        {Lost: &instant},
		`{"tags": "[\"a\", 1]"}`:                        {Tags: []string{"a", "1"}},
		`{"tags": ""}`:                                  {},
		`{"tags": ["a", null, 3]}`:                      {Tags: []string{"a", "", "3"}},
		`{"inner": "{\"id\": \"7\"}"}`:                  {Inner: &thing{ID: 7}},
		`{"inner": []}`:                                 {},
		`{"inner": [ ]}`:                                {},
		`{"inner": ""}`:                                 {},
		`{"things": [{"id": "1"}, null, {"id": 2}]}`:    {Things: []thing{{ID: 1}, {}, {ID: 2}}},
		`{"by_name": {"a": "1", "b": 2}}`:               {ByName: map[string]int{"a": 1, "b": 2}},
		`{"by_name": []}`:                               {},
		`{"id": "1", "raw": {"x": "1"}}`:                {ID: 1, Raw: json.RawMessage(`{"x": "1"}`)},
		`{"id": "1", "any": ["1", 2]}`:                  {ID: 1, Any: []any{"1", json.Number("2")}},
		`{"id": "1", "odd": "12"}`:                      {ID: 1, Odd: own{`"12"`}},
	} {
		var got thing
		require.NoError(t, Decode([]byte(body), &got), body)
		if want.Lost != nil { // the zone has no name after it was written again
			require.NotNil(t, got.Lost)
			assert.True(t, want.Lost.Equal(*got.Lost))
			continue
		}
		assert.Equal(t, want, got, body)
	}
}

func TestDecodeNamesTheField(t *testing.T) {
	t.Parallel()
	for body, path := range map[string]string{
		`{"id": "x"}`: "id", `{"id": 1.5}`: "id", `{"id": "1e400"}`: "id", `{"id": {}}`: "id", `{"id": true}`: "id",
		`{"id": 9223372036854775808}`: "id", `{"id": "1e17"}`: "id", `{"id": -1e17}`: "id",
		`{"share": "much"}`: "share", `{"share": "0x1p-2"}`: "share", `{"share": "Inf"}`: "share", `{"share": [1]}`: "share", `{"share": "+1"}`: "share",
		`{"on": "perhaps"}`: "on", `{"on": 2}`: "on", `{"on": []}`: "on",
		`{"at": "yesterday"}`: "at", `{"at": 12}`: "at", `{"at": true}`: "at", `{"at": {}}`: "at",
		`{"tags": "a"}`: "tags", `{"tags": {"a": 1}}`: "tags", `{"tags": "[1"}`: "tags", `{"tags": "{}"}`: "tags",
		`{"inner": "x"}`: "inner", `{"inner": [1]}`: "inner", `{"inner": 1}`: "inner", `{"inner": {"inner": {"id": "x"}}}`: "inner.inner.id",
		`{"things": [{"id": "1"}, {"tags": ["a"], "inner": {"id": []}}]}`: "things[1].inner.id",
		`{"by_name": {"a": "1", "b": "x"}}`:                               "by_name.b",
	} {
		got := thing{ID: 5}
		err := Decode([]byte(body), &got)
		var field *FieldError
		require.ErrorAs(t, err, &field, body)
		assert.Equal(t, path, field.Path, body)
		assert.ErrorContains(t, err, `"`+path+`"`)
	}
	// A number that fits the document's type but not the field's is refused too.
	require.Error(t, Decode([]byte(`{"small": "300"}`), &thing{}))
	require.Error(t, Decode([]byte(`{"id": 1`), &thing{}), "cut off")
	require.Error(t, Decode(nil, &thing{}))
	require.Error(t, Decode([]byte(`{"id": 1} {}`), &thing{}))
}

// TestDecodeForgetsTheFirstTry: a partial strict decoding must not show in the
// result.
func TestDecodeForgetsTheFirstTry(t *testing.T) {
	t.Parallel()
	var got []thing
	require.NoError(t, Decode([]byte(`[{"id": 1, "note": "x", "small": "2"}, {"id": "3"}]`), &got))
	require.Len(t, got, 2)
	assert.Equal(t, int8(2), got[0].Small)
	assert.Nil(t, got[1].Note)

	one := thing{Name: "from before"}
	require.NoError(t, Decode([]byte(`{"id": "1"}`), &one))
	assert.Equal(t, thing{ID: 1}, one)
}

func TestDecodeList(t *testing.T) {
	t.Parallel()
	number := func(n int64) *int64 { return &n }
	for body, want := range map[string]List[thing]{
		`[]`:                          {Items: []thing{}},
		` [{"id": "1"}]`:              {Items: []thing{{ID: 1}}},
		`{"result": []}`:              {Items: []thing{}},
		`{"items": [{"id": 1}]}`:      {Items: []thing{{ID: 1}}},
		`{"data": [{"id": 1}]}`:       {Items: []thing{{ID: 1}}},
		`{"result":[{"id":1}]}`:       {Items: []thing{{ID: 1}}},
		`{"Result": [{"id": 1}]}`:     {Items: []thing{{ID: 1}}},
		`{"result":[{"id":"1"}]}`:     {Items: []thing{{ID: 1}}},
		`{"result": "[{\"id\": 1}]"}`: {Items: []thing{{ID: 1}}},
		`{"result": [{"id": 1}], "items": [{"id": 2}], "data": [{"id": 3}]}`: {Items: []thing{{ID: 1}}},
		`{"result": null, "items": [{"id": 2}]}`:                             {Items: []thing{{ID: 2}}},
		`{"data": [], "total": "12"}`:                                        {Items: []thing{}, Count: number(12)},
		`{"data": [], "count": 12, "total": {}}`:                             {Items: []thing{}, Count: number(12)},
		`{"result": {"items": [{"id": 1}], "count": 3}}`:                     {Items: []thing{{ID: 1}}, Count: number(3)},
		`{"result": {"items": []}}`:                                          {Items: []thing{}},
		`{"result":[{"id":1,"things":[{"id":2},{"id":3}]},{"id":4}],"count":2}`: {
			Items: []thing{{ID: 1, Things: []thing{{ID: 2}, {ID: 3}}}, {ID: 4}}, Count: number(2),
		},
	} {
		got, err := listOf(body)
		require.NoError(t, err, body)
		assert.Equal(t, want, got, body)
	}
	for _, body := range []string{
		``, `null`, `12`, `"x"`, `<html>`, `{}`, `{"id": 1}`, `{"result": null}`, `{"result": {}}`, `{"result": "x"}`, `{"result": 1}`, `{"result": [1]}`,
		`[1]`, `["x"]`, `[[]]x`, `[`, `{"result":[{"id":1}`, `{"result":[{"id":1}],"result":null}`, `{"results": []}`, `{"count": "x", "result": []}`,
		`{"result": {"items": null}}`, `{"result": {"items": {}}}`, `{"result": {"items": [{"id": "x"}]}}`, `{"result": {"result": []}}`,
		`{"result": {"count": "x", "items": []}}`,
	} {
		_, err := listOf(body)
		assert.Error(t, err, body)
	}
}

func TestDecodeObject(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"id": 1}`, `{"id": "1"}`, `{"result": {"id": 1}}`, `{"data": {"id": 1}}`, `{"result": [{"id": 1}]}`, `{"data": [{"id": "1"}]}`,
		`{"Result": {"id": 1}}`, `{"id": 1, "deep": {"result": {"id": 2}}}`, `{"id": 1, "deep": "\"data\": {}"}`, ` {"result": {"id": 1}, "data": {"id": 2}}`,
		`{"id": 1, "result": {"id": 2}}`,
	} {
		got, err := objectOf(body)
		require.NoError(t, err, body)
		assert.Equal(t, int64(1), got.ID, body)
	}
	// What is under the key of an envelope can be a field of the object.
	for _, body := range []string{`{"name": "a", "data": {"size": 1}}`, `{"name": "a", "result": []}`, `{"name": "a", "data": {"id": "x"}}`} {
		got, err := DecodeObject(NewDecoder(t.Context(), 0), []byte(body), func(v *thing) bool { return v.Name != "" })
		require.NoError(t, err, body)
		assert.Equal(t, "a", got.Name, body)
	}
	for _, body := range []string{
		``, `null`, `[]`, `[{"id": 1}]`, `"x"`, `1`, `{`, `{"result": null}`, `{"result": "ok"}`, `{"result": []}`, `{"result": [{"id": 1}, {"id": 2}]}`,
		`{"result": [1]}`, `{"result": {"id": "x"}}`,
	} {
		_, err := objectOf(body)
		assert.Error(t, err, body)
	}
	var kind *KindError
	_, err := objectOf(`<html>`)
	require.ErrorAs(t, err, &kind)
	assert.Equal(t, "an HTML page", kind.Got)
}

// TestExaminedDocuments: examining a document first changes nothing, except
// that the document, unlike its parts, is not searched again for an envelope it
// lacks.
func TestExaminedDocuments(t *testing.T) {
	t.Parallel()
	known := func(v *thing) bool { return v.ID != 0 }
	part := `{"result": {"id": 2}}`
	for _, body := range []string{
		`{"id": 1}`, `{"result": {"id": 1}}`, `{"DATA": {"id": 1}}`, `{"id": 1, "result": {"id": 2}}`, `{"result": null}`, `{"a": {"result": {}}}`,
		`{"id": 1, "raw": ` + part + `}`, `{"id": 1, "raw": tru}`, `{"id": 1}}`, `{}`, ` {"id": 1} `, `[]`, ``,
	} {
		want, wantErr := DecodeObject(NewDecoder(t.Context(), 0), []byte(body), known)
		d := NewDecoder(t.Context(), 0)
		data := []byte(body)
		assert.Equal(t, Examine(data), d.Examine(data), body)
		got, err := DecodeObject(d, data, known)
		assert.Equal(t, want, got, body)
		assert.Equal(t, wantErr, err, body)
		if err == nil && got.Raw != nil {
			inner, err := DecodeObject(d, got.Raw, known)
			require.NoError(t, err)
			assert.Equal(t, &thing{ID: 2}, inner)
		}
	}
}

func TestWithin(t *testing.T) {
	t.Parallel()
	cause := errors.New("x")
	assert.Equal(t, &FieldError{Path: "jobs", Err: cause}, Within("jobs", cause))
	assert.Equal(t, &FieldError{Path: "jobs.id", Err: cause}, Within("jobs", &FieldError{Path: "id", Err: cause}))
	assert.Equal(t, &FieldError{Path: "jobs[3].id", Err: cause}, Within("jobs", &FieldError{Path: "[3].id", Err: cause}))
	assert.Equal(t, &FieldError{Path: "jobs", Err: cause}, Within("jobs", &FieldError{Err: cause}))
	assert.Equal(t, cause, Within("", cause))
}

// TestDeepDocuments: nesting must cost neither the stack nor the time.
func TestDeepDocuments(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"result":`, 100_000) + `{"success":false}` + strings.Repeat(`}`, 100_000)
	assert.False(t, Examine([]byte(deep)).Refused)
	_, err := objectOf(deep)
	require.Error(t, err)
	_, err = listOf(strings.Repeat("[", 100_000))
	require.Error(t, err)
	assert.NotEmpty(t, ParseProblem([]byte(deep)).Message)
}

func TestErrorsOfThisPackage(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "expected a list, got null", (&KindError{Want: "a list", Got: "null"}).Error())
	cause := errors.New("x")
	err := &FieldError{Path: "a[1].b", Err: cause}
	assert.Equal(t, `field "a[1].b": x`, err.Error())
	assert.ErrorIs(t, err, cause)
}
