package provision_test

import (
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato/provision"
)

// BenchmarkFileMemory reports what 20,000 customers that have gone through a
// rollout cost: memory held by an open ledger, the size of the file, and the time
// to open it.
func BenchmarkFileMemory(b *testing.B) {
	const n = 20000
	path := filepath.Join(b.TempDir(), "rollout.jsonl")
	ledger := provision.File(path)
	lease := begun(b, ledger, n)
	for _, to := range []provision.State{
		provision.StatePrepared, provision.StateSending, provision.StateImporting, provision.StateImported, provision.StateSucceeded,
	} {
		move(b, ledger, lease, to, provision.Query{})
	}
	require.NoError(b, ledger.Close())
	var held uint64
	for b.Loop() {
		b.StopTimer()
		before := heap()
		b.StartTimer()
		reader := provision.File(path)
		_, err := reader.Status(b.Context(), "r")
		require.NoError(b, err)
		b.StopTimer()
		held = heap() - before
		require.NoError(b, reader.Close())
		b.StartTimer()
	}
	b.ReportMetric(float64(held)/n, "heapB/customer")
}

// BenchmarkFilePut is one step of one customer: a row and an event.
func BenchmarkFilePut(b *testing.B) {
	ledger := provision.File(filepath.Join(b.TempDir(), "rollout.jsonl"))
	lease := begun(b, ledger, 1)
	for r, err := range ledger.Records(b.Context(), "r", provision.Query{}) {
		require.NoError(b, err)
		for b.Loop() {
			r.Looks++
			require.NoError(b, lease.Put(b.Context(), &provision.Update{
				Records: []*provision.Record{&r}, Events: []*provision.Event{{Kind: provision.EventCustomer, Customer: r.Customer.String()}},
			}))
		}
	}
	require.NoError(b, ledger.Close())
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// What a File holds in memory for a customer is bounded, and records and events
// are not part of it.
func TestFileMemory(t *testing.T) {
	const n = 5000
	path := filepath.Join(t.TempDir(), "rollout.jsonl")
	ledger := provision.File(path)
	lease := begun(t, ledger, n)
	move(t, ledger, lease, provision.StatePrepared, provision.Query{})
	move(t, ledger, lease, provision.StateSucceeded, provision.Query{})
	require.NoError(t, ledger.Close())
	before := heap()
	reader := provision.File(path)
	_, err := reader.Status(t.Context(), "r")
	require.NoError(t, err)
	perCustomer := (heap() - before) / n
	require.NoError(t, reader.Close())
	t.Logf("%d bytes for each customer", perCustomer)
	require.Less(t, perCustomer, uint64(300))
}
