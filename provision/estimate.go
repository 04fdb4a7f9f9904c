package provision

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/ratelimit"
)

// Work is what is done for each customer: calls by name of their operation.
type Work map[string]float64

// Limits are the quotas that hold here. A *ratelimit.Limiter has them.
type Limits interface {
	Limits(op workato.Operation) ratelimit.Limits
}

// Estimate says what a job costs before anything is sent.
type Estimate struct {
	Customers int `json:"customers"`
	Calls     int `json:"calls"`
	// Families are those that are called, the slowest first.
	Families []FamilyEstimate `json:"families"`
	// Binding is the quota that decides: "imports per hour", or the name of a family
	// for its quota per minute or second. It is empty if no quota is used up.
	Binding string `json:"binding,omitempty"`
	// Least is the time that no client can beat; Likely adds waves, their bakes,
	// the margins of the limiter and the work after the last import.
	Least  time.Duration `json:"least_ns"`
	Likely time.Duration `json:"likely_ns"`
}

// FamilyEstimate is what a job costs in one family of operations.
type FamilyEstimate struct {
	Family    string        `json:"family"`
	Calls     int           `json:"calls"`
	PerSecond int           `json:"per_second,omitempty"`
	PerMinute int           `json:"per_minute,omitempty"`
	PerHour   int           `json:"per_hour,omitempty"`
	Least     time.Duration `json:"least_ns"`
	// Undocumented says that the reference states no quota.
	Undocumented bool `json:"undocumented,omitempty"`

	hourly  int // calls that count by the hour, too
	window  time.Duration
	binding string
}

// RolloutWork is what a rollout does for a customer if nothing fails: one list of
// folders for each part of Release.Folder, one look of the detector, the import, and
// three polls, which are those of an import of up to ten seconds. Verify.Connections
// adds a list before and one after, and Verify.Recipes a second look if it is Always.
//
// A look counts one folder with up to a hundred recipes, and none below it. Each folder
// more is a list of folders and one of recipes more; a service that does not say how many
// recipes there are is asked for one page more. The list of all customers and the
// question for the workspace are not counted: they are a call for a hundred customers,
// and one for each run.
func RolloutWork(r *Release, s *Strategy) Work {
	const polls = 3
	w := Work{"imports.create": 1, "imports.get": polls}
	if n := len(r.Folder); n > 0 {
		w["folders.list"] += float64(n)
	}
	detector := r.Detector()
	looks := detector.Operations()
	if s.Verify.Recipes == Always {
		if m, is := detector.(marker); is {
			looks = append(looks, m.found()...)
		} else {
			looks = append(looks, detector.Operations()...)
		}
	}
	for _, name := range looks {
		w[name]++
	}
	if s.Verify.Connections {
		w["connections.list"] += 2
	}
	return w
}

// EstimateWork computes what a job costs. With nil Limits the documented quotas
// hold, with a nil Strategy there are no waves. The windows of the quotas begin
// full, so n calls of a quota q take (ceil(n/q)-1) minutes or hours.
func EstimateWork(w Work, customers int, l Limits, s *Strategy) *Estimate {
	if l == nil {
		l = documented()
	}
	e := &Estimate{Customers: customers, Families: families(w, customers, l)}
	for _, f := range e.Families {
		e.Calls += f.Calls
	}
	if len(e.Families) > 0 && e.Families[0].Least > 0 {
		e.Least, e.Binding = e.Families[0].Least, e.Families[0].binding
	}
	var plan Strategy
	if s != nil {
		plan = *s
	}
	plan = plan.WithDefaults()
	for left, i := customers, 0; i < len(plan.Waves); i++ {
		wave := plan.Waves[i]
		n := min(left, wave.size(customers))
		left -= n
		if n == 0 {
			continue
		}
		e.Likely += wave.Bake + likely(families(w, n, l))
	}
	// A wave by itself begins with full windows, which the one before has used.
	e.Likely = max(e.Likely, e.Least)
	return e
}

// documented are the quotas of the reference.
func documented() Limits {
	limiter, err := ratelimit.New()
	if err != nil {
		panic(err) // there are no options that could be wrong
	}
	return limiter
}

