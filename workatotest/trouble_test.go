package workatotest_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato/workatotest"
)

// TestTrouble: a seed is a sequence, another one another, and every kind is met.
func TestTrouble(t *testing.T) {
	t.Parallel()
	one := workatotest.Trouble(1, 0.5, "folders.create", "folders.list")
	if again := workatotest.Trouble(1, 0.5, "folders.create", "folders.list"); len(one) == 0 || !slices.EqualFunc(one, again, sameFault) {
		t.Errorf("the same seed gives %v and %v", one, again)
	}
	if other := workatotest.Trouble(2, 0.5, "folders.create", "folders.list"); slices.EqualFunc(one, other, sameFault) {
		t.Errorf("two seeds give %v", one)
	}
	if all := workatotest.Trouble(1, 0.5); len(all) != len(one)/2 || all[0].On != "" {
		t.Errorf("no operation: %v", all)
	}
	synctest.Test(t, func(t *testing.T) {
		fake := workatotest.New(t, workatotest.WithStrict())
		fake.Inject(workatotest.Trouble(3, 0.1, "managed_users.create")...)
		client := fake.Client(t)
		for i := range 100 {
			name := "customer-" + string(rune('a'+i%26)) + string(rune('a'+i/26))
			for _, err := ensureCustomer(t.Context(), client, name); err != nil; _, err = ensureCustomer(t.Context(), client, name) {
				time.Sleep(time.Minute)
			}
		}
		if n := len(fake.Snapshot().Customers); n != 100 {
			t.Errorf("%d customers", n)
		}
		for _, f := range fake.Faults() {
			if f.Met == 0 {
				t.Errorf("%s was never met by %d requests", f.Fault, f.Seen)
			}
		}
	})
}

// TestChanceInStrictMode: a fault that a request might have met is no mistake of the
// test, one that is for no request is.
func TestChanceInStrictMode(t *testing.T) {
	t.Parallel()
	fake := workatotest.NewServer(workatotest.WithStrict())
	defer fake.Close()
	fake.Inject(workatotest.Trouble(3, 1e-9, "managed_users.create")...)
	if n := len(fake.Problems()); n != 8 {
		t.Errorf("%d problems before the first request", n)
	}
	if _, err := ensureCustomer(t.Context(), fake.Client(t), "acme"); err != nil {
		t.Fatal(err)
	}
	if problems := fake.Problems(); len(problems) > 0 {
		t.Error(problems)
	}
}

func sameFault(a, b workatotest.Fault) bool { return a.String() == b.String() && a.Seed == b.Seed }
