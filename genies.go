package workato

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// GenieService serves the genies of a customer's workspace: AI agents that are
// made in Agent Studio. Unverified: the bodies and responses, of which those of
// the Developer API are typed; Raw has whatever comes.
//
// https://docs.workato.com/en/oem/oem-api/agent-studio.html
type GenieService struct{ core *core }

const agentStudioDoc = "https://docs.workato.com/en/oem/oem-api/agent-studio.html"

var (
	geniesList = operation{Operation: Operation{
		Name: "genies.list", Method: "GET", Path: "/api/managed_users/{customer}/agentic/genies",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "genies.list", PerMinute: 1000}, Paging: PagingPage, Doc: agentStudioDoc,
	}}
	geniesGet = operation{Operation: Operation{
		Name: "genies.get", Method: "GET", Path: "/api/managed_users/{customer}/agentic/genies/{id}",
		Effect: Read, Quota: Quota{Family: "genies.get", PerMinute: 1000}, Doc: agentStudioDoc,
	}}
	geniesCreate = operation{Operation: Operation{
		Name: "genies.create", Method: "POST", Path: "/api/managed_users/{customer}/agentic/genies",
		Effect: Create, Quota: Quota{Family: "genies", PerMinute: 60}, Doc: agentStudioDoc,
	}, lookup: "look for the genie's name and folder with genies.list before you try again"}
	geniesUpdate = operation{Operation: Operation{
		Name: "genies.update", Method: "PUT", Path: "/api/managed_users/{customer}/agentic/genies/{id}",
		Effect: Idempotent, Quota: Quota{Family: "genies", PerMinute: 60}, Doc: agentStudioDoc,
	}}
)

// Genie is a genie of a customer's workspace. All fields but the id may be missing:
// Create returns no more than that.
type Genie struct {
	// ID is a text: "gin-...".
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Description *string `json:"description"`
	FolderID    *int64  `json:"folder_id"`
	ProjectID   *int64  `json:"project_id"`
	// Instructions is what the genie is told to do.
	Instructions *string `json:"instructions"`
	AIProvider   *string `json:"ai_provider"`
	// State is a word such as running or stopped.
	State       string     `json:"state"`
	SkillsCount int64      `json:"skills_count"`
	CreatedAt   *time.Time `json:"created_at"`
	UpdatedAt   *time.Time `json:"updated_at"`
	// Raw is the genie as received.
	Raw json.RawMessage `json:"-"`
}

func (g Genie) key() string { return g.ID }

func (g *Genie) readWire(d *wire.Decoder, data []byte) error {
	type plain Genie
	return d.Keep(data, (*plain)(g), &g.Raw)
}

// UnmarshalJSON reads the known keys and keeps the whole text.
func (g *Genie) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, g, (*Genie).readWire)
}

// MarshalJSON returns the genie as received.
func (g Genie) MarshalJSON() ([]byte, error) {
	type plain Genie
	return kept(g.Raw, plain(g))
}

// GenieListParams selects genies. All fields are optional.
type GenieListParams struct {
	// FolderID selects what lies in a folder. Unverified: whether its subfolders count.
	FolderID int64 `url:"folder_id,omitempty"`
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also asked for by default. Unverified: the
	// service's own maximum.
	PerPage int `url:"per_page"`
}

func (p *GenieListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the genies of a customer's workspace.
//
// https://docs.workato.com/en/oem/oem-api/agent-studio.html
func (s *GenieService) List(ctx context.Context, customerID CustomerID, params *GenieListParams, opts ...CallOption) (*Page[Genie], error) {
	return s.list(customerID, params, opts).first(ctx)
}

// All iterates over the genies of List.
func (s *GenieService) All(ctx context.Context, customerID CustomerID, params *GenieListParams, opts ...CallOption) iter.Seq2[Genie, error] {
	return s.list(customerID, params, opts).all(ctx)
}

func (s *GenieService) list(customerID CustomerID, params *GenieListParams, opts []CallOption) pagedList[Genie] {
	p := given(params)
	return paged[Genie](s.core, geniesList.at(customer(customerID)).check(optionalID("FolderID", p.FolderID)), &p, opts)
}

// Get returns a genie.
//
// https://docs.workato.com/en/oem/oem-api/agent-studio.html
func (s *GenieService) Get(ctx context.Context, customerID CustomerID, genieID string, opts ...CallOption) (*Genie, error) {
	return fetch[Genie](ctx, s.core, geniesGet.at(customer(customerID), text(genieID)), opts)
}

// GenieCreateParams describes a new genie. Name and FolderID are required.
type GenieCreateParams struct {
	Name        string `json:"name"`
	FolderID    int64  `json:"folder_id"`
	Description string `json:"description,omitempty"`
	// Instructions tell the genie, in words, what it is for and how to behave.
	Instructions string `json:"instructions,omitempty"`
	// AIProvider is the model that the genie uses. Unverified: its values.
	AIProvider string `json:"ai_provider,omitempty"`
	// Matrix holds further settings. It is sent as an empty object if it is nil,
	// which is the form that was seen.
	Matrix map[string]any `json:"matrix"`
}

// Create makes a genie without skills. The response may hold no more than its id.
//
// https://docs.workato.com/en/oem/oem-api/agent-studio.html
func (s *GenieService) Create(ctx context.Context, customerID CustomerID, params *GenieCreateParams, opts ...CallOption) (*Genie, error) {
	params, missing := needed(params)
	body := *params
	if body.Matrix == nil {
		body.Matrix = map[string]any{}
	}
	r := geniesCreate.at(customer(customerID)).withBody(&body).check(missing, required("Name", body.Name), requiredID("FolderID", body.FolderID))
	return fetch[Genie](ctx, s.core, r, opts)
}

// GenieUpdateParams describes a change: fields that are left alone stay as they
// are.
type GenieUpdateParams struct {
	Name         Opt[string]         `json:"name,omitzero"`
	FolderID     Opt[int64]          `json:"folder_id,omitzero"`
	Description  Opt[string]         `json:"description,omitzero"`
	Instructions Opt[string]         `json:"instructions,omitzero"`
	AIProvider   Opt[string]         `json:"ai_provider,omitzero"`
	Matrix       Opt[map[string]any] `json:"matrix,omitzero"`
}

// Update changes a genie.
//
// https://docs.workato.com/en/oem/oem-api/agent-studio.html
func (s *GenieService) Update(ctx context.Context, customerID CustomerID, genieID string, params *GenieUpdateParams, opts ...CallOption) (*Genie, error) {
	params, missing := needed(params)
	r := geniesUpdate.at(customer(customerID), text(genieID)).withBody(params).check(missing, changedName(params.Name),
		idIfSet("FolderID", params.FolderID), notCleared("FolderID", params.FolderID), notCleared("AIProvider", params.AIProvider))
	return fetch[Genie](ctx, s.core, r, opts)
}
