package apitest

import (
	"iter"
	"strings"

	"github.com/go-workato/workato"
)

func listVersions(p *workato.RecipeListVersionsParams) Call {
	return func(c *Caller) error {
		return c.keep(c.Recipes.ListVersions(c.ctx, c.customer, c.id(41354), p, c.opts...))
	}
}

func allVersions(p *workato.RecipeListVersionsParams) Call {
	return func(c *Caller) error {
		return first(c.Recipes.AllVersions(c.ctx, c.customer, c.id(41354), p, c.opts...))
	}
}

func commentVersion(p *workato.RecipeUpdateVersionCommentParams) Call {
	return func(c *Caller) error {
		return c.keep(c.Recipes.UpdateVersionComment(c.ctx, c.customer, c.id(41354), c.id(7), p, c.opts...))
	}
}

var _ = register(
	Entry{
		Operation: "recipes.list_versions", Call: listVersions(nil),
		Want: "GET /api/v2/managed_users/{customer}/recipes/41354/versions?page=1&per_page=100",
		More: []Case{{
			Name: "page", Call: listVersions(&workato.RecipeListVersionsParams{Page: 3, PerPage: 20}),
			Want: "GET /api/v2/managed_users/{customer}/recipes/41354/versions?page=3&per_page=20",
		}},
		Good: Good{"versions/list.json", `{"data": []}`},
		Refuses: Bad{
			"Page": {
				listVersions(&workato.RecipeListVersionsParams{Page: -1}), allVersions(&workato.RecipeListVersionsParams{Page: -1}),
			},
			"PerPage": {
				listVersions(&workato.RecipeListVersionsParams{PerPage: 101}), allVersions(&workato.RecipeListVersionsParams{PerPage: 101}),
			},
		},
		Rows: "data",
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			p := &workato.RecipeListVersionsParams{Page: page, PerPage: perPage}
			return numbers(c.Recipes.AllVersions(c.ctx, c.customer, c.id(41354), p, c.opts...))
		},
	},
	Entry{
		Operation: "recipes.get_version", Want: "GET /api/v2/managed_users/{customer}/recipes/41354/versions/7",
		Call: func(c *Caller) error {
			return c.keep(c.Recipes.GetVersion(c.ctx, c.customer, c.id(41354), c.id(7), c.opts...))
		},
		Good: Good{"versions/bare.json", "versions/data.json"},
	},
	Entry{
		Operation: "recipes.update_version_comment",
		Call:      commentVersion(&workato.RecipeUpdateVersionCommentParams{Comment: "before <May>"}),
		Want:      "PATCH /api/v2/managed_users/{customer}/recipes/41354/versions/7", JSON: `{"comment": "before <May>"}`,
		More: []Case{{
			Name: "empty", Call: commentVersion(&workato.RecipeUpdateVersionCommentParams{}), JSON: `{"comment": ""}`,
		}},
		Good: Good{"versions/bare.json", "versions/data.json"},
		Refuses: Bad{
			"params":  {commentVersion(nil)},
			"Comment": {commentVersion(&workato.RecipeUpdateVersionCommentParams{Comment: strings.Repeat("é", 256)})},
		},
	},
)
