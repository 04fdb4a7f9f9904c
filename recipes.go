package workato

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// RecipeService serves the recipes of a customer's workspace.
//
// https://docs.workato.com/oem/oem-api/recipes.html
type RecipeService struct{ core *core }

const recipesDoc = "https://docs.workato.com/oem/oem-api/recipes.html"

var (
	recipesList = operation{Operation: Operation{
		Name: "recipes.list", Method: "GET", Path: "/api/managed_users/{customer}/recipes",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "recipes.list", PerMinute: 2000}, Paging: PagingSinceID, Doc: recipesDoc,
	}}
	recipesGet = operation{Operation: Operation{
		Name: "recipes.get", Method: "GET", Path: "/api/managed_users/{customer}/recipes/{recipe_id}",
		Effect: Read, Quota: Quota{Family: "recipes.get", PerMinute: 2000}, Doc: recipesDoc,
	}}
	recipesStart = operation{Operation: Operation{
		Name: "recipes.start", Method: "PUT", Path: "/api/managed_users/{customer}/recipes/{recipe_id}/start",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "recipes", PerMinute: 1000}, Doc: recipesDoc,
	}, refusal: startRefused, metOwnEffect: alreadyRuns}
	recipesStop = operation{Operation: Operation{
		Name: "recipes.stop", Method: "PUT", Path: "/api/managed_users/{customer}/recipes/{recipe_id}/stop",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "recipes", PerMinute: 1000}, Doc: recipesDoc,
	}, metOwnEffect: alreadyStopped}
	recipesSearchPublic = operation{Operation: Operation{
		Name: "recipes.search_public", Method: "GET", Path: "/api/recipes/search",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "recipes.search_public"}, Paging: PagingPageFromZero, Deprecated: true, Doc: recipesDoc,
	}, maxPerPage: 20}
)

// Recipe is a recipe of a customer's workspace. Older responses lack some of
// the fields.
type Recipe struct {
	ID                 int64     `json:"id"`
	UserID             int64     `json:"user_id"`
	Name               string    `json:"name"`
	Description        *string   `json:"description"`
	CreatedAt          time.Time `json:"created_at"`
	UpdatedAt          time.Time `json:"updated_at"`
	CopyCount          int64     `json:"copy_count"`
	TriggerApplication *string   `json:"trigger_application"`
	ActionApplications []string  `json:"action_applications"`
	Applications       []string  `json:"applications"`
	// ParametersSchema, Parameters and TriggerClosure are JSON that depends on the
	// recipe.
	ParametersSchema json.RawMessage `json:"parameters_schema"`
	Parameters       json.RawMessage `json:"parameters"`
	TriggerClosure   json.RawMessage `json:"trigger_closure"`
	WebhookURL       *string         `json:"webhook_url"`
	// FolderID is the folder that the recipe lies in, ProjectID the project.
	FolderID  *int64 `json:"folder_id"`
	ProjectID *int64 `json:"project_id"`
	Running   bool   `json:"running"`
	// JobSucceededCount and JobFailedCount are totals.
	JobSucceededCount int64 `json:"job_succeeded_count"`
	JobFailedCount    int64 `json:"job_failed_count"`
	// LifetimeTaskCount counts from 2021-03-19.
	LifetimeTaskCount int64 `json:"lifetime_task_count"`
	// LastRunAt is nil for a recipe that has never run.
	LastRunAt *time.Time `json:"last_run_at"`
	// StoppedAt is when the recipe was stopped last, nil if it never was.
	StoppedAt *time.Time `json:"stopped_at"`
	// StopCause says why the service stopped the recipe; nil if it did not.
	StopCause *StopCause `json:"stop_cause"`
	// VersionNo is the number of the latest version.
	VersionNo int64 `json:"version_no"`
	// Code is a JSON document as text. It can be very large, and is empty if the
	// list was asked to exclude it.
	Code string `json:"code"`
	// Config is JSON: see ConfigEntries.
	Config             json.RawMessage `json:"config"`
	AuthorName         string          `json:"author_name"`
	VersionAuthorName  string          `json:"version_author_name"`
	VersionAuthorEmail string          `json:"version_author_email"`
	VersionComment     *string         `json:"version_comment"`
	// Tags are handles. They are nil unless the list was asked to include them.
	Tags []string `json:"tags"`
}

func (r *Recipe) identity() int64 { return r.ID }

