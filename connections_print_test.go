package workato_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-workato/workato"
)

func TestConnectionParamsPrintKeysAlone(t *testing.T) {
	t.Parallel()
	values := map[string]any{"f": 1, "d": 1, "b": 1, "e": 1, "c": 1, "a": 1}
	for want, params := range map[string]any{
		`ConnectionCreateParams{Name:"" Provider:"jira" ParentID:0 FolderID:7 ExternalID:"" ShellConnection:true Input:none}`: workato.ConnectionCreateParams{
			Provider: "jira", FolderID: 7, ShellConnection: true,
		},
		`ConnectionUpdateParams{Name:"Jira" FolderID:null ShellConnection:true Input:6 values redacted (a, b, c, d, e, f) OAuthTokenPair:0 values redacted ()}`: workato.ConnectionUpdateParams{
			Name: workato.Set("Jira"), FolderID: workato.Null[int64](), ShellConnection: workato.Set(true), Input: values, OAuthTokenPair: map[string]any{},
		},
	} {
		assert.Equal(t, want, fmt.Sprint(params))
	}
}
