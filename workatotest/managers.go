package workatotest

var customerManagers = shelf{
	name: "customer_managers", path: "/api/customer_managers", arg: "id", verbs: "list create update delete",
	body: "team_collaborator_id:i* role_id:i* permitted_workspace_ids:a", list: "result.items", one: "result",
}
