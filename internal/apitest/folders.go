package apitest

import (
	"iter"

	"github.com/go-workato/workato"
)

func listFolders(p *workato.FolderListParams) Call {
	return func(c *Caller) error { return c.keep(c.Folders.List(c.ctx, c.customer, p, c.opts...)) }
}

func createFolder(p *workato.FolderCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.Folders.Create(c.ctx, c.customer, p, c.opts...)) }
}

func updateFolder(p *workato.FolderUpdateParams) Call {
	return func(c *Caller) error { return c.keep(c.Folders.Update(c.ctx, c.customer, c.id(1789), p, c.opts...)) }
}

var _ = register(
	Entry{
		Operation: "folders.list", Call: listFolders(nil),
		Want: "GET /api/managed_users/{customer}/folders?page=1&per_page=100",
		More: []Case{
			{
				Name: "everything", Call: listFolders(&workato.FolderListParams{ParentID: 4515, Page: 2, PerPage: 10}),
				Want: "GET /api/managed_users/{customer}/folders?page=2&parent_id=4515&per_page=10",
			},
			{
				Name: "All", Want: "GET /api/managed_users/{customer}/folders?page=1&parent_id=4515&per_page=100",
				Call: func(c *Caller) error {
					return first(c.Folders.All(c.ctx, c.customer, &workato.FolderListParams{ParentID: 4515}, c.opts...))
				},
			},
		},
		Good: Good{"folders/list.json", "folders/list_bare.json", `{"result": []}`},
		Refuses: Bad{
			"ParentID": {listFolders(&workato.FolderListParams{ParentID: -1})},
			"Page":     {listFolders(&workato.FolderListParams{Page: -1})},
			"PerPage":  {listFolders(&workato.FolderListParams{PerPage: 101})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.Folders.All(c.ctx, c.customer, &workato.FolderListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "folders.create", Call: createFolder(&workato.FolderCreateParams{Name: "Billing"}),
		Want: "POST /api/managed_users/{customer}/folders", JSON: `{"name": "Billing"}`,
		More: []Case{{
			Name: "in a folder", Call: createFolder(&workato.FolderCreateParams{Name: "Billing", ParentID: 4515}),
			JSON: `{"name": "Billing", "parent_id": "4515"}`,
		}},
		Good: Good{
			"folders/folder.json", "folders/id_only_2020.json", "folders/project.json", "folders/before_projects.json", "folders/wrapped.json",
			"folders/loose.json",
		},
		Refuses: Bad{
			"params":   {createFolder(nil)},
			"Name":     {createFolder(&workato.FolderCreateParams{})},
			"ParentID": {createFolder(&workato.FolderCreateParams{Name: "x", ParentID: -1})},
		},
	},
	Entry{
		Operation: "folders.update", Call: updateFolder(&workato.FolderUpdateParams{Name: workato.Set("Billing")}),
		Want: "PUT /api/managed_users/{customer}/folders/1789", JSON: `{"name": "Billing"}`,
		More: []Case{{
			Name: "everything",
			Call: updateFolder(&workato.FolderUpdateParams{Name: workato.Set("Billing <EU>"), ParentID: workato.Set[int64](4516)}),
			JSON: `{"name": "Billing <EU>", "parent_id": "4516"}`,
		}},
		Good: Good{"folders/folder.json", "folders/wrapped.json"},
		Refuses: Bad{
			"params": {updateFolder(nil)},
			"Name": {
				updateFolder(&workato.FolderUpdateParams{Name: workato.Set(" ")}),
				updateFolder(&workato.FolderUpdateParams{Name: workato.Null[string]()}),
			},
			"ParentID": {
				updateFolder(&workato.FolderUpdateParams{ParentID: workato.Null[int64]()}),
				updateFolder(&workato.FolderUpdateParams{ParentID: workato.Set[int64](0)}),
			},
		},
	},
	Entry{
		Operation: "folders.delete", Want: "DELETE /api/managed_users/{customer}/folders/1789",
		Call: func(c *Caller) error { return c.Folders.Delete(c.ctx, c.customer, c.id(1789), c.opts...) },
		Good: Good{"folders/deleted.json"},
	},
)
