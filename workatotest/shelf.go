package workatotest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Record is an object of a family that the fake stores unchanged: roles, API
// clients, data tables and the like. It has at least an id.
type Record = map[string]any

// shelf is a family of records with the usual five endpoints. The families
// differ in their envelopes.
type shelf struct {
	// name is the key in [Customer.Records] and the service in names of
	// operations, unless service is set.
	name, service string
	// path is the path of the list, arg the name of the argument of the others.
	path, arg string
	// verbs are the endpoints that exist: "list get create update delete".
	verbs string
	// wrap is the key around the body of create and update.
	wrap string
	// query are the parameters of the list, except for those of its pages. One
	// that is a key of the records filters them.
	query string
	// paging says how the list is cut into pages, of which the largest has 100
	// records unless it says otherwise.
	paging  paging
	largest int
	// body are the parameters of create and update; only create also takes
	// createBody. A star applies to create.
	body, createBody string
	// updateBody are the parameters of update if they are not those of create, all
	// optional.
	updateBody string
	// list is the envelope of the list: a key, "-" for a bare array, or
	// "result.items" for an object with items and their count.
	list string
	// about are the keys beside a list under "data", of total, count, page and
	// per_page: what the reference shows. Lists inBrackets have total and page.
	about string
	// one is the envelope of a single record, "" for none.
	one string
	// id makes the id from a number; without it the number is the id.
	id func(n int64) any
	// defaults are the keys that a new record has in addition to those of the
	// body.
	defaults Record
	// secret is the key that only create and a refresh show.
	secret string
	// secrets, if set, makes what they show of a record in place of that key.
	secrets func(c *call, record Record, secret string) object
	// check, if set, refuses what a create or an update asks for. The record is nil
	// in a create.
	check func(c *call, record Record) *response
	// fits, if set, filters the list in addition to query.
	fits func(c *call, record Record) bool
	// settle, if set, is called after every change of a record.
	settle func(c *call, record Record)
	// view, if set, makes what clients see of a record.
	view func(c *call, record Record) object
	// used, if set, says that a record is in use: it cannot be deleted.
	used func(ws *Customer, record Record) bool
	// parent is the path argument of the records' parent, also a key of the
	// record; of is the family of the parent.
	parent, of string
}

// paging is how a client asks for a page of a list.
type paging byte

const (
	// unpaged lists have no pages.
	unpaged paging = iota
	// byNumber lists take page and per_page.
	byNumber
	// inBrackets lists take page[number] and page[size].
	inBrackets
)

// pageFields are the parameters by which a client asks for a page.
var pageFields = map[paging]string{byNumber: " page:i per_page:i", inBrackets: " page:v"}

// listQuery are all parameters of the list.
func (f shelf) listQuery() string { return f.query + pageFields[f.paging] }

// routes are the endpoints of a family.
func (f shelf) routes() []route {
	service := f.service
	if service == "" {
		service = f.name
	}
	one := f.path + "/{" + f.arg + "}"
	all := map[string]route{
		"list":   {method: "GET", path: f.path, query: f.listQuery(), handle: f.handleList},
		"get":    {method: "GET", path: one, handle: f.on(f.show)},
		"create": {method: "POST", path: f.path, wrap: f.wrap, body: f.body + f.createBody, handle: f.handleCreate},
		"update": {method: "PUT", path: one, wrap: f.wrap, body: f.changes(), handle: f.on(f.update)},
		"delete": {method: "DELETE", path: one, handle: f.on(f.delete)},
	}
	var routes []route
	for verb := range strings.FieldsSeq(f.verbs) {
		r := all[verb]
		r.op = service + "." + verb
		routes = append(routes, r)
	}
	return routes
}

// changes are the parameters of update. What create requires cannot be cleared.
func (f shelf) changes() string {
	return cmp.Or(f.updateBody, strings.ReplaceAll(f.body, "*", "+"))
}

// records are those of the family in the path's workspace or parent.
func (f shelf) records(c *call) []Record {
	all := c.ws.Records[f.name]
	if f.parent == "" {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(r Record) bool { return idText(r[f.parent]) != c.args[f.parent] })
}

