package workatotest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Seed adds customers and everything in them, connectors and public recipes.
// What Own holds is added to the partner's own workspace. The server keeps a
// copy. A seed with a mistake changes nothing, and the error names the place:
// `customers[1].recipes[0].uses[0]: no connection "Jira"`.
func (s *Server) Seed(state State) error {
	adopted, err := clone(state)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.take(adopted)
}

// take makes a checked seed part of the server's state. What it holds belongs
// to the server from then on.
func (s *Server) take(adopted State) error {
	if err := s.checkSeed(adopted); err != nil {
		return err
	}
	for kind, n := range adopted.Counters {
		s.takeID(kind, n)
	}
	s.takeIDs(adopted)
	kept := slices.DeleteFunc(s.state.Connectors, func(old *Connector) bool {
		return slices.ContainsFunc(adopted.Connectors, func(c *Connector) bool { return c.Name == old.Name })
	})
	s.state.Connectors = slices.Concat(adopted.Connectors, kept)
	for _, r := range adopted.PublicRecipes {
		if r.ID == 0 {
			r.ID = s.nextID("public_recipe")
		}
		s.state.PublicRecipes = append(s.state.PublicRecipes, r)
	}
	if adopted.Own != nil {
		s.mergeOwn(adopted.Own)
	}
	for _, ws := range adopted.Customers {
		s.adopt(ws)
		s.addWorkspace(ws)
	}
	return nil
}

// AddCustomer seeds one customer and returns it with the ids it was given. A
// mistake in it ends the test, or panics on a server without one.
func (s *Server) AddCustomer(c Customer) Customer {
	if t := s.options.tb; t != nil {
		t.Helper()
	}
	adopted, err := clone(State{Customers: []*Customer{&c}})
	s.mu.Lock()
	if err == nil {
		err = s.take(adopted)
	}
	var added Customer
	if err == nil {
		added, err = clone(*adopted.Customers[0])
	}
	s.mu.Unlock()
	if err != nil {
		s.fatal(err)
	}
	return added
}

// adopt fills in what a seed may leave out.
func (s *Server) adopt(ws *Customer) {
	s.prepareCustomer(ws)
	s.adoptContents(ws, ws)
	s.adoptEnvironments(ws, ws)
}

// adoptEnvironments prepares the environments of a seed.
func (s *Server) adoptEnvironments(ws, seed *Customer) {
	for i, environment := range seed.Environments {
		environment.Environment = kindOf(environment, i)
		s.prepareEnvironment(ws, environment)
		s.adopt(environment)
	}
}

// kindOf is the kind of an environment, by its place in the list where the seed
// does not say.
func kindOf(environment *Customer, i int) string {
	return cmp.Or(environment.Environment, environmentTypes[i%len(environmentTypes)])
}

