package workatotest

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// Limits of a package, besides its unpacked size.
const (
	maxFiles  = 10_000
	maxDepth  = 32
	maxRatio  = 200
	ratioFrom = 1 << 20
)

const (
	recipeSuffix     = ".recipe.json"
	connectionSuffix = ".connection.json"
)

var errNotPackage = errors.New("package is not a valid zip file")

// packageFile is a file of a package.
type packageFile struct {
	path string
	data []byte
	// home marks assets of the Home folder, which need a folder of their own.
	home bool
}

// openPackage unpacks a zip in memory. It trusts nothing: neither the sizes
// nor the names that the zip claims.
func openPackage(raw []byte, maxUnpacked int64) ([]packageFile, error) {
	if !bytes.HasPrefix(raw, []byte("PK")) {
		// A zip may stand behind other bytes, but a package begins with itself.
		return nil, errNotPackage
	}
	archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, errNotPackage
	}
	if len(archive.File) > maxFiles {
		return nil, fmt.Errorf("package has more than %d files", maxFiles)
	}
	var files []packageFile
	left := maxUnpacked
	seen := map[string]bool{}
	for _, entry := range archive.File {
		if err := checkName(entry); err != nil {
			return nil, err
		}
		if strings.HasSuffix(entry.Name, "/") {
			continue
		}
		if seen[entry.Name] {
			return nil, fmt.Errorf("package holds %q twice", entry.Name)
		}
		seen[entry.Name] = true
		data, err := unpack(entry, left)
		if err != nil {
			return nil, err
		}
		left -= int64(len(data))
		files = append(files, packageFile{path: entry.Name, data: data, home: isHomeAsset(data)})
	}
	if len(files) == 0 {
		return nil, errors.New("package is empty")
	}
	slices.SortFunc(files, func(a, b packageFile) int { return strings.Compare(a.path, b.path) })
	return files, nil
}

// checkName refuses names that would lead out of the target folder.
func checkName(entry *zip.File) error {
	name := strings.TrimSuffix(entry.Name, "/")
	switch {
	case name == "" || path.IsAbs(name) || path.Clean(name) != name || strings.HasPrefix(name, ".."),
		strings.ContainsAny(name, "\\\x00:"),
		strings.Count(name, "/") > maxDepth,
		!entry.Mode().IsRegular() && !entry.Mode().IsDir():
		return fmt.Errorf("package holds a file with the forbidden name %q", entry.Name)
	}
	return nil
}

// unpack reads one file and stops where it grows beyond what is left or beyond
// a sane ratio to its packed size.
func unpack(entry *zip.File, left int64) ([]byte, error) {
	reader, err := entry.Open()
	if err != nil {
		return nil, errNotPackage
	}
	defer reader.Close()
	limit := left
	if sane := max(ratioFrom, int64(min(entry.CompressedSize64, 1<<40))*maxRatio); sane < limit {
		limit = sane
	}
	data, err := io.ReadAll(io.LimitReader(reader, limit+1))
	if err != nil {
		return nil, errNotPackage
	}
	if int64(len(data)) > limit {
		return nil, errors.New("package is too large when unpacked")
	}
	return data, nil
}

// isHomeAsset reads the flag by which packages mark assets of the Home folder.
func isHomeAsset(data []byte) bool {
	var asset struct {
		RootFolder bool `json:"root_folder"`
	}
	return json.Unmarshal(data, &asset) == nil && asset.RootFolder
}

func hasHomeAssets(files []packageFile) bool {
	return slices.ContainsFunc(files, func(f packageFile) bool { return f.home })
}

// recipeAsset is a recipe in a package.
type recipeAsset struct {
	packageFile
	name        string
	description string
	code        string
	config      []RecipeConfig
	// accounts are the paths of the connections, entry by entry of config.
	accounts []string
}

// connectionAsset is a connection in a package.
type connectionAsset struct {
	packageFile
	name     string
	provider string
}

type assets struct {
	recipes     []recipeAsset
	connections []connectionAsset
}

// packageRecipe is the JSON of a recipe in a package.
type packageRecipe struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Version     int64           `json:"version"`
	Private     bool            `json:"private"`
	Concurrency int             `json:"concurrency"`
	Code        json.RawMessage `json:"code"`
	Config      []packageConfig `json:"config"`
}

type packageConfig struct {
	Keyword        string          `json:"keyword"`
	Provider       string          `json:"provider"`
	SkipValidation bool            `json:"skip_validation"`
	Account        *packageAccount `json:"account_id"`
}

// packageAccount points from a recipe to a connection: ids mean nothing in
// another workspace.
type packageAccount struct {
	ZipName string `json:"zip_name"`
	Name    string `json:"name"`
	Folder  string `json:"folder"`
}

// packageConnection is the JSON of a connection in a package.
type packageConnection struct {
	Name       string `json:"name"`
	Provider   string `json:"provider"`
	RootFolder bool   `json:"root_folder"`
}

// readAssets reads the recipes and connections. Assets of other types are
// passed over.
func readAssets(files []packageFile) (assets, error) {
	var all assets
	for _, file := range files {
		switch {
		case strings.HasSuffix(file.path, recipeSuffix):
			recipe, err := readRecipeAsset(file)
			if err != nil {
				return assets{}, fmt.Errorf("%s: %w", file.path, err)
			}
			all.recipes = append(all.recipes, recipe)
		case strings.HasSuffix(file.path, connectionSuffix):
			var content packageConnection
			if err := json.Unmarshal(file.data, &content); err != nil {
				return assets{}, fmt.Errorf("%s: %w", file.path, err)
			}
			if content.Provider == "" {
				return assets{}, fmt.Errorf("%s: provider is missing", file.path)
			}
			name := content.Name
			if name == "" {
				name = strings.TrimSuffix(path.Base(file.path), connectionSuffix)
			}
			all.connections = append(all.connections, connectionAsset{packageFile: file, name: name, provider: content.Provider})
		}
	}
	return all, all.checkAccounts()
}

func readRecipeAsset(file packageFile) (recipeAsset, error) {
	var content packageRecipe
	if err := json.Unmarshal(file.data, &content); err != nil {
		return recipeAsset{}, err
	}
	if content.Name == "" {
		return recipeAsset{}, errors.New("name is missing")
	}
	var code bytes.Buffer
	if err := json.Compact(&code, content.Code); err != nil {
		return recipeAsset{}, errors.New("code is missing")
	}
	asset := recipeAsset{packageFile: file, name: content.Name, description: content.Description, code: code.String()}
	for _, entry := range content.Config {
		asset.config = append(asset.config, RecipeConfig{
			Keyword: entry.Keyword, Name: entry.Provider, Provider: entry.Provider, SkipValidation: entry.SkipValidation,
		})
		account := ""
		if entry.Account != nil {
			account = entry.Account.ZipName
		}
		asset.accounts = append(asset.accounts, account)
	}
	return asset, nil
}

// checkAccounts refuses recipes that point to a connection which the package
// does not hold.
func (a assets) checkAccounts() error {
	for _, recipe := range a.recipes {
		for _, account := range recipe.accounts {
			held := slices.ContainsFunc(a.connections, func(c connectionAsset) bool { return c.path == account })
			if account != "" && !held {
				return fmt.Errorf("%s: connection %q is not in the package", recipe.path, account)
			}
		}
	}
	return nil
}
