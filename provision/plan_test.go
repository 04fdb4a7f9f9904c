package provision_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
)

// corpus are good and bad plans: a plan, and what is changed in it.
type corpus struct {
	Base  json.RawMessage `json:"base"`
	Cases []struct {
		Name string   `json:"name"`
		Good bool     `json:"good"`
		Path []string `json:"path"`
		// Value is missing if the path is to be deleted.
		Value json.RawMessage `json:"value"`
	} `json:"cases"`
}

func readCorpus(t *testing.T) (c corpus) {
	t.Helper()
	raw, err := os.ReadFile("testdata/plans.json")
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err != nil || len(c.Cases) < 50 {
		t.Fatalf("%d cases, %v", len(c.Cases), err)
	}
	return c
}

// changed returns a plan with another value at a path, or without one.
func changed(plan any, path []string, value json.RawMessage) any {
	if len(path) == 0 {
		var v any
		_ = json.Unmarshal(value, &v) // the file was read as JSON
		return v
	}
	switch at := plan.(type) {
	case map[string]any:
		if len(path) == 1 && value == nil {
			delete(at, path[0])
			return at
		}
		at[path[0]] = changed(at[path[0]], path[1:], value)
	case []any:
		i, _ := strconv.Atoi(path[0])
		at[i] = changed(at[i], path[1:], value)
	}
	return plan
}

