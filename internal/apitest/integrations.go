package apitest

import (
	"iter"

	"github.com/go-workato/workato"
)

func listIntegrations(names ...string) Call {
	return func(c *Caller) error {
		return c.keep(c.Integrations.List(c.ctx, &workato.IntegrationListParams{Applications: names}, c.opts...))
	}
}

func listAllIntegrations(p *workato.IntegrationListAllParams) Call {
	return func(c *Caller) error { return c.keep(c.Integrations.ListAll(c.ctx, p, c.opts...)) }
}

func integrationSchema(connector string) Call {
	return func(c *Caller) error {
		return c.keep(c.Integrations.InputSchema(c.ctx, c.customer, c.name(connector), c.opts...))
	}
}

var _ = register(
	Entry{
		Operation: "integrations.list", Call: listIntegrations("salesforce", "google_sheets"),
		Want: "GET /api/integrations?applications=salesforce%2Cgoogle_sheets",
		Good: Good{"integrations/items.json", "integrations/bare_2019.json", `{"items": []}`},
		Refuses: Bad{
			"params":       {func(c *Caller) error { return c.keep(c.Integrations.List(c.ctx, nil, c.opts...)) }},
			"Applications": {listIntegrations(), listIntegrations("jira", ""), listIntegrations("jira,salesforce")},
		},
	},
	Entry{
		Operation: "integrations.list_all", Call: listAllIntegrations(nil),
		Want: "GET /api/integrations/all?page=1&per_page=100",
		More: []Case{{
			Name: "All", Want: "GET /api/integrations/all?page=2&per_page=25",
			Call: func(c *Caller) error {
				return first(c.Integrations.All(c.ctx, &workato.IntegrationListAllParams{Page: 2, PerPage: 25}, c.opts...))
			},
		}},
		Good: Good{"integrations/all.json", `{"items": []}`},
		Refuses: Bad{
			"Page":    {listAllIntegrations(&workato.IntegrationListAllParams{Page: -1})},
			"PerPage": {listAllIntegrations(&workato.IntegrationListAllParams{PerPage: 101})},
		},
		Rows: "items",
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.Integrations.All(c.ctx, &workato.IntegrationListAllParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "integrations.input_schema", Call: integrationSchema("google_sheets"),
		Want: "GET /api/v2/managed_users/{customer}/connectors/google_sheets/input_schema",
		More: []Case{{
			Name: "an awkward name", Call: integrationSchema(AwkwardID),
			Want: "GET /api/v2/managed_users/{customer}/connectors/a%2Fb%20c%2Ed%2Be%25f%C3%A9/input_schema",
		}},
		Good: Good{"integrations/input_schema.json", `{"result": []}`},
	},
)
