package provision

import (
	"os"
	"strings"
)

// Self returns the Owner that names this process. Boot is empty where the system
// does not tell (elsewhere than on Linux).
func Self() Owner {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		boot = nil
	}
	return Owner{Host: host, PID: os.Getpid(), Boot: strings.TrimSpace(string(boot))}
}
