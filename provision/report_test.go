package provision_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
	"github.com/go-workato/workato/workatotest"
)

// fleetOf makes customers with connections of every class, and lists them.
func fleetOf(t *testing.T, fake *workatotest.Server, n int) iter.Seq2[provision.Target, error] {
	t.Helper()
	lost := "token was revoked"
	var targets []provision.Target
	for i := range n {
		customer := fake.AddCustomer(workatotest.Customer{
			ExternalID: fmt.Sprint("c", i), Name: fmt.Sprintf("<script>Customer %d", i),
			Connections: []*workatotest.Connection{
				{Name: "Jira", Provider: "jira", AuthorizationStatus: "success", AuthorizedAt: time.Now()},
				{Name: "Slack", Provider: "slack"},
			},
			Recipes: []*workatotest.Recipe{
				{Name: "Sync", Jobs: []*workatotest.Job{{Status: workatotest.JobSucceeded, StartedAt: time.Date(2026, 10, 3, 0, 0, 0, 0, time.UTC)}}},
			},
		})
		if i == 0 {
			fake.LoseConnection("c0", "Jira", lost)
			fake.StopRecipe("c0", "Sync", "trigger_errors_limit")
		}
		targets = append(targets, provision.Target{Customer: workato.AccountID(customer.ID), Label: customer.Name})
	}
	return func(yield func(provision.Target, error) bool) {
		for _, target := range targets {
			if !yield(target, nil) {
				return
			}
		}
	}
}

func TestSweepHealth(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	fleet := fleetOf(t, fake, 20)
	var told []int
	health, err := provision.SweepHealth(t.Context(), fake.Client(t), fleet, &provision.HealthOptions{
		Recipes: true, OnCustomer: func(done int) { told = append(told, done) },
	})
	require.NoError(t, err)
	assert.Equal(t, 20, health.Customers)
	assert.Equal(t, map[provision.ConnectionHealth]int{provision.HealthGood: 19, provision.HealthNew: 20, provision.HealthLost: 1}, health.Connections)
	assert.Equal(t, 20, health.Waiting)
	assert.Equal(t, 20, health.Recipes)
	require.Len(t, health.Problems, 21)
	assert.Equal(t, []string{"Jira", "lost", "token was revoked"}, []string{health.Problems[0].Name, string(health.Problems[0].Health), health.Problems[0].Reason})
	require.Len(t, health.Stopped, 1)
	assert.Equal(t, workato.StopCauseTriggerErrors, health.Stopped[0].Cause)
	assert.Len(t, told, 20)
	assert.Equal(t, 20, told[19])
	fake.AssertNoWrites(t)
}

// A customer that is gone is no failure, any other one is, and the rest is read all
// the same.
func TestSweepHealthIsCompleteOrAnError(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	fleet := fleetOf(t, fake, 12)
	fake.RemoveCustomer("c3")
	client := fake.Client(t, workato.WithRetry(workato.RetryPolicy{}))
	health, err := provision.SweepHealth(t.Context(), client, fleet, nil)
	require.NoError(t, err)
	assert.Equal(t, []int{11, 1}, []int{health.Customers, health.Gone})

	fake.Inject(workatotest.Fault{On: "connections.list", Customer: "c5", Do: workatotest.Respond, Times: -1})
	done := 0
	health, err = provision.SweepHealth(t.Context(), client, fleet, &provision.HealthOptions{MaxConcurrent: 1, OnCustomer: func(n int) { done = n }})
	require.Error(t, err)
	assert.Nil(t, health)
	assert.Equal(t, 12, done, "the others were not read")
	var failed *provision.CustomerError
	require.ErrorAs(t, err, &failed)
	require.ErrorIs(t, err, workato.ErrServer)
	assert.Contains(t, err.Error(), failed.Customer.String())

	broken := errors.New("the list broke")
	half := func(yield func(provision.Target, error) bool) {
		n := 0
		for target, err := range fleet {
			if n++; n == 3 {
				err = broken
			}
			if !yield(target, err) {
				return
			}
		}
	}
	_, err = provision.SweepHealth(t.Context(), client, half, nil)
	require.ErrorIs(t, err, broken)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = provision.SweepHealth(ctx, client, fleet, nil)
	require.ErrorIs(t, err, context.Canceled)
	_, err = provision.SweepHealth(t.Context(), client, fleet, &provision.HealthOptions{MaxConcurrent: -1})
	require.ErrorContains(t, err, "MaxConcurrent")
}

