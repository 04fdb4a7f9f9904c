package workato_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

func ExampleNewClient() {
	_, err := workato.NewClient(workato.WithAPIToken(""), workato.WithBaseURL("http://workato.example.com"))
	fmt.Println(err) // all errors at once
	client, err := workato.NewClient(workato.WithAPIToken("test-token"), workato.WithRegion(workato.RegionEU))
	fmt.Printf("%+v %v\n", client, err) // the token is hidden
	// Output:
	// workato: WithAPIToken: token is empty
	// workato: WithBaseURL: plain http would expose the credential on the way to workato.example.com; use https or WithInsecureHTTP
	// workato.Client <nil>
}

func ExampleParseCustomerID() {
	for _, s := range []string{"98178", "EA2300", "Eacme/eu", "A2300"} {
		id, err := workato.ParseCustomerID(s)
		fmt.Println(id.PathSegment(), err)
	}
	// Output:
	// 98178 <nil>
	// EA2300 <nil>
	// Eacme%2Feu <nil>
	//  workato: customer: "A2300" is neither an account id such as 98178 nor an external id with the prefix E such as EA2300
}

// An endpoint that has no method yet.
func ExampleClient_Do() {
	ctx := context.Background()
	client, done := exampleClient(workatotest.Customer{ExternalID: "acme", Tags: []*workatotest.Tag{{Handle: "tag-AbC1-x2", Title: "billing"}}})
	defer done()

	var out struct {
		Data json.RawMessage `json:"data"`
	}
	var meta workato.ResponseMeta
	err := client.Do(ctx, workato.Request{
		Method: http.MethodGet,
		Path:   "/api/v2/managed_users/" + workato.ExternalID("acme").PathSegment() + "/tags",
	}, &out, workato.WithResponse(&meta))
	fmt.Println(err, meta.StatusCode, meta.Attempts, len(out.Data) > 0)
	// Output: <nil> 200 1 true
}
