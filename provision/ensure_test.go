package provision_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

var acmeID = workato.ExternalID("acme")

// acmeSeed is a customer with something of everything.
func acmeSeed() workatotest.Customer {
	return workatotest.Customer{
		ExternalID: "acme", Name: "Acme", NotificationEmail: "ops@acme.example",
		Folders:     []*workatotest.Folder{{ID: 50, Name: "Billing"}, {ID: 51, Name: "EU", ParentID: 50}},
		Members:     []*workatotest.Member{{Name: "Robin", ExternalID: "robin", RoleName: "Analyst"}, {Name: "Kim", Email: "Kim@acme.example"}},
		Properties:  map[string]string{"billing.a": "1", "billing.b": "2"},
		Connections: []*workatotest.Connection{{ID: 70, Name: "Jira", Provider: "jira"}, {ID: 71, Name: "CRM", Provider: "salesforce"}},
	}
}

// ensure calls one helper, and tells what it did.
type ensure func(t *testing.T, c *workato.Client, opts ...provision.EnsureOption) (provision.Did, []provision.FieldDiff, error)

func told[T any](r *provision.Result[T], err error) (provision.Did, []provision.FieldDiff, error) {
	if r == nil {
		return "", nil, err
	}
	return r.Did, r.Diff, err
}

func ensureCustomer(want workato.ManagedUserCreateParams) ensure {
	return func(t *testing.T, c *workato.Client, opts ...provision.EnsureOption) (provision.Did, []provision.FieldDiff, error) {
		return told(provision.EnsureCustomer(t.Context(), c, &want, opts...))
	}
}

func ensureMember(want provision.MemberPlan) ensure {
	return func(t *testing.T, c *workato.Client, opts ...provision.EnsureOption) (provision.Did, []provision.FieldDiff, error) {
		return told(provision.EnsureMember(t.Context(), c, acmeID, &want, opts...))
	}
}

func ensureFolder(path ...string) ensure {
	return func(t *testing.T, c *workato.Client, opts ...provision.EnsureOption) (provision.Did, []provision.FieldDiff, error) {
		return told(provision.EnsureFolder(t.Context(), c, acmeID, path, opts...))
	}
}

func ensureProperties(want map[string]workato.PropertyValue) ensure {
	return func(t *testing.T, c *workato.Client, opts ...provision.EnsureOption) (provision.Did, []provision.FieldDiff, error) {
		return told(provision.EnsureProperties(t.Context(), c, acmeID, want, opts...))
	}
}

func ensureConnection(want provision.ConnectionPlan) ensure {
	return func(t *testing.T, c *workato.Client, opts ...provision.EnsureOption) (provision.Did, []provision.FieldDiff, error) {
		return told(provision.EnsureConnection(t.Context(), c, acmeID, &want, opts...))
	}
}

func ensureImport() ensure {
	return func(t *testing.T, c *workato.Client, opts ...provision.EnsureOption) (provision.Did, []provision.FieldDiff, error) {
		return told(provision.EnsureImport(t.Context(), c, acmeID, &acmePlan().Packages[0].Release, opts...))
	}
}

// ensureCase is what a helper does to acmeSeed, and the second time.
type ensureCase struct {
	name string
	do   ensure
	did  provision.Did
	diff string
	// again is what it does the second time, Unchanged if empty.
	again provision.Did
	// twice is of what there are two in acmeTwice.
	twice string
}

func ensureCases() []ensureCase {
	jira := map[string]provision.Value{"key": provision.Text(secretValue)}
	customer := func(change func(*workato.ManagedUserCreateParams)) ensure {
		want := workato.ManagedUserCreateParams{ExternalID: "acme", Name: "Acme", NotificationEmail: "ops@acme.example"}
		change(&want)
		return ensureCustomer(want)
	}
	robin := provision.MemberPlan{Name: "Robin", ExternalID: "robin", RoleName: "Operator"}
	kim := provision.MemberPlan{Name: "Kim", Email: "kim@ACME.example", RoleName: "Operator", Invite: true}
	lee := provision.MemberPlan{Name: "Lee", ExternalID: "lee", RoleName: "Operator"}
	invited := provision.MemberPlan{Name: "Lee", Email: "lee@acme.example", RoleName: "Operator", Invite: true}
	second := provision.ConnectionPlan{Name: "Second", Provider: "jira", Folder: []string{"Billing", "EU"}, Input: jira}
	return []ensureCase{
		{"customer as wanted", customer(func(*workato.ManagedUserCreateParams) {}), provision.Unchanged, "", "", ""},
		{"customer that differs", customer(func(want *workato.ManagedUserCreateParams) {
			want.Name, want.WhitelistedApps = "Acme Ltd", []string{"jira"}
		}), provision.Changed, "name: Acme>Acme Ltd, whitelisted_apps: >jira", "", ""},
		{"new customer", customer(func(want *workato.ManagedUserCreateParams) {
			want.ExternalID = "beta"
		}), provision.Created, "name: >Acme, notification_email: >ops@acme.example", "", ""},
		{"environments", customer(func(want *workato.ManagedUserCreateParams) {
			want.Environments = []workato.EnvironmentParams{{Type: "test", ExternalID: "acme-test"}}
		}), provision.Changed, "environments.test: >provisioned, environments.test.external_id: >acme-test", "", ""},
		{"member that differs", ensureMember(robin), provision.Changed, "role_name: Analyst>Operator", "", "member"},
		{"member by address", ensureMember(kim), provision.Unchanged, "", "", "member"},
		{"member who gets an external id", ensureMember(provision.MemberPlan{
			Name: "Kim", Email: "kim@acme.example", ExternalID: "kim", RoleName: "Operator",
		}), provision.Changed, "external_id: >kim", "", "member"},
		{"new member", ensureMember(lee), provision.Created, "name: >Lee, external_id: >lee, role_name: >Operator", "", ""},
		{"invitation", ensureMember(invited), provision.Created, "name: >Lee, email: >lee@acme.example, role_name: >Operator", provision.Invited, ""},
		{"folder", ensureFolder("Billing", "EU"), provision.Unchanged, "", "", "folder"},
		{"new folder below", ensureFolder("Billing", "US"), provision.Created, "path: >Billing/US", "", "folder"},
		{"new folders", ensureFolder("Own", "EU"), provision.Created, "path: >Own, path: >Own/EU", "", ""},
		{"properties", ensureProperties(map[string]workato.PropertyValue{"billing.a": "1"}), provision.Unchanged, "", "", ""},
		{"new properties", ensureProperties(map[string]workato.PropertyValue{"own": secretValue}), provision.Created, "own: >[hidden]", "", ""},
		{"properties that differ", ensureProperties(map[string]workato.PropertyValue{
			"billing.a": secretValue, "billing.b": "2", "billing.c": "3",
		}), provision.Changed, "billing.a: [hidden]>[hidden], billing.c: >[hidden]", "", ""},
		{"connection", ensureConnection(provision.ConnectionPlan{
			Name: "Jira", ExternalID: "robin", Input: jira,
		}), provision.Changed, "external_id: >robin, authorization_status: >success, input: >[hidden]", "", "connection"},
		{"new connection", ensureConnection(second), provision.Created, "name: >Second, provider: >jira, input: >[hidden]", "", "folder"},
		{"import", ensureImport(), provision.Created, "release: >billing 2.4.0", "", "folder"},
	}
}

func diffText(diff []provision.FieldDiff) string {
	var fields []string
	for _, d := range diff {
		fields = append(fields, fmt.Sprintf("%s: %s>%s", d.Field, d.Have, d.Want))
	}
	return strings.Join(fields, ", ")
}

// TestEnsure: each helper does what it says, nothing with DryRun and FindOnly, and
// nothing the second time; and nothing it returns shows a value.
func TestEnsure(t *testing.T) {
	for _, c := range ensureCases() {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := workatotest.New(t)
				fake.AddCustomer(acmeSeed())
				client := fake.Client(t)
				dry, diff, err := c.do(t, client, provision.DryRun())
				if err != nil || dry != c.did {
					t.Errorf("DryRun: %v, %v", dry, err)
				}
				_, _, err = c.do(t, client, provision.FindOnly())
				var different *provision.DifferentError
				if isDifferent := errors.As(err, &different); isDifferent != (c.did != provision.Unchanged) {
					t.Errorf("FindOnly: %v", err)
				}
				fake.AssertNoWrites(t)
				seen := fmt.Sprintf("%v %#v %v", diff, diff, err)
				did, diff, err := c.do(t, client)
				if err != nil || did != c.did || diffText(diff) != c.diff {
					t.Errorf("did %v with %q and %v, want %v with %q", did, diffText(diff), err, c.did, c.diff)
				}
				text, _ := json.Marshal(diff)
				if seen += fmt.Sprintf("%v %s", diff, text); strings.Contains(seen, secretValue) {
					t.Errorf("a value is shown: %s", seen)
				}
				want := c.again
				if want == "" {
					want = provision.Unchanged
					fake.ForgetRequests()
				}
				if did, diff, err := c.do(t, client); err != nil || did != want {
					t.Errorf("the second time: %v with %q, %v", did, diffText(diff), err)
				}
				if want == provision.Unchanged {
					fake.AssertNoWrites(t)
				}
			})
		})
	}
}

