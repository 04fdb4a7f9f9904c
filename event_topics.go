package workato

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// EventTopicService serves the event topics of a customer's workspace, to which
// recipes publish messages and from which they read them. Messages themselves
// are published and read on another host, which this package does not call.
// Unverified: the responses for customers' workspaces; the fields are those of
// the Developer API, and Raw has everything.
//
// https://docs.workato.com/en/oem/oem-api/event-streams.html
type EventTopicService struct{ core *core }

const eventTopicsDoc = "https://docs.workato.com/en/oem/oem-api/event-streams.html"

var (
	eventTopicsList = operation{Operation: Operation{
		Name: "event_topics.list", Method: "GET", Path: "/api/managed_users/{customer}/event_streams/topics",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "event_topics", PerMinute: 60}, Paging: PagingPage, Doc: eventTopicsDoc,
	}}
	eventTopicsCreate = operation{Operation: Operation{
		Name: "event_topics.create", Method: "POST", Path: "/api/managed_users/{customer}/event_streams/topics",
		Effect: Create, Quota: Quota{Family: "event_topics", PerMinute: 60}, Doc: eventTopicsDoc,
	}, lookup: "look for the name in the list of topics before you try again"}
	eventTopicsGet = operation{Operation: Operation{
		Name: "event_topics.get", Method: "GET", Path: "/api/managed_users/{customer}/event_streams/topics/{topic_id}",
		Effect: Read, Quota: Quota{Family: "event_topics", PerMinute: 60}, Doc: eventTopicsDoc,
	}}
	eventTopicsUpdate = operation{Operation: Operation{
		Name: "event_topics.update", Method: "PUT", Path: "/api/managed_users/{customer}/event_streams/topics/{topic_id}",
		Effect: Idempotent, Quota: Quota{Family: "event_topics", PerMinute: 60}, Doc: eventTopicsDoc,
	}}
	eventTopicsDelete = operation{Operation: Operation{
		Name: "event_topics.delete", Method: "DELETE", Path: "/api/managed_users/{customer}/event_streams/topics/{topic_id}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "event_topics", PerMinute: 60}, Doc: eventTopicsDoc,
	}, metOwnEffect: isGone}
	// A retry also deletes messages that were published meanwhile, like a slow
	// call.
	eventTopicsPurge = operation{Operation: Operation{
		Name: "event_topics.purge", Method: "PUT", Path: "/api/managed_users/{customer}/event_streams/topics/{topic_id}/purge",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "event_topics", PerMinute: 60}, Doc: eventTopicsDoc,
	}}
)

// EventTopic is a topic.
type EventTopic struct {
	ID          int64   `json:"id"`
	Name        string  `json:"name"`
	Description *string `json:"description"`
	// Retention is how long messages are kept, in seconds.
	Retention *float64 `json:"retention"`
	// Schema are the fields of a message, as JSON. Lists include it on request.
	Schema    json.RawMessage `json:"schema"`
	FolderID  *int64          `json:"folder_id"`
	CreatedAt *time.Time      `json:"created_at"`
	UpdatedAt *time.Time      `json:"updated_at"`
	// Raw is the topic as received.
	Raw json.RawMessage `json:"-"`
}

func (t EventTopic) identity() int64 { return t.ID }

func (t *EventTopic) readWire(d *wire.Decoder, data []byte) error {
	type plain EventTopic
	return d.Keep(data, (*plain)(t), &t.Raw)
}

// UnmarshalJSON reads the known keys and keeps the whole text.
func (t *EventTopic) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, t, (*EventTopic).readWire)
}

// MarshalJSON returns the topic as received.
func (t EventTopic) MarshalJSON() ([]byte, error) {
	type plain EventTopic
	return kept(t.Raw, plain(t))
}

// EventTopicSort is an order of topics. Other values may be possible.
type EventTopicSort string

// The documented orders. EventTopicSortID is the default.
const (
	EventTopicSortID       EventTopicSort = "id"
	EventTopicSortName     EventTopicSort = "name"
	EventTopicSortActivity EventTopicSort = "activity" // the latest first
)

// EventTopicListParams selects topics. All fields are optional.
type EventTopicListParams struct {
	// Name is a part of the name, case-sensitive.
	Name string `url:"name,omitempty"`
	// Sort is the order of the list; the service's own if it is empty.
	Sort EventTopicSort `url:"sort,omitempty"`
	// IncludeSchema shows the fields of messages.
	IncludeSchema bool `url:"include_schema,omitempty"`
	// Page counts from 1. Unverified: that this list is paged. If it is not and is
	// longer than a page, a walk ends with ErrRepeatedPage after all of it.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default here.
	PerPage int `url:"per_page"`
}

