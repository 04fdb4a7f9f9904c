package hostile_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// TestWordsOfRefusals: only whole phrases of the service count as the effect of
// an earlier attempt.
func TestWordsOfRefusals(t *testing.T) {
	t.Parallel()
	start := func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		return c.Recipes.Start(ctx, lentCustomer, 5, opts...)
	}
	stop := func(ctx context.Context, c *workato.Client, opts ...workato.CallOption) error {
		return c.Recipes.Stop(ctx, lentCustomer, 5, opts...)
	}
	promise(t, "treats a refused retry of a start or stop as done only if the whole refusal says so", func(t *testing.T) {
		for _, row := range []struct {
			call func(context.Context, *workato.Client, ...workato.CallOption) error
			done bool
			says response
		}{
			{start, true, says(400, `{"message":"Recipe is already running"}`)},
			{start, true, says(400, `{"message":"The recipe is running."}`)},
			{start, true, says(200, `{"success":false,"message":"already started"}`)},
			{start, false, says(400, `{"message":"the on-prem agent is not running"}`)},
			{start, false, says(400, `{"message":"Another recipe with this webhook is already running"}`)},
			{start, false, says(200, `{"success":false,"message":"Recipe is not running: connection Jira is not authorized"}`)},
			{start, false, says(200, `{"success":false,"errors":{"running":["already running"],"base":["connection Jira is not authorized"]}}`)},
			{start, false, says(500, `{"message":"Recipe is already running"}`)},
			{stop, true, says(200, `{"success":false,"message":"Recipe is not running"}`)},
			{stop, true, says(409, `{"message":"This recipe has already stopped"}`)},
			{stop, false, says(200, `{"success":false,"message":"Recipe cannot be stopped while a deployment is in progress"}`)},
			{stop, false, says(400, `{"message":"Recipe cannot be stopped while a deployment is in progress"}`)},
			{stop, false, says(400, `{"message":"the on-prem agent is not running"}`)},
		} {
			s := newServer(t, "HTTP/1.1")
			c := s.client(t)
			s.script(says(503, ``), row.says)
			var meta workato.ResponseMeta
			err := row.call(t.Context(), c, workato.WithResponse(&meta))
			require.Equal(t, row.done, err == nil, "%v", err)
			require.Equal(t, row.done, meta.MetOwnEffect)
			s.script(row.says)
			require.Error(t, row.call(t.Context(), c), "without a retry every refusal is reported")
		}
	})

	promise(t, "does not accept a 404 that is not the service's own as proof of a deletion", func(t *testing.T) {
		for _, lost := range []response{
			says(404, `<html><title>404 Not Found</title></html>`, "Content-Type", "text/html"), says(404, `default backend - 404`), says(404, ``),
		} {
			for _, remove := range []func(*workato.Client) error{
				func(c *workato.Client) error { return c.Connections.Delete(t.Context(), lentCustomer, 5) },
				func(c *workato.Client) error { return c.ManagedUsers.Delete(t.Context(), lentCustomer) },
			} {
				s := newServer(t, "HTTP/1.1")
				s.script(says(502, ``), lost)
				require.ErrorIs(t, remove(s.client(t)), workato.ErrNotFound)
				require.Len(t, s.arrived(), 2)
			}
		}
	})
}
