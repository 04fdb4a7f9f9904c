package apitest

import "github.com/go-workato/workato"

func listConnectors(p *workato.CustomConnectorListParams) Call {
	return func(c *Caller) error { return c.keep(c.CustomConnectors.List(c.ctx, p, c.opts...)) }
}

var _ = register(
	Entry{
		Operation: "custom_connectors.list", Call: listConnectors(nil), Want: "GET /api/custom_connectors",
		More: []Case{{
			Name: "some", Call: listConnectors(&workato.CustomConnectorListParams{Title: "Ac me", OEMShared: workato.Ptr(false)}),
			Want: "GET /api/custom_connectors?oem_shared=false&title=Ac+me",
		}},
		Good: Good{"custom_connectors/list.json", `[]`}, Refuses: Bad{},
	},
	Entry{
		Operation: "custom_connectors.get", Want: "GET /api/custom_connectors/71",
		Call: func(c *Caller) error { return c.keep(c.CustomConnectors.Get(c.ctx, c.id(71), c.opts...)) },
		Good: Good{"custom_connectors/connector.json", `{"id": 71, "code": "{}", "latest_released_version": 4}`},
	},
	Entry{
		Operation: "custom_connectors.oem_share", Want: "POST /api/custom_connectors/71/oem_share/4",
		Call: func(c *Caller) error { return c.CustomConnectors.OEMShare(c.ctx, c.id(71), c.id(4), c.opts...) },
		Good: Good{"folders/deleted.json", ``},
	},
	Entry{
		Operation: "custom_connectors.unshare", Want: "DELETE /api/custom_connectors/71/suppress_oem_version",
		Call: func(c *Caller) error { return c.CustomConnectors.Unshare(c.ctx, c.id(71), c.opts...) },
		Good: Good{"folders/deleted.json", ``},
	},
)
