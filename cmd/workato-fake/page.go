package main

import (
	"html/template"
	"net/http"
	"slices"

	"github.com/go-workato/workato/workatotest"
)

// shownRequests is the number of requests on the page.
const shownRequests = 50

// withPage puts the page at / before the API.
func withPage(fake *workatotest.Server) http.Handler {
	api := fake.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/favicon.ico":
			w.WriteHeader(http.StatusNoContent)
		case r.URL.Path != "/":
			api.ServeHTTP(w, r)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			http.Error(w, "the page is read-only", http.StatusMethodNotAllowed)
		default:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
			w.Header().Set("Cache-Control", "no-store")
			_ = page.Execute(w, contentsOf(fake))
		}
	})
}

// contents are what the page shows.
type contents struct {
	Workspaces []workspace
	Requests   []workatotest.Request
}

type workspace struct {
	*workatotest.Customer
	Title string
}

func contentsOf(fake *workatotest.Server) contents {
	state := fake.Snapshot()
	c := contents{Workspaces: []workspace{{state.Own, "Own workspace"}}}
	for _, customer := range state.Customers {
		c.Workspaces = append(c.Workspaces, workspace{customer, "Customer " + customer.Name})
		for _, environment := range customer.Environments {
			c.Workspaces = append(c.Workspaces, workspace{environment, "Customer " + customer.Name + ", " + environment.Environment})
		}
	}
	c.Requests = fake.Requests()
	slices.Reverse(c.Requests)
	c.Requests = c.Requests[:min(len(c.Requests), shownRequests)]
	return c
}

var page = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>workato-fake</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1b1f24; background: #fff; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
caption { text-align: left; font-weight: 600; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #d0d7de; vertical-align: top; overflow-wrap: anywhere; }
code { font-size: .9em; }
.bad { color: #a40e26; font-weight: 600; }
.good { color: #116329; }
</style>
</head>
<body>
<h1>workato-fake</h1>
<p>What is in the fake at this moment. Reload the page to see it again.</p>
<nav><a href="#workspaces">Workspaces</a> · <a href="#requests">Last requests</a></nav>
<main>
<h2 id="workspaces">Workspaces</h2>
{{range .Workspaces}}
<section>
<h3>{{.Title}}</h3>
<p>Id <code>{{.ID}}</code>{{with .ExternalID}}, external id <code>{{.}}</code>{{end}}, plan {{.PlanID}}{{if .InTrial}}, in trial{{end}},
{{len .Folders}} folders, {{len .Members}} members, {{len .Properties}} properties, {{len .LookupTables}} lookup tables,
{{len .Imports}} imports</p>
{{if .Connections}}
<table>
<caption>Connections</caption>
<thead><tr><th scope="col">Id</th><th scope="col">Name</th><th scope="col">Application</th><th scope="col">Status</th></tr></thead>
<tbody>
{{range .Connections}}<tr><td>{{.ID}}</td><td>{{.Name}}</td><td>{{.Provider}}</td>
<td>{{if eq .AuthorizationStatus "success"}}<span class="good">success</span>{{else if .AuthorizationStatus}}<span class="bad">{{.AuthorizationStatus}}</span> {{.AuthorizationError}}{{else}}shell{{end}}</td></tr>
{{end}}</tbody>
</table>
{{end}}
{{if .Recipes}}
<table>
<caption>Recipes</caption>
<thead><tr><th scope="col">Id</th><th scope="col">Name</th><th scope="col">State</th><th scope="col">Version</th><th scope="col">Jobs</th></tr></thead>
<tbody>
{{range .Recipes}}<tr><td>{{.ID}}</td><td>{{.Name}}</td>
<td>{{if .Running}}<span class="good">running</span>{{else}}stopped{{with .StopCause}}: <span class="bad">{{.}}</span>{{end}}{{end}}</td><td>{{len .Versions}}</td><td>{{len .Jobs}}</td></tr>
{{end}}</tbody>
</table>
{{end}}
{{if .Imports}}
<table>
<caption>Imports</caption>
<thead><tr><th scope="col">Id</th><th scope="col">Status</th><th scope="col">Recipes</th><th scope="col">Only kept, for an export</th></tr></thead>
<tbody>
{{range .Imports}}<tr><td>{{.ID}}</td>
<td>{{if eq .Status "failed"}}<span class="bad">failed</span>: {{.Error}}{{else}}{{.Status}}{{end}}</td><td>{{len .Results}}</td>
<td>{{range $type, $n := .Kept}}{{$n}} {{$type}} {{end}}</td></tr>
{{end}}</tbody>
</table>
{{end}}
</section>
{{end}}
<h2 id="requests">Last requests</h2>
{{if .Requests}}
<table>
<caption>The newest first</caption>
<thead><tr><th scope="col">Time</th><th scope="col">Request</th><th scope="col">Operation</th><th scope="col">Status</th></tr></thead>
<tbody>
{{range .Requests}}<tr><td>{{.Time.Format "15:04:05"}}</td><td><code>{{.Method}} {{.Path}}{{with .Query.Encode}}?{{.}}{{end}}</code></td><td>{{.Operation}}</td>
<td>{{if or (ge .Status 400) (eq .Status 0)}}<span class="bad">{{.Status}}</span>{{else}}{{.Status}}{{end}}{{with .Fault}} <span class="bad">fault: {{.}}</span>{{end}}{{with .Note}} {{.}}{{end}}</td></tr>
{{end}}</tbody>
</table>
{{else}}<p>None yet.</p>{{end}}
</main>
</body>
</html>
`))
