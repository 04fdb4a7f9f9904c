package pages

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// names are those that the packages of this repository export.
type names struct {
	// known has "workato.Client", "Client" and "Client.Jobs".
	known map[string]bool
	// packages are the names of the packages, services the types of the client's
	// fields.
	packages map[string]bool
	services map[string]string
}

// goName finds a path of names, of which those are checked that begin with one of
// our packages or types, and sentinels and options alone.
var goName = regexp.MustCompile(`^[*&]?\[?\]?([A-Za-z]\w*(?:\.[A-Za-z]\w*)*)(?:[({\[].*)?$`)

// TestNames: the names of Go that pages mention exist.
func TestNames(t *testing.T) {
	t.Parallel()
	n := readNames(t)
	if !n.known["workato.NewClient"] || !n.known["Client.ManagedUsers"] || n.services["Jobs"] != "JobService" || !n.known["JobService.List"] {
		t.Fatalf("names were not read: %d", len(n.known))
	}
	for _, p := range pagesOf(t, root) {
		text := p.prose()
		for _, found := range codeSpan.FindAllStringIndex(text, -1) {
			span := strings.Trim(text[found[0]:found[1]], "`")
			if wrong := n.wrong(span); wrong != "" {
				t.Errorf("%s: `%s`: there is no %s", p.at(text, found[0]), span, wrong)
			}
		}
	}
}

// TestWrongNames shows what is found.
func TestWrongNames(t *testing.T) {
	t.Parallel()
	n := readNames(t)
	for span, want := range map[string]string{
		"client.Jobs.List": "", "client.Jobs.Lst": "JobService.Lst", "client.Jbs": "Client.Jbs",
		"workato.WithRetry(p)": "", "workato.WithRetries": "workato.WithRetries", "ErrGone": "ErrGone",
		"Retry-After": "", "provision.Plan{}": "", "APIError.Text": "APIError.Text", "log.Fatal": "",
		"*APIError": "", "WithStrict": "", "embed.Subject.Nobody": "Subject.Nobody",
	} {
		if got := n.wrong(span); got != want {
			t.Errorf("%s: %q, want %q", span, got, want)
		}
	}
}

// wrong returns the name in a span of code that does not exist.
func (n names) wrong(span string) string {
	found := goName.FindStringSubmatch(span)
	if found == nil {
		return ""
	}
	parts := strings.Split(found[1], ".")
	switch {
	case len(parts) == 1:
		if regexp.MustCompile(`^(Err|With)[A-Z]`).MatchString(parts[0]) && !n.known[parts[0]] {
			return parts[0]
		}
		return ""
	case parts[0] == "client":
		if len(parts) > 2 && n.services[parts[1]] != "" {
			parts = []string{n.services[parts[1]], parts[2]}
		} else {
			parts = []string{"Client", parts[1]}
		}
	case n.packages[parts[0]] && ast.IsExported(parts[1]): // others are names in logs and metrics
		if !n.known[parts[0]+"."+parts[1]] {
			return parts[0] + "." + parts[1]
		}
		parts = parts[1:]
	case n.services[parts[0]] != "":
		parts[0] = n.services[parts[0]]
	}
	if len(parts) > 1 && n.known[parts[0]] && ast.IsExported(parts[1]) && !n.known[parts[0]+"."+parts[1]] {
		return parts[0] + "." + parts[1]
	}
	return ""
}

func readNames(t *testing.T) names {
	t.Helper()
	n := names{known: map[string]bool{}, packages: map[string]bool{}, services: map[string]string{}}
	if err := walkPublic(func(_ string, file *ast.File) { n.add(file) }); err != nil {
		t.Fatal(err)
	}
	return n
}

// notPublic are the directories whose names are no business of a reader.
var notPublic = regexp.MustCompile(`^(\.git|node_modules|internal|testdata|cmd|examples|scripts|hostile|bench)$`)

// walkPublic calls a function with each file of the public packages.
func walkPublic(visit func(name string, file *ast.File)) error {
	return filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && notPublic.MatchString(entry.Name()) {
			return filepath.SkipDir
		}
		if entry.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		short, err := filepath.Rel(root, name)
		visit(filepath.ToSlash(short), parsed)
		return err
	})
}

func (n names) add(file *ast.File) {
	n.packages[file.Name.Name] = true
	top := func(name string) { n.known[name], n.known[file.Name.Name+"."+name] = true, true }
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				top(d.Name.Name)
				continue
			}
			n.known[baseName(d.Recv.List[0].Type)+"."+d.Name.Name] = true
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.ValueSpec:
					for _, id := range s.Names {
						top(id.Name)
					}
				case *ast.TypeSpec:
					top(s.Name.Name)
					n.addMembers(s)
				}
			}
		}
	}
}

func (n names) addMembers(s *ast.TypeSpec) {
	var fields *ast.FieldList
	switch kind := s.Type.(type) {
	case *ast.StructType:
		fields = kind.Fields
	case *ast.InterfaceType:
		fields = kind.Methods
	default:
		return
	}
	for _, field := range fields.List {
		for _, id := range field.Names {
			n.known[s.Name.Name+"."+id.Name] = true
			if service := baseName(field.Type); s.Name.Name == "Client" && strings.HasSuffix(service, "Service") {
				n.services[id.Name] = service
			}
		}
	}
}

// baseName is the name of the type of a receiver or a pointer.
func baseName(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.StarExpr:
		return baseName(e.X)
	case *ast.IndexExpr:
		return baseName(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// docLink finds what go doc makes a link of, if there is such a name.
var docLink = regexp.MustCompile(`(?m)(?:^|[\s(])\[\*?((?:([a-z]\w*)\.)?([A-Z]\w*(?:\.[A-Z]\w*)?))\]`)

// TestDocLinks: the names in brackets that comments have exist. Of others go doc
// shows the brackets, and nobody notices.
func TestDocLinks(t *testing.T) {
	t.Parallel()
	n := readNames(t)
	seen := 0
	err := walkPublic(func(name string, file *ast.File) {
		for _, doc := range docsOf(file) {
			for _, found := range docLink.FindAllStringSubmatch(regexp.MustCompile(`(?m)^\t.*$`).ReplaceAllString(doc.Text(), ""), -1) {
				pkg := found[2]
				if pkg == "" {
					pkg = file.Name.Name
				}
				seen++
				_, _, isMember := strings.Cut(found[3], ".")
				if n.packages[pkg] && !n.known[pkg+"."+found[3]] && (!isMember || !n.known[found[3]]) {
					t.Errorf("%s: [%s]: there is no such name", name, found[1])
				}
			}
		}
	})
	if err != nil || seen < 100 {
		t.Errorf("%d links, %v", seen, err)
	}
}
