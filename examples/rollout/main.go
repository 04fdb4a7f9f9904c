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
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"unicode"

	"github.com/mattn/go-isatty"

	"github.com/go-workato/workato/provision"
)

// The exit statuses.
const (
	exitDone = iota
	exitFailed
	exitUsage
	exitIncomplete
	exitPaused
	exitInterrupted
	exitHeld
	exitFenced
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second signal ends the process
	p := &program{command: os.Args, stdout: os.Stdout, stderr: os.Stderr, terminal: isatty.IsTerminal(os.Stderr.Fd())}
	code := p.run(ctx)
	stop()
	os.Exit(code)
}

// program is one run of the program.
type program struct {
	command        []string // with the name of the program
	stdout, stderr io.Writer
	terminal       bool // stderr is one
}

// commands are the subcommands. Each adds its flags, and returns what it does once
// they are parsed.
var commands = map[string]func(*program, *flag.FlagSet) action{
	"run": runCommand, "status": statusCommand, "pause": pauseCommand, "resume": resumeCommand, "resolve": resolveCommand,
	"estimate": estimateCommand, "health": healthCommand, "usage": usageCommand,
}

type action func(ctx context.Context) error

// usageError is a mistake in the flags.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// errIncomplete says that a rollout has ended, and not for all customers well.
var errIncomplete = errors.New("some customers failed, are unknown or need their user")

func (p *program) run(ctx context.Context) int {
	err := p.do(ctx)
	if err == nil {
		return exitDone
	}
	if errors.Is(err, flag.ErrHelp) {
		return exitDone
	}
	p.sayf("rollout: %v", err)
	return exitCode(ctx, err)
}

func (p *program) do(ctx context.Context) error {
	if len(p.command) < 2 {
		return p.demonstrate(ctx)
	}
	name := p.command[1]
	add, known := commands[name]
	if !known {
		return usageError{fmt.Errorf("there is no command %q: use run, status, pause, resume, resolve, estimate, health or usage", name)}
	}
	flags := flag.NewFlagSet("rollout "+name, flag.ContinueOnError)
	flags.SetOutput(p.stderr)
	act := add(p, flags)
	if err := flags.Parse(p.command[2:]); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return usageError{err}
	}
	if flags.NArg() > 0 {
		return usageError{fmt.Errorf("unexpected argument %q", flags.Arg(0))}
	}
	return act(ctx)
}

// exitCode is the exit status for an error.
func exitCode(ctx context.Context, err error) int {
	var usage usageError
	var header *provision.HeaderError
	switch {
	case errors.As(err, &usage), errors.As(err, &header):
		return exitUsage
	case errors.Is(err, errIncomplete):
		return exitIncomplete
	case errors.Is(err, provision.ErrPaused), errors.Is(err, provision.ErrAborted):
		return exitPaused
	case errors.Is(err, provision.ErrHeld):
		return exitHeld
	case errors.Is(err, provision.ErrFenced):
		return exitFenced
	case errors.Is(err, provision.ErrLedger):
		return exitFailed
	case interrupted(ctx, err):
		return exitInterrupted
	}
	return exitFailed
}

// interrupted reports whether an error comes from a signal.
func interrupted(ctx context.Context, err error) bool {
	return ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.Cause(ctx)))
}

// sayf writes a line for people.
func (p *program) sayf(format string, args ...any) {
	fmt.Fprintln(p.stderr, plain(fmt.Sprintf(format, args...)))
}

// plain replaces what could move the cursor of a terminal: texts of the service are
// part of the lines.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return ' '
		}
		return r
	}, text)
}

// again is the command that goes on, for a shell.
func (p *program) again() string {
	quoted := make([]string, len(p.command))
	for i, word := range p.command {
		safe := func(r rune) bool {
			return r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_./:=,%+@", r))
		}
		if word == "" || strings.ContainsFunc(word, func(r rune) bool { return !safe(r) }) {
			word = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
		quoted[i] = word
	}
	return strings.Join(quoted, " ")
}
