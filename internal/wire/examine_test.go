package wire

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestKindOf(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"": "nothing", " \r\n\t": "nothing", "{": "an object", " [1]": "a list", `"x`: "a string", "<!doctype html>": "an HTML page",
		"null": "null", "true": "a boolean", "false": "a boolean", "-1": "a number", "0": "a number", "OK": "text", "nil": "text",
		"\ufeff{}": "a byte order mark", "\ufeff<html>": "an HTML page",
	} {
		assert.Equal(t, want, KindOf([]byte(body)).String(), body)
	}
	assert.Equal(t, "unknown", Kind(200).String())
}

func TestExamine(t *testing.T) {
	t.Parallel()
	var (
		fine      = Finding{Kind: KindObject}
		refused   = Finding{Kind: KindObject, Refused: true}
		complains = Finding{Kind: KindObject, Complains: true}
		both      = Finding{Kind: KindObject, Refused: true, Complains: true}
		hollow    = Finding{Kind: KindObject, Hollow: true}
	)
	for body, want := range map[string]Finding{
		// What is false, and where.
		`{"success": false}`: refused, `{"Success": false}`: refused, `{"SUCCESS":false,"id":5}`: refused, `{"success":"false"}`: refused,
		`{"success": " False "}`: refused, `{"success":0}`: refused, `{"success":"0"}`: refused, `{"success":"no"}`: refused,
		`{"succe\u0073s":false}`: refused, "{\"\u017fuccess\":false}": refused, `{"success":"f\u0061lse"}`: refused,
		`{"success":false,"success":true}`: refused, `{"success":true,"success":false}`: refused, `{"success":true,"Success":"no"}`: refused,
		`{"success":true,"result":{"success":false}}`: refused, `{"success":false,"result":{"success":true}}`: refused,
		`{"result":{"success":false}}`: refused, `{"Result":[{"success":false}]}`: refused, `{"data":{"success":false}}`: refused,
		`{"result":{"data":{"result":{"success":false}}}}`: refused, `{"id":1,"result":{"success":false}}`: refused,
		`{"result":{},"result":{"success":false}}`: refused, ` {"a":[1,{"b":"]}"}],"success" : false } `: refused,
		`{"status":"rejected"}`: refused, `{"status":"Rejected","message":"no"}`: refused, `{"result":{"status":"rejected"}}`: refused,
		`{"success":false,"status":"rejected","message":"m"}`:      refused,
		`{"success":false,"code_errors":[],"config_errors":[[1]]}`: refused,
		// What is not.
		`{}`: fine, `{"success":true}`: fine, `{"success":1}`: fine, `{"success":"yes"}`: fine, `{"success":null}`: fine, `{"success":""}`: fine,
		`{"success":"nothing"}`: fine, `{"success_rate":0}`: fine, `{"unsuccess":false}`: fine, `{"jobs":[{"success":false}]}`: fine,
		`{"items":[{"success":false}]}`: fine, `{"deep":{"success":false}}`: fine, `{"result":[{},{"success":false}]}`: fine,
		`{"result":[{"id":1,"success":false}]}`: fine, `{"result":[{"id":1,"status":"rejected"},{"id":2}]}`: fine,
		`{"success":true,"status":"rejected"}`: fine, `{"status":"rejected","result":{"success":true}}`: fine, `{"state":"rejected"}`: fine,
		`{"result":{"data":{"result":{"data":{"success":false}}}}}`: fine, `{"result":"x"}`: fine, `{"result":[]}`: fine, `{"result":[1]}`: fine,
		`{"x":"\"success\":false"}`: fine, `{"x\\":1,"y":"\\"}`: fine, "{\"succes\u00e9\":false}": fine, `{"succes\u0107":false,"\n\q":1}`: fine,
		`{"id":9,"data":{"success":false,"error":"E4"}}`: fine, `{"data":{"status":"rejected"},"id":9}`: fine, `{"result":{"id":9,"data":{"error":"x"}}}`: fine,
		`{"s":{"success":false}}`: fine, `{"\u00zzuccess":false}`: fine, `{"a very long key that is not asked for":1}`: fine,
		// Errors.
		`{"error":"x"}`: complains, `{"Error":"x"}`: complains, `{"errors":["x"]}`: complains, `{"errors":{"name":["x"]}}`: complains,
		`{"error":{"message":"x"}}`: complains, `{"error":true}`: complains, `{"error":12}`: complains,
		`{"data":null,"error":"x"}`: complains, `{"result":[],"error":"x"}`: complains, `{"result":{},"error":"x"}`: complains,
		`{"items":[{"id":1}],"error":"x"}`: complains, `{"result":{"error":"x"}}`: complains, `{"result":[{"errors":"x"}]}`: complains,
		`{"data":{"error":"x"}}`: complains, `{"id":null,"data":{"error":"x"}}`: complains,
		`{"id":12,"status":"failed","error":"text"}`: complains, `{"error":null,"errors":["x"]}`: complains,
		`{"success":false,"error":"x"}`: both, `{"success":false,"errors":{"running":["x"]}}`: both, `{"success":true,"error":"x","data":{"success":0}}`: both,
		// None.
		`{"error":null}`: fine, `{"error":""}`: fine, `{"error":" "}`: fine, `{"error":false}`: fine, `{"error":0}`: fine, `{"error":"null"}`: fine,
		`{"errors":[ ]}`: fine, `{"errors":{}}`: fine, `{"success":true,"error":"x"}`: fine, `{"success":true,"errors":["x"]}`: fine,
		`{"success":true,"result":{"error":"x"}}`: fine, `{"result":["error"]}`: fine, `{"result":[{"id":1,"error":"x"}]}`: fine,
		`{"jobs":[{"error":"x"}]}`: fine, `{"error_count":3}`: fine, `{"code_errors":[[1]]}`: fine,
		// A message in place of a list.
		`{"items":[],"message":"Not allowed"}`: hollow, `{"message":"m","result":[ ]}`: hollow, `{"data":null,"message":"m"}`: hollow,
		`{"items":[{}],"message":"m"}`: fine, `{"items":[],"message":""}`: fine, `{"items":[],"message":null}`: fine, `{"message":"m"}`: fine,
		`{"result":{},"message":"m"}`: fine, `{"result":[{"items":[]}],"message":"m"}`: fine,
		`{"result":{"items":[]},"message":"m"}`: hollow, `{"result":{"items":[],"message":"m"}}`: hollow,
		// Nothing is read from an incomplete object.
		`{"success":false`: fine, `{"success":false}}`: fine, `{"success":false} x`: fine, `{"success":false,`: fine, `{"success":false,}`: fine,
		`{"success":false "a":1}`: fine, `{"success" false}`: fine, `{"success":}`: fine, `{"success":`: fine, `{"success`: fine, `{success:false}`: fine,
		`{"success":false,"a":[}`: fine, `{"success":false,"a":"x}`: fine, `{"result":[{"success":false`: fine, `{"result":{"success":false`: fine, `{"a":]}`: fine,
		`[{"success":false}]`: {Kind: KindList}, `null`: {Kind: KindNull}, ``: {}, `"success"`: {Kind: KindString}, `<html>`: {Kind: KindHTML},
	} {
		assert.Equal(t, want, Examine([]byte(body)), body)
	}
}

