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

// packing is a package under construction: the content of a folder and what it
// needs from elsewhere, each item with its path in the zip.
type packing struct {
	ws  *Customer
	top int64
	// data says that rows of lookup tables are included.
	data bool

	// all is the whole workspace, items the content of the package.
	all   map[assetKey]*item
	items []*item
	// adapters are the custom connectors by title.
	adapters map[string]*item
	names    zipNames
	dirs     map[int64]string
}

// item is an object of a workspace that a package can hold.
type item struct {
	kind assetKind
	// typ is the type in lists of assets.
	typ      string
	id       int64
	name     string
	folderID int64
	value    any
	// path is that of the file in the package without the suffix.
	path, suffix string
}

type assetKey struct {
	typ string
	id  int64
}

func (it *item) key() assetKey { return assetKey{it.typ, it.id} }

// zipName is the path of the file that stands for the item.
func (it *item) zipName() string { return it.path + it.suffix }

// newPacking lists a folder, the folders below it and what is needed from
// elsewhere: connections of recipes and custom connectors of connections.
func newPacking(ws *Customer, top int64) *packing {
	pk := &packing{
		ws: ws, top: top, all: map[assetKey]*item{}, adapters: map[string]*item{}, names: zipNames{}, dirs: map[int64]string{},
	}
	within := map[int64]bool{}
	for _, f := range ws.Folders {
		within[f.ID] = isWithin(ws, f.ID, top)
	}
	within[top] = true
	for _, kind := range assetKinds {
		for _, it := range kind.list(ws) {
			pk.all[it.key()] = &it
			if it.typ == customAdapter && pk.adapters[it.name] == nil {
				pk.adapters[it.name] = &it
			}
			if within[it.folderID] {
				pk.add(&it)
			}
		}
	}
	for i := 0; i < len(pk.items); i++ {
		for _, it := range pk.needs(pk.items[i]) {
			pk.add(it)
		}
	}
	return pk
}

// add gives an item its path. An item that has one keeps it. Custom connectors
// are always at the top of a package.
func (pk *packing) add(it *item) {
	if it.path != "" {
		return
	}
	pk.items = append(pk.items, it)
	suffixes := []string{"." + it.kind.typ() + ".json"}
	stem, dir := fileName(it.name), pk.dir(it.folderID)
	if kept, isKept := it.value.(*PackageAsset); isKept {
		suffixes = suffixesOf(kept)
		switch kept.Type {
		case "":
			stem = safeSegment(it.name)
		case customAdapter:
			dir = ""
		}
	}
	it.suffix = suffixes[0]
	it.path = pk.names.of(dir+stem, suffixes...)
}

// suffixesOf are the suffixes of the files of a kept asset, that of the
// document first.
func suffixesOf(kept *PackageAsset) []string {
	document := "." + kept.Type + ".json"
	if kept.Type == "" {
		document = ""
	}
	suffixes := []string{document}
	for suffix := range kept.Files {
		if suffix != document {
			suffixes = append(suffixes, suffix)
		}
	}
	return suffixes
}

// dir is the path of a folder in the package with a slash at its end. That of a
// folder outside of the exported one starts at Home.
func (pk *packing) dir(folderID int64) string {
	dir, known := pk.dirs[folderID]
	if f := folder(pk.ws, folderID); !known && folderID != pk.top && f != nil {
		dir = pk.dir(f.ParentID) + safeSegment(f.Name) + "/"
	}
	pk.dirs[folderID] = dir
	return dir
}

// isHome reports whether an item is from the Home folder while another folder
// is exported.
func (pk *packing) isHome(it *item) bool {
	return it.folderID == pk.ws.RootFolderID && pk.top != pk.ws.RootFolderID
}

// needs are the objects that an item requires.
func (pk *packing) needs(it *item) []*item {
	var needed []*item
	switch thing := it.value.(type) {
	case *Recipe:
		for _, entry := range thing.Config {
			if conn := pk.all[assetKey{assetConnection, entry.AccountID}]; conn != nil {
				needed = append(needed, conn)
			}
		}
	case *Connection:
		if adapter := pk.adapters[thing.Adapter]; adapter != nil {
			needed = append(needed, adapter)
		}
	}
	return needed
}

// refer points to an item, which need not be in the package, nil to none.
func (pk *packing) refer(key assetKey) *reference {
	it := pk.all[key]
	if it == nil {
		return nil
	}
	pk.add(it)
	return &reference{ZipName: it.zipName(), Name: it.name, Folder: dirOf(it.zipName())}
}

// referToAdapter points to a custom connector, which need not exist.
func (pk *packing) referToAdapter(title string) *reference {
	if adapter := pk.adapters[title]; adapter != nil {
		return pk.refer(adapter.key())
	}
	return &reference{ZipName: fileName(title) + "." + customAdapter + ".json", Name: title}
}

// assets is the list of the package's content.
func (pk *packing) assets() []Asset {
	assets := make([]Asset, len(pk.items))
	for i, it := range pk.items {
		assets[i] = Asset{ID: it.id, Type: it.typ, Name: it.name, ZipName: it.zipName()}
	}
	return assets
}

// packAssets makes a zip that can be imported again. What an asset needs is
// included, unless it is unchecked in the list.
func packAssets(ws *Customer, top int64, wanted []Asset, data bool) ([]byte, error) {
	pk := newPacking(ws, top)
	pk.data = data
	unchecked := map[assetKey]bool{}
	for _, asset := range wanted {
		unchecked[assetKey{asset.Type, asset.ID}] = asset.Unchecked
	}
	var queue []*item
	for _, asset := range wanted {
		if asset.Unchecked {
			continue
		}
		it := pk.all[assetKey{asset.Type, asset.ID}]
		if it == nil {
			return nil, fmt.Errorf("%s %d does not exist", asset.Type, asset.ID)
		}
		pk.add(it)
		queue = append(queue, it)
	}
	packed := map[assetKey]bool{}
	files := map[string][]byte{}
	for i := 0; i < len(queue); i++ {
		it := queue[i]
		if packed[it.key()] {
			continue
		}
		packed[it.key()] = true
		for suffix, data := range it.kind.write(pk, it) {
			files[it.path+suffix] = data
		}
		for _, needed := range pk.needs(it) {
			if !unchecked[needed.key()] {
				pk.add(needed)
				queue = append(queue, needed)
			}
		}
	}
	if len(files) == 0 {
		return nil, errors.New("nothing to export")
	}
	return zipFiles(files)
}

// oneFile is the usual result of [assetKind.write].
func oneFile(it *item, content any) map[string][]byte {
	return map[string][]byte{it.suffix: indented(content)}
}

func indented(value any) []byte {
	var out bytes.Buffer
	_ = json.Indent(&out, encodeJSON(value), "", "  ")
	out.WriteByte('\n')
	return out.Bytes()
}

// packageTime is the date of every file, so that equal contents result in equal
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
