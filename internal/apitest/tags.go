package apitest

import (
	"fmt"
	"iter"

	"github.com/go-workato/workato"
)

func listTags(p *workato.TagListParams) Call {
	return func(c *Caller) error { return c.keep(c.Tags.List(c.ctx, c.customer, p, c.opts...)) }
}

func createTag(p *workato.TagCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.Tags.Create(c.ctx, c.customer, p, c.opts...)) }
}

func updateTag(p *workato.TagUpdateParams) Call {
	return func(c *Caller) error {
		return c.keep(c.Tags.Update(c.ctx, c.customer, c.name("tag-Bq1xYz-9KmA"), p, c.opts...))
	}
}

func assignTags(p *workato.TagAssignParams) Call {
	return func(c *Caller) error { return c.Tags.Assign(c.ctx, c.customer, p, c.opts...) }
}

var _ = register(
	Entry{
		Operation: "tags.list", Call: listTags(nil),
		Want: "GET /api/v2/managed_users/{customer}/tags?page=1&per_page=100",
		More: []Case{{
			Name: "everything",
			Call: listTags(&workato.TagListParams{Text: "fin", Handles: []string{"tag-1", "tag-2"}, RecipeID: 1, ConnectionID: 2, OnlyAssigned: true, Page: 2, PerPage: 9}),
			Want: "GET /api/v2/managed_users/{customer}/tags?page=2&per_page=9&q%5Bconnection_id_eq%5D=2&q%5Bhandle_in%5D%5B%5D=tag-1" +
				"&q%5Bhandle_in%5D%5B%5D=tag-2&q%5Bonly_assigned%5D=true&q%5Brecipe_id_eq%5D=1&q%5Btitle_or_description_cont%5D=fin",
		}},
		Good: Good{"tags/list.json", `{"data": {"tags": []}}`, `{"result": []}`},
		Refuses: Bad{
			"RecipeID": {listTags(&workato.TagListParams{RecipeID: -1})}, "ConnectionID": {listTags(&workato.TagListParams{ConnectionID: -1})},
			"Page": {listTags(&workato.TagListParams{Page: -1})}, "PerPage": {listTags(&workato.TagListParams{PerPage: 101})},
		},
		Row: func(n int) string { return fmt.Sprintf(`{"handle": "%d", "title": "n%[1]d"}`, n) },
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.Tags.All(c.ctx, c.customer, &workato.TagListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "tags.create", Call: createTag(&workato.TagCreateParams{Title: "Finance"}),
		Want: "POST /api/v2/managed_users/{customer}/tags", JSON: `{"title": "Finance"}`,
		More: []Case{{
			Name: "everything", Call: createTag(&workato.TagCreateParams{Title: "Finance", Description: "Ours", Color: workato.TagBlue}),
			JSON: `{"title": "Finance", "description": "Ours", "color": "blue"}`,
		}},
		Good: Good{"tags/tag.json"}, Refuses: Bad{"params": {createTag(nil)}, "Title": {createTag(&workato.TagCreateParams{Color: workato.TagRed})}},
	},
	Entry{
		Operation: "tags.update", Call: updateTag(&workato.TagUpdateParams{Title: workato.Set("Live")}),
		Want: "PUT /api/v2/managed_users/{customer}/tags/tag-Bq1xYz-9KmA", JSON: `{"title": "Live"}`,
		More: []Case{{
			Name: "the rest", Call: updateTag(&workato.TagUpdateParams{Description: workato.Null[string](), Color: workato.Set(workato.TagTeal)}),
			JSON: `{"description": null, "color": "teal"}`,
		}},
		Good: Good{"tags/tag.json"},
		Refuses: Bad{
			"params": {updateTag(nil)},
			"Title":  {updateTag(&workato.TagUpdateParams{Title: workato.Set("")}), updateTag(&workato.TagUpdateParams{Title: workato.Null[string]()})},
		},
	},
	Entry{
		Operation: "tags.delete", Want: "DELETE /api/v2/managed_users/{customer}/tags/tag-1",
		Call: func(c *Caller) error { return c.Tags.Delete(c.ctx, c.customer, c.name("tag-1"), c.opts...) },
		Good: Good{"folders/deleted.json", ``},
	},
	Entry{
		Operation: "tags.assign", Call: assignTags(&workato.TagAssignParams{AddTags: []string{"tag-1"}, RecipeIDs: []int64{7, 8}}),
		Want: "POST /api/v2/managed_users/{customer}/tags_assignments", JSON: `{"add_tags": ["tag-1"], "recipe_ids": [7, 8]}`,
		More: []Case{{
			Name: "the rest", Call: assignTags(&workato.TagAssignParams{RemoveTags: []string{"tag-2"}, ConnectionIDs: []int64{9}}),
			JSON: `{"remove_tags": ["tag-2"], "connection_ids": [9]}`,
		}},
		Good: Good{``, `{}`},
		Refuses: Bad{
			"params":        {assignTags(nil)},
			"AddTags":       {assignTags(&workato.TagAssignParams{RecipeIDs: []int64{7}}), assignTags(&workato.TagAssignParams{AddTags: []string{""}, RecipeIDs: []int64{7}})},
			"RemoveTags":    {assignTags(&workato.TagAssignParams{RemoveTags: []string{" "}, RecipeIDs: []int64{7}})},
			"RecipeIDs":     {assignTags(&workato.TagAssignParams{AddTags: []string{"t"}}), assignTags(&workato.TagAssignParams{AddTags: []string{"t"}, RecipeIDs: []int64{0}})},
			"ConnectionIDs": {assignTags(&workato.TagAssignParams{AddTags: []string{"t"}, ConnectionIDs: []int64{-1}})},
		},
	},
)
