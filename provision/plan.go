package provision

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-workato/workato"
)

// Plan is the desired state of one customer. Its JSON form is described by
// plan.schema.json, and read by ReadPlan; module provision/planyaml reads the same
// from YAML. Apply makes it so.
//
// Only what a plan names is looked at: other members, folders, properties and
// recipes of the workspace are left alone, and nothing is ever deleted.
type Plan struct {
	Customer CustomerPlan `json:"customer"`
	// Environments provisions TEST and PROD, which cannot be undone. The rest of the
	// plan is for DEV.
	Environments []EnvironmentPlan `json:"environments,omitempty"`
	Members      []MemberPlan      `json:"members,omitempty"`
	// Properties are those of the workspace.
	Properties map[string]Value `json:"properties,omitempty"`
	// Folders are paths from the top. The first of a path is a project.
	Folders [][]string `json:"folders,omitempty"`
	// Packages are imported in their order, but each after those it names.
	Packages    []PackagePlan    `json:"packages,omitempty"`
	Connections []ConnectionPlan `json:"connections,omitempty"`
	// Start names recipes, in the order in which they are started: "Sync invoices",
	// or with the path of the folder, "Billing/EU/Sync invoices". A recipe that
	// calls another one comes after it.
	Start []string `json:"start,omitempty"`
}

// The parts of a Plan.
type (
	// CustomerPlan is the customer itself. All but PlanID is required.
	CustomerPlan struct {
		ExternalID        string `json:"external_id"`
		Name              string `json:"name"`
		NotificationEmail string `json:"notification_email"`
		PlanID            string `json:"plan_id,omitempty"`
	}
	// EnvironmentPlan is one of the environments TEST and PROD.
	EnvironmentPlan struct {
		Type       workato.EnvironmentType `json:"type"`
		ExternalID string                  `json:"external_id,omitempty"`
	}
	// MemberPlan is a member of the workspace. Name and RoleName are required, and
	// for an invitation Email, otherwise ExternalID.
	MemberPlan struct {
		Name       string `json:"name"`
		Email      string `json:"email,omitempty"`
		ExternalID string `json:"external_id,omitempty"`
		RoleName   string `json:"role_name"`
		// Invite mails an invitation: the person is a member after accepting it.
		Invite bool `json:"invite,omitempty"`
	}
	// PackagePlan is a package that has to be imported.
	PackagePlan struct {
		Release
		// File is the path of the zip file, beside the plan. It sets Release.Package.
		File string `json:"file"`
		// Marker is the recipe of ByMarker. It sets Release.Detect.
		Marker string `json:"marker,omitempty"`
		// After names packages that have to be there first.
		After []string `json:"after,omitempty"`
	}
	// ConnectionPlan is a connection that has to be authorized.
	ConnectionPlan struct {
		Name string `json:"name"`
		// Provider makes a connection that is not there, such as "jira". Without it the
		// connection has to come with a package.
		Provider   string   `json:"provider,omitempty"`
		ExternalID string   `json:"external_id,omitempty"`
		Folder     []string `json:"folder,omitempty"`
		// Input are the connection parameters. Without them a user has to connect it.
		Input map[string]Value `json:"input,omitempty"`
	}
)

// Value is the value of a property or of a connection parameter, by reference:
// "env:NAME" is an environment variable, "file:PATH" the content of a file without
// the line break at its end, and "text:VALUE" the value itself, which is for
// values that are no secret, or for programs (Text). It is read when it is needed.
// No format verb, log or JSON document shows what follows "text:".
type Value string

// Text is a value as it is.
func Text(value string) Value { return Value("text:" + value) }

// valueKinds are how a Value begins.
var valueKinds = []string{"env:", "file:", "text:"}

// shown is the value without what may be secret.
func (v Value) shown() string {
	for _, kind := range valueKinds[:2] {
		if strings.HasPrefix(string(v), kind) {
			return string(v)
		}
	}
	return hidden
}

// Format keeps the value out of every format verb.
func (v Value) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(v.shown())) }

// MarshalText keeps the value out of JSON and other documents.
func (v Value) MarshalText() ([]byte, error) { return []byte(v.shown()), nil }

// problem is what is wrong with the reference, "" if nothing is.
func (v Value) problem() string {
	for _, kind := range valueKinds {
		if rest, ok := strings.CutPrefix(string(v), kind); ok {
			if rest == "" && kind != "text:" {
				return "names nothing after " + kind
			}
			return ""
		}
	}
	return `must be a reference: "env:NAME", "file:PATH" or "text:VALUE"`
}

// resolve reads the value.
func (v Value) resolve() (string, error) {
	if problem := v.problem(); problem != "" {
		return "", errors.New(problem)
	}
	kind, rest, _ := strings.Cut(string(v), ":")
	switch kind {
	case "env":
		value, set := os.LookupEnv(rest)
		if !set {
			return "", fmt.Errorf("environment variable %s is not set", rest)
		}
		return value, nil
	case "file":
		content, err := os.ReadFile(rest)
		return strings.TrimSuffix(strings.TrimSuffix(string(content), "\n"), "\r"), err
	}
	return rest, nil
}

// resolveAll reads values, and reports every one that cannot be read.
func resolveAll(field string, values map[string]Value) (map[string]any, error) {
	var errs []error
	out := make(map[string]any, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		value, err := values[name].resolve()
		if err != nil {
			errs = append(errs, badField(step(field, name), "%s", err.Error()))
		}
		out[name] = value
	}
	return out, errors.Join(errs...)
}

// step is the place of a key below another place.
func step(field, key string) string {
	switch {
	case field == "":
		return key
	case strings.ContainsAny(key, ".[] ") || key == "":
		return fmt.Sprintf("%s[%q]", field, key)
	}
	return field + "." + key
}

// CustomerID is the id of the customer in calls.
func (p *Plan) CustomerID() workato.CustomerID { return workato.ExternalID(p.Customer.ExternalID) }

// Check reports every mistake that shows without reading a value or a package.
func (p *Plan) Check() error {
	errs := []error{p.check().err("plan: ")}
	for i := range p.Packages {
		errs = append(errs, p.Packages[i].complete().check(fmt.Sprintf("plan: packages[%d]", i)))
	}
	return errors.Join(errs...)
}

// complete returns the release with what File and Marker set.
func (p *PackagePlan) complete() *Release {
	r := p.Release
	if p.File != "" {
		r.Package = workato.PackageFile(p.File)
	}
	if p.Marker != "" {
		r.Detect = ByMarker(p.Marker)
	}
	return &r
}

// beside makes the paths in the plan those of files beside it.
func (p *Plan) beside(dir string) {
	at := func(path string) string {
		if path == "" || filepath.IsAbs(path) {
			return path
		}
		return filepath.Join(dir, path)
	}
	values := func(all map[string]Value) {
		for name, v := range all {
			if path, ok := strings.CutPrefix(string(v), "file:"); ok {
				all[name] = Value("file:" + at(path))
			}
		}
	}
	values(p.Properties)
	for i := range p.Connections {
		values(p.Connections[i].Input)
	}
	for i := range p.Packages {
		p.Packages[i].File = at(p.Packages[i].File)
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
