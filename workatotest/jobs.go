package workatotest

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// jobQuery has per_page because two tools send it. No source says that it has
// an effect, so it has none. page is not a parameter: a client that walks by
// page over a list which ignores it would never reach the end.
const jobQuery = "offset_job_id prev:b status rerun_only:b offset_run_id failed:b per_page:i"

var jobRoutes = []route{
	{method: "GET", path: "/api/managed_users/{customer}/recipes/{recipe_id}/jobs", op: "jobs.list", query: jobQuery, envelope: "items", handle: on((*call).recipe, (*call).listJobs)},
	{method: "GET", path: "/api/managed_users/{customer}/recipes/{recipe_id}/jobs/{job_id}", op: "jobs.get", handle: on((*call).recipe, (*call).getJob)},
	{method: "POST", path: "/api/managed_users/{customer}/recipes/{recipe_id}/repeat_jobs", op: "jobs.repeat", body: "job_ids:a", handle: on((*call).recipe, (*call).repeatJobs)},

	{method: "GET", path: "/api/recipes/{recipe_id}/jobs", op: "own.jobs.list", query: jobQuery, envelope: "items", handle: on((*call).recipe, (*call).listJobs)},
	{method: "GET", path: "/api/recipes/{recipe_id}/jobs/{job_id}", op: "own.jobs.get", handle: on((*call).recipe, (*call).getJob)},
	{method: "POST", path: "/api/recipes/{recipe_id}/repeat_jobs", op: "own.jobs.repeat", body: "job_ids:a", handle: on((*call).recipe, (*call).repeatJobs)},
	{method: "POST", path: "/api/job/resume", op: "own.jobs.resume", body: "token data:v", handle: (*call).resumeJob},
}

// Values of [Job.Status].
const (
	// JobSucceeded is the status of a job that succeeded.
	JobSucceeded = "succeeded"
	// JobFailed is the status of a job that failed.
	JobFailed = "failed"
	// JobPending is the status of a job that has not ended.
	JobPending = "pending"
)

const (
	// jobPage is the number of jobs in one response. No source states it.
	jobPage = 25
	// maxRepeats is the largest number of jobs in one repeat.
	maxRepeats = 25
)

func (s *Server) prepareJob(r *Recipe, job *Job) {
	if job.ID == "" {
		job.ID = jobID(s.nextID("job"))
	}
	job.Status = cmp.Or(job.Status, JobSucceeded)
	if job.StartedAt.IsZero() {
		job.StartedAt = s.now()
	}
	if job.CompletedAt.IsZero() && job.Status != JobPending {
		job.CompletedAt = job.StartedAt.Add(time.Second)
	}
	if job.StartedAt.After(r.LastRunAt) {
		r.LastRunAt = job.StartedAt
	}
}

// addJob makes a recipe run once.
func (s *Server) addJob(r *Recipe, job *Job) {
	s.prepareJob(r, job)
	r.Jobs = append(r.Jobs, job)
}

func (r *Recipe) jobCounts() (succeeded, failed int) {
	for _, job := range r.Jobs {
		switch job.Status {
		case JobSucceeded:
			succeeded++
		case JobFailed:
			failed++
		}
	}
	return succeeded, failed
}

func jobView(r *Recipe, job *Job) object {
	view := object{
		"id": job.ID, "handle": job.ID, "flow_run_id": job.ID, "recipe_id": r.ID,
		"completed_at": stamp(job.CompletedAt), "started_at": stamp(job.StartedAt), "title": orNull(job.Title),
		"is_poll_error": false, "error": orNull(job.Error), "is_error": job.Status == JobFailed, "status": job.Status,
		"calling_recipe_id": nil, "calling_job_id": nil, "root_recipe_id": nil, "root_job_id": nil, "master_job_id": nil,
	}
	if job.Error != "" {
		view["error_parts"] = object{"adapter": "http", "error_type": "error", "message": job.Error}
	}
	return view
}

// listJobs walks from the newest job down, after offset_job_id if given; with
// prev it walks up.
func (c *call) listJobs(r *Recipe) response {
	var views []object
	for _, job := range slices.Backward(r.Jobs) {
		status := c.text("status")
		if c.flag("failed") {
			status = JobFailed
		}
		if status != "" && status != job.Status || c.flag("rerun_only") && !job.Repeat {
			continue
		}
		views = append(views, jobView(r, job))
	}
	scope := len(views)
	if offset := cmp.Or(c.text("offset_job_id"), c.text("offset_run_id")); offset != "" {
		at := slices.IndexFunc(views, func(view object) bool { return view["id"] == offset })
		switch {
		case at < 0:
			views = nil
		case c.flag("prev"):
			views = views[max(0, at-jobPage):at]
		default:
			views = views[at+1:]
		}
	}
	views = views[:min(len(views), jobPage)]
	succeeded, failed := r.jobCounts()
	return c.listWith(views, object{
		"job_succeeded_count": succeeded, "job_failed_count": failed, "job_count": len(r.Jobs), "job_scope_count": scope,
	})
}

func (c *call) getJob(r *Recipe) response {
	job := r.job(c.args["job_id"])
	if job == nil {
		return notFound()
	}
	view := jobView(r, job)
	lines := []object{}
	for _, s := range stepsOf(r.Code) {
		lines = append(lines, object{
			"recipe_line_number": s.number, "adapter_name": s.provider, "adapter_operation": s.name,
			"line_stat": object{"started_at": stamp(job.StartedAt), "completed_at": stamp(job.CompletedAt)},
		})
	}
	view["lines"] = lines
	view["is_repeat"] = job.Repeat
	view["is_test"], view["is_test_case_job"] = false, false
	view["master_job_handle"], view["calling_job_handle"] = nil, nil
	return ok(view)
}

// resumeJob responds with a status and no body.
func (c *call) resumeJob() response { return response{status: http.StatusNoContent} }

func (r *Recipe) job(id string) *Job {
	for _, job := range r.Jobs {
		if job.ID == id {
			return job
		}
	}
	return nil
}

// repeatJobs responds with 200 even if some of the jobs cannot be repeated.
func (c *call) repeatJobs(r *Recipe) response {
	ids := c.words("job_ids")
	if len(ids) == 0 {
		return invalid("job_ids", "can't be blank")
	}
	if len(ids) > maxRepeats {
		return invalid("job_ids", fmt.Sprintf("is too long (maximum is %d)", maxRepeats))
	}
	results := []object{}
	for _, id := range ids {
		result := object{"job_id": id, "status": "enqueued", "error": ""}
		if job := r.job(id); job == nil {
			result["status"], result["error"] = "failed", "Job not found"
		} else {
			c.addJob(r, &Job{Title: job.Title, Repeat: true})
		}
		results = append(results, result)
	}
	return ok(object{"results": results})
}
