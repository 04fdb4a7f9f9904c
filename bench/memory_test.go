package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// next says what to do about a cost above its ceiling.
const next = "; next: find out where with: go test -run Cost -memprofile mem.out ./bench && go tool pprof -sample_index=alloc_space -top mem.out"

// Allowed costs of calls. They are ceilings, not goals: lower them when the
// client improves.
const (
	smallGetAllocs, smallGetBytes             = 44, 4 << 10
	connectionPageAllocs, connectionPageBytes = 1600, 110 << 10
	uploadSize, uploadBytes                   = 64 << 20, 1 << 20
	errorSize, errorBytes                     = 64 << 20, 8 << 20
)

// cannedClient returns the same body for every call.
func cannedClient(tb testing.TB, status int, body string) *workato.Client {
	return newClient(tb, "https://api.example.com", newStub(status, []byte(body))).c
}

// cost returns how much a call allocates.
func cost(t *testing.T, call func()) (allocs float64, size int64) {
	t.Helper()
	call() // fills pools and caches
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			call()
		}
	})
	return testing.AllocsPerRun(100, call), result.AllocedBytesPerOp()
}

func TestCostOfSmallGet(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	c := cannedClient(t, http.StatusOK, `{"id": 512340, "external_id": "CUST-77", "name": "Borealis Ltd", "notification_email": "ops@borealis.example",
		"plan_id": "partner_standard", "in_trial": false, "created_at": "2024-03-01T09:30:00.120-08:00", "updated_at": "2024-03-02T11:00:00.007-08:00"}`)
	ctx := t.Context()
	allocs, size := cost(t, func() {
		if _, err := c.ManagedUsers.Get(ctx, customer); err != nil {
			t.Error(err)
		}
	})
	t.Logf("%.0f allocations, %d bytes", allocs, size)
	assert.LessOrEqual(t, allocs, float64(smallGetAllocs), "allocations"+next)
	assert.LessOrEqual(t, size, int64(smallGetBytes), "bytes"+next)
}

func TestCostOfConnectionPage(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	rows := make([]string, 100)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"id": %d, "name": "Production Salesforce connection %d", "provider": "salesforce", "authorized_at": "2015-05-26T22:53:52.528Z",
			"authorization_status": "success", "authorization_error": null, "created_at": "2015-05-26T22:53:52.532Z", "updated_at": "2015-05-26T22:53:52.532Z",
			"external_id": "U12904", "folder_id": 4515, "identity": "ana@borealis.example/1029384756", "connection_lost_at": null,
			"connection_lost_reason": null, "parent_id": 22316, "tags": ["tag-AbC1-x2", "tag-AbC1-x3"]}`, 7000+i, i)
	}
	c := cannedClient(t, http.StatusOK, `{"result": [`+strings.Join(rows, ",")+`]}`)
	ctx := t.Context()
	allocs, size := cost(t, func() {
		if got, err := c.Connections.List(ctx, customer, nil); err != nil || len(got) != len(rows) {
			t.Error(err)
		}
	})
	t.Logf("%.0f allocations, %d bytes", allocs, size)
	assert.LessOrEqual(t, allocs, float64(connectionPageAllocs), "allocations"+next)
	assert.LessOrEqual(t, size, int64(connectionPageBytes), "bytes"+next)
}

// allocated returns how many bytes the whole process has allocated meanwhile.
func allocated(call func()) int64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

// zeros is an endless reader.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// TestUploadInConstantMemory sends a package over a real connection to a server
// in the same process, whose own costs are in the figure.
func TestUploadInConstantMemory(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	path := filepath.Join(t.TempDir(), "large.zip")
	file, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, file.Truncate(uploadSize))
	require.NoError(t, file.Close())

	buffer := make([]byte, 64<<10)
	var received, announced int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		received, announced = 0, r.ContentLength
		for {
			n, err := r.Body.Read(buffer)
			received += int64(n)
			if err != nil {
				break
			}
		}
		_, _ = io.WriteString(w, `{"id": 251, "status": "in_progress"}`)
	}))
	defer server.Close()
	c := newClient(t, server.URL, &http.Transport{}).c

	for name, pack := range map[string]func() workato.Package{
		"file": func() workato.Package { return workato.PackageFile(path) },
		"func": func() workato.Package {
			return workato.PackageFunc(func() (io.ReadCloser, error) { return io.NopCloser(io.LimitReader(zeros{}, uploadSize)), nil }, uploadSize)
		},
		"reader": func() workato.Package {
			return workato.PackageReader(io.LimitReader(zeros{}, uploadSize), uploadSize)
		},
	} {
		t.Run(name, func(t *testing.T) {
			upload := func() {
				_, err := c.Imports.Create(context.WithoutCancel(t.Context()), customer, &workato.ImportCreateParams{Package: pack(), FolderID: 1})
				assert.NoError(t, err)
			}
			size := allocated(upload)
			t.Logf("%d bytes allocated", size)
			assert.Less(t, size, int64(uploadBytes))
			assert.Equal(t, int64(uploadSize), received)
			assert.Equal(t, int64(uploadSize), announced)
		})
	}
}

// TestHugeErrorInBoundedMemory: the body of an error is read up to a limit.
func TestHugeErrorInBoundedMemory(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	c := newClient(t, "https://api.example.com", transportFunc(func(req *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: http.StatusBadRequest, Header: http.Header{}, ContentLength: -1, Request: req,
			Body: io.NopCloser(io.LimitReader(zeros{}, errorSize)),
		}, nil
	})).c
	size := allocated(func() {
		_, err := c.ManagedUsers.Get(t.Context(), customer)
		assert.ErrorIs(t, err, workato.ErrBadRequest)
	})
	t.Logf("%d bytes allocated", size)
	assert.Less(t, size, int64(errorBytes))
}

// transportFunc is a transport made of a function.
type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
