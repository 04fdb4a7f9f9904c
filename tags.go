package workato

import (
	"context"
	"iter"
)

// TagService serves the tags of a customer's workspace, at most 1,000, and
// assigns them to recipes and connections. The id of a tag is its handle, such
// as "tag-Bq1xYz-9KmA".
//
// https://docs.workato.com/oem/oem-api/environment-management.html
type TagService struct{ core *core }

const tagsDoc = "https://docs.workato.com/oem/oem-api/environment-management.html"

var (
	tagsList = operation{Operation: Operation{
		Name: "tags.list", Method: "GET", Path: "/api/v2/managed_users/{customer}/tags",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "tags", PerMinute: 60}, Paging: PagingPage, Doc: tagsDoc,
	}, rows: "tags"}
	tagsCreate = operation{Operation: Operation{
		Name: "tags.create", Method: "POST", Path: "/api/v2/managed_users/{customer}/tags",
		Effect: Create, Quota: Quota{Family: "tags", PerMinute: 60}, Doc: tagsDoc,
	}, lookup: "look for the tag's title with tags.list before you try again"}
	tagsUpdate = operation{Operation: Operation{
		Name: "tags.update", Method: "PUT", Path: "/api/v2/managed_users/{customer}/tags/{handle}",
		Effect: Idempotent, Quota: Quota{Family: "tags", PerMinute: 60}, Doc: tagsDoc,
	}}
	tagsDelete = operation{Operation: Operation{
		Name: "tags.delete", Method: "DELETE", Path: "/api/v2/managed_users/{customer}/tags/{handle}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "tags", PerMinute: 60}, Doc: tagsDoc,
	}, metOwnEffect: isGone}
	tagsAssign = operation{Operation: Operation{
		Name: "tags.assign", Method: "POST", Path: "/api/v2/managed_users/{customer}/tags_assignments", Effect: Idempotent, Response: ResponseConfirmation,
		Quota: Quota{Family: "tags.assign", PerMinute: 1000}, Doc: "https://docs.workato.com/oem/oem-api/tag-assignments.html",
	}}
)

// Tag is a tag of a customer's workspace.
type Tag struct {
	Handle      string    `json:"handle"`
	Title       string    `json:"title"`
	Description *string   `json:"description"`
	Color       *TagColor `json:"color"`
}

func (t *Tag) key() string { return t.Handle }

// TagColor is the colour of a tag. Other values may appear.
type TagColor string

// The colours seen so far.
const (
	TagBlue    TagColor = "blue"
	TagViolet  TagColor = "violet"
	TagGreen   TagColor = "green"
	TagRed     TagColor = "red"
	TagOrange  TagColor = "orange"
	TagGold    TagColor = "gold"
	TagIndigo  TagColor = "indigo"
	TagBrown   TagColor = "brown"
	TagTeal    TagColor = "teal"
	TagPlum    TagColor = "plum"
	TagSlate   TagColor = "slate"
	TagNeutral TagColor = "neutral"
)

// TagListParams filters and pages tags. All fields are optional. Unverified:
// the filters, which are those of the Developer API.
type TagListParams struct {
	// Text is a part of the title or of the description.
	Text string `url:"q[title_or_description_cont],omitempty"`
	// Handles selects the tags with these handles.
	Handles []string `url:"q[handle_in],brackets,omitempty"`
	// RecipeID and ConnectionID select the tags that a recipe or a connection has.
	RecipeID     int64 `url:"q[recipe_id_eq],omitempty"`
	ConnectionID int64 `url:"q[connection_id_eq],omitempty"`
	// OnlyAssigned excludes unused tags.
	OnlyAssigned bool `url:"q[only_assigned],omitempty"`
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default.
	PerPage int `url:"per_page"`
}

