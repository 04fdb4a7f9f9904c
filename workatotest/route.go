package workatotest

import (
	"net/url"
	"slices"
	"strings"
)

// route is an endpoint: its path, its parameters and its handler.
type route struct {
	method string
	path   string
	// op is the name of the operation in requests, faults and assertions.
	op string
	// wrap is a key under which some clients send the whole body.
	wrap string
	// query and body list the known parameters as "name:type", see fieldType.
	// A star after the type marks a required one, a plus one that cannot be
	// cleared.
	query, body string
	// envelope is the key of a list's array, "result" if empty, "-" for a bare
	// array.
	envelope string
	// upload says that the body is a package and not JSON.
	upload bool
	// getBody marks the two GET endpoints that are documented with a body.
	getBody bool
	handle  func(*call) response

	segments []string
	fields   []field
}

// routes is the whole table, the most literal paths first.
var routes = buildRoutes(
	customerRoutes, environmentRoutes, memberRoutes, connectionRoutes, folderRoutes, projectRoutes,
	recipeRoutes, versionRoutes, jobRoutes, importRoutes, exportRoutes, integrationRoutes,
	propertyRoutes, lookupRoutes, tagRoutes, fieldMapRoutes, usageRoutes, deploymentRoutes, workspaceRoutes,
	apiCollectionRoutes(), apiClientRoutes(), roleRoutes(), grantRoutes(), groupRoutes(), developerClientRoutes(),
	onPremRoutes(), customConnectorRoutes(), oauthProfileRoutes(), customerManagers.routes(), embeddingRoutes,
	dataTableRoutes(), testCaseRoutes, topicRoutes(), activityRoutes, mcpServerRoutes(), agentStudioRoutes(), identityRoutes(),
	// The vendor's command-line client works on the partner's own workspace.
	atHome(activityRoutes, "/api/managed_users/{customer}", "/api"),
	atHome(agentStudioRoutes(), "/api/managed_users/{customer}", "/api"),
	atHome(mcpServerRoutes(), "/api/managed_users/{customer}/mcp_servers", "/api/mcp/mcp_servers"),
	atHome(identityRoutes(), "/api/managed_users/{customer}/iam/user_groups", "/api/mcp/user_groups"),
)

// atHome returns the routes below a prefix as those of the partner's own workspace.
func atHome(family []route, prefix, home string) []route {
	var twins []route
	for _, r := range family {
		if rest, below := strings.CutPrefix(r.path, prefix); below {
			r.path, r.op = home+rest, "own."+r.op
			twins = append(twins, r)
		}
	}
	return twins
}

func buildRoutes(families ...[]route) []*route {
	var all []*route
	for _, family := range families {
		for _, r := range family {
			r.segments = strings.Split(strings.TrimPrefix(r.path, "/"), "/")
			r.fields = append(parseFields(r.query), parseFields(r.body)...)
			all = append(all, &r)
		}
	}
	slices.SortStableFunc(all, func(a, b *route) int { return strings.Compare(literalness(a.path), literalness(b.path)) })
	return all
}

// literalness sorts "/usage" before "/{customer}".
func literalness(path string) string { return strings.ReplaceAll(path, "{", "\x7f") }

// match finds the route of a request and the unescaped path arguments.
func match(method string, segments []string) (*route, map[string]string) {
	for _, r := range routes {
		if r.method != method || len(r.segments) != len(segments) {
			continue
		}
		if args, ok := r.bind(segments); ok {
			return r, args
		}
	}
	return nil, nil
}

func (r *route) bind(segments []string) (map[string]string, bool) {
	args := map[string]string{}
	for i, want := range r.segments {
		if name, isParam := strings.CutPrefix(want, "{"); isParam {
			args[strings.TrimSuffix(name, "}")] = segments[i]
		} else if want != segments[i] {
			return nil, false
		}
	}
	return args, true
}

// own reports whether the route addresses the partner's own workspace.
func (r *route) own() bool { return !strings.Contains(r.path, "{customer}") }

// splitPath cuts an escaped path into unescaped segments. Double and trailing
// slashes are dropped, as the real service does: a redirect would turn a PUT
// into a GET or lose its body.
func splitPath(escaped string) ([]string, bool) {
	var segments []string
	for piece := range strings.SplitSeq(escaped, "/") {
		if piece == "" {
			continue
		}
		segment, err := url.PathUnescape(piece)
		if err != nil {
			return nil, false
		}
		segments = append(segments, segment)
	}
	return segments, true
}
