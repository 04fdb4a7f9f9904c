package workatotest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"
)

// keptAssets are those for which the fake has no family: pages, agents, custom
// connectors and future types. They are kept unchanged, so that an export
// includes them again.
type keptAssets struct{}

// plainFile is the fake's type for a file whose name has none.
const plainFile = "file"

func (keptAssets) typ() string { return "" }

// read reads the name from the document if there is one. The rest is ignored.
func (keptAssets) read(p *part) error {
	p.name = p.stem
	var document struct {
		Name  string `json:"name"`
		Title string `json:"title"`
	}
	if p.typ != "" && json.Unmarshal(p.json(), &document) == nil {
		for _, name := range []string{document.Title, document.Name} {
			if name != "" {
				p.name = name
			}
		}
	}
	return nil
}

// match finds custom connectors in the whole workspace: they are in no folder.
func (keptAssets) match(im *importing, p *part) error {
	places := []place{im.placeOf(p)}
	if p.typ == customAdapter {
		for _, kept := range im.ws.PackageAssets {
			places = append(places, place{kept.FolderID, p.name})
		}
	}
	for _, at := range places {
		if kept, found := take(im.kept[p.typ], at); found {
			p.old = kept
			return nil
		}
	}
	return nil
}

func (keptAssets) put(im *importing, p *part) {
	im.keep(p)
	if im.work.Kept == nil {
		im.work.Kept = map[string]int{}
	}
	im.work.Kept[cmp.Or(p.typ, plainFile)]++
	if p.typ == customAdapter && im.ws == im.state.Own {
		im.takeConnector(p)
	}
}

// keep keeps the files of a part.
func (im *importing) keep(p *part) {
	kept, isOld := p.old.(*PackageAsset)
	if !isOld {
		kept = &PackageAsset{Type: p.typ, Name: p.name, FolderID: im.folder(p)}
		im.ensureID(&kept.ID, "package_asset")
		im.ws.PackageAssets = append(im.ws.PackageAssets, kept)
	}
	kept.Files = map[string][]byte{}
	for suffix, data := range p.files {
		kept.Files[suffix] = slices.Clone(data)
	}
	p.made = kept
}

// customAdapter is the type of a custom connector in packages.
const customAdapter = "custom_adapter"

// takeConnector adds a custom connector to the list of the partner's own.
func (im *importing) takeConnector(p *part) {
	var document struct {
		Title   string `json:"title"`
		Version int64  `json:"version_no"`
		Note    any    `json:"note"`
	}
	_ = json.Unmarshal(p.json(), &document)
	var connector Record
	for _, record := range im.ws.Records[customConnectors.name] {
		if record["title"] == document.Title {
			connector = record
		}
	}
	if connector == nil {
		connector = customConnectors.blank(im.call)
		connector["name"] = fmt.Sprintf("%s_connector_%d_%s", fileName(document.Title), im.ws.ID, idText(connector["id"]))
		maps.Copy(connector, Record{"title": document.Title, "oem_shared_version": nil, "oem_shared_at": nil})
		im.ws.Records[customConnectors.name] = append(im.ws.Records[customConnectors.name], connector)
	}
	maps.Copy(connector, Record{
		"latest_released_version": document.Version, "latest_released_version_note": document.Note, "code": string(p.files[".custom_adapter.rb"]),
		"released_versions": []object{{"version": document.Version, "version_note": document.Note, "created_at": stamp(im.now()), "released_at": stamp(im.now())}},
	})
}

// list omits the names of properties, which have their own kind.
func (keptAssets) list(ws *Customer) []item {
	var items []item
	for _, kept := range ws.PackageAssets {
		if kept.Type != (propertyAssets{}).typ() {
			items = append(items, item{kind: keptAssets{}, typ: cmp.Or(kept.Type, plainFile), id: kept.ID, name: kept.Name, folderID: kept.FolderID, value: kept})
		}
	}
	return items
}

func (keptAssets) write(_ *packing, it *item) map[string][]byte {
	return as[*PackageAsset](it.value).Files
}

// propertyAssets are the names of properties in packages, which never contain
// their values.
type propertyAssets struct{}

// projectProperties is the stem of the file with the properties of a project.
// Unverified: the service's documentation names the type, but no package with
// such a file was seen.
const projectProperties = "project_properties"

func (propertyAssets) typ() string { return "properties" }

func (propertyAssets) read(p *part) error {
	document, err := decodeDocument(p.json())
	if err != nil {
		return err
	}
	values := map[string]string{}
	for name, value := range document {
		text, isText := value.(string)
		if value != nil && !isText {
			return fmt.Errorf("value of %q must be a string", name)
		}
		values[name] = text
	}
	p.name, p.content = p.stem, values
	return nil
}

// match refuses what the API would refuse.
func (propertyAssets) match(im *importing, p *part) error {
	added := as[map[string]string](p.content)
	set := im.propertySetOf(p, im.placeOf(p).folder)
	n := len(set)
	for name, value := range added {
		if name == "" || utf8.RuneCountInString(name) > maxPropertyName {
			return fmt.Errorf("%s: a name must have 1 to %d characters", p.path, maxPropertyName)
		}
		if utf8.RuneCountInString(value) > maxPropertyValue {
			return fmt.Errorf("%s: value of %q must have at most %d characters", p.path, name, maxPropertyValue)
		}
		if _, known := set[name]; !known {
			n++
		}
	}
	if n > maxProperties {
		return fmt.Errorf("%s: there can be at most %d properties", p.path, maxProperties)
	}
	if kept, found := take(im.kept[p.typ], im.placeOf(p)); found {
		p.old = kept
	}
	return nil
}

// propertySetOf is the set of a file: the project's for project_properties,
// otherwise the environment's.
func (im *importing) propertySetOf(p *part, folderID int64) map[string]string {
	f := im.project(projectOf(im.ws, folderID))
	if p.stem != projectProperties || f == nil {
		return im.ws.Properties
	}
	if f.Properties == nil {
		f.Properties = map[string]string{}
	}
	return f.Properties
}

// put adds missing names. Existing properties stay as they are.
func (propertyAssets) put(im *importing, p *part) {
	set := im.propertySetOf(p, im.folder(p))
	for name, value := range as[map[string]string](p.content) {
		if _, known := set[name]; !known {
			set[name] = value
		}
	}
	im.keep(p)
}

func (propertyAssets) list(ws *Customer) []item {
	var items []item
	for _, kept := range ws.PackageAssets {
		if kept.Type != (propertyAssets{}).typ() {
			continue
		}
		typ := "account_property"
		if kept.Name == projectProperties {
			typ = "project_property"
		}
		items = append(items, item{kind: propertyAssets{}, typ: typ, id: kept.ID, name: kept.Name, folderID: kept.FolderID, value: kept})
	}
	return items
}

func (propertyAssets) write(_ *packing, it *item) map[string][]byte {
	return as[*PackageAsset](it.value).Files
}
