package workatotest

import (
	"cmp"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"
	"strings"
)

// content is one kind of content of a workspace. Operations on a whole
// workspace (checking a seed, adopting it, adding it to the own workspace,
// listing it) use the inventory, so that a new kind needs only a row in it.
type content struct {
	// check reports the mistakes of a seed in this kind.
	check func(c *seedCheck, seed *Customer)
	// ids visits every id.
	ids func(ws *Customer, visit visitID)
	// merge adds the content of a seed to the own workspace.
	merge func(own, seed *Customer)
	// prepare fills in what a seed leaves out. The workspace is the seed itself
	// or the own workspace that the seed was added to.
	prepare func(s *Server, ws, seed *Customer)
	// lines describes the content, see [State.String].
	lines func(ws *Customer, add func(line string))
}

// visitID is called with the counter that an id comes from, its place within
// the workspace, and the id.
type visitID func(counter, place string, id *int64)

// inventory has the rows in the order in which they are prepared (connections
// need folders, recipes need connections) and listed.
var inventory = []content{
	list[Folder]{
		name: "folders", of: func(ws *Customer) *[]*Folder { return &ws.Folders },
		counter: "folder", id: func(f *Folder) *int64 { return &f.ID },
		inner: func(f *Folder, visit visitID) { visit("project", "project_id", &f.ProjectID) },
		check: checkFolder, prepare: (*Server).prepareFolder,
		line: func(ws *Customer, f *Folder) string {
			return "folder " + strings.TrimSuffix(folderPathOf(ws, ws.RootFolderID, f.ID), "/")
		},
	}.content(),
	list[Connection]{
		name: "connections", of: func(ws *Customer) *[]*Connection { return &ws.Connections },
		counter: "connection", id: func(conn *Connection) *int64 { return &conn.ID },
		check: checkConnection, prepare: (*Server).adoptConnection,
		line: func(ws *Customer, conn *Connection) string {
			return fmt.Sprintf("connection %s (%s) %s", pathIn(ws, conn.FolderID, conn.Name), conn.Provider, cmp.Or(conn.AuthorizationStatus, "shell"))
		},
	}.content(),
	list[Recipe]{
		name: "recipes", of: func(ws *Customer) *[]*Recipe { return &ws.Recipes },
		counter: "recipe", id: func(r *Recipe) *int64 { return &r.ID },
		inner: func(r *Recipe, visit visitID) {
			for i, v := range r.Versions {
				visit("version", fmt.Sprintf("versions[%d].id", i), &v.ID)
			}
		},
		check: checkRecipe, prepare: (*Server).adoptRecipe,
		line: func(ws *Customer, r *Recipe) string {
			state := "stopped"
			if r.Running {
				state = "running"
			}
			return fmt.Sprintf("recipe %s version %d %s, %d jobs", pathIn(ws, r.FolderID, r.Name), r.versionNumber(), state, len(r.Jobs))
		},
	}.content(),
	list[Member]{
		name: "members", of: func(ws *Customer) *[]*Member { return &ws.Members },
		counter: "member", id: func(m *Member) *int64 { return &m.ID },
		prepare: func(s *Server, _ *Customer, m *Member) { s.prepareMember(m) },
		line:    func(_ *Customer, m *Member) string { return "member " + m.Name + " " + cmp.Or(m.RoleName, defaultRole) },
	}.content(),
	list[Import]{
		name: "imports", of: func(ws *Customer) *[]*Import { return &ws.Imports },
		counter: "package", id: func(work *Import) *int64 { return &work.ID },
		line: func(_ *Customer, work *Import) string {
			return strings.TrimSuffix("import "+work.Status+", only kept: "+work.keptText(), ", only kept: ")
		},
	}.content(),
	list[Export]{
		name: "exports", of: func(ws *Customer) *[]*Export { return &ws.Exports },
		counter: "package", id: func(e *Export) *int64 { return &e.ID },
	}.content(),
	list[Manifest]{
		name: "manifests", of: func(ws *Customer) *[]*Manifest { return &ws.Manifests },
		counter: "manifest", id: func(m *Manifest) *int64 { return &m.ID },
	}.content(),
	list[LookupTable]{
		name: "lookup_tables", of: func(ws *Customer) *[]*LookupTable { return &ws.LookupTables },
		counter: "lookup_table", id: func(t *LookupTable) *int64 { return &t.ID },
		inner: func(t *LookupTable, visit visitID) {
			for i, row := range t.Rows {
				visit("lookup_row", fmt.Sprintf("rows[%d].id", i), &row.ID)
			}
		},
		check:   checkTable,
		prepare: func(s *Server, _ *Customer, t *LookupTable) { s.prepareTable(t) },
		line: func(_ *Customer, t *LookupTable) string {
			return fmt.Sprintf("lookup table %s, %d rows", t.Name, len(t.Rows))
		},
	}.content(),
	list[PackageAsset]{
		name: "package_assets", of: func(ws *Customer) *[]*PackageAsset { return &ws.PackageAssets },
		counter: "package_asset", id: func(kept *PackageAsset) *int64 { return &kept.ID },
		check: checkPackageAsset,
		prepare: func(_ *Server, ws *Customer, kept *PackageAsset) {
			kept.FolderID = cmp.Or(kept.FolderID, ws.RootFolderID)
		},
		line: func(ws *Customer, kept *PackageAsset) string {
			return "kept " + cmp.Or(kept.Type, plainFile) + " " + pathIn(ws, kept.FolderID, kept.Name)
		},
	}.content(),
	list[Tag]{
		name: "tags", of: func(ws *Customer) *[]*Tag { return &ws.Tags },
		prepare: func(s *Server, _ *Customer, t *Tag) { s.prepareTag(t) },
		line:    func(_ *Customer, t *Tag) string { return "tag " + t.Title },
	}.content(),
	{
		check: func(*seedCheck, *Customer) {}, ids: func(*Customer, visitID) {}, prepare: func(*Server, *Customer, *Customer) {},
		merge: func(own, seed *Customer) { maps.Copy(own.Properties, seed.Properties) },
		lines: propertyLines,
	},
	list[Build]{
		name: "builds", of: func(ws *Customer) *[]*Build { return &ws.Builds },
		counter: "build", id: func(b *Build) *int64 { return &b.ID },
	}.content(),
	list[Deployment]{
		name: "deployments", of: func(ws *Customer) *[]*Deployment { return &ws.Deployments },
		counter: "deployment", id: func(d *Deployment) *int64 { return &d.ID },
		line: func(_ *Customer, d *Deployment) string { return "deployment to " + d.EnvironmentType + " " + d.State },
	}.content(),
	{check: checkRecords, ids: recordIDs, merge: mergeRecords, prepare: (*Server).prepareRecords, lines: recordLines},
}

