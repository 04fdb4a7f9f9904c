package workatotest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
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
		if f != nil {
			folders[f.ID] = true
		}
	}
	if place == "own" {
		folders[s.state.Own.RootFolderID] = true
		for _, f := range s.state.Own.Folders {
			folders[f.ID] = true
		}
	}
	for i, f := range ws.Folders {
		at := fmt.Sprintf("%s.folders[%d]", place, i)
		switch {
		case f == nil:
			report(at, "is null")
		case f.Name == "":
			report(at+".name", "is missing")
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
		if conn == nil {
			report(at, "is null")
			continue
		}
		if conn.Provider == "" {
			report(at+".provider", "is missing")
		}
		if !folders[conn.FolderID] {
			report(at+".folder_id", "no folder %d", conn.FolderID)
		}
		if !slices.Contains([]string{StatusShell, StatusSuccess, StatusFailed, "exception"}, conn.AuthorizationStatus) {
			report(at+".authorization_status", "%q is not a status", conn.AuthorizationStatus)
		}
		if conn.ID != 0 && ids[conn.ID] {
			report(at+".id", "%d is used twice", conn.ID)
		}
		ids[conn.ID], names[conn.Name] = true, true
	}
	for i, r := range ws.Recipes {
		at := fmt.Sprintf("%s.recipes[%d]", place, i)
		if r == nil {
			report(at, "is null")
			continue
		}
		checkRecipe(r, at, folders, ids, names, report)
	}
	for i, m := range ws.Members {
		if m == nil {
			report(fmt.Sprintf("%s.members[%d]", place, i), "is null")
		}
	}
	for name, records := range ws.Records {
		for i, record := range records {
			if record == nil {
				report(fmt.Sprintf("%s.records.%s[%d]", place, name, i), "is null")
			}
		}
	}
	for i, t := range ws.LookupTables {
		if t == nil || t.Name == "" {
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
	for i, job := range r.Jobs {
		if job == nil {
			report(fmt.Sprintf("%s.jobs[%d]", at, i), "is null")
		}
	}
}

// inCycle says whether a folder lies below itself.
func inCycle(folders []*Folder, f *Folder) bool {
	parents := map[int64]int64{}
	for _, other := range folders {
		if other != nil {
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
