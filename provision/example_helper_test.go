package provision_test

import (
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
