package temporal

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/text"
	"github.com/go-workato/workato/provision"
)

// rolloutState is the state of a rollout's workflow, which goes from one of its
// runs to the next: it is the input of each. It holds nothing of the customers that
// are done but their number.
type rolloutState struct {
	Spec   Spec        `json:"spec"`
	Waves  []waveState `json:"waves"`
	Active []active    `json:"active,omitempty"`
	// Rest are the customers that have ended without success and were not given up:
	// people can decide about them.
	Rest []provision.Record `json:"rest,omitempty"`
	// Begun counts the customers that were begun, for Record.Ordinal.
	Begun     int64  `json:"begun,omitempty"`
	Paused    bool   `json:"paused,omitempty"`
	Aborted   bool   `json:"aborted,omitempty"`
	Reason    string `json:"reason,omitempty"`
	Throttled int    `json:"throttled,omitempty"`
}

// waveState is a wave; Waves[0] is wave 1.
type waveState struct {
	Name string `json:"name,omitempty"`
	// Waiting are customers that were not begun, and Folders theirs, or nothing if
	// none has one. They take few bytes each, because all of them are in each input.
	Waiting []workato.CustomerID `json:"waiting,omitempty"`
	Folders []int64              `json:"folders,omitempty"`
	// Back are customers that are not at the beginning, or were there before.
	Back []provision.Record `json:"back,omitempty"`
	// Counts are of those that have ended; GivenUp of those that a person has, which
	// are among the failed.
	Counts  map[provision.State]int `json:"counts,omitempty"`
	GivenUp int                     `json:"given_up,omitempty"`
	// BakeUntil is when the gate is asked, zero before the last customer has ended.
	BakeUntil time.Time         `json:"bake_until,omitzero"`
	Verdict   provision.Verdict `json:"verdict,omitempty"`
}

// active is a customer under way.
type active struct {
	Customer workato.CustomerID `json:"customer"`
	Wave     int                `json:"wave"`
	// Go is the number of its workflow, 1 unless it was sent back.
	Go      int64 `json:"go"`
	Ordinal int64 `json:"ordinal"`
	// FolderID is that of its target, or where it was found before.
	FolderID int64 `json:"folder_id,omitempty"`
}

// workflowID is that of the workflow of a customer.
func (a *active) workflowID(rollout string) string {
	id := rollout + "/" + a.Customer.String()
	if a.Go > 1 {
		id += "/" + strconv.FormatInt(a.Go, 10)
	}
	return id
}

func (w *waveState) waiting() int { return len(w.Waiting) + len(w.Back) }

// next takes the next customer out of the wave: first those of whom something is
// known.
func (w *waveState) next() provision.Record {
	if len(w.Back) > 0 {
		rec := w.Back[0]
		w.Back = slices.Delete(w.Back, 0, 1)
		return rec
	}
	rec := provision.Record{Target: provision.Target{Customer: w.Waiting[0]}, State: provision.StatePending}
	w.Waiting = w.Waiting[1:]
	if len(w.Folders) > 0 {
		rec.FolderID, w.Folders = w.Folders[0], w.Folders[1:]
	}
	return rec
}

// add puts a customer into the wave that was not begun.
func (w *waveState) add(t provision.Target) {
	if t.FolderID != 0 && len(w.Folders) == 0 {
		w.Folders = make([]int64, len(w.Waiting))
	}
	w.Waiting = append(w.Waiting, t.Customer)
	if len(w.Folders) > 0 || t.FolderID != 0 {
		w.Folders = append(w.Folders, t.FolderID)
	}
}

func (w *waveState) count(state provision.State, n int) {
	if w.Counts == nil {
		w.Counts = map[provision.State]int{}
	}
	if w.Counts[state] += n; w.Counts[state] == 0 {
		delete(w.Counts, state)
	}
}

func (s *rolloutState) wave(n int) *waveState { return &s.Waves[n-1] }

// sums returns how many customers a wave has, how many of them have an outcome, and
// how many have failed.
func (s *rolloutState) sums(n int) (size, outcomes, failures int) {
	w := s.wave(n)
	for _, count := range w.Counts {
		outcomes += count
	}
	return outcomes + w.waiting() + s.activeIn(n), outcomes, w.Counts[provision.StateFailed] + w.Counts[provision.StateUnknown] - w.GivenUp
}

func (s *rolloutState) activeIn(n int) int {
	count := 0
	for i := range s.Active {
		if s.Active[i].Wave == n {
			count++
		}
	}
	return count
}

// over reports whether a wave has had its verdict, or is empty.
func (s *rolloutState) over(n int) bool {
	size, _, _ := s.sums(n)
	return size == 0 || s.wave(n).Verdict == provision.Proceed
}

// current is the wave that is worked at: the first with customers that wait, or
// without a verdict. It is 0 if there is none.
func (s *rolloutState) current() int {
	for n := 1; n <= len(s.Waves); n++ {
		if s.wave(n).waiting() > 0 || !s.over(n) {
			return n
		}
	}
	return 0
}

