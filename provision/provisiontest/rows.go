package provisiontest

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
)

// filled sets every field of a value to something of its own, so that a field
// that is not kept is noticed, also one of a later version.
func filled[T any](skip ...string) *T {
	value := new(T)
	n := 1
	fill(reflect.ValueOf(value).Elem(), &n, skip)
	return value
}

func fill(v reflect.Value, n *int, skip []string) {
	*n++
	switch value := v.Addr().Interface().(type) {
	case *time.Time:
		*value = time.Date(2026, 1, 2, 3, 4, 5, 6000+*n, time.UTC)
		return
	case *workato.CustomerID:
		*value = workato.AccountID(int64(90000 + *n))
		return
	case *provision.State:
		*value = provision.StateUnknown
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d \"<&>\u2028", *n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8:
		v.SetUint(uint64(*n % 256)) //nolint:gosec // it is small
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), n, skip)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			wanted := true
			for _, s := range skip {
				wanted = wanted && s != name
			}
			if wanted {
				fill(v.Field(i), n, skip)
			}
		}
	default:
		panic("provisiontest: no value for a " + v.Type().String())
	}
}

func testFields(t *testing.T, s *suite) {
	ledger, lease := s.begun(3)
	r := s.record(ledger, 2)
	full := filled[provision.Record]("Target", "Ordinal", "Version", "Epoch", "UpdatedAt")
	full.Target, full.Ordinal, full.Version = r.Target, r.Ordinal, r.Version
	full.Label, full.FolderID = "another label", 77
	wave := filled[provision.WaveRecord]("Version")
	progress := filled[provision.Progress]("Version")
	event := filled[provision.Event]()
	command := filled[provision.Command]("Seq")
	s.check(ledger.Command(t.Context(), rollout, command))
	s.equal("Seq of the command", command.Seq, int64(1))
	s.check(lease.Put(t.Context(), &provision.Update{
		Records: []*provision.Record{full}, Waves: []*provision.WaveRecord{wave}, Progress: progress, Events: []*provision.Event{event},
	}))
	if full.Version != r.Version+1 || full.Epoch != lease.Epoch() || full.UpdatedAt.IsZero() || wave.Version != 1 || progress.Version != 1 {
		t.Fatalf("Put has not told the new versions: %+v, %+v, %+v", full, wave, progress)
	}
	if event.Seq != 1 || event.Rollout != rollout {
		t.Fatalf("Put has not told which event it is: %+v", event)
	}
	s.check(ledger.Close())
	ledger = s.open(Options{})
	s.equal("record", s.record(ledger, 2), full)
	status := s.status(ledger)
	s.equal("header", status.Header, header)
	s.equal("progress", status.Progress, *progress)
	s.equal("waves", status.Waves, []provision.WaveRecord{*wave})
	s.equal("event", s.events(ledger, 0), []provision.Event{*event})
	s.equal("owner", status.Owner, &self)
	commands, err := s.acquire(ledger).Commands(t.Context())
	s.check(err)
	s.equal("commands", commands, []provision.Command{*command})
	s.equal("label and folder of one that was not written", s.record(ledger, 3).Target, targets(3, 3)[0])
}

func testBegin(t *testing.T, s *suite) {
	ledger := s.open(Options{})
	_, err := ledger.Status(t.Context(), rollout)
	s.want(err, provision.ErrNoRollout)
	_, err = ledger.Counts(t.Context(), rollout)
	s.want(err, provision.ErrNoRollout)
	for _, err := range ledger.Records(t.Context(), rollout, provision.Query{}) {
		s.want(err, provision.ErrNoRollout)
	}
	for _, err := range ledger.Events(t.Context(), rollout, 0) {
		s.want(err, provision.ErrNoRollout)
	}
	s.want(ledger.Command(t.Context(), rollout, &provision.Command{Kind: provision.CommandPause}), provision.ErrNoRollout)
	ids, err := ledger.Rollouts(t.Context())
	s.check(err)
	s.equal("rollouts", len(ids), 0)

	lease := s.acquire(ledger)
	s.want(lease.Put(t.Context(), &provision.Update{Progress: &provision.Progress{}}), provision.ErrNoRollout)
	_, err = lease.Enroll(t.Context(), targets(1, 1))
	s.want(err, provision.ErrNoRollout)
	_, err = ledger.Status(t.Context(), rollout)
	s.want(err, provision.ErrNoRollout)

	s.begin(lease, 2)
	s.check(lease.Begin(t.Context(), &header))
	for field, change := range map[string]func(h *provision.Header){
		"release": func(h *provision.Header) { h.Release = "billing 2.4.1" }, "sha256": func(h *provision.Header) { h.SHA256 = "cd34" },
		"workspace": func(h *provision.Header) { h.Workspace = "" }, "strategy": func(h *provision.Header) { h.Strategy += " " },
	} {
		changed := header
		change(&changed)
		err := lease.Begin(t.Context(), &changed)
		e, ok := asHeaderError(err)
		if !ok || e.Field != field || e.Rollout != rollout {
			t.Errorf("another %s: %v", field, err)
		}
	}
	s.equal("header", s.status(ledger).Header, header)
	second, err := ledger.Acquire(t.Context(), "another", self, ttl)
	s.check(err)
	s.check(second.Begin(t.Context(), &provision.Header{Release: "x 1"}))
	ids, err = ledger.Rollouts(t.Context())
	s.check(err)
	s.equal("rollouts", ids, []string{"another", rollout})
	counts, err := ledger.Counts(t.Context(), "another")
	s.check(err)
	s.equal("customers of the other rollout", counts.Total(), 0)
}

