package planyaml_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/provision/planyaml"
)

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

// TestOneVerdict: a validator with plan.schema.json, ReadPlan and Read judge the
// corpus alike, and the two readers name the same places.
func TestOneVerdict(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../plan.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var corpus struct {
		Base  json.RawMessage
		Cases []struct {
			Name  string
			Good  bool
			Path  []string
			Value json.RawMessage
		}
	}
	raw, err := os.ReadFile("../testdata/plans.json")
	if err == nil {
		err = json.Unmarshal(raw, &corpus)
	}
	if err != nil || len(corpus.Cases) < 50 {
		t.Fatalf("%d cases, %v", len(corpus.Cases), err)
	}
	for _, c := range corpus.Cases {
		var base any
		if err := json.Unmarshal(corpus.Base, &base); err != nil {
			t.Fatal(err)
		}
		plan := changed(base, c.Path, c.Value)
		text, err := json.MarshalIndent(plan, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		asYAML, err := yaml.Marshal(plan)
		if err != nil {
			t.Fatal(err)
		}
		verdict := schema.Validate(plan)
		_, fromJSON := provision.ReadPlan("plan", text)
		_, fromYAML := planyaml.Read("plan", asYAML)
		_, jsonAsYAML := planyaml.Read("plan", text)
		for judge, err := range map[string]error{"the schema": verdict, "ReadPlan": fromJSON, "Read": fromYAML, "Read of JSON": jsonAsYAML} {
			if (err == nil) != c.Good {
				t.Errorf("%s: %s says %v\n%s", c.Name, judge, err, asYAML)
			}
		}
		if got, want := fields(fromYAML), fields(fromJSON); got != want {
			t.Errorf("%s: in YAML %q, in JSON %q", c.Name, got, want)
		}
	}
}

// fields are the places and problems of mistakes, without lines, in any order.
func fields(err error) string {
	var wrong *provision.PlanError
	if !errors.As(err, &wrong) {
		return fmt.Sprint(err)
	}
	var all []string
	for _, m := range wrong.Mistakes {
		all = append(all, m.Field()+": "+m.Problem)
	}
	return strings.Join(all, "; ")
}

// TestPlaces: every mistake has the line and the column of the YAML text.
func TestPlaces(t *testing.T) {
	const text = `# Acme
customer:
  external_id: acme
  name: 7
  notification_email: ops
members:
  - name: Kim
    role: Analyst
    external_id: kim
properties:
  billing.url: SECRETVALUE
  billing.url: env:A
packages:
  - name: a
    version: 1.10
    file: a.zip
    folder: [A, ""]
    restart: &restart maybe
    marker:
  - {name: b, version: "1", file: b.zip, folder: [A], restart: *restart}
`
	_, err := planyaml.Read("plan.yaml", []byte(text+"start: *none\n"))
	want := `plan.yaml:21:8: start: there is no anchor "none" before it`
	if fmt.Sprint(err) != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	_, err = planyaml.Read("plan.yaml", []byte(text))
	want = `plan.yaml:4:9: customer.name: must be a string, got a number
plan.yaml:5:23: customer.notification_email: "ops" is no e-mail address
plan.yaml:7:5: members[0].role_name: is required
plan.yaml:8:11: members[0].role: unknown field
plan.yaml:11:16: properties["billing.url"]: must be a reference: "env:NAME", "file:PATH" or "text:VALUE"
plan.yaml:12:3: properties["billing.url"]: is there twice
plan.yaml:15:14: packages[0].version: must be a string, got a number
plan.yaml:17:17: packages[0].folder[1]: is required
plan.yaml:18:14: packages[0].restart: must be "restart_running" or "refuse_running"
plan.yaml:19:5: packages[0].marker: must be a string, got null
plan.yaml:20:64: packages[1].restart: must be "restart_running" or "refuse_running"`
	if fmt.Sprint(err) != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// TestBadText: a text that is no plan at all is an error with a place, and ends
// soon.
func TestBadText(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := range 9 {
		fmt.Fprintf(&bomb, "a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 9), ", "))
	}
	for text, want := range map[string]string{
		"":                        "p:1:1: plan: the YAML text is empty",
		"a: [":                    "p:1:",
		"a: b: c":                 "p:1:",
		"a: &x [*x]":              `there is no anchor "x" before it`,
		"customer: {}\n---\na: 1": "p:3:1: plan: there is more after the plan",
		"customer: !!binary aa":   "p:1:11: customer: a plan has no tag",
		"<<: {a: b}":              "a key must be a text",
		bomb.String():             "more than 100000 values",
	} {
		if plan, err := planyaml.Read("p", []byte(text)); plan != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: %v, want %q", text, err, want)
		}
	}
}

func ExampleRead() {
	plan, err := planyaml.Read("plan.yaml", []byte(`
customer:
  external_id: acme
  name: Acme
  notification_email: ops@acme.example
properties:
  billing.secret: env:BILLING_SECRET # read when the plan is applied
folders:
  - [Billing, EU]
`))
	fmt.Println(plan.CustomerID(), plan.Folders, plan.Properties["billing.secret"], err)
	// Output: Eacme [[Billing EU]] env:BILLING_SECRET <nil>
}
