// Command worker is a worker of rollouts, for tests that kill it.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/contrib/temporal"
	"github.com/go-workato/workato/workatotest"
)

func main() {
	server := flag.String("server", "", "address of the Temporal server")
	namespace := flag.String("namespace", "", "namespace on it")
	queue := flag.String("queue", "", "task queue")
	service := flag.String("service", "", "address of the service")
	pack := flag.String("package", "", "path of the package, whatever its reference is")
	flag.Parse()
	log.SetFlags(0)
	if err := run(*server, *namespace, *queue, *service, *pack); err != nil {
		log.Fatal(err)
	}
}

func run(server, namespace, queue, service, pack string) error {
	c, err := client.Dial(client.Options{HostPort: server, Namespace: namespace, Logger: quiet{}})
	if err != nil {
		return err
	}
	defer c.Close()
	workspaces, err := workato.NewClient(workato.WithAPIToken(workatotest.Token), workato.WithBaseURL(service),
		workato.WithRetry(workato.RetryPolicy{MaxRetries: 2, MinWait: time.Millisecond, MaxWait: time.Second}))
	if err != nil {
		return err
	}
	// A workflow that waits for a worker which was killed would wait for 5 seconds
	// each time.
	worker.SetStickyWorkflowCacheSize(0)
	w := worker.New(c, queue, worker.Options{})
	err = temporal.Register(w, temporal.Config{
		Client: workspaces, Package: func(context.Context, string) (workato.Package, error) { return workato.PackageFile(pack), nil },
	})
	if err != nil {
		return err
	}
	if err := w.Start(); err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, "started")
	select {}
}

// quiet is a logger of the SDK that says nothing: nobody reads what it says.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}