// TestExamineAllocatesNothing: it runs for every response.
func TestExamineAllocatesNothing(t *testing.T) {
	row := `{"id":1,"name":"Billing","error":null,"code":"{\"a\":[1,2]}","config":[{"a":[{}]}]}`
	page := `{"result":[` + strings.Repeat(row+",", 99) + row + `],"count":100,"page":1,"per_page":100}`
	for _, body := range []string{
		row, page, `{"success":true}`, `{"result":{"success":true,"status":"disconnected"}}`, `{"data":[` + row + `],"data":{"result":` + row + `}}`,
	} {
		data := []byte(body)
		assert.Zero(t, testing.AllocsPerRun(20, func() { Examine(data) }), body)
	}
}

// FuzzExamine: it ends, changes nothing, and reads a success at the top as
// encoding/json does.
func FuzzExamine(f *testing.F) {
	for _, seed := range []string{
		`{"success":false}`, `{"SUCCESS":"no","result":[{"error":"x"}]}`, `{"\u0073uccess":0}`, `{"data":null,"message":"m"}`, `{"a\\":{"b":["\"]"]}}`, `[`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		before := string(body)
		found := Examine(body)
		if string(body) != before {
			t.Error("the body was changed")
		}
		var top struct {
			Success *bool           `json:"success"`
			Error   json.RawMessage `json:"error"`
		}
		if json.Unmarshal(body, &top) != nil {
			return
		}
		if top.Success != nil && !*top.Success && !found.Refused {
			t.Errorf("%s is not refused", body)
		}
		if len(top.Error) > 2 && top.Error[0] == '{' && top.Success == nil && !found.Complains && !isEmpty(top.Error, '{') {
			t.Errorf("%s does not complain", body)
		}
	})
}

func BenchmarkExamine(b *testing.B) {
	row := `{"id":1,"name":"Billing","error":null,"code":"{\"a\":[1,2]}","config":[{"a":[{}]}]}`
	page := []byte(`{"result":[` + strings.Repeat(row+",", 400_000) + row + `],"count":100}`)
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		Examine(page)
	}
}
