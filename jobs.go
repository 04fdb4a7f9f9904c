package workato

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// JobService serves the jobs of a customer's recipes. A job is one run of a
// recipe.
//
// https://docs.workato.com/oem/oem-api/jobs.html
type JobService struct{ core *core }

const jobsDoc = "https://docs.workato.com/oem/oem-api/jobs.html"

var (
	jobsList = operation{Operation: Operation{
		Name: "jobs.list", Method: "GET", Path: "/api/managed_users/{customer}/recipes/{recipe_id}/jobs",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "jobs", PerMinute: 1000}, Paging: PagingCursor, Doc: jobsDoc,
	}}
	jobsGet = operation{Operation: Operation{
		Name: "jobs.get", Method: "GET", Path: "/api/managed_users/{customer}/recipes/{recipe_id}/jobs/{job_id}",
		Effect: Read, Quota: Quota{Family: "jobs", PerMinute: 1000}, Doc: jobsDoc,
	}, ownError: true}
	jobsRepeat = operation{Operation: Operation{
		Name: "jobs.repeat", Method: "POST", Path: "/api/managed_users/{customer}/recipes/{recipe_id}/repeat_jobs",
		Effect: Create, Quota: Quota{Family: "jobs.repeat", PerSecond: 1}, Doc: jobsDoc,
	}, lookup: "look for reruns of the jobs with jobs.list and RerunOnly before you try again"}
)

// Job is one run of a recipe. Lists leave some of the fields out.
type Job struct {
	// ID looks like "j-AbCd12-3eF"; in old workspaces it is a number.
	ID string `json:"id"`
	// Handle is the id by another name.
	Handle    string `json:"handle"`
	FlowRunID string `json:"flow_run_id"`
	// RecipeID is the recipe that ran.
	RecipeID int64 `json:"recipe_id"`
	// Title is nil unless the recipe names its jobs.
	Title  *string   `json:"title"`
	Status JobStatus `json:"status"`
	// StartedAt and CompletedAt bound the run. CompletedAt is nil while it lasts.
	StartedAt   *time.Time `json:"started_at"`
	CompletedAt *time.Time `json:"completed_at"`
	IsPollError bool       `json:"is_poll_error"`
	IsError     bool       `json:"is_error"`
	// Error is what went wrong, nil if nothing did. It may be a JSON text.
	Error      *string        `json:"error"`
	ErrorParts *JobErrorParts `json:"error_parts"`
	// IsRepeat marks a job that repeats another one.
	IsRepeat      bool `json:"is_repeat"`
	IsTest        bool `json:"is_test"`
	IsTestCaseJob bool `json:"is_test_case_job"`
	// Master is the job that this one repeats, Calling the one that called this
	// recipe, Root the first of such a chain.
	MasterJobID      *string `json:"master_job_id"`
	MasterJobHandle  *string `json:"master_job_handle"`
	CallingRecipeID  *int64  `json:"calling_recipe_id"`
	CallingJobID     *string `json:"calling_job_id"`
	CallingJobHandle *string `json:"calling_job_handle"`
	RootRecipeID     *int64  `json:"root_recipe_id"`
	RootJobID        *string `json:"root_job_id"`
	// Lines are the steps of the job, only in the response of Get. They are JSON,
	// because no source shows them whole: see Steps.
	Lines []json.RawMessage `json:"lines"`
}

// key is the id from which the service continues after this job.
func (j *Job) key() string { return cmp.Or(j.ID, j.Handle) }

// JobErrorParts says what went wrong in a job. Every field may be empty.
type JobErrorParts struct {
	Adapter      string          `json:"adapter"`
	ErrorType    string          `json:"error_type"`
	Message      string          `json:"message"`
	InnerMessage string          `json:"inner_message"`
	ErrorID      string          `json:"error_id"`
	ErrorAt      string          `json:"error_at"`
	Input        json.RawMessage `json:"input"`
}

// JobStatus is the state of a job. Other values may appear.
type JobStatus string

// The states of a job that can be selected.
const (
	JobSucceeded JobStatus = "succeeded"
	JobFailed    JobStatus = "failed"
	JobPending   JobStatus = "pending"
)

// JobStep is a step of a job. The element of Lines may hold more.
type JobStep struct {
	RecipeLineNumber int64  `json:"recipe_line_number"`
	AdapterName      string `json:"adapter_name"`
	AdapterOperation string `json:"adapter_operation"`
	LineStat         struct {
		StartedAt   *time.Time `json:"started_at"`
		CompletedAt *time.Time `json:"completed_at"`
	} `json:"line_stat"`
}

// Steps decodes the known keys of Lines.
func (j *Job) Steps() ([]JobStep, error) {
	steps := make([]JobStep, len(j.Lines))
	for i, line := range j.Lines {
		if err := wire.Decode(line, &steps[i]); err != nil {
			return nil, fmt.Errorf("workato: line %d of job %s: %w", i, j.key(), err)
		}
	}
	return steps, nil
}

// JobListParams filters the list of jobs and says where it starts. All fields
// are optional.
type JobListParams struct {
	// OffsetJobID is the job after which the list continues.
	OffsetJobID string `url:"offset_job_id,omitempty"`
	// Prev walks from OffsetJobID to newer jobs instead of older ones.
	Prev bool `url:"prev,omitempty"`
	// Status selects jobs by their status.
	Status JobStatus `url:"status,omitempty"`
	// RerunOnly selects jobs that are reruns of others.
	RerunOnly bool `url:"rerun_only,omitempty"`
}

