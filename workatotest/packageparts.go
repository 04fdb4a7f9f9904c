package workatotest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"unicode/utf8"
)

// assetKind is a type of asset: how its file in a package becomes state and how
// state becomes a file again. The types without a row are kept as they come.
type assetKind interface {
	// typ is the type in the names of files: "recipe" in "sync.recipe.json".
	typ() string
	// read decodes a part of a package and finds its mistakes. It changes only the
	// part.
	read(p *part) error
	// match finds what the part will update, and what prevents it. Nothing is
	// changed yet.
	match(im *importing, p *part) error
	// put adds the part to the workspace.
	put(im *importing, p *part)
	// list are the objects of the kind in a workspace.
	list(ws *Customer) []item
	// write makes the files of an item, by the rest of their names after the
	// stem.
	write(pk *packing, it *item) map[string][]byte
}

// assetKinds are in the order in which they are imported: recipes need
// connections, endpoints need recipes. The last one takes all the rest.
var assetKinds = []assetKind{
	connectionAssets{},
	lookupTableAssets{},
	dataTableAssets{},
	propertyAssets{},
	recipeAssets{},
	collectionAssets{},
	endpointAssets{},
	keptAssets{},
}

// part is what becomes one object of a workspace: a file of a package with the
// files beside it that have the same stem and type.
type part struct {
	kind assetKind
	// path is that of the file, dir that of its folder in the package.
	path, dir string
	// stem and typ are out of the file's name.
	stem, typ string
	// home marks assets of the Home folder, which need a folder of their own.
	home bool
	name string
	// files are the contents by the rest of their names: ".recipe.json".
	files map[string][]byte
	// content is what the kind has read, old the object to update or nil, made the
	// result.
	content, old, made any
}

func (p *part) json() []byte { return p.files[p.suffix()] }

func (p *part) suffix() string { return "." + p.typ + ".json" }

// contents are the parts of a package.
type contents struct {
	parts  []*part
	byPath map[string]*part
	// providers are the connectors of the connections that recipes of the
	// package use, by the path of the connection.
	providers map[string]string
}

// readPackage unpacks a package and reads what is in it.
func readPackage(raw []byte, maxUnpacked int64) (*contents, error) {
	files, err := openPackage(raw, maxUnpacked)
	if err != nil {
		return nil, err
	}
	return readContents(files)
}

func readContents(files []packageFile) (*contents, error) {
	all := &contents{byPath: make(map[string]*part, len(files)), providers: map[string]string{}}
	for _, file := range files {
		if stem, typ, ext := cutName(path.Base(file.path)); typ != "" && ext == "json" {
			all.add(&part{kind: kindOf(typ), path: file.path, stem: stem, typ: typ, files: map[string][]byte{"." + typ + ".json": file.data}})
		}
	}
	for _, file := range files {
		base := path.Base(file.path)
		stem, typ, ext := cutName(base)
		if typ != "" && ext == "json" {
			continue
		}
		beside := all.byPath[path.Join(path.Dir(file.path), stem+"."+typ+".json")]
		if isKept(beside) {
			beside.files["."+typ+"."+ext] = file.data
			continue
		}
		all.add(&part{kind: keptAssets{}, path: file.path, stem: base, files: map[string][]byte{"": file.data}})
	}
	slices.SortFunc(all.parts, func(a, b *part) int { return comparePaths(a.path, b.path) })
	err := inParallel(len(all.parts), func(i int) error {
		p := all.parts[i]
		if err := p.kind.read(p); err != nil {
			return fmt.Errorf("%s: %w", p.path, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, p := range all.parts {
		if recipe, isRecipe := p.content.(*packageRecipe); isRecipe {
			all.noteProviders(p, recipe)
		}
	}
	return all, nil
}

func (all *contents) add(p *part) {
	p.dir = dirOf(p.path)
	p.home = isHomeAsset(p.json())
	all.parts = append(all.parts, p)
	all.byPath[p.path] = p
}

// isKept reports whether a part is only kept.
func isKept(p *part) bool {
	if p == nil {
		return false
	}
	_, kept := p.kind.(keptAssets)
	return kept
}

func kindOf(typ string) assetKind {
	for _, kind := range assetKinds {
		if kind.typ() == typ {
			return kind
		}
	}
	return keptAssets{}
}

// isHomeAsset reads the flag by which packages mark assets of the Home folder.
func isHomeAsset(data []byte) bool {
	var asset struct {
		RootFolder bool `json:"root_folder"`
	}
	return bytes.Contains(data, []byte(`"root_folder"`)) && json.Unmarshal(data, &asset) == nil && asset.RootFolder
}

// hasHomeAssets is false for a package that could not be read.
func (all *contents) hasHomeAssets() bool {
	return all != nil && slices.ContainsFunc(all.parts, func(p *part) bool { return p.home })
}

// reference points from one file of a package to another, or to an asset that
// is not in the package: ids mean nothing in another workspace.
type reference struct {
	ZipName string `json:"zip_name"`
	Name    string `json:"name"`
	Folder  string `json:"folder"`
	// Custom marks connections of the partner's own connectors.
	Custom bool `json:"custom,omitempty"`
}

// resolve finds the part that a file refers to. Paths start at the top of the
// package. In a zip that was assembled from several exported folders they start
// at one of the folders above the file.
func (all *contents) resolve(from *part, ref *reference) *part {
	if ref == nil || ref.ZipName == "" {
		return nil
	}
	if p := all.byPath[ref.ZipName]; p != nil {
		return p
	}
	for i, char := range from.dir + "/" {
		if p := all.byPath[from.dir[:i]+"/"+ref.ZipName]; char == '/' && p != nil {
			return p
		}
	}
	return nil
}

// as is a value of a type, or the zero value if it has another type.
func as[T any](value any) T {
	typed, _ := value.(T)
	return typed
}

// decodeDocument decodes a file that holds one JSON object. Numbers keep their
// spelling.
func decodeDocument(data []byte) (object, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("is not valid UTF-8")
	}
	document, err := decodeBody("", data)
	if err == nil && (document == nil || len(bytes.TrimSpace(data)) == 0) {
		err = errors.New("does not hold a JSON object")
	}
	return document, err
}
