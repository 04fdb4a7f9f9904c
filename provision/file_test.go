package provision_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
)

var owner = provision.Owner{Host: "host-1", PID: 1}

// customers makes targets with the numbers 1 to n.
func customers(n int) []provision.Target {
	var targets []provision.Target
	for i := range n {
		targets = append(targets, provision.Target{Customer: workato.ExternalID(fmt.Sprintf("customer-%05d", i+1)), Label: fmt.Sprint("Customer ", i+1)})
	}
	return targets
}

// begun begins a rollout of n customers.
func begun(tb testing.TB, ledger provision.Ledger, n int) provision.Lease {
	tb.Helper()
	lease, err := ledger.Acquire(tb.Context(), "r", owner, time.Hour)
	require.NoError(tb, err)
	require.NoError(tb, lease.Begin(tb.Context(), &provision.Header{Release: "billing 2.4.0"}))
	for batch := customers(n); len(batch) > 0; batch = batch[min(1000, len(batch)):] {
		_, err := lease.Enroll(tb.Context(), batch[:min(1000, len(batch))])
		require.NoError(tb, err)
	}
	return lease
}

// move takes customers to a state, with an event for each.
func move(tb testing.TB, ledger provision.Ledger, lease provision.Lease, to provision.State, q provision.Query) {
	tb.Helper()
	u := &provision.Update{}
	put := func() {
		require.NoError(tb, lease.Put(tb.Context(), u))
		u = &provision.Update{}
	}
	for r, err := range ledger.Records(tb.Context(), "r", q) {
		require.NoError(tb, err)
		u.Events = append(u.Events, &provision.Event{Kind: provision.EventCustomer, Customer: r.Customer.String(), From: r.State, To: to})
		r.State = to
		u.Records = append(u.Records, &r)
		if len(u.Records) == 500 {
			put()
		}
	}
	put()
}

// journal writes a ledger of two customers whose last transaction has two lines,
// and returns its path and the length before that transaction.
func journal(t *testing.T) (path string, before int64) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "rollout.jsonl")
	ledger := provision.File(path)
	lease := begun(t, ledger, 2)
	info, err := os.Stat(path)
	require.NoError(t, err)
	move(t, ledger, lease, provision.StatePrepared, provision.Query{Limit: 1})
	require.NoError(t, ledger.Close())
	return path, info.Size()
}

// read reads a whole ledger, and returns how many customers are not pending.
func read(t *testing.T, ledger provision.Ledger) (moved int, err error) {
	t.Helper()
	for r, err := range ledger.Records(t.Context(), "r", provision.Query{}) {
		if err != nil {
			return 0, err
		}
		if r.State != provision.StatePending {
			moved++
		}
	}
	for _, err := range ledger.Events(t.Context(), "r", 0) {
		if err != nil {
			return 0, err
		}
	}
	return moved, nil
}

// What a crash or a power failure has left of a write that nobody was told of is
// passed over by readers, and cut off by the next runner. The length that was
// acknowledged is that of before.
func TestFileTornTail(t *testing.T) {
	path, before := journal(t)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	zeros := func(from, to int64) []byte { // a block that did not reach the disk
		torn := bytes.Clone(whole)
		clear(torn[from:to])
		return torn
	}
	cases := map[string][]byte{
		"zeros at its begin":  zeros(before, before+10),
		"zeros in its middle": zeros(before+50, before+200),
		"all zeros":           zeros(before, int64(len(whole))),
		"zeros at its end":    zeros(int64(len(whole))-30, int64(len(whole))),
	}
	for length := before; length < int64(len(whole)); length++ {
		cases[fmt.Sprint("cut at ", length)] = whole[:length]
	}
	for name, torn := range cases {
		path := filepath.Join(t.TempDir(), "rollout.jsonl")
		require.NoError(t, os.WriteFile(path, torn, 0o600))
		reader := provision.File(path)
		moved, err := read(t, reader)
		require.NoError(t, err, name)
		assert.Zero(t, moved, name)

		ledger := provision.File(path)
		lease, err := ledger.Acquire(t.Context(), "r", owner, time.Hour)
		require.NoError(t, err, name)
		move(t, ledger, lease, provision.StateSkipped, provision.Query{After: 1})
		for _, l := range []provision.Ledger{reader, provision.File(path)} {
			moved, err = read(t, l)
			require.NoError(t, err, name)
			assert.Equal(t, 1, moved, name)
		}
		require.NoError(t, ledger.Close())
	}
}

