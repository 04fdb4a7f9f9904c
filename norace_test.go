//go:build !race

package workato_test

// raceEnabled says that the race detector is on, which allocates itself.
const raceEnabled = false
