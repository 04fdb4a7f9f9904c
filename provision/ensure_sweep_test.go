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
	"time"

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
	cases, failed := 0, 0
	for _, c := range ensureCases() {
		var want workatotest.State
		var sent []string
		synctest.Test(t, func(t *testing.T) {
			clean := workatotest.New(t)
			clean.AddCustomer(acmeSeed())
			if _, _, err := c.do(t, clean.Client(t)); err != nil {
				t.Fatal(err)
			}
			for _, r := range clean.Requests() {
				sent = append(sent, r.Operation)
			}
			want = clean.Snapshot()
		})
		for i, operation := range sent {
			nth := 0
			for _, other := range sent[:i+1] {
				if other == operation {
					nth++
				}
			}
			for _, fault := range faultsAtEveryCall() {
				if !applies(fault.Do, operation) {
					continue
				}
				fault.On, fault.Call = operation, nth
				cases++
				synctest.Test(t, func(t *testing.T) {
					fake := workatotest.New(t)
					fake.AddCustomer(acmeSeed())
					fake.Inject(fault)
					client := fake.Client(t)
					var did provision.Did
					var err error
					for range 4 {
						if did, _, err = c.do(t, client); err == nil {
							break
						}
						if operation == "imports.get" && did == provision.Created {
							return // the next call would have to know the id, for which there is the journal
						}
						time.Sleep(time.Minute)
					}
					time.Sleep(time.Minute)
					diff := want.Diff(fake.Snapshot())
					if fault.Do == workatotest.FailImport { // the failed one stays in the list
						diff = slices.DeleteFunc(diff, func(line string) bool { return strings.Contains(line, "import") })
					}
					if err != nil || len(diff) > 0 {
						failed++
						t.Errorf("%s: %s at call %d: %v\n%s", c.name, fault, nth, err, strings.Join(diff, "\n"))
					}
				})
			}
		}
	}
	t.Logf("%d cases, %d differ", cases, failed)
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
