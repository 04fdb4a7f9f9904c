package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// see returns the page without the line break opportunities.
func (p *program) see(t *testing.T) string {
	t.Helper()
	shown := p.do(t, "GET", "/", "")
	if shown.status != 200 {
		t.Fatalf("the page: %d %s", shown.status, shown.body)
	}
	return strings.ReplaceAll(shown.body, "<wbr>", "")
}

func TestPage(t *testing.T) {
	t.Parallel()
	seed := write(t, `{"customers": [{"id": 12, "external_id": "x", "name": "<script>alert(1)</script>",
		"folders": [{"id": 50, "name": "Billing"}, {"id": 51, "name": "EU", "parent_id": 50}],
		"connections": [{"id": 7, "name": "Jira", "provider": "jira", "folder_id": 51,
			"authorization_status": "failed", "authorization_error": "refused & lost"}],
		"recipes": [{"name": "Sync", "uses": ["Jira"], "running": true}, {"id": 5, "name": "Idle\u001b[2J", "uses": ["Jira"]}],
		"imports": [{"status": "failed", "error": "a.recipe.json: <name> is missing"}, {"status": "completed", "kept": {"lcap_page": 2, "<b>": 1}}],
		"environments": [{"environment": "test"}]}]}`)
	faults := write(t, `[{"on": "recipes.stop", "do": "html", "customer": "x"}, {"do": "reset_after", "on": "connections.list"}]`)
	p := start(t, "-seed", seed, "-faults", faults, "-quotas", "-start-reads", "2")
	p.do(t, "PUT", "/api/managed_users/Ex/recipes/5/stop", "")
	p.do(t, "PUT", "/api/managed_users/Ex/recipes/5/start", "")
	p.do(t, "GET", "/api/managed_users/Ex/recipes?user_token=secret", "")
	shown := p.see(t)
	for name, want := range map[string]string{
		"escaped":           "&lt;script&gt;",
		"of a connection":   `<span class="bad">failed</span> refused &amp; lost`,
		"of a recipe":       ">running<",
		"redacted":          "/api/managed_users/Ex/recipes?user_token=%5Bredacted%5D",
		"operation":         "recipes.list",
		"refused in a 200":  `<span class="bad">200</span> <span class="bad">refused:</span> step 1: account_id 7 unconnected`,
		"folder":            "<span>Billing / EU</span>",
		"top folder":        "<span>Home</span>",
		"import":            `<span class="bad">failed:</span> a.recipe.json: &lt;name&gt; is missing`,
		"only kept":         "only kept: 1 &lt;b&gt; 2 lcap_page</span>",
		"met fault":         `<span class="bad">fault:</span> html`,
		"a fault":           "<span>recipes.stop for x</span>",
		"a spent fault":     `<span>1 <span class="soft">spent</span></span>`,
		"modes":             "Modes that are on: quotas, started recipes run after 2 reads.",
		"problem":           "unused fault: reset_after on connections.list",
		"control character": `Idle\x1b[2J`,
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("%s: the page has no %q:\n%s", name, want, shown)
		}
	}
	for _, not := range []string{"<script", "secret", "\x1b"} {
		if strings.Contains(shown, not) {
			t.Errorf("the page shows %q:\n%s", not, shown)
		}
	}
	if start, list := strings.Index(shown, "recipes.start<"), strings.Index(shown, "recipes.list<"); list > start {
		t.Errorf("the older request comes first")
	}
	header := p.do(t, "GET", "/", "").header
	if policy := header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") {
		t.Errorf("Content-Security-Policy %q", policy)
	}
	if got := p.do(t, "POST", "/", ""); got.status != 405 {
		t.Errorf("POST to the page: %d", got.status)
	}
	if strings.Contains(p.out.String(), "\x1b") {
		t.Errorf("output %q", p.out)
	}
}

// TestAnchors follows the links of the page: each leads to one place.
func TestAnchors(t *testing.T) {
	t.Parallel()
	shown := start(t).see(t)
	anchors := regexp.MustCompile(`id="([^"]+)"`).FindAllStringSubmatch(shown, -1)
	links := regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(shown, -1)
	if len(links) != 7 {
		t.Errorf("links %v, want requests, settings, the own workspace, two customers and their two environments", links)
	}
	for _, link := range links {
		places := slices.DeleteFunc(slices.Clone(anchors), func(anchor []string) bool { return anchor[1] != link[1] })
		if len(places) != 1 {
			t.Errorf("link %s leads to %d places", link[1], len(places))
		}
	}
}

func TestManyRequests(t *testing.T) {
	t.Parallel()
	p := start(t)
	for range shownRequests + 3 {
		p.do(t, "GET", "/api/users/me", "")
	}
	if shown := p.see(t); !strings.Contains(shown, "The last 50 of 53, the newest first") || strings.Count(shown, ">workspace.whoami<") != 50 {
		t.Errorf("the page shows other requests:\n%s", shown)
	}
}

func TestPieces(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                   "",
		"Escalate overdue issues":            "Escalate overdue issues",
		"/api/users?per_page=2&page=3":       "/|api/|users?|per_page=|2&|page=|3",
		"jira_connection":                    "jira_connection",
		"custom_connector_564885_1678986135": "custom_|connector_|564885_|1678986135",
		"of custom_connector_564885_167898":  "of custom_|connector_|564885_|167898",
		"Zürich\u202e\x07 é":                 `Zürich\u202e\a é`,
	} {
		if got := strings.Join(pieces(text), "|"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
