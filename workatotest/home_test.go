package workatotest_test

import (
	"net/http"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// Families that are typed for customers are there for the partner's own workspace
// as well, under the paths of the Developer API.
func TestFamiliesAtHome(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	for _, path := range []string{"/api/activity_logs", "/api/mcp/mcp_servers", "/api/mcp/user_groups", "/api/agentic/skills", "/api/agentic/genies"} {
		if status, body := request(t, fake, http.MethodGet, path, nil); status != http.StatusOK {
			t.Errorf("%s: status %d, %s", path, status, body)
		}
	}
	folder := obj(t, call(t, fake, http.MethodPost, "/api/folders", object{"name": "F"}))
	server := obj(t, call(t, fake, http.MethodPost, "/api/mcp/mcp_servers", object{"name": "S", "folder_id": folder["id"]})["data"])
	renewed := obj(t, call(t, fake, http.MethodPost, "/api/mcp/mcp_servers/"+text(t, server["id"])+"/token_renew", nil)["data"])
	same(t, "server", renewed["id"], server["id"])
	same(t, "servers of customers", len(fake.Snapshot().Customers), 0)
}
