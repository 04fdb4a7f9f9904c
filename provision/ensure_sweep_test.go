package provision_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// TestEveryHelperIsSwept: each ensure helper of the package is called by the cases
// of the sweeps, which are TestEnsure and those below.
func TestEveryHelperIsSwept(t *testing.T) {
	cases, err := os.ReadFile("ensure_test.go")
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	helpers := 0
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && strings.HasPrefix(fn.Name.Name, "Ensure") {
				helpers++
				if !strings.Contains(string(cases), "provision."+fn.Name.Name+"(") {
					t.Errorf("%s has no case", fn.Name.Name)
				}
			}
		}
	}
	if helpers < 6 {
		t.Errorf("found %d helpers", helpers)
	}
}

// acmeTwice is acmeSeed with two of everything that is found by a name.
func acmeTwice() workatotest.Customer {
	seed := acmeSeed()
	for _, f := range slices.Clone(seed.Folders) {
		again := *f
		again.ID += 100
		seed.Folders = append(seed.Folders, &again)
	}
	for _, c := range slices.Clone(seed.Connections) {
		again := *c
		again.ID += 100
		seed.Connections = append(seed.Connections, &again)
	}
	for _, m := range slices.Clone(seed.Members) {
		again := *m
		seed.Members = append(seed.Members, &again)
	}
	return seed
}

// TestEnsureTwoOfOneName: where two objects have a name, every helper that needs
// one of them says so and sends nothing. An external id of a customer and the name
// of a property can only be there once.
func TestEnsureTwoOfOneName(t *testing.T) {
	for _, c := range ensureCases() {
		t.Run(c.name, func(t *testing.T) {
			fake := workatotest.New(t)
			fake.AddCustomer(acmeTwice())
			client := fake.Client(t)
			for _, opts := range [][]provision.EnsureOption{nil, {provision.DryRun()}, {provision.FindOnly()}} {
				_, _, err := c.do(t, client, opts...)
				var ambiguous *provision.AmbiguousError
				var different *provision.DifferentError
				switch is := errors.As(err, &ambiguous); {
				case is != (c.twice != ""), is && (ambiguous.What != c.twice || len(ambiguous.IDs) != 2):
					t.Errorf("error %v, want two of a %q", err, c.twice)
				case !is && err != nil && (len(opts) == 0 || !errors.As(err, &different)):
					t.Error(err)
				}
				if c.twice != "" {
					fake.AssertNoWrites(t)
				}
			}
		})
	}
}

// TestEnsureFaultsAtEveryCall: whichever call of a helper meets whichever fault, at
// most three more calls of it end in the state of an undisturbed one. A fault is
// met once.
func TestEnsureFaultsAtEveryCall(t *testing.T) {
	for _, c := range ensureCases() {
		eachFault(t, c.name, func(t *testing.T) (*workatotest.Server, attempt) {
			t.Helper()
			fake := workatotest.New(t)
			fake.AddCustomer(acmeSeed())
			client := fake.Client(t)
			return fake, func(operation string) error {
				did, _, err := c.do(t, client)
				if err != nil && operation == "imports.get" && did == provision.Created {
					return errNothingToCompare // the next call would have to know the id, for which there is the journal
				}
				return err
			}
		})
	}
}

// TestEnsureImportForgotten: an import of which the service says that there is none
// is not taken for done: its effect is looked for.
func TestEnsureImportForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := workatotest.New(t, workatotest.WithImportReads(0))
		fake.AddCustomer(acmeSeed())
		fake.Inject(workatotest.Fault{On: "imports.get", Do: workatotest.Respond, Status: 404, Times: -1})
		client := fake.Client(t)
		did, _, err := ensureImport()(t, client)
		if err != nil || did != provision.Created {
			t.Errorf("did %v, %v", did, err)
		}
		fake.AssertCalls(t, "imports.create", 1)
		if n := counts(fake)["recipes.list"]; n < 2 {
			t.Errorf("the recipes were listed %d times, want before and after", n)
		}
	})
}
