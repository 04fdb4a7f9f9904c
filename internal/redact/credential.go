package redact

import (
	"slices"
	"sync"
)

// maxRemembered is how many values of a credential are remembered. One request
// carries a few; the rest is for rotated credentials.
const maxRemembered = 32

// Credential remembers the latest values that a client sent as its credential,
// to remove them from later texts. It is safe for concurrent use.
type Credential struct {
	mu      sync.Mutex
	values  []string // the latest last
	secrets *Secrets // of values, nil after a new one
}

// Sent records parts of the credential.
func (c *Credential) Sent(values ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, v := range values {
		if i := slices.Index(c.values, v); i >= 0 { // only the order changes
			c.values = append(slices.Delete(c.values, i, i+1), v)
			continue
		}
		c.values = append(c.values, v)
		c.secrets = nil
	}
	if old := len(c.values) - maxRemembered; old > 0 {
		c.values = slices.Delete(c.values, 0, old)
	}
}

// Secrets returns all remembered values.
func (c *Credential) Secrets() *Secrets {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.secrets == nil {
		c.secrets = New(c.values...)
	}
	return c.secrets
}
