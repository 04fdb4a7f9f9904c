package redislimit

import "time"

// WithMinute shortens the minute, and the second and the hour with it.
func WithMinute(d time.Duration) Option {
	return func(c *config) error {
		c.minute = d
		return nil
	}
}