// A byte that is not as it was written is noticed wherever it stands, and so is
// every place at which the file is cut: also in the last transaction, since that
// was acknowledged.
func TestFileDamagedAnywhere(t *testing.T) {
	path, _ := journal(t)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	refused := func(content []byte, what string, at int) {
		t.Helper()
		require.NoError(t, os.WriteFile(path, content, 0o600))
		_, err := read(t, provision.File(path))
		require.ErrorIs(t, err, provision.ErrLedger, "%s %d", what, at)
		require.ErrorContains(t, err, path)
		ledger := provision.File(path)
		_, err = ledger.Acquire(t.Context(), "r", owner, time.Hour)
		require.ErrorIs(t, err, provision.ErrLedger, "%s %d", what, at)
		require.NoError(t, ledger.Close())
	}
	for at := range whole {
		content := bytes.Clone(whole)
		content[at] ^= 1
		refused(content, "byte", at)
		refused(whole[:at], "cut at", at)
	}
	lines := bytes.SplitAfter(whole, []byte("\n"))
	for i := 1; i < len(lines)-1; i++ {
		refused(bytes.Join(append(lines[:i:i], lines[i+1:]...), nil), "without line", i)
		refused(bytes.Join(append(append(lines[:i+1:i+1], lines[i]), lines[i+1:]...), nil), "twice line", i)
	}
	require.NoError(t, os.Remove(path))
	_, err = read(t, provision.File(path))
	require.ErrorIs(t, err, provision.ErrLedger, "a file that has gone is not one that never was")
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// A copy without path.tail has less to compare with. What stands before the last
// transaction is all the same refused when it is not as it was written: it is no
// write that a crash has cut short, since another one follows.
func TestFileDamagedMiddle(t *testing.T) {
	path, before := journal(t)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.Remove(path+".tail"))
	for at := range before {
		content := bytes.Clone(whole)
		content[at] ^= 1
		require.NoError(t, os.WriteFile(path, content, 0o600))
		_, err := read(t, provision.File(path))
		require.ErrorIs(t, err, provision.ErrLedger, "byte %d", at)
	}
}

func TestFileStrange(t *testing.T) {
	path, _ := journal(t)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	line := func(text string) string { return provision.JournalLine(t, text) }
	for name, test := range map[string]struct{ content, want string }{
		"newer schema":   {line(`{"ledger":"workato provision","schema":2,"generation":"X"}`), "newer version of this package (schema 2, this one knows 1)"},
		"other program":  {line(`{"ledger":"something","schema":1,"generation":"X"}`), "no ledger of this package"},
		"a text file":    {"a, b", "not complete"},
		"newer entry":    {string(whole) + line(`{"tx":5,"end":1,"rollout":"r","quota":{}}`), "does not know"},
		"newer state":    {string(whole) + line(`{"tx":5,"end":1,"rollout":"r","record":{"customer":"1","state":"resting"}}`), "does not know: state"},
		"other sequence": {string(whole) + line(`{"tx":8,"end":1,"rollout":"r","commands_done":1}`), "transaction 8 follows 4"},
	} {
		require.NoError(t, os.WriteFile(path, []byte(test.content), 0o600))
		_, err := read(t, provision.File(path))
		require.ErrorIs(t, err, provision.ErrLedger, name)
		assert.ErrorContains(t, err, test.want, name)
		whole := strings.HasPrefix(name, "newer") || name == "other program"
		assert.Equal(t, !whole, strings.Contains(err.Error(), "damaged"), "%s: %v", name, err)
	}
}

