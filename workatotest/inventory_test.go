package workatotest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// fillLists puts one empty item into every list of a workspace and one record
// into its records.
func fillLists(ws *Customer) (names []string) {
	value := reflect.ValueOf(ws).Elem()
	for i := range value.NumField() {
		field := value.Field(i)
		if field.Kind() != reflect.Slice || field.Type().Elem().Kind() != reflect.Pointer || field.Type().Elem() == reflect.TypeFor[*Customer]() {
			continue
		}
		field.Set(reflect.Append(field, reflect.New(field.Type().Elem().Elem())))
		names = append(names, value.Type().Field(i).Name)
	}
	for _, r := range ws.Recipes {
		r.Versions = []*Version{{}}
	}
	for _, table := range ws.LookupTables {
		table.Rows = []*LookupRow{{}}
	}
	ws.Properties = map[string]string{"a": "b"}
	ws.Records = map[string][]Record{"roles": {{}}}
	return names
}

// TestInventory finds every list of a workspace in the inventory: it is merged,
// and ids are assigned.
func TestInventory(t *testing.T) {
	t.Parallel()
	s := NewServer()
	defer s.Close()
	seed := &Customer{}
	names := fillLists(seed)
	if len(names) < 10 {
		t.Fatalf("lists %v: the test finds too few", names)
	}
	s.mergeOwn(seed)
	own := reflect.ValueOf(s.state.Own).Elem()
	for _, name := range names {
		list := own.FieldByName(name)
		if list.Len() != 1 {
			t.Errorf("%s: %d items after the merge, want 1", name, list.Len())
			continue
		}
		if id := list.Index(0).Elem().FieldByName("ID"); id.IsValid() && id.IsZero() {
			t.Errorf("%s: an item has no id", name)
		}
	}
	if s.state.Own.Properties["a"] != "b" || s.state.Own.Records["roles"][0]["id"] == nil {
		t.Errorf("properties %v and records %v were not merged", s.state.Own.Properties, s.state.Own.Records)
	}
}

// TestSeededIDsAreVisited seeds one item of every kind with an id: none of the
// ids is issued again.
func TestSeededIDsAreVisited(t *testing.T) {
	t.Parallel()
	s := NewServer()
	defer s.Close()
	seed := &Customer{}
	fillLists(seed)
	next := map[string]int64{}
	idsOf(seed, func(counter, _ string, id *int64) {
		next[counter] = max(next[counter], idBase[counter]) + 1
		*id = next[counter]
	})
	for _, counter := range []string{
		"folder", "project", "connection", "recipe", "version", "member", "package", "manifest", "lookup_table", "lookup_row", "build", "deployment",
	} {
		if next[counter] == 0 {
			t.Errorf("no id of %s was visited", counter)
		}
	}
	s.takeIDs(seed)
	for counter, id := range next {
		if again := s.nextID(counter); again != id+1 {
			t.Errorf("%s: the next id is %d, want %d", counter, again, id+1)
		}
	}
}

// TestIDsUsedTwice repeats every id of every kind.
func TestIDsUsedTwice(t *testing.T) {
	t.Parallel()
	s := NewServer()
	defer s.Close()
	seed := &Customer{}
	fillLists(seed)
	fillLists(seed)
	var want []string
	seen := map[string]bool{}
	idsOf(seed, func(counter, place string, id *int64) {
		*id = 7
		if seen[counter] {
			want = append(want, "customers[0]."+place+": 7 is used twice")
		}
		seen[counter] = true
	})
	c := &seedCheck{server: s, taken: map[string]bool{}}
	c.checkContents(seed, "customers[0]")
	var got []string
	for _, err := range c.errs {
		if strings.Contains(err.Error(), "twice") {
			got = append(got, err.Error())
		}
	}
	if len(want) < 12 || !slices.Equal(got, want) {
		t.Errorf("mistakes %q, want %q", got, want)
	}
}

