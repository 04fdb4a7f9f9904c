package ratelimit_test

import (
	"context"
	"fmt"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/ratelimit"
)

// A call that has to wait can report it.
func ExampleOnWait() {
	ctx, cancel := context.WithCancel(context.Background())
	limiter, err := ratelimit.New(ratelimit.PerMinute("folders", 1), ratelimit.OnWait(func(w ratelimit.Wait) {
		fmt.Printf("%s waits %v for %s: %s\n", w.Operation, w.Duration.Round(time.Second), w.Family, w.Reason)
		cancel() // this example does not
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	create := workato.Operation{Name: "folders.create", Quota: workato.Quota{Family: "folders"}}
	fmt.Println(limiter.Wait(ctx, create))
	_ = limiter.Wait(ctx, create)
	// Output:
	// <nil>
	// folders.create waits 1m1s for folders: quota per minute
}

// A job that was killed after 500 imports continues when their hour is over.
func ExampleLimiter_Charge() {
	limiter, err := ratelimit.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	create := workato.Operation{Name: "imports.create", Quota: workato.Quota{Family: "imports", PerMinute: 1000, PerHour: 500}}
	fmt.Println(limiter.Limits(create).PerHour, "an hour")
	journal := make([]time.Time, 500) // when each import was sent
	for i := range journal {
		journal[i] = time.Now().Add(-20 * time.Minute)
	}
	limiter.Charge(create, journal...)
	fmt.Println("the next one in", limiter.Delay(create).Round(time.Minute))
	// Output:
	// 500 an hour
	// the next one in 40m0s
}