// adoptContents prepares the contents of a seed for a workspace, which is the
// seed itself or the own workspace.
func (s *Server) adoptContents(ws, seed *Customer) {
	for _, f := range seed.Folders {
		s.prepareFolder(ws, f)
	}
	for _, conn := range seed.Connections {
		if conn.Folder != "" {
			conn.FolderID, conn.Folder = s.folderPath(ws, ws.RootFolderID, conn.Folder, true), ""
		}
		s.prepareConnection(ws, conn)
	}
	for _, r := range seed.Recipes {
		if r.Folder != "" {
			r.FolderID, r.Folder = s.folderPath(ws, ws.RootFolderID, r.Folder, true), ""
		}
		for _, name := range r.Uses {
			conn := connectionNamed(ws, name)
			r.Config = append(r.Config, RecipeConfig{Keyword: "application", Name: conn.Provider, Provider: conn.Provider, AccountID: conn.ID})
		}
		r.Uses = nil
		s.prepareRecipe(ws, r)
	}
	for _, m := range seed.Members {
		s.prepareMember(m)
	}
	for _, t := range seed.LookupTables {
		s.prepareTable(t)
	}
	for _, t := range seed.Tags {
		s.prepareTag(t)
	}
	for kind, ids := range workIDs(seed) {
		for _, id := range ids {
			if *id == 0 {
				*id = s.nextID(kind)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(seed.Records)) {
		for _, record := range seed.Records[name] {
			if record["id"] == nil {
				record["id"] = s.nextID("record")
			}
		}
	}
}

// mergeOwn adds to the own workspace. Its profile is that of the seed only
// where the workspace has none yet, besides the name.
func (s *Server) mergeOwn(seed *Customer) {
	own := s.state.Own
	if own.ID == 0 {
		s.state.Own = seed
		s.adopt(seed)
		return
	}
	own.Name = cmp.Or(seed.Name, own.Name)
	maps.Copy(own.Properties, seed.Properties)
	own.Folders = append(own.Folders, seed.Folders...)
	own.Connections = append(own.Connections, seed.Connections...)
	own.Recipes = append(own.Recipes, seed.Recipes...)
	own.Members = append(own.Members, seed.Members...)
	own.LookupTables = append(own.LookupTables, seed.LookupTables...)
	own.Tags = append(own.Tags, seed.Tags...)
	own.Imports = append(own.Imports, seed.Imports...)
	own.Manifests = append(own.Manifests, seed.Manifests...)
	own.Exports = append(own.Exports, seed.Exports...)
	own.Builds = append(own.Builds, seed.Builds...)
	own.Deployments = append(own.Deployments, seed.Deployments...)
	own.Environments = append(own.Environments, seed.Environments...)
	for name, records := range seed.Records {
		own.Records[name] = append(own.Records[name], records...)
	}
	s.adoptContents(own, seed)
	s.adoptEnvironments(own, seed)
}

func connectionNamed(ws *Customer, name string) *Connection {
	for _, conn := range ws.Connections {
		if conn.Name == name {
			return conn
		}
	}
	return nil
}

// takeIDs keeps the ids of a seed from being handed out again.
func (s *Server) takeIDs(state State) {
	for _, ws := range append(slices.Clone(state.Customers), state.Own) {
		if ws == nil {
			continue
		}
		s.takeID("customer", ws.ID)
		s.takeID("folder", ws.RootFolderID)
		for _, f := range ws.Folders {
			s.takeID("folder", f.ID)
			s.takeID("project", f.ProjectID)
		}
		for _, conn := range ws.Connections {
			s.takeID("connection", conn.ID)
		}
		for _, r := range ws.Recipes {
			s.takeID("recipe", r.ID)
			for _, v := range r.Versions {
				s.takeID("version", v.ID)
			}
		}
		for _, m := range ws.Members {
			s.takeID("member", m.ID)
		}
		for _, t := range ws.LookupTables {
			s.takeID("lookup_table", t.ID)
			for _, row := range t.Rows {
				s.takeID("lookup_row", row.ID)
			}
		}
		for kind, ids := range workIDs(ws) {
			for _, id := range ids {
				s.takeID(kind, *id)
			}
		}
		for _, records := range ws.Records {
			for _, record := range records {
				id, _ := record["id"].(float64)
				s.takeID("record", int64(id))
			}
		}
		s.takeIDs(State{Customers: ws.Environments})
	}
}

// workIDs are the ids of imports, exports and the like, by kind.
func workIDs(ws *Customer) map[string][]*int64 {
	ids := map[string][]*int64{}
	for _, work := range ws.Imports {
		ids["package"] = append(ids["package"], &work.ID)
	}
	for _, e := range ws.Exports {
		ids["package"] = append(ids["package"], &e.ID)
	}
	for _, m := range ws.Manifests {
		ids["manifest"] = append(ids["manifest"], &m.ID)
	}
	for _, b := range ws.Builds {
		ids["build"] = append(ids["build"], &b.ID)
	}
	for _, d := range ws.Deployments {
		ids["deployment"] = append(ids["deployment"], &d.ID)
	}
	return ids
}

// clone copies a value through its JSON form, so that the caller and the
// server share nothing.
func clone[T any](value T) (T, error) {
	var twin T
	encoded, err := json.Marshal(value)
	if err != nil {
		return twin, err
	}
	err = json.Unmarshal(encoded, &twin)
	return twin, err
}

// placeError says where in a seed a mistake is: "customers[1].name".
type placeError struct {
	place   string
	problem string
}

// Error implements error. The place of a whole document is empty.
func (e *placeError) Error() string { return strings.TrimPrefix(e.place+": "+e.problem, ": ") }

// checkSeed finds the mistakes of a seed before anything is changed.
func (s *Server) checkSeed(state State) error {
	var errs []error
	report := func(place, format string, args ...any) {
		errs = append(errs, &placeError{place: place, problem: fmt.Sprintf(format, args...)})
	}
	for _, place := range nullPlaces(reflect.ValueOf(state), "") {
		report(place, "is null")
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	taken := map[string]bool{}
	for key := range s.customers {
		taken[key] = true
	}
	for i, ws := range state.Customers {
		s.checkWorkspace(ws, fmt.Sprintf("customers[%d]", i), taken, report)
	}
	if state.Own != nil {
		s.checkContents(state.Own, "own", report)
	}
	for i, connector := range state.Connectors {
		if connector.Name == "" {
			report(fmt.Sprintf("connectors[%d].name", i), "is missing")
		}
	}
	for i, r := range state.PublicRecipes {
		if r.Name == "" {
			report(fmt.Sprintf("public_recipes[%d].name", i), "is missing")
		}
	}
	return errors.Join(errs...)
}

func (s *Server) checkWorkspace(ws *Customer, place string, taken map[string]bool, report func(place, format string, args ...any)) {
	if ws.ID < 0 {
		report(place+".id", "is negative")
	}
	for _, key := range []struct{ name, value string }{{"id", idKey(ws.ID)}, {"external_id", externalKey(ws.ExternalID)}} {
		if key.value == "" {
			continue
		}
		if taken[key.value] {
			report(place+"."+key.name, "%s has already been taken", key.value)
		}
		taken[key.value] = true
	}
	s.checkContents(ws, place, report)
	kinds := map[string]bool{}
	for i, environment := range ws.Environments {
		at := fmt.Sprintf("%s.environments[%d]", place, i)
		kind := kindOf(environment, i)
		switch {
		case !slices.Contains(environmentTypes, kind):
			report(at+".environment", "%q is neither test nor prod", kind)
		case kinds[kind]:
			report(at+".environment", "%s is there twice", kind)
		}
		kinds[kind] = true
		s.checkWorkspace(environment, at, taken, report)
	}
}
