package apitest

import (
	"iter"

	"github.com/go-workato/workato"
)

func listJobs(p *workato.JobListParams) Call {
	return func(c *Caller) error { return c.keep(c.Jobs.List(c.ctx, c.customer, c.id(41354), p, c.opts...)) }
}

func repeatJobs(p *workato.JobRepeatParams) Call {
	return func(c *Caller) error { return c.keep(c.Jobs.Repeat(c.ctx, c.customer, c.id(41354), p, c.opts...)) }
}

var _ = register(
	Entry{
		Operation: "jobs.list", Call: listJobs(nil),
		Want: "GET /api/managed_users/{customer}/recipes/41354/jobs",
		More: []Case{{
			Name: "everything",
			Call: listJobs(&workato.JobListParams{OffsetJobID: "j-Ab&1", Prev: true, Status: workato.JobFailed, RerunOnly: true}),
			Want: "GET /api/managed_users/{customer}/recipes/41354/jobs?offset_job_id=j-Ab%261&prev=true&rerun_only=true&status=failed",
		}},
		Good:    Good{"jobs/list.json", "jobs/list_2019.json", "jobs/loose.json", `{"items": []}`},
		Refuses: Bad{},
		Rows:    "items",
		Walk: func(c *Caller, _, _ int) iter.Seq2[int, error] {
			return numbers(c.Jobs.All(c.ctx, c.customer, c.id(41354), nil, c.opts...))
		},
	},
	Entry{
		Operation: "jobs.get", Want: "GET /api/managed_users/{customer}/recipes/41354/jobs/j-A%2Fb%2E1",
		Call: func(c *Caller) error {
			return c.keep(c.Jobs.Get(c.ctx, c.customer, c.id(41354), c.name("j-A/b.1"), c.opts...))
		},
		Good: Good{"jobs/get.json", "jobs/null.json", textID},
	},
	Entry{
		Operation: "jobs.repeat", Call: repeatJobs(&workato.JobRepeatParams{JobIDs: []string{"j-1", "j-2"}}),
		Want: "POST /api/managed_users/{customer}/recipes/41354/repeat_jobs", JSON: `{"job_ids": ["j-1", "j-2"]}`,
		Good: Good{"jobs/repeated.json"},
		Refuses: Bad{
			"params": {repeatJobs(nil)},
			"JobIDs": {
				repeatJobs(&workato.JobRepeatParams{}), repeatJobs(&workato.JobRepeatParams{JobIDs: []string{"j-1", ""}}),
				repeatJobs(&workato.JobRepeatParams{JobIDs: []string{"j-1", "j-2", "j-1"}}),
			},
		},
	},
)
