package provision_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato/workatotest"
)

// faultsAtEveryCall are all kinds of faults, with what they need.
func faultsAtEveryCall() []workatotest.Fault {
	return []workatotest.Fault{
		{Do: workatotest.Respond, Status: 500},
		{Do: workatotest.Respond, Status: 400},
		{Do: workatotest.Respond, Status: 404},
		{Do: workatotest.RespondAfter, Status: 503},
		{Do: workatotest.HTML},
		{Do: workatotest.HTMLAfter},
		{Do: workatotest.Empty},
		{Do: workatotest.Null},
		{Do: workatotest.CutOff},
		{Do: workatotest.ConnectRefused},
		{Do: workatotest.ResetBefore},
		{Do: workatotest.ResetAfter},
		{Do: workatotest.Late, DelayMS: 20_000},
		{Do: workatotest.Hang},
		{Do: workatotest.HangAfter},
		{Do: workatotest.Drip},
		{Do: workatotest.Redirect},
		{Do: workatotest.RateLimit, RetryAfter: 30},
		{Do: workatotest.RateLimit, RetryAfter: 1800},
		{Do: workatotest.RepeatPage},
		{Do: workatotest.IDsAsStrings},
		{Do: workatotest.NullArrays},
		{Do: workatotest.UnknownKeys},
		{Do: workatotest.UnknownEnums},
		{Do: workatotest.FailImport, Body: "refused"},
	}
}

// applies reports whether an operation can meet a fault.
func applies(kind workatotest.FaultKind, operation string) bool {
	switch kind {
	case workatotest.FailImport:
		return operation == "imports.create"
	case workatotest.RepeatPage:
		return operation == "folders.list" || operation == "recipes.list"
	default:
		return true
	}
}

// attempt is one run of a job. It is told which operation has met a fault, "" for
// none.
type attempt func(operation string) error

// errNothingToCompare is that of an attempt whose state may differ, and that no
// other attempt would mend.
var errNothingToCompare = errors.New("nothing to compare")

// eachFault lets each call of a job meet each fault that there is for it, once, in a
// world of its own that begin makes. At most three more attempts have to end in the
// state of an undisturbed one.
func eachFault(t *testing.T, job string, begin func(*testing.T) (*workatotest.Server, attempt)) {
	t.Helper()
	var want workatotest.State
	var sent []string
	synctest.Test(t, func(t *testing.T) {
		clean, try := begin(t)
		if err := try(""); err != nil {
			t.Fatal(err)
		}
		for _, r := range clean.Requests() {
			sent = append(sent, r.Operation)
		}
		want = clean.Snapshot()
	})
	cases, failed := 0, 0
	nth := map[string]int{}
	for _, operation := range sent {
		nth[operation]++
		for _, fault := range faultsAtEveryCall() {
			if !applies(fault.Do, operation) {
				continue
			}
			fault.On, fault.Call = operation, nth[operation]
			cases++
			synctest.Test(t, func(t *testing.T) {
				fake, try := begin(t)
				fake.Inject(fault)
				if diff, err := diffAfter(fake, fault, try, want); err != nil || len(diff) > 0 {
					failed++
					t.Errorf("%s: %s at call %d: %v\n%s", job, fault, fault.Call, err, strings.Join(diff, "\n"))
				}
			})
		}
	}
	t.Logf("%s: %d calls, %d cases, %d differ", job, len(sent), cases, failed)
}

// diffAfter attempts a job until it succeeds, and returns how the state differs from
// the wanted one.
func diffAfter(fake *workatotest.Server, fault workatotest.Fault, try attempt, want workatotest.State) (diff []string, err error) {
	for range 4 {
		if err = try(fault.On); err == nil {
			break
		}
		if errors.Is(err, errNothingToCompare) {
			return nil, nil
		}
		time.Sleep(time.Minute)
	}
	time.Sleep(time.Minute)
	diff = want.Diff(fake.Snapshot())
	if fault.Do == workatotest.FailImport { // the failed one stays in the list
		diff = slices.DeleteFunc(diff, func(line string) bool { return strings.Contains(line, "import") })
	}
	return diff, err
}
