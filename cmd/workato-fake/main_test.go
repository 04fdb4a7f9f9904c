package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// output collects what the program prints and returns the address as soon as it
// is printed.
type output struct {
	mu      sync.Mutex
	more    sync.Cond
	text    bytes.Buffer
	address chan string
}

func newOutput() *output {
	o := &output{address: make(chan string, 1)}
	o.more.L = &o.mu
	return o
}

// wait returns when the program has printed a text.
func (o *output) wait(text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for !strings.Contains(o.text.String(), text) {
		o.more.Wait()
	}
}

var addressLine = regexp.MustCompile(`listens on (https?://\S+)`)

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if found := addressLine.FindSubmatch(p); found != nil {
		o.address <- string(found[1])
	}
	defer o.more.Broadcast()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// program is a running workato-fake.
type program struct {
	url  string
	out  *output
	end  context.CancelFunc
	code chan int
}

func start(t *testing.T, args ...string) *program {
	t.Helper()
	out := newOutput()
	p := startWith(t, out, args...)
	p.out = out
	select {
	case p.url = <-p.out.address:
	case code := <-p.code:
		t.Fatalf("the program ended with %d:\n%s", code, p.out)
	case <-time.After(30 * time.Second):
		t.Fatal("the program does not listen")
	}
	return p
}

// startWith starts the program with an output of the test's own.
func startWith(t *testing.T, out io.Writer, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	p := &program{end: cancel, code: make(chan int, 1)}
	go func() { p.code <- run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), out, out) }()
	return p
}

// stop ends the program as a signal does and returns its exit status.
func (p *program) stop(t *testing.T) int {
	t.Helper()
	p.end()
	select {
	case code := <-p.code:
		return code
	case <-time.After(30 * time.Second):
		t.Fatal("the program does not end")
		return -1
	}
}

// response is a response of the program.
type response struct {
	status int
	header http.Header
	body   string
}

func (p *program) do(t *testing.T, method, path, body string) response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, p.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer test-token")
	req.Header.Set("Content-Type", "application/json")
	return responseOf(t, req)
}

func responseOf(t *testing.T, req *http.Request) response {
	t.Helper()
	resp, err := new(http.Client).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{resp.StatusCode, resp.Header, string(raw)}
}

func TestDemonstration(t *testing.T) {
	t.Parallel()
	p := start(t)
	for path, want := range map[string]string{
		"/api/managed_users/98178/connections?includes[]=tags": `"name":"jira_connection"`,
		"/api/managed_users/EA2300/recipes":                    `"name":"Sync invoices"`,
		"/api/managed_users/ECUST-77-prod":                     `"name":"Cirrus GmbH"`,
		"/api/users/me":                                        `"name":"Partner workspace"`,
		"/api/recipes/search?applications=rest":                `"name":"Post new leads to chat"`,
	} {
		if got := p.do(t, "GET", path, ""); got.status != 200 || !strings.Contains(got.body, want) {
			t.Errorf("%s: %d %s, want %s", path, got.status, got.body, want)
		}
	}
	if code := p.stop(t); code != 0 {
		t.Errorf("exit status %d", code)
	}
	for _, want := range []string{
		"try: curl -H 'Authorization: Bearer test-token' " + p.url + "/api/managed_users\n",
		" GET /api/managed_users/EA2300/recipes -> 200 (recipes.list)\n",
	} {
		if !strings.Contains(p.out.String(), want) {
			t.Errorf("output\n%s\nhas no line %q", p.out, want)
		}
	}
}

func TestState(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state.json")
	first := start(t, "-state", state)
	const body = `{"name": "A", "notification_email": "a@example.com", "external_id": "a"}`
	if got := first.do(t, "POST", "/api/managed_users", body); got.status != 200 {
		t.Fatalf("create: %s", got.body)
	}
	first.stop(t)
	second := start(t, "-state", state)
	if got := second.do(t, "GET", "/api/managed_users/Ea", ""); got.status != 200 {
		t.Errorf("the customer is gone after a restart: %d", got.status)
	}
	if got := second.do(t, "POST", "/api/managed_users", body); got.status != 400 {
		t.Errorf("the external id is free after a restart: %s", got.body)
	}
	second.stop(t)
}

// TestStateIsWrittenAtTheStart, also one that was read: a directory that cannot be
// written is found out before the first change.
func TestStateIsWrittenAtTheStart(t *testing.T) {
	t.Parallel()
	state := write(t, "{}")
	p := start(t, "-state", state)
	if text, err := os.ReadFile(state); err != nil || string(text) == "{}" {
		t.Errorf("the file holds %q, %v", text, err)
	}
	p.stop(t)
}

