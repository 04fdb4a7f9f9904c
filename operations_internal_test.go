package workato

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
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
	var rows, listed []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(node ast.Node) bool {
			spec, isVar := node.(*ast.ValueSpec)
			if !isVar {
				return true
			}
			for i, value := range spec.Values {
				literal, ok := value.(*ast.CompositeLit)
				switch {
				case !ok:
				case spec.Names[i].Name == "table":
					for _, row := range literal.Elts {
						listed = append(listed, strings.TrimPrefix(types.ExprString(row), "&"))
					}
				case types.ExprString(literal.Type) == "operation":
					rows = append(rows, spec.Names[i].Name)
				}
			}
			return false
		})
	}
	assert.ElementsMatch(t, rows, listed, "next: list the row in operation_table.go")
	assert.Len(t, table, len(rows))
}
