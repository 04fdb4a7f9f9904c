package provision

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-workato/workato"
)

// EnsureProperties makes sure that properties of the workspace have these values.
// Others are left alone. It sends only those that differ, in one call. The diff
// has the names, never a value.
//
// The service lists properties by how their names begin: the fewer first letters
// the names have, the fewer calls. Names with one prefix ("billing.") are read
// with one.
func EnsureProperties(ctx context.Context, c *workato.Client, id workato.CustomerID, want map[string]workato.PropertyValue, opts ...EnsureOption) (*Result[map[string]workato.PropertyValue], error) {
	e, err := newEnsurer(c, id, opts)
	if err != nil {
		return nil, err
	}
	return e.properties(ctx, want)
}

func (e *ensurer) properties(ctx context.Context, want map[string]workato.PropertyValue) (*Result[map[string]workato.PropertyValue], error) {
	e.voice.step("properties")
	have := map[string]workato.PropertyValue{}
	for _, prefix := range prefixes(slices.Sorted(maps.Keys(want))) {
		if e.fresh {
			break
		}
		list, err := e.client.Properties.List(ctx, e.customer, &workato.PropertyListParams{Prefix: prefix})
		if err != nil {
			return nil, err
		}
		maps.Copy(have, list)
	}
	var diff differences
	send := map[string]workato.PropertyValue{}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if value, there := have[name]; !there || value != want[name] {
			diff.secret(name, there)
			send[name] = want[name]
		}
	}
	value := maps.Clone(want)
	result := &Result[map[string]workato.PropertyValue]{Value: &value, Did: Unchanged, Diff: diff}
	if len(send) == 0 {
		return result, nil
	}
	result.Did = Changed
	if !slices.ContainsFunc(diff, func(d FieldDiff) bool { return d.Have != "" }) {
		result.Did = Created
	}
	if e.resting() {
		return result, e.different("properties", false, diff)
	}
	_, err := e.client.Properties.Upsert(ctx, e.customer, &workato.PropertyUpsertParams{Properties: send})
	return result, err
}

// prefixes returns how few prefixes cover sorted names: for the names with one
// first letter what they all begin with.
func prefixes(names []string) []string {
	var out []string
	for _, name := range names {
		if name == "" {
			continue // refused when it is sent
		}
		if n := len(out); n > 0 {
			if shared := shared(out[n-1], name); shared != "" {
				out[n-1] = shared
				continue
			}
		}
		out = append(out, name)
	}
	return out
}

// shared is how both texts begin.
func shared(a, b string) string {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && !utf8.ValidString(a[:n]) { // not in the middle of a letter
		n--
	}
	return strings.Clone(a[:n])
}