// RecipeConfig connects an application of a recipe with a connection.
type RecipeConfig struct {
	Keyword        string `json:"keyword"`
	Name           string `json:"name"`
	Provider       string `json:"provider"`
	SkipValidation bool   `json:"skip_validation"`
	// AccountID is the id of the connection, nil if there is none yet.
	AccountID *int64 `json:"account_id"`
}

// ConfigEntries decodes Config, which is a list or a string that holds one.
func (r *Recipe) ConfigEntries() ([]RecipeConfig, error) {
	var entries []RecipeConfig
	if len(r.Config) == 0 {
		return nil, nil
	}
	if err := wire.Decode(r.Config, &entries); err != nil {
		return nil, fmt.Errorf("workato: config of recipe %d: %w", r.ID, err)
	}
	return entries, nil
}

// StopCause says why the service stopped a recipe. Other values may appear.
type StopCause string

// The causes seen so far.
const (
	StopCauseTriggerErrors StopCause = "trigger_errors_limit"
	StopCauseActionQuota   StopCause = "action_quota_limit"
	StopCauseTrialExpired  StopCause = "trial_expired"
	StopCauseTransactions  StopCause = "txn_quota_limit"
)

// RecipeOrder is an order of the list of recipes. Other values may be possible.
type RecipeOrder string

// The orders. The default is RecipeOrderDefault.
const (
	RecipeOrderDefault  RecipeOrder = "default"
	RecipeOrderActivity RecipeOrder = "activity"
)

// RecipeListParams filters and pages the list of recipes. All fields are
// optional.
type RecipeListParams struct {
	// AdapterNamesAll and AdapterNamesAny select recipes that use all, or any,
	// of the named connectors.
	AdapterNamesAll []string `url:"adapter_names_all,comma,omitempty"`
	AdapterNamesAny []string `url:"adapter_names_any,comma,omitempty"`
	// FolderID selects the recipes that lie in this folder. Unverified: whether those
	// in its subfolders count; the fake leaves them out. AllBelow walks the tree.
	FolderID int64 `url:"folder_id,omitempty"`
	// Running selects running recipes (Ptr(true)); nil selects all. Unverified:
	// Ptr(false), which should select stopped ones.
	Running *bool `url:"running,omitempty"`
	// StopCause selects recipes that the service stopped for this reason.
	StopCause StopCause `url:"stop_cause,omitempty"`
	// StoppedAfter is passed on as it is. The reference is ambiguous: it selects
	// the recipes stopped after this time, or excludes them.
	StoppedAfter time.Time `url:"stopped_after,omitempty" layout:"2006-01-02T15:04:05Z"`
	// UpdatedAfter selects the recipes that were changed after this time.
	UpdatedAfter time.Time `url:"updated_after,omitempty" layout:"2006-01-02T15:04:05Z"`
	// Includes names fields to add to the response: IncludeTags.
	Includes []string `url:"includes,brackets,omitempty"`
	// ExcludeCode leaves the code out of the response.
	ExcludeCode bool `url:"exclude_code,omitempty"`
	// Order sorts the list. Only the reference of the partner's own recipes shows
	// it. All uses page numbers if ids do not descend.
	Order RecipeOrder `url:"order,omitempty"`

	// SinceID selects recipes with ids lower than this one: the list descends.
	SinceID int64 `url:"since_id,omitempty"`
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default.
	PerPage int `url:"per_page"`
}

// List returns one page of a customer's recipes, the newest first. Its Next
// continues by page number, or by id if SinceID was set.
//
// https://docs.workato.com/oem/oem-api/recipes.html#list-recipes
func (s *RecipeService) List(ctx context.Context, customerID CustomerID, params *RecipeListParams, opts ...CallOption) (*Page[Recipe], error) {
	return s.list(customerID, params, opts).first(ctx)
}

// All iterates over a customer's recipes, the newest first. It walks down by
// id, so that recipes created or deleted meanwhile shift no page; if Page is
// set, or the list is not sorted by id, it uses page numbers.
func (s *RecipeService) All(ctx context.Context, customerID CustomerID, params *RecipeListParams, opts ...CallOption) iter.Seq2[Recipe, error] {
	return s.list(customerID, params, opts).all(ctx)
}

func (s *RecipeService) list(customerID CustomerID, params *RecipeListParams, opts []CallOption) pagedList[Recipe] {
	p := given(params)
	p.StoppedAfter, p.UpdatedAfter = p.StoppedAfter.UTC(), p.UpdatedAfter.UTC()
	r := recipesList.at(customer(customerID)).check(optionalID("FolderID", p.FolderID), optionalID("SinceID", p.SinceID))
	return paged[Recipe](s.core, r, &p, opts)
}

