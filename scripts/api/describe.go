package main

import (
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"slices"
	"strings"
)

// describe has a line for each thing that a program can refer to: constants with
// their values, fields, methods, types. Names of parameters are not among these.
func describe(groups []group) ([]string, error) {
	var lines []string
	for _, g := range groups {
		paths, files, err := exportData(g)
		if err != nil {
			return nil, err
		}
		open := func(path string) (io.ReadCloser, error) { return os.Open(files[path]) }
		load := importer.ForCompiler(token.NewFileSet(), "gc", open)
		for _, path := range paths {
			pkg, err := load.Import(path)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
			d := describer{pkg: pkg}
			for _, name := range pkg.Scope().Names() {
				if object := pkg.Scope().Lookup(name); object.Exported() {
					d.object(object)
				}
			}
			lines = append(lines, d.lines...)
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines), nil
}

type describer struct {
	pkg   *types.Package
	lines []string
}

func (d *describer) add(format string, args ...any) {
	d.lines = append(d.lines, "pkg "+d.pkg.Name()+", "+fmt.Sprintf(format, args...))
}

// text is a type as this package writes it.
func (d *describer) text(t types.Type) string {
	return types.TypeString(nameless(t), func(other *types.Package) string {
		if other == d.pkg {
			return ""
		}
		return other.Name()
	})
}

func (d *describer) object(object types.Object) {
	switch object := object.(type) {
	case *types.Const:
		// The value of an untyped one is not part of the API: Version changes.
		value := ""
		if basic, ok := object.Type().(*types.Basic); !ok || basic.Info()&types.IsUntyped == 0 {
			value = " = " + object.Val().ExactString()
		}
		d.add("const %s %s%s", object.Name(), d.text(object.Type()), value)
	case *types.Var:
		d.add("var %s %s", object.Name(), d.text(object.Type()))
	case *types.Func:
		var params []string
		for param := range object.Signature().TypeParams().TypeParams() {
			params = append(params, param.String()+" "+d.text(param.Constraint()))
		}
		name := object.Name()
		if params != nil {
			name += "[" + strings.Join(params, ", ") + "]"
		}
		d.add("func %s%s", name, strings.TrimPrefix(d.text(object.Type()), "func"))
	case *types.TypeName:
		d.typeName(object)
	}
}

func (d *describer) typeName(object *types.TypeName) {
	named, ok := object.Type().(*types.Named)
	if object.IsAlias() || !ok {
		d.add("type %s = %s", object.Name(), d.text(types.Unalias(object.Type())))
		return
	}
	name := d.text(named)
	switch under := named.Underlying().(type) {
	case *types.Struct:
		d.add("type %s struct", name)
		for field := range under.Fields() {
			kind := ""
			if field.Embedded() {
				kind = "embedded "
			}
			if field.Exported() {
				d.add("type %s struct, %s%s %s", name, kind, field.Name(), d.text(field.Type()))
			}
		}
	case *types.Interface:
		// In one line: one more method breaks those who implement it.
		var methods []string
		for method := range under.Methods() {
			methods = append(methods, method.Name()+strings.TrimPrefix(d.text(method.Type()), "func"))
		}
		d.add("type %s interface { %s }", name, strings.Join(methods, "; "))
	default:
		d.add("type %s %s", name, d.text(under))
	}
	for method := range named.Methods() {
		if method.Exported() {
			signature := method.Signature()
			d.add("method (%s) %s%s", d.text(signature.Recv().Type()), method.Name(), strings.TrimPrefix(d.text(signature), "func"))
		}
	}
}

// nameless takes the names of parameters and results from a signature.
func nameless(t types.Type) types.Type {
	signature, ok := t.(*types.Signature)
	if !ok {
		return t
	}
	return types.NewSignatureType(nil, nil, nil, unnamed(signature.Params()), unnamed(signature.Results()), signature.Variadic())
}

func unnamed(tuple *types.Tuple) *types.Tuple {
	var vars []*types.Var
	for v := range tuple.Variables() {
		vars = append(vars, types.NewParam(v.Pos(), v.Pkg(), "", nameless(v.Type())))
	}
	return types.NewTuple(vars...)
}
