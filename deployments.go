package workato

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// DeploymentService builds a customer's projects and deploys them from one of
// its environments to another. For a customer without environments the error is
// ErrBadRequest, "Environments not provisioned".
//
// https://docs.workato.com/oem/oem-api/project-properties.html
type DeploymentService struct{ core *core }

const deploymentsDoc = "https://docs.workato.com/oem/oem-api/project-properties.html"

var (
	deploymentsBuild = operation{Operation: Operation{
		Name: "deployments.build", Method: "POST", Path: "/api/managed_users/{customer}/projects/{id}/build",
		Effect: Create, Quota: Quota{Family: "deployments", PerMinute: 60}, Doc: deploymentsDoc,
	}, lookup: "builds cannot be listed; another one does no harm, because a build deploys nothing", ownError: true}
	deploymentsGetBuild = operation{Operation: Operation{
		Name: "deployments.get_build", Method: "GET", Path: "/api/managed_users/{customer}/project_builds/{id}",
		Effect: Read, Quota: Quota{Family: "deployments", PerMinute: 60}, Doc: deploymentsDoc,
	}, ownError: true, named: true}
	deploymentsDeployBuild = operation{Operation: Operation{
		Name: "deployments.deploy_build", Method: "POST", Path: "/api/managed_users/{customer}/project_builds/{id}/deploy",
		Effect: Create, Quota: Quota{Family: "deployments", PerMinute: 60}, Doc: deploymentsDoc,
	}, lookup: deployLookup, ownError: true}
	deploymentsDeploy = operation{Operation: Operation{
		Name: "deployments.deploy", Method: "POST", Path: "/api/managed_users/{customer}/projects/{project_id}/deploy",
		Effect: Create, Quota: Quota{Family: "deployments", PerMinute: 60}, Doc: deploymentsDoc,
	}, lookup: deployLookup, ownError: true}
	deploymentsList = operation{Operation: Operation{
		Name: "deployments.list", Method: "GET", Path: "/api/managed_users/{customer}/deployments",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "deployments", PerMinute: 60}, Doc: deploymentsDoc,
	}}
	deploymentsGet = operation{Operation: Operation{
		Name: "deployments.get", Method: "GET", Path: "/api/managed_users/{customer}/deployments/{id}",
		Effect: Read, Quota: Quota{Family: "deployments", PerMinute: 60}, Doc: deploymentsDoc,
	}, ownError: true, named: true}
	deploymentsEligibleReviewers = operation{Operation: Operation{
		Name: "deployments.eligible_reviewers", Method: "GET", Path: "/api/managed_users/{customer}/deployments/{id}/eligible_reviewers",
		Effect: Read, Response: ResponseRaw, Quota: Quota{Family: "deployments", PerMinute: 60}, Doc: deploymentsDoc,
	}}
	// The list replaces all reviewers, so a retry changes nothing more.
	deploymentsAssignReviewers = operation{Operation: Operation{
		Name: "deployments.assign_reviewers", Method: "POST", Path: "/api/managed_users/{customer}/deployments/{id}/assign_reviewers",
		Effect: Idempotent, Quota: Quota{Family: "deployments", PerMinute: 60}, Doc: deploymentsDoc,
	}}
)

const deployLookup = "look for the deployment with deployments.list before you try again"

// ProjectRef names a project: "649" by its own id, "f1563" by the id of its
// folder. ProjectByID and ProjectByFolder make it.
type ProjectRef string

// ProjectByID names a project by its own id.
func ProjectByID(projectID int64) ProjectRef { return ProjectRef(strconv.FormatInt(projectID, 10)) }

// ProjectByFolder names a project by the id of its folder.
func ProjectByFolder(folderID int64) ProjectRef {
	return ProjectRef("f" + strconv.FormatInt(folderID, 10))
}

func (p ProjectRef) check() error {
	id, err := strconv.ParseUint(strings.TrimPrefix(string(p), "f"), 10, 63)
	if err != nil || id == 0 {
		return invalid("project", "%q is neither the id of a project such as 649 nor that of its folder such as f1563", string(p))
	}
	return nil
}

