package workatotest

import (
	"math/rand/v2"
	"net/http"
)

// Trouble are the faults of a bad day, for soak tests: lost and late responses, work
// that is done late, an overloaded service, pages instead of JSON. Each request of
// the operations, named as in [Fault] (none means all), meets each kind with the
// chance, between 0 and 1, for as long as the faults are there; with 0.1 more than
// half of the requests meet one. The same seed gives the same sequence:
//
//	fake.Inject(workatotest.Trouble(7, 0.1, "imports.create")...)
//
// A response that never comes ends with the client's timeout, which a test outside
// of a testing/synctest bubble makes short with [workato.WithAttemptTimeout]. Work
// that is late is done within 200 milliseconds.
func Trouble(seed uint64, chance float64, operations ...string) []Fault {
	if len(operations) == 0 {
		operations = []string{""}
	}
	seeds := rand.New(rand.NewPCG(seed, 0))
	var faults []Fault
	for _, on := range operations {
		for _, fault := range []Fault{
			{Do: ResetAfter},
			{Do: ResetBefore},
			{Do: HangAfter},
			{Do: HTMLAfter},
			{Do: Drip, PauseMS: 10},
			{Do: RateLimit, RetryAfter: 1},
			{Do: Late, DelayMS: 200},
			{Do: Respond, Status: http.StatusServiceUnavailable},
		} {
			fault.On, fault.Times, fault.Chance, fault.Seed = on, -1, chance, uint64(seeds.Uint32())
			faults = append(faults, fault)
		}
	}
	return faults
}