// Reads and commands about what is not there leave no file behind; an empty file
// is one that is not begun.
func TestFileNotBegun(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "rollout.jsonl")
	ledger := provision.File(path)
	_, err := read(t, ledger)
	require.ErrorIs(t, err, provision.ErrNoRollout)
	require.ErrorIs(t, ledger.Command(t.Context(), "r", &provision.Command{Kind: provision.CommandPause}), provision.ErrNoRollout)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries)
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	_, err = read(t, ledger)
	require.ErrorIs(t, err, provision.ErrNoRollout)
	begun(t, ledger, 1)
	_, err = read(t, provision.File(path))
	require.NoError(t, err)
	require.NoError(t, ledger.Close())
	_, err = provision.File(filepath.Join(dir, "no", "such.jsonl")).Acquire(t.Context(), "r", owner, time.Hour)
	require.ErrorIs(t, err, provision.ErrLedger)
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// A runner that starts with a file of which most was replaced writes it anew.
// Readers that had it open go on, and nothing is lost: not even what a crash in
// the middle of it left behind matters.
func TestFileCompacts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rollout.jsonl")
	ledger := provision.File(path)
	lease := begun(t, ledger, 400)
	for i := range 20 { // without events: only rows that replace each other
		for from := int64(0); from < 400; from += 200 {
			u := &provision.Update{Sends: []provision.Send{{Operation: "imports.create", At: time.Now()}}}
			for r, err := range ledger.Records(t.Context(), "r", provision.Query{After: from, Limit: 200}) {
				require.NoError(t, err)
				r.Looks = i
				u.Records = append(u.Records, &r)
			}
			require.NoError(t, lease.Put(t.Context(), u))
		}
	}
	move(t, ledger, lease, provision.StateSucceeded, provision.Query{Limit: 300})
	require.NoError(t, lease.Put(t.Context(), &provision.Update{
		Progress: &provision.Progress{Frozen: true}, Waves: []*provision.WaveRecord{{Wave: 1, Verdict: provision.Proceed}},
	}))
	for range 3 {
		require.NoError(t, ledger.Command(t.Context(), "r", &provision.Command{Kind: provision.CommandPause}))
	}
	require.NoError(t, lease.Put(t.Context(), &provision.Update{CommandsDone: 2}))
	want := everything(t, ledger)
	require.NoError(t, ledger.Close())
	before, err := os.Stat(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path+".new", []byte("half of a file"), 0o600)) // of a crash
	reader := provision.File(path)
	assert.Equal(t, want, everything(t, reader))

	ledger = provision.File(path)
	lease, err = ledger.Acquire(t.Context(), "r", owner, time.Hour)
	require.NoError(t, err)
	after, err := os.Stat(path)
	require.NoError(t, err)
	assert.Less(t, after.Size(), before.Size()/5)
	_, err = os.Stat(path + ".new")
	require.ErrorIs(t, err, fs.ErrNotExist)
	want.Status.Epoch++
	for _, l := range []provision.Ledger{reader, ledger, provision.File(path)} {
		assert.Equal(t, want, everything(t, l))
	}
	move(t, ledger, lease, provision.StateFailed, provision.Query{After: 399})
	require.NoError(t, ledger.Command(t.Context(), "r", &provision.Command{Kind: provision.CommandResume}))
	require.NoError(t, ledger.Close())
	got := everything(t, reader)
	assert.Len(t, got.Events, 301)
	assert.Equal(t, 2, got.Status.Pending)
	assert.Equal(t, provision.StateFailed, got.Records[399].State)
}

type all struct {
	Status  *provision.Status
	Counts  provision.Counts
	Records []provision.Record
	Events  []provision.Event
	Sends   []provision.Send
}

func everything(t *testing.T, ledger provision.Ledger) (out all) {
	t.Helper()
	var errs [3]error
	out.Status, errs[0] = ledger.Status(t.Context(), "r")
	out.Counts, errs[1] = ledger.Counts(t.Context(), "r")
	out.Sends, errs[2] = ledger.Sends(t.Context(), time.Time{})
	require.NoError(t, errors.Join(errs[:]...))
	for r, err := range ledger.Records(t.Context(), "r", provision.Query{}) {
		require.NoError(t, err)
		out.Records = append(out.Records, r)
	}
	for e, err := range ledger.Events(t.Context(), "r", 0) {
		require.NoError(t, err)
		out.Events = append(out.Events, e)
	}
	return out
}

// The journal can be read with jq.
func TestFileIsJSONLines(t *testing.T) {
	path, _ := journal(t)
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	for line := range strings.Lines(string(content)) {
		assert.True(t, json.Valid([]byte(line)), line)
		assert.True(t, strings.HasPrefix(line, `{"sum":"`), line)
	}
}
