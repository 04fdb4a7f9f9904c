package workatotest

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// packAssets makes a zip of recipes and connections that can be imported
// again. Connections that a recipe needs come along unasked: without them the
// recipe would not be whole.
func packAssets(ws *Customer, top int64, wanted []Asset) ([]byte, error) {
	zipName := map[int64]string{}
	names := zipNames{}
	var recipes []*Recipe
	needed := map[int64]bool{}
	for _, asset := range wanted {
		if asset.Unchecked {
			continue
		}
		switch asset.Type {
		case assetConnection:
			needed[asset.ID] = true
		case assetRecipe:
			r := recipeByID(ws, asset.ID)
			if r == nil {
				return nil, fmt.Errorf("recipe %d does not exist", asset.ID)
			}
			recipes = append(recipes, r)
			for _, entry := range r.Config {
				needed[entry.AccountID] = true
			}
		}
	}
	files := map[string][]byte{}
	for _, conn := range ws.Connections {
		if !needed[conn.ID] {
			continue
		}
		zipName[conn.ID] = names.of(ws, top, conn.FolderID, conn.Name, connectionSuffix)
		files[zipName[conn.ID]] = indented(packageConnection{Name: conn.Name, Provider: conn.Provider})
	}
	for _, r := range recipes {
		content := packageRecipe{
			Name: r.Name, Description: r.Description, Version: r.versionNumber(), Private: true,
			Concurrency: 1, Code: json.RawMessage(r.Code),
		}
		for _, entry := range r.Config {
			config := packageConfig{Keyword: entry.Keyword, Provider: entry.Provider, SkipValidation: entry.SkipValidation}
			if name := zipName[entry.AccountID]; name != "" {
				conn := find(ws.Connections, func(c *Connection) int64 { return c.ID }, entry.AccountID)
				config.Account = &packageAccount{ZipName: name, Name: conn.Name, Folder: dirOf(name)}
			}
			content.Config = append(content.Config, config)
		}
		files[names.of(ws, top, r.FolderID, r.Name, recipeSuffix)] = indented(content)
	}
	if len(files) == 0 {
		return nil, errors.New("nothing to export")
	}
	return zipFiles(files)
}

func indented(value any) []byte {
	var out bytes.Buffer
	_ = json.Indent(&out, encodeJSON(value), "", "  ")
	out.WriteByte('\n')
	return out.Bytes()
}

// packageTime is the date of every file, so that equal contents give equal
// packages.
var packageTime = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// zipFiles packs files in the order of their names.
func zipFiles(files map[string][]byte) ([]byte, error) {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		file, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: packageTime})
		if err != nil {
			return nil, err
		}
		if _, err := file.Write(files[name]); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
