package workato_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-workato/workato"
)

func TestAgentStudio(t *testing.T) {
	t.Parallel()
	genies := decoded(t, "agent_studio/genies.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.Genie], error) {
		return c.Genies.List(ctx, customerID, nil)
	}).Items
	assert.JSONEq(t, rowsOf(t, "agent_studio/genies.json"), asJSON(t, genies), "keys that no type knows are kept")
	genies[0].Raw = nil
	genie := fixtureOf[struct{ Data workato.Genie }](t, "agent_studio/genie.json").Data
	genie.Raw = nil
	keepsKeys(t, rowsOf(t, "agent_studio/genie.json"), &genie)
	assert.Equal(t, "Answers questions about invoices", *genies[0].Description)

	bases := decoded(t, "agent_studio/knowledge_bases.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.KnowledgeBase], error) {
		return c.KnowledgeBases.List(ctx, customerID, nil)
	}).Items
	bases[0].Raw = nil
	assert.JSONEq(t, rowsOf(t, "agent_studio/knowledge_bases.json"), asJSON(t, bases))

	skills := decoded(t, "agent_studio/skills.json", func(ctx context.Context, c *workato.Client) (*workato.Page[workato.Skill], error) {
		return c.Skills.List(ctx, customerID, nil)
	}).Items
	skills[0].Raw = nil
	assert.JSONEq(t, rowsOf(t, "agent_studio/skills.json"), asJSON(t, skills))
}
