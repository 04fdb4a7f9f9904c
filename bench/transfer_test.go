package bench

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// BenchmarkUpload sends a package of 64 MiB from a file, against net/http with
// the same file.
func BenchmarkUpload(b *testing.B) {
	const size = 64 << 20
	file := filepath.Join(b.TempDir(), "package.zip")
	require.NoError(b, os.WriteFile(file, make([]byte, size), 0o600))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil || n != size || r.ContentLength != size {
			w.WriteHeader(http.StatusBadRequest)
		}
		_, _ = io.WriteString(w, `{"id":1,"operation_type":"import","status":"in_progress"}`)
	}))
	defer server.Close()
	own := newClient(b, server.URL, transport())
	other := &http.Client{Transport: transport()}

	upload := func() error {
		_, err := own.c.Imports.Create(b.Context(), customer, &workato.ImportCreateParams{
			Package: workato.PackageFile(file), FolderID: 1,
		})
		return err
	}
	plain := func() error {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, server.URL+"/api/x", f)
		if err != nil {
			return err
		}
		req.ContentLength = size
		resp, err := other.Do(req)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		return err
	}
	for name, do := range map[string]func() error{"client": upload, "tuned": plain} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				if err := do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("ratio", func(b *testing.B) { ratio(b, upload, plain) })
}

// maxIterateBytes is how much more memory a walk may take than the tuned path.
const maxIterateBytes = 1.6

// TestIterateBytes bounds it, whatever the machine.
func TestIterateBytes(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	own, tuned := iterations(t)
	var bytes [2]uint64
	for i, walk := range []func() error{own, tuned} {
		require.NoError(t, walk()) // opens the connection, fills the pools
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		require.NoError(t, walk())
		runtime.ReadMemStats(&after)
		bytes[i] = after.TotalAlloc - before.TotalAlloc
	}
	require.LessOrEqual(t, float64(bytes[0]), maxIterateBytes*float64(bytes[1]))
}

// BenchmarkIterate walks 100 pages of 100 recipes, against the same pages
// decoded by the tuned path.
func BenchmarkIterate(b *testing.B) {
	own, tuned := iterations(b)
	for name, do := range map[string]func() error{"client": own, "tuned": tuned} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("ratio", func(b *testing.B) { ratio(b, own, tuned) })
}

// iterations returns two ways of walking over the same pages.
func iterations(tb testing.TB) (own, tuned func() error) {
	tb.Helper()
	const pages = 100
	responses := make([][]byte, pages)
	for i := range responses {
		responses[i] = recipesJSON(pages*rows - i*rows)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page := 0
		if since, err := strconv.Atoi(r.URL.Query().Get("since_id")); err == nil {
			page = pages - (since-1)/rows
		} else if number, err := strconv.Atoi(r.URL.Query().Get("page")); err == nil {
			page = number - 1
		}
		w.Header().Set("Content-Type", "application/json")
		if page >= pages {
			_, _ = io.WriteString(w, `{"result":[]}`)
			return
		}
		_, _ = w.Write(responses[page])
	}))
	tb.Cleanup(server.Close)
	client, other := newClient(tb, server.URL, transport()), newTuned(tb, server.URL, transport())
	whole := func(n int) error {
		if n != pages*rows {
			return fmt.Errorf("%d recipes", n)
		}
		return nil
	}
	own = func() error {
		n := 0
		for _, err := range client.c.Recipes.All(tb.Context(), customer, nil) {
			if err != nil {
				return err
			}
			n++
		}
		return whole(n)
	}
	tuned = func() error {
		n := 0
		for page := 1; page <= pages+1; page++ {
			out := struct {
				Result []workato.Recipe `json:"result"`
			}{make([]workato.Recipe, 0, rows)}
			other.base.RawQuery = "per_page=100&page=" + strconv.Itoa(page)
			if err := other.do(http.MethodGet, "/api/managed_users/98178/recipes", other.header, nil, &out); err != nil {
				return err
			}
			n += len(out.Result)
		}
		return whole(n)
	}
	return own, tuned
}

// recipesJSON is a page of recipes whose ids go down from first.
func recipesJSON(first int) []byte {
	var b strings.Builder
	b.WriteString(`{"result":[`)
	for i := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d,"user_id":9182,"name":"Sync invoices of the north","created_at":"2024-11-25T07:07:38.568-08:00",`+
			`"updated_at":"2024-11-25T07:14:40.822-08:00","copy_count":1,"trigger_application":"workato_service",`+
			`"action_applications":["jira"],"applications":["workato_service","jira"],"description":"When invoices change",`+
			`"parameters":{},"webhook_url":null,"folder_id":2415,"running":false,"job_succeeded_count":1,"job_failed_count":0,`+
			`"last_run_at":null,"stopped_at":null,"version_no":3,"stop_cause":null,"config":[]}`, first-i)
	}
	b.WriteString(`]}`)
	return []byte(b.String())
}
