package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"

	"github.com/go-workato/workato/examples/internal/cli"
	"github.com/go-workato/workato/provision"
)

func estimateCommand(p *program, flags *flag.FlagSet) action {
	var s service
	var steps plan
	s.quotas(flags)
	steps.flags(flags)
	customers := flags.Int("customers", 0, "`number` of customers")
	kind := flags.String("work", "rollout", "what is done: rollout or health")
	return func(context.Context) error {
		if *customers <= 0 {
			return cli.Usagef("-customers must be positive")
		}
		if err := s.limits(); err != nil {
			return err
		}
		strategy, err := steps.strategy()
		if err != nil {
			return err
		}
		var work provision.Work
		switch *kind {
		case "rollout":
			work = provision.RolloutWork(&provision.Release{Folder: []string{"Billing"}, Detect: provision.ByMarker("_release")}, &strategy)
		case "health":
			work, strategy = provision.Work{"connections.list": 1}, provision.Strategy{}
		default:
			return cli.Usagef("-work must be rollout or health, got %q", *kind)
		}
		return p.writeEstimate(provision.EstimateWork(work, *customers, s.limiter, &strategy))
	}
}

// writeEstimate writes it with lengths of time that people can read.
func (p *program) writeEstimate(e *provision.Estimate) error {
	type family struct {
		provision.FamilyEstimate
		LeastNS int    `json:"least_ns,omitempty"` // in the place of the number
		Least   string `json:"least"`
	}
	var families []family
	for _, f := range e.Families {
		families = append(families, family{FamilyEstimate: f, Least: f.Least.String()})
	}
	out := json.NewEncoder(p.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(struct {
		Customers int      `json:"customers"`
		Calls     int      `json:"calls"`
		Least     string   `json:"least"`
		Likely    string   `json:"likely"`
		Binding   string   `json:"binding"`
		Families  []family `json:"families"`
	}{e.Customers, e.Calls, e.Least.String(), e.Likely.String(), e.Binding, families})
}

// output is where a report goes.
type output struct {
	html, title string
	json        bool
}

func (o *output) flags(flags *flag.FlagSet) {
	flags.StringVar(&o.html, "html", "", "`file` for a page with the report")
	flags.StringVar(&o.title, "title", "", "`text` at the top of the page")
	flags.BoolVar(&o.json, "json", false, "write JSON")
}

func healthCommand(p *program, flags *flag.FlagSet) action {
	var s service
	var o output
	s.flags(flags)
	o.flags(flags)
	recipes := flags.Bool("recipes", false, "read the recipes too")
	return func(ctx context.Context) error {
		client, err := s.client()
		if err != nil {
			return err
		}
		h, err := provision.SweepHealth(ctx, client, provision.Targets(client.ManagedUsers.All(ctx, nil)), &provision.HealthOptions{Recipes: *recipes})
		if err != nil {
			return err
		}
		return p.report(&o, &provision.Report{Title: o.title, Health: h}, h, func() { p.writeHealth(h) })
	}
}

func (p *program) writeHealth(h *provision.Health) {
	p.Printf("customers: %d, gone: %d, waiting for a user: %d", h.Customers, h.Gone, h.Waiting)
	for _, class := range provision.HealthClasses() {
		p.Printf("connections: %6d %s", h.Connections[class], class)
	}
	for _, c := range h.Problems {
		p.Printf("customer %s (%s): connection %d %q (%s): %s %s", c.Customer, c.Label, c.ID, c.Name, c.Provider, c.Health, c.Reason)
	}
	if h.Recipes > 0 {
		p.Printf("recipes: %d, stopped by the service: %d", h.Recipes, len(h.Stopped))
	}
	for _, r := range h.Stopped {
		p.Printf("customer %s (%s): recipe %d %q: %s", r.Customer, r.Label, r.ID, r.Name, r.Cause)
	}
}

func usageCommand(p *program, flags *flag.FlagSet) action {
	var s service
	var o output
	s.flags(flags)
	o.flags(flags)
	return func(ctx context.Context) error {
		client, err := s.client()
		if err != nil {
			return err
		}
		u, err := provision.ReadUsage(ctx, client)
		if err != nil {
			return err
		}
		return p.report(&o, &provision.Report{Title: o.title, Usage: u}, u, func() {
			for _, m := range u.Months {
				p.Printf("%s %9d tasks", m.Month, m.Tasks)
			}
			for _, c := range u.Customers {
				p.Printf("%9d tasks: customer %s (%s)", c.Tasks, c.Customer, c.Name)
			}
		})
	}
}

// report writes a page, if wanted, and the figures to the standard output.
func (p *program) report(o *output, page *provision.Report, figures any, text func()) error {
	if o.html != "" {
		if err := writePage(o.html, page); err != nil {
			return err
		}
	}
	if o.json {
		return json.NewEncoder(p.Stdout).Encode(figures)
	}
	text()
	return nil
}

// writePage replaces the file when the page is complete.
func writePage(path string, page *provision.Report) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".page-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	err = page.WriteHTML(f)
	if err == nil {
		err = f.Chmod(0o644)
	}
	err = errors.Join(err, f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
