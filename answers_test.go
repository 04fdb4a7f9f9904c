package workato_test

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/apitest"
)

// callOf is the valid call of an operation.
func callOf(op string) call {
	return func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
		return apitest.Lookup(op).Call.Do(ctx, c, customer)
	}
}

func operation(t testing.TB, name string) workato.Operation {
	t.Helper()
	for _, op := range workato.Operations() {
		if op.Name == name {
			return op
		}
	}
	t.Fatalf("no operation %s", name)
	return workato.Operation{}
}

// failing returns the error of an operation that is answered with a.
func failing(t testing.TB, op string, a answer) error {
	t.Helper()
	err := callOf(op)(t.Context(), newClient(t, answering(a)), customerID)
	require.Error(t, err, "%s accepts %q", op, a.body)
	return err
}

func TestGoodAnswers(t *testing.T) {
	t.Parallel()
	for _, e := range apitest.All() {
		for i, body := range e.Answers() {
			t.Run(e.Operation+" "+strconv.Itoa(i+1), func(t *testing.T) {
				t.Parallel()
				err := e.Call.Do(t.Context(), newClient(t, answering(answer{body: body})), customerID)
				require.NoError(t, err, "next: give the entry of %s in internal/apitest a Good answer that its call takes", e.Operation)
			})
		}
	}
}

// unusable are documents that are an answer of no operation, and those that are
// none for one kind.
var unusable = map[workato.ResponseKind]map[string]string{
	"": {
		"nothing": "", "white space": " \r\n\t", "null": "null", "html": "<!DOCTYPE html><html><title>Sign in</title></html>",
		"text": "OK", "string": `"ok"`, "number": "12", "boolean": "true", "cut off": `{"result": [{"id": 1`, "cut off early": `{"succe`,
		"two documents": `{"id": 1, "result": []} {"id": 2}`, "byte order mark": "\ufeff" + `{"id": 1, "result": []}`,
		"page": `<html><body>gateway</body></html>`, "error": `{"error": "connection is not authorised"}`,
	},
	workato.ResponseList: {
		"{}": `{}`, "without a list": `{"id": 1}`, "list is null": `{"result": null}`, "list is an object": `{"result": {}}`,
		"message": `{"message": "busy"}`, "list of numbers": `[1]`, "list of null": `[null]`, "cut off list": `[null`,
	},
	workato.ResponseObject: {
		"{}": `{}`, "without an id": `{"name": "x"}`, "id is null": `{"id": null}`, "id is a text": `{"id": "abc"}`, "list": `[]`,
		"list of one": `[{"id": 1}]`, "two in the envelope": `{"result": [{"id": 1}, {"id": 2}]}`, "none in the envelope": `{"result": []}`,
		"null in the envelope": `{"result": null}`, "text in the envelope": `{"result": "ok"}`, "message": `{"message": "busy"}`,
	},
	workato.ResponseConfirmation: {"list": `[]`, "list of one": `[{"success": true}]`},
}

// TestUnusableAnswers: a document with a status of success that does not hold
// what it should is an error.
func TestUnusableAnswers(t *testing.T) {
	t.Parallel()
	for _, e := range apitest.All() {
		kind := operation(t, e.Operation).Response
		bodies := maps.Clone(unusable[""])
		maps.Copy(bodies, unusable[kind])
		for name, body := range bodies {
			if slices.Contains(e.Answers(), body) {
				continue // the entry says that it is good for this one
			}
			if kind == workato.ResponseConfirmation && strings.TrimSpace(body) == "" {
				continue // a status of success is enough
			}
			if e.Operation == "packages.download" {
				continue // it takes for a package what is not a page or an object
			}
			t.Run(e.Operation+" "+name, func(t *testing.T) {
				t.Parallel()
				err := failing(t, e.Operation, answer{body: body})
				assert.ErrorIs(t, err, workato.ErrUnexpectedResponse)
				assert.Equal(t, operation(t, e.Operation).Effect == workato.Create, errors.Is(err, workato.ErrOutcomeUnknown))
				assert.ErrorContains(t, err, "workato: "+e.Operation+": ")
				assert.ErrorContains(t, err, "unexpected response: ")
			})
		}
	}
}

// TestRejectedAnswers: success is false, whatever else the answer holds.
func TestRejectedAnswers(t *testing.T) {
	t.Parallel()
	for _, e := range apitest.All() {
		if e.Operation == "packages.download" {
			continue // an object is not a package, whatever it says
		}
		t.Run(e.Operation, func(t *testing.T) {
			t.Parallel()
			for _, body := range []string{`{"success": false, "message": "no"}`, `{"success": false, "id": 1, "result": [], "message": "no"}`} {
				err := failing(t, e.Operation, answer{body: body})
				assert.ErrorIs(t, err, workato.ErrRejected)
				assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown, "the service has said no")
			}
		})
	}
}

// TestAnswersWithoutContent: a status of success confirms, and is no answer where
// another is due.
func TestAnswersWithoutContent(t *testing.T) {
	t.Parallel()
	for _, e := range apitest.All() {
		t.Run(e.Operation, func(t *testing.T) {
			t.Parallel()
			for _, status := range []int{http.StatusNoContent, http.StatusOK, http.StatusAccepted} {
				err := e.Call.Do(t.Context(), newClient(t, answering(answer{status: status})), customerID)
				switch {
				case operation(t, e.Operation).Response == workato.ResponseConfirmation:
					require.NoError(t, err)
				case e.Operation == "packages.download":
				default:
					require.ErrorIs(t, err, workato.ErrUnexpectedResponse)
				}
			}
		})
	}
}
