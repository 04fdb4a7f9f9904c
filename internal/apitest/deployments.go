package apitest

import (
	"time"

	"github.com/go-workato/workato"
)

func listDeployments(p *workato.DeploymentListParams) Call {
	return func(c *Caller) error { return c.keep(c.Deployments.List(c.ctx, c.customer, p, c.opts...)) }
}

func deployBuild(p *workato.DeploymentDeployParams) Call {
	return func(c *Caller) error {
		return c.keep(c.Deployments.DeployBuild(c.ctx, c.customer, c.id(77), p, c.opts...))
	}
}

func deploy(project workato.ProjectRef, p *workato.DeploymentDeployParams) Call {
	return func(c *Caller) error {
		return c.keep(c.Deployments.Deploy(c.ctx, c.customer, workato.ProjectRef(c.name(string(project))), p, c.opts...))
	}
}

func assignReviewers(p *workato.DeploymentAssignReviewersParams) Call {
	return func(c *Caller) error {
		return c.keep(c.Deployments.AssignReviewers(c.ctx, c.customer, c.id(9), p, c.opts...))
	}
}

func build(project workato.ProjectRef, p *workato.DeploymentBuildParams) Call {
	return func(c *Caller) error {
		return c.keep(c.Deployments.Build(c.ctx, c.customer, workato.ProjectRef(c.name(string(project))), p, c.opts...))
	}
}

var toTest = &workato.DeploymentDeployParams{EnvironmentType: workato.EnvironmentTest}

var _ = register(
	Entry{
		Operation: "deployments.build", Call: build(workato.ProjectByID(649), nil),
		Want: "POST /api/managed_users/{customer}/projects/649/build",
		More: []Case{{
			Name: "folder and everything",
			Call: build(workato.ProjectByFolder(1563), &workato.DeploymentBuildParams{
				Description: "x", IncludeTestCases: true, IncludeTags: true,
			}),
			Want: "POST /api/managed_users/{customer}/projects/f1563/build",
			JSON: `{"description": "x", "include_test_cases": true, "include_tags": true}`,
		}},
		Good:    Good{"deployments/build.json"},
		Refuses: Bad{"project": {build(workato.ProjectByID(0), nil), build("../1", nil)}},
	},
	Entry{
		Operation: "deployments.get_build", Want: "GET /api/managed_users/{customer}/project_builds/77",
		Call: func(c *Caller) error { return c.keep(c.Deployments.GetBuild(c.ctx, c.customer, c.id(77), c.opts...)) },
		Good: Good{"deployments/build.json", "deployments/build_status.json"},
	},
	Entry{
		Operation: "deployments.deploy_build",
		Call: deployBuild(&workato.DeploymentDeployParams{
			EnvironmentType: workato.EnvironmentTest, Title: "Release 4", Description: "text",
		}),
		Want: "POST /api/managed_users/{customer}/project_builds/77/deploy?environment_type=test",
		JSON: `{"environment_type": "test", "title": "Release 4", "description": "text"}`,
		Good: Good{"deployments/deployment.json"},
		Refuses: Bad{
			"params":          {deployBuild(nil)},
			"EnvironmentType": {deployBuild(&workato.DeploymentDeployParams{})},
		},
	},
	Entry{
		Operation: "deployments.deploy", Call: deploy("649", &workato.DeploymentDeployParams{EnvironmentType: workato.EnvironmentProd}),
		Want: "POST /api/managed_users/{customer}/projects/649/deploy?environment_type=prod", JSON: `{"environment_type": "prod"}`,
		Good: Good{"deployments/deployment.json"},
		Refuses: Bad{
			"params":          {deploy("649", nil)},
			"EnvironmentType": {deploy("649", &workato.DeploymentDeployParams{})},
			"project":         {deploy(workato.ProjectByID(0), toTest), deploy(workato.ProjectByFolder(-1), toTest), deploy("../1", toTest)},
		},
	},
	Entry{
		Operation: "deployments.list", Call: listDeployments(nil),
		Want: "GET /api/managed_users/{customer}/deployments",
		More: []Case{{
			Name: "everything",
			Call: listDeployments(&workato.DeploymentListParams{
				ProjectID: 649, FolderID: 1563, EnvironmentType: workato.EnvironmentProd, State: workato.DeploymentFailed,
				From: time.Date(2026, 5, 1, 2, 0, 0, 0, time.FixedZone("", 7200)), To: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
			}),
			Want: "GET /api/managed_users/{customer}/deployments?environment_type=prod&folder_id=1563&from=2026-05-01T00%3A00%3A00Z" +
				"&project_id=649&state=failed&to=2026-06-01T00%3A00%3A00Z",
		}},
		Good: Good{`[{"id": 9, "state": "pending"}]`, `{"items": [{"id": 9}]}`, `[]`},
		Refuses: Bad{
			"ProjectID": {listDeployments(&workato.DeploymentListParams{ProjectID: -1})},
			"FolderID":  {listDeployments(&workato.DeploymentListParams{FolderID: -1})},
		},
	},
	Entry{
		Operation: "deployments.get", Want: "GET /api/managed_users/{customer}/deployments/9",
		Call: func(c *Caller) error { return c.keep(c.Deployments.Get(c.ctx, c.customer, c.id(9), c.opts...)) },
		Good: Good{"deployments/deployment.json"},
	},
	Entry{
		Operation: "deployments.eligible_reviewers", Want: "GET /api/managed_users/{customer}/deployments/9/eligible_reviewers",
		Call: func(c *Caller) error {
			return c.keep(c.Deployments.EligibleReviewers(c.ctx, c.customer, c.id(9), c.opts...))
		},
		Good: Good{`{"result": [{"id": 1}]}`, `[]`},
	},
	Entry{
		Operation: "deployments.assign_reviewers",
		Call:      assignReviewers(&workato.DeploymentAssignReviewersParams{ReviewerIDs: []int64{3, 4}}),
		Want:      "POST /api/managed_users/{customer}/deployments/9/assign_reviewers", JSON: `{"reviewer_ids": [3, 4]}`,
		More: []Case{{
			Name: "nobody", Call: assignReviewers(&workato.DeploymentAssignReviewersParams{ReviewerIDs: []int64{}}), JSON: `{"reviewer_ids": []}`,
		}},
		Good: Good{"deployments/reviews.json", `{"result": {"reviews": [], "authors": []}}`, `{"reviews": [], "authors": null}`},
		Refuses: Bad{
			"params": {assignReviewers(nil)},
			"ReviewerIDs": {
				assignReviewers(&workato.DeploymentAssignReviewersParams{}),
				assignReviewers(&workato.DeploymentAssignReviewersParams{ReviewerIDs: []int64{1, 0}}),
			},
		},
	},
)
