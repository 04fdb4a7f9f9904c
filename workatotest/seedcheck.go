package workatotest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-workato/workato/workatotest/internal/strictjson"
)

// Ids are numbers that JSON can carry without loss. A counter follows only ids
// in the lower half of the range, so that it never runs out of them.
const (
	maxID      = 1<<53 - 1
	maxCounter = 1<<52 - 1
)

// seedCheck collects the mistakes of a seed, and knows what the content of the
// current workspace may refer to.
type seedCheck struct {
	server *Server
	errs   []error
	// taken are the path segments by which workspaces are known already.
	taken map[string]bool

	place                string
	ws                   *Customer
	folders, connections map[int64]bool
	connectionNames      map[string]bool
}

func (c *seedCheck) report(place, format string, args ...any) {
	c.errs = append(c.errs, &strictjson.PlaceError{Place: place, Problem: fmt.Sprintf(format, args...)})
}

// missing reports an empty text that is required.
func (c *seedCheck) missing(place, text string) {
	if text == "" {
		c.report(place, "is missing")
	}
}

// checkSeed finds the mistakes of a seed before anything is changed.
func (s *Server) checkSeed(state State) error {
	c := &seedCheck{server: s, taken: map[string]bool{}}
	for _, place := range nullPlaces(reflect.ValueOf(state), "") {
		c.report(place, "is null")
	}
	if len(c.errs) > 0 {
		return errors.Join(c.errs...)
	}
	for key := range s.customers {
		c.taken[key] = true
	}
	for i, ws := range state.Customers {
		c.checkWorkspace(ws, fmt.Sprintf("customers[%d]", i))
	}
	if state.Own != nil {
		c.checkContents(state.Own, "own")
		c.checkEnvironments(state.Own, "own")
	}
	for i, connector := range state.Connectors {
		c.missing(fmt.Sprintf("connectors[%d].name", i), connector.Name)
	}
	if state.AdvancedSeconds < 0 || state.AdvancedSeconds > hundredYears.Seconds() {
		c.report("advanced_seconds", "%v is not between 0 and %.0f", state.AdvancedSeconds, hundredYears.Seconds())
	}
	for counter, last := range state.Counters {
		c.checkID("counters."+counter, last)
	}
	for i, r := range state.PublicRecipes {
		c.checkID(fmt.Sprintf("public_recipes[%d].id", i), r.ID)
		c.missing(fmt.Sprintf("public_recipes[%d].name", i), r.Name)
	}
	return errors.Join(c.errs...)
}

// checkWorkspace checks a customer or an environment.
func (c *seedCheck) checkWorkspace(ws *Customer, place string) {
	c.checkID(place+".id", ws.ID)
	for _, key := range []struct{ name, value string }{{"id", idKey(ws.ID)}, {"external_id", externalKey(ws.ExternalID)}} {
		if key.value == "" {
			continue
		}
		if c.taken[key.value] {
			c.report(place+"."+key.name, "%s has already been taken", key.value)
		}
		c.taken[key.value] = true
	}
	c.checkContents(ws, place)
	c.checkEnvironments(ws, place)
}

func (c *seedCheck) checkEnvironments(ws *Customer, place string) {
	types := map[string]bool{}
	for i, environment := range ws.Environments {
		at := fmt.Sprintf("%s.environments[%d]", place, i)
		kind := environmentType(environment, i)
		switch {
		case !slices.Contains(environmentTypes, kind):
			c.report(at+".environment", "%q is neither test nor prod", kind)
		case types[kind]:
			c.report(at+".environment", "%s is listed twice", kind)
		}
		types[kind] = true
		c.checkWorkspace(environment, at)
	}
}

// checkContents checks the content of a workspace.
func (c *seedCheck) checkContents(ws *Customer, place string) {
	c.place, c.ws = place, ws
	c.folders = map[int64]bool{0: true, ws.RootFolderID: true}
	c.connections = map[int64]bool{0: true}
	c.connectionNames = map[string]bool{}
	folders := ws.Folders
	if place == "own" {
		c.folders[c.server.state.Own.RootFolderID] = true
		folders = slices.Concat(folders, c.server.state.Own.Folders)
	}
	for _, f := range folders {
		c.folders[f.ID] = true
	}
	for _, conn := range ws.Connections {
		c.connections[conn.ID], c.connectionNames[conn.Name] = true, true
	}
	for _, kind := range inventory {
		kind.check(c, ws)
	}
	c.checkID(place+".root_folder_id", ws.RootFolderID)
	used := map[string]bool{}
	idsOf(ws, func(counter, at string, id *int64) {
		c.checkID(place+"."+at, *id)
		key := counter + idKey(*id)
		if *id != 0 && used[key] {
			c.report(place+"."+at, "%d is used twice", *id)
		}
		used[key] = true
	})
}

// checkID refuses ids that the service would never issue.
func (c *seedCheck) checkID(place string, id int64) {
	switch {
	case id < 0:
		c.report(place, "%d is negative", id)
	case id > maxID:
		c.report(place, "%d is too large for an id", id)
	}
}

