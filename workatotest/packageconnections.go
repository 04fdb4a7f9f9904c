package workatotest

import (
	"cmp"
	"encoding/json"
	"errors"
	"path"
	"regexp"
)

// packageConnection is the JSON of a connection in a package.
type packageConnection struct {
	Name     string          `json:"name"`
	Provider json.RawMessage `json:"provider"`
	// RootFolder marks a connection of the Home folder.
	RootFolder bool `json:"root_folder"`
}

// connectionAssets are the connections of packages.
type connectionAssets struct{}

// connectionPart is a connection in a package.
type connectionPart struct {
	provider string
	// adapter is the title of the custom connector, which packages contain instead
	// of the provider.
	adapter string
}

func (connectionAssets) typ() string { return assetConnection }

func (connectionAssets) read(p *part) error {
	var content packageConnection
	if err := json.Unmarshal(p.json(), &content); err != nil {
		return err
	}
	var read connectionPart
	if len(content.Provider) == 0 {
		return errors.New("provider is missing")
	}
	if json.Unmarshal(content.Provider, &read.provider) != nil {
		var adapter reference
		if err := json.Unmarshal(content.Provider, &adapter); err != nil {
			return errors.New("provider is neither a text nor a reference to a custom connector")
		}
		read.adapter = adapter.Name
	}
	if read.provider == "" && read.adapter == "" {
		return errors.New("provider is missing")
	}
	p.name, p.content = cmp.Or(content.Name, p.stem), &read
	return nil
}

// noteProviders records the name of a custom connector in recipes: the file of
// a connection has only its title.
func (all *contents) noteProviders(p *part, recipe *packageRecipe) {
	for _, entry := range recipe.Config {
		if target := all.resolve(p, entry.Account); target != nil {
			all.providers[target.path] = entry.Provider
		}
	}
}

// match finds the connection of a file: the one in its place below the target
// folder, or the one at the same path from Home, which is how packages store
// connections outside of the exported folder.
func (connectionAssets) match(im *importing, p *part) error {
	read := as[*connectionPart](p.content)
	if read.provider == "" {
		read.provider = im.providerOf(p, read.adapter)
	}
	places := []int64{im.placeOf(p).folder}
	if p.home || p.dir != "" {
		places = append(places, im.folderAt(im.ws.RootFolderID, p.dir, false))
	}
	for _, folderID := range places {
		for _, conn := range im.connections[place{folderID, p.name}] {
			same := conn.Provider == read.provider || read.adapter != "" && conn.Adapter == read.adapter
			if same && !im.taken[conn] {
				p.old, im.taken[conn] = conn, true
				return nil
			}
		}
	}
	return nil
}

// providerOf is the name of a custom connector in recipes: from the recipes of
// the package or the catalogue. Unverified: what the service returns for a
// connection of an unknown connector.
func (im *importing) providerOf(p *part, adapter string) string {
	if provider := im.contents.providers[p.path]; provider != "" {
		return provider
	}
	for _, record := range im.state.Own.Records[customConnectors.name] {
		if record["title"] == adapter && toText(record["name"]) != "" {
			return toText(record["name"])
		}
	}
	for _, connector := range im.state.Connectors {
		if connector.Title == adapter {
			return connector.Name
		}
	}
	return fileName(adapter)
}

// put makes a shell if there is no connection: packages never contain
// credentials.
func (connectionAssets) put(im *importing, p *part) {
	conn, isOld := p.old.(*Connection)
	read := as[*connectionPart](p.content)
	if !isOld {
		conn = &Connection{Name: p.name, Provider: read.provider, Adapter: read.adapter, FolderID: im.folder(p), HiddenFor: im.options.lateConnections}
		im.prepareConnection(im.ws, conn)
		im.ws.Connections = append(im.ws.Connections, conn)
		at := place{conn.FolderID, conn.Name}
		im.connections[at] = append(im.connections[at], conn)
	}
	conn.learn(read.provider)
	p.made = conn
}

// learn stores the name of the custom connector in recipes, if only its title
// was known before.
func (conn *Connection) learn(provider string) {
	if conn.Adapter != "" && conn.Provider == fileName(conn.Adapter) {
		conn.Provider = provider
	}
}

// connectionFor finds the connection that a recipe of the package refers to: in
// the package, by its path, by its name and application. Unverified: the order
// in which the service searches.
func (im *importing) connectionFor(p *part, ref *reference, provider string) *Connection {
	if ref == nil {
		return nil
	}
	if target := im.contents.resolve(p, ref); target != nil {
		conn, _ := target.made.(*Connection)
		return conn
	}
	fits := func(conn *Connection) bool {
		return !conn.Runtime && (conn.Provider == provider || ref.Custom && conn.Adapter != "" && conn.Provider == fileName(conn.Adapter))
	}
	stem, _, _ := cutName(path.Base(ref.ZipName))
	dir := dirOf(ref.ZipName)
	for _, top := range []int64{im.work.FolderID, im.ws.RootFolderID} {
		folderID := im.folderAt(top, dir, false)
		for _, conn := range im.ws.Connections {
			if folderID != 0 && conn.FolderID == folderID && fits(conn) && (conn.Name == ref.Name || fileName(conn.Name) == stem) {
				conn.learn(provider)
				return conn
			}
		}
	}
	for _, conn := range im.ws.Connections {
		if conn.Name == ref.Name && fits(conn) {
			conn.learn(provider)
			return conn
		}
	}
	return nil
}

// list leaves out connections that belong to one user.
func (connectionAssets) list(ws *Customer) []item {
	var items []item
	for _, conn := range ws.Connections {
		if !conn.Runtime {
			items = append(items, item{kind: connectionAssets{}, typ: assetConnection, id: conn.ID, name: conn.Name, folderID: conn.FolderID, value: conn})
		}
	}
	return items
}

// customProvider matches the names of the partner's own connectors.
var customProvider = regexp.MustCompile(`_connector_\d+_\d+$`)

// isCustom reports whether a connection is one of the partner's own connectors.
func (conn *Connection) isCustom() bool {
	return conn.Adapter != "" || customProvider.MatchString(conn.Provider)
}

func (connectionAssets) write(pk *packing, it *item) map[string][]byte {
	conn := as[*Connection](it.value)
	content := packageConnection{Name: conn.Name, Provider: encodeJSON(conn.Provider), RootFolder: pk.isHome(it)}
	if conn.Adapter != "" {
		content.Provider = encodeJSON(pk.referToAdapter(conn.Adapter))
	}
	return oneFile(it, content)
}
