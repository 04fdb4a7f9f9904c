package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-workato/workato/examples/internal/cli"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/provision/planyaml"
)

// job is what the command line asks for.
type job struct {
	cli.Service
	diff, dry, json bool
	plan            string // file
	journal         string // file
	settle, poll    time.Duration
	decisions       map[string]provision.Decision
}

func (j *job) flags(flags *flag.FlagSet) {
	j.AddressFlag(flags)
	j.ShareFlag(flags)
	flags.StringVar(&j.journal, "journal", "onboard.journal", "`file` that remembers what was sent")
	flags.BoolVar(&j.json, "json", false, "write each step as a line of JSON to the standard output")
	if j.diff {
		return
	}
	flags.BoolVar(&j.dry, "dry-run", false, "say what would be done, and write nothing")
	flags.DurationVar(&j.settle, "settle", 0, "`time` to look for the effect of a create whose response was lost, before it is sent again (2m)")
	flags.DurationVar(&j.poll, "poll", 0, "`time` until an import or a started recipe is looked at first (2s)")
	flags.Func("decide", "what became of a create of which it is not known, such as packages/billing=imported: `STEP`=imported, or =again", j.decide)
}

func (j *job) decide(text string) error {
	step, what, _ := strings.Cut(text, "=")
	decision := provision.Decision(what)
	if step == "" || decision != provision.DecideImported && decision != provision.DecideAgain {
		return errors.New("want a step and what became of it: packages/billing=imported")
	}
	if j.decisions == nil {
		j.decisions = map[string]provision.Decision{}
	}
	j.decisions[step] = decision
	return nil
}

// readPlan reads the file.
func (j *job) readPlan() (*provision.Plan, error) {
	text, err := os.ReadFile(j.plan)
	if err != nil {
		return nil, cli.UsageError{Err: err}
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if strings.EqualFold(filepath.Ext(j.plan), ".json") {
		return provision.ReadPlan(j.plan, text)
	}
	return planyaml.Read(j.plan, text)
}

// work does what the command line asks for.
func (p *program) work(ctx context.Context, j *job) (err error) {
	plan, err := j.readPlan()
	if err != nil {
		return err
	}
	limiter, err := j.Limiter()
	if err != nil {
		return err
	}
	client, err := j.Client("workato-onboard", limiter)
	if err != nil {
		return err
	}
	journal := provision.File(j.journal)
	defer func() { err = errors.Join(err, journal.Close()) }()
	show := p.show(j)
	opts := []provision.ApplyOption{
		provision.WithJournal(journal), provision.WithSettle(provision.Settle{For: j.settle}),
		provision.WithFirstPoll(j.poll), provision.OnChange(show.step), provision.OnWait(show.wait),
	}
	for step, decision := range j.decisions {
		opts = append(opts, provision.WithDecision(step, decision))
	}
	run := provision.Apply
	if j.dry {
		run = provision.Diff
	} else {
		defer p.SayInterrupted(ctx)()
	}
	changes, err := run(ctx, client, plan, opts...)
	if err == nil {
		err = show.done(changes)
	}
	switch {
	case errors.Is(err, provision.ErrUnsettled):
		err = fmt.Errorf("%w; look at the workspace, and say what became of it with -decide", err)
	case err == nil && !j.dry && len(needingUser(changes)) > 0:
		return errNeedsUser
	case err == nil && j.diff && !changes.Empty():
		return errDiffers
	}
	return err
}

// needingUser are the steps that wait for a person. An invitation that is not
// accepted yet holds nothing up.
func needingUser(changes *provision.Changes) []provision.Change {
	var out []provision.Change
	for _, step := range changes.Waiting() {
		if step.Did != provision.Invited {
			out = append(out, step)
		}
	}
	return out
}
