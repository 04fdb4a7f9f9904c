package workato

import (
	"context"
	"encoding/json"
	"iter"

	"github.com/go-workato/workato/internal/wire"
)

// SkillService serves the skills of a customer's workspace: recipes that genies can
// run. Unverified: the responses, of which those of the Developer API are typed;
// Raw has whatever comes.
//
// https://docs.workato.com/en/oem/oem-api/agent-studio.html
type SkillService struct{ core *core }

var (
	skillsList = operation{Operation: Operation{
		Name: "skills.list", Method: "GET", Path: "/api/managed_users/{customer}/agentic/skills",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "skills.list", PerMinute: 1000}, Paging: PagingPage, Doc: agentStudioDoc,
	}}
	skillsGet = operation{Operation: Operation{
		Name: "skills.get", Method: "GET", Path: "/api/managed_users/{customer}/agentic/skills/{id}",
		Effect: Read, Quota: Quota{Family: "skills.get", PerMinute: 1000}, Doc: agentStudioDoc,
	}}
)

// Skill is a skill of a customer's workspace.
type Skill struct {
	// ID is a text: "skl-...".
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Description *string `json:"description"`
	// ProviderID is the id of what the skill runs, ProviderType its kind: "Recipe".
	ProviderID         *int64            `json:"provider_id"`
	ProviderType       string            `json:"provider_type"`
	FolderID           *int64            `json:"folder_id"`
	ProjectID          *int64            `json:"project_id"`
	Running            bool              `json:"running"`
	GeniesCount        int64             `json:"genies_count"`
	TriggerDescription *string           `json:"trigger_description"`
	Applications       []json.RawMessage `json:"applications"`
	// Raw is the skill as received.
	Raw json.RawMessage `json:"-"`
}

func (k Skill) key() string { return k.ID }

func (k *Skill) readWire(d *wire.Decoder, data []byte) error {
	type plain Skill
	return d.Keep(data, (*plain)(k), &k.Raw)
}

// UnmarshalJSON reads the known keys and keeps the whole text.
func (k *Skill) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, k, (*Skill).readWire)
}

// MarshalJSON returns the skill as received.
func (k Skill) MarshalJSON() ([]byte, error) {
	type plain Skill
	return kept(k.Raw, plain(k))
}

// SkillListParams selects skills. All fields are optional.
type SkillListParams struct {
	// FolderID selects what lies in a folder. Unverified: whether its subfolders count.
	FolderID int64 `url:"folder_id,omitempty"`
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also asked for by default. Unverified: the
	// service's own maximum.
	PerPage int `url:"per_page"`
}

func (p *SkillListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the skills of a customer's workspace.
//
// https://docs.workato.com/en/oem/oem-api/agent-studio.html
func (s *SkillService) List(ctx context.Context, customerID CustomerID, params *SkillListParams, opts ...CallOption) (*Page[Skill], error) {
	return s.list(customerID, params, opts).first(ctx)
}

// All iterates over the skills of List.
func (s *SkillService) All(ctx context.Context, customerID CustomerID, params *SkillListParams, opts ...CallOption) iter.Seq2[Skill, error] {
	return s.list(customerID, params, opts).all(ctx)
}

func (s *SkillService) list(customerID CustomerID, params *SkillListParams, opts []CallOption) pagedList[Skill] {
	p := given(params)
	return paged[Skill](s.core, skillsList.at(customer(customerID)).check(optionalID("FolderID", p.FolderID)), &p, opts)
}

// Get returns a skill.
//
// https://docs.workato.com/en/oem/oem-api/agent-studio.html
func (s *SkillService) Get(ctx context.Context, customerID CustomerID, skillID string, opts ...CallOption) (*Skill, error) {
	return fetch[Skill](ctx, s.core, skillsGet.at(customer(customerID), text(skillID)), opts)
}
