package apitest

import (
	"iter"

	"github.com/go-workato/workato"
)

const agentic = "/api/managed_users/{customer}/agentic"

func createGenie(p *workato.GenieCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.Genies.Create(c.ctx, c.customer, p, c.opts...)) }
}

func updateGenie(p *workato.GenieUpdateParams) Call {
	return func(c *Caller) error {
		return c.keep(c.Genies.Update(c.ctx, c.customer, c.name("gin-1"), p, c.opts...))
	}
}

func listGenies(p *workato.GenieListParams) Call {
	return func(c *Caller) error { return c.keep(c.Genies.List(c.ctx, c.customer, p, c.opts...)) }
}

func listKnowledgeBases(p *workato.KnowledgeBaseListParams) Call {
	return func(c *Caller) error { return c.keep(c.KnowledgeBases.List(c.ctx, c.customer, p, c.opts...)) }
}

func listSkills(p *workato.SkillListParams) Call {
	return func(c *Caller) error { return c.keep(c.Skills.List(c.ctx, c.customer, p, c.opts...)) }
}

var _ = register(
	Entry{
		Operation: "genies.list", Call: listGenies(nil), Want: "GET " + agentic + "/genies?page=1&per_page=100",
		More: []Case{{
			Name: "everything", Call: listGenies(&workato.GenieListParams{FolderID: 1563, Page: 2, PerPage: 20}),
			Want: "GET " + agentic + "/genies?folder_id=1563&page=2&per_page=20",
		}},
		Good: Good{"agent_studio/genies.json", `{"data": []}`},
		Refuses: Bad{
			"FolderID": {listGenies(&workato.GenieListParams{FolderID: -1})}, "PerPage": {listGenies(&workato.GenieListParams{PerPage: 101})},
		},
		Rows: "data",
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.Genies.All(c.ctx, c.customer, &workato.GenieListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "genies.get", Want: "GET " + agentic + "/genies/gin-A%2Fb",
		Call: func(c *Caller) error {
			return c.keep(c.Genies.Get(c.ctx, c.customer, c.name("gin-A/b"), c.opts...))
		},
		Good: Good{"agent_studio/genie.json", textID},
	},
	Entry{
		Operation: "knowledge_bases.list", Call: listKnowledgeBases(nil), Want: "GET " + agentic + "/knowledge_bases?page=1&per_page=100",
		More: []Case{{
			Name: "everything", Call: listKnowledgeBases(&workato.KnowledgeBaseListParams{FolderID: 1563, Page: 2, PerPage: 20}),
			Want: "GET " + agentic + "/knowledge_bases?folder_id=1563&page=2&per_page=20",
		}},
		Good: Good{"agent_studio/knowledge_bases.json", `{"data": []}`},
		Refuses: Bad{
			"FolderID": {listKnowledgeBases(&workato.KnowledgeBaseListParams{FolderID: -1})}, "PerPage": {listKnowledgeBases(&workato.KnowledgeBaseListParams{PerPage: 101})},
		},
		Rows: "data",
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.KnowledgeBases.All(c.ctx, c.customer, &workato.KnowledgeBaseListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "knowledge_bases.get", Want: "GET " + agentic + "/knowledge_bases/kb-A%2Fb",
		Call: func(c *Caller) error {
			return c.keep(c.KnowledgeBases.Get(c.ctx, c.customer, c.name("kb-A/b"), c.opts...))
		},
		Good: Good{"agent_studio/knowledge_base.json", textID},
	},
	Entry{
		Operation: "skills.list", Call: listSkills(nil), Want: "GET " + agentic + "/skills?page=1&per_page=100",
		More: []Case{{
			Name: "everything", Call: listSkills(&workato.SkillListParams{FolderID: 1563, Page: 2, PerPage: 20}),
			Want: "GET " + agentic + "/skills?folder_id=1563&page=2&per_page=20",
		}},
		Good: Good{"agent_studio/skills.json", `{"data": []}`},
		Refuses: Bad{
			"FolderID": {listSkills(&workato.SkillListParams{FolderID: -1})}, "PerPage": {listSkills(&workato.SkillListParams{PerPage: 101})},
		},
		Rows: "data",
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.Skills.All(c.ctx, c.customer, &workato.SkillListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "skills.get", Want: "GET " + agentic + "/skills/skl-A%2Fb",
		Call: func(c *Caller) error {
			return c.keep(c.Skills.Get(c.ctx, c.customer, c.name("skl-A/b"), c.opts...))
		},
		Good: Good{"agent_studio/skill.json", textID},
	},
	Entry{
		Operation: "genies.create", Call: createGenie(&workato.GenieCreateParams{Name: "Billing desk", FolderID: 1563}),
		Want: "POST " + agentic + "/genies", JSON: `{"name": "Billing desk", "folder_id": 1563, "matrix": {}}`,
		More: []Case{{
			Name: "everything", Call: createGenie(&workato.GenieCreateParams{
				Name: "Billing desk", FolderID: 1563, Description: "x", Instructions: "Be brief.", AIProvider: "openai", Matrix: map[string]any{"a": 1},
			}),
			JSON: `{"name": "Billing desk", "folder_id": 1563, "description": "x", "instructions": "Be brief.", "ai_provider": "openai", "matrix": {"a": 1}}`,
		}},
		Good: Good{"agent_studio/genie.json", `{"data": {"id": "gin-1"}}`, textID},
		Refuses: Bad{
			"params": {createGenie(nil)}, "Name": {createGenie(&workato.GenieCreateParams{FolderID: 1})},
			"FolderID": {createGenie(&workato.GenieCreateParams{Name: "x"})},
		},
	},
	Entry{
		Operation: "genies.update", Call: updateGenie(&workato.GenieUpdateParams{Description: workato.Null[string]()}),
		Want: "PUT " + agentic + "/genies/gin-1", JSON: `{"description": null}`,
		More: []Case{{
			Name: "everything", Call: updateGenie(&workato.GenieUpdateParams{
				Name: workato.Set("Desk"), FolderID: workato.Set[int64](1570), Description: workato.Set("x"), Instructions: workato.Set("Be kind."),
				AIProvider: workato.Set("anthropic"), Matrix: workato.Set(map[string]any{"a": 1}),
			}),
			JSON: `{"name": "Desk", "folder_id": 1570, "description": "x", "instructions": "Be kind.", "ai_provider": "anthropic", "matrix": {"a": 1}}`,
		}},
		Good: Good{"agent_studio/genie.json", textID},
		Refuses: Bad{
			"params": {updateGenie(nil)}, "Name": {updateGenie(&workato.GenieUpdateParams{Name: workato.Set("")})},
			"FolderID": {
				updateGenie(&workato.GenieUpdateParams{FolderID: workato.Set[int64](0)}),
				updateGenie(&workato.GenieUpdateParams{FolderID: workato.Null[int64]()}),
			},
			"AIProvider": {updateGenie(&workato.GenieUpdateParams{AIProvider: workato.Null[string]()})},
		},
	},
)
