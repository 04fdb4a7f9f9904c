// Rollout brings a release of a package to all customers of a partner, in waves,
// and can be interrupted, killed and started again. What has to survive is in a
// ledger, which is an SQLite file, or a journal of JSON lines if its name ends in
// .jsonl.
//
// Without arguments it shows that on a fake of the service in this process:
//
//	cd examples/rollout && go run .
//
// The commands; each lists its flags with -h:
//
//	rollout run -package billing.zip -name billing -version 2.4.0 -folder Billing
//	rollout status
//	rollout pause -reason 'ask support first'
//	rollout resume
//	rollout resolve -as imported
//	rollout estimate -customers 5000
//	rollout health -html health.html
//	rollout usage -html usage.html
//
// "run", "health" and "usage" call the workspace of WORKATO_API_TOKEN and
// WORKATO_REGION, or that of -base-url, for example a running cmd/workato-fake.
// "status", "pause", "resume" and "resolve" only need the ledger, from any process
// on the same machine; "estimate" needs nothing.
//
// Ctrl-C lets what is being sent end, begins nothing else, and prints the command
// that goes on. A second one ends the program at once, which is as safe.
//
// Exit status:
//
//	0  every customer succeeded or was skipped; the command was done
//	1  the program, the service or the ledger has failed
//	2  wrong flags, or another release than the one the rollout was begun with
//	3  the rollout has ended; customers failed, are unknown or need their user
//	4  paused by the tolerance, a gate or a person
//	5  interrupted, can go on
//	6  another runner holds the rollout
//	7  another runner has taken the rollout over
package main

import (
	"context"
	"errors"
	"flag"
	"os"

	"github.com/mattn/go-isatty"

	"github.com/go-workato/workato/examples/internal/cli"
	"github.com/go-workato/workato/provision"
)

// The exit statuses besides those of package cli.
const (
	exitIncomplete = 3
	exitPaused     = 4
	exitFenced     = 7
)

func main() {
	cli.Main(func(ctx context.Context, p cli.Program) int {
		return (&program{Program: p, terminal: isatty.IsTerminal(os.Stderr.Fd())}).run(ctx)
	})
}

// program is one run of the program.
type program struct {
	cli.Program
	terminal bool // Stderr is one
}

// commands are the subcommands. Each adds its flags, and returns what it does once
// they are parsed.
var commands = map[string]func(*program, *flag.FlagSet) action{
	"run": runCommand, "status": statusCommand, "pause": pauseCommand, "resume": resumeCommand, "resolve": resolveCommand,
	"estimate": estimateCommand, "health": healthCommand, "usage": usageCommand,
}

type action func(ctx context.Context) error

// errIncomplete says that a rollout has ended, and not for all customers well.
var errIncomplete = errors.New("some customers failed, are unknown or need their user")

func (p *program) run(ctx context.Context) int {
	err := p.do(ctx)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		p.Sayf("rollout: %v", err)
	}
	return exitCode(ctx, err)
}

func (p *program) do(ctx context.Context) error {
	if len(p.Command) < 2 {
		return p.demonstrate(ctx)
	}
	name := p.Command[1]
	add, known := commands[name]
	if !known {
		return cli.Usagef("there is no command %q: use run, status, pause, resume, resolve, estimate, health or usage", name)
	}
	flags := flag.NewFlagSet("rollout "+name, flag.ContinueOnError)
	flags.SetOutput(p.Stderr)
	act := add(p, flags)
	if err := cli.Parse(flags, p.Command[2:]); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return cli.Usagef("unexpected argument %q", flags.Arg(0))
	}
	return act(ctx)
}

// exitCode is the exit status for an error.
func exitCode(ctx context.Context, err error) int {
	var header *provision.HeaderError
	switch {
	case errors.As(err, &header):
		return cli.ExitUsage
	case errors.Is(err, errIncomplete):
		return exitIncomplete
	case errors.Is(err, provision.ErrPaused), errors.Is(err, provision.ErrAborted):
		return exitPaused
	case errors.Is(err, provision.ErrFenced):
		return exitFenced
	}
	return cli.ExitCode(ctx, err)
}