// TestEnsureAfterALostResponse: whatever becomes of a create, there is one object
// of it in the end.
func TestEnsureAfterALostResponse(t *testing.T) {
	creates := map[string]string{
		"new customer": "managed_users.create", "environments": "managed_users.provision_environments", "new member": "members.add",
		"invitation": "members.invite", "new folder below": "folders.create", "new folders": "folders.create", "new connection": "connections.create",
		"import": "imports.create",
	}
	for _, c := range ensureCases() {
		operation := creates[c.name]
		if operation == "" {
			continue
		}
		for _, fault := range []workatotest.Fault{
			{Do: workatotest.ResetBefore},
			{Do: workatotest.ResetAfter},
			{Do: workatotest.HTMLAfter},
			{Do: workatotest.HangAfter},
			{Do: workatotest.Late, DelayMS: 30_000},
			{Do: workatotest.ResetBefore, Times: 2},
		} {
			t.Run(c.name+" "+string(fault.Do), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					clean, fake := workatotest.New(t), workatotest.New(t)
					clean.AddCustomer(acmeSeed())
					fake.AddCustomer(acmeSeed())
					if _, _, err := c.do(t, clean.Client(t)); err != nil {
						t.Fatal(err)
					}
					fault.On = operation
					fake.Inject(fault)
					if did, _, err := c.do(t, fake.Client(t)); err != nil {
						t.Fatalf("%v: %v", did, err)
					}
					time.Sleep(time.Minute) // what is late is done
					if diff := clean.Snapshot().Diff(fake.Snapshot()); len(diff) > 0 {
						t.Errorf("%s", strings.Join(diff, "\n"))
					}
				})
			})
		}
	}
}

// TestEnsureRefuses: what cannot be told is an error that says why.
func TestEnsureRefuses(t *testing.T) {
	seed := acmeSeed()
	seed.Folders = append(seed.Folders, &workatotest.Folder{ID: 52, Name: "Billing"})
	seed.Connections = append(seed.Connections, &workatotest.Connection{ID: 72, Name: "Jira", Provider: "jira"})
	seed.Members = append(seed.Members, &workatotest.Member{Name: "Robin", ExternalID: "robin"})
	bad := map[string]provision.Value{"key": provision.Text(workatotest.BadCredential)}
	connection := func(name, provider string, input map[string]provision.Value) ensure {
		return ensureConnection(provision.ConnectionPlan{Name: name, Provider: provider, Input: input})
	}
	ambiguous, different := new(*provision.AmbiguousError), new(*provision.DifferentError)
	long := map[string]workato.PropertyValue{"a": workato.PropertyValue(strings.Repeat(secretValue, 100))}
	for name, c := range map[string]struct {
		do   ensure
		want string
		as   any
	}{
		"two folders":     {ensureFolder("Billing", "EU"), `there are 2 folders "Billing", with the ids [50 52]`, ambiguous},
		"two connections": {connection("Jira", "", nil), `there are 2 connections "Jira", with the ids [70 72]`, ambiguous},
		"two members": {
			ensureMember(provision.MemberPlan{Name: "Robin", ExternalID: "robin", RoleName: "Operator"}), `there are 2 members "robin"`, ambiguous,
		},
		"needs its user":  {connection("CRM", "", nil), `connection "CRM" (id 71) needs its user`, new(*provision.NeedsUserError)},
		"other provider":  {connection("CRM", "jira", nil), "connection CRM differs in provider", different},
		"of a package":    {connection("None", "", nil), "connection None is missing", different},
		"bad credentials": {connection("New", "jira", bad), `the credentials of connection "New" `, new(*provision.AuthorizationError)},
		"no reference":    {connection("CRM", "", map[string]provision.Value{"key": "x"}), "connection.input.key: must be a reference", nil},
		"no variable": {
			connection("CRM", "", map[string]provision.Value{"key": "env:NOT_SET_ANYWHERE"}), "environment variable NOT_SET_ANYWHERE is not set", nil,
		},
		"no external id":    {ensureCustomer(workato.ManagedUserCreateParams{Name: "Acme", NotificationEmail: "ops@acme.example"}), "external_id: is required", nil},
		"member, no id":     {ensureMember(provision.MemberPlan{Name: "Lee", RoleName: "Operator"}), "member.external_id: is required unless invite is true", nil},
		"no path":           {ensureFolder(), "folder: [] is no path", nil},
		"property too long": {ensureProperties(long), `the value of "a" has 1100 characters`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			fake := workatotest.New(t)
			fake.AddCustomer(seed)
			_, _, err := c.do(t, fake.Client(t))
			switch {
			case err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), secretValue):
				t.Errorf("error %v, want %q", err, c.want)
			case c.as != nil && !errors.As(err, c.as):
				t.Errorf("error %T", err)
			case c.as == nil && !errors.Is(err, workato.ErrInvalidArgument):
				t.Errorf("error %v is not ErrInvalidArgument", err)
			}
		})
	}
}
