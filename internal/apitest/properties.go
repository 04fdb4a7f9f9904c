package apitest

import (
	"fmt"
	"strings"

	"github.com/go-workato/workato"
)

// values are properties as they are given.
type values = map[string]workato.PropertyValue

func listProperties(p *workato.PropertyListParams) Call {
	return func(c *Caller) error { return c.keep(c.Properties.List(c.ctx, c.customer, p, c.opts...)) }
}

func upsertProperties(p *workato.PropertyUpsertParams) Call {
	return func(c *Caller) error { return c.keep(c.Properties.Upsert(c.ctx, c.customer, p, c.opts...)) }
}

func upsertValues(properties values) Call {
	return upsertProperties(&workato.PropertyUpsertParams{Properties: properties})
}

// manyValues are n properties.
func manyValues(n int) values {
	many := make(values, n)
	for i := range n {
		many[fmt.Sprint("p", i)] = "v"
	}
	return many
}

var _ = register(
	Entry{
		Operation: "properties.list", Call: listProperties(&workato.PropertyListParams{Prefix: "billing_sync."}),
		Want: "GET /api/managed_users/{customer}/properties?prefix=billing_sync.",
		More: []Case{
			{
				Name: "an awkward prefix", Call: listProperties(&workato.PropertyListParams{Prefix: "billing sync/"}),
				Want: "GET /api/managed_users/{customer}/properties?prefix=billing+sync%2F",
			},
			{
				Name: "of a project", Call: listProperties(&workato.PropertyListParams{Prefix: "billing_", ProjectID: 649}),
				Want: "GET /api/managed_users/{customer}/properties?prefix=billing_&project_id=649",
			},
			{
				Name: "All", Want: "GET /api/managed_users/{customer}/properties?prefix=billing_sync.",
				Call: func(c *Caller) error {
					return first(c.Properties.All(c.ctx, c.customer, &workato.PropertyListParams{Prefix: "billing_sync."}, c.opts...))
				},
			},
		},
		Good: Good{"properties/result.json", "properties/bare.json", "properties/pairs.json", "properties/none.json", `{"result": {}}`},
		Refuses: Bad{
			"params":    {listProperties(nil)},
			"Prefix":    {listProperties(&workato.PropertyListParams{ProjectID: 1})},
			"ProjectID": {listProperties(&workato.PropertyListParams{Prefix: "a", ProjectID: -1})},
		},
	},
	Entry{
		Operation: "properties.upsert", Call: upsertValues(values{"crm.object": "Ticket <1>", "crm.key": ""}),
		Want: "POST /api/managed_users/{customer}/properties", JSON: `{"properties": {"crm.object": "Ticket <1>", "crm.key": ""}}`,
		More: []Case{{
			Name: "of a project", Call: upsertProperties(&workato.PropertyUpsertParams{ProjectID: 649, Properties: values{"crm.key": "id"}}),
			Want: "POST /api/managed_users/{customer}/properties?project_id=649", JSON: `{"properties": {"crm.key": "id"}}`,
		}},
		Good: Good{"properties/saved.json", "properties/saved_count.json"},
		Refuses: Bad{
			"params":    {upsertProperties(nil)},
			"ProjectID": {upsertProperties(&workato.PropertyUpsertParams{ProjectID: -1, Properties: values{"a": "b"}})},
			"Properties": {
				upsertValues(nil), upsertValues(manyValues(workato.MaxProperties + 1)), upsertValues(values{" ": "v"}),
				upsertValues(values{strings.Repeat("é", 101): "v"}), upsertValues(values{"p": workato.PropertyValue(strings.Repeat("é", 1025))}),
			},
		},
	},
)
