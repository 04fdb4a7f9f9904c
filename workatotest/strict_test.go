package workatotest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato/workatotest"
)

// recorder is a testing.TB that only records.
type recorder struct {
	testing.TB
	cleanups []func()
	notes    []string
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	panic(r)
}

// finish ends the recorder's test and returns what it recorded.
func (r *recorder) finish() []string {
	for _, f := range slices.Backward(r.cleanups) {
		f()
	}
	return r.notes
}

func TestStrictMode(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		method, path string
		body         any
		status       int
		want         string
	}{
		"unknown field":     {"POST", acmePath + "/folders", object{"name": "A", "colour": "red"}, 400, `folders.create does not know "colour"`},
		"unknown parameter": {"GET", acmePath + "/connections?page=2", nil, 400, `connections.list does not know "page"`},
		"unknown route":     {"GET", "/api/managed_user/1", nil, 404, "unknown route GET /api/managed_user/1"},
		"known ones":        {"GET", acmePath + "/recipes?per_page=100&includes[]=tags", nil, 200, ""},
		"a filter":          {"GET", acmePath + "/lookup_tables/1/rows?by[code]=DE", nil, 404, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lenient, _ := acmeServer(t)
			if status, _ := request(t, lenient, test.method, test.path, test.body); test.status == 400 && status != 200 {
				t.Errorf("without strict mode: status %d, want 200", status)
			}
			r := &recorder{TB: t}
			fake := workatotest.New(r, workatotest.WithStrict())
			fake.AddCustomer(acme())
			status, _ := request(t, fake, test.method, test.path, test.body)
			same(t, "status", status, test.status)
			notes := strings.Join(r.finish(), "\n")
			if test.want == "" && notes != "" || !strings.Contains(notes, test.want) {
				t.Errorf("the test would have failed with %q, want %q", notes, test.want)
			}
		})
	}
}

func TestStrictUnusedFault(t *testing.T) {
	t.Parallel()
	for _, strict := range []bool{true, false} {
		r := &recorder{TB: t}
		var options []workatotest.Option
		if strict {
			options = append(options, workatotest.WithStrict())
		}
		fake := workatotest.New(r, options...)
		fake.Inject(workatotest.Fault{On: "recipes.start", Do: workatotest.HTML})
		notes := r.finish()
		if failed := len(notes) == 1 && strings.Contains(notes[0], "unused fault: html on recipes.start"); failed != strict {
			t.Errorf("strict %v: notes %q", strict, notes)
		}
	}
}

func TestMistakesOfTheTestItself(t *testing.T) {
	t.Parallel()
	for name, mistake := range map[string]func(*workatotest.Server){
		"unknown fault":      func(s *workatotest.Server) { s.Inject(workatotest.Fault{Do: "explode"}) },
		"unknown operation":  func(s *workatotest.Server) { s.Inject(workatotest.Fault{On: "connection.list", Do: workatotest.HTML}) },
		"chance above 1":     func(s *workatotest.Server) { s.Inject(workatotest.Fault{Do: workatotest.HTML, Chance: 2}) },
		"unknown customer":   func(s *workatotest.Server) { s.Customer("nobody") },
		"unknown connection": func(s *workatotest.Server) { s.Authorize("acme", "nothing") },
		"unknown recipe":     func(s *workatotest.Server) { s.RunRecipe("acme", "nothing", workatotest.Job{}) },
		"customer twice":     func(s *workatotest.Server) { s.AddCustomer(acme()) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &recorder{TB: t}
			fake := workatotest.New(r)
			fake.AddCustomer(acme())
			defer func() {
				if recover() == nil || len(r.notes) != 1 || !strings.HasPrefix(r.notes[0], "workatotest: ") {
					t.Errorf("notes %q, want that the test ends with one", r.notes)
				}
			}()
			mistake(fake)
		})
	}
}

