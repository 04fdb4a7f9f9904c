package workato

import "context"

// MemberService serves the collaborators in a customer's workspace.
//
// https://docs.workato.com/oem/oem-api/managed-users.html
type MemberService struct{ core *core }

var (
	membersQuota = Quota{Family: "members", PerMinute: 60}

	membersAddLegacy = register(operation{Operation: Operation{
		Name: "members.add_legacy", Method: "POST", Path: "/api/managed_users/{customer}/member",
		Effect: Create, Quota: membersQuota, Deprecated: true, Doc: managedUsersDoc,
	}, lookup: "list the members of the workspace before you try again"})
	membersRemoveLegacy = register(operation{Operation: Operation{
		Name: "members.remove_legacy", Method: "DELETE", Path: "/api/managed_users/{customer}/member",
		Effect: Idempotent, Quota: membersQuota, Deprecated: true, Doc: managedUsersDoc,
	}, metOwnEffect: isGone})
)

// Member is a collaborator of a customer's workspace.
type Member struct {
	ID int64 `json:"id"`
	// GrantType tells a team member from a customer manager.
	GrantType  *string `json:"grant_type"`
	RoleName   *string `json:"role_name"`
	ExternalID *string `json:"external_id"`
	Name       *string `json:"name"`
	Email      *string `json:"email"`
	TimeZone   *string `json:"time_zone"`
}

func (m *Member) identity() int64 { return m.ID }

// MemberAddLegacyParams describes a collaborator. Name and OAuthID are
// required.
type MemberAddLegacyParams struct {
	Name       string `json:"name"`
	OAuthID    string `json:"oauth_id"`
	RoleName   string `json:"role_name,omitempty"`
	ExternalID string `json:"external_id,omitempty"`
}

// AddLegacy adds a collaborator to a customer's workspace. The only sample of
// its answer is a copy of another endpoint's, so of the result no more than ID
// can be relied on.
//
// https://docs.workato.com/oem/oem-api/managed-users.html#add-member-to-customer-account
//
// Deprecated: upstream has replaced the endpoint by one under /members.
func (s *MemberService) AddLegacy(ctx context.Context, customerID CustomerID, params *MemberAddLegacyParams, opts ...CallOption) (*Member, error) {
	if params == nil {
		return nil, invalid("params", "is nil")
	}
	r := membersAddLegacy.at(customer(customerID)).withBody(params).
		check(required("Name", params.Name, "OAuthID", params.OAuthID))
	return invoke(ctx, s.core, r, opts, decodeObject[Member])
}

// RemoveLegacy removes a collaborator from a customer's workspace. The request
// is a DELETE with a JSON body.
//
// https://docs.workato.com/oem/oem-api/managed-users.html#remove-member-from-customer-account
//
// Deprecated: upstream has replaced the endpoint by one under /members.
func (s *MemberService) RemoveLegacy(ctx context.Context, customerID CustomerID, memberID int64, opts ...CallOption) error {
	body := struct {
		MemberID int64 `json:"member_id,string"` // a string of digits in the sample
	}{memberID}
	r := membersRemoveLegacy.at(customer(customerID)).withBody(&body).check(requiredID("memberID", memberID))
	_, err := invoke(ctx, s.core, r, opts, decodeDone)
	return err
}
