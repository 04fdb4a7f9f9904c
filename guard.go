package workato

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// ErrWriteGuarded says that a call was refused, before anything was sent, by
// WithWriteGuard. It is also ErrInvalidArgument.
var ErrWriteGuarded = errors.New("refused by the write guard")

// WithWriteGuard refuses calls to the given customers that could change
// something, raw ones too, unless they have the option AllowProduction. It
// guards ids, not workspaces: give every id by which a workspace can be
// addressed, as Environments.ProdIDs does. A deployment to PROD names the
// customer's DEV: on a client with a guard each of them needs AllowProduction.
func WithWriteGuard(customers ...CustomerID) Option {
	return func(c *config) error {
		if len(customers) == 0 {
			return invalid("WithWriteGuard", "names no customer")
		}
		for _, id := range customers {
			if err := id.check("WithWriteGuard"); err != nil {
				return err
			}
		}
		c.guarded = append(slices.Clip(c.guarded), customers...)
		return nil
	}
}

// AllowProduction lets a call through WithWriteGuard.
func AllowProduction() CallOption {
	return func(o *callOptions) error {
		o.production = true
		return nil
	}
}

// guard refuses a call that the write guard forbids.
func (c *core) guard(r *request, options *callOptions) error {
	if len(c.config.guarded) == 0 || options.production || r.op.Effect == Read && r.effect <= Read {
		return nil
	}
	path := r.rawPath
	if path == "" {
		path = r.path
	}
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if name, _ := url.PathUnescape(segment); name != "managed_users" {
			continue
		}
		for _, id := range c.config.guarded {
			if id.isNamedBy(strings.Join(segments[i+1:], "/")) {
				return fmt.Errorf("%w: %w", ErrWriteGuarded, invalid("customer", "%s is guarded: give AllowProduction to change it", id))
			}
		}
	}
	if r.production {
		return fmt.Errorf("%w: %w", ErrWriteGuarded, invalid("EnvironmentType", "prod is guarded: give AllowProduction to change it"))
	}
	return nil
}

// isNamedBy reports whether the rest of a path begins with the customer in any
// of the forms that the service takes: raw calls may spell a number with zeros
// in front or with something behind it, put slashes before it, or end in a
// format such as ".json".
func (id CustomerID) isNamedBy(rest string) bool {
	segment, _, _ := strings.Cut(strings.TrimLeft(rest, "/"), "/")
	name, err := url.PathUnescape(segment)
	if err != nil {
		name = segment
	}
	if id.form == byAccount {
		digits := strings.TrimLeft(name, "0")
		if end := strings.IndexFunc(digits, func(c rune) bool { return c < '0' || c > '9' }); end >= 0 {
			digits = digits[:end]
		}
		return digits == id.String()
	}
	bare := name
	if dot := strings.LastIndexByte(segment, '.'); dot >= 0 { // typed calls escape their dots
		bare, _ = url.PathUnescape(segment[:dot])
	}
	return id.String() == name || id.String() == bare
}