func (p *TagListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the tags of a customer's workspace.
//
// https://docs.workato.com/oem/oem-api/environment-management.html
func (s *TagService) List(ctx context.Context, customerID CustomerID, params *TagListParams, opts ...CallOption) (*Page[Tag], error) {
	return s.tags(customerID, params, opts).first(ctx)
}

// All iterates over the tags of List.
func (s *TagService) All(ctx context.Context, customerID CustomerID, params *TagListParams, opts ...CallOption) iter.Seq2[Tag, error] {
	return s.tags(customerID, params, opts).all(ctx)
}

func (s *TagService) tags(customerID CustomerID, params *TagListParams, opts []CallOption) pagedList[Tag] {
	p := given(params)
	r := tagsList.at(customer(customerID)).check(optionalID("RecipeID", p.RecipeID), optionalID("ConnectionID", p.ConnectionID))
	return paged[Tag](s.core, r, params, opts)
}

// TagCreateParams describes a new tag. Title is required.
type TagCreateParams struct {
	// According to one client, Title has at most 30 characters and Description
	// 150.
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	// Color is one of the TagColor constants; the service's choice if it is empty.
	Color TagColor `json:"color,omitempty"`
}

// Create makes a tag in a customer's workspace. Unverified: the response, which
// in the Developer API is the tag.
//
// https://docs.workato.com/oem/oem-api/environment-management.html
func (s *TagService) Create(ctx context.Context, customerID CustomerID, params *TagCreateParams, opts ...CallOption) (*Tag, error) {
	params, missing := needed(params)
	return fetch[Tag](ctx, s.core, tagsCreate.at(customer(customerID)).withBody(params).check(missing, required("Title", params.Title)), opts)
}

// TagUpdateParams describes a change: fields that are not set stay as they are.
type TagUpdateParams struct {
	Title       Opt[string]   `json:"title,omitzero"`
	Description Opt[string]   `json:"description,omitzero"`
	Color       Opt[TagColor] `json:"color,omitzero"`
}

// Update changes a tag. Its handle stays the same.
//
// https://docs.workato.com/oem/oem-api/environment-management.html
func (s *TagService) Update(ctx context.Context, customerID CustomerID, handle string, params *TagUpdateParams, opts ...CallOption) (*Tag, error) {
	params, missing := needed(params)
	r := tagsUpdate.at(customer(customerID), text(handle)).withBody(params).check(missing, changedText("Title", params.Title))
	return fetch[Tag](ctx, s.core, r, opts)
}

// Delete deletes a tag and removes it from all recipes and connections.
// Unverified: the response; any success counts.
//
// https://docs.workato.com/oem/oem-api/environment-management.html
func (s *TagService) Delete(ctx context.Context, customerID CustomerID, handle string, opts ...CallOption) error {
	return s.core.confirm(ctx, tagsDelete.at(customer(customerID), text(handle)), opts)
}

// TagAssignParams says which tags to add and remove where. At least one tag,
// and one recipe or connection, is required.
type TagAssignParams struct {
	// AddTags and RemoveTags are handles.
	AddTags    []string `json:"add_tags,omitempty"`
	RemoveTags []string `json:"remove_tags,omitempty"`
	// RecipeIDs and ConnectionIDs are what the tags are added to and removed from.
	RecipeIDs     []int64 `json:"recipe_ids,omitempty"`
	ConnectionIDs []int64 `json:"connection_ids,omitempty"`
}

// Assign adds tags to recipes and connections, and removes others from them. A
// second identical call changes nothing. The lists of recipes and connections
// show the tags with IncludeTags.
//
// https://docs.workato.com/oem/oem-api/tag-assignments.html
func (s *TagService) Assign(ctx context.Context, customerID CustomerID, params *TagAssignParams, opts ...CallOption) error {
	params, missing := needed(params)
	r := tagsAssign.at(customer(customerID)).withBody(params).
		check(missing, eachID("RecipeIDs", params.RecipeIDs), eachID("ConnectionIDs", params.ConnectionIDs))
	if len(params.AddTags)+len(params.RemoveTags) == 0 {
		r = r.check(invalid("AddTags", "is required, or RemoveTags"))
	}
	if len(params.RecipeIDs)+len(params.ConnectionIDs) == 0 {
		r = r.check(invalid("RecipeIDs", "is required, or ConnectionIDs"))
	}
	for _, handle := range params.AddTags {
		r = r.check(required("AddTags", handle))
	}
	for _, handle := range params.RemoveTags {
		r = r.check(required("RemoveTags", handle))
	}
	return s.core.confirm(ctx, r, opts)
}
