// Package planyaml reads provision.Plan from YAML. It takes and refuses the same as
// provision.ReadPlan does in JSON, with the lines and columns of the YAML text.
//
//	text, err := os.ReadFile("plan.yaml")
//	if err != nil {
//		return err
//	}
//	plan, err := planyaml.Read("plan.yaml", text)
//	if err != nil {
//		return err // every mistake, such as: plan.yaml:7:5: members[0].role_name: is required
//	}
//	changes, err := provision.Diff(ctx, client, plan)
//
// It is a module of its own, because of the parser that it links. A text is read as
// a whole, and nothing is kept of it; [Read] is safe for concurrent use. It reads no
// value and no package, and calls nobody.
//
// docs/onboarding.md has a whole plan. provision/plan.schema.json is its JSON
// schema, with which editors complete and check a plan in YAML too.
package planyaml

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/go-workato/workato/provision"
)

// Read reads the YAML form of a plan. Every mistake is reported, with line, column
// and field, by a *provision.PlanError. name is that of the file: paths in the plan
// start at its folder. Texts that YAML reads as something else, such as a version
// 1.10, have to be quoted. Anchors and aliases are understood, merge keys ("<<") and
// tags are not.
func Read(name string, data []byte) (*provision.Plan, error) {
	file, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, &provision.PlanError{Name: name, Mistakes: []provision.PlanMistake{syntax(err)}}
	}
	c := &converter{places: map[string]place{}, anchors: map[string]ast.Node{}}
	bodies := 0
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if bodies++; bodies > 1 {
			c.refuse(doc.Body, nil, "there is more after the plan: a second document")
			break
		}
		c.write(doc.Body, nil)
	}
	if bodies == 0 {
		c.mistakes = append(c.mistakes, provision.PlanMistake{Line: 1, Column: 1, Problem: "the YAML text is empty"})
	}
	if len(c.mistakes) > 0 {
		return nil, &provision.PlanError{Name: name, Mistakes: c.mistakes}
	}
	plan, err := provision.ReadPlan(name, c.json.Bytes())
	wrong := &provision.PlanError{Name: name}
	if err != nil && !errors.As(err, &wrong) {
		return nil, err
	}
	for i := range wrong.Mistakes {
		c.locate(&wrong.Mistakes[i])
	}
	wrong.Mistakes = append(wrong.Mistakes, c.twice...)
	if len(wrong.Mistakes) == 0 {
		return plan, nil
	}
	slices.SortStableFunc(wrong.Mistakes, func(a, b provision.PlanMistake) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return nil, wrong
}

// syntax is a mistake that keeps the text from being read at all.
func syntax(err error) provision.PlanMistake {
	m := provision.PlanMistake{Line: 1, Column: 1, Problem: err.Error()}
	var at yaml.Error
	if errors.As(err, &at) {
		m.Problem = at.GetMessage()
		if token := at.GetToken(); token != nil {
			m.Line, m.Column = token.Position.Line, token.Position.Column
		}
	}
	return m
}

// place is where a value or a key stands in the text.
type place struct{ line, column int }

// converter writes a YAML document as JSON, and remembers where everything stands.
type converter struct {
	json     bytes.Buffer
	places   map[string]place // by path
	anchors  map[string]ast.Node
	mistakes []provision.PlanMistake // that keep the plan from being read
	twice    []provision.PlanMistake // keys
	nodes    int
	open     []string // aliases that are being written
}

// maxNodes bounds what aliases can blow a document up to. A plan has far less.
const maxNodes = 100_000

func key(path []string) string { return strings.Join(path, "\x00") }

func placeOf(n ast.Node) place {
	token := n.GetToken()
	if mapping, ok := n.(*ast.MappingNode); ok && !mapping.IsFlowStyle && len(mapping.Values) > 0 {
		token = mapping.Values[0].Key.GetToken()
	}
	if token == nil || token.Position == nil {
		return place{1, 1}
	}
	return place{token.Position.Line, token.Position.Column}
}