func (p *RecipeListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

func (p *RecipeListParams) since() *int64 { return &p.SinceID }

// RecipeGetParams are the options of Get.
type RecipeGetParams struct {
	// Includes names fields to add to the response: IncludeTags. Only the
	// reference of the partner's own recipes shows it.
	Includes []string `url:"includes,brackets,omitempty"`
}

// Get returns a recipe with its code.
//
// https://docs.workato.com/oem/oem-api/recipes.html#get-recipe-details
func (s *RecipeService) Get(ctx context.Context, customerID CustomerID, recipeID int64, params *RecipeGetParams, opts ...CallOption) (*Recipe, error) {
	r := recipesGet.at(customer(customerID), number(recipeID))
	if params != nil {
		r = r.withQuery(params)
	}
	return fetch[Recipe](ctx, s.core, r, opts)
}

// Start starts a recipe. The service responds before the recipe runs: the
// recipe's Running becomes true some seconds later. A refusal is a
// *RecipeStartError with the reasons by step, usually connections that are
// missing or not connected. Unverified: the response to the start of a recipe
// that runs; the fake confirms it, and a retry that is refused for that reason
// is a success.
//
// https://docs.workato.com/oem/oem-api/recipes.html#start-recipe
func (s *RecipeService) Start(ctx context.Context, customerID CustomerID, recipeID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, recipesStart.at(customer(customerID), number(recipeID)), opts)
}

// Stop stops a recipe: see WaitStopped. Unverified: what happens to running
// jobs.
//
// https://docs.workato.com/oem/oem-api/recipes.html#stop-recipe
func (s *RecipeService) Stop(ctx context.Context, customerID CustomerID, recipeID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, recipesStop.at(customer(customerID), number(recipeID)), opts)
}

// PublicRecipe is a recipe of Workato's community library: a Recipe without the
// fields about its runs.
type PublicRecipe struct {
	ID                 int64     `json:"id"`
	UserID             int64     `json:"user_id"`
	Name               string    `json:"name"`
	Description        *string   `json:"description"`
	CreatedAt          time.Time `json:"created_at"`
	UpdatedAt          time.Time `json:"updated_at"`
	CopyCount          int64     `json:"copy_count"`
	TriggerApplication *string   `json:"trigger_application"`
	ActionApplications []string  `json:"action_applications"`
	Applications       []string  `json:"applications"`
	// The search may leave out the following fields.
	ParametersSchema json.RawMessage `json:"parameters_schema"`
	Parameters       json.RawMessage `json:"parameters"`
	WebhookURL       *string         `json:"webhook_url"`
	FolderID         *int64          `json:"folder_id"`
	Code             string          `json:"code"`
	Config           json.RawMessage `json:"config"`
}

func (r *PublicRecipe) identity() int64 { return r.ID }

// RecipeSearchPublicParams selects public recipes.
type RecipeSearchPublicParams struct {
	// Applications are the names of connectors. Required.
	Applications []string `url:"applications,comma"`
	// Term is a text to search for.
	Term string `url:"term,omitempty"`
	// BoostOwned puts the recipes of the partner first.
	BoostOwned bool `url:"boost_owned,omitempty"`
	// Page counts from 0.
	Page int `url:"page"`
	// PerPage is at most 20, which is also the default.
	PerPage int `url:"per_page"`
}

// SearchPublic returns one page of the public recipes that use the given
// connectors. The reference shows them in the body of the GET; they are sent in
// the query.
//
// https://docs.workato.com/oem/oem-api/recipes.html#search-for-public-recipes
//
// Deprecated: the newest editions of the reference no longer list the endpoint.
func (s *RecipeService) SearchPublic(ctx context.Context, params *RecipeSearchPublicParams, opts ...CallOption) (*Page[PublicRecipe], error) {
	return s.public(params, opts).first(ctx)
}

// AllPublic iterates over the public recipes of SearchPublic.
//
// Deprecated: the newest editions of the reference no longer list the endpoint.
func (s *RecipeService) AllPublic(ctx context.Context, params *RecipeSearchPublicParams, opts ...CallOption) iter.Seq2[PublicRecipe, error] {
	return s.public(params, opts).all(ctx)
}

func (s *RecipeService) public(params *RecipeSearchPublicParams, opts []CallOption) pagedList[PublicRecipe] {
	params, missing := needed(params)
	return paged[PublicRecipe](s.core, recipesSearchPublic.at().check(missing, applications(params.Applications)), params, opts)
}

func (p *RecipeSearchPublicParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }
