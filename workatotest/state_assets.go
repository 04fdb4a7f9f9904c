package workatotest

import (
	"encoding/json"
	"time"
)

// LookupTable is a lookup table of a workspace.
type LookupTable struct {
	ID        int64  `json:"id,omitempty"`
	Name      string `json:"name"`
	ProjectID int64  `json:"project_id,omitempty"`
	// FolderID is the folder in which a package put the table.
	FolderID int64 `json:"folder_id,omitempty"`
	// Columns are the labels of the columns.
	Columns []string `json:"columns,omitempty"`
	// Schema is a package's data about the columns besides their labels.
	Schema    json.RawMessage `json:"schema,omitempty"`
	Rows      []*LookupRow    `json:"rows,omitempty"`
	CreatedAt time.Time       `json:"created_at,omitzero"`
	UpdatedAt time.Time       `json:"updated_at,omitzero"`
}

// LookupRow is a row of a lookup table.
type LookupRow struct {
	ID        int64             `json:"id,omitempty"`
	Data      map[string]string `json:"data"`
	CreatedAt time.Time         `json:"created_at,omitzero"`
	UpdatedAt time.Time         `json:"updated_at,omitzero"`
}

// Tag is a tag of a workspace. Its id is the handle.
type Tag struct {
	Handle      string `json:"handle,omitempty"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	Color       string `json:"color,omitempty"`
}

// Values of [Import.Status], [Export.Status] and their kin.
const (
	// StatusInProgress is the status of work that has not ended.
	StatusInProgress = "in_progress"
	// StatusCompleted is the status of an import or export that succeeded.
	StatusCompleted = "completed"
)

// Import is the import of a package.
type Import struct {
	ID             int64          `json:"id,omitempty"`
	FolderID       int64          `json:"folder_id,omitempty"`
	HomeFolderID   int64          `json:"home_folder_id,omitempty"`
	RestartRecipes bool           `json:"restart_recipes,omitempty"`
	Status         string         `json:"status"`
	Error          string         `json:"error,omitempty"`
	Results        []ImportResult `json:"results,omitempty"`
	// ReadsLeft is the number of status reads that still return in_progress.
	ReadsLeft int `json:"reads_left,omitempty"`
	// Package is the zip, kept until the import has ended.
	Package   []byte    `json:"package,omitempty"`
	CreatedAt time.Time `json:"created_at,omitzero"`
	// Kept counts, by type, the assets for which the fake has no family. They
	// are in [Customer.PackageAssets].
	Kept map[string]int `json:"kept,omitempty"`

	// contents are what was read out of Package.
	contents *contents
}

// ImportResult is the result of an import for one recipe.
type ImportResult struct {
	RecipeID int64  `json:"recipe_id"`
	Result   string `json:"result"`
}

// PackageAsset is an asset from a package for which the fake has no family,
// such as a page, an agent or a custom connector. It is kept as received, and
// an export includes it again.
type PackageAsset struct {
	ID int64 `json:"id,omitempty"`
	// Type is the type in the names of the files, "lcap_page"; empty for a file
	// whose name has none.
	Type     string `json:"type,omitempty"`
	Name     string `json:"name"`
	FolderID int64  `json:"folder_id,omitempty"`
	// Files are the contents by the suffixes of the files' names:
	// ".lcap_page.json" and ".lcap_page.png".
	Files map[string][]byte `json:"files,omitempty"`
}

// Manifest lists the content of an export.
type Manifest struct {
	ID       int64   `json:"id,omitempty"`
	Name     string  `json:"name"`
	FolderID int64   `json:"folder_id,omitempty"`
	Assets   []Asset `json:"assets,omitempty"`
	// IncludeData includes the rows of lookup tables.
	IncludeData bool      `json:"include_data,omitempty"`
	Deleted     bool      `json:"deleted,omitempty"`
	CreatedAt   time.Time `json:"created_at,omitzero"`
	UpdatedAt   time.Time `json:"updated_at,omitzero"`
	// LastExportedAt is zero until the first export.
	LastExportedAt time.Time `json:"last_exported_at,omitzero"`
}

// Asset is an entry of a [Manifest]: a recipe, a connection, a lookup table.
type Asset struct {
	ID      int64  `json:"id"`
	Type    string `json:"type"`
	Name    string `json:"name,omitempty"`
	ZipName string `json:"zip_name,omitempty"`
	// Unchecked assets are not in the package.
	Unchecked bool `json:"unchecked,omitempty"`
}

// Export is a package made from a [Manifest], or the record of an import in
// the partner's own workspace.
type Export struct {
	ID         int64     `json:"id,omitempty"`
	ManifestID int64     `json:"manifest_id,omitempty"`
	Status     string    `json:"status"`
	Error      string    `json:"error,omitempty"`
	ReadsLeft  int       `json:"reads_left,omitempty"`
	Package    []byte    `json:"package,omitempty"`
	CreatedAt  time.Time `json:"created_at,omitzero"`
}

// Build is a snapshot of a project that can be deployed.
type Build struct {
	ID          int64     `json:"id,omitempty"`
	ProjectID   int64     `json:"project_id"`
	Description string    `json:"description,omitempty"`
	State       string    `json:"state"`
	ReadsLeft   int       `json:"reads_left,omitempty"`
	Package     []byte    `json:"package,omitempty"`
	CreatedAt   time.Time `json:"created_at,omitzero"`
	UpdatedAt   time.Time `json:"updated_at,omitzero"`
}

// Deployment puts a [Build] into another environment.
type Deployment struct {
	ID              int64     `json:"id,omitempty"`
	BuildID         int64     `json:"build_id"`
	ProjectID       int64     `json:"project_id"`
	EnvironmentType string    `json:"environment_type"`
	Title           string    `json:"title,omitempty"`
	Description     string    `json:"description,omitempty"`
	State           string    `json:"state"`
	ReadsLeft       int       `json:"reads_left,omitempty"`
	Error           string    `json:"error,omitempty"`
	ReviewerIDs     []int64   `json:"reviewer_ids,omitempty"`
	CreatedAt       time.Time `json:"created_at,omitzero"`
	UpdatedAt       time.Time `json:"updated_at,omitzero"`
}

// Connector is an entry of the catalogue.
type Connector struct {
	Name       string   `json:"name"`
	Title      string   `json:"title,omitempty"`
	Categories []string `json:"categories,omitempty"`
	// OAuth connectors cannot be authorised by credentials in a request.
	OAuth      bool `json:"oauth,omitempty"`
	Deprecated bool `json:"deprecated,omitempty"`
	// Builtin connectors need no connection.
	Builtin  bool     `json:"builtin,omitempty"`
	Triggers []string `json:"triggers,omitempty"`
	Actions  []string `json:"actions,omitempty"`
	// Schema are the fields of a connection's input.
	Schema []map[string]any `json:"schema,omitempty"`
	// Picklists are the values of picklists by name: tuples of two to four
	// elements.
	Picklists map[string][][]any `json:"picklists,omitempty"`
}

// PublicRecipe is a recipe that the search of public recipes finds.
type PublicRecipe struct {
	ID           int64    `json:"id,omitempty"`
	Name         string   `json:"name"`
	Description  string   `json:"description,omitempty"`
	Applications []string `json:"applications,omitempty"`
	CopyCount    int64    `json:"copy_count,omitempty"`
	// Owned marks recipes of the partner itself.
	Owned bool `json:"owned,omitempty"`
}