func (c *converter) refuse(n ast.Node, path []string, problem string) {
	at := placeOf(n)
	c.mistakes = append(c.mistakes, provision.PlanMistake{Line: at.line, Column: at.column, Path: path, Problem: problem})
	c.json.WriteString("null")
}

// locate gives a mistake its place in the YAML text: that of its value, or of what
// it is missing from.
func (c *converter) locate(m *provision.PlanMistake) {
	m.Line, m.Column = 1, 1
	for n := len(m.Path); n >= 0; n-- {
		if at, known := c.places[key(m.Path[:n])]; known {
			m.Line, m.Column = at.line, at.column
			return
		}
	}
}

// write writes a value.
func (c *converter) write(n ast.Node, path []string) {
	if _, there := c.places[key(path)]; !there {
		c.places[key(path)] = placeOf(n)
	}
	if c.nodes++; c.nodes > maxNodes {
		if c.nodes == maxNodes+1 {
			c.refuse(n, path, fmt.Sprintf("the document has more than %d values", maxNodes))
		}
		return
	}
	switch v := n.(type) {
	case *ast.MappingNode:
		c.mapping(v.Values, path)
	case *ast.MappingValueNode:
		c.mapping([]*ast.MappingValueNode{v}, path)
	case *ast.SequenceNode:
		c.json.WriteByte('[')
		for i, item := range v.Values {
			if i > 0 {
				c.json.WriteByte(',')
			}
			c.write(item, append(slices.Clone(path), strconv.Itoa(i)))
		}
		c.json.WriteByte(']')
	case *ast.AnchorNode:
		c.anchors[v.Name.GetToken().Value] = v.Value
		c.write(v.Value, path)
	case *ast.AliasNode:
		c.alias(v, path)
	case *ast.StringNode:
		c.text(v.Value)
	case *ast.LiteralNode:
		c.text(v.Value.Value)
	case *ast.BoolNode:
		c.json.WriteString(strconv.FormatBool(v.Value))
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		c.json.WriteByte('0') // whichever: a plan has no numbers
	case *ast.NullNode:
		c.json.WriteString("null")
	default:
		c.refuse(n, path, "a plan has no "+strings.ToLower(n.Type().String()))
	}
}

func (c *converter) text(s string) {
	text, err := json.Marshal(s)
	if err != nil {
		text = []byte("null") // a string is never refused
	}
	c.json.Write(text)
}

// alias writes what an anchor names.
func (c *converter) alias(v *ast.AliasNode, path []string) {
	name := v.Value.GetToken().Value
	target, known := c.anchors[name]
	for _, open := range c.open {
		known = known && open != name
	}
	if !known {
		c.refuse(v, path, fmt.Sprintf("there is no anchor %q before it", name))
		return
	}
	c.open = append(c.open, name)
	c.write(target, path)
	c.open = c.open[:len(c.open)-1]
}

func (c *converter) mapping(values []*ast.MappingValueNode, path []string) {
	c.json.WriteByte('{')
	seen := map[string]bool{}
	for _, v := range values {
		name, ok := keyOf(v.Key)
		inner := slices.Concat(path, []string{name})
		if seen[name] {
			at := placeOf(v.Key)
			c.twice = append(c.twice, provision.PlanMistake{Line: at.line, Column: at.column, Path: inner, Problem: "is there twice"})
			continue
		}
		if len(seen) > 0 {
			c.json.WriteByte(',')
		}
		seen[name] = true
		if !ok {
			c.json.WriteString(`"":`)
			c.refuse(v.Key, inner, "a key must be a text")
			continue
		}
		c.text(name)
		c.json.WriteByte(':')
		// A value without a place of its own is at its key.
		if token := v.Value.GetToken(); token == nil || v.Value.Type() == ast.NullType {
			c.places[key(inner)] = placeOf(v.Key)
		}
		c.write(v.Value, inner)
	}
	c.json.WriteByte('}')
}

// keyOf is the text of a key. A number is taken as it is written.
func keyOf(n ast.MapKeyNode) (string, bool) {
	switch k := n.(type) {
	case *ast.StringNode:
		return k.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode:
		return n.GetToken().Value, true
	default:
		return "", false
	}
}
