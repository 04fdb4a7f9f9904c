package workatotest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// importing is an import that takes the contents of a package into a workspace.
type importing struct {
	*call
	work     *Import
	contents *contents

	// folders are the ids of folders by the folder above and the name.
	folders map[place]int64
	// The content before the import, by place. Matched objects are taken out: two
	// parts never become one object.
	recipes map[place][]*Recipe
	tables  map[place][]*LookupTable
	kept    map[string]map[place][]*PackageAsset
	records map[string]map[place][]Record
	// connections are not taken out, because recipes refer to them by place.
	connections map[place][]*Connection
	taken       map[*Connection]bool
	// later runs when everything is there.
	later []func()
}

// place is the place of an object in a workspace.
type place struct {
	folder int64
	name   string
}

// take takes the next object of a place out of an index.
func take[T any](index map[place][]T, at place) (thing T, found bool) {
	if things := index[at]; len(things) > 0 {
		index[at] = things[1:]
		return things[0], true
	}
	return thing, false
}

func indexed[T any](things []T, at func(T) place) map[place][]T {
	index := make(map[place][]T, len(things))
	for _, thing := range things {
		index[at(thing)] = append(index[at(thing)], thing)
	}
	return index
}

// apply puts the contents of a package into the workspace, all or nothing.
func (c *call) apply(work *Import) error {
	for _, id := range []int64{work.FolderID, cmp.Or(work.HomeFolderID, work.FolderID)} {
		if !hasFolder(c.ws, id) {
			return fmt.Errorf("folder %d no longer exists", id)
		}
	}
	if work.contents == nil {
		// The state was loaded from a file while the import was in progress.
		var err error
		if work.contents, err = readPackage(work.Package, c.options.maxUnpacked); err != nil {
			return err
		}
	}
	im := c.beginImport(work)
	for _, p := range im.contents.parts {
		if err := p.kind.match(im, p); err != nil {
			return err
		}
	}
	for _, kind := range assetKinds {
		for _, p := range im.contents.parts {
			if p.kind == kind {
				kind.put(im, p)
			}
		}
	}
	for _, do := range im.later {
		do()
	}
	return nil
}

func (c *call) beginImport(work *Import) *importing {
	ws := c.ws
	im := &importing{
		call: c, work: work, contents: work.contents, taken: map[*Connection]bool{}, records: map[string]map[place][]Record{},
		folders:     make(map[place]int64, len(ws.Folders)),
		recipes:     indexed(ws.Recipes, func(r *Recipe) place { return place{r.FolderID, r.Name} }),
		tables:      indexed(ws.LookupTables, func(t *LookupTable) place { return place{folderOfTable(ws, t), t.Name} }),
		connections: indexed(ws.Connections, func(conn *Connection) place { return place{conn.FolderID, conn.Name} }),
		kept:        map[string]map[place][]*PackageAsset{},
	}
	for _, f := range slices.Backward(ws.Folders) {
		im.folders[place{f.ParentID, f.Name}] = f.ID
	}
	for _, kept := range ws.PackageAssets {
		index := im.kept[kept.Type]
		if index == nil {
			index = map[place][]*PackageAsset{}
			im.kept[kept.Type] = index
		}
		at := place{kept.FolderID, kept.Name}
		index[at] = append(index[at], kept)
	}
	return im
}

// top is the folder that the paths of a part start at.
func (im *importing) top(p *part) int64 {
	if p.home {
		return cmp.Or(im.work.HomeFolderID, im.work.FolderID)
	}
	return im.work.FolderID
}

// placeOf is where a part belongs. The folder is 0 as long as it does not exist.
func (im *importing) placeOf(p *part) place {
	return place{im.folderAt(im.top(p), p.dir, false), p.name}
}

// folder is the folder that a part goes to. Missing ones are made.
func (im *importing) folder(p *part) int64 { return im.folderAt(im.top(p), p.dir, true) }

// folderAt finds the folder of a path "Billing/EU" below another one. With
// create it makes missing folders, otherwise it returns 0.
func (im *importing) folderAt(top int64, path string, create bool) int64 {
	for name := range strings.SplitSeq(path, "/") {
		if name == "" {
			continue
		}
		at := place{top, name}
		top = im.folders[at]
		if top == 0 && !create {
			return 0
		}
		if top == 0 {
			top = im.addFolder(im.ws, name, at.folder).ID
			im.folders[at] = top
		}
	}
	return top
}

// madeFrom is the object made from a reference in a document of the package,
// nil for none.
func (im *importing) madeFrom(p *part, value any) any {
	fields, _ := value.(object)
	target := im.contents.resolve(p, &reference{ZipName: toText(fields["zip_name"])})
	if target == nil {
		return nil
	}
	return target.made
}

// keptText counts the assets that an import only kept: "2 lcap_page, 1
// mcp_server".
func (work *Import) keptText() string {
	var counts []string
	for _, typ := range slices.Sorted(maps.Keys(work.Kept)) {
		counts = append(counts, fmt.Sprintf("%d %s", work.Kept[typ], typ))
	}
	return strings.Join(counts, ", ")
}
