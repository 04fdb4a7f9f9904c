package provision_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// quickPolls suits a service that needs no time.
var quickPolls = provision.WithImportWait(workato.ImportWaitParams{MinInterval: time.Millisecond, MaxInterval: time.Millisecond})

// exampleFleet makes a service with three customers, and a file with a package.
func exampleFleet() (client *workato.Client, pkg, dir string) {
	fake := workatotest.NewServer()
	for _, name := range []string{"acme", "globex", "initech"} {
		fake.AddCustomer(workatotest.Customer{ExternalID: name, Name: name, Folders: []*workatotest.Folder{{Name: "Billing"}}})
	}
	client, err := fake.NewClient()
	check(err)
	dir, err = os.MkdirTemp("", "rollout")
	check(err)
	pkg = filepath.Join(dir, "billing-2.4.0.zip")
	check(os.WriteFile(pkg, zipped(new(testing.T), map[string]string{"_release": "billing 2.4.0"}), 0o600))
	return client, pkg, dir
}

// example is a rollout to three customers that is enrolled and not begun.
type example struct {
	fake   *workatotest.Server
	ledger provision.Ledger
}

func newExample(faults ...workatotest.Fault) *example {
	e := &example{fake: workatotest.NewServer(), ledger: provision.Memory()}
	for _, name := range []string{"acme", "globex", "initech"} {
		e.fake.AddCustomer(workatotest.Customer{ExternalID: name, Name: name, Folders: []*workatotest.Folder{{Name: "Billing"}}})
	}
	e.fake.Inject(faults...)
	ctx := context.Background()
	_, err := e.rollout(provision.Strategy{}).Enroll(ctx, provision.Targets(e.client().ManagedUsers.All(ctx, nil)))
	check(err)
	return e
}

func (e *example) close() { e.fake.Close() }

func (e *example) client() *workato.Client {
	client, err := e.fake.NewClient()
	check(err)
	return client
}

func (e *example) rollout(s provision.Strategy) *provision.Rollout {
	r, err := provision.NewRollout(e.client(), e.ledger, "billing-2.4.0", provision.Release{
		Name: "billing", Version: "2.4.0", Package: workato.PackageBytes(zipped(new(testing.T), map[string]string{"_release": "billing 2.4.0"})),
		Folder: []string{"Billing"}, Restart: provision.RestartRunning, Detect: provision.ByMarker("_release"),
	}, s, quickPolls)
	check(err)
	return r
}