// JobPage is one page of the list of jobs. The service chooses its size.
type JobPage struct {
	// Items are in the order of the service, usually newest first.
	Items []Job `json:"items"`
	// The counts are totals of the recipe and not of the page. JobScopeCount is
	// nil if the service does not state it.
	JobSucceededCount int64  `json:"job_succeeded_count"`
	JobFailedCount    int64  `json:"job_failed_count"`
	JobCount          int64  `json:"job_count"`
	JobScopeCount     *int64 `json:"job_scope_count"`

	prev bool
	next func(context.Context) (*JobPage, error)
}

// HasNext reports whether there may be another page. That page may be empty.
func (p *JobPage) HasNext() bool { return p.next != nil }

// Next fetches the page that follows: with older jobs, or with newer ones if
// Prev was set. It returns nil after the last one.
func (p *JobPage) Next(ctx context.Context) (*JobPage, error) {
	if p.next == nil {
		return nil, nil //nolint:nilnil // the end of a list is no error
	}
	return p.next(ctx)
}

// ends returns the jobs at both ends of a page in the direction of the walk.
// The order of newer jobs is not documented, so the time decides.
func (p *JobPage) ends() (from, to *Job) {
	from, to = &p.Items[0], &p.Items[len(p.Items)-1]
	if !p.prev {
		return from, to
	}
	if from.StartedAt != nil && to.StartedAt != nil && from.StartedAt.Before(*to.StartedAt) {
		return from, to
	}
	return to, from
}

// inOrder returns the jobs of a page in the order of the walk.
func (p *JobPage) inOrder() []Job {
	if len(p.Items) == 0 {
		return nil
	}
	if from, _ := p.ends(); from != &p.Items[0] {
		slices.Reverse(p.Items)
	}
	return p.Items
}

// List returns one page of the jobs of a recipe, beginning with the newest, or
// next to OffsetJobID.
//
// https://docs.workato.com/oem/oem-api/jobs.html#list-jobs-from-a-recipe
func (s *JobService) List(ctx context.Context, customerID CustomerID, recipeID int64, params *JobListParams, opts ...CallOption) (*JobPage, error) {
	return s.page(ctx, jobsList.at(customer(customerID), number(recipeID)), given(params), pageCursor{number: 1, seen: newSeen()}, opts)
}

func (s *JobService) page(ctx context.Context, r request, p JobListParams, at pageCursor, opts []CallOption) (*JobPage, error) {
	page, err := invoke(ctx, s.core, r.withQuery(&p), opts, decodeJobs)
	if err != nil || len(page.Items) == 0 {
		return page, err
	}
	page.prev = p.Prev
	if from, _ := page.ends(); p.OffsetJobID != "" && from.key() == p.OffsetJobID {
		// "After" a job may include it.
		page.Items = slices.DeleteFunc(page.Items, func(j Job) bool { return j.key() == p.OffsetJobID })
		if len(page.Items) == 0 {
			return page, nil
		}
	}
	here := func(j Job) bool { return j.key() == p.OffsetJobID }
	if remember(at.seen, at.number, page.Items) > 0 || slices.ContainsFunc(page.Items, here) {
		return nil, failedCall(&jobsList, ErrRepeatedPage)
	}
	_, to := page.ends()
	p.OffsetJobID = to.key()
	at.number++
	page.next = func(ctx context.Context) (*JobPage, error) { return s.page(ctx, r, p, at, opts) }
	return page, nil
}

func decodeJobs(d *wire.Decoder, body []byte) (*JobPage, error) {
	list, err := decodeList[Job](d, body)
	if err != nil {
		return nil, err
	}
	page := &JobPage{Items: list.Items}
	if wire.KindOf(body) != wire.KindObject {
		return page, nil
	}
	var counts struct {
		Succeeded int64  `json:"job_succeeded_count"`
		Failed    int64  `json:"job_failed_count"`
		All       int64  `json:"job_count"`
		Scope     *int64 `json:"job_scope_count"`
	}
	if err := d.Decode(body, &counts); err != nil {
		return nil, err
	}
	page.JobSucceededCount, page.JobFailedCount, page.JobCount, page.JobScopeCount = counts.Succeeded, counts.Failed, counts.All, counts.Scope
	return page, nil
}

// All iterates over the jobs of a recipe, from the newest or OffsetJobID to the
// oldest. With Prev it goes from OffsetJobID to the newest: a later walk can
// continue from the last job seen.
func (s *JobService) All(ctx context.Context, customerID CustomerID, recipeID int64, params *JobListParams, opts ...CallOption) iter.Seq2[Job, error] {
	return walkPages(ctx, func(ctx context.Context) (*JobPage, error) {
		return s.List(ctx, customerID, recipeID, params, opts...)
	}, (*JobPage).inOrder)
}

// Get returns a job with its steps.
//
// https://docs.workato.com/oem/oem-api/jobs.html#get-job-details
func (s *JobService) Get(ctx context.Context, customerID CustomerID, recipeID int64, jobID string, opts ...CallOption) (*Job, error) {
	return fetch[Job](ctx, s.core, jobsGet.at(customer(customerID), number(recipeID), text(jobID)), opts)
}
