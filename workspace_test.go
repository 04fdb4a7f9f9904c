package workato_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-workato/workato"
)

func TestWhoami(t *testing.T) {
	t.Parallel()
	whoami := func(ctx context.Context, c *workato.Client) (*workato.Workspace, error) {
		return c.Workspace.Whoami(ctx)
	}
	got := decoded(t, "workspace/whoami.json", whoami)
	assert.JSONEq(t, fixture(t, "workspace/whoami.json"), asJSON(t, got), "no key is lost")
	got.Raw, got.InterestedApplications = nil, nil
	assert.Equal(t, &workato.Workspace{
		ID: 4711, Name: "Nordwind", CreatedAt: at("2021-03-04T05:06:07.890+04:00"), PlanID: workato.Ptr("enterprise_plus"),
		RootFolderID: workato.Ptr[int64](981), RecipesCount: workato.Ptr[int64](12),
	}, got)

	got = decoded(t, "workspace/whoami_partner.json", whoami)
	assert.Equal(t, workato.Ptr("+49 421 000"), got.ContactPhone)
	assert.Equal(t, workato.Ptr("Bremen"), got.Location)
	assert.Len(t, got.InterestedApplications, 1)
	assert.JSONEq(t, fixture(t, "workspace/whoami_partner.json"), asJSON(t, got))
	got.Raw = nil
	assert.Contains(t, asJSON(t, got), `"plan_id":"oem_plan"`)
}
