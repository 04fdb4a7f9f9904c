package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/go-workato/workato/examples/internal/cli"
	"github.com/go-workato/workato/workatotest"
)

//go:embed plan.yaml
var demoPlan []byte

// demonstrate onboards a customer on a fake in this process. The response to the
// import is lost: its effect is found, and it is not sent again.
func (p *program) demonstrate(ctx context.Context) (err error) {
	fake := workatotest.NewServer()
	defer fake.Close()
	fake.Inject(workatotest.Fault{On: "imports.create", Do: workatotest.ResetAfter})
	dir, err := os.MkdirTemp("", "onboard-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	pkg, err := demoPackage()
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{
		"plan.yaml": demoPlan, "billing-2.4.0.zip": pkg,
		"billing.secret": []byte("secret of the demonstration\n"), "database.password": []byte("password of the demonstration\n"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return err
		}
	}
	fmt.Fprintln(p.Stdout, "No command: onboarding the customer of plan.yaml on a fake in this process. Try: onboard apply -h")
	step := func(title string, want error, change func(*job)) error {
		fmt.Fprintln(p.Stdout, "\n"+title)
		j := &job{
			plan: filepath.Join(dir, "plan.yaml"), journal: filepath.Join(dir, "onboard.journal"),
			Service: cli.Service{BaseURL: fake.URL(), Token: workatotest.Token, Share: 1}, settle: time.Second, poll: 10 * time.Millisecond,
		}
		change(j)
		if err := p.work(ctx, j); !errors.Is(err, want) {
			return fmt.Errorf("%s %w", title, err)
		}
		return nil
	}
	if err := errors.Join(
		step("onboard diff plan.yaml", errDiffers, func(j *job) { j.diff, j.dry = true, true }),
		step("onboard apply plan.yaml (the response to the import is lost)", errNeedsUser, func(*job) {}),
	); err != nil {
		return err
	}
	fake.Authorize("acme", "Jira")
	if err := errors.Join(
		step("onboard apply plan.yaml (the user has connected Jira)", nil, func(*job) {}),
		step("onboard apply plan.yaml (once more)", nil, func(*job) {}),
	); err != nil {
		return err
	}
	imports := len(fake.Customer("acme").Imports)
	fmt.Fprintf(p.Stdout, "\nThe fake has got %d import.\n", imports)
	if imports != 1 {
		return fmt.Errorf("%d imports", imports)
	}
	return nil
}

// demoPackage is a package with two connections, a recipe that needs one of them,
// one that needs none, and one that tells the version.
func demoPackage() ([]byte, error) {
	return workatotest.PackageOf(workatotest.Customer{
		Connections: []*workatotest.Connection{
			{Name: "Invoice database", Provider: "postgresql", Folder: "connections"},
			{Name: "Jira", Provider: "jira", Folder: "connections"},
		},
		Recipes: []*workatotest.Recipe{
			{Name: "Send invoices", Description: "Every hour", Folder: "recipes"},
			{Name: "Open issue for overdue invoice", Description: "In Jira", Folder: "recipes", Uses: []string{"Jira"}},
			{Name: "_release", Description: "billing 2.4.0", Folder: "recipes"},
		},
	})
}
