package redact

import (
	"cmp"
	"slices"
	"strings"
)

// rules say how a text is searched.
type rules struct {
	// cut marks a truncated text, which may end within a secret.
	cut bool
	// id marks an identifier, which keeps words, and secrets of the request that
	// are joined to other characters.
	id bool
	// json marks a document that must stay valid.
	json bool
}

// span is a part of the text.
type span struct{ start, end int }

// search finds the secrets in a text.
type search struct {
	rules
	secrets *values
	machine *automaton
	found   []span
	end     int // where the text ends, before the first part of a secret
	read    int // how many bytes of views were read
}

// clean returns a text with secrets removed. Its time is proportional to the
// length of the text.
func (s *Secrets) clean(text string, r rules) string {
	v := s.values()
	if len(v.free) == 0 && len(v.words) == 0 || text == "" {
		return text
	}
	found := search{rules: r, secrets: v, machine: v.machine(), end: len(text)}
	found.views(text, nil, 0)
	if len(found.found) == 0 {
		return text[:found.end]
	}
	return found.write(text)
}

// views searches the text as it is, and as it reads with its escapes decoded.
func (s *search) views(text string, v *view, depth int) {
	s.read += len(text)
	s.free(text, v)
	s.words(text, v)
	if depth == maxCodings || !hasLead(text) {
		return
	}
	for c := range codings {
		if c == quotes && depth > 0 {
			continue
		}
		next := c.undo(text, v, s.cut)
		if next != nil {
			s.views(next.text, next, depth+1)
		}
	}
}

// free finds the secrets that may be anywhere.
func (s *search) free(text string, v *view) {
	state := int32(0)
	var last span // found and not recorded yet: more of the same may follow
	for i := s.machine.start(text, 0); i < len(text); {
		state = s.machine.next(state, text[i])
		i++
		for out := s.machine.nodes[state].out; out != 0; out = s.machine.shorter(out) {
			start := i - int(s.machine.nodes[out].depth)
			if !s.id || isAlone(text, start, i) || s.secrets.isCredential(text[start:i]) {
				if start >= last.end {
					s.add(v, last)
					last.start = start
				}
				last.start, last.end = min(last.start, start), i
				break
			}
		}
		if state == 0 {
			i = s.machine.start(text, i)
		}
	}
	s.add(v, last)
	begun := s.machine.nodes[state]
	if s.cut && begun.depth >= minSecret && begun.out != state { // otherwise it is complete
		s.cutBefore(v, len(text)-int(begun.depth), len(text))
	}
}

// words finds the secrets that are a whole word.
func (s *search) words(text string, v *view) {
	if len(s.secrets.words) == 0 || s.id {
		return
	}
	for i := 0; i < len(text); i++ {
		start := i
		for i < len(text) && inWord(text[i]) {
			i++
		}
		if i-start < minSecret {
			continue
		}
		if _, ok := s.secrets.words[text[start:i]]; ok {
			s.add(v, span{start, i})
		} else if s.cut && i == len(text) && s.begins(text[start:]) {
			s.cutBefore(v, start, i)
		}
	}
}

// begins reports whether a text is a prefix of a word.
func (s *search) begins(text string) bool {
	for word := range s.secrets.words {
		if strings.HasPrefix(word, text) {
			return true
		}
	}
	return false
}

// isAlone reports whether a part of a text is not joined to other characters.
func isAlone(text string, start, end int) bool {
	return (start == 0 || !inWord(text[start-1])) && (end == len(text) || !inWord(text[end]))
}

// add records a part of a view.
func (s *search) add(v *view, part span) {
	if part.end > 0 {
		start, end := v.source(part.start, part.end)
		s.found = append(s.found, span{start, end})
	}
}

// cutBefore ends the text before a prefix of a secret.
func (s *search) cutBefore(v *view, start, end int) {
	start, _ = v.source(start, end)
	s.end = min(s.end, start)
}

// write replaces secrets with marks.
func (s *search) write(text string) string {
	slices.SortFunc(s.found, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	var clean strings.Builder
	doc := document{text: text}
	done := 0
	for i := 0; i < len(s.found); i++ {
		next, mark := s.found[i], Mark
		for i+1 < len(s.found) && s.found[i+1].start < next.end {
			i++
			next.end = max(next.end, s.found[i].end)
		}
		if next.start >= s.end {
			break
		}
		if next.start = max(next.start, done); next.start >= next.end {
			continue // widened over it
		}
		if s.json {
			next, mark = doc.whole(next, done)
		}
		clean.WriteString(text[done:next.start])
		clean.WriteString(mark)
		done = next.end
	}
	if done < s.end {
		clean.WriteString(text[done:s.end])
	}
	return clean.String()
}

// document tracks the strings of a JSON document.
type document struct {
	text   string
	at     int
	quoted bool // within a string
}

// whole widens a part of the document so that the rest stays JSON when the mark
// replaces it. It ends no earlier than after.
func (d *document) whole(part span, after int) (widened span, mark string) {
	d.skip(part.start)
	mark = Mark
	if d.quoted {
		if d.at > part.start { // within an escape
			part.start = max(part.start-1, after)
		}
	} else {
		mark = `"` + Mark + `"`
		for part.start > after && inNumber(d.text[part.start-1]) {
			part.start--
		}
		for part.end < len(d.text) && inNumber(d.text[part.end]) {
			part.end++
		}
	}
	d.skip(part.end)
	part.end = min(max(part.end, d.at), len(d.text))
	return part, mark
}

// skip advances to a byte, or past the escape that it is in.
func (d *document) skip(end int) {
	for ; d.at < end; d.at++ {
		switch d.text[d.at] {
		case '"':
			d.quoted = !d.quoted
		case '\\':
			d.at++
		}
	}
}

func inNumber(c byte) bool { return c >= '0' && c <= '9' || strings.IndexByte("+-.eE", c) >= 0 }
