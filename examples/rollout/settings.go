package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/examples/internal/cli"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/provision/sqliteledger"
	"github.com/go-workato/workato/ratelimit"
)

// service is how the service is called.
type service struct {
	cli.Service
	importsPerHour int
	unlimited      bool // the families without a documented quota, for a fake
	limiter        *ratelimit.Limiter
}

func (s *service) quotas(flags *flag.FlagSet) {
	s.ShareFlag(flags)
	flags.IntVar(&s.importsPerHour, "imports-per-hour", -1, "imports per hour that the service permits; 0 for no limit, -1 for the documented one")
}

func (s *service) flags(flags *flag.FlagSet) {
	s.AddressFlag(flags)
	s.quotas(flags)
}

// limits makes the limiter.
func (s *service) limits() (err error) {
	var opts []ratelimit.Option
	if s.importsPerHour >= 0 {
		opts = append(opts, ratelimit.PerHour("imports", s.importsPerHour))
	}
	if s.unlimited {
		opts = append(opts, ratelimit.Undocumented(10_000))
	}
	s.limiter, err = s.Limiter(opts...)
	return err
}

// client makes the limiter and the client.
func (s *service) client() (*workato.Client, error) {
	if err := s.limits(); err != nil {
		return nil, err
	}
	return s.Client("workato-rollout", s.limiter)
}

// book is which rollout of which ledger.
type book struct {
	path, id string
	lock     bool
}

func (b *book) flags(flags *flag.FlagSet, id string) {
	b.lock = true
	flags.StringVar(&b.path, "ledger", "rollout.db", "`file` of the ledger")
	flags.StringVar(&b.id, "id", "", "`name` of the rollout in the ledger "+id)
}

func (b *book) open() provision.Ledger {
	if strings.HasSuffix(b.path, ".jsonl") {
		if b.lock {
			return provision.File(b.path)
		}
		return provision.File(b.path, provision.LeaseOnly())
	}
	if b.lock {
		return sqliteledger.Open(b.path)
	}
	return sqliteledger.Open(b.path, sqliteledger.LeaseOnly())
}

// with opens the ledger for a function and finds its only rollout.
func (b *book) with(ctx context.Context, do func(provision.Ledger) error) (err error) {
	ledger := b.open()
	defer func() { err = errors.Join(err, ledger.Close()) }()
	if b.id == "" {
		ids, err := ledger.Rollouts(ctx)
		switch {
		case err != nil:
			return err
		case len(ids) == 0:
			return fmt.Errorf("%w: %s has none", provision.ErrNoRollout, b.path)
		case len(ids) > 1:
			return cli.Usagef("%s has %d rollouts: choose one with -id: %s", b.path, len(ids), strings.Join(ids, ", "))
		}
		b.id = ids[0]
	}
	return do(ledger)
}

// plan is in which steps a rollout goes.
type plan struct {
	waves, tolerance string
	sample, at, max  int
	strict           bool
	bake             time.Duration
	gate, recipes    string
	connections      bool
}

func (p *plan) flags(flags *flag.FlagSet) {
	flags.StringVar(&p.waves, "waves", "1,10%,100%", "`sizes` of the waves: numbers of customers or percent of all; the last is 100%")
	flags.DurationVar(&p.bake, "bake", 0, "`time` to wait after each wave but the last")
	flags.StringVar(&p.recipes, "verify-recipes", string(provision.IfNeeded), "when to list recipes after an import: if_needed, always or never")
	flags.BoolVar(&p.connections, "verify-connections", false, "compare the connections before and after an import")
}

func (p *plan) runFlags(flags *flag.FlagSet) {
	p.flags(flags)
	flags.StringVar(&p.gate, "gate", "", "shell `command` that is given the summary as JSON after each wave but the last; the rollout pauses unless it exits with 0")
	flags.StringVar(&p.tolerance, "tolerance", "0", "`customers` of a wave that may fail, a number or a percentage")
	flags.IntVar(&p.sample, "sample", 0, "`outcomes` before a percentage counts as a rate too")
	flags.BoolVar(&p.strict, "strict", true, "never have more customers under way than may still fail")
	flags.IntVar(&p.max, "concurrent", 0, "`customers` that are worked at, 50 if 0")
	flags.IntVar(&p.at, "retries", 0, "`times` a customer whose failure may pass is tried again")
}

// strategy is the plan for provision. It reports all mistakes.
func (p *plan) strategy() (provision.Strategy, error) {
	s := provision.Strategy{
		MaxConcurrent: p.max, Retry: provision.Retry{Max: p.at}, Concurrency: provision.Soft,
		Verify: provision.Verify{Connections: p.connections, Recipes: provision.When(p.recipes)},
	}
	if p.strict {
		s.Concurrency = provision.Strict
	}
	var errs []error
	sizes := strings.Split(p.waves, ",")
	for i, size := range sizes {
		w := provision.Wave{Name: strconv.Itoa(i + 1)}
		var err error
		w.Count, w.Percent, err = amount(size)
		if err != nil {
			errs = append(errs, fmt.Errorf("-waves: %w", err))
		}
		if i < len(sizes)-1 {
			w.Bake = p.bake
			if p.gate != "" {
				w.Gate = shellGate(p.gate)
			}
		}
		s.Waves = append(s.Waves, w)
	}
	if p.tolerance != "" {
		count, percent, err := amount(p.tolerance)
		if err != nil {
			errs = append(errs, fmt.Errorf("-tolerance: %w", err))
		}
		s.FailureTolerance = provision.Tolerance{Count: count, Percent: percent, Sample: p.sample}
	}
	if len(errs) == 0 {
		errs = append(errs, s.Check())
	}
	if err := errors.Join(errs...); err != nil {
		return s, cli.UsageError{Err: err}
	}
	return s, nil
}

// amount reads a number or a percentage.
func amount(text string) (count int, percent float64, err error) {
	if number, is := strings.CutSuffix(text, "%"); is {
		percent, err = strconv.ParseFloat(number, 64)
	} else {
		count, err = strconv.Atoi(text)
	}
	if err != nil {
		err = fmt.Errorf("%q is neither a number nor a percentage", text)
	}
	return count, percent, err
}

// shellGate asks a command whether to go on.
func shellGate(command string) func(context.Context, *provision.Summary) (provision.Verdict, error) {
	return func(ctx context.Context, s *provision.Summary) (provision.Verdict, error) {
		shell, flag := "sh", "-c"
		if runtime.GOOS == "windows" {
			shell, flag = "cmd", "/C"
		}
		summary, err := json.Marshal(s)
		if err != nil {
			return "", err
		}
		cmd := exec.CommandContext(ctx, shell, flag, command) //nolint:gosec // running the command of -gate is what it is for
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(string(summary)), os.Stderr, os.Stderr
		cmd.WaitDelay = 2 * time.Second
		if err := cmd.Run(); err != nil {
			return "", fmt.Errorf("gate: %w", err)
		}
		return provision.Proceed, nil
	}
}
