package main

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// status sends a request under a host name.
func (p *program) status(t *testing.T, method, path, host string, header ...string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, p.url+path, strings.NewReader(`{"name": "A", "notification_email": "a@example.com"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = host
	req.Header.Set("Authorization", "Bearer test-token")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := new(http.Client).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// TestHosts sends requests with names that a web site could have given to the
// address: the page and the API respond to none of them.
func TestHosts(t *testing.T) {
	t.Parallel()
	p := start(t, "-store-addr", "127.0.0.1:0", "-store-url", "http://packages.example.com")
	open := start(t, "-public")
	for host, status := range map[string]int{
		"": 200, "localhost:8080": 200, "127.0.0.1": 200, "[::1]:8080": 200, "192.0.2.1:80": 200,
		"evil.example.com": 421, "localhost.example.com:8080": 421, "evil.example.com:8080": 421,
	} {
		for _, path := range []string{"/", "/api/managed_users"} {
			if got := p.status(t, "GET", path, host); got != status {
				t.Errorf("%s under %q: %d, want %d", path, host, got, status)
			}
			if got := open.status(t, "GET", path, host); got != 200 {
				t.Errorf("%s under %q with -public: %d", path, host, got)
			}
		}
	}
	if got := p.status(t, "POST", "/api/managed_users", "", "Sec-Fetch-Site", "cross-site"); got != 403 {
		t.Errorf("a write for another site: %d, want 403", got)
	}
}

// deadEnd is an output that takes one line and is then not read.
type deadEnd struct {
	first sync.Once
	line  chan string
	never chan struct{}
}

func (d *deadEnd) Write(p []byte) (int, error) {
	d.first.Do(func() { d.line <- string(p) })
	if strings.Contains(string(p), "listens on") {
		return len(p), nil
	}
	<-d.never
	return len(p), nil
}

// TestUnreadOutput sends more requests than the output has room for while it is
// not read: all get a response, and the program ends.
func TestUnreadOutput(t *testing.T) {
	t.Parallel()
	for status, args := range map[int][]string{400: {"-strict"}, 200: nil} {
		out := &deadEnd{line: make(chan string, 1), never: make(chan struct{})}
		p := startWith(t, out, args...)
		p.url = addressLine.FindStringSubmatch(<-out.line)[1]
		for range room + 300 {
			if got := p.status(t, "GET", "/api/managed_users?colour=red", ""); got != status {
				t.Fatalf("status %d, want %d", got, status)
			}
		}
		if code := p.stop(t); code != 0 {
			t.Errorf("exit status %d", code)
		}
		close(out.never)
	}
}

// TestLeftOutLines reads an output that was too slow: it says how many lines
// are missing, and has the final lines.
func TestLeftOutLines(t *testing.T) {
	t.Parallel()
	reader, writer := io.Pipe()
	p := newPrinter(writer)
	for range room + 10 {
		p.printf("line")
	}
	p.atEnd("last")
	read := make(chan string)
	go func() {
		all, _ := io.ReadAll(reader)
		read <- string(all)
	}()
	p.close()
	_ = writer.Close()
	text := <-read
	if !strings.Contains(text, " lines dropped") || !strings.HasSuffix(text, "last\n") {
		t.Errorf("output %q", text[max(0, len(text)-200):])
	}
}
