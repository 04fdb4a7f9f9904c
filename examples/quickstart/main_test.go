package main

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato/workatotest"
)

// The real service takes its time: connections of an import appear late, and a
// recipe runs some seconds after its start.
func TestOnboardWaitsForWhatComesLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := workatotest.New(t, workatotest.WithStrict(), workatotest.WithLateConnections(2), workatotest.WithStartReads(3))
		var out strings.Builder
		require.NoError(t, onboard(t.Context(), fake.Client(t), &out))

		_, table, found := strings.Cut(out.String(), "\nKIND ")
		require.True(t, found, out.String())
		require.Regexp(t, `(?m)^customer +\d+ +Quickstart$`, table)
		require.Regexp(t, `(?m)^recipe +\d+ +running +Open issue for overdue invoice$`, table)
	})
}

func TestOnboardSaysWhatItLeavesBehind(t *testing.T) {
	tests := []struct {
		name   string
		input  string
		faults []workatotest.Fault
		want   []string
	}{
		{
			"the response to the customer is lost", "",
			[]workatotest.Fault{{On: "managed_users.create", Do: workatotest.ResetAfter}},
			[]string{`external id "Quickstart Zürich/`, "outcome is unknown"},
		},
		{
			"the import fails", "",
			[]workatotest.Fault{{On: "imports.create", Do: workatotest.FailImport, Body: "Connector jira is not enabled"}},
			[]string{"Connector jira is not enabled", "left unfinished: customer 1001"},
		},
		{
			"the credentials are refused", `{"postgresql": {"password": "bad-credential"}}`, nil,
			[]string{"not authorised", "WORKATO_CONNECTION_INPUT", "left unfinished: customer 1001"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("WORKATO_CONNECTION_INPUT", tt.input)
			synctest.Test(t, func(t *testing.T) {
				fake := workatotest.New(t)
				fake.Inject(tt.faults...)
				err := onboard(t.Context(), fake.Client(t), &strings.Builder{})
				require.Error(t, err)
				for _, want := range tt.want {
					require.ErrorContains(t, err, want)
				}
			})
		})
	}
}

func TestOnboardMakesNothingWithoutAPackage(t *testing.T) {
	t.Chdir(t.TempDir())
	fake := workatotest.New(t)
	err := onboard(t.Context(), fake.Client(t), &strings.Builder{})
	require.ErrorContains(t, err, "testdata/packages")
	fake.AssertNoWrites(t)
}
