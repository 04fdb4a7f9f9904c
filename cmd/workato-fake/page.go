package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/go-workato/workato/workatotest"
)

// shownRequests is the number of requests on the page.
const shownRequests = 50

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Funcs(template.FuncMap{"pieces": pieces}).Parse(pageText))

// withPage puts the page at / before the API.
func (s settings) withPage(fake *workatotest.Server) http.Handler {
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
			_ = page.Execute(w, s.contentsOf(fake))
		}
	})
}

// contents are what the page shows.
type contents struct {
	Modes      []string
	Faults     []fault
	Problems   []string
	Workspaces []workspace
	Requests   []request
	// Older is the number of all requests, if some are not shown.
	Older int
}

type fault struct{ workatotest.InjectedFault }

// Spent reports whether no more requests will meet the fault.
func (f fault) Spent() bool { return f.Times >= 0 && f.Met >= max(f.Times, 1) }

type request struct{ workatotest.Request }

// Bad reports whether something is wrong with the response.
func (r request) Bad() bool { return r.Status >= http.StatusBadRequest || r.Outcome != "" }

// Verdict and Reason are the two halves of the outcome: "refused" and why.
func (r request) Verdict() string {
	verdict, _, _ := strings.Cut(r.Outcome, ": ")
	return verdict
}

// Reason follows the verdict.
func (r request) Reason() string {
	_, reason, _ := strings.Cut(r.Outcome, ": ")
	return reason
}

// Remark is the note, unless the outcome says the same.
func (r request) Remark() string {
	if reason := r.Reason(); reason != "" && strings.Contains(r.Note, reason) {
		return ""
	}
	return r.Note
}

// Address is what follows the method.
func (r request) Address() string {
	if query := r.Query.Encode(); query != "" {
		return r.Path + "?" + query
	}
	return r.Path
}

type workspace struct {
	*workatotest.Customer

	Title, Anchor string
}

// Path is that of a folder from the Home folder.
func (w workspace) Path(folderID int64) string {
	var names []string
	// A deleted folder, or one within itself, ends the walk.
	for range len(w.Folders) {
		i := slices.IndexFunc(w.Folders, func(f *workatotest.Folder) bool { return f.ID == folderID })
		if i < 0 {
			break
		}
		names = append(names, w.Folders[i].Name)
		folderID = w.Folders[i].ParentID
	}
	slices.Reverse(names)
	if len(names) == 0 {
		return "Home"
	}
	return strings.Join(names, " / ")
}

func (s settings) contentsOf(fake *workatotest.Server) contents {
	c := contents{Modes: s.modes(), Problems: fake.Problems()}
	for _, f := range fake.Faults() {
		c.Faults = append(c.Faults, fault{f})
	}
	state := fake.Snapshot()
	c.add(state.Own, "Own workspace: "+state.Own.Name)
	for _, customer := range state.Customers {
		c.add(customer, customer.Name)
		for _, environment := range customer.Environments {
			c.add(environment, customer.Name+", "+environment.Environment)
		}
	}
	requests := fake.Requests()
	slices.Reverse(requests)
	if len(requests) > shownRequests {
		c.Older = len(requests)
		requests = requests[:shownRequests]
	}
	for _, r := range requests {
		c.Requests = append(c.Requests, request{r})
	}
	return c
}

func (c *contents) add(ws *workatotest.Customer, title string) {
	anchor := "customer-" + strconv.FormatInt(ws.ID, 10)
	if len(c.Workspaces) == 0 {
		anchor = "own"
	}
	c.Workspaces = append(c.Workspaces, workspace{ws, title, anchor})
}

// modes are the flags that change what the fake does.
func (s settings) modes() []string {
	var on []string
	for _, mode := range []struct {
		is   bool
		text string
	}{
		{s.strict, "strict"},
		{s.quotas, "quotas"},
		{len(s.quotaOf) > 0, "further quotas"},
		{s.minute != time.Minute, fmt.Sprintf("a minute of quotas lasts %v", s.minute)},
		{s.latency != 0, fmt.Sprintf("responses take %v", s.latency)},
		{s.retired, "deprecated credentials are retired"},
		{s.importReads != 1, fmt.Sprintf("imports end after %d reads", s.importReads)},
		{s.startReads != 0, fmt.Sprintf("started recipes run after %d reads", s.startReads)},
		{s.lateConnections != 0, fmt.Sprintf("connections of imports are %d lists late", s.lateConnections)},
		{s.public, "public"},
		{s.control, "control"},
		{s.state != "", "state is kept in " + s.state},
	} {
		if mode.is {
			on = append(on, mode.text)
		}
	}
	return on
}

// pieces splits a text where a line may break: after the punctuation of paths
// and queries, and within long names.
func pieces(value any) []string {
	const long = 24
	var all []string
	for _, piece := range cut(printable(fmt.Sprint(value)), " /?&=@:,;") {
		parts := []string{piece}
		if len(piece) > long {
			parts = cut(piece, "_.-#")
		}
		// A line may break after a space anyway.
		if last := len(all) - 1; last >= 0 && strings.HasSuffix(all[last], " ") {
			all[last] += parts[0]
			parts = parts[1:]
		}
		all = append(all, parts...)
	}
	return all
}

// cut splits a text after each of some characters.
func cut(text, behind string) []string {
	var all []string
	for {
		at := strings.IndexAny(text, behind) + 1
		if at == 0 || at == len(text) {
			return append(all, text)
		}
		all = append(all, text[:at])
		text = text[at:]
	}
}

// printable escapes control characters, such as \x1b: a terminal would obey
// them, also when copied from the page.
func printable(text string) string {
	var out strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) {
			out.WriteRune(r)
		} else {
			out.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return out.String()
}
