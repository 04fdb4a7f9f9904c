package workato

import (
	"context"
	"encoding/json"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// WorkspaceService serves the partner's own workspace, to which the credential
// belongs.
//
// https://docs.workato.com/workato-api/users.html
type WorkspaceService struct{ core *core }

var workspaceWhoami = operation{Operation: Operation{
	Name: "workspace.whoami", Method: "GET", Path: "/api/users/me",
	Effect: Read, Quota: Quota{Family: "workspace", PerMinute: 60}, Doc: "https://docs.workato.com/workato-api/users.html",
}}

// Workspace is the workspace of the credential. Raw has the keys that are not
// typed here.
type Workspace struct {
	// ID and Name are those of the workspace, not of a person.
	ID        int64     `json:"id"`
	Name      string    `json:"name"`
	CreatedAt time.Time `json:"created_at"`
	PlanID    *string   `json:"plan_id"`
	// RootFolderID is the id of the Home folder.
	RootFolderID *int64  `json:"root_folder_id"`
	CompanyName  *string `json:"company_name"`
	Location     *string `json:"location"`
	// ContactPhone is also nil if the service sends the string "null".
	ContactPhone *string `json:"contact_phone"`
	// InterestedApplications has only been seen empty.
	InterestedApplications []json.RawMessage `json:"interested_applications"`
	RecipesCount           *int64            `json:"recipes_count"`
	// Raw is the workspace as received.
	Raw json.RawMessage `json:"-"`
}

func (w Workspace) identity() int64 { return w.ID }

func (w *Workspace) readWire(d *wire.Decoder, data []byte) error {
	type plain Workspace
	err := d.Keep(data, (*plain)(w), &w.Raw)
	if w.ContactPhone != nil && *w.ContactPhone == "null" {
		w.ContactPhone = nil
	}
	return err
}

// UnmarshalJSON reads the common keys and keeps the whole text.
func (w *Workspace) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, w, (*Workspace).readWire)
}

// MarshalJSON returns the workspace as received.
func (w Workspace) MarshalJSON() ([]byte, error) {
	type plain Workspace
	return kept(w.Raw, plain(w))
}

// Whoami returns the workspace that the credential belongs to. Use it to check
// whether a credential is accepted.
//
// https://docs.workato.com/workato-api/users.html
func (s *WorkspaceService) Whoami(ctx context.Context, opts ...CallOption) (*Workspace, error) {
	return fetch[Workspace](ctx, s.core, workspaceWhoami.at(), opts)
}
