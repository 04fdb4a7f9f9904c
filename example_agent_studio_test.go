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
	// Output:
	// Billing desk stopped: Be brief.
	// true <nil>
}

// What the genies of a customer can do.
func ExampleSkillService_List() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Recipes: []*workatotest.Recipe{{ID: 4100, Name: "Find an invoice", Running: true}},
		Records: map[string][]workatotest.Record{"skills": {{"id": "skl-1", "name": "Find an invoice", "provider_id": 4100}}},
	})
	defer done()
	customer := workato.ExternalID("acme")

	skills, err := client.Skills.List(ctx, customer, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, skill := range skills.Items {
		skill, err := client.Skills.Get(ctx, customer, skill.ID)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(skill.Name, *skill.ProviderID, skill.Running)
	}
	// Output:
	// Find an invoice 4100 true
}

// What the genies of a customer know.
func ExampleKnowledgeBaseService_List() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Records: map[string][]workatotest.Record{"knowledge_bases": {{"id": "kb-1", "name": "Price lists"}}},
	})
	defer done()
	customer := workato.ExternalID("acme")

	bases, err := client.KnowledgeBases.List(ctx, customer, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, base := range bases.Items {
		base, err := client.KnowledgeBases.Get(ctx, customer, base.ID)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(base.Name, "with", base.StorageSize, "bytes")
	}
	// Output:
	// Price lists with 0 bytes
}
