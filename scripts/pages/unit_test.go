package pages

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// unit is a file of Go made from one block, or from several that continue each
// other.
type unit struct {
	pkg    string // p_docs_testing, or one of its own for a program
	file   string
	source string
	module string   // directory of the module, "." for the root
	calls  []string // functions with a *testing.T that run it
}

var imports = map[string]string{
	"workato":     "github.com/go-workato/workato",
	"embed":       "github.com/go-workato/workato/embed",
	"provision":   "github.com/go-workato/workato/provision",
	"ratelimit":   "github.com/go-workato/workato/ratelimit",
	"workatotest": "github.com/go-workato/workato/workatotest",

	"provisiontest": "github.com/go-workato/workato/provision/provisiontest",

	"otel":         "github.com/go-workato/workato/contrib/otel",
	"redislimit":   "github.com/go-workato/workato/contrib/redislimit",
	"redis":        "github.com/redis/go-redis/v9",
	"client":       "go.temporal.io/sdk/client",
	"worker":       "go.temporal.io/sdk/worker",
	"temporal":     "github.com/go-workato/workato/contrib/temporal",
	"planyaml":     "github.com/go-workato/workato/provision/planyaml",
	"sqliteledger": "github.com/go-workato/workato/provision/sqliteledger",

	"httptest": "net/http/httptest", "http": "net/http", "url": "net/url", "json": "encoding/json",
	"rand": "crypto/rand", "rsa": "crypto/rsa", "crypto": "crypto", "filepath": "path/filepath", "slog": "log/slog",
	"signal": "os/signal", "synctest": "testing/synctest", "atomic": "sync/atomic",
}

// std are the packages whose path is their name.
var std = []string{
	"bytes", "cmp", "context", "errors", "fmt", "io", "iter", "log", "maps", "os", "slices", "strconv", "strings", "sync", "testing", "time",
}

// nested finds a package of a nested module in an import.
var nested = regexp.MustCompile(`"github\.com/go-workato/workato/((?:contrib|provision)/(?:otel|redislimit|temporal|planyaml|sqliteledger))"`)

// prelude is what a function made of statements finds.
const prelude = `
	fake, client := newWorld(t)
	ctx, customer := t.Context(), workato.ExternalID("acme")
	folderID, connectionID, recipeID := int64(50), int64(7), int64(31)
	_, _, _, _, _, _, _ = fake, client, ctx, customer, folderID, connectionID, recipeID
`

// shared is in every package: the fake that statements and programs find.
const shared = `
func newWorld(t *testing.T) (*workatotest.Server, *workato.Client) {
	t.Helper()
	fake := workatotest.New(t, workatotest.WithImportReads(0))
	fake.AddCustomer(workatotest.Customer{
		ID: 98178, ExternalID: "acme", Name: "Acme",
		Folders: []*workatotest.Folder{{ID: 50, Name: "Invoices"}},
		Connections: []*workatotest.Connection{{ID: 7, Name: "Jira", Provider: "jira", FolderID: 50, AuthorizationStatus: "success"}},
		Recipes: []*workatotest.Recipe{{ID: 31, Name: "Sync", FolderID: 50, Uses: []string{"Jira"}}},
	})
	return fake, fake.Client(t)
}

func inEnvironment(t *testing.T, main func()) {
	fake, _ := newWorld(t)
	t.Setenv("WORKATO_API_TOKEN", workatotest.Token)
	t.Setenv("WORKATO_BASE_URL", fake.URL())
	main()
}

var _, _, _ = newWorld, inEnvironment, inBubble
`

// Waits take no time in a bubble. Clients of other services keep goroutines that
// a bubble does not end, so there is none in the nested modules.
const (
	bubble   = "\nfunc inBubble(t *testing.T, f func(*testing.T)) { synctest.Test(t, f) }\n"
	noBubble = "\nfunc inBubble(t *testing.T, f func(*testing.T)) { f(t) }\n"
)

// unitsOf makes files of the Go blocks of a page.
func unitsOf(p page) ([]unit, error) {
	var units []unit
	pkg := "p_" + regexp.MustCompile(`\W`).ReplaceAllString(strings.TrimSuffix(p.name, ".md"), "_")
	blocks := slices.DeleteFunc(slices.Clone(p.blocks), func(b block) bool { return b.language != "go" })
	for len(blocks) > 0 {
		n := 1
		for n < len(blocks) && blocks[n].continues {
			n++
		}
		u, err := unitOf(pkg, blocks[:n])
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", p.name, blocks[0].line, err)
		}
		units = append(units, u)
		blocks = blocks[n:]
	}
	return units, nil
}