// list describes a kind of content that is a list in [Customer].
type list[T any] struct {
	// name is the key of the list in the JSON form.
	name string
	of   func(*Customer) *[]*T
	// counter issues the ids of the items, and id is the field with an item's id.
	counter string
	id      func(item *T) *int64
	// inner visits the ids within an item; places start at the item.
	inner   func(item *T, visit visitID)
	check   func(c *seedCheck, at string, item *T)
	prepare func(s *Server, ws *Customer, item *T)
	line    func(ws *Customer, item *T) string
}

func (l list[T]) content() content {
	at := func(i int) string { return fmt.Sprintf("%s[%d]", l.name, i) }
	return content{
		check: func(c *seedCheck, seed *Customer) {
			for i, item := range *l.of(seed) {
				if l.check != nil {
					l.check(c, c.place+"."+at(i), item)
				}
			}
		},
		ids: func(ws *Customer, visit visitID) {
			for i, item := range *l.of(ws) {
				if l.id != nil {
					visit(l.counter, at(i)+".id", l.id(item))
				}
				if l.inner != nil {
					l.inner(item, func(counter, place string, id *int64) { visit(counter, at(i)+"."+place, id) })
				}
			}
		},
		merge: func(own, seed *Customer) { *l.of(own) = append(*l.of(own), *l.of(seed)...) },
		prepare: func(s *Server, ws, seed *Customer) {
			for _, item := range *l.of(seed) {
				if l.id != nil {
					s.ensureID(l.id(item), l.counter)
				}
				if l.prepare != nil {
					l.prepare(s, ws, item)
				}
			}
		},
		lines: func(ws *Customer, add func(string)) {
			for _, item := range *l.of(ws) {
				if l.line != nil {
					add(l.line(ws, item))
				}
			}
		},
	}
}

// idsOf visits every id in a workspace.
func idsOf(ws *Customer, visit visitID) {
	for _, kind := range inventory {
		kind.ids(ws, visit)
	}
}

// pathIn is the path of an object from the Home folder: "Billing/EU/Sync".
func pathIn(ws *Customer, folderID int64, name string) string {
	return folderPathOf(ws, ws.RootFolderID, folderID) + name
}

// propertyLines show a checksum in place of each value, which may be a secret.
func propertyLines(ws *Customer, add func(string)) {
	addAll := func(set map[string]string, of string) {
		for _, name := range slices.Sorted(maps.Keys(set)) {
			add(fmt.Sprintf("property %s%s with value %08x", name, of, crc32.ChecksumIEEE([]byte(set[name]))))
		}
	}
	addAll(ws.Properties, "")
	for _, f := range ws.Folders {
		addAll(f.Properties, " of project "+f.Name)
	}
}

// recordIDs visits the ids that are numbers.
func recordIDs(ws *Customer, visit visitID) {
	for _, family := range slices.Sorted(maps.Keys(ws.Records)) {
		for i, record := range ws.Records[family] {
			if n, isNumber := record["id"].(float64); isNumber && n >= 0 && n <= maxID {
				id := int64(n)
				visit("record", fmt.Sprintf("records.%s[%d].id", family, i), &id)
			}
		}
	}
}

func mergeRecords(own, seed *Customer) {
	for family, records := range seed.Records {
		own.Records[family] = append(own.Records[family], records...)
	}
}

func (s *Server) prepareRecords(_, seed *Customer) {
	for _, family := range slices.Sorted(maps.Keys(seed.Records)) {
		for _, record := range seed.Records[family] {
			if record["id"] == nil {
				record["id"] = s.nextID("record")
			}
		}
	}
}

func recordLines(ws *Customer, add func(string)) {
	for _, family := range slices.Sorted(maps.Keys(ws.Records)) {
		if n := len(ws.Records[family]); n > 0 {
			add(fmt.Sprintf("%d %s", n, family))
		}
	}
}
