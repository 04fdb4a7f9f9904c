package apitest

var _ = register(Entry{
	Operation: "workspace.whoami", Want: "GET /api/users/me",
	Call: func(c *Caller) error { return c.keep(c.Workspace.Whoami(c.ctx, c.opts...)) },
	Good: Good{"workspace/whoami.json", "workspace/whoami_partner.json"},
})