// TestReadPlanCorpus: ReadPlan judges the corpus as it says, and names the place
// of each mistake. Module planyaml judges the same with the schema.
func TestReadPlanCorpus(t *testing.T) {
	c := readCorpus(t)
	for _, test := range c.Cases {
		var base any
		if err := json.Unmarshal(c.Base, &base); err != nil {
			t.Fatal(err)
		}
		text, err := json.MarshalIndent(changed(base, test.Path, test.Value), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		_, err = provision.ReadPlan("plan.json", text)
		var wrong *provision.PlanError
		switch {
		case test.Good && err != nil, !test.Good && !errors.As(err, &wrong):
			t.Errorf("%s: %v", test.Name, err)
		case !test.Good && !slices.ContainsFunc(wrong.Mistakes, func(m provision.PlanMistake) bool {
			n := min(len(m.Path), len(test.Path))
			return slices.Equal(m.Path[:n], test.Path[:n])
		}):
			t.Errorf("%s: the mistake is at %v: %v", test.Name, test.Path, err)
		}
	}
}

// TestReadPlanTellsEveryMistake: all at once, in the order of the text.
func TestReadPlanTellsEveryMistake(t *testing.T) {
	_, err := provision.ReadPlan("dir/plan.json", []byte(`{
  "customer": {"external_id": "acme", "name": 7, "notification_email": "ops"},
  "members": [
    {"name": "Kim", "role": "Analyst", "external_id": "kim"},
    {"name": "Kim", "role_name": "Analyst", "external_id": "kim"}
  ],
  "properties": {"billing.url": "SECRETVALUE", "billing.url": "env:A"},
  "packages": [
    {"name": "a", "version": "1", "file": "a.zip", "folder": ["A"], "restart": "refuse_running", "after": ["b"]},
    {"name": "b", "version": "1", "file": "b.zip", "folder": ["A"], "restart": "refuse_running", "after": ["a", "c"]}
  ],
  "start": ["Sync", "Sync"]
}`))
	want := `dir/plan.json:2:47: customer.name: must be a string, got a number
dir/plan.json:2:72: customer.notification_email: "ops" is no e-mail address
dir/plan.json:4:5: members[0].role_name: is required
dir/plan.json:4:21: members[0].role: unknown field
dir/plan.json:5:5: members[1]: "kim" is there twice
dir/plan.json:7:33: properties["billing.url"]: must be a reference: "env:NAME", "file:PATH" or "text:VALUE"
dir/plan.json:7:48: properties["billing.url"]: is there twice
dir/plan.json:9:107: packages[0].after: the packages ["a" "b"] wait for each other
dir/plan.json:10:113: packages[1].after[1]: there is no package "c"
dir/plan.json:12:21: start[1]: "Sync" is there twice`
	if fmt.Sprint(err) != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	for text, want := range map[string]string{
		"":                        "p:1:1: plan: the JSON text ends too early",
		"{\n \"customer\": {]}":   "p:2:14: plan: invalid character ']'",
		"{} {}":                   "p:1:",
		strings.Repeat("[", 1000): "nested too deep",
	} {
		if _, err := provision.ReadPlan("p", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v, want %q", text, err, want)
		}
	}
}

// TestPlanFiles: paths in a plan start at its folder, and values are read when the
// plan is applied.
func TestPlanFiles(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "plan.json")
	plan, err := provision.ReadPlan(name, []byte(`{
  "customer": {"external_id": "acme", "name": "Acme", "notification_email": "ops@acme.example"},
  "properties": {"a": "file:key", "b": "env:PLAN_TEST", "c": "text:x"},
  "packages": [{"name": "billing", "version": "1", "file": "billing.zip", "folder": ["A"], "restart": "refuse_running", "marker": "_release"}]
}`))
	if err != nil {
		t.Fatal(err)
	}
	fake := workatoFake(t)
	_, err = provision.Diff(t.Context(), fake.Client(t), plan)
	for _, want := range []string{"PLAN_TEST is not set", filepath.Join(dir, "key"), filepath.Join(dir, "billing.zip")} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	t.Setenv("PLAN_TEST", secretValue)
	for file, content := range map[string]string{"key": secretValue + "\n", "billing.zip": "zip"} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	plan.Packages[0].SHA256 = strings.Repeat("0", 64)
	_, err = provision.Apply(t.Context(), fake.Client(t), plan)
	if !errors.Is(err, workato.ErrInvalidArgument) || len(fake.Requests()) > 0 {
		t.Errorf("another package: %v, after %d requests", err, len(fake.Requests()))
	}
	plan.Packages[0].SHA256 = ""
	changes, err := provision.Diff(t.Context(), fake.Client(t), plan)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(changes)
	if shown := fmt.Sprintf("%s %v %+v %#v", text, changes, plan, plan); err != nil || strings.Contains(shown, secretValue) {
		t.Errorf("%v: a value is shown: %s", err, shown)
	}
	if shown := fmt.Sprintf("%v %s", acmePlan(), must(json.Marshal(acmePlan()))); strings.Contains(shown, secretValue) {
		t.Errorf("a value is shown: %s", shown)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestPlanCheck: a plan made in Go is checked, too, and without a journal every
// package needs a marker.
func TestPlanCheck(t *testing.T) {
	plan := acmePlan()
	plan.Customer.Name, plan.Packages[0].Detect, plan.Packages[0].Restart = "", nil, ""
	_, err := provision.Apply(t.Context(), workatoFake(t).Client(t), plan)
	for _, want := range []string{
		"plan: customer.name: is required", "plan: packages[0].restart: must be", "plan: packages[0].marker: is required without a journal",
	} {
		if err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, workato.ErrInvalidArgument) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// TestPlanSchema compares plan.schema.json with the types: it has every field, no
// other, and refuses unknown ones.
func TestPlanSchema(t *testing.T) {
	raw, err := os.ReadFile("plan.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	type schema struct {
		Ref        string            `json:"$ref"`
		Type       string            `json:"type"`
		Enum       []string          `json:"enum"`
		AnyOf      []any             `json:"anyOf"`
		Properties map[string]schema `json:"properties"`
		Items      *schema           `json:"items"`
		Additional any               `json:"additionalProperties"`
		Defs       map[string]schema `json:"$defs"`
	}
	var root schema
	if err := json.Unmarshal(raw, &root); err != nil {
		t.Fatal(err)
	}
	kinds := map[reflect.Kind]string{reflect.String: "string", reflect.Bool: "boolean", reflect.Slice: "array", reflect.Map: "object"}
	var compare func(of reflect.Type, s schema, place string)
	compare = func(of reflect.Type, s schema, place string) {
		if name, ok := strings.CutPrefix(s.Ref, "#/$defs/"); ok {
			s = root.Defs[name]
		}
		if of.Kind() != reflect.Struct {
			if want := kinds[of.Kind()]; s.Type != want && len(s.Enum)+len(s.AnyOf) == 0 {
				t.Errorf("%s: type %q, want %q", place, s.Type, want)
			}
			if of.Kind() == reflect.Slice {
				compare(of.Elem(), *s.Items, place+"[]")
			}
			return
		}
		if s.Additional != false {
			t.Errorf("%s: takes unknown fields", place)
		}
		fields := fieldsOf(of)
		if got, want := slices.Sorted(maps.Keys(s.Properties)), slices.Sorted(maps.Keys(fields)); !slices.Equal(got, want) {
			t.Errorf("%s: the schema has the fields %v, the type %v", place, got, want)
		}
		for key, field := range fields {
			compare(field, s.Properties[key], place+"."+key)
		}
	}
	compare(reflect.TypeFor[provision.Plan](), root, "plan")
}

// fieldsOf are the types of the JSON fields of a struct.
func fieldsOf(of reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for i := range of.NumField() {
		f := of.Field(i)
		if f.Anonymous {
			maps.Copy(fields, fieldsOf(f.Type))
			continue
		}
		if key, _, _ := strings.Cut(f.Tag.Get("json"), ","); key != "-" {
			fields[key] = f.Type
		}
	}
	return fields
}
