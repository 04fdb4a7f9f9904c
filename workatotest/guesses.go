package workatotest

import "strings"

// guess is something that no source shows.
type guess struct {
	// ops are the operations, with a star for the rest of a name.
	ops string
	// params are the names of parameters that are guessed: strict mode refuses
	// them.
	params string
	// what is guessed of the response or of the rules behind it.
	what string
}

// guesses is the list of all of them. The comment of the package has the same
// list, see TestGuessesAreDocumented.
var guesses = []guess{
	{ops: "*", what: "the body of a 429 and the texts of refusals with status 400"},
	{ops: "own.*", what: "the rate limits of families other than recipes, folders, connectors and jobs"},
	{ops: "managed_users.create", params: "provision_environments team_name"},
	{ops: "managed_users.update", params: "team_name plan_id current_billing_period_start"},
	{ops: "managed_users.delete", what: "the response"},
	{ops: "managed_users.provision_environments", params: "environments", what: "the response"},
	{ops: "managed_users.*", what: "the keys of an element of environments"},
	{ops: "members.update", params: "name email oauth_id external_id time_zone", what: "the response"},
	{ops: "members.get", what: "the envelope"},
	{ops: "members.remove", what: "the response"},
	{ops: "members.privileges", what: "the response, taken from the Developer API"},
	{ops: "members.projects_privileges", what: "the keys of an element"},
	{ops: "members.project_grants", what: "the response"},
	{ops: "usage.monthly", what: "the keys of the result"},
	{ops: "usage.statistics", params: "project_ids recipe_ids", what: "the keys of an element"},
	{ops: "usage.connection_statistics", params: "project_ids recipe_ids", what: "that it takes the same parameters, and the response"},
	{ops: "connections.create", what: "that refused credentials give a connection with status failed, not an error"},
	{ops: "picklists.get_values", what: "the refusal for a connection that is not authorised"},
	{ops: "recipes.reset_trigger", what: "the response"},
	{ops: "recipes.poll_now", what: "the response, and the refusal for a recipe that does not run"},
	{ops: "recipes.force_run", what: "the response, and the refusal for a recipe that does not run"},
	{ops: "recipes.share", what: "the response"},
	{ops: "recipes.get_version", what: "that there is no envelope"},
	{ops: "jobs.list", what: "the number of jobs in one response"},
	{ops: "imports.get", what: "when a recipe is reported as stopped and when as restart_failed"},
	{ops: "exports.delete_manifest", what: "the response"},
	{ops: "deployments.build", params: "title"},
	{ops: "deployments.deploy", params: "include_test_cases"},
	{ops: "deployments.list", params: "page per_page"},
	{ops: "deployments.eligible_reviewers", what: "the response"},
	{ops: "deployments.assign_reviewers", what: "the keys of an element"},
	{ops: "projects.update", params: "description"},
	{ops: "lookup_tables.*", what: "the envelopes of single tables and rows, and the responses of deletions"},
	{ops: "lookup_tables.batch_delete", what: "the key of the ids, and that those of no table are passed over"},
	{ops: "lookup_tables.update_row", what: "that columns which are not named stay"},
	{ops: "data_tables.delete", what: "the response"},
	{ops: "data_tables.truncate", what: "the response"},
	{ops: "genies.*", what: "the responses, taken from the Developer API"},
	{ops: "knowledge_bases.*", what: "the responses, taken from the Developer API"},
	{ops: "skills.*", what: "the responses, taken from the Developer API"},
	{ops: "mcp_servers.update_folder", params: "folder_id"},
	{ops: "mcp_servers.*", what: "the responses other than the list, taken from the Developer API, and that reads do not show the token"},
	{ops: "mcp_servers.assign_tools", what: "that a server made of an API collection takes no other tools"},
	{ops: "identity_users.*", what: "parameters and responses, taken from the Developer API, and that an email address is unique"},
	{ops: "identity_groups.*", what: "parameters and responses, taken from the Developer API, and that MCP servers lose a deleted group"},
	{ops: "tags.list", params: "q"},
	{ops: "roles.migrate_system_roles", what: "which legacy role becomes which new one"},
	{ops: "roles.migrate_custom_role", params: "role_id dry_run", what: "the response"},
	{ops: "environment_roles.*", params: "inheritable"},
	{ops: "environment_roles.delete", what: "that a role which a member has cannot go"},
	{ops: "project_roles.*", params: "inheritable"},
	{ops: "project_roles.delete", what: "that a role with a grant cannot go"},
	{ops: "project_grants.update", params: "project_role_id"},
	{ops: "collaborator_groups.*", params: "description"},
	{ops: "collaborator_groups.list_members", what: "the keys of a member"},
	{ops: "collaborator_groups.add_members", what: "the response"},
	{ops: "collaborator_groups.remove_members", what: "the response"},
	{ops: "developer_api_clients.*", what: "the responses of get, delete and regenerate, the list of roles, and that a role has to exist"},
	{ops: "api_collections.create", what: "that a specification makes neither recipes nor endpoints"},
	{ops: "api_access_profiles.*", what: "the keys of the response, and the response to a refresh"},
	{ops: "customer_managers.delete", what: "the response"},
	{ops: "customer_managers.*", what: "that a collaborator, a role and workspaces have to exist"},
	{ops: "custom_connectors.*", what: "the responses of get, share and unshare, and the refusal for a version that was not released"},
	{ops: "custom_oauth_profiles.unassign", what: "the response, and the refusals for a profile that is in use or was not assigned"},
	{ops: "field_mappings.*", what: "all bodies: a mapping under data takes over the keys of an update, which may stand under data with their handles"},
	{ops: "on_prem_agents.search", params: "cn"},
	{ops: "on_prem_agents.*", params: "enabled", what: "the body of status"},
	{ops: "on_prem_groups.*", what: "the body of status, and that a group with agents cannot be deleted"},
	{ops: "test_cases.list_by_recipe", what: "the response"},
	{ops: "event_topics.list", params: "page per_page"},
	{ops: "event_topics.*", what: "the responses, taken from the Developer API"},
	{ops: "activity_logs.list", what: "the order, the direction of page[after], and the names of events of imports"},
}

// isGuess reports whether a parameter of an operation is a guess.
func isGuess(op, param string) bool {
	for _, g := range guesses {
		service, all := strings.CutSuffix(g.ops, "*")
		if g.ops != op && (!all || !strings.HasPrefix(op, service)) {
			continue
		}
		for name := range strings.FieldsSeq(g.params) {
			if name == param {
				return true
			}
		}
	}
	return false
}
