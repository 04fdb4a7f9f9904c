package apitest

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-workato/workato"
)

func createImport(p *workato.ImportCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.Imports.Create(c.ctx, c.customer, p, c.opts...)) }
}

// packed imports a package that is made for each call.
func packed(pack func() workato.Package, folderID int64) Call {
	return func(c *Caller) error {
		return createImport(&workato.ImportCreateParams{Package: pack(), FolderID: folderID})(c)
	}
}

// fromFile imports a package from a file with some content; the other parameters
// are set too.
func fromFile(content string) Call {
	return func(c *Caller) error {
		dir, err := os.MkdirTemp("", "workato")
		if err != nil {
			return err
		}
		name := filepath.Join(dir, "package.zip")
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			return err
		}
		return errors.Join(createImport(&workato.ImportCreateParams{
			Package: workato.PackageFile(name), FolderID: 4515, RestartRecipes: true, IncludeTags: true, FolderIDForHomeAssets: 4516,
		})(c), os.RemoveAll(dir))
	}
}

func waitImport(p *workato.ImportWaitParams) Call {
	return func(c *Caller) error { return c.keep(c.Imports.Wait(c.ctx, c.customer, 251, p, c.opts...)) }
}

var _ = register(
	Entry{
		Operation: "imports.create", Want: "POST /api/managed_users/{customer}/imports?folder_id=4515",
		Call:  packed(func() workato.Package { return workato.PackageBytes([]byte(Package)) }, 4515),
		Bytes: Package, ContentType: "application/octet-stream",
		More: []Case{
			{
				Name: "file and all parameters", Call: fromFile(Package),
				Want:  "POST /api/managed_users/{customer}/imports?folder_id=4515&folder_id_for_home_assets=4516&include_tags=true&restart_recipes=true",
				Bytes: Package, ContentType: "application/octet-stream",
			},
			{
				Name: "reader", Bytes: Package, ContentType: "application/octet-stream",
				Call: packed(func() workato.Package {
					return workato.PackageReader(strings.NewReader(Package), int64(len(Package)))
				}, 4515),
			},
		},
		Good: Good{"imports/in_progress.json", "imports/completed_recorded.json", "imports/running_recorded.json", "imports/loose.json"},
		Refuses: Bad{
			"params": {createImport(nil)},
			"Package": {
				createImport(&workato.ImportCreateParams{FolderID: 1}), fromFile(""),
				packed(func() workato.Package { return workato.PackageFile("missing.zip") }, 1),
				packed(func() workato.Package { return workato.PackageFile("") }, 1),
				packed(func() workato.Package { return workato.PackageFile(".") }, 1),
				packed(func() workato.Package { return workato.PackageBytes(nil) }, 1),
				packed(func() workato.Package { return workato.PackageReader(nil, 5) }, 1),
				packed(func() workato.Package { return workato.PackageReader(strings.NewReader(""), 0) }, 1),
				packed(func() workato.Package { return workato.PackageFunc(nil, 5) }, 1),
				packed(func() workato.Package {
					return workato.PackageFunc(func() (io.ReadCloser, error) { return http.NoBody, nil }, -1)
				}, 1),
			},
			"FolderID": {
				packed(func() workato.Package { return workato.PackageBytes([]byte(Package)) }, 0),
				packed(func() workato.Package { return workato.PackageBytes([]byte(Package)) }, -1),
			},
			"FolderIDForHomeAssets": {createImport(&workato.ImportCreateParams{
				Package: workato.PackageBytes([]byte(Package)), FolderID: 1, FolderIDForHomeAssets: -1,
			})},
		},
	},
	Entry{
		Operation: "imports.get", Want: "GET /api/managed_users/{customer}/imports/251",
		Call: func(c *Caller) error { return c.keep(c.Imports.Get(c.ctx, c.customer, c.id(251), c.opts...)) },
		Good: Good{
			"imports/completed.json", "imports/in_progress.json", "imports/completed_recorded.json", "imports/running_recorded.json",
			"imports/failed.json",
		},
		Refuses: Bad{
			"package_id":  {func(c *Caller) error { return c.keep(c.Imports.Wait(c.ctx, c.customer, 0, nil, c.opts...)) }},
			"MaxWait":     {waitImport(&workato.ImportWaitParams{MaxWait: -1})},
			"MinInterval": {waitImport(&workato.ImportWaitParams{MinInterval: -1})},
			"MaxInterval": {
				waitImport(&workato.ImportWaitParams{MinInterval: 2, MaxInterval: 1}), waitImport(&workato.ImportWaitParams{MaxInterval: -1}),
			},
		},
	},
)
