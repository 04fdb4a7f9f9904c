package workatotest

import (
	"maps"
	"slices"
)

const agentic = "/api/managed_users/{customer}/agentic/"

var genies = shelf{
	name: "genies", path: agentic + "genies", arg: "id", verbs: "list get create update", query: "folder_id:i", paging: byNumber,
	body: "name* folder_id:i* description instructions ai_provider matrix:o", list: "data", one: "data", id: prefixed("gin"),
	defaults: Record{"description": nil, "instructions": nil, "ai_provider": nil, "state": "stopped", "skills_count": 0},
	check:    naming(map[string]string{"folder_id": ""}), view: withProject,
}

// What genies know and can do comes with a seed: no call makes it.
var knowledgeBases = shelf{
	name: "knowledge_bases", path: agentic + "knowledge_bases", arg: "id", verbs: "list get", query: "folder_id:i", paging: byNumber,
	list: "data", one: "data", view: knowledgeBaseView,
}

var skills = shelf{
	name: "skills", path: agentic + "skills", arg: "id", verbs: "list get", query: "folder_id:i", paging: byNumber,
	list: "data", one: "data", view: skillView,
}

func agentStudioRoutes() []route {
	return slices.Concat(genies.routes(), knowledgeBases.routes(), skills.routes())
}

// withProject shows the project of a record's folder.
func withProject(c *call, record Record) object {
	view := maps.Clone(record)
	folderID, _ := toInt(idText(record["folder_id"]))
	view["project_id"] = orNull(projectOf(c.ws, folderID))
	return view
}

func knowledgeBaseView(c *call, base Record) object {
	view := object{"description": nil, "storage_size": 0, "active_recipes_count": 0}
	maps.Copy(view, withProject(c, base))
	return view
}

// skillView tells whether the recipe behind a skill runs.
func skillView(c *call, skill Record) object {
	view := object{"description": nil, "provider_type": "Recipe", "genies_count": 0, "trigger_description": nil, "applications": []string{}}
	maps.Copy(view, withProject(c, skill))
	id, _ := toInt(idText(skill["provider_id"]))
	r := recipeByID(c.ws, id)
	view["running"] = r != nil && r.Running
	return view
}
