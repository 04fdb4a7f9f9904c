package workato

import (
	"context"
	"encoding/json"

	"github.com/go-workato/workato/internal/wire"
)

// FolderAsset is something in a folder that a package can hold.
type FolderAsset struct {
	ID   int64     `json:"id"`
	Name string    `json:"name"`
	Type AssetType `json:"type"`
	// Version is that of a recipe.
	Version int64  `json:"version"`
	Folder  string `json:"folder"`
	// AbsolutePath is where the asset lies: "All projects/Sales".
	AbsolutePath string `json:"absolute_path"`
	RootFolder   bool   `json:"root_folder"`
	Unreachable  bool   `json:"unreachable"`
	ZipName      string `json:"zip_name"`
	// Checked says that the asset would be in the package.
	Checked bool `json:"checked"`
	// Status says what a package would do: "added", "updated", "no change".
	Status string `json:"status"`
}

// ForManifest returns the asset as CreateManifest takes it.
func (a *FolderAsset) ForManifest() ManifestAsset {
	return ManifestAsset{
		ID: a.ID, Type: a.Type, AbsolutePath: a.AbsolutePath, Folder: a.Folder, ZipName: a.ZipName,
		Version: a.Version, RootFolder: a.RootFolder, Unreachable: a.Unreachable, Unchecked: !a.Checked,
	}
}

// AssetType is a kind of asset. Other values may appear.
type AssetType string

// The kinds of assets seen so far.
const (
	AssetRecipe              AssetType = "recipe"
	AssetConnection          AssetType = "connection"
	AssetLookupTable         AssetType = "lookup_table"
	AssetDataTable           AssetType = "workato_db_table"
	AssetAccountProperty     AssetType = "account_property"
	AssetProjectProperty     AssetType = "project_property"
	AssetSchema              AssetType = "workato_schema"
	AssetTemplate            AssetType = "workato_template"
	AssetApp                 AssetType = "lcap_app"
	AssetAppPage             AssetType = "lcap_page"
	AssetCustomAdapter       AssetType = "custom_adapter"
	AssetTopic               AssetType = "topic"
	AssetAPIGroup            AssetType = "api_group"
	AssetAPIEndpoint         AssetType = "api_endpoint"
	AssetGenie               AssetType = "agentic_genie"
	AssetSkill               AssetType = "agentic_skill"
	AssetKnowledgeBase       AssetType = "agentic_knowledge_base"
	AssetDataPipeline        AssetType = "data_pipeline"
	AssetDecisionEngineModel AssetType = "decision_engine_model"
	AssetMCPServer           AssetType = "mcp_server"
)

// FolderAssetsParams says whose assets to list. All fields are optional.
type FolderAssetsParams struct {
	// FolderID is the folder, 0 for Home.
	FolderID int64 `url:"folder_id,omitempty"`
	// IncludeTestCases is marked as not supported in the reference.
	IncludeTestCases bool `url:"include_test_cases,omitempty"`
	// IncludeData adds the data of tables.
	IncludeData bool `url:"include_data,omitempty"`
}

// FolderAssets returns what a package of a folder would contain.
//
// https://docs.workato.com/oem/oem-api/recipe-lifecycle-management.html#view-assets-in-a-folder
func (s *ExportService) FolderAssets(ctx context.Context, customerID CustomerID, params *FolderAssetsParams, opts ...CallOption) ([]FolderAsset, error) {
	return folderAssets(ctx, s.core, exportsFolderAssets.at(customer(customerID)), params, opts)
}

func folderAssets(ctx context.Context, c *core, r request, params *FolderAssetsParams, opts []CallOption) ([]FolderAsset, error) {
	if params != nil {
		r = r.withQuery(params).check(optionalID("FolderID", params.FolderID))
	}
	return invoke(ctx, c, r, opts, decodeAssets)
}

type assetsResponse struct {
	Assets *[]FolderAsset `json:"assets"`
}

func (a *assetsResponse) present() bool { return a.Assets != nil }

func decodeAssets(d *wire.Decoder, body []byte) ([]FolderAsset, error) {
	response, err := decodeObject[assetsResponse](d, body)
	if err != nil {
		return nil, err
	}
	return *response.Assets, nil
}

// ManifestAsset is an asset for a package. FolderAsset.ForManifest makes one
// from a result of FolderAssets.
type ManifestAsset struct {
	// ID, Type and AbsolutePath are required.
	ID           int64
	Type         AssetType
	AbsolutePath string
	// Folder is the path inside the package, ZipName the name of the file.
	Folder, ZipName string
	Version         int64
	RootFolder      bool
	Unreachable     bool
	// Unchecked leaves the asset out of the package.
	Unchecked bool
}

// MarshalJSON writes the form of the reference.
func (a ManifestAsset) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID           int64     `json:"id"`
		Type         AssetType `json:"type"`
		AbsolutePath string    `json:"absolute_path"`
		Checked      bool      `json:"checked"`
		Version      int64     `json:"version,omitempty"`
		Folder       string    `json:"folder"`
		RootFolder   bool      `json:"root_folder"`
		Unreachable  bool      `json:"unreachable"`
		ZipName      string    `json:"zip_name,omitempty"`
	}{a.ID, a.Type, a.AbsolutePath, !a.Unchecked, a.Version, a.Folder, a.RootFolder, a.Unreachable, a.ZipName})
}

func checkAssets(assets []ManifestAsset) error {
	for i, a := range assets {
		if a.ID <= 0 || a.Type == "" || a.AbsolutePath == "" {
			return invalid("Assets", "[%d] needs ID, Type and AbsolutePath", i)
		}
	}
	return nil
}
