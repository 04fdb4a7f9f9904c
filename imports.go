package workato

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

// ImportService imports recipe packages into a customer's workspace.
//
// https://docs.workato.com/oem/oem-api/recipe-lifecycle-management.html
type ImportService struct{ core *core }

const lifecycleDoc = "https://docs.workato.com/oem/oem-api/recipe-lifecycle-management.html"

var (
	importsCreate = operation{Operation: Operation{
		Name: "imports.create", Method: "POST", Path: "/api/managed_users/{customer}/imports",
		Effect: Create, Quota: Quota{Family: "imports", PerMinute: 1000, PerHour: 500}, Doc: lifecycleDoc,
	}, lookup: "imports cannot be listed; check the folder's recipes, or import again: the same content is then imported twice and counts twice against the hourly quota", ownError: true}
	importsGet = operation{Operation: Operation{
		Name: "imports.get", Method: "GET", Path: "/api/managed_users/{customer}/imports/{package_id}",
		Effect: Read, Quota: Quota{Family: "imports", PerMinute: 1000}, Doc: lifecycleDoc,
	}, ownError: true, named: true}
)

// Import is the import of a package. It continues after Create has returned:
// see Wait.
type Import struct {
	ID int64 `json:"id"`
	// OperationType is "import".
	OperationType string       `json:"operation_type"`
	Status        ImportStatus `json:"status"`
	// ExportManifestID, Name, CreatedAt and UpdatedAt are those of the package.
	// Most responses leave them out.
	ExportManifestID *int64     `json:"export_manifest_id"`
	Name             string     `json:"name"`
	CreatedAt        *time.Time `json:"created_at"`
	UpdatedAt        *time.Time `json:"updated_at"`
	// Error says why a failed import failed.
	Error      string            `json:"error"`
	ErrorParts []json.RawMessage `json:"error_parts"`
	// RecipeStatus is the result for each recipe. It is empty while the import
	// runs, and missing in some responses.
	RecipeStatus []ImportedRecipe `json:"recipe_status"`
	// DownloadURL was seen on imports too: see Export. Usually it is "".
	DownloadURL string `json:"download_url"`
}

func (i *Import) identity() int64 { return i.ID }

func decodeImport(d *wire.Decoder, body []byte) (*Import, error) {
	i, err := decodeObject[Import](d, body)
	if err == nil {
		i.DownloadURL = address(i.DownloadURL)
	}
	return i, err
}

// ImportedRecipe is the result for one recipe of an import.
type ImportedRecipe struct {
	ID           int64        `json:"id"`
	ImportResult ImportResult `json:"import_result"`
}

// ImportStatus is the state of an import. Other values may appear and count as
// not ended.
type ImportStatus string

// The states of an import that were seen here or in the Developer API.
const (
	ImportPending    ImportStatus = "pending"
	ImportProcessing ImportStatus = "processing"
	ImportInProgress ImportStatus = "in_progress"
	ImportCompleted  ImportStatus = "completed"
	ImportSucceeded  ImportStatus = "succeeded"
	ImportFailed     ImportStatus = "failed"
	ImportError      ImportStatus = "error"
	ImportStopped    ImportStatus = "stopped"
)

// Completed reports whether the import ended in success.
func (s ImportStatus) Completed() bool { return s == ImportCompleted || s == ImportSucceeded }

// Failed reports whether the import ended in failure.
func (s ImportStatus) Failed() bool {
	return s == ImportFailed || s == ImportError || s == ImportStopped
}

// ImportResult is the result for a recipe. Other values may appear.
type ImportResult string

// The documented results.
const (
	// ImportResultUnchanged means no update, or an update without a restart. The
	// fake has it for new recipes too, which do not run yet.
	ImportResultUnchanged     ImportResult = "no_update_or_updated_without_restart"
	ImportResultRestarted     ImportResult = "restarted"
	ImportResultStopped       ImportResult = "stopped"
	ImportResultRestartFailed ImportResult = "restart_failed"
)

// ImportCreateParams describes an import.
type ImportCreateParams struct {
	// Package is the zip file. Required.
	Package Package `url:"-"`
	// FolderID is the folder to import into. Required.
	FolderID int64 `url:"folder_id"`
	// RestartRecipes stops running recipes that the package changes, and starts
	// them again. Without it such an import is refused or fails.
	RestartRecipes bool `url:"restart_recipes,omitempty"`
	// IncludeTags keeps the tags of the assets.
	IncludeTags bool `url:"include_tags,omitempty"`
	// FolderIDForHomeAssets is the folder for assets that the package keeps in
	// its root. Required if there are any, or if the customer's Home assets were
	// made a project.
	FolderIDForHomeAssets int64 `url:"folder_id_for_home_assets,omitempty"`
}

