package workato_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// jobServer lists jobs 1 to n by cursor, newest first.
type jobServer struct {
	n, page   int
	inclusive bool // "after" a job includes it
	ascending bool // newer jobs come oldest first
	deaf      bool // the cursor is ignored
	timeless  bool
	arriving  int // new jobs with every request
}

func jobID(n int) string { return fmt.Sprintf("j-%03d", n) }

func (s *jobServer) respond(_ int, req *http.Request) (*http.Response, error) {
	query := req.URL.Query()
	offset := query.Get("offset_job_id")
	if s.deaf {
		offset = ""
	}
	var at int
	_, _ = fmt.Sscanf(offset, "j-%d", &at)
	var numbers []int
	for n := s.n; n > 0; n-- {
		newer := query.Get("prev") == "true" && at > 0
		if at == 0 || newer && n > at || !newer && n < at || s.inclusive && n == at {
			numbers = append(numbers, n)
		}
	}
	if query.Get("prev") == "true" && at > 0 {
		numbers = numbers[max(0, len(numbers)-s.page):] // those next to the cursor
		if s.ascending {
			slices.Reverse(numbers)
		}
	}
	s.n += s.arriving
	var rows []string
	for _, n := range numbers[:min(len(numbers), s.page)] {
		started := fmt.Sprintf(`, "started_at": "2026-01-01T%02d:%02d:00Z"`, n/60, n%60)
		if s.timeless {
			started = ""
		}
		rows = append(rows, fmt.Sprintf(`{"id": %q%s}`, jobID(n), started))
	}
	return response{body: `{"items": [` + strings.Join(rows, ",") + `]}`}.response(req), nil
}

func numbers(from, to int) []string {
	var ids []string
	for n := from; ; {
		ids = append(ids, jobID(n))
		switch {
		case n == to:
			return ids
		case from < to:
			n++
		default:
			n--
		}
	}
}

func walkJobs(t *testing.T, server *jobServer, params *workato.JobListParams) ([]string, *recorder, error) {
	t.Helper()
	transport := &recorder{respond: server.respond}
	var ids []string
	for job, err := range newClient(t, transport).Jobs.All(t.Context(), customerID, 41354, params) {
		if err != nil {
			return ids, transport, err
		}
		ids = append(ids, job.ID)
	}
	return ids, transport, nil
}

func TestJobsInBothDirections(t *testing.T) {
	t.Parallel()
	for name, server := range map[string]jobServer{
		"plain": {}, "inclusive": {inclusive: true}, "ascending": {ascending: true}, "inclusive and ascending": {inclusive: true, ascending: true},
		"without times": {timeless: true}, "pages of one": {page: 1}, "pages of one, inclusive": {page: 2, inclusive: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server.n = 10
			if server.page == 0 {
				server.page = 4
			}
			down, transport, err := walkJobs(t, &server, nil)
			require.NoError(t, err)
			assert.Equal(t, numbers(10, 1), down)
			assert.Empty(t, transport.all()[0].Query, "no cursor, no page")

			down, _, err = walkJobs(t, &server, &workato.JobListParams{OffsetJobID: jobID(6), Status: workato.JobFailed})
			require.NoError(t, err)
			assert.Equal(t, numbers(5, 1), down)

			up, transport, err := walkJobs(t, &server, &workato.JobListParams{OffsetJobID: jobID(2), Prev: true, RerunOnly: true})
			require.NoError(t, err)
			assert.Equal(t, numbers(3, 10), up, "a later walk continues from the last one seen")
			for _, req := range transport.all() {
				assert.Contains(t, req.Query, "prev=true&rerun_only=true", "the filters are sent with every page")
			}
		})
	}
}

func TestJobsThatArriveMeanwhile(t *testing.T) {
	t.Parallel()
	ids, _, err := walkJobs(t, &jobServer{n: 10, page: 4, arriving: 3}, nil)
	require.NoError(t, err)
	assert.Equal(t, numbers(10, 1), ids, "new jobs shift nothing")
}

func TestJobsOfOne(t *testing.T) {
	t.Parallel()
	for _, server := range []*jobServer{{n: 1, page: 4}, {n: 1, page: 4, deaf: true}, {n: 1, page: 4, inclusive: true}} {
		ids, transport, err := walkJobs(t, server, nil)
		require.NoError(t, err)
		assert.Equal(t, numbers(1, 1), ids)
		assert.Len(t, transport.all(), 2)
	}
}

