// Package apitest is the registry of typed calls. For each operation of the
// client it holds the call and its request, the responses of the service, and
// the arguments that are refused. The test suites iterate over it, so that they
// cover every operation. Only tests and generators import it.
//
// An entry is in the file of its service:
//
//	Entry{
//		Operation: "tags.update", Call: updateTag(&workato.TagUpdateParams{Title: workato.Set("Live")}),
//		Want: "PUT /api/managed_users/{customer}/tags/tag-1", JSON: `{"title": "Live"}`,
//		Good: Good{"tags/tag.json"},
//		Refuses: Bad{"params": {updateTag(nil)}, "Title": {updateTag(&workato.TagUpdateParams{Title: workato.Set("")})}},
//	}
//
// Its call takes the ids of the path from the Caller:
//
//	func updateTag(p *workato.TagUpdateParams) Call {
//		return func(c *Caller) error { return c.keep(c.Tags.Update(c.ctx, c.customer, c.name("tag-1"), p, c.opts...)) }
//	}
package apitest

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// renamed are the methods whose names are not those of their operations: exports
// have the same methods for customers as for the own workspace.
var renamed = map[string]string{"exports.export_package": "Export", "exports.get_export_status": "Get"}

// MethodOf is the name of the method of an operation: GetValues for
// picklists.get_values. It is "" if the service has none.
func MethodOf(service reflect.Type, operation string) string {
	_, verb, _ := strings.Cut(operation, ".")
	want := cmp.Or(renamed[operation], strings.ReplaceAll(verb, "_", ""))
	for i := range service.NumMethod() {
		if method := service.Method(i).Name; strings.EqualFold(method, want) {
			return method
		}
	}
	return ""
}

// Entry describes one operation. Call, Want, JSON, Bytes and ContentType are
// its first case.
type Entry struct {
	// Operation is the name of the row, such as "folders.update".
	Operation string
	// Call makes a valid call.
	Call Call
	// Want is the method and the escaped path with its query. {customer} stands
	// for the escaped customer.
	Want string
	// JSON is the body of the request as JSON, Bytes is one that is not JSON.
	// Both are empty for a request without a body.
	JSON, Bytes string
	// ContentType defaults to application/json for JSON.
	ContentType string
	// More are the other cases: other parameters, other forms of the call.
	More []Case
	// Good are responses that the call accepts, {"id": 1} if empty.
	Good Good
	// Refuses are calls with an invalid argument, Bad{} if the params cannot be
	// invalid. Ids in the path need no entry here: see Caller.
	Refuses Bad
	// Walk is the All method of a paged list.
	Walk Walk
	// Row makes a row of such a list, {"id": 7, "name": "n7"} for 7 if it is nil.
	Row func(number int) string
	// Rows is the key of the rows in a response, "result" if it is empty.
	Rows string
}

// Case is one way to call an operation. Without a Want it has that of its entry.
type Case struct {
	Operation, Name string
	Call            Call
	Want            string
	JSON, Bytes     string
	ContentType     string
}

// Good are responses: JSON, or the names of files below testdata/fixtures.
type Good []string

// textID is a good response of an operation whose ids are texts: elsewhere it is
// one without an id.
const textID = `{"id": "abc"}`

// Bad are calls by the field that their error must name.
type Bad map[string][]Call

// Walk walks a list starting at a page, 0 for the first one, with a page size,
// 0 for the default. It yields the numbers of the rows.
type Walk func(c *Caller, page, perPage int) iter.Seq2[int, error]

// Title names the case in a test.
func (c *Case) Title() string { return strings.TrimSpace(c.Operation + " " + c.Name) }

// Cases returns all cases, the first one of the entry itself.
func (e *Entry) Cases() []Case {
	all := []Case{{Call: e.Call, Want: e.Want, JSON: e.JSON, Bytes: e.Bytes, ContentType: e.ContentType}}
	all = append(all, e.More...)
	for i := range all {
		all[i].Operation, all[i].Want = e.Operation, cmp.Or(all[i].Want, e.Want)
	}
	return all
}

// Responses returns the texts of the good responses, at least one.
func (e *Entry) Responses() []string {
	if len(e.Good) == 0 {
		return []string{`{"id": 1}`}
	}
	texts := make([]string, len(e.Good))
	for i, good := range e.Good {
		if texts[i] = good; strings.HasSuffix(good, ".json") {
			texts[i] = Fixture(good)
		}
	}
	return texts
}

// Response is the first of the good responses.
func (e *Entry) Response() string { return e.Responses()[0] }

// Page is a response with some rows of a list.
func (e *Entry) Page(numbers ...int) string {
	row := e.Row
	if row == nil {
		row = func(n int) string { return fmt.Sprintf(`{"id": %d, "name": "n%[1]d"}`, n) }
	}
	rows := make([]string, len(numbers))
	for i, n := range numbers {
		rows[i] = row(n)
	}
	return fmt.Sprintf(`{%q: [%s]}`, cmp.Or(e.Rows, "result"), strings.Join(rows, ", "))
}

// entries are those of all files, by operation.
var entries = map[string]*Entry{}

// register adds entries. It panics if an operation has one already.
func register(list ...Entry) bool { //nolint:unparam // the result lets a variable of the package call it
	for i := range list {
		name := list[i].Operation
		if entries[name] != nil {
			panic("apitest: two entries of " + name)
		}
		entries[name] = &list[i]
	}
	return true
}

// All returns the entries, sorted by operation.
func All() []*Entry {
	all := slices.Collect(maps.Values(entries))
	slices.SortFunc(all, func(a, b *Entry) int { return cmp.Compare(a.Operation, b.Operation) })
	return all
}

// Find returns the entry of an operation, nil if there is none.
func Find(operation string) *Entry { return entries[operation] }

// Lookup returns the entry of an operation. It panics if there is none.
func Lookup(operation string) *Entry {
	e := Find(operation)
	if e == nil {
		panic("apitest: no entry of " + operation)
	}
	return e
}
