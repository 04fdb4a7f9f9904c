package provision

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-workato/workato"
)

// PlanMistake is something wrong at one place of a plan.
type PlanMistake struct {
	// Line and Column count from 1; they are 0 for a plan that was made in Go.
	Line, Column int
	// Path are the keys and indexes that lead to the value.
	Path []string
	// Problem says what is wrong with it.
	Problem string
}

// Field is the path as people write it: "members[0].role_name". It is "plan" for the
// whole.
func (m PlanMistake) Field() string {
	field := ""
	for _, key := range m.Path {
		if _, err := strconv.Atoi(key); err == nil && field != "" {
			field += "[" + key + "]"
			continue
		}
		field = step(field, key)
	}
	if field == "" {
		return "plan"
	}
	return field
}

// PlanError has every mistake of a plan, in the order of the text.
type PlanError struct {
	// Name is that of the file.
	Name     string
	Mistakes []PlanMistake
}

// Error has a line for each mistake: "plan.json:8:5: members[0].name: is required".
func (e *PlanError) Error() string {
	lines := make([]string, len(e.Mistakes))
	for i, m := range e.Mistakes {
		lines[i] = fmt.Sprintf("%s:%d:%d: %s: %s", e.Name, m.Line, m.Column, m.Field(), m.Problem)
	}
	return strings.Join(lines, "\n")
}

// planCheck collects what is wrong with the content of a plan.
type planCheck struct{ found []PlanMistake }

func (c *planCheck) bad(wrong bool, path []string, format string, args ...any) {
	if wrong {
		c.found = append(c.found, PlanMistake{Path: path, Problem: fmt.Sprintf(format, args...)})
	}
}

// err has all that was found, with a text before each place.
func (c *planCheck) err(prefix string) error {
	var errs []error
	for _, m := range c.found {
		errs = append(errs, badField(prefix+m.Field(), "%s", m.Problem))
	}
	return errors.Join(errs...)
}

// required refuses a text that is empty or only spaces.
func (c *planCheck) required(path []string, text string) { c.bad(isBlank(text), path, "is required") }

// unique refuses a second thing of one key.
func (c *planCheck) unique(seen map[string]bool, path []string, key string) {
	c.bad(seen[key] && key != "", path, "%q is there twice", key)
	seen[key] = true
}

// pathOf builds a path of keys and indexes.
func pathOf(steps ...any) []string {
	path := make([]string, len(steps))
	for i, s := range steps {
		path[i] = fmt.Sprint(s)
	}
	return path
}

