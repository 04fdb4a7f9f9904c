package provision

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"github.com/go-workato/workato"
)

// ConnectionHealth is a class of connections.
type ConnectionHealth string

// The classes of connections.
const (
	HealthGood   ConnectionHealth = "authorized"       // credentials were accepted; that it works now is not proved
	HealthNew    ConnectionHealth = "never authorized" // imported or made, and nobody has signed in yet
	HealthFailed ConnectionHealth = "refused"          // credentials were refused
	HealthLost   ConnectionHealth = "lost"             // was authorized, and is not any more
)

// HealthClasses returns all classes in the order of their constants.
func HealthClasses() []ConnectionHealth {
	return []ConnectionHealth{HealthGood, HealthNew, HealthFailed, HealthLost}
}

// healthOf classifies a connection.
func healthOf(c *workato.Connection) ConnectionHealth {
	switch {
	case c.Authorized():
		return HealthGood
	case c.ConnectionLostAt != nil:
		return HealthLost
	case c.AuthorizationStatus == "" && c.AuthorizedAt == nil:
		return HealthNew
	}
	return HealthFailed
}

// ConnectionProblem is a connection that is not authorized.
type ConnectionProblem struct {
	Customer string           `json:"customer"`
	Label    string           `json:"label,omitempty"`
	ID       int64            `json:"id"`
	Name     string           `json:"name"`
	Provider string           `json:"provider"`
	Health   ConnectionHealth `json:"health"`
	// Reason is what the service says, nothing for a connection that is new.
	Reason string `json:"reason,omitempty"`
}

// RecipeProblem is a recipe that the service has stopped.
type RecipeProblem struct {
	Customer string            `json:"customer"`
	Label    string            `json:"label,omitempty"`
	ID       int64             `json:"id"`
	Name     string            `json:"name"`
	Cause    workato.StopCause `json:"cause"`
}

// Health is the state of customers' connections, and of their recipes if they were
// asked for.
type Health struct {
	At time.Time `json:"at"`
	// Customers is how many were read, Gone how many were not there any more.
	Customers int `json:"customers"`
	Gone      int `json:"gone"`
	// Connections counts them by class.
	Connections map[ConnectionHealth]int `json:"connections"`
	// Problems are the connections that are not authorized, in the order of the
	// customers; Waiting is how many customers have one that needs its user.
	Problems []ConnectionProblem `json:"problems"`
	Waiting  int                 `json:"waiting"`
	// Recipes counts the recipes that were read, Stopped are those that the service
	// has stopped.
	Recipes int             `json:"recipes"`
	Stopped []RecipeProblem `json:"stopped"`
}

// HealthOptions say what SweepHealth reads.
type HealthOptions struct {
	// Recipes reads the recipes as well, one call or more for each customer.
	Recipes bool
	// MaxConcurrent is how many customers are read at a time, 8 if 0.
	MaxConcurrent int
	// OnCustomer is told how many customers were read, one call at a time.
	OnCustomer func(done int)
}

// CustomerError says for which customer a sweep has failed.
type CustomerError struct {
	Customer workato.CustomerID
	Err      error
}

func (e *CustomerError) Error() string {
	return fmt.Sprintf("provision: customer %v: %v", e.Customer, e.Err)
}

// Unwrap returns the error of the call.
func (e *CustomerError) Unwrap() error { return e.Err }

// maxSweepErrors is how many customers the error of a sweep names.
const maxSweepErrors = 20

// SweepHealth reads the connections of all customers. The result is complete, or
// there is an error: a customer that is gone meanwhile counts as gone, and any
// other failure ends in an error that names the customers (*CustomerError), after
// the others were read. Memory grows with the problems and not with the customers.
func SweepHealth(ctx context.Context, client *workato.Client, customers iter.Seq2[Target, error], options *HealthOptions) (*Health, error) {
	var o HealthOptions
	if options != nil {
		o = *options
	}
	if o.MaxConcurrent < 0 {
		return nil, badField("MaxConcurrent", "is negative")
	}
	if o.MaxConcurrent == 0 {
		o.MaxConcurrent = 8
	}
	s := &sweep{client: client, options: o, health: Health{At: time.Now(), Connections: map[ConnectionHealth]int{}}}
	err := s.run(ctx, customers)
	if err != nil {
		return nil, err
	}
	return &s.health, nil
}

