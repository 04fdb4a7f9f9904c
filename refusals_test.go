package workato_test

import (
	"errors"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/apitest"
)

// assertRefused checks an error that names its field and was made by the
// client.
func assertRefused(t *testing.T, err error, field string) {
	t.Helper()
	require.ErrorIs(t, err, workato.ErrInvalidArgument)
	assert.NotErrorIs(t, err, workato.ErrOutcomeUnknown)
	assert.ErrorContains(t, err, field)
	var argument *workato.ArgumentError
	require.ErrorAs(t, err, &argument)
	assert.NotEmpty(t, argument.Problem)
}

// refusedFields are the fields of all refusals in an error.
func refusedFields(err error) (fields []string) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, inner := range joined.Unwrap() {
			fields = append(fields, refusedFields(inner)...)
		}
		return fields
	}
	var argument *workato.ArgumentError
	if errors.As(err, &argument) {
		fields = append(fields, argument.Field)
	}
	return fields
}

// TestRefusals makes every call that the registry names for a bad argument.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, e := range apitest.All() {
		for _, field := range slices.Sorted(maps.Keys(e.Refuses)) {
			for i, call := range e.Refuses[field] {
				t.Run(e.Operation+" "+field+" "+strconv.Itoa(i+1), func(t *testing.T) {
					t.Parallel()
					err := call.Do(t.Context(), newClient(t, unreachable(t)), customerID)
					assertRefused(t, err, field)
					assert.Contains(t, refusedFields(err), field)
				})
			}
		}
	}
}

func TestZeroCustomer(t *testing.T) {
	t.Parallel()
	overCases(t, func(t *testing.T, _ *apitest.Entry, tc *apitest.Case) {
		if !strings.Contains(tc.Want, "{customer}") {
			return
		}
		for _, id := range []workato.CustomerID{
			{}, workato.AccountID(0), workato.AccountID(-5), workato.AccountID(math.MinInt64), workato.ExternalID(""),
		} {
			assertRefused(t, tc.Call.Do(t.Context(), newClient(t, unreachable(t)), id), "customer")
		}
	})
}

// TestBadIDs replaces each id in a path with an impossible one.
func TestBadIDs(t *testing.T) {
	t.Parallel()
	for _, e := range apitest.All() {
		t.Run(e.Operation, func(t *testing.T) {
			t.Parallel()
			parameters := pathIDs(operation(t, e.Operation).Path)
			for i, call := range e.Call.BadIDs(len(parameters)) {
				err := call.Do(t.Context(), newClient(t, unreachable(t)), customerID)
				assertRefused(t, err, parameters[i])
			}
		})
	}
}

// pathIDs are the names of the parameters of a path besides the customer. A
// project has two kinds of ids, for which its call has a name of its own.
func pathIDs(path string) []string {
	var names []string
	for segment := range strings.SplitSeq(path, "/") {
		switch {
		case segment == "{customer}" || !strings.HasPrefix(segment, "{"):
		case len(names) == 0 && (strings.HasSuffix(path, "}/build") || strings.HasSuffix(path, "projects/{project_id}/deploy")):
			names = append(names, "project")
		default:
			names = append(names, strings.Trim(segment, "{}"))
		}
	}
	return names
}

func TestNilContext(t *testing.T) {
	t.Parallel()
	overCases(t, func(t *testing.T, _ *apitest.Entry, tc *apitest.Case) {
		assertRefused(t, tc.Call.Do(nil, newClient(t, unreachable(t)), customerID), "ctx") //nolint:staticcheck // on purpose
	})
	c := newClient(t, unreachable(t))
	assertRefused(t, ignore(c.Imports.Wait(nil, customerID, 1, nil)), "ctx")                                     //nolint:staticcheck // on purpose
	assertRefused(t, c.Do(nil, workato.Request{Method: http.MethodGet, Path: "/api/managed_users"}, nil), "ctx") //nolint:staticcheck // on purpose
}

func TestBadCallOptions(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		field  string
		option workato.CallOption
	}{
		"nil call option":              {"opts", nil},
		"nil response":                 {"WithResponse", workato.WithResponse(nil)},
		"no time":                      {"WithTimeout", workato.WithTimeout(0)},
		"negative time":                {"WithTimeout", workato.WithTimeout(-time.Second)},
		"header without a name":        {"WithHeader", workato.WithHeader("", "x")},
		"header with a space":          {"WithHeader", workato.WithHeader("A B", "x")},
		"header with a line end":       {"WithHeader", workato.WithHeader("A\r\nB", "x")},
		"header with an odd letter":    {"WithHeader", workato.WithHeader("Ä", "x")},
		"header with a bracket":        {"WithHeader", workato.WithHeader("A(b)", "x")},
		"header without a value":       {"WithHeader", workato.WithHeader("X-A", "")},
		"header value with a line end": {"WithHeader", workato.WithHeader("X-A", "x\r\nX-B: y")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, unreachable(t))
			for _, e := range apitest.All() {
				assertRefused(t, e.Call.Do(t.Context(), c, customerID, tc.option), tc.field)
			}
		})
	}
}

// TestAllFaultsOfACallAreNamed: all errors are reported at once.
func TestAllFaultsOfACallAreNamed(t *testing.T) {
	t.Parallel()
	c := newClient(t, unreachable(t))
	_, err := c.Imports.Create(t.Context(), workato.CustomerID{}, &workato.ImportCreateParams{FolderIDForHomeAssets: -1}, workato.WithTimeout(-1))
	assert.ElementsMatch(t, []string{"customer", "Package", "FolderID", "FolderIDForHomeAssets", "WithTimeout"}, refusedFields(err))
	_, err = c.ManagedUsers.Create(t.Context(), &workato.ManagedUserCreateParams{})
	assert.ElementsMatch(t, []string{"Name", "NotificationEmail"}, refusedFields(err))
}
