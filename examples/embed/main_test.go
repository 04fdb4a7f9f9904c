package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRun(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	require.NoError(t, run(t.Context(), &out))
	link := "   303 See Other to https://app.eu.workato.com/direct_link?workato_dl_path=%2Frecipes&workato_dl_token=***\n"
	require.Equal(t, 2, strings.Count(out.String(), link), out.String())
	require.Contains(t, out.String(), "level=WARN msg=\"no link to Workato\" error=\"access denied: no session\"\n   403 Forbidden\n")
	require.Contains(t, out.String(), `error.message="workato: path: must not name a host" error.request_id="" error.attempts=0 error.outcome_unknown=false`+
		"\n   400 Bad Request\n")
	require.NotContains(t, out.String(), "eyJ", "no token is shown")
}
