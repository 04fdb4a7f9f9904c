package workato

import (
	"context"
	"errors"
	"strings"

	"github.com/go-workato/workato/internal/wire"
)

// Environments are the workspaces of a customer, one for each environment. The
// id in a call is all that picks the environment.
type Environments struct {
	// Dev is the customer's first workspace, which it keeps as DEV. Test and
	// Prod are zero, which every call refuses, for a customer without
	// environments.
	Dev, Test, Prod CustomerID

	prodExternalID string
}

// Provisioned reports whether the customer has more than one workspace.
func (e *Environments) Provisioned() bool { return e.Test != CustomerID{} || e.Prod != CustomerID{} }

// ProdIDs returns every id by which PROD can be addressed, for WithWriteGuard:
// the account id, and the external id if the service told it. It is empty for a
// customer without environments.
func (e *Environments) ProdIDs() []CustomerID {
	var ids []CustomerID
	if e.Prod != (CustomerID{}) {
		ids = append(ids, e.Prod)
	}
	if e.prodExternalID != "" {
		ids = append(ids, ExternalID(e.prodExternalID))
	}
	return ids
}

// Environments gets a customer and returns the ids of its workspaces. Give it
// the id that the customer was made with. A customer that has environments which
// the answer does not name is ErrUnexpectedResponse: no id is guessed.
//
// https://docs.workato.com/oem/oem-api/managed-users.html#get-customer
func (s *ManagedUserService) Environments(ctx context.Context, customerID CustomerID, opts ...CallOption) (*Environments, error) {
	return invoke(ctx, s.core, managedUsersGet.at(customer(customerID)), opts, func(d *wire.Decoder, body []byte) (*Environments, error) {
		u, err := decodeObject[ManagedUser](d, body)
		if err != nil {
			return nil, err
		}
		return environmentsOf(u)
	})
}

func environmentsOf(u *ManagedUser) (*Environments, error) {
	found := Environments{Dev: AccountID(u.ID)}
	for _, e := range u.Environments {
		if e.ID <= 0 {
			continue
		}
		switch EnvironmentType(strings.ToLower(string(e.Type))) {
		case EnvironmentDev:
			found.Dev = AccountID(e.ID)
		case EnvironmentTest:
			found.Test = AccountID(e.ID)
		case EnvironmentProd:
			found.Prod = AccountID(e.ID)
			if e.ExternalID != nil {
				found.prodExternalID = *e.ExternalID
			}
		}
	}
	if len(u.Environments) > 0 && (found.Test == CustomerID{} || found.Prod == CustomerID{}) {
		return nil, errors.New(`field "environments": no id for test or for prod in it`)
	}
	return &found, nil
}
