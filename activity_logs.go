package workato

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// ActivityLogService serves the log of what people and programs did in a
// customer's workspace. Each environment has its own.
//
// https://docs.workato.com/oem/oem-api/environment-management.html
type ActivityLogService struct{ core *core }

var activityLogsList = operation{Operation: Operation{
	Name: "activity_logs.list", Method: "GET", Path: "/api/managed_users/{customer}/activity_logs", Effect: Read, Response: ResponseList,
	Quota: Quota{Family: "activity_logs", PerMinute: 60}, Paging: PagingCursor, Doc: "https://docs.workato.com/oem/oem-api/environment-management.html",
}, nullable: "data"}

// ActivityLog is an entry of the log.
type ActivityLog struct {
	ID        int64     `json:"id"`
	Timestamp time.Time `json:"timestamp"`
	// EventType is what happened, such as "recipe_started".
	EventType string                `json:"event_type"`
	Workspace *ActivityLogWorkspace `json:"workspace"`
	User      *ActivityLogUser      `json:"user"`
	// Details are JSON, whose keys depend on the event.
	Details  json.RawMessage      `json:"details"`
	Resource *ActivityLogResource `json:"resource"`
	// Raw is the entry as received.
	Raw json.RawMessage `json:"-"`
}

func (l ActivityLog) identity() int64 { return l.ID }

// ActivityLogWorkspace is the workspace of an entry. The name of TEST and PROD
// is that of the environment: "Environment Test".
type ActivityLogWorkspace struct {
	ID          int64           `json:"id"`
	Name        string          `json:"name"`
	Email       string          `json:"email"`
	Environment EnvironmentType `json:"environment"`
}

// ActivityLogUser is the actor.
type ActivityLogUser struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

// ActivityLogResource is the affected object.
type ActivityLogResource struct {
	// ID is a number as a string, or the handle of a newer kind of object.
	ID   string               `json:"id"`
	Name string               `json:"name"`
	Type ActivityResourceType `json:"type"`
}

// ActivityResourceType is a kind of object, with the name of the service's
// class rather than that of the pages. There are many more than are listed
// here.
type ActivityResourceType string

// The kinds of object that a partner works with most.
const (
	ActivityRecipe      ActivityResourceType = "Flow"
	ActivityConnection  ActivityResourceType = "SharedAccount"
	ActivityConnector   ActivityResourceType = "Adapter"
	ActivityFolder      ActivityResourceType = "Folder"
	ActivityProject     ActivityResourceType = "Project"
	ActivityPackage     ActivityResourceType = "Package"
	ActivityDeployment  ActivityResourceType = "Deployment"
	ActivityProperty    ActivityResourceType = "AccountProperty"
	ActivityLookupTable ActivityResourceType = "LookupTable"
	ActivityUser        ActivityResourceType = "User"
	ActivityInvitation  ActivityResourceType = "MemberInvitation"
)

func (l *ActivityLog) readWire(d *wire.Decoder, data []byte) error {
	type plain ActivityLog
	return d.Keep(data, (*plain)(l), &l.Raw)
}

// UnmarshalJSON reads the known keys and keeps the whole text.
func (l *ActivityLog) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, l, (*ActivityLog).readWire)
}

// MarshalJSON returns the entry as received.
func (l ActivityLog) MarshalJSON() ([]byte, error) {
	type plain ActivityLog
	return kept(l.Raw, plain(l))
}

// ActivityLogListParams selects entries. All fields are optional.
type ActivityLogListParams struct {
	// After is the id of the last entry seen: the list continues after it.
	After int64 `url:"page[after],omitempty"`
	// PerPage is at most 100, which is also the default.
	PerPage int `url:"page[size]"`
	// From and To bound the time of the entries.
	From time.Time `url:"from,omitempty" layout:"2006-01-02T15:04:05.000Z"`
	To   time.Time `url:"to,omitempty" layout:"2006-01-02T15:04:05.000Z"`
	// UserIDs selects what these people did.
	UserIDs []int64 `url:"users_ids,brackets,omitempty"`

	// IncludeResourceTypes and IncludeEventTypes select entries, ExcludeResourceTypes
	// and ExcludeEventTypes leave entries out.
	IncludeResourceTypes []ActivityResourceType `url:"include_resource_types,brackets,omitempty"`
	ExcludeResourceTypes []ActivityResourceType `url:"exclude_resource_types,brackets,omitempty"`
	IncludeEventTypes    []string               `url:"include_event_types,brackets,omitempty"`
	ExcludeEventTypes    []string               `url:"exclude_event_types,brackets,omitempty"`

	page int // there is none
}

func (p *ActivityLogListParams) paging() (page, perPage *int) { return &p.page, &p.PerPage }

func (p *ActivityLogListParams) since() *int64 { return &p.After }

// List returns some entries of the log, from the beginning or after After. Its
// Count is the number of these entries, not of all. Unverified: the order. For
// an environment, pass its id as the customer.
//
// https://docs.workato.com/oem/oem-api/environment-management.html
func (s *ActivityLogService) List(ctx context.Context, customerID CustomerID, params *ActivityLogListParams, opts ...CallOption) (*Page[ActivityLog], error) {
	return s.entries(customerID, params, opts).first(ctx)
}

// All iterates over the entries of List and those after them, to the end of the
// log: an empty page. A repeated entry ends it with ErrRepeatedPage.
func (s *ActivityLogService) All(ctx context.Context, customerID CustomerID, params *ActivityLogListParams, opts ...CallOption) iter.Seq2[ActivityLog, error] {
	return s.entries(customerID, params, opts).all(ctx)
}

func (s *ActivityLogService) entries(customerID CustomerID, params *ActivityLogListParams, opts []CallOption) pagedList[ActivityLog] {
	p := given(params)
	p.From, p.To = p.From.UTC(), p.To.UTC()
	r := activityLogsList.at(customer(customerID)).check(optionalID("After", p.After), eachID("UserIDs", p.UserIDs))
	if !p.From.IsZero() && !p.To.IsZero() && !p.From.Before(p.To) {
		r = r.check(invalid("To", "must be after From"))
	}
	return paged[ActivityLog](s.core, r, &p, opts)
}
