package workatotest

var workspaceRoutes = []route{
	{method: "GET", path: "/api/users/me", op: "workspace.whoami", handle: (*call).whoami},
}

// newOwnWorkspace makes the partner's own workspace.
func (s *Server) newOwnWorkspace() *Customer {
	own := &Customer{ID: 1, RootFolderID: 10, Name: "Partner workspace", PlanID: "enterprise_plus"}
	s.prepareCustomer(own)
	return own
}

// whoami has the string "null" for an unknown phone number, like the service.
func (c *call) whoami() response {
	ws := c.ws
	start, end := billingPeriod(ws)
	return ok(object{
		"id": ws.ID, "name": ws.Name, "created_at": stamp(ws.CreatedAt), "plan_id": ws.PlanID, "current_billing_period_start": start, "current_billing_period_end": end,
		"root_folder_id": ws.RootFolderID, "company_name": nil, "location": nil, "contact_phone": "null", "email": ownerEmail,
		"interested_applications": []string{}, "recipes_count": len(ws.Recipes), "active_recipes_count": running(ws), "last_seen": stamp(c.now()),
	})
}

// running counts the recipes that run.
func running(ws *Customer) int {
	n := 0
	for _, r := range ws.Recipes {
		if r.Running {
			n++
		}
	}
	return n
}
