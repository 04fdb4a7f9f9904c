// Command api compares the exported names of all packages that programs import,
// also those of the nested modules, with those that are recorded in api/, a file
// for each minor version:
//
//	go run ./scripts/api                   compare
//	go run ./scripts/api -write            record what is new
//	go run ./scripts/api -write -breaking  record what is gone or changed, too
//
// With -list it prints the packages, for scripts/apidiff.
//
// What is gone or changed breaks programs that use it, and is an error. What is
// new is printed, and is recorded before a release.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-workato/workato"
)

// public has the directory of each module with the packages in it that programs
// import.
var public = []group{
	{".", []string{".", "./embed", "./provision", "./provision/provisiontest", "./ratelimit", "./workatotest"}},
	{"contrib/otel", []string{"."}},
	{"contrib/redislimit", []string{"."}},
	{"contrib/temporal", []string{"."}},
	{"provision/planyaml", []string{"."}},
	{"provision/sqliteledger", []string{"."}},
}

type group struct {
	dir      string
	packages []string
}

func main() {
	write := flag.Bool("write", false, "record the names")
	breaking := flag.Bool("breaking", false, "with -write: also what is gone or changed")
	list := flag.Bool("list", false, "print the directory of the module and the path of each package")
	flag.Parse()
	if *list {
		for _, g := range public {
			for _, path := range g.packages {
				fmt.Fprintln(os.Stdout, g.dir, path)
			}
		}
		return
	}
	have, err := describe(public)
	if err == nil {
		err = compare(os.Stdout, recordFile(workato.Version), have, *write, *breaking)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "api:", err)
		os.Exit(1)
	}
}

// recordFile is where the names of a version are: api/v0.1.txt for 0.1.3.
func recordFile(version string) string {
	parts := strings.SplitN(version, ".", 3)
	return filepath.Join("api", "v"+parts[0]+"."+parts[1]+".txt")
}

// exportData asks the go command for the full paths of the packages, and where the
// compiler has left the types of these and of all that they import.
func exportData(g group) (paths []string, files map[string]string, err error) {
	args := append([]string{"list", "-export", "-deps", "-f", "{{.DepOnly}}\t{{.ImportPath}}\t{{.Export}}"}, g.packages...)
	list := exec.CommandContext(context.Background(), "go", args...) //nolint:gosec // the paths are ours
	list.Dir, list.Stderr = g.dir, os.Stderr
	out, err := list.Output()
	if err != nil {
		return nil, nil, fmt.Errorf("go list in %s: %w", g.dir, err)
	}
	files = make(map[string]string)
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		files[fields[1]] = fields[2]
		if fields[0] == "false" {
			paths = append(paths, fields[1])
		}
	}
	return paths, files, nil
}

// compare fails if a recorded line is not there. With write it records.
func compare(out io.Writer, file string, have []string, write, breaking bool) error {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) && !write {
		return fmt.Errorf("%s is missing: record the names of a new minor version with: go run ./scripts/api -write", file)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	recorded := strings.FieldsFunc(string(text), func(r rune) bool { return r == '\n' })
	gone, added := without(recorded, have), without(have, recorded)
	for _, line := range gone {
		fmt.Fprintln(out, "-", line)
	}
	for _, line := range added {
		fmt.Fprintln(out, "+", line)
	}
	switch {
	case len(gone) > 0 && !breaking:
		return fmt.Errorf("%d recorded names are gone or changed; keep the old name beside the new one, deprecated and with //go:fix inline "+
			"(CONTRIBUTING.md, Compatibility); if it has to go, say so in CHANGELOG.md with before and after, "+
			"and record it with: go run ./scripts/api -write -breaking", len(gone))
	case write:
		return os.WriteFile(file, []byte(strings.Join(have, "\n")+"\n"), 0o644) //nolint:gosec // documentation is for everybody
	case len(added) > 0:
		fmt.Fprintf(out, "%d names are new; record them before a release with: go run ./scripts/api -write\n", len(added))
	default:
		fmt.Fprintf(out, "%d names are as recorded in %s\n", len(have), file)
	}
	return nil
}

// without are the lines of one sorted list that are not in another.
func without(lines, others []string) []string {
	var rest []string
	for _, line := range lines {
		if _, found := slices.BinarySearch(others, line); !found {
			rest = append(rest, line)
		}
	}
	return rest
}