func TestAssertions(t *testing.T) {
	t.Parallel()
	fake, customer := acmeServer(t)
	call(t, fake, "GET", acmePath+"/connections?provider=jira", nil)
	call(t, fake, "POST", acmePath+"/folders", object{"name": "A", "parent_id": 2002})
	for name, test := range map[string]struct {
		assert func(testing.TB)
		passes bool
	}{
		"calls":            {func(t testing.TB) { fake.AssertCalls(t, "folders.create", 1) }, true},
		"more calls":       {func(t testing.TB) { fake.AssertCalls(t, "folders.create", 2) }, false},
		"no calls":         {func(t testing.TB) { fake.AssertCalls(t, "recipes.list", 0) }, true},
		"sequence":         {func(t testing.TB) { fake.AssertSequence(t, "connections.list", "folders.create") }, true},
		"wrong order":      {func(t testing.TB) { fake.AssertSequence(t, "folders.create", "connections.list") }, false},
		"body":             {func(t testing.TB) { fake.AssertBody(t, "folders.create", "name", "A") }, true},
		"number in a body": {func(t testing.TB) { fake.AssertBody(t, "folders.create", "parent_id", 2002) }, true},
		"other body":       {func(t testing.TB) { fake.AssertBody(t, "folders.create", "name", "B") }, false},
		"absent field":     {func(t testing.TB) { fake.AssertBody(t, "folders.create", "colour", nil) }, false},
		"body of no call":  {func(t testing.TB) { fake.AssertBody(t, "recipes.create", "name", "B") }, false},
		"query":            {func(t testing.TB) { fake.AssertQuery(t, "connections.list", "provider", "jira") }, true},
		"other query":      {func(t testing.TB) { fake.AssertQuery(t, "connections.list", "provider", "") }, false},
		"query of no call": {func(t testing.TB) { fake.AssertQuery(t, "recipes.list", "page", "1") }, false},
		"writes":           {fake.AssertNoWrites, false},
	} {
		r := &recorder{TB: t}
		test.assert(r)
		if passed := len(r.notes) == 0; passed != test.passes {
			t.Errorf("%s: notes %q", name, r.notes)
		}
	}
	fake.ForgetRequests()
	// A read that is sent by POST is not a write.
	call(t, fake, "POST", fmt.Sprintf("%s/connections/%d/pick_list", acmePath, customer.Connections[0].ID), object{"pick_list_name": "project"})
	request(t, fake, "POST", "/api/connections/1/pick_list", object{"pick_list_name": "project"})
	fake.AssertNoWrites(t)
	fake.AssertCalls(t, "folders.create", 0)
}

func TestRequestLog(t *testing.T) {
	t.Parallel()
	var hooked []string
	fake, _ := acmeServer(t, workatotest.WithRequestHook(func(r workatotest.Request) { hooked = append(hooked, r.String()) }))
	fake.Inject(workatotest.Fault{On: "connections.create", Do: workatotest.RespondAfter, Status: 503})
	body := object{"provider": "jira", "input": object{"host": "h", "deep": []any{object{"secret": "s", "n": 1}}}, "oauth_token_pair": object{"access_token": "a"}}
	refused(t, fake, 503, "POST", acmePath+"/connections", body)
	log := fake.Requests("connections.create")
	if len(log) != 1 {
		t.Fatalf("log %v", fake.Requests())
	}
	entry := log[0]
	same(t, "entry", []any{entry.Customer, entry.Status, entry.Fault, entry.Header.Get("Authorization")}, []any{"Eacme", 503, "respond_after", "[redacted]"})
	same(t, "body", entry.JSON(), object{
		"provider": "jira", "oauth_token_pair": object{"access_token": "[redacted]"},
		"input": object{"host": "[redacted]", "deep": []any{object{"secret": "[redacted]", "n": "[redacted]"}}},
	})
	same(t, "hook", hooked, []string{"POST /api/managed_users/Eacme/connections -> 503 [respond_after]"})
	request(t, fake, "POST", "/api/custom_oauth_profiles?dev_api_token=hush&input%5Bpassword%5D=hush",
		object{"data": object{"client_id": "abc", "client_secret": "hush"}, "jwt_secret": "hush", "apitoken": "hush", "newPassword": "hush"})
	secrets := fake.Requests("custom_oauth_profiles.create")[0]
	if text := secrets.String() + secrets.Body; strings.Contains(text, "hush") || !strings.Contains(text, "abc") {
		t.Errorf("the log shows %s", text)
	}
	request(t, fake, "POST", acmePath+"/imports?folder_id=1", []byte("PK zip"))
	same(t, "binary body", fake.Requests("imports.create")[0].Body, "[6 bytes]")
}

