package workatotest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"hash/fnv"
	"maps"
	"strconv"
)

// The keys with which a record stores its data from a package: its folder and
// the whole document. No response of the API shows them.
const (
	originFolder   = "_folder_id"
	originDocument = "_document"
)

// matchRecord finds the record that a part will update.
func matchRecord(im *importing, p *part, f shelf) error {
	index := im.records[f.name]
	if index == nil {
		index = map[place][]Record{}
		for _, record := range im.ws.Records[f.name] {
			at := place{folderOfRecord(im.ws, record), toText(record["name"])}
			index[at] = append(index[at], record)
		}
		im.records[f.name] = index
	}
	if record, found := take(index, im.placeOf(p)); found {
		p.old = record
	}
	return nil
}

// record makes or updates the record of a part.
func (im *importing) record(p *part, f shelf, values object) Record {
	record, isOld := p.old.(Record)
	if !isOld {
		record = f.blank(im.call)
		record[originFolder] = im.folder(p)
		im.ws.Records[f.name] = append(im.ws.Records[f.name], record)
	}
	p.made = record
	values[originDocument] = string(compact(bytes.Clone(p.json())))
	for name, value := range values {
		if !isOld || idText(record[name]) != idText(value) {
			maps.Copy(record, values)
			record["updated_at"] = stamp(im.now())
			break
		}
	}
	return record
}

// originOf is the document from which a record was made, or an empty one.
func originOf(record Record) object {
	document, _ := decodeDocument([]byte(toText(record[originDocument])))
	if document == nil {
		document = object{}
	}
	return document
}

// folderOfRecord is the folder in which a package put a record, or its own
// folder or that of its project.
func folderOfRecord(ws *Customer, record Record) int64 {
	for _, key := range []string{originFolder, "folder_id"} {
		if id, _ := toInt(idText(record[key])); id != 0 {
			return id
		}
	}
	projectID, _ := toInt(idText(record["project_id"]))
	return folderOfProject(ws, projectID)
}

// recordItems lists a family of records for a package.
func recordItems(ws *Customer, f shelf, kind assetKind) []item {
	var items []item
	for _, record := range ws.Records[f.name] {
		items = append(items, item{
			kind: kind, typ: kind.typ(), id: recordID(record["id"]), name: toText(record["name"]), folderID: folderOfRecord(ws, record), value: record,
		})
	}
	return items
}

// recordID is the id of a record as a number, as assets need it. A text is
// converted to a number of its own.
func recordID(value any) int64 {
	text := idText(value)
	if id, err := strconv.ParseInt(text, 10, 64); err == nil {
		return id
	}
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(text))
	return int64(sum.Sum32())
}

// plain is a value as read from a state file.
func plain(value any) any {
	var copied any
	_ = json.Unmarshal(encodeJSON(value), &copied)
	return copied
}

// collectionAssets are the API collections of packages, there called groups.
type collectionAssets struct{}

func (collectionAssets) typ() string { return "api_group" }

func (collectionAssets) read(p *part) error { return readNamed(p) }

// readNamed reads a document that has at least a name.
func readNamed(p *part) error {
	document, err := decodeDocument(p.json())
	if err != nil {
		return err
	}
	p.name, p.content = cmp.Or(toText(document["name"]), p.stem), document
	return nil
}

func (collectionAssets) match(im *importing, p *part) error {
	return matchRecord(im, p, apiCollections)
}

// put has the id of the project as a string, like the service.
func (collectionAssets) put(im *importing, p *part) {
	document := as[object](p.content)
	values := object{"name": p.name, "project_id": orNull(idKey(projectOf(im.ws, im.folder(p))))}
	if version := toText(document["version"]); version != "" {
		values["version"] = version
	}
	im.record(p, apiCollections, values)
}

func (collectionAssets) list(ws *Customer) []item {
	return recordItems(ws, apiCollections, collectionAssets{})
}

// write generates the keys that only packages have. Unverified: how the service
// makes a handle.
func (collectionAssets) write(_ *packing, it *item) map[string][]byte {
	collection := as[Record](it.value)
	document := object{"handle": fileName(it.name), "use_prefix": true, "description": nil}
	maps.Copy(document, originOf(collection))
	document["name"], document["version"] = collection["name"], collection["version"]
	return oneFile(it, document)
}

// endpointAssets are the API endpoints of packages.
type endpointAssets struct{}

func (endpointAssets) typ() string { return "api_endpoint" }

func (endpointAssets) read(p *part) error { return readNamed(p) }

func (endpointAssets) match(im *importing, p *part) error { return matchRecord(im, p, apiEndpoints) }

func (endpointAssets) put(im *importing, p *part) {
	document := as[object](p.content)
	values := object{"name": p.name, "method": document["method"], "path": document["path"], "legacy": document["legacy"] == true}
	if recipe, isRecipe := im.madeFrom(p, document["recipe_id"]).(*Recipe); isRecipe {
		values["flow_id"] = recipe.ID
	}
	if collection, isRecord := im.madeFrom(p, document["api_group_id"]).(Record); isRecord {
		values["api_collection_id"] = collection["id"]
	}
	im.record(p, apiEndpoints, values)
}

func (endpointAssets) list(ws *Customer) []item {
	return recordItems(ws, apiEndpoints, endpointAssets{})
}

func (endpointAssets) write(pk *packing, it *item) map[string][]byte {
	endpoint := as[Record](it.value)
	document := object{"validate_request": false}
	maps.Copy(document, originOf(endpoint))
	for _, name := range []string{"name", "method", "path", "legacy"} {
		document[name] = endpoint[name]
	}
	for name, key := range map[string]assetKey{
		"api_group_id": {collectionAssets{}.typ(), recordID(endpoint["api_collection_id"])},
		"recipe_id":    {assetRecipe, recordID(endpoint["flow_id"])},
	} {
		document[name] = pk.refer(key)
	}
	return oneFile(it, document)
}
