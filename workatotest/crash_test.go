package workatotest_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// crashes runs a job for customer acme, which exists and has a project.
func crashes(t *testing.T, job workatotest.CrashJob, opts ...workatotest.CrashOption) []workatotest.Crash {
	t.Helper()
	fake := workatotest.New(t, workatotest.WithImportReads(0))
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme", Folders: []*workatotest.Folder{{ID: 50, Name: "Billing"}}})
	before := fake.Snapshot().String()
	found, err := workatotest.FindCrashes(t.Context(), fake, job, opts...)
	if err != nil {
		t.Fatal(err)
	}
	if after := fake.Snapshot().String(); after != before || len(fake.Requests()) > 0 {
		t.Errorf("the server itself was changed:\n%s", after)
	}
	return found
}

// reports shows findings as a test does.
func reports(found []workatotest.Crash) string {
	var text strings.Builder
	for _, crash := range found {
		text.WriteString(crash.String() + "\n")
	}
	return text.String()
}

func expect(t *testing.T, found []workatotest.Crash, want string) {
	t.Helper()
	if got := reports(found); got != want {
		t.Errorf("found:\n%s\nwant:\n%s", got, want)
	}
}

func connect(ctx context.Context, client *workato.Client, name string) error {
	_, err := client.Connections.Create(ctx, workato.ExternalID("acme"), &workato.ConnectionCreateParams{Name: name, Provider: "jira", FolderID: 50})
	return err
}

// TestCrashFindsADuplicate: a job that creates again after a lost response is
// found.
func TestCrashFindsADuplicate(t *testing.T) {
	t.Parallel()
	found := crashes(t, func(ctx context.Context, client *workato.Client) error {
		if _, err := client.Folders.List(ctx, workato.ExternalID("acme"), nil); err != nil {
			return err
		}
		return connect(ctx, client, "Jira")
	})
	expect(t, found, `killed after request 2, connections.create (POST /api/managed_users/Eacme/connections):
	+ customers[acme].connections[Jira]: folder_id "Billing", name "Jira", provider "jira"
`)
}

// TestCrashFindsWhatIsForgotten: a job that checks whether its first step was
// done, and assumes that the second was done too.
func TestCrashFindsWhatIsForgotten(t *testing.T) {
	t.Parallel()
	customer := workato.ExternalID("acme")
	found := crashes(t, func(ctx context.Context, client *workato.Client) error {
		there, err := client.Connections.List(ctx, customer, nil)
		if err != nil || len(there) > 0 {
			return err
		}
		if err := connect(ctx, client, "Jira"); err != nil {
			return err
		}
		_, err = client.Properties.Upsert(ctx, customer, &workato.PropertyUpsertParams{Properties: map[string]workato.PropertyValue{"onboarded": "yes"}})
		return err
	})
	expect(t, found, `killed after request 2, connections.create (POST /api/managed_users/Eacme/connections):
	- customers[acme].properties: onboarded 3 bytes, checksum 75e735a9
killed before request 3, properties.upsert (POST /api/managed_users/Eacme/properties):
	- customers[acme].properties: onboarded 3 bytes, checksum 75e735a9
`)
}

// TestCrashFindsWhatIsNotTheSame: the same job with a step that changes the
// result of the first.
func TestCrashFindsWhatIsNotTheSame(t *testing.T) {
	t.Parallel()
	found := crashes(t, func(ctx context.Context, client *workato.Client) error {
		there, err := client.Connections.List(ctx, workato.ExternalID("acme"), nil)
		if err != nil || len(there) > 0 {
			return err
		}
		made, err := client.Connections.Create(ctx, workato.ExternalID("acme"), &workato.ConnectionCreateParams{Name: "Jira", Provider: "jira"})
		if err != nil {
			return err
		}
		_, err = client.Connections.Update(ctx, workato.ExternalID("acme"), made.ID, &workato.ConnectionUpdateParams{
			FolderID: workato.Set(int64(50)), Input: map[string]any{"host": "jira.example.com"},
		})
		return err
	}, workatotest.CrashIgnore("].identity"))
	if len(found) != 2 {
		t.Fatalf("found:\n%s", reports(found))
	}
	same(t, "diff", found[1].Diff, []string{
		`~ customers[acme].connections[Jira]: authorization_status nothing instead of "success", ` +
			`folder_id "Home" instead of "Billing", input_keys nothing instead of ["host"]`,
	})
}

// TestCrashFindsASecondRunThatFails: a job that does not expect its own work.
func TestCrashFindsASecondRunThatFails(t *testing.T) {
	t.Parallel()
	job := func(ctx context.Context, client *workato.Client) error {
		_, err := client.ManagedUsers.Create(ctx, &workato.ManagedUserCreateParams{Name: "B", NotificationEmail: "b@example.com", ExternalID: "b"})
		return err
	}
	found := crashes(t, job)
	if len(found) != 1 || !found[0].After || !errors.Is(found[0].Err, workato.ErrConflict) || len(found[0].Diff) > 0 {
		t.Errorf("found:\n%s", reports(found))
	}
}

