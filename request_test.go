package workato_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// requestCase says which request a call sends. Every endpoint has at least one:
// TestEveryOperationHasARequestCase fails for one that has none. The rows of an
// endpoint stand in the test file of its service, which adds them so:
//
//	var _ = addRequests(
//		requestCase{
//			op: "tags.list",
//			call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
//				return ignore(c.Tags.List(ctx, customer, nil))
//			},
//			want:   "GET /api/managed_users/{customer}/tags?page=1&per_page=100",
//			answer: `{"result": []}`,
//		},
//	)
//
// Each row runs for an account id and for an external id full of characters
// that need escaping, with and without a prefix in the base URL, and once over
// a real connection.
type requestCase struct {
	op   string // name of the operation
	name string // which form of it, empty for the plain one
	call call
	// want is the method and the escaped path with its query. {customer} stands
	// for the escaped customer.
	want string
	// json is the body as JSON, bytes is one that is none; both empty for a
	// request without a body.
	json  string
	bytes string
	// contentType is application/json for json unless it says otherwise.
	contentType string
	// answer is what the service says; {"id": 1} if empty.
	answer string
}

// requestCases are the rows of all test files.
var requestCases []requestCase

func addRequests(cases ...requestCase) bool {
	requestCases = append(requestCases, cases...)
	return true
}

// awkwardID is an external id with a slash, a space, dots, a plus, a percent
// sign and a letter outside ASCII.
const (
	awkwardID      = "a/b c.d+e%fé"
	awkwardSegment = "Ea%2Fb%20c%2Ed%2Be%25f%C3%A9"
)

var userAgent = regexp.MustCompile(`^workato-go/` + regexp.QuoteMeta(workato.Version) + ` \(go[^;]+; \w+/\w+\)$`)

func (rc *requestCase) title() string { return strings.TrimSpace(rc.op + " " + rc.name) }

func (rc *requestCase) reply() answer {
	if rc.answer == "" {
		return answer{body: `{"id": 1}`}
	}
	return answer{body: rc.answer}
}

// check compares what was sent. own lists headers that net/http adds.
func (rc *requestCase) check(t *testing.T, prefix, segment string, got wireRequest, own ...string) {
	t.Helper()
	method, target, _ := strings.Cut(strings.ReplaceAll(rc.want, "{customer}", segment), " ")
	path, query, _ := strings.Cut(target, "?")
	assert.Equal(t, method, got.Method)
	assert.Equal(t, prefix+path, got.Path)
	assert.Equal(t, query, got.Query)

	header := http.Header{"Accept": {"application/json"}, "Authorization": {"Bearer " + testToken}}
	switch {
	case rc.json != "":
		header.Set("Content-Type", "application/json")
		assert.JSONEq(t, rc.json, string(got.Body))
	default:
		assert.Equal(t, rc.bytes, string(got.Body))
	}
	if rc.contentType != "" {
		header.Set("Content-Type", rc.contentType)
	}
	assert.Equal(t, int64(len(got.Body)), got.ContentLength)
	assert.Regexp(t, userAgent, got.Header.Get("User-Agent"))
	sent := got.Header.Clone()
	for _, name := range append(own, "User-Agent") {
		sent.Del(name)
	}
	assert.Equal(t, header, sent)
}

func TestRequests(t *testing.T) {
	t.Parallel()
	customers := map[string]workato.CustomerID{
		"98178":        workato.AccountID(98178),
		awkwardSegment: workato.ExternalID(awkwardID),
	}
	for _, prefix := range []string{"", "/behind/a.proxy"} {
		for segment, id := range customers {
			for _, rc := range requestCases {
				t.Run(rc.title()+" "+prefix+" "+id.String(), func(t *testing.T) {
					t.Parallel()
					transport := answering(rc.reply())
					c := newClient(t, transport, workato.WithBaseURL("https://api.example.com"+prefix))
					require.NoError(t, rc.call(t.Context(), c, id))
					got := transport.only(t)
					assert.Equal(t, "api.example.com", got.Host)
					rc.check(t, prefix, segment, got)
				})
			}
		}
	}
}

