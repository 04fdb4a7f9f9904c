package workato_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato/internal/apitest"
)

// leftOut are the keys that calls leave out on purpose: an enclosing object of
// which they return a part, another spelling of a key, what only confirms, and
// what fixtures of drift add.
var leftOut = map[string][]string{
	"":                                       {"success", "new_key", "something_new"},
	"developer_api_clients.regenerate_token": {"*"}, // the token alone
	"managed_users.get":                      {"exteranl_id"},
	"properties.list":                        {"*"}, // pairs become a map
	"recipes.copy":                           {"new_flow_id"},
	"recipes.list":                           {"active", "version"}, // always 0
}

// TestNoKeyOfAFixtureIsLost decodes each good response of the registry, encodes
// the value again and looks for the keys. A value may have another form.
func TestNoKeyOfAFixtureIsLost(t *testing.T) {
	t.Parallel()
	for _, e := range apitest.All() {
		for i, body := range e.Responses() {
			t.Run(e.Operation+" "+strconv.Itoa(i+1), func(t *testing.T) {
				t.Parallel()
				value, err := e.Call.Value(t.Context(), newClient(t, responding(response{body: body})), customerID)
				require.NoError(t, err)
				var sample any
				if value == nil || json.Unmarshal([]byte(body), &sample) != nil {
					return // nothing is returned, or a package
				}
				var kept any
				require.NoError(t, json.Unmarshal([]byte(asJSON(t, value)), &kept))
				lost := lostKeys("", unwrapped(sample), unwrapped(kept))
				for _, key := range append(leftOut[""], leftOut[e.Operation]...) {
					lost = slices.DeleteFunc(lost, func(path string) bool { return key == "*" || strings.HasSuffix(path, "."+key) })
				}
				assert.Empty(t, lost, "next: give the type of %s these keys, or say in leftOut why not: %s", e.Operation, body)
			})
		}
	}
}

// unwrapped takes a document out of its envelopes: an object without an id under
// one of their keys.
func unwrapped(v any) any {
	object, ok := v.(map[string]any)
	if !ok || object["id"] != nil || object["handle"] != nil {
		return v
	}
	for _, key := range []string{"result", "data", "items", "assets", "results", "tags"} {
		inside, found := object[key]
		switch inside.(type) {
		case map[string]any, []any, nil:
			if found {
				return unwrapped(inside)
			}
		}
	}
	return v
}

// lostKeys returns the paths of a sample that are not in what was kept of it.
func lostKeys(path string, sample, kept any) (lost []string) {
	switch sample := sample.(type) {
	case map[string]any:
		if kept == nil && len(sample) > 0 {
			return []string{path}
		}
		object, ok := kept.(map[string]any)
		if !ok { // it is kept as a text
			return nil
		}
		for key, value := range sample {
			lost = append(lost, lostKeys(path+"."+key, value, object[key])...)
		}
	case []any:
		list, ok := kept.([]any)
		if !ok && len(sample) == 1 { // an object that came alone in a list
			list = []any{kept}
		}
		if len(list) != len(sample) {
			return []string{path}
		}
		for i := range sample {
			lost = append(lost, lostKeys(path+"["+strconv.Itoa(i)+"]", sample[i], list[i])...)
		}
	default:
		if kept == nil && sample != nil && sample != false && sample != "" && sample != "null" {
			lost = append(lost, path)
		}
	}
	return lost
}