func checkFolder(c *seedCheck, at string, f *Folder) {
	c.missing(at+".name", f.Name)
	switch {
	case !c.folders[f.ParentID]:
		c.report(at+".parent_id", "no folder %d", f.ParentID)
	case inCycle(c.ws.Folders, f):
		c.report(at+".parent_id", "the folder is below itself")
	}
}

func checkConnection(c *seedCheck, at string, conn *Connection) {
	c.missing(at+".provider", conn.Provider)
	if !c.folders[conn.FolderID] {
		c.report(at+".folder_id", "no folder %d", conn.FolderID)
	}
	if !slices.Contains([]string{StatusShell, StatusSuccess, StatusFailed, "exception"}, conn.AuthorizationStatus) {
		c.report(at+".authorization_status", "%q is not a status", conn.AuthorizationStatus)
	}
}

func checkRecipe(c *seedCheck, at string, r *Recipe) {
	c.missing(at+".name", r.Name)
	if !c.folders[r.FolderID] {
		c.report(at+".folder_id", "no folder %d", r.FolderID)
	}
	if r.Code != "" && !json.Valid([]byte(r.Code)) {
		c.report(at+".code", "is not JSON")
	}
	for i, name := range r.Uses {
		if !c.connectionNames[name] {
			c.report(fmt.Sprintf("%s.uses[%d]", at, i), "no connection %q", name)
		}
	}
	for i, entry := range r.Config {
		if !c.connections[entry.AccountID] {
			c.report(fmt.Sprintf("%s.config[%d].account_id", at, i), "no connection %d", entry.AccountID)
		}
	}
}

func checkTable(c *seedCheck, at string, t *LookupTable) {
	c.missing(at+".name", t.Name)
	if !c.folders[t.FolderID] {
		c.report(at+".folder_id", "no folder %d", t.FolderID)
	}
}

// checkPackageAsset also ensures that an export has no file outside of its
// folder.
func checkPackageAsset(c *seedCheck, at string, kept *PackageAsset) {
	c.missing(at+".name", kept.Name)
	if !c.folders[kept.FolderID] {
		c.report(at+".folder_id", "no folder %d", kept.FolderID)
	}
	if kept.Type != safeSegment(kept.Type) {
		c.report(at+".type", "%q is not a type", kept.Type)
	}
	for suffix := range kept.Files {
		if suffix != safeSegment(suffix) || !strings.HasPrefix(suffix, strings.TrimPrefix("."+kept.Type+".", "..")) {
			c.report(at+".files", "%q is not the end of a file's name of type %q", suffix, kept.Type)
		}
	}
}

// checkRecords checks only ids: the fake keeps records unchanged.
func checkRecords(c *seedCheck, ws *Customer) {
	for family, records := range ws.Records {
		for i, record := range records {
			if n, isNumber := record["id"].(float64); isNumber && (n < 0 || n > maxID || n != math.Trunc(n)) {
				c.report(fmt.Sprintf("%s.records.%s[%d].id", c.place, family, i), "%v is not an id", n)
			}
		}
	}
}

// idKey and externalKey are the path segments of a workspace, "" for none.
func idKey(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

func externalKey(external string) string {
	if external == "" {
		return ""
	}
	return "E" + external
}

// inCycle reports whether a folder is below itself.
func inCycle(folders []*Folder, f *Folder) bool {
	parents := map[int64]int64{}
	for _, other := range folders {
		if other.ID != 0 { // one that gets its id later is no parent
			parents[other.ID] = other.ParentID
		}
	}
	at := f.ID
	for range folders {
		if at = parents[at]; at == f.ID {
			return at != 0
		}
	}
	return false
}

// nullPlaces finds the nulls in the lists of a seed, which hold objects.
func nullPlaces(value reflect.Value, place string) []string {
	var places []string
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			places = nullPlaces(value.Elem(), place)
		}
	case reflect.Struct:
		for i := range value.NumField() {
			if tag, _, _ := strings.Cut(value.Type().Field(i).Tag.Get("json"), ","); tag != "" {
				places = append(places, nullPlaces(value.Field(i), strings.TrimPrefix(place+"."+tag, "."))...)
			}
		}
	case reflect.Map:
		for _, key := range value.MapKeys() {
			places = append(places, nullPlaces(value.MapIndex(key), place+"."+key.String())...)
		}
	case reflect.Slice:
		if value.Type().Elem().Kind() == reflect.Uint8 {
			return nil
		}
		for i := range value.Len() {
			item, at := value.Index(i), fmt.Sprintf("%s[%d]", place, i)
			if kind := item.Kind(); (kind == reflect.Pointer || kind == reflect.Map) && item.IsNil() {
				places = append(places, at)
			} else {
				places = append(places, nullPlaces(item, at)...)
			}
		}
	default:
	}
	return places
}
