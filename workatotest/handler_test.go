package workatotest_test

import (
	"net/http"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// TestWebPagesCannotWrite sends what a browser would send for a page of another
// origin: a simple request that needs no permission, with the well-known token.
func TestWebPagesCannotWrite(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	const path = "/api/managed_users?user_email=a%40example.com&user_token=test-token"
	for name, test := range map[string]struct {
		header map[string]string
		status int
	}{
		"no browser":               {nil, 200},
		"its own page":             {map[string]string{"Sec-Fetch-Site": "same-origin"}, 200},
		"its own origin":           {map[string]string{"Origin": fake.URL()}, 200},
		"another site":             {map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"another port":             {map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		"an older browser":         {map[string]string{"Origin": "https://evil.example"}, 403},
		"a file of the developer":  {map[string]string{"Origin": "null"}, 403},
		"another origin, by field": {map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, 403},
	} {
		before := len(fake.Snapshot().Customers)
		req := newRequest(t, "POST", fake.URL()+path, `{"name": "A", "notification_email": "a@example.com"}`)
		req.Header.Set("Content-Type", "text/plain")
		for key, value := range test.header {
			req.Header.Set(key, value)
		}
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		made := len(fake.Snapshot().Customers) - before
		if resp.StatusCode != test.status || (made == 1) != (test.status == 200) {
			t.Errorf("%s: status %d and %d customers, want %d", name, resp.StatusCode, made, test.status)
		}
	}
}