// Create starts the import of a package into a folder of a customer's
// workspace. It streams the package in constant memory. The result is usually
// still in progress: continue with Wait. An import that fails at once is an
// *ImportFailedError.
//
// Every call makes a new import; the quota is 500 an hour. If the response is
// lost, the error is ErrOutcomeUnknown; the import may be running. Unverified:
// that a second import of a package into the same folder updates the recipes of
// the first one, as it does in the fake.
//
// https://docs.workato.com/oem/oem-api/recipe-lifecycle-management.html#import-package-into-a-customer-account
func (s *ImportService) Create(ctx context.Context, customerID CustomerID, params *ImportCreateParams, opts ...CallOption) (*Import, error) {
	params, missing := needed(params)
	r := importsCreate.at(customer(customerID)).withQuery(params).
		check(missing, requiredID("FolderID", params.FolderID), optionalID("FolderIDForHomeAssets", params.FolderIDForHomeAssets))
	var size int64
	if r.err == nil || params.Package.open == nil { // the size may take long to find
		var err error
		var elsewhere *sourceError
		if size, err = params.Package.size(); errors.As(err, &elsewhere) {
			return nil, elsewhere.error
		}
		r = r.check(err)
	}
	r.pkg = params.Package.source(size)
	created, err := invoke(ctx, s.core, r, opts, decodeImport)
	if err != nil {
		return nil, err
	}
	if created.Status.Failed() {
		return nil, s.core.importFailed(&importsCreate, created)
	}
	return created, nil
}

// Get returns an import with its status. A failed import is a result here, not
// an error.
//
// https://docs.workato.com/oem/oem-api/recipe-lifecycle-management.html#get-package-status
func (s *ImportService) Get(ctx context.Context, customerID CustomerID, importID int64, opts ...CallOption) (*Import, error) {
	return invoke(ctx, s.core, importsGet.at(customer(customerID), number(importID)), opts, decodeImport)
}

// ImportWaitParams bound a wait for an import: they are those of
// WaitParams[Import], and RequireRestarted.
type ImportWaitParams struct {
	// MaxWait bounds the whole wait. If it is 0, the context's deadline does, or
	// 30 minutes if there is none.
	MaxWait time.Duration
	// FirstInterval is the time to the first poll, which is at once if 0. Imports
	// take some seconds, and each poll counts against the quota of imports.
	FirstInterval time.Duration
	// MinInterval is the time to the second poll, 1 s if 0. The intervals grow to
	// MaxInterval, 15 s if 0.
	MinInterval, MaxInterval time.Duration
	// OnUpdate is called with the result of each poll.
	OnUpdate func(*Import)
	// RequireRestarted also returns an error for a completed import that left a
	// recipe stopped or could not restart it.
	RequireRestarted bool
}

// Wait polls an import until it has ended. A failed import is an
// *ImportFailedError, which errors.As also finds as a *FailedError[Import]. If
// the wait itself ends first, the error is a *WaitError[Import]; waiting can
// resume with the same id. Polls that fail transiently are retried, and states
// that this package does not know count as not ended.
func (s *ImportService) Wait(ctx context.Context, customerID CustomerID, importID int64, params *ImportWaitParams, opts ...CallOption) (*Import, error) {
	p := given(params)
	bounds := WaitParams[Import]{MaxWait: p.MaxWait, FirstInterval: p.FirstInterval, MinInterval: p.MinInterval, MaxInterval: p.MaxInterval, OnUpdate: p.OnUpdate}
	return await(ctx, &bounds, &importsGet, func(ctx context.Context) (*Import, error) {
		return s.Get(ctx, customerID, importID, opts...)
	}, func(seen *Import) (bool, error) {
		switch {
		case seen.Status.Failed():
			return true, s.core.importFailed(&importsGet, seen)
		case !seen.Status.Completed():
			return false, nil
		}
		if p.RequireRestarted && len(seen.NotRestarted()) > 0 {
			return true, s.core.importFailed(&importsGet, seen)
		}
		return true, nil
	})
}

// NotRestarted returns the recipes that the import left stopped or could not
// restart.
func (i *Import) NotRestarted() []ImportedRecipe {
	var left []ImportedRecipe
	for _, recipe := range i.RecipeStatus {
		if recipe.ImportResult == ImportResultStopped || recipe.ImportResult == ImportResultRestartFailed {
			left = append(left, recipe)
		}
	}
	return left
}

// ImportFailedError says that an import failed. It has a type of its own because
// it also names the recipes that were not restarted; errors.As converts it to a
// *FailedError[Import], the form of all other waits.
type ImportFailedError struct {
	// Import is the last state seen.
	Import *Import
	// Err is the service's response, which has HTTP status 200.
	Err *APIError
}

func (e *ImportFailedError) Error() string {
	text := fmt.Sprintf("workato: import %d: %s", e.Import.ID, oneLine(string(e.Import.Status)))
	if e.Err.Message != "" {
		text += ": " + e.Err.Message
	}
	if left := e.Import.NotRestarted(); len(left) > 0 {
		text += fmt.Sprintf("; recipes not restarted: %d, the first is %d (%s)", len(left), left[0].ID, oneLine(string(left[0].ImportResult)))
	}
	return text
}

// LogValue implements slog.LogValuer, with the keys of APIError.LogValue.
func (e *ImportFailedError) LogValue() slog.Value { return logValue(e, e.Error()) }

// Unwrap returns the service's response.
func (e *ImportFailedError) Unwrap() error { return e.Err }

// As converts the error to a *FailedError[Import].
func (e *ImportFailedError) As(target any) bool {
	failed, ok := target.(**FailedError[Import])
	if ok {
		*failed = &FailedError[Import]{Last: e.Import, Err: e.Err, what: fmt.Sprintf("import %d", e.Import.ID), state: oneLine(string(e.Import.Status))}
	}
	return ok
}

func (c *core) importFailed(op *operation, seen *Import) error {
	return &ImportFailedError{Import: seen, Err: c.late(op, http.StatusOK, seen.Error)}
}
