package redislimit

import (
	"context"
	"fmt"

	"github.com/go-workato/workato"
)

// UnavailableError says that Redis could not be asked and that there is no
// Fallback: nothing was sent. It is a workato.ErrLimiter.
type UnavailableError struct {
	// Family is the quota that the call needs.
	Family string
	// Err is what Redis or its client said.
	Err error
}

// Error implements error.
func (e *UnavailableError) Error() string {
	return fmt.Sprintf("redislimit: family %q: Redis is away: %v", e.Family, e.Err)
}

// Unwrap returns workato.ErrLimiter and Err.
func (e *UnavailableError) Unwrap() []error { return []error{workato.ErrLimiter, e.Err} }

// ended is the error of a context that has ended, with its cause.
func ended(ctx context.Context) error {
	err := ctx.Err()
	//nolint:errorlint // identity is meant: a cause of the caller's own is added
	if cause := context.Cause(ctx); cause != err {
		return fmt.Errorf("%w: %w", err, cause)
	}
	return err
}