var (
	emailForm = regexp.MustCompile(`^[^@\s]+@[^@\s]+$`)
	nameForm  = regexp.MustCompile(`^\S(.*\S)?$`)
	hashForm  = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

const longestName = 200 // of packages and their versions

// check finds the mistakes in the content; of the form only a document can have
// some.
func (p *Plan) check() *planCheck {
	c := &planCheck{}
	c.required(pathOf("customer", "external_id"), p.Customer.ExternalID)
	c.required(pathOf("customer", "name"), p.Customer.Name)
	c.email(pathOf("customer", "notification_email"), p.Customer.NotificationEmail)
	seen := map[string]bool{}
	for i, e := range p.Environments {
		path := pathOf("environments", i, "type")
		c.bad(e.Type != workato.EnvironmentTest && e.Type != workato.EnvironmentProd, path, `must be "test" or "prod", got %q`, e.Type)
		c.unique(seen, path, string(e.Type))
	}
	seen = map[string]bool{}
	for i := range p.Members {
		c.member(pathOf("members", i), &p.Members[i])
		c.unique(seen, pathOf("members", i), p.Members[i].key())
	}
	c.bad(len(p.Properties) > workato.MaxProperties, pathOf("properties"), "has %d, at most are %d", len(p.Properties), workato.MaxProperties)
	for _, name := range slices.Sorted(maps.Keys(p.Properties)) {
		long := utf8.RuneCountInString(name) > workato.MaxPropertyName
		c.bad(isBlank(name) || long, pathOf("properties", name), "must have 1 to %d characters", workato.MaxPropertyName)
		c.value(pathOf("properties", name), p.Properties[name])
	}
	for i, folder := range p.Folders {
		c.folder(pathOf("folders", i), folder, true)
	}
	c.packages(p.Packages)
	seen = map[string]bool{}
	for i := range p.Connections {
		conn := &p.Connections[i]
		c.required(pathOf("connections", i, "name"), conn.Name)
		c.folder(pathOf("connections", i, "folder"), conn.Folder, false)
		for _, name := range slices.Sorted(maps.Keys(conn.Input)) {
			c.value(pathOf("connections", i, "input", name), conn.Input[name])
		}
		c.unique(seen, pathOf("connections", i), conn.address())
	}
	seen = map[string]bool{}
	for i, name := range p.Start {
		c.required(pathOf("start", i), name)
		c.unique(seen, pathOf("start", i), name)
	}
	return c
}

func (c *planCheck) email(path []string, text string) {
	c.required(path, text)
	c.bad(!isBlank(text) && !emailForm.MatchString(text), path, "%q is no e-mail address", text)
}

func (c *planCheck) value(path []string, v Value) {
	problem := v.problem()
	c.bad(problem != "", path, "%s", problem)
}

func (c *planCheck) folder(path, folder []string, needed bool) {
	c.bad(needed && len(folder) == 0, path, "is required")
	for i, name := range folder {
		c.required(append(slices.Clone(path), strconv.Itoa(i)), name)
	}
}

func (c *planCheck) member(path []string, m *MemberPlan) {
	field := func(name string) []string { return append(slices.Clone(path), name) }
	c.required(field("name"), m.Name)
	c.required(field("role_name"), m.RoleName)
	c.bad(m.Invite && isBlank(m.Email), field("email"), "is required for an invitation")
	c.bad(!isBlank(m.Email) && !emailForm.MatchString(m.Email), field("email"), "%q is no e-mail address", m.Email)
	c.bad(!m.Invite && isBlank(m.ExternalID), field("external_id"), "is required unless invite is true: without it the person cannot be found again")
}

func (c *planCheck) packages(packages []PackagePlan) {
	names := map[string]bool{}
	for i := range packages {
		p := &packages[i]
		for _, text := range []struct{ key, value string }{{"name", p.Name}, {"version", p.Version}} {
			long := utf8.RuneCountInString(text.value) > longestName
			c.required(pathOf("packages", i, text.key), text.value)
			c.bad(!isBlank(text.value) && (long || !nameForm.MatchString(text.value)), pathOf("packages", i, text.key),
				"must have 1 to %d characters without spaces at its ends", longestName)
		}
		c.bad(p.SHA256 != "" && !hashForm.MatchString(p.SHA256), pathOf("packages", i, "sha256"), "must be 64 hexadecimal digits in lower case")
		c.bad(p.Restart != RestartRunning && p.Restart != RefuseRunning, pathOf("packages", i, "restart"), "must be %q or %q", RestartRunning, RefuseRunning)
		c.folder(pathOf("packages", i, "folder"), p.Folder, true)
		c.unique(names, pathOf("packages", i, "name"), p.Name)
	}
	for i, p := range packages {
		for j, name := range p.After {
			c.bad(!names[name], pathOf("packages", i, "after", j), "there is no package %q", name)
		}
	}
	if _, circle := packageOrder(packages); len(circle) > 0 {
		i := slices.IndexFunc(packages, func(p PackagePlan) bool { return p.Name == circle[0] })
		c.bad(true, pathOf("packages", i, "after"), "the packages %q wait for each other", circle)
	}
}

// packageOrder returns the indexes of the packages so that each comes after those that
// it names, and otherwise as they stand; and the names of those that wait for
// each other.
func packageOrder(packages []PackagePlan) (order []int, circle []string) {
	there := map[string]bool{}
	for _, p := range packages {
		there[p.Name] = false
	}
	for len(order) < len(packages) {
		next := -1
		for i, p := range packages {
			waits := slices.ContainsFunc(p.After, func(name string) bool { done, known := there[name]; return known && !done })
			if !slices.Contains(order, i) && !waits {
				next = i
				break
			}
		}
		if next < 0 {
			for i, p := range packages {
				if !slices.Contains(order, i) {
					circle = append(circle, p.Name)
				}
			}
			return order, circle
		}
		order = append(order, next)
		there[packages[next].Name] = true
	}
	return order, nil
}
