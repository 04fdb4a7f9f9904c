// Command hello is a minimal program that uses package workato. "scripts/check
// size" builds it to measure the size of the package.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/go-workato/workato"
)

func main() {
	client, err := workato.NewClient(workato.FromEnv())
	if err != nil {
		log.Fatal(err)
	}
	customers, err := client.ManagedUsers.List(context.Background(), nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, customer := range customers.Items {
		fmt.Println(customer.ID, customer.Name)
	}
}
