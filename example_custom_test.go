package workato_test

import (
	"context"
	"fmt"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// An OAuth app of the partner is given to a customer and taken away again.
func ExampleCustomOAuthProfileService_Assign() {
	ctx, customer := context.Background(), workato.ExternalID("acme")
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme"})
	defer done()

	profile, err := client.CustomOAuthProfiles.Create(ctx, &workato.CustomOAuthProfileCreateParams{
		Name: "CRM", Provider: "hubspot", Data: workato.CustomOAuthProfileData{ClientID: "abc", ClientSecret: workato.NewSecret("test-token")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := client.CustomOAuthProfiles.Assign(ctx, customer, profile.ID); err != nil {
		fmt.Println(err)
		return
	}
	for profile, err := range client.CustomOAuthProfiles.All(ctx, nil) {
		fmt.Println(profile.Name, profile.OEMCustomersCount, profile.Data.ClientSecret.IsZero(), err)
	}

	_, err = client.CustomOAuthProfiles.Update(ctx, profile.ID, &workato.CustomOAuthProfileUpdateParams{Name: workato.Set("CRM (old)")})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(client.CustomOAuthProfiles.Unassign(ctx, customer, profile.ID, &workato.CustomOAuthProfileUnassignParams{Force: true}))
	profile, err = client.CustomOAuthProfiles.Get(ctx, profile.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(profile.Name, profile.OEMCustomersCount)
	fmt.Println(client.CustomOAuthProfiles.Delete(ctx, profile.ID))
	// Output:
	// CRM 1 true <nil>
	// <nil>
	// CRM (old) 0
	// <nil>
}

// The latest version of a custom connector is shared with all customers.
func ExampleCustomConnectorService_OEMShare() {
	ctx := context.Background()
	fake := workatotest.NewServer()
	defer fake.Close()
	err := fake.Seed(workatotest.State{Own: &workatotest.Customer{Records: map[string][]workatotest.Record{"custom_connectors": {
		{"id": 71, "name": "acme_connector_9", "title": "Acme", "latest_released_version": 4, "released_versions": []any{map[string]any{"version": 4}}},
	}}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := fake.NewClient()
	if err != nil {
		fmt.Println(err)
		return
	}

	notShared := false
	for connector, err := range client.CustomConnectors.All(ctx, &workato.CustomConnectorListParams{OEMShared: &notShared}) {
		if err != nil || connector.LatestReleasedVersion == nil {
			continue
		}
		fmt.Println(connector.Title, client.CustomConnectors.OEMShare(ctx, connector.ID, connector.LatestReleasedVersion.Version))
	}
	connectors, err := client.CustomConnectors.List(ctx, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("version", *connectors[0].OEMSharedVersion, client.CustomConnectors.Unshare(ctx, 71))
	connector, err := client.CustomConnectors.Get(ctx, 71)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(connector.OEMSharedVersion == nil)
	// Output:
	// Acme <nil>
	// version 4 <nil>
	// true
}

// The bodies are those of the fake: no source shows the real ones.
func ExampleFieldMappingService_Update() {
	ctx, customer := context.Background(), workato.ExternalID("acme")
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Recipes: []*workatotest.Recipe{{ID: 41354, Name: "Sync"}},
		Records: map[string][]workatotest.Record{"field_map_introspections": {{"recipe_id": 41354, "handle": "dm-1", "sources": []any{}}}},
	})
	defer done()

	mappings, err := client.FieldMappings.List(ctx, customer, 41354)
	if err != nil {
		fmt.Println(err)
		return
	}
	handle := mappings[0].Handle
	if _, err := client.FieldMappings.RefreshSchema(ctx, customer, 41354, handle); err != nil {
		fmt.Println(err)
		return
	}
	values, err := client.FieldMappings.PickList(ctx, customer, 41354, handle, &workato.FieldMappingParams{Body: map[string]any{"field": "email"}})
	fmt.Println(string(values), err)
	_, err = client.FieldMappings.Update(ctx, customer, 41354, handle, &workato.FieldMappingParams{Body: map[string]any{"sources": []any{1}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.FieldMappings.UpdateMany(ctx, customer, 41354, &workato.FieldMappingParams{
		Body: map[string]any{"data": []any{map[string]any{"handle": handle, "note": "checked"}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	mapping, err := client.FieldMappings.Get(ctx, customer, 41354, handle)
	fmt.Println(string(mapping), err)
	// Output:
	// {"data":[]} <nil>
	// {"data":{"handle":"dm-1","note":"checked","sources":[1]}} <nil>
}
