package workato_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

type customerKey struct{}

// withCustomer is a slog.Handler that adds the customer in the context to every
// record: those of the client too, which themselves name no customer.
type withCustomer struct{ slog.Handler }

func (h withCustomer) Handle(ctx context.Context, r slog.Record) error {
	if id, ok := ctx.Value(customerKey{}).(workato.CustomerID); ok {
		r.AddAttrs(slog.String("customer", id.String()))
	}
	return h.Handler.Handle(ctx, r)
}

// Every error of the client has the same keys in a log, and the customer can
// come from the context.
func ExampleWithLogger() {
	fake := workatotest.NewServer()
	defer fake.Close()
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme"})
	logger := slog.New(withCustomer{slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == "request_id" { // these differ from run to run
				return slog.Attr{}
			}
			return a
		},
	})})
	client, err := fake.NewClient(workato.WithLogger(logger))
	if err != nil {
		fmt.Println(err)
		return
	}

	acme := workato.ExternalID("acme")
	ctx := context.WithValue(context.Background(), customerKey{}, acme)
	_, err = client.Recipes.Get(ctx, acme, 404, nil)
	logger.ErrorContext(ctx, "get", "error", err)
	// Output:
	// level=ERROR msg=get error.operation=recipes.get error.status=404 error.message="Not found" error.attempts=1 error.outcome_unknown=false customer=Eacme
}
