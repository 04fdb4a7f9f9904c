// Command hello is the smallest program that does something with package
// workato. "scripts/check size" builds it to see what the package costs.
package main

import (
	"context"
	"fmt"

	"github.com/go-workato/workato"
)

func main() {
	client, err := workato.NewClient(workato.FromEnv())
	if err != nil {
		fmt.Println(err)
		return
	}
	connections, err := client.Connections.List(context.Background(), workato.ExternalID("A2300"), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(connections), "connections")
}
