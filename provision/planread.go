package provision

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ReadPlan reads the JSON form of a plan. Every mistake is reported, with line,
// column and field, by a *PlanError. name is that of the file: paths in the plan
// start at its folder. No value is read, and no package.
func ReadPlan(name string, data []byte) (*Plan, error) {
	d := &document{data: data, decoder: json.NewDecoder(bytes.NewReader(data))}
	d.decoder.UseNumber()
	root, err := d.read()
	if err == nil {
		var more json.Token
		if more, err = d.decoder.Token(); err == nil {
			err = fmt.Errorf("there is more after the plan: %v", more)
		} else if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	if err != nil {
		line, column := d.place(d.at(err))
		return nil, &PlanError{name, []PlanMistake{{Line: line, Column: column, Problem: syntaxProblem(err)}}}
	}
	plan := &Plan{}
	d.fill(root, reflect.ValueOf(plan).Elem(), nil)
	for _, m := range plan.check().found {
		d.add(root, m)
	}
	for i, p := range plan.Packages { // in a program the package may come from elsewhere
		if isBlank(p.File) {
			d.add(root, PlanMistake{Path: pathOf("packages", i, "file"), Problem: "is required"})
		}
	}
	if len(d.mistakes) > 0 {
		slices.SortStableFunc(d.mistakes, func(a, b PlanMistake) int {
			return slices.Compare([]int{a.Line, a.Column}, []int{b.Line, b.Column})
		})
		return nil, &PlanError{name, d.mistakes}
	}
	plan.beside(filepath.Dir(name))
	return plan, nil
}

// syntaxProblem is the text of an error of encoding/json without its package.
func syntaxProblem(err error) string {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "the JSON text ends too early"
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// document is a JSON text that is read with the places of its values.
type document struct {
	data     []byte
	decoder  *json.Decoder
	mistakes []PlanMistake
	// wrong are the paths of values whose form is wrong: of their content nothing
	// is said.
	wrong [][]string
	depth int
}

// deepest is how deep the values of a document may be nested. Those of a plan are
// less than ten.
const deepest = 100

// node is a value of a document.
type node struct {
	offset int64
	scalar json.Token // of a value that is neither an object nor a list
	object bool
	list   bool
	keys   []member
	items  []*node
}

// member is a key of an object with its value.
type member struct {
	key    string
	offset int64
	value  *node
}

// read reads the next value.
func (d *document) read() (*node, error) {
	n := &node{offset: d.next()}
	token, err := d.decoder.Token()
	if err != nil {
		return nil, err
	}
	if d.depth++; d.depth > deepest {
		return nil, errors.New("the values are nested too deep")
	}
	defer func() { d.depth-- }()
	switch token {
	case json.Delim('{'):
		n.object = true
		for d.decoder.More() {
			m := member{offset: d.next()}
			key, err := d.decoder.Token()
			if err != nil {
				return nil, err
			}
			m.key = fmt.Sprint(key)
			if m.value, err = d.read(); err != nil {
				return nil, err
			}
			n.keys = append(n.keys, m)
		}
		_, err = d.decoder.Token()
	case json.Delim('['):
		n.list = true
		for d.decoder.More() {
			item, err := d.read()
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, item)
		}
		_, err = d.decoder.Token()
	default:
		n.scalar = token
	}
	return n, err
}

// next is where the next value or key begins.
func (d *document) next() int64 {
	at := d.decoder.InputOffset()
	rest := d.data[at:]
	return at + int64(len(rest)-len(bytes.TrimLeft(rest, " \t\r\n,:")))
}

// at is where an error of the text is.
func (d *document) at(err error) int64 {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return max(0, syntax.Offset-1)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return int64(len(d.data))
	}
	return d.decoder.InputOffset()
}

