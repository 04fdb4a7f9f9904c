package workatotest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// idKey and externalKey are the path segments by which a workspace is known,
// "" for none.
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

// checkContents finds the mistakes in what a workspace of a seed holds.
func (s *Server) checkContents(ws *Customer, place string, report func(place, format string, args ...any)) {
	folders := map[int64]bool{0: true, ws.RootFolderID: true}
	for _, f := range ws.Folders {
		folders[f.ID] = true
	}
	if place == "own" {
		folders[s.state.Own.RootFolderID] = true
		for _, f := range s.state.Own.Folders {
			folders[f.ID] = true
		}
	}
	seen := map[string]bool{}
	used := func(kind string, id int64) bool {
		key := kind + idKey(id)
		twice := id != 0 && seen[key]
		seen[key] = true
		return twice
	}
	for i, f := range ws.Folders {
		at := fmt.Sprintf("%s.folders[%d]", place, i)
		switch {
		case f.Name == "":
			report(at+".name", "is missing")
		case used("folder", f.ID):
			report(at+".id", "%d is used twice", f.ID)
		case !folders[f.ParentID]:
			report(at+".parent_id", "no folder %d", f.ParentID)
		case inCycle(ws.Folders, f):
			report(at+".parent_id", "the folder lies in itself")
		}
	}
	ids := map[int64]bool{0: true}
	names := map[string]bool{}
	for i, conn := range ws.Connections {
		at := fmt.Sprintf("%s.connections[%d]", place, i)
		if conn.Provider == "" {
			report(at+".provider", "is missing")
		}
		if !folders[conn.FolderID] {
			report(at+".folder_id", "no folder %d", conn.FolderID)
		}
		if !slices.Contains([]string{StatusShell, StatusSuccess, StatusFailed, "exception"}, conn.AuthorizationStatus) {
			report(at+".authorization_status", "%q is not a status", conn.AuthorizationStatus)
		}
		if used("connection", conn.ID) {
			report(at+".id", "%d is used twice", conn.ID)
		}
		ids[conn.ID], names[conn.Name] = true, true
	}
	for i, r := range ws.Recipes {
		at := fmt.Sprintf("%s.recipes[%d]", place, i)
		if used("recipe", r.ID) {
			report(at+".id", "%d is used twice", r.ID)
		}
		checkRecipe(r, at, folders, ids, names, report)
	}
	for i, t := range ws.LookupTables {
		if t.Name == "" {
			report(fmt.Sprintf("%s.lookup_tables[%d].name", place, i), "is missing")
		}
	}
}

func checkRecipe(r *Recipe, at string, folders, connections map[int64]bool, names map[string]bool, report func(place, format string, args ...any)) {
	if r.Name == "" {
		report(at+".name", "is missing")
	}
	if !folders[r.FolderID] {
		report(at+".folder_id", "no folder %d", r.FolderID)
	}
	if r.Code != "" && !json.Valid([]byte(r.Code)) {
		report(at+".code", "is not JSON")
	}
	for i, name := range r.Uses {
		if !names[name] {
			report(fmt.Sprintf("%s.uses[%d]", at, i), "no connection %q", name)
		}
	}
	for i, entry := range r.Config {
		if !connections[entry.AccountID] {
			report(fmt.Sprintf("%s.config[%d].account_id", at, i), "no connection %d", entry.AccountID)
		}
	}
}

// inCycle says whether a folder lies below itself.
func inCycle(folders []*Folder, f *Folder) bool {
	parents := map[int64]int64{}
	for _, other := range folders {
		parents[other.ID] = other.ParentID
	}
	at := f.ID
	for range folders {
		if at = parents[at]; at == f.ID {
			return at != 0
		}
	}
	return false
}

// nullPlaces finds the nulls in the lists of a seed, where an object is due.
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