// TestJobsOfADeafServer: a walk ends if the cursor has no effect.
func TestJobsOfADeafServer(t *testing.T) {
	t.Parallel()
	for name, server := range map[string]*jobServer{
		"the same again": {n: 10, page: 4, deaf: true}, "the whole list": {n: 10, page: 10, deaf: true},
		"with new jobs": {n: 10, page: 4, deaf: true, arriving: 2},
	} {
		ids, transport, err := walkJobs(t, server, nil)
		require.ErrorIs(t, err, workato.ErrRepeatedPage, name)
		assert.Len(t, ids, server.page, name)
		assert.Len(t, transport.all(), 2, name)
	}
	_, _, err := walkJobs(t, &jobServer{n: 10, page: 4, deaf: true}, &workato.JobListParams{OffsetJobID: jobID(8)})
	require.ErrorIs(t, err, workato.ErrRepeatedPage)
	_, _, err = walkJobs(t, &jobServer{n: 10, page: 4, deaf: true}, &workato.JobListParams{OffsetJobID: jobID(8), Prev: true})
	require.ErrorIs(t, err, workato.ErrRepeatedPage)
}

func TestJobsPageByPage(t *testing.T) {
	t.Parallel()
	transport := &recorder{respond: (&jobServer{n: 5, page: 4}).respond}
	c := newClient(t, transport)
	page, err := c.Jobs.List(t.Context(), customerID, 41354, nil)
	require.NoError(t, err)
	assert.Len(t, page.Items, 4)
	assert.True(t, page.HasNext())
	page, err = page.Next(t.Context())
	require.NoError(t, err)
	assert.Len(t, page.Items, 1)
	page, err = page.Next(t.Context())
	require.NoError(t, err)
	assert.Empty(t, page.Items)
	assert.False(t, page.HasNext())
	page, err = page.Next(t.Context())
	require.NoError(t, err)
	assert.Nil(t, page)
	assert.Len(t, transport.all(), 3)

	transport = &recorder{respond: (&jobServer{n: 9, page: 4}).respond}
	for job, err := range newClient(t, transport).Jobs.All(t.Context(), customerID, 41354, nil) {
		require.NoError(t, err)
		if job.ID == jobID(6) {
			break
		}
	}
	assert.Len(t, transport.all(), 1, "nothing is fetched after a break")

	var errs []error
	for _, err := range newClient(t, responding(response{status: 404, body: `{"message": "Not found"}`})).Jobs.All(t.Context(), customerID, 1, nil) {
		errs = append(errs, err)
	}
	require.Len(t, errs, 1)
	require.ErrorIs(t, errs[0], workato.ErrNotFound)
}

// repeating responds to each batch with its ids and records the time.
func repeating(t *testing.T, fail map[int]response, batches *[][]string, times *[]time.Time) *recorder {
	recorder := new(recorder)
	recorder.respond = func(number int, req *http.Request) (*http.Response, error) {
		var body struct {
			JobIDs []string `json:"job_ids"`
		}
		assert.NoError(t, json.Unmarshal(recorder.all()[number-1].Body, &body))
		*batches, *times = append(*batches, body.JobIDs), append(*times, time.Now())
		if response, ok := fail[number]; ok {
			return response.response(req), nil
		}
		var results []workato.JobRepeatResult
		for _, id := range body.JobIDs {
			results = append(results, workato.JobRepeatResult{JobID: id, Status: workato.JobRepeatEnqueued})
		}
		out, err := json.Marshal(map[string]any{"results": results})
		return response{body: string(out)}.response(req), err
	}
	return recorder
}

func TestRepeatInBatches(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var batches [][]string
		var times []time.Time
		ids := numbers(1, 60)
		results, err := newClient(t, repeating(t, nil, &batches, &times)).Jobs.Repeat(t.Context(), customerID, 41354, &workato.JobRepeatParams{JobIDs: ids})
		require.NoError(t, err)
		require.Len(t, results, 60)
		for i, result := range results {
			assert.Equal(t, workato.JobRepeatResult{JobID: ids[i], Status: workato.JobRepeatEnqueued}, result)
		}
		assert.Equal(t, [][]string{ids[:25], ids[25:50], ids[50:]}, batches)
		assert.Equal(t, []time.Duration{time.Second, time.Second}, []time.Duration{times[1].Sub(times[0]), times[2].Sub(times[1])})
	})
}

