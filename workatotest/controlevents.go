package workatotest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/go-workato/workato/workatotest/internal/strictjson"
)

// event is something that happens without a request of the job. It has a method
// of [Server] and a path of its own.
type event struct {
	name, does string
	// body shows the fields.
	body string
	// read decodes the body and returns the action.
	read func(body []byte) (do func(*Server) error, err error)
}

// happening makes an event from a function that takes a decoded body.
func happening[T any](name, does string, do func(*Server, T) error) event {
	var fields []string
	of := reflect.TypeFor[T]()
	for i := range of.NumField() {
		key, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
		fields = append(fields, fmt.Sprintf("%q", key))
	}
	return event{name: name, does: does, body: "{" + strings.Join(fields, ", ") + "}", read: func(body []byte) (func(*Server) error, error) {
		given, err := decodeControl[T](body)
		if err != nil {
			return nil, err
		}
		return func(s *Server) error { return do(s, given) }, nil
	}}
}

// Bodies of events. The customer is a pointer because an empty text means the
// partner's own workspace, which must not be chosen by omission.
type (
	connectionEvent struct {
		Customer   *string `json:"customer"`
		Connection string  `json:"connection"`
	}
	lossEvent struct {
		Customer   *string `json:"customer"`
		Connection string  `json:"connection"`
		Reason     string  `json:"reason"`
	}
	runEvent struct {
		Customer *string `json:"customer"`
		Recipe   string  `json:"recipe"`
		Job      Job     `json:"job"`
	}
	stopEvent struct {
		Customer *string `json:"customer"`
		Recipe   string  `json:"recipe"`
		Cause    string  `json:"cause"`
	}
	invitationEvent struct {
		Customer *string `json:"customer"`
		Email    string  `json:"email"`
	}
	customerEvent struct {
		Customer *string `json:"customer"`
	}
	clockEvent struct {
		Seconds float64 `json:"seconds"`
	}
)

// in calls a function with the customer of a body.
func in(customer *string, do func(customer string) error) error {
	if customer == nil {
		return &strictjson.PlaceError{Place: "customer", Problem: "is missing; an empty text is the partner's own workspace"}
	}
	return do(*customer)
}

var events = []event{
	happening("authorize", "make a connection work", func(s *Server, e connectionEvent) error {
		return in(e.Customer, func(customer string) error { return s.authorize(customer, e.Connection) })
	}),
	happening("lose_connection", "let a connection lose its authorization", func(s *Server, e lossEvent) error {
		return in(e.Customer, func(customer string) error { return s.loseConnection(customer, e.Connection, e.Reason) })
	}),
	happening("refuse_connection", "let the application refuse a connection's credentials", func(s *Server, e lossEvent) error {
		return in(e.Customer, func(customer string) error { return s.refuseConnection(customer, e.Connection, e.Reason) })
	}),
	happening("run_recipe", "let a recipe run once, which makes a job", func(s *Server, e runEvent) error {
		return in(e.Customer, func(customer string) error { return s.runRecipe(customer, e.Recipe, e.Job) })
	}),
	happening("stop_recipe", "stop a recipe as the service does", func(s *Server, e stopEvent) error {
		return in(e.Customer, func(customer string) error { return s.stopRecipe(customer, e.Recipe, e.Cause) })
	}),
	happening("accept_invitation", "accept an invitation, which makes a member", func(s *Server, e invitationEvent) error {
		return in(e.Customer, func(customer string) error { return s.acceptInvitation(customer, e.Email) })
	}),
	happening("remove_customer", "delete a customer", func(s *Server, e customerEvent) error {
		return in(e.Customer, s.removeCustomer)
	}),
	happening("advance", "advance the clock", func(s *Server, e clockEvent) error {
		if most := hundredYears.Seconds(); e.Seconds < 0 || e.Seconds > most {
			return &strictjson.PlaceError{Place: "seconds", Problem: fmt.Sprintf("%v is not between 0 and %.0f", e.Seconds, most)}
		}
		return s.advance(time.Duration(e.Seconds * float64(time.Second)))
	}),
}

func eventRoutes() []controlRoute {
	routes := make([]controlRoute, len(events))
	for i, e := range events {
		routes[i] = controlRoute{method: "POST", name: e.name, body: e.body, does: e.does, do: func(c *control, _ *http.Request, body []byte) (any, error) {
			do, err := e.read(body)
			if err != nil {
				return nil, err
			}
			return done, do(c.Server)
		}}
	}
	return routes
}

// doBefore is [Server.Before] with an event in place of a function. An error of
// the event is a problem.
func doBefore(c *control, _ *http.Request, body []byte) (any, error) {
	type beforeBody struct {
		On   string          `json:"on"`
		Call int             `json:"call"`
		Do   string          `json:"do"`
		With json.RawMessage `json:"with"`
	}
	given, err := decodeControl[beforeBody](body)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(events, func(e event) bool { return e.name == given.Do })
	if at < 0 {
		return nil, &strictjson.PlaceError{Place: "do", Problem: fmt.Sprintf("no such event %q", given.Do)}
	}
	if !namesOperation(given.On) {
		return nil, &strictjson.PlaceError{Place: "on", Problem: fmt.Sprintf("no such operation %q", given.On)}
	}
	do, err := events[at].read(given.With)
	var wrong *strictjson.PlaceError
	switch {
	case errors.As(err, &wrong):
		return nil, &strictjson.PlaceError{Place: "with." + wrong.Place, Problem: wrong.Problem}
	case err != nil:
		return nil, fmt.Errorf("with: %w", err)
	}
	c.Before(given.On, given.Call, func(Request) {
		if err := do(c.Server); err != nil {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.problem("%s before %s: %v", given.Do, given.On, err)
		}
	})
	return done, nil
}
