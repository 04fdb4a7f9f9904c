package workato_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestDecodeIntegrations(t *testing.T) {
	t.Parallel()
	list := func(ctx context.Context, c *workato.Client) ([]workato.Integration, error) {
		return c.Integrations.List(ctx, &workato.IntegrationListParams{Applications: []string{"acme_crm"}})
	}
	assert.Equal(t, []workato.Integration{
		{
			Name: "acme_crm", Title: "Acme CRM", Categories: []string{"CRM", "Sales"}, OAuth: true,
			Triggers: []workato.IntegrationOperation{{Name: "new_row", Title: workato.Ptr("New row"), Batch: true}},
			Actions:  []workato.IntegrationOperation{{Name: "add_row", Deprecated: true, Bulk: true}},
		},
		{
			Name: "acme_crm_secondary", Title: "Acme CRM secondary", Categories: []string{}, Deprecated: true, Secondary: true,
			Triggers: []workato.IntegrationOperation{},
		},
	}, decoded(t, "integrations/items.json", list))
	assert.Equal(t, []workato.Integration{{
		Name: "acme_crm", Title: "Acme CRM", ImageURL: workato.Ptr("/img/acme_crm.png"), RequiresConnection: workato.Ptr(true), MobileSearch: workato.Ptr(false),
	}}, decoded(t, "integrations/bare_2019.json", list))
}

func TestIntegrationCatalogue(t *testing.T) {
	t.Parallel()
	page := decoded(t, "integrations/all.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.Integration], error) {
		return c.Integrations.ListAll(ctx, nil)
	})
	require.Len(t, page.Items, 2)
	assert.Equal(t, workato.Ptr[int64](2), page.Count)
	assert.Equal(t, workato.Integration{
		Name: "acme_crm", Title: "Acme CRM", Categories: []string{"CRM"}, OAuth: true,
		Triggers: []workato.IntegrationOperation{{Name: "new_row", Title: workato.Ptr("New row")}},
		Actions:  []workato.IntegrationOperation{{Name: "add_row", Bulk: true}},
	}, page.Items[0])
	assert.True(t, page.Items[1].Secondary)
}
