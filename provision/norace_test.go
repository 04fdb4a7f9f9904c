//go:build !race

package provision_test

// raceEnabled says that the race detector is on, which allocates itself.
const raceEnabled = false