func testEnroll(t *testing.T, s *suite) {
	ledger, lease := s.begun(5)
	added, err := lease.Enroll(t.Context(), append(targets(3, 8), targets(8, 8)...))
	s.check(err)
	s.equal("added", added, 3)
	records := s.records(ledger, provision.Query{})
	for i, target := range targets(1, 8) {
		r := records[i]
		if r.Target != target || r.Ordinal != int64(i+1) || r.State != provision.StatePending || r.Wave != 0 || r.Version != 1 || r.Epoch != lease.Epoch() {
			t.Errorf("record %d: %+v", i, r)
		}
	}
	counts, err := ledger.Counts(t.Context(), rollout)
	s.check(err)
	s.equal("counts", counts, provision.Counts{{State: provision.StatePending, N: 8}})
	_, err = lease.Enroll(t.Context(), []provision.Target{targets(9, 9)[0], {}})
	s.want(err, workato.ErrInvalidArgument)
	s.check(lease.Put(t.Context(), &provision.Update{Progress: &provision.Progress{Frozen: true}}))
	added, err = lease.Enroll(t.Context(), targets(1, 8))
	s.check(err)
	s.equal("added again", added, 0)
	added, err = lease.Enroll(t.Context(), targets(8, 9))
	s.want(err, provision.ErrFrozen)
	s.equal("added after the end", added, 0)
	s.equal("customers", len(s.records(ledger, provision.Query{})), 8)
}

func testQueries(t *testing.T, s *suite) {
	ledger, lease := s.begun(200)
	var update provision.Update
	for _, r := range s.records(ledger, provision.Query{}) {
		r.Wave = int(min(r.Ordinal/50+1, 3))
		if r.Ordinal%2 == 0 {
			r.State = provision.StateFailed
		}
		update.Records = append(update.Records, &r)
	}
	s.check(lease.Put(t.Context(), &update))
	all := targets(1, 200)
	for name, q := range map[string]provision.Query{
		"all": {}, "wave": {Wave: 2}, "no such wave": {Wave: 9}, "state": {States: []provision.State{provision.StateFailed}},
		"states": {States: provision.OpenStates(), Wave: 3}, "after": {After: 150}, "limit": {Limit: 130}, "limit of a rare state": {States: []provision.State{provision.StateFailed}, Limit: 70},
		"page": {After: 20, Limit: 7, Wave: 1}, "behind the last": {After: 200},
		"customers":           {Customers: []workato.CustomerID{all[150].Customer, all[2].Customer, workato.AccountID(1)}},
		"customers and state": {Customers: []workato.CustomerID{all[1].Customer, all[2].Customer}, States: []provision.State{provision.StateFailed}},
	} {
		var want []int64
		for _, r := range update.Records {
			if q.Match(r) && (q.Limit == 0 || len(want) < q.Limit) {
				want = append(want, r.Ordinal)
			}
		}
		var got []int64
		for _, r := range s.records(ledger, q) {
			got = append(got, r.Ordinal)
		}
		s.equal(name, got, want)
	}
	for _, err := range ledger.Records(t.Context(), rollout, provision.Query{}) {
		s.check(err)
		break // a loop that is left leaves nothing behind
	}
	counts, err := ledger.Counts(t.Context(), rollout)
	s.check(err)
	s.equal("counts", counts, provision.Counts{
		{Wave: 1, State: provision.StatePending, N: 25},
		{Wave: 1, State: provision.StateFailed, N: 24},
		{Wave: 2, State: provision.StatePending, N: 25},
		{Wave: 2, State: provision.StateFailed, N: 25},
		{Wave: 3, State: provision.StatePending, N: 50},
		{Wave: 3, State: provision.StateFailed, N: 51},
	})
	s.equal("counts by state", counts.ByState(), map[provision.State]int{provision.StatePending: 100, provision.StateFailed: 100})
	s.equal("counts of a wave", counts.Wave(2), map[provision.State]int{provision.StatePending: 25, provision.StateFailed: 25})
}
