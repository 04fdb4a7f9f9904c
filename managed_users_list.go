package workato

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"

	"github.com/go-workato/workato/internal/wire"
)

var (
	managedUsersList = operation{Operation: Operation{
		Name: "managed_users.list", Method: "GET", Path: "/api/managed_users",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "managed_users", PerMinute: 60}, Paging: PagingPage, Doc: managedUsersDoc,
	}}
	managedUsersDelete = operation{Operation: Operation{
		Name: "managed_users.delete", Method: "DELETE", Path: "/api/managed_users/{customer}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "managed_users", PerMinute: 60}, Doc: managedUsersDoc,
	}, metOwnEffect: isGone}
	managedUsersProvisionEnvironments = operation{Operation: Operation{
		Name: "managed_users.provision_environments", Method: "POST", Path: "/api/managed_users/{customer}/environments",
		Effect: Create, Response: ResponseRaw, Quota: Quota{Family: "managed_users.provision_environments", PerMinute: 1000}, Doc: managedUsersDoc,
	}, lookup: "get the customer and check its environments before you try again"}
)

// ManagedUserListParams pages customers. All fields are optional.
type ManagedUserListParams struct {
	// Page counts from 1.
	Page int `url:"page,omitempty"`
	// PerPage is at most 100, which is also the default. Unverified: the reference
	// gives no figures.
	PerPage int `url:"per_page"`
}

func (p *ManagedUserListParams) paging() (page, perPage *int) { return &p.Page, &p.PerPage }

// List returns one page of the partner's customers.
//
// https://docs.workato.com/oem/oem-api/managed-users.html#list-customers
func (s *ManagedUserService) List(ctx context.Context, params *ManagedUserListParams, opts ...CallOption) (*Page[ManagedUser], error) {
	return paged[ManagedUser](s.core, managedUsersList.at(), params, opts).first(ctx)
}

// All iterates over the customers of List. The list is paged by number:
// customers that are created or deleted meanwhile may shift a page, so that one
// is seen twice or not at all.
func (s *ManagedUserService) All(ctx context.Context, params *ManagedUserListParams, opts ...CallOption) iter.Seq2[ManagedUser, error] {
	return paged[ManagedUser](s.core, managedUsersList.at(), params, opts).all(ctx)
}

// Delete deletes a customer. A missing one is ErrNotFound. The reference does
// not say what happens to its running recipes: stop them first. One source
// calls the endpoint deprecated, the current reference does not. Unverified: the
// response; any success counts.
//
// https://docs.workato.com/oem/oem-api/managed-users.html#delete-customer
func (s *ManagedUserService) Delete(ctx context.Context, customerID CustomerID, opts ...CallOption) error {
	return s.core.confirm(ctx, managedUsersDelete.at(customer(customerID)), opts)
}

// ManagedUserProvisionEnvironmentsParams are the options of
// ProvisionEnvironments. Unverified: the whole body; the fields are those of
// ManagedUserCreateParams for the same purpose.
type ManagedUserProvisionEnvironmentsParams struct {
	// Environments are for TEST and PROD only.
	Environments []EnvironmentParams `json:"environments,omitempty"`
}

// ProvisionedEnvironments is the response to ProvisionEnvironments.
type ProvisionedEnvironments struct {
	// Raw is the response as received. Unverified: its keys; read the ids of the
	// environments with Environments.
	Raw json.RawMessage
}

// MarshalJSON returns the response as received.
func (p ProvisionedEnvironments) MarshalJSON() ([]byte, error) { return kept(p.Raw, nil) }

// ProvisionEnvironments gives a customer the environments DEV, TEST and PROD.
// The workspace becomes DEV with all its content, and its recipes keep running;
// TEST and PROD are new, with ids of their own. This cannot be undone. params
// may be nil. If the response is lost, the error is ErrOutcomeUnknown: check
// the customer's environments.
//
// https://docs.workato.com/oem/oem-api/managed-users.html#provision-environments
func (s *ManagedUserService) ProvisionEnvironments(ctx context.Context, customerID CustomerID, params *ManagedUserProvisionEnvironmentsParams, opts ...CallOption) (*ProvisionedEnvironments, error) {
	r := managedUsersProvisionEnvironments.at(customer(customerID))
	if params != nil {
		r = r.withBody(params).check(checkEnvironments(params.Environments))
	}
	return invoke(ctx, s.core, r, opts, func(_ *wire.Decoder, body []byte) (*ProvisionedEnvironments, error) {
		return &ProvisionedEnvironments{Raw: bytes.Clone(body)}, nil
	})
}
