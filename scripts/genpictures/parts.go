package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-workato/workato"
)

// modules are the nested modules with what each is for.
var modules = []struct{ path, text string }{
	{"contrib/otel", "traces, metrics"},
	{"contrib/redislimit", "quotas over Redis"},
	{"contrib/temporal", "rollouts in Temporal"},
	{"provision/planyaml", "plans in YAML"},
	{"provision/sqliteledger", "rollouts in SQLite"},
}

// partsPicture shows what the repository has, and what uses what.
func partsPicture(root string) (string, error) {
	have, err := nestedModules(root)
	if err != nil {
		return "", err
	}
	var d drawing
	const full = width - 2*margin

	d.box(box{x: margin, y: 20, w: full, h: 56, class: "good", title: "Your program", lines: []string{"a backend, a provisioning job, a test"}})
	d.arrow([2]float64{width / 2, 76}, [2]float64{width / 2, 95})

	// What is optional: packages of the module.
	const y2, w2, gap2 = 96, 196, 12
	packages := []box{
		{title: "provision", lines: []string{"plans, ensure helpers,", "rollouts with a ledger"}},
		{title: "embed", lines: []string{"Workato in your app:", "tokens, links, handlers"}},
		{title: "ratelimit", lines: []string{"the documented quotas,", "one limiter a process"}},
		{title: "workatotest", lines: []string{"a fake with state that", "fails on demand"}},
	}
	for i, b := range packages {
		b.x, b.y, b.w, b.h, b.class, b.code = margin+float64(i)*(w2+gap2), y2, w2, 74, "box", true
		d.box(b)
	}
	for i := range packages {
		x := margin + float64(i)*(w2+gap2) + w2/2
		d.arrow([2]float64{x, y2 + 74}, [2]float64{x, y2 + 97})
	}

	const y3 = y2 + 98
	d.box(box{x: margin, y: y3, w: full, h: 74, class: "core", code: true, title: "workato", lines: []string{
		fmt.Sprintf("the client: %d typed operations, credentials, retries, errors, waiters, hooks", len(workato.Operations())),
		"links the standard library and three small third-party packages",
	}})
	d.arrow([2]float64{width / 2, y3 + 74}, [2]float64{width / 2, y3 + 99})
	d.box(box{x: margin, y: y3 + 100, w: full, h: 34, class: "good", title: "Workato's Embedded API"})

	// What stands beside: modules of their own, and programs.
	const lines = 6
	const y4, half = y3 + 150, (full - gap2) / 2
	d.box(box{x: margin, y: y4, w: half, h: 50 + 20*float64(lines), class: "box", title: "Modules of their own"})
	n := 0
	for _, m := range modules {
		if have[m.path] {
			delete(have, m.path)
			at := y4 + 45 + 20*float64(n)
			d.text("code", margin+pad, at, 190, m.path)
			d.text("", margin+pad+200, at, half-200-2*pad, m.text)
			n++
		}
	}
	for path := range have {
		d.problems = append(d.problems, fmt.Errorf("module %s has no line in the picture", path))
	}
	d.box(box{x: margin + half + gap2, y: y4, w: half, h: 50 + 20*float64(lines), class: "box", title: "Programs"})
	for i, p := range [][2]string{
		{"cmd/workato-fake", "the fake, in any language"},
		{"examples/quickstart", "one customer"},
		{"examples/onboard", "a plan is applied"},
		{"examples/doctor", "what is wrong?"},
		{"examples/embed", "links and widgets"},
		{"examples/rollout", "a release for all"},
	} {
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(p[0]), "main.go")); err != nil {
			return "", err
		}
		at := y4 + 45 + 20*float64(i)
		d.text("code", margin+half+gap2+pad, at, 180, p[0])
		d.text("", margin+half+gap2+pad+185, at, half-185-2*pad, p[1])
	}
	return d.document(y4+50+20*float64(lines)+20, "The parts",
		"Your program uses package workato, and if it likes provision, embed, ratelimit and workatotest, which use workato too. "+
			"Modules of their own add OpenTelemetry, Redis and ledgers; programs show and serve the fake.")
}

// nestedModules finds the modules that users may require.
func nestedModules(root string) (map[string]bool, error) {
	have := map[string]bool{}
	for _, dir := range []string{"contrib", "provision"} {
		files, err := filepath.Glob(filepath.Join(root, dir, "*", "go.mod"))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			path, err := filepath.Rel(root, filepath.Dir(file))
			if err != nil {
				return nil, err
			}
			have[strings.ReplaceAll(path, string(filepath.Separator), "/")] = true
		}
	}
	return have, nil
}
