package workatotest_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

func TestCredentials(t *testing.T) {
	t.Parallel()
	bearer := func(token string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
	}
	headers := func(email, token string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("X-USER-EMAIL", email)
			r.Header.Set("X-USER-TOKEN", token)
		}
	}
	query := func(email, token string) func(*http.Request) {
		return func(r *http.Request) { r.URL.RawQuery = "user_email=" + email + "&user_token=" + token }
	}
	retired := workatotest.WithLegacyRetired()
	legacy := workatotest.WithLegacyEmail("ops@example.com")
	for name, test := range map[string]struct {
		option workatotest.Option
		sign   func(*http.Request)
		want   int
	}{
		"token":                    {nil, bearer("test-token"), 200},
		"wrong token":              {nil, bearer("wrong"), 401},
		"none":                     {nil, func(*http.Request) {}, 401},
		"other scheme":             {nil, func(r *http.Request) { r.SetBasicAuth("a", "test-token") }, 401},
		"headers":                  {nil, headers("ops@example.com", "test-token"), 200},
		"headers, wrong token":     {nil, headers("ops@example.com", "wrong"), 401},
		"headers, no address":      {nil, headers("", "test-token"), 401},
		"headers, wrong address":   {legacy, headers("other@example.com", "test-token"), 401},
		"headers, the address":     {legacy, headers("ops@example.com", "test-token"), 200},
		"query":                    {nil, query("ops@example.com", "test-token"), 200},
		"query, wrong token":       {nil, query("ops@example.com", "wrong"), 401},
		"query, retired":           {retired, query("ops@example.com", "test-token"), 401},
		"headers, retired":         {retired, headers("ops@example.com", "test-token"), 401},
		"token, others retired":    {retired, bearer("test-token"), 200},
		"token set by an option":   {workatotest.WithToken("other"), bearer("other"), 200},
		"default token then wrong": {workatotest.WithToken("other"), bearer("test-token"), 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var options []workatotest.Option
			if test.option != nil {
				options = append(options, test.option)
			}
			fake := workatotest.New(t, options...)
			req := newRequest(t, "GET", "https://workato.test/api/users/me", nil)
			test.sign(req)
			resp, err := fake.HTTPClient().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if resp.StatusCode != test.want {
				t.Errorf("status %d, want %d", resp.StatusCode, test.want)
			}
			if log := fmt.Sprintf("%+v", fake.Requests()); strings.Contains(log, "test-token") || strings.Contains(log, "wrong") {
				t.Errorf("the request log shows a credential: %s", log)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	req := newRequest(t, "GET", fake.URL()+"/api//users/me/", nil)
	req.Header.Set("Authorization", "Bearer test-token")
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := new(http.Client).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	id := resp.Header.Get("X-Request-Id")
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(id) || resp.Header.Get("X-Correlation-Id") != id {
		t.Errorf("X-Request-Id %q, X-Correlation-Id %q: want the same 32 hex digits", id, resp.Header.Get("X-Correlation-Id"))
	}
	if kind := resp.Header.Get("Content-Type"); kind != "application/json; charset=utf-8" {
		t.Errorf("Content-Type %q", kind)
	}
	unpacked, err := gzip.NewReader(resp.Body)
	if err != nil {
		t.Fatalf("the response is not packed: %v", err)
	}
	raw, err := io.ReadAll(unpacked)
	if err != nil || !json.Valid(raw) {
		t.Errorf("response %s, error %v", raw, err)
	}
	if log := fake.Requests(); len(log) != 1 || log[0].RequestID != id || log[0].Operation != "workspace.whoami" {
		t.Errorf("log %v", log)
	}
}

func TestTimestampsHaveOffsets(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	added := fake.AddCustomer(workatotest.Customer{Connections: []*workatotest.Connection{{Provider: "jira"}}})
	customer := call(t, fake, "GET", fmt.Sprintf("/api/managed_users/%d", added.ID), nil)
	if stamp, _ := customer["created_at"].(string); !regexp.MustCompile(`\.\d{3}-08:00$`).MatchString(stamp) {
		t.Errorf("customer created at %q, want milliseconds and an offset", stamp)
	}
	connection := result(t, call(t, fake, "GET", fmt.Sprintf("/api/managed_users/%d/connections", added.ID), nil))[0]
	if stamp, _ := connection["created_at"].(string); !strings.HasSuffix(stamp, "Z") {
		t.Errorf("connection created at %q, want a Z", stamp)
	}
}

func TestRefusedRequests(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t, workatotest.WithMaxBody(2000, 1<<20))
	fake.AddCustomer(workatotest.Customer{ID: 98178, ExternalID: "A2300"})
	const at = "/api/managed_users/98178"
	for _, test := range []struct {
		name, method, path string
		body               any
		status             int
		message            string
	}{
		{"unknown route", "GET", "/api/unheard_of", nil, 404, "Not found"},
		{"unknown customer", "GET", "/api/managed_users/1", nil, 404, "Not found"},
		{"external id without its prefix", "GET", "/api/managed_users/A2300", nil, 404, "Not found"},
		{"broken JSON", "POST", at + "/folders", `{"name":`, 400, "Bad request"},
		{"two values", "POST", at + "/folders", `{"name":"a"} {}`, 400, "Bad request"},
		{"an array", "POST", at + "/folders", `[1]`, 400, "Bad request"},
		{
			"folder_id as a number", "POST", at + "/recipes",
			object{"name": "R", "code": "{}", "folder_id": 12},
			400,
			"Invalid parameter 'folder_id': must be a String",
		},
		{"an object for a string", "POST", at + "/folders", object{"name": object{}}, 400, "Invalid parameter 'name': must be a String"},
		{"words for an id", "GET", at + "/connections?folder_id=home", nil, 400, "Invalid parameter 'folder_id': must be an Integer"},
		{"missing provider", "POST", at + "/connections", object{"name": "Jira"}, 400, "Validation failed: provider can't be blank"},
		{"null name", "PUT", at, object{"name": nil}, 400, "Validation failed: name can't be blank"},
		{"too large", "POST", at + "/folders", object{"name": strings.Repeat("x", 2000)}, 413, "Request entity too large"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			same(t, "message", refused(t, fake, test.status, test.method, test.path, test.body)["message"], test.message)
		})
	}
}

