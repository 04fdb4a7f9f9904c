package workato_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

func TestDecodeDeployments(t *testing.T) {
	t.Parallel()
	build := func(ctx context.Context, c *workato.Client) (*workato.ProjectBuild, error) {
		return c.Deployments.GetBuild(ctx, customerID, 77)
	}
	pending := decoded(t, "deployments/build.json", build)
	assert.Equal(t, &workato.ProjectBuild{
		ID: 77, CreatedAt: at("2025-05-01T10:00:00-07:00"), UpdatedAt: at("2025-05-01T10:01:00-07:00"), Description: "x", ProjectID: 649,
		State: workato.DeploymentPending, PerformedByName: "Ana B",
	}, pending)
	done := decoded(t, "deployments/build_status.json", build)
	assert.True(t, done.State.Succeeded(), "one source calls the state status")
	assert.Equal(t, "https://store.example.com/b/77.zip", done.DownloadURL)

	want := workato.Deployment{
		ID: 9, CreatedAt: at("2025-05-01T10:00:00-07:00"), UpdatedAt: at("2025-05-01T10:01:00-07:00"), Title: "Release 4", Description: "text",
		ProjectBuildID: 77, EnvironmentType: workato.EnvironmentTest, ProjectID: 649, State: workato.DeploymentPending, PerformedByName: "Ana B",
	}
	sample := fixture(t, "deployments/deployment.json")
	for form, body := range enveloped(sample) {
		if form == "items" {
			continue
		}
		got, err := newClient(t, responding(response{body: body})).Deployments.Get(t.Context(), customerID, 9)
		require.NoError(t, err, form)
		assert.Equal(t, &want, got, form)
	}
	for form, body := range enveloped(`[` + sample + `]`) {
		got, err := newClient(t, responding(response{body: body})).Deployments.List(t.Context(), customerID, nil)
		require.NoError(t, err, form)
		assert.Equal(t, []workato.Deployment{want}, got, form)
	}

	reviews := decoded(t, "deployments/reviews.json", func(ctx context.Context, c *workato.Client) (*workato.DeploymentReviews, error) {
		return c.Deployments.AssignReviewers(ctx, customerID, 9, &workato.DeploymentAssignReviewersParams{ReviewerIDs: []int64{1}})
	})
	assert.JSONEq(t, `{"id": 1}`, string(reviews.Reviews[0]))
	assert.JSONEq(t, `{"id": 2}`, string(reviews.Authors[0]))

	for _, body := range []string{`{"result": {"reviews": [], "authors": []}}`, `{"reviews": [], "authors": null}`} {
		got, err := newClient(t, responding(response{body: body})).Deployments.AssignReviewers(t.Context(), customerID, 9,
			&workato.DeploymentAssignReviewersParams{ReviewerIDs: []int64{}})
		require.NoError(t, err)
		assert.NotNil(t, got.Reviews, body)
	}
	_, err := newClient(t, responding(response{body: `{}`})).Deployments.AssignReviewers(t.Context(), customerID, 9,
		&workato.DeploymentAssignReviewersParams{ReviewerIDs: []int64{}})
	require.ErrorIs(t, err, workato.ErrUnexpectedResponse)

	eligible, err := newClient(t, responding(response{body: `{"result": [{"id": 1}]}`})).Deployments.EligibleReviewers(t.Context(), customerID, 9)
	require.NoError(t, err)
	assert.JSONEq(t, `{"result": [{"id": 1}]}`, string(eligible))
	for _, body := range []string{"", "null", "<html></html>", `{"result": `} {
		_, err := newClient(t, responding(response{body: body})).Deployments.EligibleReviewers(t.Context(), customerID, 9)
		require.ErrorIs(t, err, workato.ErrUnexpectedResponse, body)
	}
}

// TestWriteGuardOnDeployments: a deployment names DEV and changes PROD.
func TestWriteGuardOnDeployments(t *testing.T) {
	t.Parallel()
	c := newClient(t, responding(response{status: http.StatusOK, body: `{"id":7,"state":"pending"}`}), workato.WithWriteGuard(workato.AccountID(3)))
	dev := workato.AccountID(1)
	for _, environment := range []workato.EnvironmentType{workato.EnvironmentTest, workato.EnvironmentProd} {
		params := &workato.DeploymentDeployParams{EnvironmentType: environment}
		_, err := c.Deployments.Deploy(t.Context(), dev, workato.ProjectByID(5), params)
		if environment == workato.EnvironmentProd {
			require.ErrorIs(t, err, workato.ErrWriteGuarded)
			_, err = c.Deployments.Deploy(t.Context(), dev, workato.ProjectByID(5), params, workato.AllowProduction())
		}
		require.NoError(t, err)
	}
}