func (p *EventTopicListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the topics of a customer's workspace.
//
// https://docs.workato.com/en/oem/oem-api/event-streams.html
func (s *EventTopicService) List(ctx context.Context, customerID CustomerID, params *EventTopicListParams, opts ...CallOption) (*Page[EventTopic], error) {
	return paged[EventTopic](s.core, eventTopicsList.at(customer(customerID)), params, opts).first(ctx)
}

// All iterates over the topics of List.
func (s *EventTopicService) All(ctx context.Context, customerID CustomerID, params *EventTopicListParams, opts ...CallOption) iter.Seq2[EventTopic, error] {
	return paged[EventTopic](s.core, eventTopicsList.at(customer(customerID)), params, opts).all(ctx)
}

// EventTopicField is a field of the messages of a topic, in the form of the
// connector SDK. Name and Type are required; the samples have all of them.
type EventTopicField struct {
	Name        string `json:"name"`
	Label       string `json:"label,omitempty"`
	Type        string `json:"type"`
	ControlType string `json:"control_type,omitempty"`
	Optional    bool   `json:"optional"`
	// Properties are the fields of an object.
	Properties []EventTopicField `json:"properties,omitempty"`
}

// EventTopicCreateParams describes a topic. Name and Schema are required.
type EventTopicCreateParams struct {
	Name   string            `json:"name"`
	Schema []EventTopicField `json:"schema"`
	// Retention is how long messages are kept, in seconds; if it is 0, for a week.
	Retention   int64  `json:"retention,omitempty"`
	Description string `json:"description,omitempty"`
	// FolderID is the folder of the topic, 0 for Home.
	FolderID int64 `json:"folder_id,omitempty"`
}

// checkRetention refuses an impossible time.
func checkRetention(seconds int64) error {
	if seconds < 0 {
		return invalid("Retention", "is negative")
	}
	return nil
}

// Create makes a topic. If the response is lost, the error is ErrOutcomeUnknown:
// look for the name in List.
//
// https://docs.workato.com/en/oem/oem-api/event-streams.html
func (s *EventTopicService) Create(ctx context.Context, customerID CustomerID, params *EventTopicCreateParams, opts ...CallOption) (*EventTopic, error) {
	params, missing := needed(params)
	r := eventTopicsCreate.at(customer(customerID)).withBody(params).
		check(missing, required("Name", params.Name), checkRetention(params.Retention), optionalID("FolderID", params.FolderID))
	if len(params.Schema) == 0 {
		r = r.check(invalid("Schema", "is required"))
	}
	for i, field := range params.Schema {
		r = r.check(required(fmt.Sprintf("Schema[%d].Name", i), field.Name, fmt.Sprintf("Schema[%d].Type", i), field.Type))
	}
	return fetch[EventTopic](ctx, s.core, r, opts)
}

// Get returns a topic.
//
// https://docs.workato.com/en/oem/oem-api/event-streams.html
func (s *EventTopicService) Get(ctx context.Context, customerID CustomerID, topicID int64, opts ...CallOption) (*EventTopic, error) {
	return fetch[EventTopic](ctx, s.core, eventTopicsGet.at(customer(customerID), number(topicID)), opts)
}

// EventTopicUpdateParams describes a change: fields that are not set stay as
// they are. The schema cannot be changed.
type EventTopicUpdateParams struct {
	Name        Opt[string] `json:"name,omitzero"`
	Description Opt[string] `json:"description,omitzero"`
	// Retention is how long messages are kept, in seconds.
	Retention Opt[int64] `json:"retention,omitzero"`
}

// Update changes the name, the description or the retention of a topic.
//
// https://docs.workato.com/en/oem/oem-api/event-streams.html
func (s *EventTopicService) Update(ctx context.Context, customerID CustomerID, topicID int64, params *EventTopicUpdateParams, opts ...CallOption) (*EventTopic, error) {
	params, missing := needed(params)
	retention, _ := params.Retention.Get()
	r := eventTopicsUpdate.at(customer(customerID), number(topicID)).withBody(params).
		check(missing, changedName(params.Name), notCleared("Retention", params.Retention), checkRetention(retention))
	return fetch[EventTopic](ctx, s.core, r, opts)
}

// Delete deletes a topic with its messages. Unverified: the response, which is
// that of the Developer API; any success counts.
//
// https://docs.workato.com/en/oem/oem-api/event-streams.html
func (s *EventTopicService) Delete(ctx context.Context, customerID CustomerID, topicID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, eventTopicsDelete.at(customer(customerID), number(topicID)), opts)
}

// Purge deletes all messages of a topic, and keeps the topic. This cannot be
// undone. If the response is lost, it is sent again, and messages that were
// published meanwhile go too: WithoutRetry prevents that.
//
// https://docs.workato.com/en/oem/oem-api/event-streams.html
func (s *EventTopicService) Purge(ctx context.Context, customerID CustomerID, topicID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, eventTopicsPurge.at(customer(customerID), number(topicID)), opts)
}
