// Package cli is what the programs under examples/ share that are tools rather
// than texts to read: how they end, what they write to a terminal, and how they
// call the service.
package cli

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

	"github.com/go-workato/workato/provision"
)

// The exit statuses that mean the same for every program. Each has others of its
// own.
const (
	ExitDone        = 0
	ExitFailed      = 1
	ExitUsage       = 2
	ExitInterrupted = 5
	ExitHeld        = 6
)

// Program is one run of a program.
type Program struct {
	Command        []string // with the name of the program
	Stdout, Stderr io.Writer
}

// Main runs the program of this process and ends it with the returned status. The
// first SIGINT or SIGTERM ends the context, the second one the process.
func Main(run func(context.Context, Program) int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	code := run(ctx, Program{Command: os.Args, Stdout: os.Stdout, Stderr: os.Stderr})
	stop()
	os.Exit(code)
}

// UsageError is a mistake in the flags or in what they name.
type UsageError struct{ Err error }

func (e UsageError) Error() string { return e.Err.Error() }
func (e UsageError) Unwrap() error { return e.Err }

// Usagef makes a UsageError.
func Usagef(format string, args ...any) error { return UsageError{fmt.Errorf(format, args...)} }

// Parse reads the flags. What it returns is flag.ErrHelp or a UsageError.
func Parse(flags *flag.FlagSet, args []string) error {
	err := flags.Parse(args)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return err
	}
	return UsageError{err}
}

// ExitCode is the exit status for an error, ExitFailed if nothing else is known
// of it.
func ExitCode(ctx context.Context, err error) int {
	var usage UsageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return ExitDone
	case errors.As(err, &usage):
		return ExitUsage
	case errors.Is(err, provision.ErrHeld):
		return ExitHeld
	case errors.Is(err, provision.ErrLedger):
		return ExitFailed
	case Interrupted(ctx, err):
		return ExitInterrupted
	}
	return ExitFailed
}

// Interrupted reports whether an error comes from a signal.
func Interrupted(ctx context.Context, err error) bool {
	return ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.Cause(ctx)))
}

// SayInterrupted tells people what a signal does, until the returned function is
// called.
func (p *Program) SayInterrupted(ctx context.Context) (stop func() bool) {
	return context.AfterFunc(ctx, func() { p.Sayf("Interrupted: waiting for what is being sent. Once more ends the program at once.") })
}

// Sayf writes a line for people.
func (p *Program) Sayf(format string, args ...any) {
	fmt.Fprintln(p.Stderr, Plain(fmt.Sprintf(format, args...)))
}

// Printf writes a line of the result.
func (p *Program) Printf(format string, args ...any) {
	fmt.Fprintln(p.Stdout, Plain(fmt.Sprintf(format, args...)))
}

// Plain replaces what could move the cursor of a terminal: texts of the service are
// part of the lines.
func Plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return ' '
		}
		return r
	}, text)
}

// Again is the command that goes on, for a shell.
func (p *Program) Again() string {
	quoted := make([]string, len(p.Command))
	for i, word := range p.Command {
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