// TestRequestsOverTheWire reads the requests on the other side of a connection:
// net/http must not change the path, and must send the length.
func TestRequestsOverTheWire(t *testing.T) {
	t.Parallel()
	for _, rc := range requestCases {
		t.Run(rc.title(), func(t *testing.T) {
			t.Parallel()
			transport := answering(rc.reply())
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				path, _, _ := strings.Cut(r.RequestURI, "?")
				r.URL.RawPath = path
				assert.Equal(t, path, r.URL.EscapedPath(), "the path on the wire is well escaped")
				assert.Empty(t, r.TransferEncoding)
				resp, err := transport.RoundTrip(r)
				if assert.NoError(t, err) {
					defer resp.Body.Close()
					_, _ = io.WriteString(w, rc.reply().body)
				}
			}))
			defer server.Close()
			c := newClient(t, &http.Transport{DisableKeepAlives: true}, workato.WithBaseURL(server.URL))
			require.NoError(t, rc.call(t.Context(), c, workato.ExternalID(awkwardID)))
			rc.check(t, "", awkwardSegment, transport.only(t), "Accept-Encoding", "Connection", "Content-Length")
		})
	}
}

func TestEveryOperationHasARequestCase(t *testing.T) {
	t.Parallel()
	covered := make(map[string]bool)
	for _, rc := range requestCases {
		covered[rc.op] = true
	}
	var missing []string
	for _, op := range workato.Operations() {
		if !covered[op.Name] {
			missing = append(missing, op.Name)
		}
		delete(covered, op.Name)
	}
	assert.Empty(t, missing, "add a requestCase for each with addRequests in the test file of its service")
	assert.Empty(t, covered, "rows of operations that do not exist")
}

// TestRequestCasesMatchTheirOperations finds rows under a wrong name.
func TestRequestCasesMatchTheirOperations(t *testing.T) {
	t.Parallel()
	operations := make(map[string]workato.Operation)
	for _, op := range workato.Operations() {
		operations[op.Name] = op
	}
	parameter := regexp.MustCompile(`\\\{(\w+)\\\}`)
	for _, rc := range requestCases {
		op := operations[rc.op]
		method, target, _ := strings.Cut(rc.want, " ")
		path, _, _ := strings.Cut(target, "?")
		assert.Equal(t, op.Method, method, rc.title())
		template := parameter.ReplaceAllStringFunc(regexp.QuoteMeta(op.Path), func(name string) string {
			if name == `\{customer\}` {
				return name
			}
			return `[^/]+`
		})
		assert.Regexp(t, "^"+template+"$", path, rc.title())
	}
}

// packageFile is a file with a few bytes for rows that send one.
func packageFile(dir string) string { return filepath.Join(dir, "package.zip") }

const packageText = "PK\x05\x06 as good as a zip for the client"

