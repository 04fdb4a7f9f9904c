package workatotest_test

import (
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// The filters of the activity log, each alone.
func TestActivityLogFilters(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	seed := acme()
	entry := func(id int, at, event string, user int, kind string) workatotest.Record {
		return workatotest.Record{"id": id, "timestamp": at, "event_type": event, "user": object{"id": user}, "resource": object{"type": kind}}
	}
	seed.Records = map[string][]workatotest.Record{"activity_logs": {
		entry(2, "2024-05-02T00:00:00.000Z", "started", 5, "Flow"), entry(1, "2024-05-01T00:00:00.000Z", "created", 6, "Folder"),
	}}
	fake.AddCustomer(seed)
	for query, want := range map[string][]any{
		"": {2, 1}, "from=2024-05-01T12:00:00Z": {2}, "to=2024-05-01T12:00:00.000Z": {1}, "users_ids[]=6": {1}, "users_ids[]=5&users_ids[]=6": {2, 1},
		"include_resource_types[]=Flow": {2}, "exclude_resource_types[]=Flow": {1}, "include_event_types[]=x": {}, "exclude_event_types[]=created": {2},
	} {
		ids := []any{}
		for _, entry := range arr(t, call(t, fake, "GET", acmePath+"/activity_logs?"+query, nil)["data"]) {
			ids = append(ids, obj(t, entry)["id"])
		}
		same(t, query, ids, want)
	}
}

// The filters of tags, each alone.
func TestTagFilters(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	fake.AddCustomer(workatotest.Customer{
		ExternalID:  "acme",
		Tags:        []*workatotest.Tag{{Handle: "a", Title: "Finance"}, {Handle: "b", Title: "x", Description: "of finance"}, {Handle: "c", Title: "y"}},
		Recipes:     []*workatotest.Recipe{{ID: 7, Name: "r", Tags: []string{"a"}}},
		Connections: []*workatotest.Connection{{ID: 8, Name: "c", Provider: "jira", Tags: []string{"b"}}},
	})
	for query, want := range map[string][]any{
		"": {"a", "b", "c"}, "q[title_or_description_cont]=FIN": {"a", "b"}, "q[handle_in][]=a&q[handle_in][]=c": {"a", "c"},
		"q[recipe_id_eq]=7": {"a"}, "q[connection_id_eq]=8": {"b"}, "q[recipe_id_eq]=9": {}, "q[only_assigned]=true": {"a", "b"},
	} {
		handles := []any{}
		for _, tag := range arr(t, obj(t, call(t, fake, "GET", "/api/v2/managed_users/Eacme/tags?"+query, nil)["data"])["tags"]) {
			handles = append(handles, obj(t, tag)["handle"])
		}
		same(t, query, handles, want)
	}
}

// What the partner gives to customers: a profile in use is spared, a deleted one is
// gone, and only released versions of a connector are shared.
func TestAssignedProfilesAndSharedVersions(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme", Connections: []*workatotest.Connection{
		{Name: "CRM", Provider: "hubspot", AuthorizationStatus: "success"},
	}})
	err := fake.Seed(workatotest.State{Own: &workatotest.Customer{Records: map[string][]workatotest.Record{
		"custom_oauth_profiles": {{"id": 12, "name": "CRM", "provider": "hubspot"}},
		"custom_connectors":     {{"id": 71, "title": "Acme", "released_versions": []any{object{"version": 4}}}, {"id": 72, "title": "Other"}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	profile := acmePath + "/custom_oauth_profiles/12"
	refused(t, fake, 404, "DELETE", profile+"/unassign", nil)
	for range 2 {
		call(t, fake, "POST", profile+"/assign", nil)
	}
	count := func() any {
		return obj(t, call(t, fake, "GET", "/api/custom_oauth_profiles/12", nil)["result"])["oem_customers_count"]
	}
	same(t, "customers", count(), 1)
	refused(t, fake, 400, "DELETE", profile+"/unassign", nil)
	call(t, fake, "DELETE", profile+"/unassign?force=true", nil)
	call(t, fake, "POST", profile+"/assign", nil)
	call(t, fake, "DELETE", "/api/custom_oauth_profiles/12", nil)
	same(t, "left", len(fake.Customer("acme").Records["assigned_oauth_profiles"]), 0)

	refused(t, fake, 404, "POST", "/api/custom_connectors/71/oem_share/5", nil)
	call(t, fake, "POST", "/api/custom_connectors/71/oem_share/4", nil)
	for query, want := range map[string]int{"": 2, "oem_shared=true": 1, "oem_shared=false": 1, "title=Oth": 1, "title=oth": 0} {
		same(t, query, len(result(t, call(t, fake, "GET", "/api/custom_connectors?"+query, nil))), want)
	}
}
