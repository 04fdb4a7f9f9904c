package ratelimit_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/ratelimit"
)

// One Limiter serves all clients of a process. This one leaves half of every
// quota to other programs of the partner.
func Example() {
	limiter, err := ratelimit.New(ratelimit.Share(0.5))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, token := range []string{"key of the onboarding", "key of the reports"} {
		_, err := workato.NewClient(
			workato.WithAPIToken(token),
			workato.WithRegion(workato.RegionUS),
			workato.WithLimiter(limiter),
		)
		fmt.Println(err)
	}
	// Output:
	// <nil>
	// <nil>
}

// A call that cannot go before its deadline fails at once.
func ExampleLimiter_Wait() {
	limiter, err := ratelimit.New(ratelimit.PerHour("imports", 2))
	if err != nil {
		fmt.Println(err)
		return
	}
	start := workato.Operation{Name: "imports.create", Quota: workato.Quota{Family: "imports", PerMinute: 1000, PerHour: 500}}
	status := workato.Operation{Name: "imports.get", Quota: workato.Quota{Family: "imports", PerMinute: 1000}}

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	for range 3 {
		err := limiter.Wait(ctx, start)
		var refused *ratelimit.Error
		if errors.As(err, &refused) {
			fmt.Printf("%s: try again in %v\n", refused.Family, refused.Wait.Round(time.Minute))
			fmt.Println(errors.Is(err, context.DeadlineExceeded))
			continue
		}
		fmt.Println("import", err)
	}
	fmt.Println("status", limiter.Wait(ctx, status)) // has no hourly quota
	// Output:
	// import <nil>
	// import <nil>
	// imports: try again in 1h0m0s
	// true
	// status <nil>
}

// A 429 pauses its quota for all users of the Limiter.
func ExampleLimiter_Observe() {
	limiter, err := ratelimit.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	list := workato.Operation{Name: "connections.list", Quota: workato.Quota{Family: "connections.list", PerMinute: 1000}}
	limiter.Observe(list, 429, 30*time.Second) // the client does this

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	fmt.Println(errors.Is(limiter.Wait(ctx, list), context.DeadlineExceeded))
	// Output: true
}

// Stats is meant for a metrics page.
func ExampleLimiter_Stats() {
	limiter, err := ratelimit.New(ratelimit.Share(0.25), ratelimit.PerMinute("connections.list", 4000), ratelimit.Burst(5))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	for _, family := range []string{"recipes", "connections.list", "recipes"} {
		if err := limiter.Wait(ctx, workato.Operation{Quota: workato.Quota{Family: family}}); err != nil {
			fmt.Println(err)
		}
	}
	for _, state := range limiter.Stats() {
		fmt.Printf("%s: %d of %d\n", state.Family, state.UsedMinute, state.PerMinute)
	}
	// Output:
	// connections.list: 1 of 1000
	// recipes: 2 of 15
}
