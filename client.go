package workato

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/go-workato/workato/internal/transport"
)

// Version is the version of this package, as sent in the User-Agent header.
const Version = "0.1.0"

// Client calls the Embedded API. It is immutable and safe for concurrent use;
// make one and keep it, because it holds the connection pool. The services are
// its fields. Only NewClient and With make a usable Client: the services of the
// zero value are nil, and their methods panic.
type Client struct {
	APIAccessProfiles   *APIAccessProfileService
	APIClients          *APIClientService
	APIClientsV1        *APIClientV1Service
	APICollections      *APICollectionService
	APIEndpoints        *APIEndpointService
	APIKeys             *APIKeyService
	ActivityLogs        *ActivityLogService
	CollaboratorGroups  *CollaboratorGroupService
	Connections         *ConnectionService
	CustomConnectors    *CustomConnectorService
	CustomOAuthProfiles *CustomOAuthProfileService
	CustomerManagers    *CustomerManagerService
	DataTables          *DataTableService
	Deployments         *DeploymentService
	DeveloperAPIClients *DeveloperAPIClientService
	Embedding           *EmbeddingService
	EnvironmentRoles    *EnvironmentRoleService
	EventTopics         *EventTopicService
	Exports             *ExportService
	FieldMappings       *FieldMappingService
	Folders             *FolderService
	Genies              *GenieService
	IdentityGroups      *IdentityGroupService
	IdentityUsers       *IdentityUserService
	Imports             *ImportService
	Integrations        *IntegrationService
	Jobs                *JobService
	KnowledgeBases      *KnowledgeBaseService
	LookupTables        *LookupTableService
	MCPServers          *MCPServerService
	ManagedUsers        *ManagedUserService
	Members             *MemberService
	OnPremAgents        *OnPremAgentService
	OnPremGroups        *OnPremGroupService
	Packages            *PackageService
	Picklists           *PicklistService
	ProjectGrants       *ProjectGrantService
	ProjectRoles        *ProjectRoleService
	Projects            *ProjectService
	Properties          *PropertyService
	Recipes             *RecipeService
	Roles               *RoleService
	Skills              *SkillService
	Tags                *TagService
	TestCases           *TestCaseService
	Usage               *UsageService
	Workspace           *WorkspaceService

	core *core
}

// NewClient returns a client with exactly one credential. It sends nothing and
// reads no environment unless FromEnv is given. All option errors are reported
// together.
func NewClient(opts ...Option) (*Client, error) {
	return newClient(config{
		region:           RegionUS,
		retry:            RetryPolicy{MaxRetries: defaultMaxRetries, MinWait: defaultMinWait, MaxWait: defaultMaxWait},
		attemptTimeout:   defaultAttemptTimeout,
		maxResponseBytes: defaultMaxResponseBytes,
	}, opts)
}

// With derives a client that differs in the given options and shares the
// connection pool. The original does not change.
func (c *Client) With(opts ...Option) (*Client, error) { return newClient(c.core.config, opts) }

