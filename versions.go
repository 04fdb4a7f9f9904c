package workato

import (
	"context"
	"iter"
	"time"
	"unicode/utf8"
)

var (
	recipesListVersions = operation{Operation: Operation{
		Name: "recipes.list_versions", Method: "GET", Path: "/api/v2/managed_users/{customer}/recipes/{recipe_id}/versions",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "recipes.versions", PerMinute: 60}, Paging: PagingPage, Doc: recipesDoc,
	}}
	recipesGetVersion = operation{Operation: Operation{
		Name: "recipes.get_version", Method: "GET", Path: "/api/v2/managed_users/{customer}/recipes/{recipe_id}/versions/{version_id}",
		Effect: Read, Quota: Quota{Family: "recipes.versions", PerMinute: 60}, Doc: recipesDoc,
	}}
	recipesUpdateVersionComment = operation{Operation: Operation{
		Name: "recipes.update_version_comment", Method: "PATCH", Path: "/api/v2/managed_users/{customer}/recipes/{recipe_id}/versions/{version_id}",
		Effect: Idempotent, Quota: Quota{Family: "recipes.versions", PerMinute: 60}, Doc: recipesDoc,
	}}
)

// RecipeVersion is a state in the history of a recipe.
type RecipeVersion struct {
	ID int64 `json:"id"`
	// VersionNo counts the versions of the recipe.
	VersionNo   int64     `json:"version_no"`
	Comment     *string   `json:"comment"`
	AuthorName  string    `json:"author_name"`
	AuthorEmail string    `json:"author_email"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
}

func (v *RecipeVersion) identity() int64 { return v.ID }

// RecipeListVersionsParams pages the list of versions. All fields are optional.
type RecipeListVersionsParams struct {
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default. The reference states
	// neither.
	PerPage int `url:"per_page"`
}

func (p *RecipeListVersionsParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// ListVersions returns one page of the versions of a recipe.
//
// https://docs.workato.com/oem/oem-api/recipes.html#list-recipe-versions
func (s *RecipeService) ListVersions(ctx context.Context, customerID CustomerID, recipeID int64, params *RecipeListVersionsParams, opts ...CallOption) (*Page[RecipeVersion], error) {
	return paged[RecipeVersion](s.core, recipesListVersions.at(customer(customerID), number(recipeID)), params, opts).first(ctx)
}

// AllVersions iterates over the versions of a recipe.
func (s *RecipeService) AllVersions(ctx context.Context, customerID CustomerID, recipeID int64, params *RecipeListVersionsParams, opts ...CallOption) iter.Seq2[RecipeVersion, error] {
	return paged[RecipeVersion](s.core, recipesListVersions.at(customer(customerID), number(recipeID)), params, opts).all(ctx)
}

// GetVersion returns a version of a recipe.
//
// https://docs.workato.com/oem/oem-api/recipes.html#get-recipe-version-details
func (s *RecipeService) GetVersion(ctx context.Context, customerID CustomerID, recipeID, versionID int64, opts ...CallOption) (*RecipeVersion, error) {
	r := recipesGetVersion.at(customer(customerID), number(recipeID), number(versionID))
	return fetch[RecipeVersion](ctx, s.core, r, opts)
}

// RecipeUpdateVersionCommentParams holds the new comment.
type RecipeUpdateVersionCommentParams struct {
	// Comment has at most 255 characters. An empty one is sent as such.
	Comment string `json:"comment"`
}

// maxVersionComment is the longest comment of a version in characters.
const maxVersionComment = 255

// UpdateVersionComment replaces the comment of a version.
//
// https://docs.workato.com/oem/oem-api/recipes.html#update-recipe-version-comment
func (s *RecipeService) UpdateVersionComment(ctx context.Context, customerID CustomerID, recipeID, versionID int64, params *RecipeUpdateVersionCommentParams, opts ...CallOption) (*RecipeVersion, error) {
	params, missing := needed(params)
	r := recipesUpdateVersionComment.at(customer(customerID), number(recipeID), number(versionID)).withBody(params).check(missing)
	if n := utf8.RuneCountInString(params.Comment); n > maxVersionComment {
		r = r.check(invalid("Comment", "has %d characters, at most %d are allowed", n, maxVersionComment))
	}
	return fetch[RecipeVersion](ctx, s.core, r, opts)
}
