package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"strings"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/examples/internal/cli"
	"github.com/go-workato/workato/internal/text"
	"github.com/go-workato/workato/provision"
)

const theOnly = "(the only one)"

func statusCommand(p *program, flags *flag.FlagSet) action {
	b := &book{}
	b.flags(flags, theOnly)
	asJSON := flags.Bool("json", false, "write JSON")
	return func(ctx context.Context) error {
		return b.with(ctx, func(l provision.Ledger) error {
			status, err := l.Status(ctx, b.id)
			if err != nil {
				return err
			}
			summary, err := provision.Summarize(ctx, l, b.id)
			if err != nil {
				return err
			}
			if *asJSON {
				return json.NewEncoder(p.Stdout).Encode(map[string]any{"status": status, "summary": summary})
			}
			p.writeStatus(status)
			writeSummary(p.Stdout, summary)
			return nil
		})
	}
}

func (p *program) writeStatus(s *provision.Status) {
	p.Printf("release %s, sha256 %s, workspace %s", s.Header.Release, s.Header.SHA256, s.Header.Workspace)
	for _, w := range s.Waves {
		if w.Verdict != "" {
			p.Printf("%s", strings.TrimSuffix(fmt.Sprintf("wave %s: %s: %s", w.Name, w.Verdict, w.Reason), ": "))
		}
	}
	if s.Owner != nil {
		p.Printf("runner: process %d on %s, or it has died", s.Owner.PID, s.Owner.Host)
	}
	if s.Pending > 0 {
		p.Printf("for the next run: %s", text.Count(s.Pending, "command"))
	}
}

func pauseCommand(p *program, flags *flag.FlagSet) action {
	b := &book{}
	b.flags(flags, theOnly)
	reason := flags.String("reason", "a person has paused it", "`text` for those who look at it")
	return func(ctx context.Context) error {
		return b.with(ctx, func(l provision.Ledger) error {
			if err := provision.PauseRollout(ctx, l, b.id, *reason); err != nil {
				return err
			}
			p.Printf("%s: the runner begins no other customer; \"rollout resume\" lets it go on", b.id)
			return nil
		})
	}
}

func resumeCommand(p *program, flags *flag.FlagSet) action {
	b := &book{}
	b.flags(flags, theOnly)
	return func(ctx context.Context) error {
		return b.with(ctx, func(l provision.Ledger) error {
			if err := provision.ResumeRollout(ctx, l, b.id); err != nil {
				return err
			}
			p.Printf("%s: the next \"rollout run\" goes on, and tries the failed customers again", b.id)
			return nil
		})
	}
}

func resolveCommand(p *program, flags *flag.FlagSet) action {
	b := &book{}
	b.flags(flags, theOnly)
	decision := flags.String("as", "", "`what` became of the imports: imported, again or give_up")
	states := flags.String("state", string(provision.StateUnknown), "`states` that are decided: unknown, failed, needs_user")
	var which provision.Query
	flags.Func("customer", "`id` of a customer, or E and the external id; may be given more than once, none means all", func(text string) error {
		id, err := workato.ParseCustomerID(text)
		which.Customers = append(which.Customers, id)
		return err
	})
	return func(ctx context.Context) error {
		switch provision.Decision(*decision) {
		case provision.DecideImported, provision.DecideAgain, provision.DecideGiveUp:
		default:
			return cli.Usagef("-as must be imported, again or give_up, got %q", *decision)
		}
		for state := range strings.SplitSeq(*states, ",") {
			which.States = append(which.States, provision.State(state))
		}
		return b.with(ctx, func(l provision.Ledger) error {
			n, err := provision.Resolve(ctx, l, b.id, which, provision.Decision(*decision))
			if err != nil {
				return err
			}
			p.Printf("%s: customers that match now: %d; the next \"rollout run\" does it", b.id, n)
			return nil
		})
	}
}
