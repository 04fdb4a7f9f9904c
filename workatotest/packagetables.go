package workatotest

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// packageTable is the JSON of a lookup table in a package.
type packageTable struct {
	Name   string          `json:"name"`
	Schema json.RawMessage `json:"schema"`
	// Data are the rows, the text of a CSV file. They are included only if the
	// manifest says so. Unverified: whether it begins with a line of labels. Both
	// are read, and so is an array of rows.
	Data json.RawMessage `json:"data,omitempty"`
}

// lookupTableAssets are the lookup tables of packages.
type lookupTableAssets struct{}

// tablePart is a lookup table in a package.
type tablePart struct {
	columns []string
	schema  json.RawMessage
	rows    []map[string]string
	hasRows bool
}

func (lookupTableAssets) typ() string { return "lookup_table" }

func (lookupTableAssets) read(p *part) error {
	document, err := decodeDocument(p.json())
	if err != nil {
		return err
	}
	p.name = cmp.Or(toText(document["name"]), p.stem)
	var read tablePart
	var valid bool
	if read.columns, valid = columnsOf(document["schema"]); !valid {
		return errors.New("schema is not a list of columns with labels")
	}
	if len(read.columns) > maxColumns {
		return fmt.Errorf("schema has more than %d columns", maxColumns)
	}
	if document["schema"] != nil {
		read.schema = encodeJSON(document["schema"])
	}
	data := document["data"]
	read.hasRows = data != nil
	if read.rows, err = rowsOf(&LookupTable{Columns: read.columns}, data); err != nil {
		return fmt.Errorf("data: %w", err)
	}
	p.content = &read
	return nil
}

// rowsOf reads the rows of a lookup table.
func rowsOf(t *LookupTable, data any) ([]map[string]string, error) {
	var rows []map[string]string
	switch v := data.(type) {
	case nil:
	case string:
		records := csv.NewReader(strings.NewReader(v))
		records.FieldsPerRecord = -1
		lines, err := records.ReadAll()
		if err != nil {
			return nil, err
		}
		if len(lines) > 0 && slices.EqualFunc(lines[0], t.Columns, func(name, label string) bool { return t.label(name) == label }) {
			lines = lines[1:]
		}
		for i, line := range lines {
			row := map[string]string{}
			for n, cell := range line {
				if n >= len(t.Columns) {
					return nil, fmt.Errorf("row %d has more cells than the table has columns", i+1)
				}
				row[t.Columns[n]] = cell
			}
			rows = append(rows, row)
		}
	case []any:
		for i, item := range v {
			cells, isObject := item.(object)
			if !isObject {
				return nil, fmt.Errorf("row %d is not an object", i+1)
			}
			row := map[string]string{}
			for name, value := range cells {
				row[t.label(name)] = toText(value)
			}
			rows = append(rows, row)
		}
	default:
		return nil, errors.New("is neither a text nor a list of rows")
	}
	return rows, nil
}

func (lookupTableAssets) match(im *importing, p *part) error {
	if t, found := take(im.tables, im.placeOf(p)); found {
		p.old = t
	}
	return nil
}

// put makes or updates a lookup table. Rows in the package replace those in the
// table, the service's default.
func (lookupTableAssets) put(im *importing, p *part) {
	read := as[*tablePart](p.content)
	t, isOld := p.old.(*LookupTable)
	if !isOld {
		folderID := im.folder(p)
		t = &LookupTable{Name: p.name, FolderID: folderID, ProjectID: projectOf(im.ws, folderID)}
		im.prepareTable(t)
		im.ws.LookupTables = append(im.ws.LookupTables, t)
	}
	p.made = t
	if !slices.Equal(t.Columns, read.columns) || !bytes.Equal(t.Schema, read.schema) {
		t.Columns, t.Schema, t.UpdatedAt = read.columns, read.schema, im.now()
	}
	if !read.hasRows || slices.EqualFunc(t.Rows, read.rows, func(row *LookupRow, data map[string]string) bool { return maps.Equal(row.Data, data) }) {
		return
	}
	t.Rows, t.UpdatedAt = nil, im.now()
	for _, data := range read.rows {
		row := &LookupRow{Data: data}
		im.prepareRow(row)
		t.Rows = append(t.Rows, row)
	}
}

// folderOfTable is the folder in which a package put a table, or its project's.
func folderOfTable(ws *Customer, t *LookupTable) int64 {
	return cmp.Or(t.FolderID, folderOfProject(ws, t.ProjectID))
}

// folderOfProject is the folder of a project, Home for none.
func folderOfProject(ws *Customer, projectID int64) int64 {
	if f := find(ws.Folders, func(f *Folder) int64 { return f.ProjectID }, projectID); f != nil {
		return f.ID
	}
	return ws.RootFolderID
}

func (lookupTableAssets) list(ws *Customer) []item {
	items := make([]item, len(ws.LookupTables))
	for i, t := range ws.LookupTables {
		items[i] = item{kind: lookupTableAssets{}, typ: lookupTableAssets{}.typ(), id: t.ID, name: t.Name, folderID: folderOfTable(ws, t), value: t}
	}
	return items
}

func (lookupTableAssets) write(pk *packing, it *item) map[string][]byte {
	t := as[*LookupTable](it.value)
	content := packageTable{Name: t.Name, Schema: encodeJSON(t.schema())}
	if pk.data && len(t.Rows) > 0 {
		content.Data = encodeJSON(csvOf(t))
	}
	return oneFile(it, content)
}

