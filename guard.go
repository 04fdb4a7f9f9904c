package workato

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// ErrWriteGuarded says that a call was refused, before anything was sent, by
// WithWriteGuard. It is also ErrInvalidArgument.
var ErrWriteGuarded = errors.New("refused by the write guard")

// WithWriteGuard refuses calls that could change something at the given
// customers, raw calls too, unless they have the option AllowProduction. It
// guards ids, not workspaces: give every id by which a workspace can be
// addressed, as Environments.ProdIDs does. A deployment to PROD names the
// customer's DEV: on a client with a guard each of them needs AllowProduction,
// and so does a raw write whose query or body says "environment_type": "prod".
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
	for _, id := range c.config.guarded {
		if r.names(id) {
			return fmt.Errorf("%w: %w", ErrWriteGuarded, invalid("customer", "%s is guarded: give AllowProduction to change it", id))
		}
	}
	if r.rawCall != "" && r.body != nil { // checks what is sent
		if body, err := json.Marshal(r.body); err == nil {
			r.body = json.RawMessage(body)
		}
	}
	if r.deploysToProd() {
		return fmt.Errorf("%w: %w", ErrWriteGuarded, invalid("EnvironmentType", "prod is guarded: give AllowProduction to change it"))
	}
	return nil
}

// names reports whether the path of the request names a customer. A typed call
// has the customer; in a raw call it is searched for.
func (r request) names(id CustomerID) bool {
	if r.rawCall == "" {
		return r.customer == id
	}
	segments := strings.Split(r.rawCall, "/")
	for i, segment := range segments {
		// A proxy may read slashes in a segment as path separators.
		inner := strings.FieldsFunc(decodedSegment(segment), isSlash)
		for j, name := range inner {
			rest := slices.Concat(inner[j+1:], segments[i+1:])
			if name == "managed_users" && id.isNamedBy(strings.Join(rest, "/")) {
				return true
			}
		}
	}
	return false
}

// deploysToProd reports whether the request is a deployment to PROD, or a raw
// call that could be one.
func (r request) deploysToProd() bool {
	if r.rawCall == "" {
		return isProd(string(r.environment))
	}
	if query, ok := r.query.(url.Values); ok && slices.ContainsFunc(query[environmentKey], isProd) {
		return true
	}
	body, _ := r.body.(json.RawMessage)
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return false // not an object, so it has no keys
	}
	for key, value := range fields {
		var text string
		if strings.EqualFold(key, environmentKey) && json.Unmarshal(value, &text) == nil && isProd(text) {
			return true
		}
	}
	return false
}

// environmentKey names the target of a deployment in query and body.
const environmentKey = "environment_type"

// isProd ignores case: the service may do so too.
func isProd(environment string) bool {
	return strings.EqualFold(strings.TrimSpace(environment), string(EnvironmentProd))
}

// isNamedBy reports whether the rest of a path begins with the customer in any
// of the forms that the service takes: raw calls may write a number as Ruby
// reads it, with leading zeros or trailing text, put slashes before it, or end
// in a format such as ".json".
func (id CustomerID) isNamedBy(rest string) bool {
	segment, _, _ := strings.Cut(strings.TrimLeft(rest, "/"), "/")
	name := decodedSegment(segment)
	if id.form == byAccount {
		digits := strings.TrimLeft(strings.ReplaceAll(name, "_", ""), "+0 \t\r\n\v\f")
		if end := strings.IndexFunc(digits, func(c rune) bool { return c < '0' || c > '9' }); end >= 0 {
			digits = digits[:end]
		}
		return digits == id.String()
	}
	bare := name
	if dot := strings.LastIndexByte(segment, '.'); dot >= 0 { // PathSegment escapes its dots
		bare = decodedSegment(segment[:dot])
	}
	return id.String() == name || id.String() == bare
}

// decodedSegment is a segment as a server may read it: fully decoded, and
// without leading slashes.
func decodedSegment(segment string) string {
	if decoded, err := url.PathUnescape(segment); err == nil {
		segment = decoded
	}
	return strings.TrimLeftFunc(segment, isSlash)
}
