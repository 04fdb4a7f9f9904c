package workato

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestErrorsHaveOneShapeInLogs: every type with a method Error is in the table,
// and logs the same keys.
func TestErrorsHaveOneShapeInLogs(t *testing.T) {
	t.Parallel()
	api := &APIError{Operation: "recipes.start", StatusCode: 200, Message: "no", RequestID: "r1", Attempts: 2}
	op := &operation{Operation: Operation{Name: "recipes.start"}}
	const called = "operation=recipes.start status=200 request_id=r1 attempts=2 outcome_unknown=false"
	const nothing = "operation= status=0 request_id= attempts=0 outcome_unknown=false"
	lost := &CallError{Operation: "recipes.start", Attempts: 3, OutcomeUnknown: true, Err: io.ErrUnexpectedEOF}
	table := map[string]struct {
		err  error
		want string
	}{
		"APIError":             {api, called},
		"CallError":            {lost, "operation=recipes.start status=0 request_id= attempts=3 outcome_unknown=true"},
		"WaitError":            {&WaitError[Import]{Err: api, op: op}, called},
		"FailedError":          {&FailedError[Import]{Err: api, what: "build 1", state: "failed"}, called},
		"ImportFailedError":    {&ImportFailedError{Import: &Import{}, Err: api}, called},
		"RecipeStartError":     {&RecipeStartError{Err: api}, called},
		"RecipeRunningError":   {&RecipeRunningError{Err: api}, called},
		"ConnectionInUseError": {&ConnectionInUseError{Err: api}, called},
		"JobRepeatError":       {&JobRepeatError{Err: api}, called},
		"ArgumentError":        {&ArgumentError{Field: "Name", Problem: "is required"}, nothing},
		"packageError":         {&packageError{err: fs.ErrNotExist}, nothing},
		"cutOffError": {
			&cutOffError{op: op, err: io.ErrUnexpectedEOF},
			"operation=recipes.start status=0 request_id= attempts=1 outcome_unknown=false",
		},
	}
	for name, test := range table {
		value := slog.AnyValue(test.err).Resolve()
		require.Equal(t, slog.KindGroup, value.Kind(), name)
		var message string
		var rest []string
		for _, attr := range value.Group() {
			if attr.Key == "message" {
				message = attr.Value.String()
			} else {
				rest = append(rest, attr.String())
			}
		}
		assert.Equal(t, test.want, strings.Join(rest, " "), name)
		if name != "APIError" {
			assert.Equal(t, test.err.Error(), message, name)
		}
	}
	for _, name := range errorTypes(t) {
		if name != "notZipError" { // only ever inside an APIError
			assert.Contains(t, table, name)
		}
	}
	value := slog.AnyValue(&WaitError[Import]{Err: errors.New("x"), op: op}).Resolve()
	assert.Equal(t, "operation=recipes.start", value.Group()[0].String(), "no poll has failed")
}

// errorTypes returns the types of the package with a method Error.
func errorTypes(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		for _, declaration := range file.Decls {
			f, ok := declaration.(*ast.FuncDecl)
			if !ok || f.Name.Name != "Error" || f.Recv == nil || len(f.Type.Params.List) > 0 {
				continue
			}
			receiver := f.Recv.List[0].Type
			if pointer, ok := receiver.(*ast.StarExpr); ok {
				receiver = pointer.X
			}
			if generic, ok := receiver.(*ast.IndexExpr); ok {
				receiver = generic.X
			}
			if name, ok := receiver.(*ast.Ident); ok {
				names = append(names, name.Name)
			}
		}
	}
	require.Greater(t, len(names), 10)
	return names
}
