// Onboard brings the workspace of one customer into the state of a plan: the
// customer itself, members, properties, folders, packages, connections, running
// recipes. The plan is a file in YAML or JSON; plan.yaml is one. It changes only
// what differs, so that it may be run again at any time, also after it was killed.
//
// Without arguments it shows that on a fake of the service in this process:
//
//	cd examples/onboard && go run .
//
// The commands; each lists its flags with -h:
//
//	onboard diff plan.yaml
//	onboard apply plan.yaml
//
// "diff" says what "apply" would do, and writes nothing. Both call the workspace of
// WORKATO_API_TOKEN and WORKATO_REGION, or that of -base-url, for example a running
// cmd/workato-fake. What must not be forgotten when the program dies is in the
// file of -journal: keep it, one for all customers.
//
// Ctrl-C lets a create that is being sent end, begins nothing else, and prints the
// command that goes on. A second one ends the program at once; what was sent then
// is looked for by the next run.
//
// Exit status:
//
//	0  the workspace is as planned
//	1  the program, the service or the journal has failed; a step has failed
//	2  wrong flags, or mistakes in the plan: all of them, a line each
//	3  done, but a connection needs its user, and recipes may wait for that
//	5  interrupted, can go on
//	6  another process works on the customer
//	8  diff: something differs
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"unicode"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
)

// The exit statuses. The missing ones are for rollouts of examples/rollout.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitNeedsUser   = 3
	exitInterrupted = 5
	exitHeld        = 6
	exitDiffers     = 8
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second signal ends the process
	p := &program{command: os.Args, stdout: os.Stdout, stderr: os.Stderr}
	code := p.run(ctx)
	stop()
	os.Exit(code)
}

// program is one run of the program.
type program struct {
	command        []string // with the name of the program
	stdout, stderr io.Writer
}

// usageError is a mistake in the flags.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// What a command can say besides that it is done.
var (
	errNeedsUser = errors.New("a connection needs its user")
	errDiffers   = errors.New("the workspace differs from the plan")
)

func (p *program) run(ctx context.Context) int {
	err := p.do(ctx)
	var wrong *provision.PlanError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitDone
	case errors.As(err, &wrong):
		p.sayf("%v", wrong) // each line begins with the name of the file
	case !errors.Is(err, errDiffers):
		p.sayf("onboard: %v", err)
	}
	code := exitCode(ctx, err)
	switch code {
	case exitInterrupted:
		p.sayf("To go on: %s", p.again())
	case exitNeedsUser:
		p.sayf("When they have acted: %s", p.again())
	}
	return code
}

func (p *program) do(ctx context.Context) error {
	if len(p.command) < 2 {
		return p.demonstrate(ctx)
	}
	j := &job{}
	switch name := p.command[1]; name {
	case "diff":
		j.dry, j.diff = true, true
	case "apply":
	default:
		return usageError{fmt.Errorf("there is no command %q: use diff or apply", name)}
	}
	if err := p.parse(j); err != nil {
		return err
	}
	return p.work(ctx, j)
}

// parse reads the flags and the name of the plan, which may stand before or after
// them.
func (p *program) parse(j *job) error {
	flags := flag.NewFlagSet("onboard "+p.command[1], flag.ContinueOnError)
	flags.SetOutput(p.stderr)
	flags.Usage = func() {
		fmt.Fprintf(p.stderr, "Usage: onboard %s [flags] PLAN\n\nPLAN is a file in JSON if its name ends in .json, else in YAML. The flags:\n", p.command[1])
		flags.PrintDefaults()
	}
	j.flags(flags)
	var plans []string
	for left := p.command[2:]; len(left) > 0; {
		if err := flags.Parse(left); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return err
			}
			return usageError{err}
		}
		if left = flags.Args(); len(left) > 0 {
			plans, left = append(plans, left[0]), left[1:]
		}
	}
	if len(plans) != 1 {
		return usageError{fmt.Errorf("%s needs one plan, got %d: onboard %[1]s plan.yaml", p.command[1], len(plans))}
	}
	j.plan = plans[0]
	return nil
}

// exitCode is the exit status for an error.
func exitCode(ctx context.Context, err error) int {
	var usage usageError
	var wrong *provision.PlanError
	switch {
	case errors.As(err, &usage), errors.As(err, &wrong):
		return exitUsage
	case errors.Is(err, errNeedsUser):
		return exitNeedsUser
	case errors.Is(err, errDiffers):
		return exitDiffers
	case errors.Is(err, provision.ErrHeld):
		return exitHeld
	case interrupted(ctx, err):
		return exitInterrupted
	case errors.Is(err, workato.ErrInvalidArgument), errors.Is(err, fs.ErrNotExist):
		return exitUsage // a variable that is not set, a file that is not there
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