func TestRepeatThatStopsHalfway(t *testing.T) {
	t.Parallel()
	ids := numbers(1, 60)
	for name, test := range map[string]struct {
		response response
		unknown  bool
	}{
		"server error":   {response{status: 500, body: `{"message": "Server error"}`}, true},
		"refused":        {response{status: 400, body: `{"message": "Bad request"}`}, false},
		"no results":     {response{body: `{"success": true}`}, true},
		"refused in 200": {response{body: `{"success": false}`}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var batches [][]string
				var times []time.Time
				transport := repeating(t, map[int]response{2: test.response}, &batches, &times)
				c := newClient(t, transport, workato.WithRetry(workato.RetryPolicy{MaxRetries: 3}))
				results, err := c.Jobs.Repeat(t.Context(), customerID, 41354, &workato.JobRepeatParams{JobIDs: ids})
				assert.Len(t, results, 25, "the results of the first batch are not lost")
				var failed *workato.JobRepeatError
				require.ErrorAs(t, err, &failed)
				assert.Equal(t, ids[25:50], failed.Batch)
				assert.Equal(t, ids[50:], failed.Unsent)
				assert.ErrorContains(t, err, "jobs in the request that failed: 25, not sent: 10")
				var apiErr *workato.APIError
				require.ErrorAs(t, err, &apiErr)
				if test.unknown {
					require.ErrorIs(t, err, workato.ErrOutcomeUnknown)
				} else {
					require.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
				}
				assert.Len(t, transport.all(), 2, "no batch is sent twice")
			})
		})
	}
}

// TestRepeatWithATokenThatGoesBad: an error between two batches may look like a
// bad argument, although the first batch was sent.
func TestRepeatWithATokenThatGoesBad(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var batches [][]string
		var times []time.Time
		tokens := []string{testToken, ""}
		c, err := workato.NewClient(
			workato.WithTokenSource(func(context.Context) (string, error) { return tokens[len(batches)], nil }),
			workato.WithHTTPClient(&http.Client{Transport: repeating(t, nil, &batches, &times)}))
		require.NoError(t, err)
		ids := numbers(1, 60)
		results, err := c.Jobs.Repeat(t.Context(), customerID, 41354, &workato.JobRepeatParams{JobIDs: ids})
		assert.Len(t, results, 25)
		var failed *workato.JobRepeatError
		require.ErrorAs(t, err, &failed)
		assert.Equal(t, ids[25:50], failed.Batch)
		assert.Equal(t, ids[50:], failed.Unsent)
		require.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
	})
}

func TestRepeatThatIsCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var batches [][]string
		var times []time.Time
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		ids := numbers(1, 100)
		results, err := newClient(t, repeating(t, nil, &batches, &times)).Jobs.Repeat(ctx, customerID, 41354, &workato.JobRepeatParams{JobIDs: ids})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
		assert.Len(t, results, 50)
		var failed *workato.JobRepeatError
		require.ErrorAs(t, err, &failed)
		assert.Empty(t, failed.Batch)
		assert.Equal(t, ids[50:], failed.Unsent)
	})
}

func TestRepeatResults(t *testing.T) {
	t.Parallel()
	results := decoded(t, "jobs/repeated.json", func(ctx context.Context, c *workato.Client) ([]workato.JobRepeatResult, error) {
		return c.Jobs.Repeat(ctx, customerID, 41354, &workato.JobRepeatParams{JobIDs: []string{"j-1", "j-2"}})
	})
	assert.Equal(t, []workato.JobRepeatResult{
		{JobID: "j-1", Status: workato.JobRepeatEnqueued}, {JobID: "j-2", Status: workato.JobRepeatFailed, Error: "Job not found"},
	}, results, "a job that cannot be repeated is not an error of the call")
	results = decoded(t, "jobs/repeated.json", func(ctx context.Context, c *workato.Client) ([]workato.JobRepeatResult, error) {
		return c.Jobs.Repeat(ctx, customerID, 41354, &workato.JobRepeatParams{JobIDs: []string{"j-1", "j-0", "j-2"}})
	})
	require.Len(t, results, 3, "each job has a result")
	assert.Equal(t, workato.JobRepeatResult{JobID: "j-0", Error: "the response left this job out"}, results[2])
}

