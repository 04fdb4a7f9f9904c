package workato

import (
	"strings"
	"sync"
)

// route is a node of the tree that finds the row of a raw call. Each segment of
// a path descends one level, so the cost of a lookup depends on the length of
// the path and not on the number of rows.
type route struct {
	literals map[string]*route // by the segment in the template
	customer *route            // {customer}
	param    *route            // any other parameter
	rows     []*operation      // rows that end here, one for each method
}

// tree is that of the whole table. Only raw calls need it, so the first of them
// builds it, and a program that makes none does not link the table.
var tree struct {
	once sync.Once
	root *route
}

func routes() *route {
	tree.once.Do(func() { tree.root = newRoutes(table) })
	return tree.root
}

func newRoutes(rows []*operation) *route {
	root := new(route)
	for _, op := range rows {
		node := root
		for segment := range strings.SplitSeq(op.Path, "/") {
			node = node.child(segment)
		}
		node.rows = append(node.rows, op)
	}
	return root
}

// child returns the node below n for a segment of a template.
func (n *route) child(segment string) *route {
	switch {
	case segment == "{customer}":
		return below(&n.customer)
	case strings.HasPrefix(segment, "{"):
		return below(&n.param)
	case n.literals == nil:
		n.literals = make(map[string]*route)
	}
	child, ok := n.literals[segment]
	if !ok {
		child = new(route)
		n.literals[segment] = child
	}
	return child
}

func below(n **route) *route {
	if *n == nil {
		*n = new(route)
	}
	return *n
}

// lookupOperation finds the row that serves an escaped path, or nil. It gives
// raw calls the retry rule and the quota of the endpoint they address.
func lookupOperation(method, path string) *operation { return routes().find(method, path) }

// find returns the row that serves the rest of an escaped path, or nil. A
// literal wins over {customer}, and that over another parameter; if a branch is
// a dead end, the next one is tried. Segments are compared as they are: an
// escaped letter does not match a literal.
func (n *route) find(method, path string) *operation {
	segment, rest, more := strings.Cut(path, "/")
	ways := [...]*route{n.literals[segment], nil, nil}
	if n.customer != nil && isCustomerSegment(segment) {
		ways[1] = n.customer
	}
	if segment != "" {
		ways[2] = n.param
	}
	for _, next := range ways {
		var op *operation
		switch {
		case next == nil:
		case more:
			op = next.find(method, rest)
		default:
			op = next.row(method)
		}
		if op != nil {
			return op
		}
	}
	return nil
}

func (n *route) row(method string) *operation {
	for _, op := range n.rows {
		if op.Method == method {
			return op
		}
	}
	return nil
}

// isCustomerSegment distinguishes the two forms of a customer in a path from
// words such as "usage" in the same place.
func isCustomerSegment(segment string) bool {
	if strings.HasPrefix(segment, "E") {
		return len(segment) > 1
	}
	for _, c := range []byte(segment) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return segment != ""
}
