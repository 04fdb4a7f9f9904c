package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/go-workato/workato/examples/internal/cli"
	"github.com/go-workato/workato/workatotest"
)

// demonstrate rolls a release out to the customers of a fake in this process. The
// response to one import is lost: its effect is found, and it is not sent again.
func (p *program) demonstrate(ctx context.Context) (err error) {
	const customers = 20
	fake := workatotest.NewServer()
	defer fake.Close()
	seed := workatotest.State{}
	for i := range customers {
		seed.Customers = append(seed.Customers, &workatotest.Customer{
			ExternalID: fmt.Sprintf("customer-%02d", i+1), Name: fmt.Sprintf("Customer %d", i+1), Folders: []*workatotest.Folder{{Name: "Billing"}},
		})
	}
	if err := fake.Seed(seed); err != nil {
		return err
	}
	fake.Inject(workatotest.Fault{On: "imports.create", Call: 7, Do: workatotest.ResetAfter})
	dir, err := os.MkdirTemp("", "rollout-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	fmt.Fprintf(p.Stdout, "No command: rolling out to the %d customers of a fake in this process. Try: rollout run -h\n", customers)
	j := &job{
		service: service{Service: cli.Service{BaseURL: fake.URL(), Token: workatotest.Token, Share: 1}, importsPerHour: -1, unlimited: true},
		book:    book{path: filepath.Join(dir, "rollout.db"), lock: true},
		plan:    plan{waves: "1,25%,100%", tolerance: "1"},
		name:    "billing", version: "2.4.0", folder: "Billing", marker: "_release",
		settle: time.Second, lease: 2 * time.Minute, poll: 50 * time.Millisecond,
	}
	if err := p.runJob(ctx, j); err != nil {
		return err
	}
	imports := 0
	for _, c := range fake.Snapshot().Customers {
		imports += len(c.Imports)
	}
	fmt.Fprintf(p.Stdout, "The fake has got %d imports for %d customers. One response was lost: its effect was found.\n", imports, customers)
	if imports != customers {
		return fmt.Errorf("%d imports for %d customers", imports, customers)
	}
	return nil
}
