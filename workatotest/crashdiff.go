package workatotest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"
	"strings"
)

// fact is an object of a state as [CrashTest] compares it: without ids, times
// and what only counts reads down. Its place names its parents and itself; two
// objects of one name have the same place.
type fact struct {
	place  string
	fields map[string]string
}

// facts lists all objects of the state except the ignored ones.
func (s *Server) facts(ignored []string) []fact {
	s.mu.Lock()
	encoded := encodeJSON(s.state)
	s.mu.Unlock()
	var state object
	if err := json.Unmarshal(encoded, &state); err != nil {
		panic("workatotest: state cannot be copied: " + err.Error())
	}
	c := &factCollector{ignored: ignored}
	c.object("", state)
	return c.facts
}

// factCollector walks through the JSON form of a state, so that everything in a
// state is compared.
type factCollector struct {
	ignored []string
	// names are the names of the ids of the current workspace.
	names map[string]string
	facts []fact
}

// object adds an object and its content.
func (c *factCollector) object(place string, fields object) {
	if _, isWorkspace := fields["root_folder_id"]; isWorkspace {
		outer := c.names
		defer func() { c.names = outer }()
		c.names = namesIn(fields)
	}
	f := fact{place: place, fields: map[string]string{}}
	for key, value := range fields {
		if !isPassing(key) {
			c.member(f, key, value)
		}
	}
	if !c.ignores(place) {
		c.facts = append(c.facts, f)
	}
}

// member adds a field to the fact of its object, or the objects that it holds.
func (c *factCollector) member(of fact, key string, value any) {
	at := strings.TrimPrefix(of.place+"."+key, ".")
	switch v := value.(type) {
	case object:
		c.object(at, v)
		return
	case []any:
		if len(v) == 0 {
			return
		}
		if _, holdsObjects := v[0].(object); holdsObjects {
			for _, item := range v {
				inner, _ := item.(object)
				c.object(at+labelOf(key, inner), inner)
			}
			return
		}
	}
	if text, shown := c.show(of.place, key, value); shown && !c.ignores(at) {
		of.fields[key] = text
	}
}

func (c *factCollector) ignores(place string) bool {
	return slices.ContainsFunc(c.ignored, func(part string) bool { return strings.Contains(place, part) })
}

// show writes a value. An id is shown as the name of its object, and not at all
// if that is unknown. A text that may be secret or is long is shown as a
// checksum.
func (c *factCollector) show(place, key string, value any) (text string, shown bool) {
	kind := ""
	switch {
	case key == "account_id", key == "parent_id" && strings.Contains(place, ".connections["):
		kind = "connection"
	case key == "folder_id", key == "home_folder_id", key == "parent_id":
		kind = "folder"
	}
	switch v := value.(type) {
	case float64:
		if name, known := c.names[kind+idText(v)]; kind != "" && known {
			return name, true
		}
		if strings.HasSuffix(key, "_id") {
			return "", false
		}
	case []any:
		if strings.HasSuffix(key, "_ids") {
			return "", false
		}
		for i, item := range v {
			if name, known := c.names["tag"+idText(item)]; known && key == "tags" {
				v[i] = name
			}
		}
	case string:
		const longest = 60
		if len(v) > longest || strings.HasSuffix(place, ".properties") {
			return fmt.Sprintf("%d bytes, checksum %08x", len(v), crc32.ChecksumIEEE([]byte(v))), true
		}
	}
	return string(encodeJSON(value)), true
}

// isPassing is true for fields that differ between two runs of the same job.
func isPassing(key string) bool {
	switch key {
	case "id", "table_id", "handle", "counters", "reads_left", "starts_after", "hidden_for", "package", "root_folder_id":
		return true
	}
	return strings.HasSuffix(key, "_at")
}

// labelOf names an item of a list: "[Jira]".
func labelOf(list string, item object) string {
	keys := []string{"name", "title", "email", "environment", "number"}
	if list == "customers" {
		keys = []string{"external_id", "name"}
	}
	for _, key := range keys {
		if value := item[key]; value != nil && value != "" {
			return fmt.Sprintf("[%v]", value)
		}
	}
	return ""
}

// namesIn finds the names of the ids in a workspace.
func namesIn(workspace object) map[string]string {
	names := map[string]string{"folder" + idText(workspace["root_folder_id"]): `"Home"`}
	folders := map[string]object{}
	each := func(list string, do func(item object)) {
		items, _ := workspace[list].([]any)
		for _, item := range items {
			if item, isObject := item.(object); isObject {
				do(item)
			}
		}
	}
	each("folders", func(f object) { folders[idText(f["id"])] = f })
	for id := range folders {
		var path []string
		for at := folders[id]; at != nil && len(path) < len(folders); at = folders[idText(at["parent_id"])] {
			path = append(path, toText(at["name"]))
		}
		slices.Reverse(path)
		names["folder"+id] = string(encodeJSON(strings.Join(path, "/")))
	}
	each("connections", func(conn object) { names["connection"+idText(conn["id"])] = string(encodeJSON(conn["name"])) })
	each("tags", func(tag object) { names["tag"+toText(tag["handle"])] = toText(tag["title"]) })
	return names
}

// diffFacts lists what is extra (+), missing (-) and different (~).
func diffFacts(want, got []fact) []string {
	missing, extra := byPlace(want), byPlace(got)
	places := maps.Clone(missing)
	maps.Copy(places, extra)
	var lines []string
	for _, place := range slices.Sorted(maps.Keys(places)) {
		lines = append(lines, diffPlace(place, missing[place], extra[place])...)
	}
	return lines
}

func byPlace(facts []fact) map[string][]fact {
	places := map[string][]fact{}
	for _, f := range facts {
		places[f.place] = append(places[f.place], f)
	}
	return places
}

// diffPlace compares the objects of one name.
func diffPlace(place string, want, got []fact) []string {
	want = slices.DeleteFunc(want, func(f fact) bool {
		at := slices.IndexFunc(got, func(other fact) bool { return maps.Equal(f.fields, other.fields) })
		if at >= 0 {
			got = slices.Delete(got, at, at+1)
		}
		return at >= 0
	})
	var lines []string
	pairs := min(len(want), len(got))
	for i := range pairs {
		lines = append(lines, "~ "+place+": "+changes(want[i].fields, got[i].fields))
	}
	for _, f := range want[pairs:] {
		lines = append(lines, "- "+f.String())
	}
	for _, f := range got[pairs:] {
		lines = append(lines, "+ "+f.String())
	}
	return lines
}

// String is the place with all fields.
func (f fact) String() string {
	var fields []string
	for _, key := range slices.Sorted(maps.Keys(f.fields)) {
		fields = append(fields, key+" "+f.fields[key])
	}
	return strings.TrimSuffix(f.place+": "+strings.Join(fields, ", "), ": ")
}

// changes lists the fields that differ.
func changes(want, got map[string]string) string {
	keys := maps.Clone(want)
	maps.Copy(keys, got)
	var changed []string
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if want[key] != got[key] {
			changed = append(changed, fmt.Sprintf("%s %s instead of %s", key, cmp.Or(got[key], "nothing"), cmp.Or(want[key], "nothing")))
		}
	}
	return strings.Join(changed, ", ")
}