// TestStateThatCannotBeSaved: the program says so, goes on, and saves later.
func TestStateThatCannotBeSaved(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "dir")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	state, out := filepath.Join(dir, "state.json"), newOutput()
	s, err := parse([]string{"-addr", "127.0.0.1:0", "-state", state, "-quiet"}, out)
	if err != nil {
		t.Fatal(err)
	}
	s.saveEvery = time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, s, out) }()
	p := &program{out: out, url: <-out.address}
	move := func(from, to string) {
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	move(dir, dir+"-away")
	p.do(t, "POST", "/api/managed_users", `{"name": "A", "notification_email": "a@example.com", "external_id": "a"}`)
	out.wait("the state is not saved, and is tried again")
	move(dir+"-away", dir)
	out.wait("the state is saved again")
	if n := strings.Count(out.String(), "not saved"); n != 1 {
		t.Errorf("it said so %d times", n)
	}
	if text, err := os.ReadFile(state); err != nil || !strings.Contains(string(text), `"a@example.com"`) {
		t.Errorf("the file holds %s, %v", text, err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestDownloadUnderEitherName follows the redirect of a download with a client
// that keeps its credential on another port of the same name.
func TestDownloadUnderEitherName(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		args []string
	}{
		{"127.0.0.1", nil},
		{"localhost", nil},
		{"127.0.0.1", []string{"-store-addr", "127.0.0.1:0"}},
	} {
		p := start(t, append(test.args, "-import-reads", "0")...)
		p.url = strings.Replace(p.url, "127.0.0.1", test.name, 1)
		p.do(t, "POST", "/api/export_manifests", `{"export_manifest": {"name": "all", "auto_generate_assets": true, "auto_run": true}}`)
		p.do(t, "GET", "/api/packages/6001", "")
		got := p.do(t, "GET", "/api/packages/6001/download", "")
		if got.status != 200 || !strings.HasPrefix(got.body, "PK") {
			t.Errorf("%v: %d %q", test, got.status, got.body)
		}
	}
}

func TestStoreURL(t *testing.T) {
	t.Parallel()
	p := start(t, "-import-reads", "0", "-store-addr", "127.0.0.1:0", "-store-url", "https://packages.example.com")
	p.do(t, "POST", "/api/export_manifests", `{"export_manifest": {"name": "all", "auto_generate_assets": true, "auto_run": true}}`)
	if got := p.do(t, "GET", "/api/packages/6001", ""); !strings.Contains(got.body, `"download_url":"https://packages.example.com/`) {
		t.Errorf("package %s", got.body)
	}
}

func TestHangingRequestsDoNotHoldTheEnd(t *testing.T) {
	t.Parallel()
	faults := write(t, `[{"on": "connections.list", "do": "hang"}]`)
	p := start(t, "-faults", faults)
	done := make(chan struct{})
	go func() {
		defer close(done)
		req, _ := http.NewRequestWithContext(t.Context(), "GET", p.url+"/api/managed_users/98178/connections", nil)
		if resp, err := new(http.Client).Do(req); err == nil {
			_ = resp.Body.Close()
		}
	}()
	p.out.wait("[hang]")
	if page := p.see(t); !strings.Contains(page, `<span class="bad">fault:</span> hang`) {
		t.Errorf("the page does not show the request that hangs:\n%s", page)
	}
	if code := p.stop(t); code != 0 {
		t.Errorf("exit status %d", code)
	}
	<-done
}

func TestFlags(t *testing.T) {
	t.Parallel()
	p := start(t, "-empty", "-token", "other", "-retired", "-strict")
	if got := p.do(t, "GET", "/api/managed_users", ""); got.status != 401 {
		t.Errorf("the default token beside -token: %d", got.status)
	}
	req, _ := http.NewRequestWithContext(t.Context(), "GET", p.url+"/api/managed_users?colour=red", nil)
	req.Header.Set("Authorization", "Bearer other")
	resp, err := new(http.Client).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var response map[string]string
	if err := json.NewDecoder(resp.Body).Decode(&response); err != nil || !strings.Contains(response["message"], "colour") {
		t.Errorf("strict mode: %v, %v", response, err)
	}
	p.stop(t)
	if !strings.Contains(p.out.String(), `problem: managed_users.list does not know "colour"`) {
		t.Errorf("output\n%s", p.out)
	}
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	seed := write(t, "{\n\"customers\": [\n{\"nmae\": 1}]}")
	faults := write(t, `[{"do": "explode"}]`)
	for name, test := range map[string]struct {
		args []string
		code int
		want string
	}{
		"seed":             {[]string{"-addr", "127.0.0.1:0", "-seed", seed}, 1, ":3: customers[0].nmae: unknown field"},
		"faults":           {[]string{"-addr", "127.0.0.1:0", "-faults", faults}, 1, `unknown kind of fault "explode"`},
		"state":            {[]string{"-addr", "127.0.0.1:0", "-state", seed}, 1, "customers[0].nmae: unknown field"},
		"missing seed":     {[]string{"-addr", "127.0.0.1:0", "-seed", "no-such-file"}, 1, "no such file"},
		"every interface":  {[]string{"-addr", ":0"}, 2, "not on the loopback interface"},
		"an interface":     {[]string{"-addr", "192.0.2.1:0"}, 2, "not on the loopback interface"},
		"no port":          {[]string{"-addr", "127.0.0.1"}, 2, "missing port in address"},
		"no address":       {[]string{"-addr", ""}, 2, "missing port in address"},
		"store":            {[]string{"-addr", "127.0.0.1:0", "-store-addr", "0.0.0.0:0"}, 2, "not on the loopback interface"},
		"no origin":        {[]string{"-addr", "127.0.0.1:0", "-store-addr", "127.0.0.1:0", "-store-url", "packages.example.com"}, 2, "is not an origin"},
		"two beginnings":   {[]string{"-addr", "127.0.0.1:0", "-empty", "-seed", seed}, 2, "-empty and -seed contradict"},
		"no token":         {[]string{"-addr", "127.0.0.1:0", "-token", ""}, 2, "-token is empty"},
		"a torn token":     {[]string{"-addr", "127.0.0.1:0", "-token", "a\nb"}, 2, "-token holds a character"},
		"torn names":       {[]string{"-addr", "127.0.0.1:0", "-tls", "-tls-names", "a, b c"}, 2, "not a list of names"},
		"import reads":     {[]string{"-addr", "127.0.0.1:0", "-import-reads", "-1"}, 2, "-import-reads: -1 is negative"},
		"start reads":      {[]string{"-addr", "127.0.0.1:0", "-start-reads", "-2"}, 2, "-start-reads: -2 is negative"},
		"late connections": {[]string{"-addr", "127.0.0.1:0", "-late-connections", "-3"}, 2, "-late-connections: -3 is negative"},
		"minute":           {[]string{"-addr", "127.0.0.1:0", "-minute", "0s"}, 2, "-minute: 0s is not a length of time"},
		"latency":          {[]string{"-addr", "127.0.0.1:0", "-latency", "-1s"}, 2, "-latency: -1s is negative"},
		"quota":            {[]string{"-addr", "127.0.0.1:0", "-quota", "recipes"}, 2, "want a name and a positive number"},
		"quota of nobody":  {[]string{"-addr", "127.0.0.1:0", "-quota", "recipies=60"}, 1, `no operation or family "recipies"`},
		"two certificates": {[]string{"-addr", "127.0.0.1:0", "-tls", "-tls-cert", "c.pem", "-tls-key", "k.pem"}, 2, "a certificate of its own"},
		"no key":           {[]string{"-addr", "127.0.0.1:0", "-tls-cert", "c.pem"}, 2, "-tls-cert and -tls-key belong together"},
		"no certificate":   {[]string{"-addr", "127.0.0.1:0", "-tls-key", "k.pem"}, 2, "-tls-cert and -tls-key belong together"},
		"names alone":      {[]string{"-addr", "127.0.0.1:0", "-tls-names", "fake"}, 2, "-tls-names needs -tls"},
		"a missing key":    {[]string{"-addr", "127.0.0.1:0", "-tls-cert", seed, "-tls-key", "no-such-key"}, 1, "no-such-key"},
		"store URL alone":  {[]string{"-addr", "127.0.0.1:0", "-store-url", "http://localhost:1"}, 2, "-store-url needs -store-addr"},
		"two programs":     {[]string{"-healthcheck", "http://127.0.0.1:1/", "-empty"}, 2, "-healthcheck takes no other flag"},
		"health of what":   {[]string{"-healthcheck", "localhost:8080"}, 2, `-healthcheck: "localhost:8080" is not a URL`},
		"nobody there":     {[]string{"-healthcheck", "http://127.0.0.1:1/"}, 1, "refused"},
		"unknown flag":     {[]string{"-colour"}, 2, "flag provided but not defined"},
		"an argument":      {[]string{"-addr", "127.0.0.1:0", "seed.json"}, 2, `unexpected argument "seed.json"`},
		"help":             {[]string{"-help"}, 0, "-addr address"},
		"no such address":  {[]string{"-addr", "127.0.0.1:notaport"}, 1, "notaport"},
		"no such folder":   {[]string{"-addr", "127.0.0.1:0", "-state", filepath.Join(t.TempDir(), "below", "state.json")}, 1, "no such file"},
		"state in nowhere": {[]string{"-addr", "127.0.0.1:0", "-state", filepath.Join(seed, "below", "state.json")}, 1, "not a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			if code := run(t.Context(), test.args, &out, &out); code != test.code || !strings.Contains(out.String(), test.want) {
				t.Errorf("exit status %d, output %s; want %d and %q", code, &out, test.code, test.want)
			}
		})
	}
}
