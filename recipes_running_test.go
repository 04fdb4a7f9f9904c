package workato_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// recipeServer is a recipe that starts and stops some polls after the request.
type recipeServer struct {
	running    bool
	wanted     bool
	looks      int // until wanted comes true
	left       int
	updates    int
	requests   []string
	stopStatus int
}

func (s *recipeServer) respond(_ int, req *http.Request) (*http.Response, error) {
	last := req.URL.Path[strings.LastIndex(req.URL.Path, "/")+1:]
	verb := req.Method + " " + last
	s.requests = append(s.requests, verb)
	done := response{body: `{"success": true}`}
	switch verb {
	case "PUT start", "PUT stop":
		if s.stopStatus != 0 {
			return response{status: s.stopStatus, body: `{"message": "no"}`}.response(req), nil
		}
		s.wanted, s.left = last == "start", s.looks
	case "PUT 1":
		if s.running {
			return response{body: `{"success": false, "errors": {"running": ["x"]}}`}.response(req), nil
		}
		s.updates++
	case "GET 1":
		if s.left--; s.left < 0 {
			s.running = s.wanted
		}
		done.body = fmt.Sprintf(`{"id": 1, "running": %t}`, s.running)
	}
	return done.response(req), nil
}

func TestWaitRunning(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &recipeServer{looks: 3}
		c := newClient(t, &recorder{respond: server.respond})
		require.NoError(t, c.Recipes.Start(t.Context(), customerID, 1))
		var seen []bool
		began := time.Now()
		recipe, err := c.Recipes.WaitRunning(t.Context(), customerID, 1, &workato.WaitParams[workato.Recipe]{
			MaxWait: time.Minute, MinInterval: time.Second, MaxInterval: time.Second,
			OnUpdate: func(r *workato.Recipe) { seen = append(seen, r.Running) },
		})
		require.NoError(t, err)
		assert.True(t, recipe.Running)
		assert.Equal(t, []bool{false, false, false, true}, seen)
		assert.InDelta(t, 3, time.Since(began).Seconds(), 0.8)
	})
}

func TestWaitRunningEndsAndGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := &recipeServer{looks: 60}
		c := newClient(t, &recorder{respond: server.respond})
		require.NoError(t, c.Recipes.Start(t.Context(), customerID, 1))
		short := &workato.WaitParams[workato.Recipe]{MaxWait: 10 * time.Second}
		_, err := c.Recipes.WaitRunning(t.Context(), customerID, 1, short)
		require.ErrorIs(t, err, workato.ErrWaitTimeout)
		var wait *workato.WaitError[workato.Recipe]
		require.ErrorAs(t, err, &wait)
		assert.False(t, wait.Last.Running)

		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		_, err = c.Recipes.WaitRunning(ctx, customerID, 1, nil)
		require.ErrorIs(t, err, context.DeadlineExceeded)

		recipe, err := c.Recipes.WaitRunning(t.Context(), customerID, 1, nil)
		require.NoError(t, err)
		assert.True(t, recipe.Running)
	})
}

func TestStopThenUpdate(t *testing.T) {
	t.Parallel()
	params := &workato.RecipeUpdateParams{Name: workato.Set("B")}
	t.Run("a stopped recipe", func(t *testing.T) {
		t.Parallel()
		server := new(recipeServer)
		stopped, err := newClient(t, &recorder{respond: server.respond}).Recipes.StopThenUpdate(t.Context(), customerID, 1, params)
		require.NoError(t, err)
		assert.False(t, stopped)
		assert.Equal(t, []string{"PUT 1"}, server.requests)
	})
	t.Run("a recipe that keeps running for a while", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			server := &recipeServer{running: true, looks: 2}
			stopped, err := newClient(t, &recorder{respond: server.respond}).Recipes.StopThenUpdate(t.Context(), customerID, 1, params)
			require.NoError(t, err)
			assert.True(t, stopped)
			assert.Equal(t, []string{"PUT 1", "PUT stop", "GET 1", "GET 1", "GET 1", "PUT 1"}, server.requests, "it is not started again")
			assert.Equal(t, 1, server.updates)
		})
	})
	t.Run("a recipe that does not stop", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			server := &recipeServer{running: true, looks: 1 << 30}
			stopped, err := newClient(t, &recorder{respond: server.respond}).Recipes.StopThenUpdate(t.Context(), customerID, 1, params)
			require.ErrorIs(t, err, workato.ErrWaitTimeout)
			assert.True(t, stopped, "a stop was requested")
			assert.Zero(t, server.updates)
		})
	})
	t.Run("a stop that fails", func(t *testing.T) {
		t.Parallel()
		for status, may := range map[int]bool{500: true, 400: false} {
			server := &recipeServer{running: true, stopStatus: status}
			stopped, err := newClient(t, &recorder{respond: server.respond}).Recipes.StopThenUpdate(t.Context(), customerID, 1, params)
			var apiErr *workato.APIError
			require.ErrorAs(t, err, &apiErr)
			assert.Equal(t, status, apiErr.StatusCode)
			assert.Equal(t, may, stopped, "after a 500 the state is unknown")
		}
	})
}
