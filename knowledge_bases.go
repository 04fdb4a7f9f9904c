package workato

import (
	"context"
	"encoding/json"
	"iter"

	"github.com/go-workato/workato/internal/wire"
)

// KnowledgeBaseService serves the knowledge bases of a customer's workspace, from
// which genies take what they know. Unverified: the responses, of which those of
// the Developer API are typed; Raw has whatever comes.
//
// https://docs.workato.com/en/oem/oem-api/agent-studio.html
type KnowledgeBaseService struct{ core *core }

var (
	knowledgeBasesList = operation{Operation: Operation{
		Name: "knowledge_bases.list", Method: "GET", Path: "/api/managed_users/{customer}/agentic/knowledge_bases",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "knowledge_bases.list", PerMinute: 1000}, Paging: PagingPage, Doc: agentStudioDoc,
	}}
	knowledgeBasesGet = operation{Operation: Operation{
		Name: "knowledge_bases.get", Method: "GET", Path: "/api/managed_users/{customer}/agentic/knowledge_bases/{id}",
		Effect: Read, Quota: Quota{Family: "knowledge_bases.get", PerMinute: 1000}, Doc: agentStudioDoc,
	}}
)

// KnowledgeBase is a knowledge base of a customer's workspace.
type KnowledgeBase struct {
	// ID is a text: "kb-...".
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Description *string `json:"description"`
	FolderID    *int64  `json:"folder_id"`
	// StorageSize is 0 as long as no recipe has filled the knowledge base.
	StorageSize        int64 `json:"storage_size"`
	ActiveRecipesCount int64 `json:"active_recipes_count"`
	// Raw is the knowledge base as received.
	Raw json.RawMessage `json:"-"`
}

func (k KnowledgeBase) key() string { return k.ID }

func (k *KnowledgeBase) readWire(d *wire.Decoder, data []byte) error {
	type plain KnowledgeBase
	return d.Keep(data, (*plain)(k), &k.Raw)
}

// UnmarshalJSON reads the known keys and keeps the whole text.
func (k *KnowledgeBase) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, k, (*KnowledgeBase).readWire)
}

// MarshalJSON returns the knowledge base as received.
func (k KnowledgeBase) MarshalJSON() ([]byte, error) {
	type plain KnowledgeBase
	return kept(k.Raw, plain(k))
}

// KnowledgeBaseListParams selects knowledge bases. All fields are optional.
type KnowledgeBaseListParams struct {
	// FolderID selects what lies in a folder. Unverified: whether its subfolders count.
	FolderID int64 `url:"folder_id,omitempty"`
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also asked for by default. Unverified: the
	// service's own maximum.
	PerPage int `url:"per_page"`
}

func (p *KnowledgeBaseListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the knowledge bases of a customer's workspace.
//
// https://docs.workato.com/en/oem/oem-api/agent-studio.html
func (s *KnowledgeBaseService) List(ctx context.Context, customerID CustomerID, params *KnowledgeBaseListParams, opts ...CallOption) (*Page[KnowledgeBase], error) {
	return s.list(customerID, params, opts).first(ctx)
}

// All iterates over the knowledge bases of List.
func (s *KnowledgeBaseService) All(ctx context.Context, customerID CustomerID, params *KnowledgeBaseListParams, opts ...CallOption) iter.Seq2[KnowledgeBase, error] {
	return s.list(customerID, params, opts).all(ctx)
}

func (s *KnowledgeBaseService) list(customerID CustomerID, params *KnowledgeBaseListParams, opts []CallOption) pagedList[KnowledgeBase] {
	p := given(params)
	return paged[KnowledgeBase](s.core, knowledgeBasesList.at(customer(customerID)).check(optionalID("FolderID", p.FolderID)), &p, opts)
}

// Get returns a knowledge base.
//
// https://docs.workato.com/en/oem/oem-api/agent-studio.html
func (s *KnowledgeBaseService) Get(ctx context.Context, customerID CustomerID, knowledgeBaseID string, opts ...CallOption) (*KnowledgeBase, error) {
	return fetch[KnowledgeBase](ctx, s.core, knowledgeBasesGet.at(customer(customerID), text(knowledgeBaseID)), opts)
}
