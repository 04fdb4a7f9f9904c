package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/go-workato/workato/examples/internal/cli"
	"github.com/go-workato/workato/internal/text"
	"github.com/go-workato/workato/provision"
)

// display shows steps: lines for people, or for programs.
type display struct {
	p    *program
	j    *job
	json *json.Encoder // nil for people
	err  error         // of writing
}

func (p *program) show(j *job) *display {
	d := &display{p: p, j: j}
	if j.json {
		d.json = json.NewEncoder(p.Stdout)
	}
	return d
}

// step shows one.
func (d *display) step(c provision.Change) {
	if d.json != nil {
		line := struct {
			Kind string `json:"kind"`
			provision.Change
			Error string `json:"error,omitempty"`
		}{Kind: "step", Change: c}
		if c.Err != nil {
			line.Error = c.Err.Error()
		}
		d.keep(d.json.Encode(line))
		return
	}
	if text := stepText(c); text != "" {
		_, err := fmt.Fprintln(d.p.Stdout, cli.Plain(text))
		d.keep(err)
	}
}

// wait shows that something takes its time, so that the program is not taken for
// stuck.
func (d *display) wait(w provision.Wait) {
	if d.json == nil {
		d.p.Sayf("waiting: %v", w)
		return
	}
	d.keep(d.json.Encode(struct {
		Kind string `json:"kind"`
		// For is the kind of the wait.
		For     provision.WaitKind `json:"for"`
		Address string             `json:"address,omitempty"`
		Message string             `json:"message"`
		Since   time.Time          `json:"since"`
		Until   time.Time          `json:"until,omitzero"`
	}{"wait", w.Kind, w.Address, w.Message, w.Since, w.Until}))
}

// keep keeps the first error: a step is done, whether or not somebody reads it.
func (d *display) keep(err error) {
	if d.err == nil {
		d.err = err
	}
}

// stepText is what a person wants to read of a step, nothing for most: the rest is
// in the error that ends the program.
func stepText(c provision.Change) string {
	if c.Action == provision.ActionNone || c.Err != nil && c.Action != provision.ActionWait {
		return ""
	}
	text := string(c.Action) + " " + c.Address
	if c.Did == provision.Found {
		text += ": it was there after all"
	}
	if c.Reason != "" {
		text += ": " + c.Reason
	}
	lines := []string{text}
	for _, f := range c.Fields {
		value := f.Want
		if f.Have != "" {
			value = f.Have + " -> " + f.Want
		}
		if f.Want != c.Reason && !strings.HasSuffix(c.Address, "/"+f.Want) { // else it is in the line
			lines = append(lines, "    "+f.Field+": "+value)
		}
	}
	return strings.Join(lines, "\n")
}

// done sums up.
func (d *display) done(c *provision.Changes) error {
	todo, waiting := 0, len(needingUser(c))
	for _, step := range c.Steps {
		if step.Action != provision.ActionNone && step.Action != provision.ActionWait {
			todo++
		}
	}
	if d.json != nil {
		d.keep(d.json.Encode(struct {
			Kind     string              `json:"kind"`
			Customer string              `json:"customer"`
			Steps    int                 `json:"steps"`
			Changes  int                 `json:"changes"`
			Waiting  int                 `json:"waiting"`
			Estimate *provision.Estimate `json:"estimate,omitempty"`
		}{"done", c.Customer.String(), len(c.Steps), todo, waiting, c.Estimate}))
		return d.err
	}
	var parts []string
	switch {
	case c.Empty():
		parts = append(parts, "as planned")
	case d.j.dry:
		parts = append(parts, fmt.Sprintf("%d of %s to do, in about %s", todo, text.Count(len(c.Steps), "step"), text.Count(c.Estimate.Calls, "call")))
	default:
		parts = append(parts, fmt.Sprintf("%d of %s done", todo, text.Count(len(c.Steps), "step")))
	}
	if waiting > 0 {
		parts = append(parts, text.Count(waiting, "step")+" waiting for a person")
	}
	_, err := fmt.Fprintln(d.p.Stdout, cli.Plain(c.Customer.String()+": "+strings.Join(parts, "; ")))
	d.keep(err)
	return d.err
}