// TestLeniency sends what real clients send and the real service accepts.
func TestLeniency(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	fake.AddCustomer(workatotest.Customer{ID: 98178, ExternalID: "A 23/00.é"})
	for _, path := range []string{"98178", "EA%2023%2F00.%C3%A9", "EA%2023%2F00%2E%C3%A9"} {
		same(t, path, call(t, fake, "GET", "/api/managed_users/"+path, nil)["id"], 98178)
	}
	same(t, "GET with a body", call(t, fake, "GET", "/api/managed_users/98178/recipes", "null")["result"], []any{})
	folder := call(t, fake, "POST", "/api/managed_users/98178/folders/", object{"folder_name": "Old"})
	same(t, "folder_name", folder["name"], "Old")
	wrapped := call(t, fake, "POST", "/api/managed_users/98178/recipes", object{"recipe": object{"name": "R", "code": "{}"}})
	same(t, "recipe in a wrapper", wrapped["success"], true)
	same(t, "documented body of a GET", obj(t, arr(t, call(t, fake, "GET", "/api/integrations", object{"applications": "jira"})["items"])[0])["name"], "jira")

	req := newRequest(t, "POST", "https://workato.test/api/managed_users/98178/connections",
		"name=From+a+form&provider=jira&input[host]=h&input[email]=e&unused[]=1&unused[]=2")
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer test-token")
	resp, err := fake.HTTPClient().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	if !strings.Contains(string(raw), `"From a form"`) {
		t.Errorf("form: %d %s", resp.StatusCode, raw)
	}
	same(t, "input", fake.Customer("A 23/00.é").Connections[0].InputKeys, []string{"email", "host"})
}

func TestPages(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	state := workatotest.State{}
	for range 230 {
		state.Customers = append(state.Customers, &workatotest.Customer{})
	}
	if err := fake.Seed(state); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string][3]int{
		"":                     {100, 1, 100},
		"?page=3":              {30, 3, 100},
		"?page=4":              {0, 4, 100},
		"?per_page=500":        {100, 1, 100},
		"?page=2&per_page=7":   {7, 2, 7},
		"?page=0":              {100, 1, 100},
		"?page=1&per_page=-10": {100, 1, 100},
	} {
		response := call(t, fake, "GET", "/api/managed_users"+query, nil)
		same(t, "rows of "+query, len(result(t, response)), want[0])
		same(t, "count", []any{response["count"], response["page"], response["per_page"]}, []any{230, want[1], want[2]})
	}
}