// operationNamed returns the row of an operation, and one without a quota for a
// name that there is not.
func operationNamed(name string) workato.Operation {
	for _, op := range workato.Operations() {
		if op.Name == name {
			return op
		}
	}
	return workato.Operation{Name: name}
}

// families adds up the calls, the slowest family first.
func families(w Work, customers int, l Limits) []FamilyEstimate {
	type sum struct {
		FamilyEstimate
		calls, hourly float64
	}
	sums := map[string]*sum{}
	for name, calls := range w {
		limits := l.Limits(operationNamed(name))
		f := sums[limits.Family]
		if f == nil {
			f = &sum{FamilyEstimate: FamilyEstimate{
				Family: limits.Family, PerSecond: limits.PerSecond, PerMinute: limits.PerMinute, Undocumented: limits.Undocumented,
			}}
			sums[limits.Family] = f
		}
		f.calls += calls
		if limits.PerHour > 0 {
			f.PerHour = limits.PerHour
			f.hourly += calls
		}
	}
	out := make([]FamilyEstimate, 0, len(sums))
	for _, f := range sums {
		f.Calls, f.FamilyEstimate.hourly = whole(f.calls, customers), whole(f.hourly, customers)
		f.bind()
		out = append(out, f.FamilyEstimate)
	}
	slices.SortFunc(out, func(a, b FamilyEstimate) int {
		return cmp.Or(cmp.Compare(b.Least, a.Least), cmp.Compare(a.Family, b.Family))
	})
	return out
}

// whole is the number of calls for all customers.
func whole(each float64, customers int) int { return int(math.Ceil(each*float64(customers) - 1e-6)) }

// quotas are the limits of the family, with the calls of all customers.
func (f *FamilyEstimate) quotas() []quota {
	return []quota{
		{f.Family, float64(f.Calls), f.PerSecond, time.Second},
		{f.Family, float64(f.Calls), f.PerMinute, time.Minute},
		{f.Family + " per hour", float64(f.hourly), f.PerHour, time.Hour},
	}
}

// bind finds the quota that takes longest.
func (f *FamilyEstimate) bind() {
	for _, q := range f.quotas() {
		if t := q.least(int(q.each)); t > f.Least {
			f.Least, f.window, f.binding = t, q.window, q.binding
		}
	}
}

// margin is what the limiter keeps between two windows.
const margin = time.Second

// likely is the time of one wave: the least of the slowest family, a margin for
// each of its windows, and for the last window the calls of the other families.
func likely(all []FamilyEstimate) time.Duration {
	if len(all) == 0 || all[0].Least == 0 {
		return 0
	}
	slowest := all[0]
	windows := int(slowest.Least/slowest.window) + 1
	tail := time.Duration(0)
	for _, f := range all {
		if perMinute := f.PerMinute; perMinute > 0 && f.Family != slowest.Family {
			tail = max(tail, time.Duration(float64(f.Calls)/float64(windows)/float64(perMinute)*float64(time.Minute)))
		}
	}
	return slowest.Least + time.Duration(windows)*margin + tail
}

// quota is one limit, and how many calls of each customer count against it.
type quota struct {
	binding string
	each    float64
	limit   int
	window  time.Duration
}

// quotasOf returns all limits that a job meets.
func quotasOf(w Work, l Limits) (all []quota) {
	const many = 1_000_000 // customers, so that parts of calls add up
	for _, f := range families(w, many, l) {
		for _, q := range f.quotas() {
			if q.limit > 0 && q.each > 0 {
				q.each /= many
				all = append(all, q)
			}
		}
	}
	return all
}

// least is the time that the quotas take for some customers, and which one decides.
func least(quotas []quota, customers int) (took time.Duration, binding string) {
	for _, q := range quotas {
		if t := q.least(whole(q.each, customers)); t > took {
			took, binding = t, q.binding
		}
	}
	return took, binding
}

// least is the time for some calls. The first window is free.
func (q *quota) least(calls int) time.Duration {
	if q.limit <= 0 || calls <= q.limit {
		return 0
	}
	return time.Duration((calls+q.limit-1)/q.limit-1) * q.window
}