// on makes a handler of an operation on one record.
func (f shelf) on(do func(*call, Record) response) func(*call) response {
	return func(c *call) response {
		for _, record := range f.records(c) {
			if idText(record["id"]) == c.args[f.arg] {
				return do(c, record)
			}
		}
		return notFound()
	}
}

// idText writes an id as in a path: a number from a state file is a float.
func idText(id any) string {
	if n, isFloat := id.(float64); isFloat {
		return strconv.FormatInt(int64(n), 10)
	}
	return fmt.Sprint(id)
}

// public is what clients see of a record, without its secret.
func (f shelf) public(c *call, record Record) Record {
	shown := maps.Clone(record)
	delete(shown, f.secret)
	if f.view != nil {
		shown = f.view(c, shown)
	}
	delete(shown, originFolder)
	delete(shown, originDocument)
	return shown
}

func (f shelf) envelope(record Record) response {
	if f.one == "" {
		return ok(record)
	}
	return ok(object{f.one: record})
}

func (f shelf) show(c *call, record Record) response { return f.envelope(f.public(c, record)) }

func (f shelf) handleList(c *call) response {
	views := []object{}
	for _, record := range f.records(c) {
		fits := f.fits == nil || f.fits(c, record)
		for _, filter := range parseFields(f.query) {
			value, isKey := record[filter.name]
			want := c.text(filter.name)
			fits = fits && (!isKey || want == "" || want == idText(value))
		}
		if fits {
			views = append(views, f.public(c, record))
		}
	}
	page, extra := f.page(c, views)
	switch f.list {
	case "-":
		return ok(orEmpty(page))
	case "result.items":
		return ok(object{"result": object{"count": len(views), "items": orEmpty(page)}})
	case "data":
		extra["total"] = len(views)
		shown := strings.Fields(f.about)
		maps.DeleteFunc(extra, func(key string, _ any) bool { return f.paging != inBrackets && !slices.Contains(shown, key) })
		extra["data"] = orEmpty(page)
		return ok(extra)
	}
	return ok(object{f.list: orEmpty(page)})
}

// page returns the requested page. The extra keys go into an envelope called
// data.
func (f shelf) page(c *call, views []object) (page []object, extra object) {
	switch f.paging {
	case inBrackets:
		c.query.Set("page", c.query.Get("page[number]"))
		c.query.Set("per_page", c.query.Get("page[size]"))
		page, extra = paged(c, views, 1, 100, 100)
		return page, object{"page": object{"number": extra["page"], "size": extra["per_page"]}}
	case byNumber:
		largest := cmp.Or(f.largest, 100)
		return paged(c, views, 1, largest, largest)
	case unpaged:
	}
	return views, object{"count": len(views)}
}

func (f shelf) handleCreate(c *call) response {
	if f.parent != "" && recordOf(c.ws, f.of, c.args[f.parent]) == nil {
		return notFound()
	}
	if f.check != nil {
		if refusal := f.check(c, nil); refusal != nil {
			return *refusal
		}
	}
	record := f.blank(c)
	if f.parent != "" {
		id, _ := toInt(c.args[f.parent])
		record[f.parent] = id
	}
	f.read(c, record, f.body+f.createBody)
	c.ws.Records[f.name] = append(c.ws.Records[f.name], record)
	return f.reveal(c, record)
}

// blank is a new record with an id.
func (f shelf) blank(c *call) Record {
	n := c.nextID("record")
	record := Record{"id": any(n)}
	if f.id != nil {
		record["id"] = f.id(n)
	}
	maps.Copy(record, f.defaults)
	record["created_at"] = stamp(c.now())
	return record
}

// read copies the known parameters of the body, except secrets: the service
// never shows them again.
func (f shelf) read(c *call, record Record, body string) {
	for _, field := range parseFields(body) {
		if value, given := c.value(field.name); given && !strings.Contains(field.name, "secret") {
			record[field.name] = field.typed(value)
		}
	}
	f.touch(c, record)
}