// sweep is one run of SweepHealth. Customers are read side by side, and counted
// one after the other in the order in which they were listed.
type sweep struct {
	client  *workato.Client
	options HealthOptions
	health  Health
	errs    []error
	failed  int
}

// reading is what was read of a customer.
type reading struct {
	target      Target
	connections []workato.Connection
	recipes     int
	stopped     []RecipeProblem
	err         error
}

func (s *sweep) run(ctx context.Context, customers iter.Seq2[Target, error]) error {
	var listErr error
	var wg sync.WaitGroup
	queue := make(chan chan reading, s.options.MaxConcurrent-1) // and one that is being waited for
	counted := make(chan struct{})
	go func() {
		defer close(counted)
		for result := range queue {
			s.count(<-result)
		}
	}()
	for target, err := range customers {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			listErr = err
			break
		}
		result := make(chan reading, 1)
		queue <- result // waits where as many are being read as may be
		wg.Go(func() { result <- s.read(ctx, target) })
	}
	wg.Wait()
	close(queue)
	<-counted
	if s.failed > len(s.errs) {
		s.errs = append(s.errs, fmt.Errorf("provision: and %d more customers", s.failed-len(s.errs)))
	}
	if listErr != nil {
		s.errs = append(s.errs, fmt.Errorf("provision: the list of customers: %w", listErr))
	}
	return errors.Join(s.errs...)
}

// read reads a customer.
func (s *sweep) read(ctx context.Context, target Target) reading {
	r := reading{target: target}
	r.connections, r.err = s.client.Connections.List(ctx, target.Customer, nil)
	if r.err != nil || !s.options.Recipes {
		return r
	}
	for recipe, err := range s.client.Recipes.All(ctx, target.Customer, &workato.RecipeListParams{ExcludeCode: true}) {
		if err != nil {
			r.err = err
			return r
		}
		r.recipes++
		if !recipe.Running && recipe.StopCause != nil && *recipe.StopCause != "" {
			r.stopped = append(r.stopped, RecipeProblem{
				Customer: target.Customer.String(), Label: target.Label, ID: recipe.ID, Name: recipe.Name, Cause: *recipe.StopCause,
			})
		}
	}
	return r
}

// count adds a customer to the result.
func (s *sweep) count(r reading) {
	h := &s.health
	switch {
	case errors.Is(r.err, workato.ErrNotFound):
		h.Gone++
	case r.err != nil:
		if s.failed++; len(s.errs) < maxSweepErrors {
			s.errs = append(s.errs, &CustomerError{r.target.Customer, r.err})
		}
	default:
		h.Customers++
		h.Recipes += r.recipes
		h.Stopped = append(h.Stopped, r.stopped...)
		s.countConnections(r)
	}
	if s.options.OnCustomer != nil {
		s.options.OnCustomer(h.Customers + h.Gone + s.failed)
	}
}

func (s *sweep) countConnections(r reading) {
	waiting := false
	for i := range r.connections {
		c := &r.connections[i]
		class := healthOf(c)
		s.health.Connections[class]++
		if class == HealthGood {
			continue
		}
		waiting = true
		problem := ConnectionProblem{
			Customer: r.target.Customer.String(), Label: r.target.Label, ID: c.ID, Name: c.Name, Provider: c.Provider, Health: class,
			Reason: cmp.Or(textOf(c.ConnectionLostReason), textOf(c.AuthorizationError)),
		}
		s.health.Problems = append(s.health.Problems, problem)
	}
	if waiting {
		s.health.Waiting++
	}
}