// unknown is the number of customers about whom a person has to decide.
func (s *rolloutState) unknown() int {
	count := 0
	for i := range s.Waves {
		count += s.Waves[i].Counts[provision.StateUnknown]
	}
	return count
}

// end counts a customer that has ended and keeps its record if people may decide
// about it.
func (s *rolloutState) end(rec *provision.Record) {
	s.wave(rec.Wave).count(rec.State, 1)
	full := false
	switch rec.State { //nolint:exhaustive // the others are done
	case provision.StateFailed, provision.StateUnknown, provision.StateNeedsUser:
		if full = s.restBytes()+bytesOf(rec) > maxRest; full {
			rec = brief(rec)
		}
		s.Rest = append(s.Rest, *rec)
	}
	s.tooMany(rec.Wave)
	if full {
		s.halt(false, text.Count(len(s.Rest), "customer")+" without success, which is all that a rollout can keep: decide about some")
	}
}

// brief is what is kept of a customer that has ended when there is no room: those under
// way, which may be MaxConcurrent, end all the same. Without a baseline the word of a
// person that it was imported cannot be checked as well.
func brief(rec *provision.Record) *provision.Record {
	out := *rec
	out.Baseline, out.Connections, out.Reason = nil, nil, text.Cut(rec.Reason, 100)
	return &out
}

// unsent is how many customers nothing was sent to, and that can be kept from the
// release: those under way go on.
func (s *rolloutState) unsent() (n int) {
	for i := range s.Waves {
		n += len(s.Waves[i].Waiting)
		for _, rec := range s.Waves[i].Back {
			if rec.State == provision.StatePending || rec.State == provision.StatePrepared {
				n++
			}
		}
	}
	return n
}

// tooMany halts the rollout if more customers of a wave have failed than may.
func (s *rolloutState) tooMany(n int) {
	if size, outcomes, failures := s.sums(n); s.Spec.Strategy.Halts(size, outcomes, failures, s.unsent()) {
		s.halt(s.Spec.Strategy.OnExceeded == provision.Abort,
			"wave "+s.name(n)+": "+text.Count(failures, "customer")+" failed, which is more than the tolerance allows")
	}
}

// halt lets no other customer begin.
func (s *rolloutState) halt(abort bool, reason string) {
	if s.Paused || s.Aborted {
		return
	}
	s.Paused, s.Aborted, s.Reason = !abort, abort, reason
}

// maxRest bounds what a rollout keeps of customers without success, in bytes.
const maxRest = 400_000

// restBytes is how many bytes Rest has in the input of a run.
func (s *rolloutState) restBytes() int {
	total := 0
	for i := range s.Rest {
		total += bytesOf(&s.Rest[i])
	}
	return total
}

func bytesOf(rec *provision.Record) int {
	line, err := json.Marshal(rec)
	if err != nil {
		return maxRest // a record always can
	}
	return len(line) + 1
}

// name is how people call a wave.
func (s *rolloutState) name(n int) string {
	if name := s.wave(n).Name; name != "" {
		return name
	}
	return strconv.Itoa(n)
}

// sendBack moves customers of the Rest on which decide agrees into their waves
// again, or leaves them there as given up.
func (s *rolloutState) sendBack(decide func(*provision.Record) bool) {
	kept := s.Rest[:0]
	for i := range s.Rest {
		rec := s.Rest[i]
		old := rec.State
		if !decide(&rec) {
			kept = append(kept, rec)
			continue
		}
		w := s.wave(rec.Wave)
		w.count(old, -1)
		if rec.State.Final() { // given up
			w.count(rec.State, 1)
			w.GivenUp++
			continue
		}
		w.Back = append(w.Back, rec)
	}
	s.Rest = kept
}

// summary is what people are shown.
func (s *rolloutState) summary(id string) *provision.Summary {
	out := &provision.Summary{
		Rollout: id, Counts: map[provision.State]int{}, Paused: s.Paused, Aborted: s.Aborted, Reason: s.Reason, Throttled: s.Throttled,
	}
	for n := 1; n <= len(s.Waves); n++ {
		w := s.wave(n)
		for state, count := range w.Counts {
			out.Counts[state] += count
		}
		open := w.waiting() + s.activeIn(n)
		if open > 0 {
			// Of those under way only their own workflows know how far they are.
			out.Counts[provision.StatePending] += open
		}
		out.ToGo.Customers += open
		if size, outcomes, _ := s.sums(n); size > 0 && (outcomes > 0 || s.activeIn(n) > 0 || out.Wave == "") {
			out.Wave = s.name(n)
		}
	}
	for i := range s.Rest {
		r := &s.Rest[i]
		if len(out.Failures) == maxFailures {
			break
		}
		if r.State != provision.StateNeedsUser {
			out.Failures = append(out.Failures, provision.Failure{Customer: r.Customer, State: r.State, Stage: r.Stage, Reason: r.Reason})
		}
	}
	out.Complete = out.ToGo.Customers == 0
	return out
}

// maxFailures is how many a Summary has.
const maxFailures = 100
