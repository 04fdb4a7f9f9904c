package workato

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A Create whose response is lost is left to its caller, who needs to know how
// to check the outcome.
func TestCreatesSayHowToLook(t *testing.T) {
	t.Parallel()
	for _, op := range table {
		if op.Effect == Create {
			assert.NotEmpty(t, op.lookup, op.Name)
		}
	}
}

// The table is written by hand, so that rows are data. It must hold every row.
func TestEveryRowIsInTheTable(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	rows, listed := map[string]string{}, map[string]string{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			vars, ok := decl.(*ast.GenDecl)
			if !ok || vars.Tok != token.VAR || strings.HasSuffix(name, "_test.go") {
				continue
			}
			for _, spec := range vars.Specs {
				for i, value := range spec.(*ast.ValueSpec).Values {
					switch variable := spec.(*ast.ValueSpec).Names[i].Name; {
					case variable == "table":
						for _, element := range value.(*ast.CompositeLit).Elts {
							row := element.(*ast.UnaryExpr).X.(*ast.Ident).Name
							assert.NotContains(t, listed, row)
							listed[row] = name
						}
					case isRow(value):
						rows[variable] = name
					}
				}
			}
		}
	}
	for row, file := range rows {
		assert.Contains(t, listed, row, "next: list %s of %s in operation_table.go", row, file)
	}
	assert.Len(t, listed, len(rows))
	assert.Len(t, table, len(rows))
}

// isRow reports whether a variable is set to operation{...}.
func isRow(value ast.Expr) bool {
	literal, ok := value.(*ast.CompositeLit)
	if !ok {
		return false
	}
	kind, ok := literal.Type.(*ast.Ident)
	return ok && kind.Name == "operation"
}