func newClient(cfg config, opts []Option) (*Client, error) {
	cfg.credentials, cfg.targets = nil, nil
	var errs []error
	for _, opt := range opts {
		if opt == nil {
			errs = append(errs, invalid("NewClient", "an option is nil"))
			continue
		}
		if err := opt(&cfg); err != nil {
			errs = append(errs, err)
		}
	}
	switch {
	case len(cfg.credentials) > 1:
		errs = append(errs, invalid("NewClient", "more than one credential: %s", strings.Join(cfg.credentials, ", ")))
	case cfg.authorize == nil && len(errs) == 0:
		errs = append(errs, invalid("NewClient", "no credential: give WithAPIToken, FromEnv or another one"))
	}
	if len(cfg.targets) > 1 {
		errs = append(errs, invalid("NewClient", "more than one address of the service: %s", strings.Join(cfg.targets, ", ")))
	}
	base, err := cfg.base()
	if err != nil {
		if slices.Contains(cfg.targets, "FromEnv") {
			err = envError(err)
		}
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}

	if cfg.httpClient == nil {
		cfg.httpClient = new(http.Client)
	}
	if cfg.httpClient.Transport == nil { // made here, so that derived clients share it
		cfg.httpClient.Transport = defaultTransport()
	}
	core := &core{config: cfg}
	core.observer, _ = cfg.limiter.(LimitObserver)
	agent := []string{cfg.agent()}
	core.plainHeader = transport.NewHeader(http.Header{"Accept": {"application/json"}, "User-Agent": agent})
	core.jsonHeader = core.plainHeader.With(http.Header{"Content-Type": {"application/json"}})
	core.packageHeader = core.plainHeader.With(http.Header{"Content-Type": {"application/octet-stream"}})
	core.storeHeader = transport.NewHeader(http.Header{"Accept": {"*/*"}, "Accept-Encoding": {"identity"}, "User-Agent": agent})
	core.transport = transport.New(transport.Config{
		Base:             base,
		Transport:        cfg.httpClient.Transport,
		Middleware:       slices.Clone(cfg.middleware),
		Authorize:        cfg.authorize,
		Lent:             !cfg.constant,
		MaxResponseBytes: cfg.maxResponseBytes,
		MinWait:          cfg.retry.MinWait,
		MaxWait:          cfg.retry.MaxWait,
		Budget:           cfg.budget,
	})
	return &Client{
		APIAccessProfiles:   &APIAccessProfileService{core},
		APIClients:          &APIClientService{core},
		APIClientsV1:        &APIClientV1Service{core},
		APICollections:      &APICollectionService{core},
		APIEndpoints:        &APIEndpointService{core},
		APIKeys:             &APIKeyService{core},
		ActivityLogs:        &ActivityLogService{core},
		CollaboratorGroups:  &CollaboratorGroupService{core},
		Connections:         &ConnectionService{core},
		CustomConnectors:    &CustomConnectorService{core},
		CustomOAuthProfiles: &CustomOAuthProfileService{core},
		CustomerManagers:    &CustomerManagerService{core},
		DataTables:          &DataTableService{core},
		Deployments:         &DeploymentService{core},
		DeveloperAPIClients: &DeveloperAPIClientService{core},
		Embedding:           &EmbeddingService{core},
		EnvironmentRoles:    &EnvironmentRoleService{core},
		EventTopics:         &EventTopicService{core},
		Exports:             &ExportService{core},
		FieldMappings:       &FieldMappingService{core},
		Folders:             &FolderService{core},
		Genies:              &GenieService{core},
		IdentityGroups:      &IdentityGroupService{core},
		IdentityUsers:       &IdentityUserService{core},
		Imports:             &ImportService{core},
		Integrations:        &IntegrationService{core},
		Jobs:                &JobService{core},
		KnowledgeBases:      &KnowledgeBaseService{core},
		LookupTables:        &LookupTableService{core},
		MCPServers:          &MCPServerService{core},
		ManagedUsers:        &ManagedUserService{core},
		Members:             &MemberService{core},
		OnPremAgents:        &OnPremAgentService{core},
		OnPremGroups:        &OnPremGroupService{core},
		Packages:            &PackageService{core},
		Picklists:           &PicklistService{core},
		ProjectGrants:       &ProjectGrantService{core},
		ProjectRoles:        &ProjectRoleService{core},
		Projects:            &ProjectService{core},
		Properties:          &PropertyService{core},
		Recipes:             &RecipeService{core},
		Roles:               &RoleService{core},
		Skills:              &SkillService{core},
		Tags:                &TagService{core},
		TestCases:           &TestCaseService{core},
		Usage:               &UsageService{core},
		Workspace:           &WorkspaceService{core},
		core:                core,
	}, nil
}

// String keeps the client's fields out of logs.
func (c *Client) String() string { return "workato.Client" }

// GoString is String.
func (c *Client) GoString() string { return c.String() }

// agent returns the User-Agent header.
func (c *config) agent() string {
	if c.userAgent != "" {
		return c.userAgent
	}
	agent := fmt.Sprintf("workato-go/%s (%s; %s/%s)", Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if c.application != "" {
		agent += " " + c.application
	}
	return agent
}

const (
	// pingAfter is how long an HTTP/2 connection may be idle before it is pinged,
	// and pingTimeout how long the ping may take.
	pingAfter   = 6 * time.Second
	pingTimeout = 4 * time.Second
)

// defaultTransport is net/http's with room for many idle connections to the one
// host: with the default of two, a parallel job would open a connection for
// nearly every call.
func defaultTransport() http.RoundTripper {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok { // replaced by the program, which will know why
		return http.DefaultTransport
	}
	t := standard.Clone()
	t.MaxIdleConns, t.MaxIdleConnsPerHost = 512, 256
	// A ping finds and closes a dead connection, so that the next attempt dials
	// again. Without it every attempt would use the same dead HTTP/2 connection
	// until TCP gives up.
	t.HTTP2 = &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout}
	return t
}