// touch is called after every change of a record.
func (f shelf) touch(c *call, record Record) {
	record["updated_at"] = stamp(c.now())
	if f.settle != nil {
		f.settle(c, record)
	}
}

// typed is a value as stored in a record: ids and switches sent as text have
// their own types, and the secrets in the data of an OAuth app are removed.
func (f field) typed(value any) any {
	if value == nil {
		return nil
	}
	switch f.kind {
	case kindID:
		id, _ := toInt(value)
		return id
	case kindBool:
		set, _ := toBool(value)
		return set
	case kindObject:
		fields, _ := value.(object)
		kept := maps.Clone(fields)
		maps.DeleteFunc(kept, func(key string, _ any) bool { return key == "token" || strings.Contains(key, "secret") })
		return kept
	default:
		return value
	}
}

// naming makes a check of parameters that name another thing, by its family,
// which is "" for folders. One that names nothing is refused.
func naming(families map[string]string) func(*call, Record) *response {
	return func(c *call, _ Record) *response {
		for _, param := range slices.Sorted(maps.Keys(families)) {
			id := c.text(param)
			n, _ := toInt(id)
			exists := recordOf(c.ws, families[param], id) != nil || families[param] == "" && hasFolder(c.ws, n)
			if id != "" && !exists {
				return refused(invalid(param, "is invalid"))
			}
		}
		return nil
	}
}

func (f shelf) update(c *call, record Record) response {
	if f.check != nil {
		if refusal := f.check(c, record); refusal != nil {
			return *refusal
		}
	}
	f.read(c, record, f.changes())
	return f.envelope(f.public(c, record))
}

func (f shelf) delete(c *call, record Record) response {
	if f.used != nil && f.used(c.ws, record) {
		return badRequest("%s is in use", toText(record["name"]))
	}
	c.ws.Records[f.name] = slices.DeleteFunc(c.ws.Records[f.name], func(r Record) bool { return idText(r["id"]) == idText(record["id"]) })
	dropStaleGrants(c.ws)
	return success()
}

// renewed is the key of a record that says when its secret was made anew.
const renewed = "renewed_at"

// renew makes a new secret for a record and shows it.
func (f shelf) renew(c *call, record Record) response {
	record[renewed] = stampZ(c.now())
	return f.reveal(c, record)
}

// reveal shows a record with a new secret, once.
func (f shelf) reveal(c *call, record Record) response {
	shown := f.public(c, record)
	if f.secret != "" {
		secret := fmt.Sprintf("fake-secret-%d", c.nextID("secret"))
		if f.secrets == nil {
			shown[f.secret] = secret
		} else {
			maps.Copy(shown, f.secrets(c, record, secret))
		}
	}
	return f.envelope(shown)
}

// activate is an endpoint that switches a record on or off and responds with a
// fixed body.
func (f shelf) activate(active bool, body object) func(*call) response {
	return f.on(func(c *call, record Record) response {
		record["active"] = active
		f.touch(c, record)
		return ok(body)
	})
}

// atHome is the same family in the partner's own workspace, where lists are
// bare arrays.
func (f shelf) atHome() shelf {
	f.service = "own." + f.name
	f.path = strings.Replace(f.path, "/managed_users/{customer}", "", 1)
	if f.list == "result" {
		f.list = "-"
	}
	return f
}

// prefixed makes ids such as "pr-Fake19001-Ab1", as in newer families.
func prefixed(prefix string) func(int64) any {
	return func(n int64) any { return fmt.Sprintf("%s-Fake%d-Ab1", prefix, n) }
}

// copyOf is an endpoint that copies a record.
func copyOf(f shelf) func(*call, Record) response {
	return func(c *call, record Record) response {
		twin := maps.Clone(record)
		twin["id"], twin["name"] = c.nextID("record"), "Copy of "+toText(record["name"])
		twin["created_at"] = stamp(c.now())
		f.touch(c, twin)
		c.ws.Records[f.name] = append(c.ws.Records[f.name], twin)
		return ok(f.public(c, twin))
	}
}