var _ = addRequests(
	requestCase{
		op: "integrations.list",
		call: func(ctx context.Context, c *workato.Client, _ workato.CustomerID) error {
			return ignore(c.Integrations.List(ctx, &workato.IntegrationListParams{Applications: []string{"salesforce", "google_sheets"}}))
		},
		want:   "GET /api/integrations?applications=salesforce%2Cgoogle_sheets",
		answer: `{"items": []}`,
	},

	requestCase{
		op: "managed_users.create", name: "required only",
		call: func(ctx context.Context, c *workato.Client, _ workato.CustomerID) error {
			return ignore(c.ManagedUsers.Create(ctx, &workato.ManagedUserCreateParams{Name: "Borealis Ltd", NotificationEmail: "ops@borealis.example"}))
		},
		want: "POST /api/managed_users",
		json: `{"name": "Borealis Ltd", "notification_email": "ops@borealis.example"}`,
	},
	requestCase{
		op: "managed_users.create", name: "everything",
		call: func(ctx context.Context, c *workato.Client, _ workato.CustomerID) error {
			return ignore(c.ManagedUsers.Create(ctx, &workato.ManagedUserCreateParams{
				Name: "Borealis <& Söhne>", NotificationEmail: "ops@borealis.example", ExternalID: awkwardID, PlanID: "partner_standard",
				OAuthID: "oauth-77", AdminNotificationEmails: "a@borealis.example", ErrorNotificationEmails: "e@borealis.example",
				OriginURL: "https://app.borealis.example/embed", FrameAncestors: "https://a.example,https://b.example",
				FullEmbedding: ptr(false), WhitelistedApps: []string{"salesforce", "jira"}, TimeZone: "Pacific Time (US & Canada)",
				AuthSettings: &workato.AuthSettings{Type: "saml_sso", Provider: "okta", MetadataURL: "https://sso.borealis.example/metadata"},
				Environments: []workato.EnvironmentParams{
					{Type: workato.EnvironmentTest, ExternalID: "T-1", ErrorNotificationEmails: "t@borealis.example"},
					{Type: workato.EnvironmentProd},
				},
			}))
		},
		want: "POST /api/managed_users",
		json: `{
			"name": "Borealis <& Söhne>", "notification_email": "ops@borealis.example", "external_id": "a/b c.d+e%fé",
			"plan_id": "partner_standard", "oauth_id": "oauth-77", "admin_notification_emails": "a@borealis.example",
			"error_notification_emails": "e@borealis.example", "origin_url": "https://app.borealis.example/embed",
			"frame_ancestors": "https://a.example,https://b.example", "full_embedding": false,
			"whitelisted_apps": ["salesforce", "jira"], "time_zone": "Pacific Time (US & Canada)",
			"auth_settings": {"type": "saml_sso", "provider": "okta", "metadata_url": "https://sso.borealis.example/metadata"},
			"environments": [{"type": "test", "external_id": "T-1", "error_notification_emails": "t@borealis.example"}, {"type": "prod"}]
		}`,
	},
	requestCase{
		op: "managed_users.get",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.ManagedUsers.Get(ctx, customer))
		},
		want: "GET /api/managed_users/{customer}",
	},
	requestCase{
		op: "managed_users.update", name: "nothing",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.ManagedUsers.Update(ctx, customer, &workato.ManagedUserUpdateParams{}))
		},
		want: "PUT /api/managed_users/{customer}",
		json: `{}`,
	},
	requestCase{
		op: "managed_users.update", name: "null and zero values",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.ManagedUsers.Update(ctx, customer, &workato.ManagedUserUpdateParams{
				OriginURL: workato.Null[string](), FullEmbedding: workato.Null[bool](), WhitelistedApps: workato.Set([]string{}),
				InTrial: workato.Set(false), Name: workato.Set(""), CustomTaskLimit: workato.Set[int64](0),
				AuthSettings: workato.Null[workato.AuthSettings](), TaskLimitAdjustment: workato.Null[int64](),
			}))
		},
		want: "PUT /api/managed_users/{customer}",
		json: `{"origin_url": null, "full_embedding": null, "whitelisted_apps": [], "in_trial": false, "name": "",
			"custom_task_limit": 0, "auth_settings": null, "task_limit_adjustment": null}`,
	},
	requestCase{
		op: "managed_users.update", name: "everything",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.ManagedUsers.Update(ctx, customer, &workato.ManagedUserUpdateParams{
				Name: workato.Set("Borealis"), NotificationEmail: workato.Set("ops@borealis.example"),
				AdminNotificationEmails: workato.Set("a@borealis.example"), ErrorNotificationEmails: workato.Set("e@borealis.example"),
				ExternalID: workato.Set("EA2300"), PlanID: workato.Set("free"), InTrial: workato.Set(true),
				TaskLimitAdjustment: workato.Set[int64](-5000), CustomTaskLimit: workato.Set[int64](20000),
				OriginURL: workato.Set("https://app.borealis.example"), FrameAncestors: workato.Set("https://a.example"),
				FullEmbedding: workato.Set(true), WhitelistedApps: workato.Set([]string{"jira"}), TimeZone: workato.Set("UTC"),
				AuthSettings: workato.Set(workato.AuthSettings{Type: "workato_auth"}),
				Environments: workato.Set([]workato.EnvironmentParams{{Type: workato.EnvironmentProd, ExternalID: "P-1"}}),
			}))
		},
		want: "PUT /api/managed_users/{customer}",
		json: `{
			"name": "Borealis", "notification_email": "ops@borealis.example", "admin_notification_emails": "a@borealis.example",
			"error_notification_emails": "e@borealis.example", "external_id": "EA2300", "plan_id": "free", "in_trial": true,
			"task_limit_adjustment": "-5000", "custom_task_limit": 20000, "origin_url": "https://app.borealis.example",
			"frame_ancestors": "https://a.example", "full_embedding": true, "whitelisted_apps": ["jira"], "time_zone": "UTC",
			"auth_settings": {"type": "workato_auth"}, "environments": [{"type": "prod", "external_id": "P-1"}]
		}`,
	},
	requestCase{
		op: "managed_users.upgrade", name: "default plan",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.ManagedUsers.Upgrade(ctx, customer, nil))
		},
		want: "PUT /api/managed_users/{customer}/upgrade",
	},
	requestCase{
		op: "managed_users.upgrade", name: "to a plan",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.ManagedUsers.Upgrade(ctx, customer, &workato.ManagedUserUpgradeParams{PlanID: "partner_standard"}))
		},
		want: "PUT /api/managed_users/{customer}/upgrade",
		json: `{"plan_id": "partner_standard"}`,
	},
	requestCase{
		op: "managed_users.downgrade",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.ManagedUsers.Downgrade(ctx, customer))
		},
		want: "PUT /api/managed_users/{customer}/downgrade",
	},

	requestCase{
		op: "members.add_legacy", name: "required only",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Members.AddLegacy(ctx, customer, &workato.MemberAddLegacyParams{Name: "Ana B", OAuthID: "oauth-77"}))
		},
		want: "POST /api/managed_users/{customer}/member",
		json: `{"name": "Ana B", "oauth_id": "oauth-77"}`,
	},
	requestCase{
		op: "members.add_legacy", name: "everything",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Members.AddLegacy(ctx, customer, &workato.MemberAddLegacyParams{
				Name: "Ana B", OAuthID: "oauth-77", RoleName: "Operator", ExternalID: "U-1",
			}))
		},
		want: "POST /api/managed_users/{customer}/member",
		json: `{"name": "Ana B", "oauth_id": "oauth-77", "role_name": "Operator", "external_id": "U-1"}`,
	},
	requestCase{ // a DELETE with a body, and in it a string of digits
		op: "members.remove_legacy",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return c.Members.RemoveLegacy(ctx, customer, 34811)
		},
		want: "DELETE /api/managed_users/{customer}/member",
		json: `{"member_id": "34811"}`,
	},

	requestCase{
		op: "connections.list", name: "plain",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Connections.List(ctx, customer, nil))
		},
		want:   "GET /api/managed_users/{customer}/connections",
		answer: `{"result": []}`,
	},
	requestCase{
		op: "connections.list", name: "all six parameters",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Connections.List(ctx, customer, &workato.ConnectionListParams{
				Provider: "salesforce", FolderID: 4515, ParentID: 22316, ExternalID: "U 12904&x=y/é",
				IncludeRuntimeConnections: true, Includes: []string{workato.IncludeTags},
			}))
		},
		want: "GET /api/managed_users/{customer}/connections?external_id=U+12904%26x%3Dy%2F%C3%A9&folder_id=4515" +
			"&include_runtime_connections=true&includes%5B%5D=tags&parent_id=22316&provider=salesforce",
		answer: `{"result": []}`,
	},
	requestCase{
		op: "connections.list", name: "All",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			for _, err := range c.Connections.All(ctx, customer, &workato.ConnectionListParams{Provider: "jira"}) {
				return err
			}
			return nil
		},
		want:   "GET /api/managed_users/{customer}/connections?provider=jira",
		answer: `{"result": []}`,
	},
	requestCase{
		op: "connections.create", name: "shell",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Connections.Create(ctx, customer, &workato.ConnectionCreateParams{
				Name: "jira_connection", Provider: "jira", FolderID: 1892, ExternalID: "128904",
			}))
		},
		want: "POST /api/managed_users/{customer}/connections",
		json: `{"name": "jira_connection", "provider": "jira", "folder_id": 1892, "external_id": "128904"}`,
	},
	requestCase{
		op: "connections.create", name: "with credentials",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Connections.Create(ctx, customer, &workato.ConnectionCreateParams{
				Name: "jira_connection", Provider: "jira", ParentID: 22316, ShellConnection: true,
				Input: map[string]any{
					"host_name": "borealis.example", "api_token_auth": "true", "email": "ana@borealis.example", "apitoken": "test-apitoken",
					"advanced_settings": map[string]any{"scopes": "a b"}, "port": 443, "empty": nil,
				},
			}))
		},
		want: "POST /api/managed_users/{customer}/connections",
		json: `{"name": "jira_connection", "provider": "jira", "parent_id": 22316, "shell_connection": true, "input": {
			"host_name": "borealis.example", "api_token_auth": "true", "email": "ana@borealis.example", "apitoken": "test-apitoken",
			"advanced_settings": {"scopes": "a b"}, "port": 443, "empty": null}}`,
	},
	requestCase{
		op: "connections.create", name: "with tokens",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Connections.Create(ctx, customer, &workato.ConnectionCreateParams{
				Provider: "outreach", OAuthTokenPair: map[string]any{"anything": "test-access"},
			}))
		},
		want: "POST /api/managed_users/{customer}/connections",
		json: `{"provider": "outreach", "oauth_token_pair": {"anything": "test-access"}}`,
	},
	requestCase{
		op: "connections.update", name: "with tokens",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Connections.Update(ctx, customer, 1678, &workato.ConnectionUpdateParams{
				OAuthTokenPair: map[string]any{"anything": "test-access"},
			}))
		},
		want: "PUT /api/managed_users/{customer}/connections/1678",
		json: `{"oauth_token_pair": {"anything": "test-access"}}`,
	},
	requestCase{
		op: "connections.update", name: "name, folder and credentials",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Connections.Update(ctx, customer, 1678, &workato.ConnectionUpdateParams{
				Name: workato.Set("jira_connection_latest"), FolderID: workato.Set[int64](28940),
				Input: map[string]any{"apitoken": "test-apitoken"},
			}))
		},
		want: "PUT /api/managed_users/{customer}/connections/1678",
		json: `{"name": "jira_connection_latest", "folder_id": 28940, "input": {"apitoken": "test-apitoken"}}`,
	},
	requestCase{ // a sample of the reference sends the provider too
		op: "connections.update", name: "with the provider",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Connections.Update(ctx, customer, 1678, &workato.ConnectionUpdateParams{
				Name: workato.Set("Outreach"), Provider: workato.Set("outreach"),
				Input: map[string]any{"advanced_settings": map[string]any{"scopes": "a b"}},
			}))
		},
		want: "PUT /api/managed_users/{customer}/connections/1678",
		json: `{"name": "Outreach", "provider": "outreach", "input": {"advanced_settings": {"scopes": "a b"}}}`,
	},
	requestCase{
		op: "connections.update", name: "null and zero values",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Connections.Update(ctx, customer, 1678, &workato.ConnectionUpdateParams{
				ParentID: workato.Null[int64](), ExternalID: workato.Null[string](), FolderID: workato.Null[int64](),
				ShellConnection: workato.Set(false), Name: workato.Set(""),
			}))
		},
		want: "PUT /api/managed_users/{customer}/connections/1678",
		json: `{"parent_id": null, "external_id": null, "folder_id": null, "shell_connection": false, "name": ""}`,
	},
	requestCase{
		op: "connections.disconnect", name: "plain",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return c.Connections.Disconnect(ctx, customer, 1678, nil)
		},
		want:   "POST /api/managed_users/{customer}/connections/1678/disconnect",
		answer: `{"result": {"success": true, "status": "disconnected"}}`,
	},
	requestCase{
		op: "connections.disconnect", name: "without force",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return c.Connections.Disconnect(ctx, customer, 1678, &workato.ConnectionDisconnectParams{})
		},
		want:   "POST /api/managed_users/{customer}/connections/1678/disconnect",
		answer: `{"result": {"success": true, "status": "disconnected"}}`,
	},
	requestCase{
		op: "connections.disconnect", name: "by force",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return c.Connections.Disconnect(ctx, customer, 1678, &workato.ConnectionDisconnectParams{Force: true})
		},
		want:   "POST /api/managed_users/{customer}/connections/1678/disconnect?force=true",
		answer: `{"result": {"success": true, "status": "disconnected"}}`,
	},
	requestCase{
		op: "connections.delete",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return c.Connections.Delete(ctx, customer, 1678)
		},
		want:   "DELETE /api/managed_users/{customer}/connections/1678",
		answer: `{"result": {"success": true, "status": "deleted"}}`,
	},

	requestCase{
		op: "picklists.get_values", name: "plain",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Picklists.GetValues(ctx, customer, 1678, &workato.PicklistGetValuesParams{PickListName: "sobject_fields"}))
		},
		want:   "POST /api/managed_users/{customer}/connections/1678/pick_list",
		json:   `{"pick_list_name": "sobject_fields"}`,
		answer: `{"result": []}`,
	},
	requestCase{
		op: "picklists.get_values", name: "with parameters",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Picklists.GetValues(ctx, customer, 1678, &workato.PicklistGetValuesParams{
				PickListName: "folder_path", PickListParams: map[string]any{"__parent_id": "root", "depth": 2},
			}))
		},
		want:   "POST /api/managed_users/{customer}/connections/1678/pick_list",
		json:   `{"pick_list_name": "folder_path", "pick_list_params": {"__parent_id": "root", "depth": 2}}`,
		answer: `{"result": []}`,
	},

	requestCase{
		op: "folders.create", name: "project",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Folders.Create(ctx, customer, &workato.FolderCreateParams{Name: "Billing"}))
		},
		want: "POST /api/managed_users/{customer}/folders",
		json: `{"name": "Billing"}`,
	},
	requestCase{
		op: "folders.create", name: "folder",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Folders.Create(ctx, customer, &workato.FolderCreateParams{Name: "Billing", ParentID: 4515}))
		},
		want: "POST /api/managed_users/{customer}/folders",
		json: `{"name": "Billing", "parent_id": "4515"}`,
	},

	requestCase{
		op: "recipes.list", name: "plain",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Recipes.List(ctx, customer, nil))
		},
		want:   "GET /api/managed_users/{customer}/recipes?page=1&per_page=100",
		answer: `{"result": []}`,
	},
	requestCase{
		op: "recipes.list", name: "all filters",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Recipes.List(ctx, customer, &workato.RecipeListParams{
				AdapterNamesAll: []string{"jira", "salesforce"}, AdapterNamesAny: []string{"slack"}, FolderID: 2415, Running: ptr(false),
				StopCause:    workato.StopCauseTrialExpired,
				StoppedAfter: time.Date(2024, 3, 1, 9, 30, 0, 0, time.FixedZone("", -8*3600)),
				UpdatedAfter: time.Date(2024, 3, 2, 0, 0, 0, 999, time.UTC),
				Includes:     []string{workato.IncludeTags}, ExcludeCode: true, Page: 3, PerPage: 20,
			}))
		},
		want: "GET /api/managed_users/{customer}/recipes?adapter_names_all=jira%2Csalesforce&adapter_names_any=slack&exclude_code=true" +
			"&folder_id=2415&includes%5B%5D=tags&page=3&per_page=20&running=false&stop_cause=trial_expired" +
			"&stopped_after=2024-03-01T17%3A30%3A00Z&updated_after=2024-03-02T00%3A00%3A00Z",
		answer: `{"result": []}`,
	},
	requestCase{
		op: "recipes.list", name: "since id",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Recipes.List(ctx, customer, &workato.RecipeListParams{SinceID: 15500, Running: ptr(true)}))
		},
		want:   "GET /api/managed_users/{customer}/recipes?per_page=100&running=true&since_id=15500",
		answer: `{"result": []}`,
	},
	requestCase{
		op: "recipes.list", name: "All",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			for _, err := range c.Recipes.All(ctx, customer, nil) {
				return err
			}
			return nil
		},
		want:   "GET /api/managed_users/{customer}/recipes?page=1&per_page=100",
		answer: `{"result": []}`,
	},
	requestCase{
		op: "recipes.start",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return c.Recipes.Start(ctx, customer, 41354)
		},
		want:   "PUT /api/managed_users/{customer}/recipes/41354/start",
		answer: `{"success": true}`,
	},
	requestCase{
		op: "recipes.stop",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return c.Recipes.Stop(ctx, customer, 41354)
		},
		want:   "PUT /api/managed_users/{customer}/recipes/41354/stop",
		answer: `{"success": true}`,
	},
	requestCase{
		op: "recipes.search_public", name: "plain",
		call: func(ctx context.Context, c *workato.Client, _ workato.CustomerID) error {
			//lint:ignore SA1019 deprecated by the service, but tested like the others
			return ignore(c.Recipes.SearchPublic(ctx, &workato.RecipeSearchPublicParams{Applications: []string{"jira"}}))
		},
		want:   "GET /api/recipes/search?applications=jira&page=0&per_page=20",
		answer: `{"items": []}`,
	},
	requestCase{
		op: "recipes.search_public", name: "everything",
		call: func(ctx context.Context, c *workato.Client, _ workato.CustomerID) error {
			//lint:ignore SA1019 deprecated by the service, but tested like the others
			return ignore(c.Recipes.SearchPublic(ctx, &workato.RecipeSearchPublicParams{
				Applications: []string{"jira", "slack"}, Term: "new issue & more", BoostOwned: true, Page: 2, PerPage: 5,
			}))
		},
		want:   "GET /api/recipes/search?applications=jira%2Cslack&boost_owned=true&page=2&per_page=5&term=new+issue+%26+more",
		answer: `{"items": []}`,
	},

	requestCase{
		op: "imports.create", name: "bytes",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Imports.Create(ctx, customer, &workato.ImportCreateParams{
				Package: workato.PackageBytes([]byte(packageText)), FolderID: 4515,
			}))
		},
		want:  "POST /api/managed_users/{customer}/imports?folder_id=4515",
		bytes: packageText, contentType: "application/octet-stream",
	},
	requestCase{
		op: "imports.create", name: "file and all parameters",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			dir, err := os.MkdirTemp("", "workato")
			if err != nil {
				return err
			}
			defer func() { _ = os.RemoveAll(dir) }() // a file of a few bytes
			if err := os.WriteFile(packageFile(dir), []byte(packageText), 0o600); err != nil {
				return err
			}
			return ignore(c.Imports.Create(ctx, customer, &workato.ImportCreateParams{
				Package: workato.PackageFile(packageFile(dir)), FolderID: 4515, RestartRecipes: true, IncludeTags: true, FolderIDForHomeAssets: 4516,
			}))
		},
		want:  "POST /api/managed_users/{customer}/imports?folder_id=4515&folder_id_for_home_assets=4516&include_tags=true&restart_recipes=true",
		bytes: packageText, contentType: "application/octet-stream",
	},
	requestCase{
		op: "imports.create", name: "reader",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Imports.Create(ctx, customer, &workato.ImportCreateParams{
				Package: workato.PackageReader(strings.NewReader(packageText), int64(len(packageText))), FolderID: 4515,
			}))
		},
		want:  "POST /api/managed_users/{customer}/imports?folder_id=4515",
		bytes: packageText, contentType: "application/octet-stream",
	},
	requestCase{
		op: "imports.get",
		call: func(ctx context.Context, c *workato.Client, customer workato.CustomerID) error {
			return ignore(c.Imports.Get(ctx, customer, 251))
		},
		want: "GET /api/managed_users/{customer}/imports/251",
	},
)