// csvOf is a CSV file with the rows of a table. A table without columns has
// those of its rows.
func csvOf(t *LookupTable) string {
	columns := t.Columns
	if len(columns) == 0 {
		for _, row := range t.Rows {
			columns = slices.AppendSeq(columns, maps.Keys(row.Data))
		}
		slices.Sort(columns)
		columns = slices.Compact(columns)
	}
	var text bytes.Buffer
	lines := csv.NewWriter(&text)
	_ = lines.Write(columns)
	for _, row := range t.Rows {
		cells := make([]string, len(columns))
		for i, column := range columns {
			cells[i] = row.Data[column]
		}
		_ = lines.Write(cells)
	}
	lines.Flush()
	return text.String()
}

// dataTableAssets are the data tables of packages, which never contain their
// rows.
type dataTableAssets struct{}

func (dataTableAssets) typ() string { return "workato_db_table" }

func (dataTableAssets) read(p *part) error {
	document, err := decodeDocument(p.json())
	if err != nil {
		return err
	}
	schema, isArray := document["schema"].([]any)
	if !isArray && document["schema"] != nil {
		return errors.New("schema is not a list of columns")
	}
	for i, column := range schema {
		if fields, _ := column.(object); toText(fields["title"]) == "" {
			return fmt.Errorf("schema[%d]: title is missing", i)
		}
	}
	p.name, p.content = cmp.Or(toText(document["name"]), p.stem), document
	return nil
}

func (dataTableAssets) match(im *importing, p *part) error { return matchRecord(im, p, dataTables) }

func (dataTableAssets) put(im *importing, p *part) {
	document := as[object](p.content)
	folderID := im.folder(p)
	table := im.record(p, dataTables, object{"name": p.name, "folder_id": folderID})
	// A relation may refer to a later table.
	im.later = append(im.later, func() {
		columns := []any{}
		for _, column := range orEmpty(as[[]any](document["schema"])) {
			if fields := as[object](column); fields["read_only"] != true {
				columns = append(columns, im.columnOf(p, fields))
			}
		}
		if !reflect.DeepEqual(plain(table["schema"]), plain(columns)) {
			table["schema"], table["updated_at"] = columns, stamp(im.now())
		}
	})
}

// columnTypes are the types of columns in packages and in the API.
var columnTypes = map[string]string{"short-text": "string", "long-text": "string", "date-time": "date_time"}

// columnOf is a column of a package in the form of the API.
func (im *importing) columnOf(p *part, fields object) object {
	typ := toText(fields["type"])
	column := object{
		"type": cmp.Or(columnTypes[typ], typ), "name": fields["title"], "optional": fields["required"] != true, "field_id": fields["id"],
		"hint": fields["hint"], "default_value": fields["default_value"], "metadata": fields["metadata"], "multivalue": fields["multivalue"] == true,
		"relation": nil,
	}
	if relation, isObject := fields["relation"].(object); isObject {
		var id any
		if target, isRecord := im.madeFrom(p, relation["table_id"]).(Record); isRecord {
			id = target["id"]
		}
		column["relation"] = object{"table_id": id, "field_id": relation["field_id"]}
	}
	return column
}

func (dataTableAssets) list(ws *Customer) []item {
	return recordItems(ws, dataTables, dataTableAssets{})
}

// write keeps the package's data about columns that still exist.
func (dataTableAssets) write(_ *packing, it *item) map[string][]byte {
	table := as[Record](it.value)
	document := originOf(table)
	document["name"] = table["name"]
	current := as[[]any](plain(table["schema"]))
	columns := []any{}
	known := map[string]bool{}
	for _, column := range as[[]any](document["schema"]) {
		fields, _ := column.(object)
		key := columnKey(fields["id"], fields["title"])
		known[key] = true
		at := slices.IndexFunc(current, func(other any) bool {
			now, _ := other.(object)
			return columnKey(now["field_id"], now["name"]) == key
		})
		if at >= 0 {
			updateColumn(fields, as[object](current[at]))
		}
		if at >= 0 || fields["read_only"] == true {
			columns = append(columns, fields)
		}
	}
	for _, column := range current {
		now, _ := column.(object)
		if key := columnKey(now["field_id"], now["name"]); !known[key] {
			fields := object{"read_only": false, "hidden": false}
			if now["field_id"] != nil {
				fields["id"] = now["field_id"]
			}
			updateColumn(fields, now)
			columns = append(columns, fields)
		}
	}
	document["schema"] = columns
	return oneFile(it, document)
}

// columnKey identifies a column by its id or by its name.
func columnKey(id, name any) string { return cmp.Or(toText(id), "name "+toText(name)) }

// updateColumn writes a column of the API over one of a package.
func updateColumn(fields, now object) {
	fields["title"] = now["name"]
	fields["required"] = now["optional"] == false
	typ := toText(fields["type"])
	if cmp.Or(columnTypes[typ], typ) == toText(now["type"]) {
		return
	}
	fields["type"] = now["type"]
	for inPackage, inAPI := range map[string]string{"short-text": "string", "date-time": "date_time"} {
		if inAPI == now["type"] {
			fields["type"] = inPackage
		}
	}
}
