package workatotest_test

import (
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// TestEnvironmentUpdate changes what TEST and PROD are called.
func TestEnvironmentUpdate(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	fake.AddCustomer(workatotest.Customer{ExternalID: "other"})
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme", Environments: []*workatotest.Customer{{ExternalID: "acme-old"}, {ExternalID: "acme-prod"}}})
	update := func(environments ...object) object { return object{"environments": environments} }
	call(t, fake, "PUT", acmePath, update(object{"type": "test", "external_id": "acme-test", "error_notification_emails": "e@example.com"}))
	environment := call(t, fake, "GET", "/api/managed_users/Eacme-test", nil)
	same(t, "e-mail addresses", environment["error_notification_emails"], "e@example.com")
	refused(t, fake, 404, "GET", "/api/managed_users/Eacme-old", nil)
	call(t, fake, "GET", "/api/managed_users/Eacme-prod", nil)

	for name, wishes := range map[string][]object{
		"of another customer": {{"type": "test", "external_id": "other"}},
		"of the other one":    {{"type": "test", "external_id": "acme-prod"}},
		"twice":               {{"type": "test", "external_id": "new"}, {"type": "prod", "external_id": "new"}},
		"of DEV":              {{"type": "dev", "external_id": "new"}},
	} {
		refused(t, fake, 400, "PUT", acmePath, update(wishes...))
		if _, raw := request(t, fake, "GET", "/api/managed_users/Enew", nil); string(raw) != `{"message":"Not found"}` {
			t.Errorf("%s: changed in spite of the refusal: %s", name, raw)
		}
	}
	both := update(object{"type": "test", "external_id": "new"})
	both["external_id"] = "new"
	refused(t, fake, 400, "PUT", acmePath, both)
	call(t, fake, "PUT", acmePath, update(object{"type": "test", "external_id": nil}))
	refused(t, fake, 404, "GET", "/api/managed_users/Eacme-test", nil)
	customer := object{"name": "B", "notification_email": "b@example.com", "environments": []object{
		{"type": "test", "external_id": "b"}, {"type": "prod", "external_id": "b"},
	}}
	refused(t, fake, 400, "POST", "/api/managed_users", customer)
}
