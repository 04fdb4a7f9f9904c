package workato_test

import (
	"context"
	"fmt"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// A recipe of the customer becomes an API, and a client gets a key to call it.
func ExampleAPIKeyService_Create() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Recipes: []*workatotest.Recipe{{ID: 9912, Name: "Add order", Running: true}},
		Records: map[string][]workatotest.Record{"api_endpoints": {{"id": 7, "name": "Add order", "flow_id": 9912, "active": false}}},
	})
	defer done()
	customer := workato.ExternalID("acme")

	orders, err := client.APICollections.Create(ctx, customer, &workato.APICollectionCreateParams{Name: "Orders", ProjectID: 5501})
	if err != nil {
		fmt.Println(err)
		return
	}
	for endpoint, err := range client.APIEndpoints.All(ctx, customer, nil) {
		fmt.Println(endpoint.Name, err, client.APIEndpoints.Enable(ctx, customer, endpoint.ID))
	}
	shop, err := client.APIClients.Create(ctx, customer, &workato.APIClientCreateParams{
		Name: "shop", APICollectionIDs: []int64{orders.ID}, AuthType: workato.APIAuthToken,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	key, err := client.APIKeys.Create(ctx, customer, shop.ID, &workato.APIKeyCreateParams{Name: "k1", IPAllowList: []string{"198.51.100.7"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	keep := key.AuthToken.Reveal() // into a vault: no other call shows it
	fmt.Println(key.Name, key.Active, key.AuthToken, keep != "")
	fmt.Println("enabled:", client.APIKeys.Enable(ctx, customer, shop.ID, key.ID))
	shop, err = client.APIClients.Get(ctx, customer, shop.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(shop.Name, "calls", shop.APICollections[0].Name, "with", *shop.ActiveAPIKeysCount, "key")
	// Output:
	// Add order <nil> <nil>
	// k1 false *** true
	// enabled: <nil>
	// shop calls Orders with 1 key
}

// The secret of a key is changed: the old one stops working at once.
func ExampleAPIKeyService_RefreshSecret() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme",
		Records: map[string][]workatotest.Record{
			"api_collections": {{"id": 61, "name": "Orders"}}, "api_endpoints": {{"id": 7, "name": "Add order", "active": true}},
			"api_clients": {{"id": 42, "name": "shop"}}, "api_keys": {{"id": 10, "name": "k1", "active": true, "api_client_id": 42}},
		},
	})
	defer done()
	customer := workato.ExternalID("acme")

	for client, err := range client.APIClients.All(ctx, customer, nil) {
		fmt.Println("client", client.Name, err)
	}
	for collection, err := range client.APICollections.All(ctx, customer, nil) {
		fmt.Println("collection", collection.Name, err)
	}
	_, err := client.APIClients.Update(ctx, customer, 42, &workato.APIClientUpdateParams{Name: "web shop", APICollectionIDs: []int64{61}})
	fmt.Println("update", err)
	_, err = client.APIKeys.Update(ctx, customer, 42, 10, &workato.APIKeyUpdateParams{IPDenyList: workato.Set([]string{"203.0.113.0/24"})})
	fmt.Println("update", err)
	for key, err := range client.APIKeys.All(ctx, customer, 42, nil) {
		fmt.Println("key", key.Name, key.IPDenyList, "shows its token:", !key.AuthToken.IsZero(), err)
	}
	key, err := client.APIKeys.RefreshSecret(ctx, customer, 42, 10)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("shown once:", !key.AuthToken.IsZero())
	fmt.Println("disabled:", client.APIEndpoints.Disable(ctx, customer, 7))
	// Output:
	// client shop <nil>
	// collection Orders <nil>
	// update <nil>
	// update <nil>
	// key k1 [203.0.113.0/24] shows its token: false <nil>
	// shown once: true
	// disabled: <nil>
}

// A collection of endpoints, the unit that clients may call.
func ExampleAPICollectionService_Create() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme"})
	defer done()

	orders, err := client.APICollections.Create(ctx, workato.ExternalID("acme"), &workato.APICollectionCreateParams{Name: "Orders", ProjectID: 5501})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(orders.Name)
	// Output: Orders
}

// The endpoints that a customer's recipes serve; one is taken out of service.
func ExampleAPIEndpointService_All() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Records: map[string][]workatotest.Record{"api_endpoints": {{"id": 7, "name": "Add order", "active": true}}},
	})
	defer done()
	customer := workato.ExternalID("acme")

	for endpoint, err := range client.APIEndpoints.All(ctx, customer, nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(endpoint.Name, endpoint.Active, client.APIEndpoints.Disable(ctx, customer, endpoint.ID))
	}
	// Output: Add order true <nil>
}

// Who may call the APIs of a customer.
func ExampleAPIClientService_All() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{
		ExternalID: "acme", Records: map[string][]workatotest.Record{"api_clients": {{"id": 42, "name": "shop"}}},
	})
	defer done()

	for client, err := range client.APIClients.All(ctx, workato.ExternalID("acme"), nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(client.ID, client.Name)
	}
	// Output: 42 shop
}

// A client of the old model, for workspaces that still have them.
func ExampleAPIAccessProfileService_Create() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme"})
	defer done()
	customer := workato.ExternalID("acme")

	shop, err := client.APIClientsV1.Create(ctx, customer, &workato.APIClientV1CreateParams{Name: "shop"})
	if err != nil {
		fmt.Println(err)
		return
	}
	profile, err := client.APIAccessProfiles.Create(ctx, customer, &workato.APIAccessProfileCreateParams{
		Name: "shop app", APIClientID: shop.ID, APICollectionIDs: []int64{61}, AuthType: workato.APIAuthOAuth2,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(profile.Name, profile.OAuthClientID != nil, profile.OAuthClientSecret)
	fmt.Println(client.APIAccessProfiles.Disable(ctx, customer, profile.ID), client.APIAccessProfiles.Enable(ctx, customer, profile.ID))
	again, err := client.APIAccessProfiles.RefreshSecret(ctx, customer, profile.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("another secret:", !again.OAuthClientSecret.Equal(profile.OAuthClientSecret))
	// Output:
	// shop app true ***
	// <nil> <nil>
	// another secret: true
}
