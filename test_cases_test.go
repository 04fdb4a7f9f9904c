package workato_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestTestCases(t *testing.T) {
	t.Parallel()
	run := decoded(t, "test_cases/run.json", func(ctx context.Context, c *workato.Client) (*workato.TestRun, error) {
		return c.TestCases.GetRun(ctx, customerID, "cirr-AbC1-dEf2")
	})
	keepsKeys(t, rowsOf(t, "test_cases/run.json"), run)
	assert.Equal(t, []workato.TestResult{{TestCase: &workato.TestResultCase{ID: "citc-AbC1-y", Name: "No invoice"}, Status: "running"}}, run.NotSucceeded())

	cases := decoded(t, "test_cases/list.json", func(ctx context.Context, c *workato.Client) ([]workato.TestCase, error) {
		return c.TestCases.ListByRecipe(ctx, customerID, 41354)
	})
	assert.Equal(t, "citc-AbC1-x", cases[0].ID)
	assert.JSONEq(t, rowsOf(t, "test_cases/list.json"), asJSON(t, cases))
}

// TestOtherRun: the state of another run does not count.
func TestOtherRun(t *testing.T) {
	t.Parallel()
	c := newClient(t, responding(response{body: `{"data": {"id": "cirr-2", "status": "completed"}}`}))
	_, err := c.TestCases.GetRun(t.Context(), customerID, "cirr-1")
	require.ErrorIs(t, err, workato.ErrUnexpectedResponse)
	require.ErrorContains(t, err, "expected the object cirr-1, got cirr-2")
	_, err = c.TestCases.GetRun(t.Context(), customerID, "cirr-2")
	require.NoError(t, err)
}

func TestEventTopics(t *testing.T) {
	t.Parallel()
	page := decoded(t, "event_topics/list.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.EventTopic], error) {
		return c.EventTopics.List(ctx, customerID, nil)
	})
	assert.JSONEq(t, rowsOf(t, "event_topics/list.json"), asJSON(t, page.Items))
	assert.Equal(t, workato.Ptr[int64](2), page.Count)
	orders, refunds := page.Items[0], page.Items[1]
	assert.InDelta(t, 604800, *orders.Retention, 0)
	assert.Equal(t, int64(1563), *orders.FolderID)
	orders.Raw = nil
	keepsKeys(t, rowsOf(t, "event_topics/topic.json"), orders)
	assert.Equal(t, int64(302), refunds.ID)
	assert.InDelta(t, 86400, *refunds.Retention, 0)
	assert.Nil(t, refunds.Description)

	topic := decoded(t, "event_topics/topic.json", func(ctx context.Context, c *workato.Client) (*workato.EventTopic, error) {
		return c.EventTopics.Get(ctx, customerID, 301)
	})
	assert.Equal(t, "Orders", topic.Name)
	assert.JSONEq(t, rowsOf(t, "event_topics/topic.json"), asJSON(t, topic))
}
