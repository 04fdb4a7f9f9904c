package workatotest

import "time"

// State is the state of a [Server]: what a test seeds, what a snapshot returns
// and what the program saves to a file.
//
// Ids may be zero: they are then assigned in the order of the lists.
type State struct {
	// Own is the partner's own workspace, which the routes without a customer
	// address. It always exists; a seed only adds to it.
	Own *Customer `json:"own,omitempty"`
	// Customers are the partner's customers in the order of their creation.
	Customers []*Customer `json:"customers,omitempty"`
	// Connectors is the catalogue of connectors. A few common ones are always
	// there.
	Connectors []*Connector `json:"connectors,omitempty"`
	// PublicRecipes are found by the search of public recipes.
	PublicRecipes []*PublicRecipe `json:"public_recipes,omitempty"`
	// Counters are the last issued ids, by kind.
	Counters map[string]int64 `json:"counters,omitempty"`
	// AdvancedSeconds is how far [Server.Advance] has advanced the clock. A server
	// that takes the state advances its own as far, if it is behind.
	AdvancedSeconds float64 `json:"advanced_seconds,omitempty"`
}

// Customer is a customer workspace with its content. A customer with
// environments is its DEV workspace and holds the two others.
type Customer struct {
	ID         int64  `json:"id,omitempty"`
	ExternalID string `json:"external_id,omitempty"`
	Name       string `json:"name,omitempty"`

	NotificationEmail       string         `json:"notification_email,omitempty"`
	AdminNotificationEmails string         `json:"admin_notification_emails,omitempty"`
	ErrorNotificationEmails string         `json:"error_notification_emails,omitempty"`
	PlanID                  string         `json:"plan_id,omitempty"`
	OriginURL               string         `json:"origin_url,omitempty"`
	FrameAncestors          string         `json:"frame_ancestors,omitempty"`
	TeamName                string         `json:"team_name,omitempty"`
	TimeZone                string         `json:"time_zone,omitempty"`
	FullEmbedding           *bool          `json:"full_embedding,omitempty"`
	InTrial                 bool           `json:"in_trial,omitempty"`
	WhitelistedApps         []string       `json:"whitelisted_apps,omitempty"`
	AuthSettings            map[string]any `json:"auth_settings,omitempty"`
	TaskLimit               int64          `json:"task_limit,omitempty"`
	TaskLimitAdjustment     string         `json:"task_limit_adjustment,omitempty"`
	TaskCount               int64          `json:"task_count,omitempty"`
	ActiveConnectionLimit   int64          `json:"active_connection_limit,omitempty"`

	// Environment is "test" or "prod" for a workspace in Environments, otherwise
	// empty.
	Environment string `json:"environment,omitempty"`
	// Environments are the TEST and PROD workspaces, each with an id and
	// perhaps an external id of its own.
	Environments []*Customer `json:"environments,omitempty"`

	// RootFolderID is the id of the Home folder.
	RootFolderID int64 `json:"root_folder_id,omitempty"`
	// HomeIsProject says that the Home assets were converted into a project:
	// every import then needs folder_id_for_home_assets.
	HomeIsProject bool `json:"home_is_project,omitempty"`

	Folders     []*Folder     `json:"folders,omitempty"`
	Connections []*Connection `json:"connections,omitempty"`
	Recipes     []*Recipe     `json:"recipes,omitempty"`
	Members     []*Member     `json:"members,omitempty"`
	// Properties are the environment properties. They may hold secrets and are
	// never written to the request log.
	Properties   map[string]string `json:"properties,omitempty"`
	LookupTables []*LookupTable    `json:"lookup_tables,omitempty"`
	// PackageAssets are assets from packages that the fake only keeps.
	PackageAssets []*PackageAsset `json:"package_assets,omitempty"`
	Tags          []*Tag          `json:"tags,omitempty"`
	Imports       []*Import       `json:"imports,omitempty"`
	Manifests     []*Manifest     `json:"manifests,omitempty"`
	Exports       []*Export       `json:"exports,omitempty"`
	Builds        []*Build        `json:"builds,omitempty"`
	Deployments   []*Deployment   `json:"deployments,omitempty"`
	// Records are objects of families that the fake keeps unchanged, by the name
	// of the family: "api_clients", "data_tables" and others.
	Records map[string][]Record `json:"records,omitempty"`

	CreatedAt time.Time `json:"created_at,omitzero"`
	UpdatedAt time.Time `json:"updated_at,omitzero"`
}

// Folder is a folder of a workspace. One directly under the Home folder is a
// project and has a second id.
type Folder struct {
	ID   int64  `json:"id,omitempty"`
	Name string `json:"name"`
	// ParentID is the folder above; zero in a seed means the Home folder.
	ParentID int64 `json:"parent_id,omitempty"`
	// ProjectID is the second id of a project, zero for other folders.
	ProjectID   int64  `json:"project_id,omitempty"`
	Description string `json:"description,omitempty"`
	// Properties are those of the project.
	Properties map[string]string `json:"properties,omitempty"`
	CreatedAt  time.Time         `json:"created_at,omitzero"`
	UpdatedAt  time.Time         `json:"updated_at,omitzero"`
}

// Values of [Connection.AuthorizationStatus].
const (
	// StatusShell is the status of a connection that has never been authorised.
	StatusShell = ""
	// StatusSuccess is the status of a connection that works.
	StatusSuccess = "success"
	// StatusFailed is the status of a connection whose credentials were
	// refused.
	StatusFailed = "failed"
)