// usageOf reads the usage of a service that responds with a text.
func usageOf(t *testing.T, monthly string) (*provision.Usage, error) {
	t.Helper()
	fake := workatotest.New(t)
	fake.AddCustomer(workatotest.Customer{ID: 7, ExternalID: "idle", Name: "Idle"})
	fake.AddCustomer(workatotest.Customer{ID: 8, ExternalID: "busy", Name: "Busy"})
	fake.Inject(workatotest.Fault{On: "usage.monthly", Do: workatotest.RespondAfter, Status: 200, Body: monthly})
	return provision.ReadUsage(t.Context(), fake.Client(t))
}

func TestReadUsage(t *testing.T) {
	t.Parallel()
	want := []provision.UsageMonth{{Month: "2026-09", Tasks: 5}, {Month: "2026-10", Tasks: 9}}
	for _, form := range []string{
		`{"result": {"8": {"2026-09": 5, "2026-10": 7}, "99": {"2026-10": 2}}}`,
		`{"result": {"8": [{"month": "2026-09", "tasks": 5}, {"month": "2026-10", "task_count": 7}], "99": [{"date": "2026-10", "count": 2}]}}`,
	} {
		usage, err := usageOf(t, form)
		require.NoError(t, err, form)
		assert.Equal(t, want, usage.Months, form)
		require.Len(t, usage.Customers, 3)
		assert.Equal(t, []string{"Busy", "busy"}, []string{usage.Customers[0].Name, usage.Customers[0].ExternalID})
		assert.EqualValues(t, 12, usage.Customers[0].Tasks)
		assert.Equal(t, "99", usage.Customers[1].Customer, "of a customer that is gone")
		assert.Empty(t, usage.Customers[2].Months)
	}
	for _, form := range []string{
		`{"result": {"8": 12}}`, `{"result": {"8": [{"tasks": 5}]}}`, `{"result": {"8": ["x"]}}`,
	} {
		_, err := usageOf(t, form)
		require.ErrorIs(t, err, provision.ErrUsageShape, form)
	}
	fake := workatotest.New(t)
	fake.Inject(workatotest.Fault{On: "managed_users.list", Do: workatotest.Respond, Status: 401})
	_, err := provision.ReadUsage(t.Context(), fake.Client(t))
	require.ErrorIs(t, err, workato.ErrUnauthorized)
}

func TestReportPage(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	fleet := fleetOf(t, fake, 12)
	client := fake.Client(t)
	health, err := provision.SweepHealth(t.Context(), client, fleet, &provision.HealthOptions{Recipes: true})
	require.NoError(t, err)
	usage, err := provision.ReadUsage(t.Context(), client)
	require.NoError(t, err)

	var page bytes.Buffer
	report := provision.Report{Title: "Customers & co", Health: health, Usage: usage}
	require.NoError(t, report.WriteHTML(&page))
	text := page.String()
	assert.Contains(t, text, "<title>Customers &amp; co</title>")
	assert.Equal(t, len(provision.HealthClasses())+len(usage.Months), strings.Count(text, "<rect"), "a bar for each class and month")
	assert.Contains(t, text, "&lt;script&gt;Customer 0")
	for _, foreign := range []string{"http", "<script", "url(", "@import", "javascript:"} {
		assert.NotContains(t, strings.ReplaceAll(text, `http-equiv`, ""), foreign)
	}

	// Many rows are counted, and no part is made up.
	for len(health.Problems) < 600 {
		health.Problems = append(health.Problems, health.Problems[0])
	}
	page.Reset()
	require.NoError(t, (&provision.Report{Health: health}).WriteHTML(&page))
	assert.Contains(t, page.String(), "and 100 more")
	assert.NotContains(t, page.String(), "Tasks by month")
	page.Reset()
	require.NoError(t, (&provision.Report{Usage: &provision.Usage{}}).WriteHTML(&page))
	assert.Contains(t, page.String(), "No task was counted.")
	page.Reset()
	months := []provision.UsageMonth{{Month: "2025-11", Tasks: 4}, {Month: "2026-02", Tasks: 2}}
	require.NoError(t, (&provision.Report{Usage: &provision.Usage{Months: months}}).WriteHTML(&page))
	assert.Equal(t, 4, strings.Count(page.String(), "<rect"), "a bar for each month, also for those without a task")
	require.Error(t, (&provision.Report{}).WriteHTML(&page))
	require.ErrorIs(t, report.WriteHTML(fullDisk{}), errFull)
}

var errFull = errors.New("no space left")

// fullDisk takes no byte.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }
