package workatotest

import (
	"bytes"
	"encoding/json"
	"testing"
)

// TestCutCode compares the code of recipes with what the decoder finds.
func TestCutCode(t *testing.T) {
	t.Parallel()
	for _, document := range []string{
		`{"name": "code", "code": {"number": 0}}`,
		`{"config": [{"code": 1}, {"x": {"code": 2}}], "code" : {"number": 0} , "version": 2}`,
		`{"a\\": "}", "b": "\"code\":", "code": {"text": "] } \\\" {", "n": [1, 2, {"x": []}]}}`,
		`{"code":"a \" b"}`,
		`{"code": 12 , "name": "R"}`,
		`{"code":[ 1 , [ 2 ] ]}`,
		`{"name": "R"}`,
		`["code", {"code": 1}]`,
	} {
		rest, code := cutCode([]byte(document))
		var whole, without map[string]json.RawMessage
		_ = json.Unmarshal([]byte(document), &whole)
		_ = json.Unmarshal(rest, &without)
		if len(whole["code"]) == 0 {
			if code != nil || string(rest) != document {
				t.Errorf("%s: code %q, rest %q", document, code, rest)
			}
			continue
		}
		if string(without["code"]) != "null" || len(without) != len(whole) {
			t.Errorf("%s: rest %q", document, rest)
		}
		var want, got any
		_ = json.Unmarshal(whole["code"], &want)
		if err := json.Unmarshal(compact([]byte(string(code))), &got); err != nil || !bytes.Equal(encodeJSON(got), encodeJSON(want)) {
			t.Errorf("%s: code %q, %v", document, code, err)
		}
	}
}

// FuzzRecipeDocument reads any text as a recipe: it is accepted if and only if
// it is JSON, and its code is the one that the decoder finds.
func FuzzRecipeDocument(f *testing.F) {
	f.Add([]byte(`{"name": "R", "code": {"number": 0, "x": "a \" b"}, "config": []}`))
	f.Add([]byte(`{"name": "R", "code": }`))
	f.Add([]byte(`{"name": "R", "code": {"a": 1} "version": 1}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		p := &part{typ: assetRecipe, files: map[string][]byte{".recipe.json": document}}
		err := recipeAssets{}.read(p)
		var plain packageRecipe
		plainErr := json.Unmarshal(document, &plain)
		if err == nil && plainErr != nil {
			t.Fatalf("accepted, but %v", plainErr)
		}
		if err != nil || len(plain.Code) == 0 {
			return
		}
		var want, got any
		_ = json.Unmarshal(plain.Code, &want)
		code := as[*packageRecipe](p.content).Code
		if err := json.Unmarshal(code, &got); err != nil {
			t.Errorf("code %q: %v", code, err)
		}
	})
}