// Connection is a connection of a workspace.
type Connection struct {
	ID       int64  `json:"id,omitempty"`
	Name     string `json:"name,omitempty"`
	Provider string `json:"provider"`
	// Folder is for seeds only: the path of the folder, "Billing/EU". Missing
	// folders are made.
	Folder   string `json:"folder,omitempty"`
	FolderID int64  `json:"folder_id,omitempty"`
	ParentID int64  `json:"parent_id,omitempty"`
	// Adapter is the title of the custom connector for a connection from a
	// package, which names it instead of the provider.
	Adapter string `json:"adapter,omitempty"`
	// ExternalID is the partner's user who owns this connection.
	ExternalID string `json:"external_id,omitempty"`
	// Runtime marks the connection of one user, which lists omit by default.
	Runtime             bool      `json:"runtime,omitempty"`
	AuthorizationStatus string    `json:"authorization_status,omitempty"`
	AuthorizationError  string    `json:"authorization_error,omitempty"`
	AuthorizedAt        time.Time `json:"authorized_at,omitzero"`
	Identity            string    `json:"identity,omitempty"`
	LostAt              time.Time `json:"lost_at,omitzero"`
	LostReason          string    `json:"lost_reason,omitempty"`
	// InputKeys are the names of the credentials and settings given so far.
	// Their values are never part of a state.
	InputKeys []string `json:"input_keys,omitempty"`
	Tags      []string `json:"tags,omitempty"`
	// HiddenFor is the number of list reads that still omit the connection.
	HiddenFor int       `json:"hidden_for,omitempty"`
	CreatedAt time.Time `json:"created_at,omitzero"`
	UpdatedAt time.Time `json:"updated_at,omitzero"`

	// input is kept apart from the state so that no credential is ever saved.
	input map[string]any
}

// Recipe is a recipe of a workspace.
type Recipe struct {
	ID          int64  `json:"id,omitempty"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	// Folder is for seeds only: the path of the folder, "Billing/EU". Missing
	// folders are made.
	Folder   string `json:"folder,omitempty"`
	FolderID int64  `json:"folder_id,omitempty"`
	// Uses is for seeds only: names of connections of the same workspace.
	// Each becomes an entry of Config.
	Uses    []string `json:"uses,omitempty"`
	Running bool     `json:"running,omitempty"`
	// Code is the recipe's logic, a JSON document in a string.
	Code   string         `json:"code,omitempty"`
	Config []RecipeConfig `json:"config,omitempty"`
	// CodeErrors, if set, makes every start fail with these code_errors.
	CodeErrors []any `json:"code_errors,omitempty"`
	// StartsAfter is the number of reads of the recipe after which a recipe
	// that was started is shown as running.
	StartsAfter int `json:"starts_after,omitempty"`
	// Public and Concurrency are settings that only packages show. A concurrency
	// of 0 means 1.
	Public      bool       `json:"public,omitempty"`
	Concurrency int        `json:"concurrency,omitempty"`
	WebhookURL  string     `json:"webhook_url,omitempty"`
	StopCause   string     `json:"stop_cause,omitempty"`
	CopyCount   int64      `json:"copy_count,omitempty"`
	LastRunAt   time.Time  `json:"last_run_at,omitzero"`
	StoppedAt   time.Time  `json:"stopped_at,omitzero"`
	Versions    []*Version `json:"versions,omitempty"`
	Jobs        []*Job     `json:"jobs,omitempty"`
	Tags        []string   `json:"tags,omitempty"`
	CreatedAt   time.Time  `json:"created_at,omitzero"`
	UpdatedAt   time.Time  `json:"updated_at,omitzero"`
}

// RecipeConfig ties an application that a recipe uses to a connection.
type RecipeConfig struct {
	Keyword        string `json:"keyword,omitempty"`
	Name           string `json:"name,omitempty"`
	Provider       string `json:"provider"`
	SkipValidation bool   `json:"skip_validation"`
	// Personalization is a setting that only packages show.
	Personalization bool `json:"personalization,omitempty"`
	// AccountID is the id of the connection, zero for none.
	AccountID int64 `json:"account_id,omitempty"`
}

// Version is one saved version of a recipe.
type Version struct {
	ID        int64     `json:"id,omitempty"`
	Number    int64     `json:"number"`
	Comment   string    `json:"comment,omitempty"`
	CreatedAt time.Time `json:"created_at,omitzero"`
	UpdatedAt time.Time `json:"updated_at,omitzero"`
}

// Job is one run of a recipe.
type Job struct {
	ID     string `json:"id,omitempty"`
	Title  string `json:"title,omitempty"`
	Status string `json:"status,omitempty"`
	// Error is the text of a failed job.
	Error       string    `json:"error,omitempty"`
	Repeat      bool      `json:"repeat,omitempty"`
	StartedAt   time.Time `json:"started_at,omitzero"`
	CompletedAt time.Time `json:"completed_at,omitzero"`
}

// Member is a collaborator of a customer workspace.
type Member struct {
	ID         int64     `json:"id,omitempty"`
	Name       string    `json:"name,omitempty"`
	Email      string    `json:"email,omitempty"`
	ExternalID string    `json:"external_id,omitempty"`
	OAuthID    string    `json:"oauth_id,omitempty"`
	RoleName   string    `json:"role_name,omitempty"`
	EnvRoles   []EnvRole `json:"env_roles,omitempty"`
	TimeZone   string    `json:"time_zone,omitempty"`
	GrantType  string    `json:"grant_type,omitempty"`
	// Invited marks an invitation that has not been accepted: no list shows
	// it.
	Invited   bool      `json:"invited,omitempty"`
	CreatedAt time.Time `json:"created_at,omitzero"`
}

// EnvRole is the role of a member in one environment.
type EnvRole struct {
	EnvironmentType string `json:"environment_type"`
	Name            string `json:"name"`
	RoleType        string `json:"role_type,omitempty"`
}