func unitOf(pkg string, blocks []block) (unit, error) {
	for _, b := range blocks {
		formatted, err := format.Source([]byte(b.code))
		if err != nil {
			return unit{}, err
		}
		if string(formatted) != b.code {
			return unit{}, fmt.Errorf("the block is not formatted; gofmt makes of it\n%s", formatted)
		}
	}
	first := blocks[0]
	u := unit{pkg: pkg, file: "line" + itoa(first.line) + ".go", module: "."}
	place := fmt.Sprintf("//line %s:%d\n", first.page, first.line)
	function := "Line" + itoa(first.line)
	switch {
	case strings.Contains(first.code, "package main\n"):
		u.pkg += "_" + function
		_, code, _ := strings.Cut(first.code, "package main\n")
		u.source = "package " + u.pkg + "\n" + place + strings.Replace(code, "func main()", "func Main()", 1)
		if !first.onlyBuilds {
			u.source += "\nfunc " + function + "(t *testing.T) { inEnvironment(t, Main) }\n"
			u.calls = []string{function}
		}
	case topLevel(first.code):
		u.source = "package " + pkg + "\n" + first.before + "\n" + place + first.code + first.after
		for _, test := range regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`).FindAllStringSubmatch(first.code, -1) {
			if !first.onlyBuilds {
				u.calls = append(u.calls, test[1])
			}
		}
	default:
		var body strings.Builder
		for _, b := range blocks {
			code, err := used(b.code)
			if err != nil {
				return unit{}, err
			}
			fmt.Fprintf(&body, "\n%s\n//line %s:%d\n%s%s", b.before, b.page, b.line, code, b.after)
		}
		u.source = "package " + pkg + "\nfunc " + function + "(t *testing.T) { inBubble(t, func(t *testing.T) {" + prelude +
			"if err := func() error {\n" + body.String() + "\nreturn nil\n}(); err != nil {\nt.Fatal(err)\n}\n}) }\n"
		if !first.onlyBuilds {
			u.calls = []string{function}
		}
	}
	err := u.addImports()
	return u, err
}

// topLevel reports whether a block holds declarations and not statements.
func topLevel(code string) bool {
	_, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+code, parser.SkipObjectResolution)
	return err == nil && strings.Contains("\n"+code, "\nfunc ")
}

// used appends a use of each variable that the statements declare, so that a
// block need not do something with all of them.
func used(code string) (string, error) {
	const head = "package p; func _() {"
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", head+code+"}", parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	names := map[string]bool{}
	function, _ := file.Decls[0].(*ast.FuncDecl)
	end := len(code)
	for i, statement := range function.Body.List {
		switch s := statement.(type) {
		case *ast.AssignStmt:
			if s.Tok != token.DEFINE {
				continue
			}
			for _, left := range s.Lhs {
				if id, isName := left.(*ast.Ident); isName {
					names[id.Name] = true
				}
			}
		case *ast.DeclStmt:
			if d, isGroup := s.Decl.(*ast.GenDecl); isGroup && d.Tok == token.VAR {
				for _, spec := range d.Specs {
					if v, isValue := spec.(*ast.ValueSpec); isValue {
						for _, id := range v.Names {
							names[id.Name] = true
						}
					}
				}
			}
		case *ast.ReturnStmt:
			if i == len(function.Body.List)-1 {
				end = files.Position(s.Pos()).Offset - len(head)
			}
		}
	}
	delete(names, "_")
	var uses strings.Builder
	for _, name := range slices.Sorted(maps.Keys(names)) {
		uses.WriteString("_ = " + name + "\n")
	}
	return code[:end] + uses.String() + code[end:], nil
}

// addImports imports the packages that the source names and does not import.
func (u *unit) addImports() error {
	file, err := parser.ParseFile(token.NewFileSet(), u.file, u.source, parser.ParseComments)
	if err != nil {
		return err
	}
	free := map[string]bool{}
	for _, id := range file.Unresolved {
		free[id.Name] = true
	}
	for _, spec := range file.Imports {
		dir, _ := strconv.Unquote(spec.Path.Value)
		delete(free, dir[strings.LastIndex(dir, "/")+1:])
	}
	var lines strings.Builder
	ast.Inspect(file, func(n ast.Node) bool {
		selector, isSelector := n.(*ast.SelectorExpr)
		if !isSelector {
			return true
		}
		id, isName := selector.X.(*ast.Ident)
		if !isName || !free[id.Name] {
			return true
		}
		from := imports[id.Name]
		if from == "" && slices.Contains(std, id.Name) {
			from = id.Name
		}
		if from != "" {
			delete(free, id.Name)
			lines.WriteString("import " + strconv.Quote(from) + "\n")
		}
		return true
	})
	head, rest, _ := strings.Cut(u.source, "\n")
	u.source = head + "\n" + lines.String() + rest
	if found := nested.FindStringSubmatch(u.source); found != nil {
		u.module = found[1]
	}
	return nil
}

func itoa(n int) string { return strconv.Itoa(n) }
