// Command hello is the smallest program that does something with package
// workato. "scripts/check size" builds it to see what the package costs.
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
