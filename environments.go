package workato

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/go-workato/workato/internal/wire"
)

// EnvironmentType is one of a customer's environments. Other values may appear.
type EnvironmentType string

// The environments of a customer.
const (
	EnvironmentDev  EnvironmentType = "dev"
	EnvironmentTest EnvironmentType = "test"
	EnvironmentProd EnvironmentType = "prod"
)

// Environments are the workspaces of a customer, one for each environment. Only
// the id in a call selects the environment.
type Environments struct {
	// Dev is the customer's first workspace. Test and Prod are zero, which every
	// call refuses, for a customer without environments.
	Dev, Test, Prod CustomerID

	prodExternalID string
}

// Provisioned reports whether the customer has more than one workspace.
func (e *Environments) Provisioned() bool { return e.Test != CustomerID{} || e.Prod != CustomerID{} }

// ProdIDs returns every id by which PROD can be addressed, for WithWriteGuard:
// the account id, and the external id if the service returned it. It is empty
// for a customer without environments.
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
// the id that the customer was created with. If the customer has environments
// that the response does not name, the error is ErrUnexpectedResponse: no id is
// guessed.
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
		return nil, errors.New(`field "environments": no id for test or for prod`)
	}
	return &found, nil
}

// CustomerEnvironment is an environment of a customer: a workspace with an id
// of its own. The sources show that each environment has an id, but not in what
// form: lists of objects or ids and an object keyed by type are read, and
// anything else is kept.
type CustomerEnvironment struct {
	// ID and Type are empty where they were not recognised.
	ID                      int64
	Type                    EnvironmentType
	ExternalID              *string
	ErrorNotificationEmails *string
	// Raw is the environment as received, or the whole value if it could not be
	// split.
	Raw json.RawMessage
}

// readEnvironments reads the environments of a customer in any form. It never
// fails, so that the customer around them is not lost.
func readEnvironments(d *wire.Decoder, data []byte, list *[]CustomerEnvironment) error {
	*list = nil
	switch wire.KindOf(data) {
	case wire.KindNull:
		return nil
	case wire.KindList:
		type plain []CustomerEnvironment // without this reader
		return d.Decode(data, (*plain)(list))
	case wire.KindObject:
		keyed := map[string]json.RawMessage{}
		if err := d.Decode(data, &keyed); err != nil {
			return err
		}
		if len(keyed) == 0 {
			return nil
		}
		if types := slices.Sorted(maps.Keys(keyed)); len(types) <= maxKeyed && !hasID(keyed) {
			for _, key := range types {
				var e CustomerEnvironment
				if err := d.Decode(keyed[key], &e); err != nil {
					return err
				}
				e.Type = cmp.Or(e.Type, EnvironmentType(key))
				*list = append(*list, e)
			}
			return nil
		}
	default:
	}
	var only CustomerEnvironment
	err := d.Decode(data, &only)
	*list = []CustomerEnvironment{only}
	return err
}

// maxKeyed is how many environments an object is taken to hold.
const maxKeyed = 16

// The keys under which the API gives the id of a workspace and the type of an
// environment, the likeliest first.
var (
	environmentIDs   = []string{"id", "managed_user_id", "workspace_id", "account_id"}
	environmentTypes = []string{"type", "environment_type", "name", "environment"}
	environmentKeys  = slices.Concat(environmentIDs, environmentTypes, []string{"external_id", "error_notification_emails"})
)

func hasID(keys map[string]json.RawMessage) bool {
	return slices.ContainsFunc(environmentIDs, func(key string) bool { return keys[key] != nil })
}

// readWire reads the id under any key and as a number or a string, also
// if there is nothing else, and the type under any of the keys that requests
// and pages use for it. Any other value stays in Raw.
func (e *CustomerEnvironment) readWire(d *wire.Decoder, data []byte) error {
	*e = CustomerEnvironment{}
	if wire.KindOf(data) == wire.KindNull {
		return nil
	}
	if err := d.Decode(data, &e.Raw); err != nil {
		return err
	}
	if wire.KindOf(data) != wire.KindObject {
		_ = wire.Decode(data, &e.ID) // not an id otherwise
		e.ID = max(e.ID, 0)
		return nil
	}
	found := map[string][]byte{}
	for key, value := range wire.Entries(data) {
		if key = strings.ToLower(key); slices.Contains(environmentKeys, key) {
			found[key] = value
		}
	}
	// What cannot be decoded stays in Raw only.
	for _, key := range environmentIDs {
		if e.ID <= 0 {
			_ = wire.Decode(found[key], &e.ID)
		}
	}
	for _, key := range environmentTypes {
		if e.Type == "" {
			_ = wire.Decode(found[key], &e.Type)
		}
	}
	_ = wire.Decode(found["external_id"], &e.ExternalID)
	_ = wire.Decode(found["error_notification_emails"], &e.ErrorNotificationEmails)
	e.ID = max(e.ID, 0)
	return nil
}

// UnmarshalJSON reads the forms described at CustomerEnvironment.
func (e *CustomerEnvironment) UnmarshalJSON(data []byte) error {
	return wire.ReadListWith(data, e, (*CustomerEnvironment).readWire, readEnvironments)
}

// MarshalJSON returns the environment as received, or its fields if it was not
// received or had its type outside.
func (e CustomerEnvironment) MarshalJSON() ([]byte, error) {
	var alone CustomerEnvironment
	if e.Raw != nil && wire.Decode(e.Raw, &alone) == nil && alone.ID == e.ID && alone.Type == e.Type {
		return e.Raw, nil
	}
	return json.Marshal(struct {
		ID                      int64           `json:"id"`
		Type                    EnvironmentType `json:"type"`
		ExternalID              *string         `json:"external_id,omitempty"`
		ErrorNotificationEmails *string         `json:"error_notification_emails,omitempty"`
	}{e.ID, e.Type, e.ExternalID, e.ErrorNotificationEmails})
}

// Environment returns the id of the customer's workspace in an environment. DEV
// is the customer's first workspace, which some responses do not list. It
// reports false if the customer has no such environment, or the response did
// not name it.
func (u *ManagedUser) Environment(environment EnvironmentType) (CustomerID, bool) {
	for _, e := range u.Environments {
		if strings.EqualFold(string(e.Type), string(environment)) && e.ID > 0 {
			return AccountID(e.ID), true
		}
	}
	if environment == EnvironmentDev && u.ID > 0 {
		return AccountID(u.ID), true
	}
	return CustomerID{}, false
}
