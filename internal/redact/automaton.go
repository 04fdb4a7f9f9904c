package redact

// automaton finds all secrets in one pass over a text with the Aho-Corasick
// algorithm.
type automaton struct {
	root  [256]int32
	nodes []node
}

// node is a prefix of one or more secrets. Node 0 is the empty prefix, and 0
// means none.
type node struct {
	child, sibling int32
	fail           int32 // the longest other prefix that ends here too
	out            int32 // the longest complete secret that ends here
	depth          int32 // the length of the prefix
	char           byte
}

// newAutomaton takes memory and time in proportion to the length of all secrets.
func newAutomaton(secrets []string) *automaton {
	size := 1
	for _, secret := range secrets {
		size += len(secret)
	}
	a := &automaton{nodes: make([]node, 1, size)}
	for _, secret := range secrets {
		at := int32(0)
		for i := range len(secret) {
			at = a.grow(at, secret[i])
		}
		a.nodes[at].out = at
	}
	a.link()
	return a
}

// grow returns the child of a node, and creates it if it is missing.
func (a *automaton) grow(parent int32, char byte) int32 {
	child := a.child(parent, char)
	if child != 0 {
		return child
	}
	child = int32(len(a.nodes)) //nolint:gosec // New keeps the sum of all lengths below
	a.nodes = append(a.nodes, node{char: char, sibling: a.nodes[parent].child, depth: a.nodes[parent].depth + 1})
	a.nodes[parent].child = child
	if parent == 0 {
		a.root[char] = child
	}
	return child
}

func (a *automaton) child(parent int32, char byte) int32 {
	if parent == 0 {
		return a.root[char]
	}
	child := a.nodes[parent].child
	for child != 0 && a.nodes[child].char != char {
		child = a.nodes[child].sibling
	}
	return child
}

// link sets the failure link of each node, shallow nodes first.
func (a *automaton) link() {
	queue := make([]int32, 1, len(a.nodes))
	for head := 0; head < len(queue); head++ {
		parent := queue[head]
		for child := a.nodes[parent].child; child != 0; child = a.nodes[child].sibling {
			queue = append(queue, child)
			n := &a.nodes[child]
			if parent != 0 {
				n.fail = a.next(a.nodes[parent].fail, n.char)
			}
			if n.out == 0 {
				n.out = a.nodes[n.fail].out
			}
		}
	}
}

// start returns the index of the first byte, at or after i, with which a secret may
// begin.
func (a *automaton) start(text string, i int) int {
	for i < len(text) && a.root[text[i]] == 0 {
		i++
	}
	return i
}

// next returns the state after one more byte.
func (a *automaton) next(state int32, char byte) int32 {
	for state != 0 {
		if child := a.child(state, char); child != 0 {
			return child
		}
		state = a.nodes[state].fail
	}
	return a.root[char]
}

// shorter returns the longest complete secret that is a suffix of another one.
func (a *automaton) shorter(out int32) int32 { return a.nodes[a.nodes[out].fail].out }