// TestAbsurdIDs gives every kind of content an id that no service issues.
func TestAbsurdIDs(t *testing.T) {
	t.Parallel()
	s := NewServer()
	defer s.Close()
	for absurd, problem := range map[int64]string{
		-1: "-1 is negative", maxID + 1: "9007199254740992 is too large for an id", math.MaxInt64: "9223372036854775807 is too large for an id",
	} {
		seed := &Customer{ID: absurd, RootFolderID: absurd}
		fillLists(seed)
		want := []string{"customers[0].id", "customers[0].root_folder_id"}
		idsOf(seed, func(_, place string, id *int64) {
			*id = absurd
			want = append(want, "customers[0]."+place)
		})
		seed.Records["roles"][0]["id"] = float64(absurd)
		state := State{
			Customers: []*Customer{seed}, Counters: map[string]int64{"folder": absurd}, PublicRecipes: []*PublicRecipe{{ID: absurd, Name: "P"}},
		}
		err := s.checkSeed(state)
		for _, place := range append(want, "counters.folder", "public_recipes[0].id") {
			if line := place + ": " + problem; !strings.Contains(err.Error(), line) {
				t.Errorf("%v\nhas no %q", err, line)
			}
		}
		if place := "customers[0].records.roles[0].id: "; !strings.Contains(err.Error(), place) {
			t.Errorf("%v\nhas no %q", err, place)
		}
	}
}

// TestCountersNeverEnd seeds the largest id: the next one is an ordinary one.
func TestCountersNeverEnd(t *testing.T) {
	t.Parallel()
	s := NewServer()
	defer s.Close()
	added := s.AddCustomer(Customer{ID: maxID})
	next := s.AddCustomer(Customer{})
	if added.ID != maxID || next.ID != 1001 {
		t.Errorf("ids %d and %d, want %d and 1001", added.ID, next.ID, int64(maxID))
	}
	if err := s.Restore(s.Snapshot()); err != nil {
		t.Error(err)
	}
}

// TestRequestLogIsBounded logs requests with large headers.
func TestRequestLogIsBounded(t *testing.T) {
	t.Parallel()
	var log requestLog
	large := strings.Repeat("x", 500<<10)
	for i := range 400 {
		entry := Request{Number: i + 1, Header: map[string][]string{"X-Large": {large}}}
		log.add(&entry, nil, nil)
	}
	sum := 0
	for _, entry := range log.entries {
		sum += len(entry.Header["X-Large"][0])
	}
	if sum > maxLogBytes || sum < maxLogBytes/2 || log.entries[len(log.entries)-1].Number != 400 {
		t.Errorf("%d entries with %d bytes", len(log.entries), sum)
	}
	for i := range maxLogged + 5 {
		log.add(&Request{Number: 500 + i}, nil, nil)
	}
	if len(log.entries) != maxLogged || log.bytes != maxLogged*sizeOf(&Request{}) {
		t.Errorf("%d entries, counted as %d bytes", len(log.entries), log.bytes)
	}
}

// TestEveryFaultHasARow reads the constants in the source.
func TestEveryFaultHasARow(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "fault.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, isSpec := n.(*ast.ValueSpec)
		if !isSpec {
			return true
		}
		if kind, isName := spec.Type.(*ast.Ident); !isName || kind.Name != "FaultKind" {
			return true
		}
		literal, isLiteral := spec.Values[0].(*ast.BasicLit)
		if !isLiteral {
			t.Fatalf("%s has no literal value", spec.Names[0])
		}
		found++
		value, _ := strconv.Unquote(literal.Value)
		row := faultRowOf(FaultKind(value))
		if row == nil || (row.do == nil) != (row.phase == within) || (row.happensTo == nil) != (row.only == "") {
			t.Errorf("%s has no complete row: %+v", spec.Names[0], row)
		}
		return true
	})
	if found != len(faultTable) {
		t.Errorf("%d constants and %d rows", found, len(faultTable))
	}
}
