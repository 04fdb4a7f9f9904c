package workato_test

import (
	"context"
	"fmt"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

func ExampleGenieService_Create() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Folders: []*workatotest.Folder{{ID: 2100, Name: "Billing"}},
		Recipes: []*workatotest.Recipe{{ID: 4100, Name: "Find an invoice", FolderID: 2100, Running: true}},
		Records: map[string][]workatotest.Record{
			"skills":          {{"id": "skl-1", "name": "Find an invoice", "provider_id": 4100, "folder_id": 2100}},
			"knowledge_bases": {{"id": "kb-1", "name": "Price lists", "folder_id": 2100}},
		},
	})
	defer done()
	customer := workato.ExternalID("acme")

	made, err := client.Genies.Create(ctx, customer, &workato.GenieCreateParams{Name: "Billing desk", FolderID: 2100})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Genies.Update(ctx, customer, made.ID, &workato.GenieUpdateParams{Instructions: workato.Set("Be brief.")})
	if err != nil {
		fmt.Println(err)
		return
	}
	genie, err := client.Genies.Get(ctx, customer, made.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(genie.Name, genie.State+":", *genie.Instructions)
	for genie, err := range client.Genies.All(ctx, customer, &workato.GenieListParams{FolderID: 2100}) {
		fmt.Println(genie.ID == made.ID, err)
	}
	skill, err := client.Skills.Get(ctx, customer, "skl-1")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(skill.Name, *skill.ProviderID, skill.Running)
	base, err := client.KnowledgeBases.Get(ctx, customer, "kb-1")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(base.Name, "with", base.StorageSize, "bytes")
	skills, err := client.Skills.List(ctx, customer, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	bases, err := client.KnowledgeBases.List(ctx, customer, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(skills.Items), len(bases.Items))
	// Output:
	// Billing desk stopped: Be brief.
	// true <nil>
	// Find an invoice 4100 true
	// Price lists with 0 bytes
	// 1 1
}