// DeploymentState is the state of a build or a deployment. Other values may
// appear, such as those of reviews, and count as not ended.
type DeploymentState string

// The states seen so far. Other clients know more words for the end states: see
// Succeeded and Failed.
const (
	DeploymentPending DeploymentState = "pending"
	DeploymentSuccess DeploymentState = "success"
	DeploymentFailed  DeploymentState = "failed"
)

// Succeeded reports whether the build or deployment ended in success.
func (s DeploymentState) Succeeded() bool {
	return s == DeploymentSuccess || s == "succeeded" || s == "completed"
}

// Failed reports whether the build or deployment ended in failure.
func (s DeploymentState) Failed() bool {
	return s == DeploymentFailed || s == "failure" || s == "error"
}

// ProjectBuild is a package of a project. The service builds it after Build has
// returned: see WaitBuild.
type ProjectBuild struct {
	ID          int64     `json:"id"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
	Description string    `json:"description"`
	ProjectID   int64     `json:"project_id"`
	// State is that of the response, or its status.
	State           DeploymentState `json:"state"`
	PerformedByName string          `json:"performed_by_name"`
	// DownloadURL is where the package can be fetched without a credential, ""
	// while there is none.
	DownloadURL string `json:"download_url"`
	// Error says why a failed build failed. Only one source shows it.
	Error string `json:"error"`
	// Status is the state under the name that one source uses.
	//
	// Deprecated: use State, which has it under either name.
	Status DeploymentState `json:"status"`
}

func (b *ProjectBuild) identity() int64 { return b.ID }

// Deployment brings a build to another environment. It continues after Deploy
// has returned: see Wait.
type Deployment struct {
	ID              int64           `json:"id"`
	CreatedAt       time.Time       `json:"created_at"`
	UpdatedAt       time.Time       `json:"updated_at"`
	Title           string          `json:"title"`
	Description     string          `json:"description"`
	ProjectBuildID  int64           `json:"project_build_id"`
	EnvironmentType EnvironmentType `json:"environment_type"`
	ProjectID       int64           `json:"project_id"`
	State           DeploymentState `json:"state"`
	PerformedByName string          `json:"performed_by_name"`
	// Error says why a failed deployment failed. Only one source shows it.
	Error string `json:"error"`
}

func (d *Deployment) identity() int64 { return d.ID }

// DeploymentBuildParams describes a build. All fields are optional.
type DeploymentBuildParams struct {
	Description string `json:"description,omitempty"`
	// IncludeTestCases adds the test cases of the recipes, IncludeTags the tags of
	// the assets.
	IncludeTestCases bool `json:"include_test_cases,omitempty"`
	IncludeTags      bool `json:"include_tags,omitempty"`
}

// Build starts to build a package of a project: continue with WaitBuild. If the
// response is lost, the error is ErrOutcomeUnknown; building once more does no
// harm.
//
// https://docs.workato.com/oem/oem-api/project-properties.html#build-a-project
func (s *DeploymentService) Build(ctx context.Context, customerID CustomerID, project ProjectRef, params *DeploymentBuildParams, opts ...CallOption) (*ProjectBuild, error) {
	r := deploymentsBuild.at(customer(customerID), text(string(project))).check(project.check())
	if params != nil {
		r = r.withBody(params)
	}
	return invoke(ctx, s.core, r, opts, decodeBuild)
}

// decodeBuild reads a build, whose state has two names.
func decodeBuild(d *wire.Decoder, body []byte) (*ProjectBuild, error) {
	b, err := decodeObject[ProjectBuild](d, body)
	if err == nil {
		b.State = cmp.Or(b.State, b.Status)
		b.DownloadURL = address(b.DownloadURL)
	}
	return b, err
}

// GetBuild returns a build with its state. A failed build is a result here, not
// an error.
//
// https://docs.workato.com/oem/oem-api/project-properties.html#get-a-project-build
func (s *DeploymentService) GetBuild(ctx context.Context, customerID CustomerID, buildID int64, opts ...CallOption) (*ProjectBuild, error) {
	return invoke(ctx, s.core, deploymentsGetBuild.at(customer(customerID), number(buildID)), opts, decodeBuild)
}

// WaitBuild polls a build until it has ended. A failed build is a
// *FailedError[ProjectBuild]; if the wait itself ends first, the error is a
// *WaitError[ProjectBuild]; waiting can resume with the same id.
func (s *DeploymentService) WaitBuild(ctx context.Context, customerID CustomerID, buildID int64, params *WaitParams[ProjectBuild], opts ...CallOption) (*ProjectBuild, error) {
	return await(ctx, params, &deploymentsGetBuild, func(ctx context.Context) (*ProjectBuild, error) {
		return s.GetBuild(ctx, customerID, buildID, opts...)
	}, func(b *ProjectBuild) (bool, error) {
		if b.State.Failed() {
			return true, failedWait(s.core, &deploymentsGetBuild, b, fmt.Sprintf("build %d", b.ID), string(b.State), b.Error)
		}
		return b.State.Succeeded(), nil
	})
}

// DeploymentDeployParams describes a deployment.
type DeploymentDeployParams struct {
	// EnvironmentType is the environment to deploy to: EnvironmentTest or
	// EnvironmentProd. Required.
	EnvironmentType EnvironmentType
	Title           string
	Description     string
}

// deploy starts a deployment. The environment goes into query and body: the
// pages of the reference differ.
func (s *DeploymentService) deploy(ctx context.Context, r request, params *DeploymentDeployParams, opts []CallOption) (*Deployment, error) {
	params, missing := needed(params)
	type environment struct {
		EnvironmentType EnvironmentType `json:"environment_type" url:"environment_type"`
	}
	type body struct {
		environment
		Title       string `json:"title,omitempty"`
		Description string `json:"description,omitempty"`
	}
	to := environment{params.EnvironmentType}
	r = r.withQuery(&to).withBody(&body{to, params.Title, params.Description}).
		check(missing, required("EnvironmentType", string(params.EnvironmentType)))
	r.environment = params.EnvironmentType
	return fetch[Deployment](ctx, s.core, r, opts)
}

// DeployBuild starts to deploy a build: continue with Wait. If the response is
// lost, the error is ErrOutcomeUnknown: look for the deployment in List.
//
// https://docs.workato.com/oem/oem-api/project-properties.html#deploy-a-project-build
func (s *DeploymentService) DeployBuild(ctx context.Context, customerID CustomerID, buildID int64, params *DeploymentDeployParams, opts ...CallOption) (*Deployment, error) {
	return s.deploy(ctx, deploymentsDeployBuild.at(customer(customerID), number(buildID)), params, opts)
}

// Deploy builds a project and starts to deploy it: continue with Wait. If the
// response is lost, the error is ErrOutcomeUnknown: look for the deployment in
// List.
//
// https://docs.workato.com/oem/oem-api/project-properties.html#build-and-deploy-a-project
func (s *DeploymentService) Deploy(ctx context.Context, customerID CustomerID, project ProjectRef, params *DeploymentDeployParams, opts ...CallOption) (*Deployment, error) {
	r := deploymentsDeploy.at(customer(customerID), text(string(project))).check(project.check())
	return s.deploy(ctx, r, params, opts)
}

// DeploymentListParams filters the list of deployments. All fields are
// optional.
type DeploymentListParams struct {
	// ProjectID and FolderID select the deployments of a project, by its own id or by
	// that of its folder.
	ProjectID int64 `url:"project_id,omitempty"`
	FolderID  int64 `url:"folder_id,omitempty"`
	// EnvironmentType is the environment that was deployed to, State the state of the
	// deployment now.
	EnvironmentType EnvironmentType `url:"environment_type,omitempty"`
	State           DeploymentState `url:"state,omitempty"`
	// From and To bound the time of the deployment.
	From time.Time `url:"from,omitempty" layout:"2006-01-02T15:04:05Z"`
	To   time.Time `url:"to,omitempty" layout:"2006-01-02T15:04:05Z"`
}

// List returns the deployments of a customer. Unverified: whether the list is
// paged. Bound it with From and To if it may be long.
//
// https://docs.workato.com/oem/oem-api/project-properties.html#list-deployments
func (s *DeploymentService) List(ctx context.Context, customerID CustomerID, params *DeploymentListParams, opts ...CallOption) ([]Deployment, error) {
	r := deploymentsList.at(customer(customerID))
	if params != nil {
		p := *params
		p.From, p.To = p.From.UTC(), p.To.UTC()
		r = r.withQuery(&p).check(optionalID("ProjectID", p.ProjectID), optionalID("FolderID", p.FolderID))
	}
	return fetchList[Deployment](ctx, s.core, r, opts)
}

// All iterates over the deployments of List. The list is fetched when the
// iteration starts.
func (s *DeploymentService) All(ctx context.Context, customerID CustomerID, params *DeploymentListParams, opts ...CallOption) iter.Seq2[Deployment, error] {
	return eachOf(func() ([]Deployment, error) { return s.List(ctx, customerID, params, opts...) })
}

// Get returns a deployment with its state. A failed deployment is a result
// here, not an error.
//
// https://docs.workato.com/oem/oem-api/project-properties.html#get-a-deployment
func (s *DeploymentService) Get(ctx context.Context, customerID CustomerID, deploymentID int64, opts ...CallOption) (*Deployment, error) {
	return fetch[Deployment](ctx, s.core, deploymentsGet.at(customer(customerID), number(deploymentID)), opts)
}

// Wait polls a deployment until it has ended. A failed deployment is a
// *FailedError[Deployment]; if the wait itself ends first, the error is a
// *WaitError[Deployment]; waiting can resume with the same id.
func (s *DeploymentService) Wait(ctx context.Context, customerID CustomerID, deploymentID int64, params *WaitParams[Deployment], opts ...CallOption) (*Deployment, error) {
	return await(ctx, params, &deploymentsGet, func(ctx context.Context) (*Deployment, error) {
		return s.Get(ctx, customerID, deploymentID, opts...)
	}, func(d *Deployment) (bool, error) {
		if d.State.Failed() {
			return true, failedWait(s.core, &deploymentsGet, d, fmt.Sprintf("deployment %d", d.ID), string(d.State), d.Error)
		}
		return d.State.Succeeded(), nil
	})
}

// EligibleReviewers returns, as JSON, who may review a deployment. The endpoint
// is in private beta. Unverified: the shape of the response.
//
// https://docs.workato.com/oem/oem-api/project-properties.html#get-eligible-reviewers
func (s *DeploymentService) EligibleReviewers(ctx context.Context, customerID CustomerID, deploymentID int64, opts ...CallOption) (json.RawMessage, error) {
	r := deploymentsEligibleReviewers.at(customer(customerID), number(deploymentID))
	return s.core.fetchRaw(ctx, r, opts)
}

// DeploymentAssignReviewersParams says who reviews a deployment.
type DeploymentAssignReviewersParams struct {
	// ReviewerIDs are all reviewers: anyone else is unassigned and their review
	// deleted. An empty list unassigns everyone; nil is refused.
	ReviewerIDs []int64 `json:"reviewer_ids"`
}

// DeploymentReviews are the reviews and authors of a deployment. Their
// elements are kept as JSON. Unverified: their keys.
type DeploymentReviews struct {
	Reviews []json.RawMessage `json:"reviews"`
	Authors []json.RawMessage `json:"authors"`
}

func (r *DeploymentReviews) present() bool { return r.Reviews != nil || r.Authors != nil }

// AssignReviewers replaces the reviewers of a deployment. The endpoint is in
// private beta; the customer's setting must ask for reviews.
//
// https://docs.workato.com/oem/oem-api/project-properties.html#assign-reviewers
func (s *DeploymentService) AssignReviewers(ctx context.Context, customerID CustomerID, deploymentID int64, params *DeploymentAssignReviewersParams, opts ...CallOption) (*DeploymentReviews, error) {
	params, missing := needed(params)
	r := deploymentsAssignReviewers.at(customer(customerID), number(deploymentID)).withBody(params).check(missing, eachID("ReviewerIDs", params.ReviewerIDs))
	if params.ReviewerIDs == nil {
		r = r.check(invalid("ReviewerIDs", "is required; an empty list unassigns everyone"))
	}
	return fetch[DeploymentReviews](ctx, s.core, r, opts)
}
