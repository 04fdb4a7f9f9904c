// Doctor finds out what keeps a program from reaching the Embedded API: it
// makes one harmless read for each family of endpoints, prints the results, and
// says what to fix first. Run it before anything else:
//
//	WORKATO_API_TOKEN=... WORKATO_REGION=eu go run ./examples/doctor
//
// -customer names the workspace to read, such as 98178 or EA2300, instead of the first of
// the list. -other-regions shows the token to the other data centres if this one
// refuses it.
//
// Without a token it examines a fake of the service in this process. The exit
// status is 0 if every check passes, 1 if not, and 2 for wrong flags or
// settings.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, out, problems io.Writer) int {
	var params workato.DiagnoseParams
	flags := flag.NewFlagSet("doctor", flag.ContinueOnError)
	flags.SetOutput(problems)
	flags.TextVar(&params.Customer, "customer", workato.CustomerID{}, "whose workspace to read: an `id` such as 98178 or EA2300 (the first of the list)")
	flags.BoolVar(&params.OtherRegions, "other-regions", false, "show the token to the other data centres if this one refuses it")
	if flags.Parse(args) != nil {
		return 2
	}
	client, cleanup, err := connect(out)
	if err != nil {
		fmt.Fprintln(problems, "doctor:", err)
		return 2
	}
	defer cleanup()
	found, err := client.Diagnose(ctx, &params)
	if found != nil {
		report(out, found)
	}
	if err != nil {
		fmt.Fprintln(problems, "doctor:", err)
		return 1
	}
	if !found.OK() {
		return 1
	}
	return 0
}

// connect makes a client for the account of the environment, or for a fake.
func connect(out io.Writer) (*workato.Client, func(), error) {
	if os.Getenv("WORKATO_API_TOKEN") != "" || os.Getenv("WORKATO_USER_TOKEN") != "" {
		client, err := workato.NewClient(workato.FromEnv())
		return client, func() {}, err
	}
	fmt.Fprintln(out, "WORKATO_API_TOKEN is not set: this examines a fake of the service.")
	fake := workatotest.NewServer()
	fake.AddCustomer(workatotest.Customer{ExternalID: "A2300", Name: "Acme"})
	client, err := workato.NewClient(workato.WithBaseURL(fake.URL()), workato.WithAPIToken(workatotest.Token))
	return client, fake.Close, err
}

// report prints a line for each check, and what to do.
func report(out io.Writer, found *workato.Diagnosis) {
	fmt.Fprintf(out, "address    %s\n", found.BaseURL)
	if found.Workspace != "" {
		fmt.Fprintf(out, "workspace  %s\n", found.Workspace)
	}
	if found.ClockSkew != nil {
		fmt.Fprintf(out, "clock      %v off\n", found.ClockSkew.Abs())
	}
	fmt.Fprintln(out)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "FAMILY\tREAD\tSTATUS\tTIME\tFOUND\tHOW IT IS KNOWN")
	for _, check := range found.Checks {
		status, cause := "-", check.Cause
		if check.StatusCode != 0 {
			status = strconv.Itoa(check.StatusCode)
		}
		if cause == workato.CauseNone {
			cause = "ok"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%v\t%s\t%s\n", check.Family, check.Operation, status, check.Duration.Round(time.Millisecond), cause, check.Reason)
	}
	_ = table.Flush() // the writer below it reports nothing either
	fmt.Fprintln(out)
	if found.OK() {
		fmt.Fprintln(out, "All is well.")
		return
	}
	fmt.Fprintf(out, "%s: %s\n", found.Cause, found.Reason)
}
