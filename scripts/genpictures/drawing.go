package main

import (
	"errors"
	"fmt"
	"html"
	"strings"
)

// Sizes in pixels of the picture.
const (
	width  = 860
	margin = 20
	pad    = 12
)

// style is readable on light and on dark pages: the picture has a ground of its
// own, and follows the reader's scheme.
const style = `<style>
text { font-family: -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; font-size: 13px; fill: #3d444d }
.title { font-size: 15px; font-weight: 600; fill: #1f2328 }
.code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 12.5px }
.title.code { font-size: 14px }
.note { font-size: 12.5px; font-style: italic }
.ground { fill: #f6f8fa; stroke: #d1d9e0 }
.box { fill: #ffffff; stroke: #818b98 }
.core { fill: #ddf4ff; stroke: #0969da }
.good { fill: #dafbe1; stroke: #1a7f37 }
.bad { fill: #ffebe9; stroke: #cf222e }
.frame { fill: none; stroke: #818b98; stroke-dasharray: 6 4 }
.arrow { fill: none; stroke: #59636e; stroke-width: 1.6 }
.tip { fill: #59636e }
@media (prefers-color-scheme: dark) {
text { fill: #c9d1d9 }
.title { fill: #f0f6fc }
.ground { fill: #151b23; stroke: #3d444d }
.box { fill: #212830; stroke: #656c76 }
.core { fill: #122d4f; stroke: #4493f8 }
.good { fill: #12351f; stroke: #3fb950 }
.bad { fill: #45191c; stroke: #f85149 }
.frame { stroke: #656c76 }
.arrow { stroke: #9198a1 }
.tip { fill: #9198a1 }
}
</style>
`

// drawing collects the elements of a picture and what does not fit.
type drawing struct {
	elements strings.Builder
	problems []error
}

// box is a rectangle with a title and lines below it.
type box struct {
	x, y, w, h float64
	class      string
	title      string
	code       bool // the title is code
	lines      []string
}

// size of a letter relative to the size of the font, more than in any usual one.
const (
	letter     = 0.56
	codeLetter = 0.62
)

func (d *drawing) box(b box) {
	fmt.Fprintf(&d.elements, "<rect class=%q x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\" rx=\"6\"/>\n", b.class, b.x, b.y, b.w, b.h)
	class := "title"
	if b.code {
		class = "title code"
	}
	d.text(class, b.x+pad, b.y+23, b.w-2*pad, b.title)
	for i, line := range b.lines {
		class, text := "", line
		if code, isCode := strings.CutPrefix(line, "`"); isCode {
			class, text = "code", code
		}
		d.text(class, b.x+pad, b.y+43+18*float64(i), b.w-2*pad, text)
	}
	if need := 43 + 18*float64(len(b.lines)-1) + 10; len(b.lines) > 0 && need > b.h {
		d.problems = append(d.problems, fmt.Errorf("%q: %g pixels high, needs %g", b.title, b.h, need))
	}
}

// text writes a line and reports one that is wider than there is room.
func (d *drawing) text(class string, x, y, room float64, text string) {
	each := 13 * letter
	switch {
	case strings.Contains(class, "code"):
		each = 13 * codeLetter
	case class == "title":
		each = 15 * letter
	}
	if need := each * float64(len([]rune(text))); need > room {
		d.problems = append(d.problems, fmt.Errorf("%q needs %.0f pixels, has %.0f", text, need, room))
	}
	attr := ""
	if class != "" {
		attr = fmt.Sprintf(" class=%q", class)
	}
	fmt.Fprintf(&d.elements, "<text%s x=\"%g\" y=\"%g\">%s</text>\n", attr, x, y, html.EscapeString(text))
}

// arrow draws a line through points, with a tip at the last one.
func (d *drawing) arrow(points ...[2]float64) {
	var path strings.Builder
	for i, p := range points {
		command := "L"
		if i == 0 {
			command = "M"
		}
		fmt.Fprintf(&path, "%s%g %g", command, p[0], p[1])
	}
	fmt.Fprintf(&d.elements, "<path class=\"arrow\" marker-end=\"url(#tip)\" d=%q/>\n", path.String())
}

// frame is a dashed rectangle.
func (d *drawing) frame(x, y, w, h float64) {
	fmt.Fprintf(&d.elements, "<rect class=\"frame\" x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\" rx=\"10\"/>\n", x, y, w, h)
}

// document is the whole picture; title and description are for those who do not
// see it.
func (d *drawing) document(height float64, title, description string) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %g\" width=\"%d\" height=\"%g\" role=\"img\" aria-labelledby=\"t d\">\n",
		width, height, width, height)
	b.WriteString("<!-- written by scripts/genpictures: run \"go generate\" instead of editing it -->\n")
	fmt.Fprintf(&b, "<title id=\"t\">%s</title>\n<desc id=\"d\">%s</desc>\n", html.EscapeString(title), html.EscapeString(description))
	b.WriteString(style)
	b.WriteString("<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" " +
		"markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"tip\" d=\"M0 0L8 4L0 8z\"/></marker></defs>\n")
	fmt.Fprintf(&b, "<rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%g\" rx=\"10\"/>\n", width-1, height-1)
	b.WriteString(d.elements.String())
	b.WriteString("</svg>\n")
	return b.String(), errors.Join(d.problems...)
}