// place turns an offset into line and column, which counts characters.
func (d *document) place(offset int64) (line, column int) {
	before := d.data[:min(max(offset, 0), int64(len(d.data)))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return 1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(before[start:])
}

// misform notes that the form of a value is wrong.
func (d *document) misform(offset int64, path []string, format string, args ...any) {
	line, column := d.place(offset)
	d.mistakes = append(d.mistakes, PlanMistake{line, column, path, fmt.Sprintf(format, args...)})
	d.wrong = append(d.wrong, path)
}

// add notes a mistake in the content, at its value or, for one that is missing,
// where it is missing from.
func (d *document) add(root *node, m PlanMistake) {
	within := func(path, outer []string) bool {
		return len(path) >= len(outer) && slices.Equal(path[:len(outer)], outer)
	}
	if slices.ContainsFunc(d.wrong, func(path []string) bool { return within(m.Path, path) || within(path, m.Path) }) {
		return
	}
	offset := root.offset
	for at, i := root, 0; at != nil && i < len(m.Path); i++ {
		if at = at.under(m.Path[i]); at != nil {
			offset = at.offset
		}
	}
	m.Line, m.Column = d.place(offset)
	d.mistakes = append(d.mistakes, m)
}

// under returns the value under a key or an index, nil if there is none.
func (n *node) under(key string) *node {
	for _, m := range n.keys {
		if m.key == key {
			return m.value
		}
	}
	if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(n.items) {
		return n.items[i]
	}
	return nil
}

// kind names the JSON type of a value.
func (n *node) kind() string {
	switch n.scalar.(type) {
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case json.Number:
		return "a number"
	}
	switch {
	case n.object:
		return "an object"
	case n.list:
		return "a list"
	}
	return "null"
}

// fill sets a part of the plan from a value, and notes every form that is wrong.
func (d *document) fill(n *node, to reflect.Value, path []string) {
	below := func(key string) []string { return append(slices.Clone(path), key) }
	mismatch := func(want string) { d.misform(n.offset, path, "must be %s, got %s", want, n.kind()) }
	switch to.Kind() {
	case reflect.Struct:
		if !n.object {
			mismatch("an object")
			return
		}
		d.eachKey(n, path, func(m member) {
			field, known := fieldOf(to, m.key)
			if !known {
				d.misform(m.offset, below(m.key), "unknown field")
				return
			}
			d.fill(m.value, field, below(m.key))
		})
	case reflect.Map:
		if !n.object {
			mismatch("an object")
			return
		}
		to.Set(reflect.MakeMap(to.Type()))
		d.eachKey(n, path, func(m member) {
			value := reflect.New(to.Type().Elem()).Elem()
			d.fill(m.value, value, below(m.key))
			to.SetMapIndex(reflect.ValueOf(m.key), value)
		})
	case reflect.Slice:
		if !n.list {
			mismatch("a list")
			return
		}
		to.Set(reflect.MakeSlice(to.Type(), len(n.items), len(n.items)))
		for i, item := range n.items {
			d.fill(item, to.Index(i), below(strconv.Itoa(i)))
		}
	case reflect.Bool:
		value, ok := n.scalar.(bool)
		if !ok {
			mismatch("a boolean")
			return
		}
		to.SetBool(value)
	default:
		value, ok := n.scalar.(string)
		if !ok {
			mismatch("a string")
			return
		}
		to.SetString(value)
	}
}

// eachKey visits the keys of an object, and refuses one that is there twice.
func (d *document) eachKey(n *node, path []string, visit func(member)) {
	seen := map[string]bool{}
	for _, m := range n.keys {
		if seen[m.key] {
			line, column := d.place(m.offset)
			d.mistakes = append(d.mistakes, PlanMistake{line, column, append(slices.Clone(path), m.key), "is there twice"})
			continue
		}
		seen[m.key] = true
		visit(m)
	}
}

// fieldOf returns the field of a struct for a key, also in an embedded one.
func fieldOf(of reflect.Value, key string) (reflect.Value, bool) {
	for i := range of.NumField() {
		field := of.Type().Field(i)
		if field.Anonymous {
			if inner, known := fieldOf(of.Field(i), key); known {
				return inner, true
			}
			continue
		}
		if tag, _, _ := strings.Cut(field.Tag.Get("json"), ","); tag == key && tag != "-" {
			return of.Field(i), true
		}
	}
	return reflect.Value{}, false
}