// TestCrashIgnore: an import cannot be found by its content, so even a careful
// job leaves a second one.
func TestCrashIgnore(t *testing.T) {
	t.Parallel()
	zip := invoicePackage(t)
	job := func(ctx context.Context, client *workato.Client) error {
		work, err := client.Imports.Create(ctx, workato.ExternalID("acme"), &workato.ImportCreateParams{Package: workato.PackageBytes(zip), FolderID: 50})
		if err != nil {
			return err
		}
		_, err = client.Imports.Wait(ctx, workato.ExternalID("acme"), work.ID, nil)
		return err
	}
	for _, crash := range crashes(t, job) {
		if slices.ContainsFunc(crash.Diff, func(line string) bool { return !strings.Contains(line, ".imports") }) {
			t.Errorf("besides imports: %s", crash)
		}
	}
	if len(crashes(t, job)) == 0 {
		t.Error("the second import is not seen")
	}
	expect(t, crashes(t, job, workatotest.CrashIgnore(".imports")), "")
}

// TestKilledJob: what a job sees after the kill.
func TestKilledJob(t *testing.T) {
	t.Parallel()
	runs := 0
	found := crashes(t, func(ctx context.Context, client *workato.Client) error {
		runs++
		_, err := client.Folders.List(ctx, workato.ExternalID("acme"), nil)
		if err == nil {
			return nil
		}
		if !errors.Is(err, workatotest.ErrKilled) {
			t.Errorf("the call ended with %v", err)
		}
		if cause := context.Cause(ctx); !errors.Is(cause, workatotest.ErrKilled) {
			t.Errorf("the context ended with %v", cause)
		}
		if err := connect(context.WithoutCancel(ctx), client, "Jira"); !errors.Is(err, workatotest.ErrKilled) {
			t.Errorf("a request of the dead: %v", err)
		}
		return err
	}, workatotest.CrashClient(workato.WithRetry(workato.RetryPolicy{})))
	expect(t, found, "")
	if runs != 5 {
		t.Errorf("%d runs, want the undisturbed one and two of two", runs)
	}
}

// TestCrashSetup: what a job keeps outside of the service is part of a case.
func TestCrashSetup(t *testing.T) {
	t.Parallel()
	made := false
	found := crashes(t, func(ctx context.Context, client *workato.Client) error {
		if made {
			return nil
		}
		made = true // one line too early
		return connect(ctx, client, "Jira")
	}, workatotest.CrashSetup(func() { made = false }))
	expect(t, found, `killed before request 1, connections.create (POST /api/managed_users/Eacme/connections):
	- customers[acme].connections[Jira]: folder_id "Billing", name "Jira", provider "jira"
`)
}

// TestCrashOfParallelWork: a job with several requests in progress is killed
// with all of them.
func TestCrashOfParallelWork(t *testing.T) {
	t.Parallel()
	found := crashes(t, func(ctx context.Context, client *workato.Client) error {
		var work sync.WaitGroup
		errs := make([]error, 3)
		for i := range errs {
			work.Go(func() { _, errs[i] = ensureCustomer(ctx, client, fmt.Sprintf("c%d", i)) })
		}
		work.Wait()
		return errors.Join(errs...)
	})
	expect(t, found, "")
}

// TestCrashWithFaults: the faults of the server apply to every case, and a lost
// response is no excuse.
func TestCrashWithFaults(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		met := 0
		fake := workatotest.New(t, workatotest.WithRequestHook(func(r workatotest.Request) {
			if r.Fault == workatotest.HTMLAfter {
				met++
			}
		}))
		fake.Inject(workatotest.Fault{On: "managed_users.*", Do: workatotest.HTMLAfter, Times: 2})
		workatotest.CrashTest(t, fake, func(ctx context.Context, client *workato.Client) error {
			_, err := ensureCustomer(ctx, client, "acme")
			return err
		})
		// A create whose response is lost, and two reads, of which the first is lost.
		if cases := 1 + 2*3; met != 2*cases {
			t.Errorf("%d responses were lost, want 2 in each of %d cases", met, cases)
		}
	})
}

// TestCrashTestNeedsAJob: a test that tests nothing must fail.
func TestCrashTestNeedsAJob(t *testing.T) {
	t.Parallel()
	for want, job := range map[string]workatotest.CrashJob{
		"the job has sent no request":             func(context.Context, *workato.Client) error { return nil },
		"the undisturbed run failed: no customer": func(context.Context, *workato.Client) error { return errors.New("no customer") },
		`managed_users.list does not know "colour"`: func(ctx context.Context, client *workato.Client) error {
			_ = client.Do(ctx, workato.Request{Method: "GET", Path: "/api/managed_users", Query: url.Values{"colour": {"red"}}}, nil)
			return nil
		},
	} {
		if _, err := workatotest.FindCrashes(t.Context(), workatotest.New(t, workatotest.WithStrict()), job); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// TestCrashTestReports: the test fails once for every case.
func TestCrashTestReports(t *testing.T) {
	t.Parallel()
	test := &recorder{TB: t}
	fake := workatotest.New(t)
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme", Folders: []*workatotest.Folder{{ID: 50, Name: "Billing"}}})
	workatotest.CrashTest(test, fake, func(ctx context.Context, client *workato.Client) error {
		return errors.Join(connect(ctx, client, "Jira"), connect(ctx, client, "Slack"))
	})
	if len(test.notes) != 3 || !strings.HasPrefix(test.notes[0], "workatotest: killed after request 1, connections.create (") {
		t.Errorf("reports:\n%s", strings.Join(test.notes, "\n"))
	}
}
