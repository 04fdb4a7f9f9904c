// Command gendocs writes what the documentation takes from the code:
// docs/endpoints.md, and in the README its table of services and its program.
// "go generate" in the root of the module runs it.
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/apitest"
)

func main() {
	log.SetFlags(0)
	pages, err := render(".")
	if err != nil {
		log.Fatal(err)
	}
	for name, content := range pages {
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil { //nolint:gosec // documentation is for everybody
			log.Fatal(err)
		}
	}
}

// render returns the generated files of the module in a directory by their names.
func render(root string) (map[string]string, error) {
	services, err := group(workato.Operations())
	if err != nil {
		return nil, err
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		return nil, err
	}
	program, err := os.ReadFile(filepath.Join(root, "scripts", "hello", "main.go"))
	if err != nil {
		return nil, err
	}
	_, code, found := strings.Cut(string(program), "package main\n")
	if !found {
		return nil, errors.New("scripts/hello/main.go has no package clause")
	}
	text, err := replaceBetween(string(readme), "program", "```go\npackage main\n"+code+"```\n")
	if err != nil {
		return nil, err
	}
	table, err := serviceTable(services)
	if err != nil {
		return nil, err
	}
	if text, err = replaceBetween(text, "services", table); err != nil {
		return nil, err
	}
	return map[string]string{"README.md": text, filepath.Join("docs", "endpoints.md"): endpointPage(services)}, nil
}

// replaceBetween puts content between the two comments of that name.
func replaceBetween(text, name, content string) (string, error) {
	begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
	head, rest, opened := strings.Cut(text, begin)
	_, tail, closed := strings.Cut(rest, end)
	if !opened || !closed {
		return "", fmt.Errorf("README.md has no place for %q", name)
	}
	return head + begin + content + end + tail, nil
}

// service is a field of the client with its methods that are endpoints.
type service struct {
	name    string
	methods []method
}

type method struct {
	name string
	op   workato.Operation
}

// group finds the service and the method of each operation, in the order of the
// operations.
func group(ops []workato.Operation) ([]service, error) {
	var services []service
	client := reflect.TypeFor[workato.Client]()
	for _, op := range ops {
		prefix, _, _ := strings.Cut(op.Name, ".")
		field, found := client.FieldByNameFunc(func(name string) bool { return spells(name, prefix) })
		if !found {
			return nil, fmt.Errorf("%s: the client has no service of that name", op.Name)
		}
		name := apitest.MethodOf(field.Type, op.Name)
		if name == "" {
			return nil, fmt.Errorf("%s: client.%s has no method of that name", op.Name, field.Name)
		}
		if len(services) == 0 || services[len(services)-1].name != field.Name {
			services = append(services, service{name: field.Name})
		}
		last := &services[len(services)-1]
		last.methods = append(last.methods, method{name, op})
	}
	return services, nil
}

// spells reports whether a name of Go is that of an operation: ManagedUsers is
// managed_users.
func spells(name, snake string) bool {
	return strings.EqualFold(name, strings.ReplaceAll(snake, "_", ""))
}

// areas are the services as the README has them.
var areas = []struct {
	name     string
	services []string
}{
	{"customers", []string{"ManagedUsers", "Members", "CustomerManagers", "CollaboratorGroups", "Usage", "ActivityLogs"}},
	{"roles", []string{"Roles", "EnvironmentRoles", "ProjectRoles", "ProjectGrants"}},
	{"in a workspace", []string{"Connections", "Folders", "Projects", "Properties", "Recipes", "Jobs", "TestCases", "Tags"}},
	{"data", []string{"LookupTables", "DataTables", "EventTopics"}},
	{"life cycle", []string{"Imports", "Exports", "Packages", "Deployments"}},
	{"connectors", []string{"Integrations", "Picklists", "CustomConnectors", "CustomOAuthProfiles", "FieldMappings"}},
	{"API platform", []string{"APICollections", "APIEndpoints", "APIClients", "APIKeys", "APIClientsV1", "APIAccessProfiles"}},
	{"agents", []string{"Genies", "Skills", "KnowledgeBases", "MCPServers"}},
	{"Workato Identity", []string{"IdentityUsers", "IdentityGroups"}},
	{"on-prem", []string{"OnPremAgents", "OnPremGroups"}},
	{"your own workspace", []string{"Workspace", "DeveloperAPIClients", "Embedding"}},
}

// serviceTable has a row for each area. Every service has to be in one of them.
func serviceTable(services []service) (string, error) {
	missing := map[string]bool{}
	for _, s := range services {
		missing[s.name] = true
	}
	var b strings.Builder
	b.WriteString("| | services |\n|---|---|\n")
	for _, area := range areas {
		links := make([]string, 0, len(area.services))
		for _, name := range area.services {
			if !missing[name] {
				return "", fmt.Errorf("area %q: the client has no service %s, or it is in two areas", area.name, name)
			}
			delete(missing, name)
			links = append(links, fmt.Sprintf("[%s](docs/endpoints.md#%s)", name, strings.ToLower(name)))
		}
		fmt.Fprintf(&b, "| %s | %s |\n", area.name, strings.Join(links, ", "))
	}
	for name := range missing {
		return "", fmt.Errorf("service %s is in no area", name)
	}
	return b.String(), nil
}

const intro = `# Endpoints

<!-- written by scripts/gendocs: run "go generate" instead of editing it -->

The endpoints that have a method, from the table that the client itself uses: ` + "`workato.Operations()`" + ` returns it.
` + "`Client.Do`" + ` calls any other endpoint.

- **Method** is that of the service: ` + "`client.Connections.List`" + `. It links to the reference.
- **Effect** says what a second identical request would do, and so whether a lost one is
  [retried](../README.md#what-is-retried): a read changes nothing, an idempotent request leaves the same state,
  a create makes something new.
- **Paging** is how a list is paged. A blank cell: the response has no pages.
- **Quota** is the documented number of requests per second, minute and hour, for the whole partner workspace: all
  customers, keys and programs together. A blank cell: the reference states no quota. There may still be one;
  package ratelimit assumes it.
- **Family**: operations of one family share one quota. ` + "`ratelimit.PerMinute`" + ` and the like take this name.
`

func endpointPage(services []service) string {
	var b strings.Builder
	b.WriteString(intro)
	for _, s := range services {
		fmt.Fprintf(&b, "\n## %s\n\n| method | endpoint | effect | paging | quota | family |\n|---|---|---|---|---|---|\n", s.name)
		for _, m := range s.methods {
			name := "[" + m.name + "](" + m.op.Doc + ")"
			if m.op.Deprecated {
				name += " (deprecated)"
			}
			paging := string(m.op.Paging)
			if m.op.Paging == workato.PagingNone {
				paging = ""
			}
			cells := []string{name, "`" + m.op.Method + " " + m.op.Path + "`", m.op.Effect.String(), paging, quota(m.op.Quota), m.op.Quota.Family}
			fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
		}
	}
	return b.String()
}

func quota(q workato.Quota) string {
	var figures []string
	for _, f := range []struct {
		n    int
		unit string
	}{{q.PerSecond, "s"}, {q.PerMinute, "min"}, {q.PerHour, "h"}} {
		if f.n > 0 {
			figures = append(figures, fmt.Sprintf("%d/%s", f.n, f.unit))
		}
	}
	return strings.Join(figures, ", ")
}
