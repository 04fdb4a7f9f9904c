package workato

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/go-workato/workato/internal/transport"
	"github.com/go-workato/workato/internal/wire"
)

// JobRepeatParams says which jobs to run again.
type JobRepeatParams struct {
	// JobIDs are ids of jobs of the recipe, each once. Required.
	JobIDs []string
}

// JobRepeatResult is the result for one job of a Repeat.
type JobRepeatResult struct {
	JobID string `json:"job_id"`
	// Status is empty for a job that the response left out: it may run.
	Status JobRepeatStatus `json:"status"`
	// Error says why the job is not repeated.
	Error string `json:"error"`
}

// JobRepeatStatus says whether a job is repeated. Other values may appear.
type JobRepeatStatus string

// The results for a job that is to be repeated.
const (
	JobRepeatEnqueued JobRepeatStatus = "enqueued"
	JobRepeatFailed   JobRepeatStatus = "failed"
)

// JobRepeatError says that a Repeat did not complete.
type JobRepeatError struct {
	// Batch are the jobs of the request that failed with Err. Their state is
	// unknown if Err is an ErrOutcomeUnknown.
	Batch []string
	// Unsent are the jobs that were not sent.
	Unsent []string
	// Err is the reason.
	Err error
}

func (e *JobRepeatError) Error() string {
	return fmt.Sprintf("%v (jobs in the request that failed: %d, not sent: %d)", e.Err, len(e.Batch), len(e.Unsent))
}

// LogValue implements slog.LogValuer, with the keys of APIError.LogValue.
func (e *JobRepeatError) LogValue() slog.Value { return logValue(e, e.Error()) }

// Unwrap returns the reason.
func (e *JobRepeatError) Unwrap() error { return e.Err }

const (
	// maxRepeatedJobs is how many jobs one request may repeat.
	maxRepeatedJobs = 25
	// repeatInterval is the documented time between two such requests.
	repeatInterval = time.Second
)

// Repeat runs jobs again, with the latest version of the recipe. It sends them
// in batches of 25, one a second, and returns a result for each: check its
// Status, because a job that cannot be repeated is not an error.
//
// No batch is sent twice. If one fails, the error is a *JobRepeatError and the
// results are those of the batches before.
//
// https://docs.workato.com/oem/oem-api/jobs.html#repeat-jobs
func (s *JobService) Repeat(ctx context.Context, customerID CustomerID, recipeID int64, params *JobRepeatParams, opts ...CallOption) ([]JobRepeatResult, error) {
	params, missing := needed(params)
	r := jobsRepeat.at(customer(customerID), number(recipeID)).check(missing, jobIDs(params.JobIDs))
	var results []JobRepeatResult
	for rest := params.JobIDs; ; {
		batch := rest[:min(len(rest), maxRepeatedJobs)]
		rest = rest[len(batch):]
		fates, err := invoke(ctx, s.core, r.withBody(map[string][]string{"job_ids": batch}), opts, decodeRepeated)
		if errors.Is(err, ErrInvalidArgument) && len(batch)+len(rest) == len(params.JobIDs) {
			return nil, err // of the first batch: later on it is the credential's, and results are at stake
		}
		if err != nil {
			return results, &JobRepeatError{Batch: slices.Clone(batch), Unsent: slices.Clone(rest), Err: err}
		}
		results = append(results, complete(fates, batch)...)
		if len(rest) == 0 {
			return results, nil
		}
		select {
		case <-time.After(repeatInterval):
		case <-ctx.Done():
			return results, &JobRepeatError{Unsent: slices.Clone(rest), Err: transport.ContextError(ctx)}
		}
	}
}

// complete adds the jobs of a batch that the response left out.
func complete(results []JobRepeatResult, batch []string) []JobRepeatResult {
	for _, id := range batch {
		if !slices.ContainsFunc(results, func(r JobRepeatResult) bool { return r.JobID == id }) {
			results = append(results, JobRepeatResult{JobID: id, Error: "the response left this job out"})
		}
	}
	return results
}

// jobIDs refuses invalid ids and duplicates: a job that is listed twice would
// run twice.
func jobIDs(ids []string) error {
	if len(ids) == 0 {
		return invalid("JobIDs", "is required")
	}
	seen := make(map[string]bool, len(ids))
	for i, id := range ids {
		switch {
		case id == "":
			return invalid("JobIDs", "[%d] is empty", i)
		case seen[id]:
			return invalid("JobIDs", "%q is listed twice", id)
		}
		seen[id] = true
	}
	return nil
}

type repeatResponse struct {
	Results *[]JobRepeatResult `json:"results"`
}

func (a *repeatResponse) present() bool { return a.Results != nil }

func decodeRepeated(d *wire.Decoder, body []byte) ([]JobRepeatResult, error) {
	response, err := decodeObject[repeatResponse](d, body)
	if err != nil {
		return nil, err
	}
	return *response.Results, nil
}
