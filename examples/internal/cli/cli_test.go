package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

func TestExitCode(t *testing.T) {
	t.Parallel()
	whole := t.Context()
	ended, cancel := context.WithCancelCause(whole)
	cancel(errors.New("a signal"))
	for _, test := range []struct {
		ctx  context.Context
		err  error
		want int
	}{
		{whole, nil, ExitDone},
		{whole, fmt.Errorf("parse: %w", flag.ErrHelp), ExitDone},
		{whole, fmt.Errorf("parse: %w", Usagef("-x: %w", io.EOF)), ExitUsage},
		{whole, &provision.HeldError{}, ExitHeld},
		{ended, context.Canceled, ExitInterrupted},
		{ended, context.Cause(ended), ExitInterrupted},
		{ended, errors.Join(context.Canceled, provision.ErrLedger), ExitFailed},
		{ended, io.EOF, ExitFailed},
		{whole, context.Canceled, ExitFailed},
	} {
		assert.Equal(t, test.want, ExitCode(test.ctx, test.err), "%v", test.err)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	require.NoError(t, Parse(flags, nil))
	assert.ErrorIs(t, Parse(flags, []string{"-h"}), flag.ErrHelp)
	assert.ErrorAs(t, Parse(flags, []string{"-nonsense"}), new(UsageError))
}

// TestLines: no text of the service moves the cursor of a terminal, and what is
// printed as a command is one for a shell.
func TestLines(t *testing.T) {
	t.Parallel()
	var out, problems bytes.Buffer
	p := &Program{Command: []string{"./x", "-a=1", "it's", "", "ä b"}, Stdout: &out, Stderr: &problems}
	p.Printf("%s", "one\x1b[2J\ntwo\r")
	p.Sayf("To go on: %s", p.Again())
	assert.Equal(t, "one [2J\ntwo \n", out.String())
	assert.Equal(t, `To go on: ./x -a=1 'it'\''s' '' 'ä b'`+"\n", problems.String())
}

// TestClient: the token of the fake goes to this machine only.
func TestClient(t *testing.T) {
	t.Setenv("WORKATO_API_TOKEN", "")
	fake := workatotest.New(t)
	for address, want := range map[string]string{fake.URL(): "", "https://workato.example": "token", "": "WORKATO_API_TOKEN", "::": "token"} {
		s := &Service{BaseURL: address, Share: 1}
		limiter, err := s.Limiter()
		require.NoError(t, err)
		client, err := s.Client("test", limiter)
		if want != "" {
			assert.ErrorAs(t, err, new(UsageError), address)
			assert.ErrorContains(t, err, want, address)
			continue
		}
		require.NoError(t, err)
		_, err = client.Workspace.Whoami(t.Context())
		require.NoError(t, err)
	}
	_, err := (&Service{Share: 2}).Limiter()
	assert.ErrorAs(t, err, new(UsageError))
}
