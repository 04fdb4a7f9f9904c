package workato

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// CustomConnectorService serves the custom connectors of the partner's workspace
// and shares them with all customers.
//
// https://docs.workato.com/oem/oem-api/custom_connectors.html
type CustomConnectorService struct{ core *core }

const customConnectorsDoc = "https://docs.workato.com/oem/oem-api/custom_connectors.html"

var (
	customConnectorsList = operation{Operation: Operation{
		Name: "custom_connectors.list", Method: "GET", Path: "/api/custom_connectors",
		Effect: Read, Response: ResponseList, Quota: Quota{Family: "custom_connectors", PerMinute: 60}, Doc: customConnectorsDoc,
	}}
	customConnectorsGet = operation{Operation: Operation{
		Name: "custom_connectors.get", Method: "GET", Path: "/api/custom_connectors/{connector_id}",
		Effect: Read, Quota: Quota{Family: "custom_connectors", PerMinute: 60}, Doc: customConnectorsDoc,
	}}
	customConnectorsOEMShare = operation{Operation: Operation{
		Name: "custom_connectors.oem_share", Method: "POST", Path: "/api/custom_connectors/{connector_id}/oem_share/{version}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "custom_connectors", PerMinute: 60}, Doc: customConnectorsDoc,
	}}
	customConnectorsUnshare = operation{Operation: Operation{
		Name: "custom_connectors.unshare", Method: "DELETE", Path: "/api/custom_connectors/{connector_id}/suppress_oem_version",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "custom_connectors", PerMinute: 60}, Doc: customConnectorsDoc,
	}, metOwnEffect: isGone}
)

// CustomConnector is a custom connector of the partner's workspace.
type CustomConnector struct {
	ID int64 `json:"id"`
	// Name is the provider of connections: "acme_connector_9_1700000000".
	Name  string `json:"name"`
	Title string `json:"title"`
	// LatestReleasedVersion is nil before the first release. Lists have nothing but
	// its number.
	LatestReleasedVersion     *CustomConnectorVersion `json:"latest_released_version"`
	LatestReleasedVersionNote *string                 `json:"latest_released_version_note"`
	// OEMSharedVersion is the version that customers have, nil if they have none.
	OEMSharedVersion *int64                   `json:"oem_shared_version"`
	OEMSharedAt      *time.Time               `json:"oem_shared_at"`
	ReleasedVersions []CustomConnectorVersion `json:"released_versions"`
	StaticWebhookURL *string                  `json:"static_webhook_url"`
	// Code is the source in Ruby. Unverified: whether Get has it, and whether here
	// or in the latest released version.
	Code string `json:"code"`
	// Raw is the connector as received.
	Raw json.RawMessage `json:"-"`
}

func (c CustomConnector) identity() int64 { return c.ID }

func (c *CustomConnector) readWire(d *wire.Decoder, data []byte) error {
	type plain CustomConnector
	return d.Keep(data, (*plain)(c), &c.Raw)
}

// UnmarshalJSON reads the known keys and keeps the text.
func (c *CustomConnector) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, c, (*CustomConnector).readWire)
}

// MarshalJSON returns the connector as received.
func (c CustomConnector) MarshalJSON() ([]byte, error) {
	type plain CustomConnector
	return kept(c.Raw, plain(c))
}

// CustomConnectorVersion is a released version of a custom connector.
type CustomConnectorVersion struct {
	Version     int64      `json:"version"`
	VersionNote *string    `json:"version_note"`
	CreatedAt   *time.Time `json:"created_at"`
	ReleasedAt  *time.Time `json:"released_at"`
	Code        string     `json:"code,omitempty"`
}

func (v *CustomConnectorVersion) readWire(d *wire.Decoder, data []byte) error {
	type plain CustomConnectorVersion
	if wire.KindOf(data) == wire.KindObject {
		return d.Decode(data, (*plain)(v))
	}
	return d.Decode(data, &v.Version)
}

// UnmarshalJSON reads an object, or nothing but the number.
func (v *CustomConnectorVersion) UnmarshalJSON(data []byte) error {
	return wire.ReadWith(data, v, (*CustomConnectorVersion).readWire)
}

// CustomConnectorListParams filters custom connectors. All fields are optional.
type CustomConnectorListParams struct {
	// Title is a part of the title.
	Title string `url:"title,omitempty"`
	// OEMShared selects those that are shared with customers (Ptr(true)), or that
	// are not (Ptr(false)); nil selects both.
	OEMShared *bool `url:"oem_shared,omitempty"`
}

// List returns the custom connectors of the partner's workspace, all in one
// response.
//
// https://docs.workato.com/oem/oem-api/custom_connectors.html
func (s *CustomConnectorService) List(ctx context.Context, params *CustomConnectorListParams, opts ...CallOption) ([]CustomConnector, error) {
	p := given(params)
	return fetchList[CustomConnector](ctx, s.core, customConnectorsList.at().withQuery(&p), opts)
}

// All iterates over the custom connectors of List. The list is fetched when the
// iteration starts.
func (s *CustomConnectorService) All(ctx context.Context, params *CustomConnectorListParams, opts ...CallOption) iter.Seq2[CustomConnector, error] {
	return eachOf(func() ([]CustomConnector, error) { return s.List(ctx, params, opts...) })
}

// Get returns a custom connector. Unverified: the response; that of List has one
// more way to say the version.
//
// https://docs.workato.com/oem/oem-api/custom_connectors.html
func (s *CustomConnectorService) Get(ctx context.Context, connectorID int64, opts ...CallOption) (*CustomConnector, error) {
	return fetch[CustomConnector](ctx, s.core, customConnectorsGet.at(number(connectorID)), opts)
}

// OEMShare shares a released version of a custom connector with all customers, in
// the place of the one that was shared before. Recipes of customers then run with
// it. Unverified: the response.
//
// https://docs.workato.com/oem/oem-api/custom_connectors.html
func (s *CustomConnectorService) OEMShare(ctx context.Context, connectorID, version int64, opts ...CallOption) error {
	return s.core.confirm(ctx, customConnectorsOEMShare.at(number(connectorID), number(version)), opts)
}

// Unshare takes a custom connector away from all customers. Unverified: the
// response, and what becomes of recipes that use it.
//
// https://docs.workato.com/oem/oem-api/custom_connectors.html
func (s *CustomConnectorService) Unshare(ctx context.Context, connectorID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, customConnectorsUnshare.at(number(connectorID)), opts)
}
