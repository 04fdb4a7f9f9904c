package apitest

import (
	"iter"

	"github.com/go-workato/workato"
)

func listProjects(p *workato.ProjectListParams) Call {
	return func(c *Caller) error { return c.keep(c.Projects.List(c.ctx, c.customer, p, c.opts...)) }
}

func updateProject(p *workato.ProjectUpdateParams) Call {
	return func(c *Caller) error { return c.keep(c.Projects.Update(c.ctx, c.customer, c.id(649), p, c.opts...)) }
}

var _ = register(
	Entry{
		Operation: "projects.list", Call: listProjects(nil),
		Want: "GET /api/managed_users/{customer}/projects?page=1&per_page=100",
		More: []Case{{
			Name: "a page", Call: listProjects(&workato.ProjectListParams{Page: 3, PerPage: 50}),
			Want: "GET /api/managed_users/{customer}/projects?page=3&per_page=50",
		}},
		Good: Good{"projects/list.json", "projects/list_counted.json", `{"result": []}`},
		Refuses: Bad{
			"Page":    {listProjects(&workato.ProjectListParams{Page: -1})},
			"PerPage": {listProjects(&workato.ProjectListParams{PerPage: 101})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.Projects.All(c.ctx, c.customer, &workato.ProjectListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "projects.update", Call: updateProject(&workato.ProjectUpdateParams{Description: workato.Null[string]()}),
		Want: "PUT /api/managed_users/{customer}/projects/649", JSON: `{"description": null}`,
		More: []Case{{
			Name: "everything",
			Call: updateProject(&workato.ProjectUpdateParams{Name: workato.Set("Procurement"), Description: workato.Set("Orders")}),
			JSON: `{"name": "Procurement", "description": "Orders"}`,
		}},
		Good: Good{"projects/project.json"},
		Refuses: Bad{
			"params": {updateProject(nil)},
			"Name": {
				updateProject(&workato.ProjectUpdateParams{Name: workato.Set("")}),
				updateProject(&workato.ProjectUpdateParams{Name: workato.Null[string]()}),
			},
		},
	},
	Entry{
		Operation: "projects.delete", Want: "DELETE /api/managed_users/{customer}/projects/649",
		Call: func(c *Caller) error { return c.Projects.Delete(c.ctx, c.customer, c.id(649), c.opts...) },
		Good: Good{"folders/deleted.json"},
	},
)
