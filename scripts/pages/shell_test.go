package pages

import (
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// programs are the commands that pages use besides go and those of this
// repository.
var programs = []string{"cd", "curl", "docker", "export", "node", "openssl", "apt-get", "python3", "sqlite3"}

// TestShell: the commands on pages name programs, flags and files that there are.
func TestShell(t *testing.T) {
	t.Parallel()
	for _, p := range docPages(t) {
		for _, b := range p.blocks {
			// A program names itself in its own documentation.
			dir := path.Dir(p.name)
			own := regexp.MustCompile(`(?m)^` + path.Base(dir) + ` `)
			if b.language == "sh" {
				for _, problem := range shellProblems(own.ReplaceAllString(b.code, "go run ./"+dir+" ")) {
					t.Errorf("%s:%d: %s", p.name, b.line, problem)
				}
			}
		}
	}
	for _, p := range pagesOf(t, root) {
		for _, b := range p.blocks {
			if word, _, _ := strings.Cut(b.code, " "); b.language == "" && (word == "go" || slices.Contains(programs, word)) {
				t.Errorf("%s:%d: commands that nobody checks: begin the block with ```sh", p.name, b.line)
			}
			if b.language == "sh" {
				for _, problem := range shellProblems(b.code) {
					t.Errorf("%s:%d: %s", p.name, b.line, problem)
				}
			}
		}
		text := p.prose()
		flags := allFlags(t)
		for _, found := range codeSpan.FindAllStringIndex(text, -1) {
			span := strings.Trim(text[found[0]:found[1]], "`")
			if flag := regexp.MustCompile(`^-([a-z][\w-]*)`).FindStringSubmatch(span); len(flag) > 0 && !slices.Contains(flags, flag[1]) {
				t.Errorf("%s: `%s`: no program of this repository has that flag", p.at(text, found[0]), span)
			}
			if !regexp.MustCompile(`^(go run|go test|scripts/check|\./)`).MatchString(span) {
				continue
			}
			for _, problem := range shellProblems(span) {
				t.Errorf("%s: `%s`: %s", p.at(text, found[0]), span, problem)
			}
		}
	}
}

// TestShellChecks shows what is found.
func TestShellChecks(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"go run ./examples/quickstart\n":                                                "",
		"go run ./examples/slowstart":                                                   "examples/slowstart: no program",
		"go run ./cmd/workato-fake -strict -seed x.json":                                "",
		"go run ./cmd/workato-fake -stricter":                                           "cmd/workato-fake has no flag -stricter",
		"go run github.com/go-workato/workato/cmd/workato-fake@latest -addr x":          "",
		"docker run --rm -p 8080:8080 workato-fake -controls":                           "cmd/workato-fake has no flag -controls",
		"FOO=1 scripts/check test lnt":                                                  "scripts/check has no part lnt",
		"cd examples/rollout\ngo run . run -base-url x":                                 "",
		"cd examples/rollout\ngo run . \\\n  -client 1":                                 "examples/rollout has no flag -client",
		"# a comment\ncurl -H 'X-Fake-Control: 1' http://127.0.0.1:8080/_fake/ | jqq .": "jqq: not a program that pages use",
		"go test ./hostile -update":                                                     "",
		"go test ./hostil":                                                              "hostil: no such directory",
	} {
		got := strings.Join(shellProblems(code), "; ")
		if got != want && !strings.HasPrefix(got, want+", only -") {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}

// shellProblems checks the commands of a block.
func shellProblems(code string) []string {
	var problems []string
	dir := "."
	code = strings.ReplaceAll(code, "\\\n", " ")
	code = regexp.MustCompile(`'[^'\n]*'|"[^"\n]*"`).ReplaceAllString(code, "text") // quoted words
	code = regexp.MustCompile(`(?m)(^| )#.*$`).ReplaceAllString(code, "")
	for line := range strings.SplitSeq(code, "\n") {
		for _, part := range regexp.MustCompile(`&&|\|\||[|;&]`).Split(line, -1) {
			words := strings.Fields(part)
			for len(words) > 0 && regexp.MustCompile(`^[A-Z_]+=`).MatchString(words[0]) {
				words = words[1:]
			}
			if len(words) == 0 {
				continue
			}
			if words[0] == "cd" {
				dir = path.Join(dir, words[1])
			}
			if problem := commandProblem(dir, words); problem != "" {
				problems = append(problems, problem)
			}
		}
	}
	return problems
}

func commandProblem(dir string, words []string) string {
	switch name := words[0]; {
	case name == "docker" && slices.Contains(words, "run"):
		if i := slices.Index(words, "workato-fake"); i > 0 { // the image is the program
			return programProblem("cmd/workato-fake", words[i+1:])
		}
	case name == "go":
		return goProblem(dir, words[1:])
	case name == "scripts/check":
		check, _ := os.ReadFile(filepath.Join(root, "scripts", "check"))
		parts := regexp.MustCompile(`(?m)^parts="(.*)"$`).FindStringSubmatch(string(check))
		for _, word := range words[1:] {
			if !slices.Contains(append(strings.Fields(parts[1]), "all"), word) {
				return "scripts/check has no part " + word
			}
		}
	case strings.Contains(name, "/"):
		if _, err := os.Stat(filepath.Join(root, dir, name)); err != nil {
			return name + ": no such file"
		}
	case !slices.Contains(programs, name):
		return name + ": not a program that pages use"
	case name == "cd":
		if _, err := os.Stat(filepath.Join(root, dir)); err != nil {
			return dir + ": no such directory"
		}
	}
	return ""
}

func goProblem(dir string, words []string) string {
	if len(words) == 0 || !slices.Contains([]string{"run", "test", "get", "doc", "generate", "tool", "mod", "vet", "install", "fix"}, words[0]) {
		return "go " + strings.Join(words, " ") + ": not a command that pages use"
	}
	for i, word := range words[1:] {
		local, isOurs := strings.CutPrefix(word, "github.com/go-workato/workato")
		switch {
		case isOurs:
			local, _, _ = strings.Cut("."+local, "@")
		case word == "." || strings.HasPrefix(word, "./"):
			local = path.Join(dir, strings.TrimSuffix(word, "..."))
		default:
			continue
		}
		local = path.Clean(local)
		if _, err := os.Stat(filepath.Join(root, local)); err != nil && words[0] != "run" {
			return local + ": no such directory"
		}
		if words[0] == "run" {
			return programProblem(local, words[i+2:])
		}
	}
	return ""
}

// programProblem checks the flags for a program of this repository.
func programProblem(dir string, args []string) string {
	if !strings.Contains(sourceOf(filepath.Join(root, dir)), "\nfunc main()") {
		return dir + ": no program"
	}
	shared := filepath.Join(root, path.Dir(dir), "internal", "cli") // flags of more than one program
	defined := slices.Concat(definedFlags(filepath.Join(root, dir)), definedFlags(shared), []string{"h", "help"})
	for _, arg := range args {
		name, isFlag := strings.CutPrefix(arg, "-")
		name, _, _ = strings.Cut(strings.TrimPrefix(name, "-"), "=")
		if isFlag && !slices.Contains(defined, name) {
			return dir + " has no flag -" + name + ", only -" + strings.Join(defined, ", -")
		}
	}
	return ""
}

func sourceOf(dir string) string {
	files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	var source strings.Builder
	for _, file := range files {
		if text, _ := os.ReadFile(file); !strings.HasSuffix(file, "_test.go") {
			source.Write(text)
		}
	}
	return source.String()
}

var flagDefinition = regexp.MustCompile(`(?:Var|Func|Bool|String|Int|Float64|Duration)\((?:&?[\w.]+, )?"([\w-]+)", `)

// definedFlags are the names of the flags that a program takes.
func definedFlags(dir string) []string {
	var names []string
	for _, found := range flagDefinition.FindAllStringSubmatch(sourceOf(dir), -1) {
		names = append(names, found[1])
	}
	return names
}

// allFlags are those of all programs of this repository, and of the go command.
func allFlags(t *testing.T) []string {
	t.Helper()
	flags := []string{"race", "run", "v", "bench", "update", "short", "help", "h", "n"}
	for _, pattern := range []string{"cmd/*", "examples/*", "examples/internal/*", "scripts/*"} {
		dirs, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, dir := range dirs {
			flags = append(flags, definedFlags(dir)...)
		}
	}
	return flags
}

// TestProgramsNameTheirFlags: the comment of a program has all its flags, or says
// that -h lists them.
func TestProgramsNameTheirFlags(t *testing.T) {
	t.Parallel()
	programs, _ := filepath.Glob(filepath.Join(root, "*", "*", "main.go"))
	seen := 0
	for _, program := range programs {
		dir := filepath.Dir(program)
		if !slices.Contains([]string{"cmd", "examples"}, filepath.Base(filepath.Dir(dir))) {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), program, nil, parser.ParseComments|parser.PackageClauseOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, flag := range definedFlags(dir) {
			seen++
			named := regexp.MustCompile(`(^|[\s"(])-(h|` + regexp.QuoteMeta(flag) + `)([\s",.:;)=]|$)`)
			if !named.MatchString(file.Doc.Text()) {
				t.Errorf("%s: the comment of the package does not say what -%s is, nor that -h lists the flags", program, flag)
			}
		}
	}
	if seen < 40 {
		t.Errorf("%d flags were found", seen)
	}
}
