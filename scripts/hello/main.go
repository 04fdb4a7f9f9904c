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
	connections, err := client.Connections.List(context.Background(), workato.ExternalID("A2300"), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(connections), "connections")
}
