package workato_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// The keys of a status are those of the fake: no source shows the real ones.
func ExampleOnPremAgentService_Create() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme"})
	defer done()
	customer := workato.ExternalID("acme")

	group, err := client.OnPremGroups.Create(ctx, customer, &workato.OnPremGroupCreateParams{Name: "Plant A"})
	if err != nil {
		fmt.Println(err)
		return
	}
	agent, err := client.OnPremAgents.Create(ctx, customer, &workato.OnPremAgentCreateParams{Name: "host-1", OS: workato.OnPremMac, OnPremGroupID: group.ID})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(agent.Name, agent.State)
	found, err := client.OnPremAgents.Search(ctx, customer, &workato.OnPremAgentSearchParams{CN: agent.CN})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(found), found[0].ID == agent.ID)

	agent, err = client.OnPremAgents.Update(ctx, customer, agent.ID, &workato.OnPremAgentUpdateParams{Enabled: workato.Set(false)})
	if err != nil {
		fmt.Println(err)
		return
	}
	status, err := client.OnPremAgents.Status(ctx, customer, agent.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(status.Raw))
	fmt.Println(client.OnPremAgents.Delete(ctx, customer, agent.ID))
	_, err = client.OnPremAgents.Get(ctx, customer, agent.ID)
	fmt.Println("gone:", errors.Is(err, workato.ErrNotFound))
	agents, err := client.OnPremAgents.List(ctx, customer)
	fmt.Println(len(agents), err)
	// Output:
	// host-1 awaiting_setup
	// 1 true
	// {"data":{"status":"disabled"}}
	// <nil>
	// gone: true
	// 0 <nil>
}

func ExampleOnPremGroupService_Update() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Records: map[string][]workatotest.Record{"on_prem_groups": {{"id": 310, "name": "Plant A"}}},
	})
	defer done()
	customer := workato.ExternalID("acme")

	group, err := client.OnPremGroups.Get(ctx, customer, 310)
	if err != nil {
		fmt.Println(err)
		return
	}
	group, err = client.OnPremGroups.Update(ctx, customer, group.ID, &workato.OnPremGroupUpdateParams{UseManagedConnection: workato.Set(true)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(group.Name, group.UseManagedConnection)
	status, err := client.OnPremGroups.Status(ctx, customer, group.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(status.Raw))
	fmt.Println(client.OnPremGroups.Delete(ctx, customer, group.ID))
	groups, err := client.OnPremGroups.List(ctx, customer)
	fmt.Println(len(groups), err)
	// Output:
	// Plant A true
	// {"data":{"status":"inactive"}}
	// <nil>
	// 0 <nil>
}
