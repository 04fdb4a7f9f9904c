// Command consumer is a program outside of this module that imports all of its
// public packages. That it builds, with the oldest Go, shows that they can be
// used with what they export and with the dependencies that they name.
package main

import (
	"context"
	"errors"
	"log"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/embed"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/ratelimit"
	"github.com/go-workato/workato/workatotest"
)

func main() {
	fake := workatotest.NewServer()
	defer fake.Close()
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme"})
	quotas, err := ratelimit.New()
	if err != nil {
		log.Print(err)
		return
	}
	client, err := workato.NewClient(workato.WithAPIToken(workatotest.Token), workato.WithBaseURL(fake.URL()), workato.WithLimiter(quotas))
	if err != nil {
		log.Print(err)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	folder, err := provision.EnsureFolder(ctx, client, workato.ExternalID("acme"), []string{"Billing"})
	if err != nil {
		log.Print(err)
		return
	}
	_, err = embed.ParsePrivateKey(nil)
	log.Print(folder.Value.Name, ", ", errors.Is(err, workato.ErrInvalidArgument))
}
