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
	"io/fs"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/examples/internal/cli"
	"github.com/go-workato/workato/provision"
)

// The exit statuses besides those of package cli. The missing ones are for rollouts
// of examples/rollout.
const (
	exitNeedsUser = 3
	exitDiffers   = 8
)

func main() {
	cli.Main(func(ctx context.Context, p cli.Program) int { return (&program{p}).run(ctx) })
}

// program is one run of the program.
type program struct{ cli.Program }

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
		return cli.ExitDone
	case errors.As(err, &wrong):
		p.Sayf("%v", wrong) // each line begins with the name of the file
	case !errors.Is(err, errDiffers):
		p.Sayf("onboard: %v", err)
	}
	code := exitCode(ctx, err)
	switch code {
	case cli.ExitInterrupted:
		p.Sayf("To go on: %s", p.Again())
	case exitNeedsUser:
		p.Sayf("When they have acted: %s", p.Again())
	}
	return code
}

func (p *program) do(ctx context.Context) error {
	if len(p.Command) < 2 {
		return p.demonstrate(ctx)
	}
	j := &job{}
	switch name := p.Command[1]; name {
	case "diff":
		j.dry, j.diff = true, true
	case "apply":
	default:
		return cli.Usagef("there is no command %q: use diff or apply", name)
	}
	if err := p.parse(j); err != nil {
		return err
	}
	return p.work(ctx, j)
}

// parse reads the flags and the name of the plan, which may stand before or after
// them.
func (p *program) parse(j *job) error {
	flags := flag.NewFlagSet("onboard "+p.Command[1], flag.ContinueOnError)
	flags.SetOutput(p.Stderr)
	flags.Usage = func() {
		fmt.Fprintf(p.Stderr, "Usage: onboard %s [flags] PLAN\n\nPLAN is a file in JSON if its name ends in .json, else in YAML. The flags:\n", p.Command[1])
		flags.PrintDefaults()
	}
	j.flags(flags)
	var plans []string
	for left := p.Command[2:]; len(left) > 0; {
		if err := cli.Parse(flags, left); err != nil {
			return err
		}
		if left = flags.Args(); len(left) > 0 {
			plans, left = append(plans, left[0]), left[1:]
		}
	}
	if len(plans) != 1 {
		return cli.Usagef("%s needs one plan, got %d: onboard %[1]s plan.yaml", p.Command[1], len(plans))
	}
	j.plan = plans[0]
	return nil
}

// exitCode is the exit status for an error.
func exitCode(ctx context.Context, err error) int {
	var wrong *provision.PlanError
	code := cli.ExitCode(ctx, err)
	switch {
	case errors.As(err, &wrong):
		return cli.ExitUsage
	case errors.Is(err, errNeedsUser):
		return exitNeedsUser
	case errors.Is(err, errDiffers):
		return exitDiffers
	case code == cli.ExitFailed && (errors.Is(err, workato.ErrInvalidArgument) || errors.Is(err, fs.ErrNotExist)):
		return cli.ExitUsage // a variable that is not set, a file that is not there
	}
	return code
}