func TestQuotas(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, _ := acmeServer(t, workatotest.WithQuotas())
		allowed := func(path string, most int) (n int) {
			for range most {
				if status, _ := request(t, fake, "GET", path, nil); status == 429 {
					return n
				}
				n++
			}
			return n
		}
		same(t, "get customer", allowed(acmePath, 100), 60)
		same(t, "another customer shares it", allowed("/api/managed_users/1", 100), 0)
		same(t, "list connections", allowed(acmePath+"/connections", 1100), 1000)
		time.Sleep(59 * time.Second)
		same(t, "in the same minute", allowed(acmePath, 100), 0)
		time.Sleep(time.Second)
		same(t, "in the next minute", allowed(acmePath, 100), 60)
		same(t, "recipes of the own workspace", allowed("/api/recipes", 100), 60)
		repeat := func() int {
			status, _ := request(t, fake, "POST", acmePath+"/recipes/5001/repeat_jobs", object{"job_ids": []string{"j-1"}})
			return status
		}
		same(t, "jobs are repeated once a second", []int{repeat(), repeat()}, []int{200, 429})
		time.Sleep(time.Second)
		same(t, "jobs in the next second", repeat(), 200)
	})
}

func TestImportQuota(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := importServer(t, workatotest.WithQuotas())
		start := func() int {
			status, _ := request(t, fake, "POST", acmePath+"/imports?folder_id=50", []byte("no zip"))
			return status
		}
		for range 500 {
			same(t, "an import", start(), 400)
		}
		same(t, "number 501", start(), 429)
		time.Sleep(time.Hour)
		same(t, "in the next hour", start(), 400)
	})
}

func TestQuotaOfOneOperation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, _ := acmeServer(t, workatotest.WithQuota("connections.list", 2))
		time.Sleep(90 * time.Second)
		client := fake.HTTPClient()
		for i, want := range []string{"", "", "60"} {
			req := newRequest(t, "GET", "https://workato.test"+acmePath+"/connections", nil)
			req.Header.Set("Authorization", "Bearer test-token")
			resp, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if got := resp.Header.Get("Retry-After"); got != want {
				t.Errorf("request %d: Retry-After %q, want %q", i+1, got, want)
			}
		}
		same(t, "other operations", len(result(t, call(t, fake, "GET", acmePath+"/recipes", nil))), 1)
	})
}

func TestUnknownQuota(t *testing.T) {
	t.Parallel()
	r := &recorder{TB: t}
	defer func() {
		if recover() == nil || len(r.notes) != 1 || !strings.Contains(r.notes[0], `no operation or family "connection.list"`) {
			t.Errorf("notes %q", r.notes)
		}
	}()
	workatotest.New(r, workatotest.WithQuota("connection.list", 1))
}

// TestStrictStore shows the deprecated credentials to the package store.
func TestStrictStore(t *testing.T) {
	t.Parallel()
	for status, options := range map[int][]workatotest.Option{403: nil, 400: {workatotest.WithStrict()}} {
		fake := workatotest.NewServer(options...)
		req := newRequest(t, "GET", "https://packages.workato.test/unknown/package.zip", nil)
		req.Header.Set("X-User-Token", workatotest.Token)
		resp, err := fake.HTTPClient().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		fake.Close()
		same(t, "status", resp.StatusCode, status)
		same(t, "problems", fake.Problems(), []string{"X-User-Token was sent to the package store"})
	}
}
