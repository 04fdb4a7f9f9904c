package workatotest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
)

// FuzzRequest sends any body, query and path arguments to every route. The fake
// must not panic, and must respond only with JSON.
func FuzzRequest(f *testing.F) {
	for i, r := range routes {
		f.Add(uint16(i), "1", "name=x", `{"name": "x"}`)
		f.Add(uint16(i), "5001", "page=2&folder_id=2002", objectOf(r))
	}
	f.Add(uint16(0), "-9223372036854775808", "page=9223372036854775807&per_page=9223372036854775807", `[]`)
	f.Fuzz(func(t *testing.T, n uint16, arg, query, body string) {
		r := routes[int(n)%len(routes)]
		s := NewServer(WithImportReads(0))
		defer s.Close()
		if err := s.Seed(State{Customers: []*Customer{{
			ExternalID:   "acme",
			Connections:  []*Connection{{Name: "Jira", Provider: "jira", Folder: "A/B", AuthorizationStatus: StatusSuccess}},
			Recipes:      []*Recipe{{Name: "Sync", Folder: "A/B", Uses: []string{"Jira"}}},
			LookupTables: []*LookupTable{{Name: "t", Columns: []string{"code"}}},
			Environments: []*Customer{{}, {}},
		}}}); err != nil {
			t.Fatal(err)
		}
		path := "/" + strings.Join(r.segments, "/")
		path = strings.ReplaceAll(path, "{customer}", "Eacme")
		for {
			before, rest, found := strings.Cut(path, "{")
			if !found {
				break
			}
			_, after, _ := strings.Cut(rest, "}")
			path = before + escape(arg) + after
		}
		req := &http.Request{Method: r.method, Header: http.Header{"Authorization": {"Bearer " + Token}}}
		parsed, err := url.Parse("https://workato.test" + path)
		if err != nil {
			t.Skip()
		}
		req.URL = parsed
		req.URL.RawQuery = query
		x := s.begin(req, "https://store.test")
		reply := x.finish([]byte(body), false)
		if reply.status < 200 || reply.status > 599 || len(reply.body) > 0 && !json.Valid(reply.body) {
			t.Errorf("%s %s: %d %s", r.method, path, reply.status, reply.body)
		}
		if err := s.Restore(s.Snapshot()); err != nil {
			t.Errorf("the state cannot be read again: %v", err)
		}
	})
}

// objectOf is a body with every field of a route.
func objectOf(r *route) string {
	body := object{}
	for _, field := range r.fields {
		body[field.name] = map[fieldKind]any{
			kindScalar: "1", kindString: "1", kindID: 1, kindBool: true, kindObject: object{"a": "b"}, kindArray: []any{object{"id": 1}}, kindAny: "1",
		}[field.kind]
	}
	return string(encodeJSON(body))
}

func escape(arg string) string {
	var out strings.Builder
	for _, b := range []byte(arg) {
		const digits = "0123456789ABCDEF"
		out.WriteByte('%')
		out.WriteByte(digits[b>>4])
		out.WriteByte(digits[b&15])
	}
	return out.String()
}

// FuzzPackage opens any bytes as a package.
func FuzzPackage(f *testing.F) {
	good, err := os.ReadFile("../testdata/packages/invoice-sync.zip")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		const limit = 1 << 20
		files, err := openPackage(raw, limit)
		if err != nil {
			return
		}
		total := 0
		for _, file := range files {
			total += len(file.data)
			if strings.Contains("/"+file.path+"/", "/../") || strings.HasPrefix(file.path, "/") {
				t.Errorf("path %q leads out of the folder", file.path)
			}
		}
		if total > limit {
			t.Errorf("%d bytes were unpacked, more than %d", total, limit)
		}
		_, _ = readContents(files)
	})
}

// FuzzSeed reads any text as a seed: an accepted one can be saved and loaded.
func FuzzSeed(f *testing.F) {
	f.Add([]byte(`{"customers": [{"external_id": "a", "recipes": [{"name": "R", "uses": ["J"]}], "connections": [{"name": "J", "provider": "jira"}]}]}`))
	f.Add([]byte(`{"own": {"folders": [{"id": 1, "name": "a", "parent_id": 1}]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s := NewServer()
		defer s.Close()
		if s.SeedJSON("seed.json", text) != nil {
			return
		}
		state := s.Snapshot()
		_ = state.String()
		other := NewServer()
		defer other.Close()
		if err := other.Restore(state); err != nil {
			t.Fatalf("a seed that was accepted cannot be restored: %v", err)
		}
		if a, b := encodeJSON(state), encodeJSON(other.Snapshot()); !bytes.Equal(a, b) {
			t.Errorf("restored %s, want %s", b, a)
		}
		for _, ws := range state.Customers {
			recorder := httptest.NewRecorder()
			req := httptest.NewRequest(http.MethodGet, "/api/managed_users/"+idKey(ws.ID)+"/recipes", nil)
			req.Header.Set("Authorization", "Bearer "+Token)
			s.finishForTest(recorder, req)
		}
	})
}

// finishForTest handles a request without opening a port.
func (s *Server) finishForTest(w http.ResponseWriter, req *http.Request) {
	s.begin(req, "https://store.test").finish(nil, false).write(w, req, s.closed)
}