// TestLegacyCredentialsInRequests shows where the two deprecated styles put
// what they have.
func TestLegacyCredentialsInRequests(t *testing.T) {
	t.Parallel()
	list := func(t *testing.T, option workato.Option) wireRequest {
		transport := answering(answer{body: `{"result": []}`})
		c, err := workato.NewClient(option, workato.WithHTTPClient(&http.Client{Transport: transport}))
		require.NoError(t, err)
		require.NoError(t, ignore(c.Connections.List(t.Context(), customerID, &workato.ConnectionListParams{Provider: "jira"})))
		return transport.only(t)
	}
	t.Run("headers", func(t *testing.T) {
		t.Parallel()
		got := list(t, workato.WithUserToken("ops@partner.example", testToken))
		assert.Equal(t, "ops@partner.example", got.Header.Get("X-User-Email"))
		assert.Equal(t, testToken, got.Header.Get("X-User-Token"))
		assert.Empty(t, got.Header.Get("Authorization"))
		assert.Equal(t, "provider=jira", got.Query)
	})
	t.Run("query", func(t *testing.T) {
		t.Parallel()
		got := list(t, workato.WithQueryToken("ops+x@partner.example", "a&b="+strconv.Itoa(7)))
		query, err := url.ParseQuery(got.Query)
		require.NoError(t, err)
		assert.Equal(t, url.Values{"provider": {"jira"}, "user_email": {"ops+x@partner.example"}, "user_token": {"a&b=7"}}, query)
		assert.NotContains(t, got.Header, "Authorization")
		assert.NotContains(t, got.Header, "X-User-Token")
	})
}
