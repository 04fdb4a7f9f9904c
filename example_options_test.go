package workato_test

import (
	"context"
	"fmt"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// printing is a Hook that prints; others count or trace.
type printing struct{}

func (printing) Operation(ctx context.Context, op workato.Operation) (context.Context, func(error)) {
	return ctx, func(err error) { fmt.Println(op.Name, "ended:", err) }
}

func (printing) Attempt(ctx context.Context, op workato.Operation, number int) (context.Context, func(workato.AttemptResult)) {
	return ctx, func(r workato.AttemptResult) {
		fmt.Println(op.Method, op.Path, "attempt", number, "status", r.StatusCode, "again:", r.WillRetry)
	}
}

func ExampleWithHook() {
	fake := workatotest.NewServer()
	defer fake.Close()
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme"})
	fake.Inject(workatotest.Fault{On: "connections.list", Do: workatotest.Respond, Status: 503})
	client, err := fake.NewClient(workato.WithHook(printing{}), workato.WithRetry(workato.RetryPolicy{
		MaxRetries: 1,
		MinWait:    1, // nanosecond; leave it at 0 to wait up to half a second
	}))
	if err != nil {
		fmt.Println(err)
		return
	}

	connections, err := client.Connections.List(context.Background(), workato.ExternalID("acme"), nil)
	fmt.Println(len(connections), err)
	// Output:
	// GET /api/managed_users/{customer}/connections attempt 1 status 503 again: true
	// GET /api/managed_users/{customer}/connections attempt 2 status 200 again: false
	// connections.list ended: <nil>
	// 0 <nil>
}