func TestDecodeJobs(t *testing.T) {
	t.Parallel()
	list := func(ctx context.Context, c *workato.Client) (*workato.JobPage, error) {
		return c.Jobs.List(ctx, customerID, 41354, nil)
	}
	page := decoded(t, "jobs/list.json", list)
	assert.Equal(t, []int64{40, 2, 42, 2}, []int64{page.JobSucceededCount, page.JobFailedCount, page.JobCount, *page.JobScopeCount})
	require.Len(t, page.Items, 2)
	assert.Equal(t, workato.Job{
		ID: "j-AbCd11-2eF", FlowRunID: "j-AbCd11-2eF", RecipeID: 41354, Title: workato.Ptr("Invoice 7"), Status: workato.JobFailed, IsError: true,
		StartedAt: workato.Ptr(at("2024-05-01T09:00:00-07:00")), CompletedAt: workato.Ptr(at("2024-05-01T09:00:01.100-07:00")), Error: workato.Ptr(`{"code":404}`),
		ErrorParts: &workato.JobErrorParts{
			Adapter: "jira", ErrorType: "NotFound", Message: "no such issue", InnerMessage: "404", ErrorID: "e-1",
			ErrorAt: "2024-05-01T09:00:01.000-07:00", Input: json.RawMessage(`{"key": "A-1"}`),
		},
		MasterJobID: workato.Ptr("j-AbCd08-9eE"), CallingRecipeID: workato.Ptr[int64](41300), CallingJobID: workato.Ptr("j-AbCd10-1eF"),
		RootRecipeID: workato.Ptr[int64](41200), RootJobID: workato.Ptr("j-AbCd09-0eF"),
	}, page.Items[1])

	old := decoded(t, "jobs/list_2019.json", list)
	assert.Equal(t, "172063", old.Items[0].ID)
	assert.Nil(t, old.JobScopeCount)

	loose := decoded(t, "jobs/loose.json", list)
	assert.Equal(t, []workato.Job{
		{ID: "172064", Error: workato.Ptr(`{"code": 404}`), CallingRecipeID: workato.Ptr[int64](41300), Status: "moon_phase"},
		{Handle: "j-Zz", IsError: true, ErrorParts: &workato.JobErrorParts{ErrorID: "7", Input: json.RawMessage(`"text"`)}},
	}, loose.Items)
	assert.Equal(t, int64(3), loose.JobCount)

	_, err := list(t.Context(), newClient(t, responding(response{body: `{"items": [{"title": "without an id"}]}`})))
	require.ErrorIs(t, err, workato.ErrUnexpectedResponse)
	_, err = list(t.Context(), newClient(t, responding(response{body: `{"job_count": 0}`})))
	require.ErrorIs(t, err, workato.ErrUnexpectedResponse, "a missing list is not an empty one")
}

func TestDecodeJob(t *testing.T) {
	t.Parallel()
	get := func(ctx context.Context, c *workato.Client) (*workato.Job, error) {
		return c.Jobs.Get(ctx, customerID, 41354, "j-AbCd12-3eF")
	}
	job := decoded(t, "jobs/get.json", get)
	assert.True(t, job.IsRepeat && job.IsTest && job.IsTestCaseJob)
	assert.Equal(t, workato.Ptr[int64](41300), job.CallingRecipeID, "a string in one source, a number in another")
	assert.Contains(t, string(job.Lines[0]), `"output"`, "unknown keys are kept")
	steps, err := job.Steps()
	require.NoError(t, err)
	require.Len(t, steps, 1)
	assert.Equal(t, int64(1), steps[0].RecipeLineNumber)
	assert.Equal(t, "jira search_issues", steps[0].AdapterName+" "+steps[0].AdapterOperation)
	assert.Equal(t, at("2024-05-01T10:00:00.900-07:00"), *steps[0].LineStat.CompletedAt)

	job.Lines = append(job.Lines, json.RawMessage(`{"recipe_line_number": {}}`))
	_, err = job.Steps()
	require.ErrorContains(t, err, "line 1 of job j-AbCd12-3eF")

	empty := decoded(t, "jobs/null.json", get)
	assert.Equal(t, &workato.Job{ID: "j-AbCd12-3eF"}, empty)
}
