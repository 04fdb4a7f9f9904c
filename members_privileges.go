package workato

import (
	"context"
	"encoding/json"

	"github.com/go-workato/workato/internal/wire"
)

var (
	membersPrivileges = operation{Operation: Operation{
		Name: "members.privileges", Method: "GET", Path: "/api/managed_users/{customer}/members/{member_id}/privileges",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "members", PerMinute: 60}, Doc: managedUsersDoc,
	}}
	membersProjectsPrivileges = operation{Operation: Operation{
		Name: "members.projects_privileges", Method: "GET", Path: "/api/managed_users/{customer}/members/{member_id}/projects_privileges",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "members", PerMinute: 60}, Doc: managedUsersDoc,
	}}
	membersProjectGrants = operation{Operation: Operation{
		Name: "members.project_grants", Method: "GET", Path: "/api/managed_users/{customer}/members/{member_id}/project_grants",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "members", PerMinute: 60}, Doc: managedUsersDoc,
	}}
)

// MemberPrivilege says what a member may do in an environment. The keys are
// those of the Developer API; Raw has them all.
type MemberPrivilege struct {
	EnvironmentType EnvironmentType `json:"environment_type"`
	// Name is the name of the role.
	Name string `json:"name"`
	// Privileges are verbs by asset type: {"Recipe": ["read"]}.
	Privileges map[string][]string `json:"privileges"`
	// FolderIDs are the folders to which the role is restricted.
	FolderIDs []int64 `json:"folder_ids"`
	// Raw is the privilege as received.
	Raw json.RawMessage `json:"-"`
}

func (p *MemberPrivilege) readWire(d *wire.Decoder, data []byte) error {
	type plain MemberPrivilege
	return d.Keep(data, (*plain)(p), &p.Raw)
}

// UnmarshalJSON reads the known keys and keeps the whole text.
func (p *MemberPrivilege) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, p, (*MemberPrivilege).readWire)
}

// MarshalJSON returns the privilege as received.
func (p MemberPrivilege) MarshalJSON() ([]byte, error) {
	type plain MemberPrivilege
	return kept(p.Raw, plain(p))
}

func (p MemberPrivilege) present() bool { return hasKeys(p.Raw) }

// Privileges returns what a member may do in each environment.
//
// https://docs.workato.com/oem/oem-api/managed-users.html
func (s *MemberService) Privileges(ctx context.Context, customerID CustomerID, memberID int64, opts ...CallOption) ([]MemberPrivilege, error) {
	return fetchList[MemberPrivilege](ctx, s.core, membersPrivileges.at(customer(customerID), number(memberID)), opts)
}

// MemberProjectPrivilege says what a member may do in a project.
type MemberProjectPrivilege struct {
	// Raw is the privilege as received. Unverified: its keys.
	Raw json.RawMessage `json:"-"`
}

func (p *MemberProjectPrivilege) readWire(d *wire.Decoder, data []byte) error {
	return d.Keep(data, new(struct{}), &p.Raw)
}

// UnmarshalJSON keeps the whole text.
func (p *MemberProjectPrivilege) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, p, (*MemberProjectPrivilege).readWire)
}

// MarshalJSON returns the privilege as received.
func (p MemberProjectPrivilege) MarshalJSON() ([]byte, error) { return kept(p.Raw, nil) }

func (p MemberProjectPrivilege) present() bool { return hasKeys(p.Raw) }

// ProjectsPrivileges returns what a member may do in projects, by grants to the
// member and to groups of members. It serves workspaces with the newer
// permission model. The reference allows null for an empty list.
//
// https://docs.workato.com/oem/oem-api/managed-users.html
func (s *MemberService) ProjectsPrivileges(ctx context.Context, customerID CustomerID, memberID int64, opts ...CallOption) ([]MemberProjectPrivilege, error) {
	r := membersProjectsPrivileges.at(customer(customerID), number(memberID))
	return invoke(ctx, s.core, r, opts, decodeNullable[MemberProjectPrivilege])
}

// ProjectGrant gives a person or a group of members a role in a project.
type ProjectGrant struct {
	// ID is a string: "pg-...".
	ID          string               `json:"id"`
	Project     *ProjectGrantProject `json:"project"`
	ProjectRole *ProjectGrantRole    `json:"project_role"`
	// User and UserGroup: one of them is set.
	User      *ProjectGrantUser `json:"user"`
	UserGroup json.RawMessage   `json:"user_group"`
	// Raw is the grant as received.
	Raw json.RawMessage `json:"-"`
}

// ProjectGrantProject is the project of a grant.
type ProjectGrantProject struct {
	ID          int64                `json:"id"`
	Name        string               `json:"name"`
	Environment *CustomerEnvironment `json:"environment"`
}

// ProjectGrantRole is the role of a grant.
type ProjectGrantRole struct {
	// ID is a string: "pr-...".
	ID   string `json:"id"`
	Name string `json:"name"`
}

// ProjectGrantUser is the person of a grant.
type ProjectGrantUser struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

func (g *ProjectGrant) readWire(d *wire.Decoder, data []byte) error {
	type plain ProjectGrant
	return d.Keep(data, (*plain)(g), &g.Raw)
}

// UnmarshalJSON reads the known keys and keeps the whole text.
func (g *ProjectGrant) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, g, (*ProjectGrant).readWire)
}

// MarshalJSON returns the grant as received.
func (g ProjectGrant) MarshalJSON() ([]byte, error) {
	type plain ProjectGrant
	return kept(g.Raw, plain(g))
}

func (g ProjectGrant) present() bool { return hasKeys(g.Raw) }

// ProjectGrants returns the grants of a member. It serves workspaces with the
// newer permission model. Unverified: the response of this endpoint; the fields
// are those of a grant elsewhere in the API, and Raw has everything.
//
// https://docs.workato.com/oem/oem-api/managed-users.html
func (s *MemberService) ProjectGrants(ctx context.Context, customerID CustomerID, memberID int64, opts ...CallOption) ([]ProjectGrant, error) {
	r := membersProjectGrants.at(customer(customerID), number(memberID))
	return invoke(ctx, s.core, r, opts, decodeNullable[ProjectGrant])
}
