package workatotest

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"
)

// Seed adds customers with their content, connectors and public recipes. The
// content of Own is added to the partner's own workspace. The server keeps a
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

// take adds a seed without mistakes to the server's state. Its content then
// belongs to the server.
func (s *Server) take(adopted State) error {
	if err := s.checkSeed(adopted); err != nil {
		return err
	}
	s.takeTime(adopted)
	for counter, n := range adopted.Counters {
		s.takeID(counter, n)
	}
	if adopted.Own != nil {
		s.takeIDs(adopted.Own)
	}
	for _, ws := range adopted.Customers {
		s.takeIDs(ws)
	}
	kept := slices.DeleteFunc(s.state.Connectors, func(old *Connector) bool {
		return slices.ContainsFunc(adopted.Connectors, func(c *Connector) bool { return c.Name == old.Name })
	})
	s.state.Connectors = slices.Concat(adopted.Connectors, kept)
	for _, r := range adopted.PublicRecipes {
		s.ensureID(&r.ID, "public_recipe")
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

// takeTime advances the clock as far as that of a state was, which has times of
// then.
func (s *Server) takeTime(state State) {
	s.ahead.Store(max(s.ahead.Load(), int64(state.AdvancedSeconds*float64(time.Second))))
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
}

// adoptContents prepares what a seed holds for a workspace, which is the seed
// itself or the own workspace.
func (s *Server) adoptContents(ws, seed *Customer) {
	for _, kind := range inventory {
		kind.prepare(s, ws, seed)
	}
	for i, environment := range seed.Environments {
		environment.Environment = environmentType(environment, i)
		s.prepareEnvironment(ws, environment)
		s.adopt(environment)
	}
}

// adoptConnection resolves what only a seed may contain: the path of the
// folder.
func (s *Server) adoptConnection(ws *Customer, conn *Connection) {
	if conn.Folder != "" {
		conn.FolderID, conn.Folder = s.folderPath(ws, ws.RootFolderID, conn.Folder, true), ""
	}
	s.prepareConnection(ws, conn)
}

// adoptRecipe resolves what only a seed may contain: the path of the folder and
// the names of connections.
func (s *Server) adoptRecipe(ws *Customer, r *Recipe) {
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

// environmentType is the type of an environment, by its place in the list if
// the seed does not say.
func environmentType(environment *Customer, i int) string {
	return cmp.Or(environment.Environment, environmentTypes[i%len(environmentTypes)])
}

// mergeOwn adds to the own workspace. The seed's profile counts only where the
// workspace has none yet, except for the name.
func (s *Server) mergeOwn(seed *Customer) {
	own := s.state.Own
	if own.ID == 0 {
		s.state.Own = seed
		s.adopt(seed)
		return
	}
	own.Name = cmp.Or(seed.Name, own.Name)
	for _, kind := range inventory {
		kind.merge(own, seed)
	}
	own.Environments = append(own.Environments, seed.Environments...)
	s.adoptContents(own, seed)
}

// takeIDs prevents the ids of a seed from being issued again.
func (s *Server) takeIDs(ws *Customer) {
	s.takeID("customer", ws.ID)
	s.takeID("folder", ws.RootFolderID)
	idsOf(ws, func(counter, _ string, id *int64) { s.takeID(counter, *id) })
	for _, environment := range ws.Environments {
		s.takeIDs(environment)
	}
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
