package workatotest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// packageRecipe is the JSON of a recipe in a package.
type packageRecipe struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Version     int64           `json:"version"`
	Private     *bool           `json:"private"`
	Concurrency int             `json:"concurrency"`
	Code        json.RawMessage `json:"code"`
	Config      []packageConfig `json:"config"`
}

type packageConfig struct {
	Keyword         string     `json:"keyword"`
	Provider        string     `json:"provider"`
	SkipValidation  bool       `json:"skip_validation"`
	Personalization bool       `json:"personalization,omitempty"`
	Account         *reference `json:"account_id"`
}

// recipeAssets are the recipes of packages.
type recipeAssets struct{}

func (recipeAssets) typ() string { return assetRecipe }

func (recipeAssets) read(p *part) error {
	// The code, which is most of a large recipe, is scanned once.
	document, code := cutCode(p.json())
	var content packageRecipe
	if err := json.Unmarshal(document, &content); err != nil {
		return err
	}
	if code != nil {
		if !json.Valid(code) {
			return errors.New("code is not valid JSON")
		}
		content.Code = code
	}
	if content.Name == "" {
		return errors.New("name is missing")
	}
	if len(content.Code) == 0 || string(content.Code) == "null" {
		return errors.New("code is missing")
	}
	content.Code = compact(slices.Clone(content.Code))
	p.name, p.content = content.Name, &content
	return nil
}

// cutCode cuts the value of the key code out of a document and replaces it with
// null. It expects valid JSON; in anything else the mistake stays, in the
// document or in the code. Without such a key the code is nil.
func cutCode(document []byte) (rest, code []byte) {
	depth := 0
	for i := 0; i < len(document); i++ {
		switch document[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			end := endOfText(document, i)
			key, after := document[i:end], bytes.TrimLeft(document[end:], " \n\t\r")
			if depth == 1 && string(key) == `"code"` && len(after) > 0 && after[0] == ':' {
				value := bytes.TrimLeft(after[1:], " \n\t\r")
				start := len(document) - len(value)
				n := lengthOfValue(value)
				return slices.Concat(document[:start], []byte("null"), document[start+n:]), value[:n]
			}
			i = end - 1
		}
	}
	return document, nil
}

// endOfText is the index after the text that begins at start.
func endOfText(document []byte, start int) int {
	for i := start + 1; i < len(document); i++ {
		switch document[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(document)
}

// lengthOfValue is the length of the JSON value at the beginning of a text.
func lengthOfValue(text []byte) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			i = endOfText(text, i) - 1
		case '{', '[':
			depth++
		case '}', ']', ',':
			if depth == 0 {
				return i
			}
			if text[i] != ',' {
				depth--
			}
		}
		if depth == 0 && (text[i] == '}' || text[i] == ']') {
			return i + 1
		}
	}
	return len(text)
}

// compact drops the space between the tokens of valid JSON, in place.
func compact(raw []byte) []byte {
	kept := raw[:0]
	inText, escaped := false, false
	for _, c := range raw {
		switch {
		case inText:
			inText, escaped = c != '"' || escaped, c == '\\' && !escaped
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			continue
		default:
			inText = c == '"'
		}
		kept = append(kept, c)
	}
	return kept
}

func (recipeAssets) match(im *importing, p *part) error {
	r, found := take(im.recipes, im.placeOf(p))
	if !found {
		return nil
	}
	if r.Running && !im.work.RestartRecipes {
		return fmt.Errorf("recipe %q is running: restart_recipes must be true to update it", r.Name)
	}
	p.old = r
	return nil
}

// put makes or updates a recipe. One that was running is restarted if possible.
func (recipeAssets) put(im *importing, p *part) {
	content := as[*packageRecipe](p.content)
	fresh := Recipe{
		Name: p.name, Description: content.Description, FolderID: im.folder(p), Code: strings.ToValidUTF8(string(content.Code), "\uFFFD"),
		Config: im.configOf(p, content), Public: content.Private != nil && !*content.Private,
	}
	if content.Concurrency != 1 {
		fresh.Concurrency = content.Concurrency
	}
	r, isOld := p.old.(*Recipe)
	if !isOld {
		r = &fresh
		im.prepareRecipe(im.ws, r)
		r.Versions[0].Number = max(1, content.Version)
		im.ws.Recipes = append(im.ws.Recipes, r)
		p.made = r
		im.work.Results = append(im.work.Results, ImportResult{r.ID, resultUpdated})
		return
	}
	p.made = r
	im.keepAccounts(fresh.Config, r.Config)
	if r.Code == fresh.Code && r.Description == fresh.Description && r.Public == fresh.Public && r.Concurrency == fresh.Concurrency &&
		slices.Equal(r.Config, fresh.Config) {
		im.work.Results = append(im.work.Results, ImportResult{r.ID, resultUpdated})
		return
	}
	r.Code, r.Description, r.Config, r.Public, r.Concurrency = fresh.Code, fresh.Description, fresh.Config, fresh.Public, fresh.Concurrency
	im.newVersion(r)
	newest := r.Versions[len(r.Versions)-1]
	newest.Number = max(newest.Number, content.Version)
	im.work.Results = append(im.work.Results, ImportResult{r.ID, im.restart(r)})
}

// configOf ties the applications of a recipe to connections of the workspace.
func (im *importing) configOf(p *part, content *packageRecipe) []RecipeConfig {
	var config []RecipeConfig
	for _, entry := range content.Config {
		made := RecipeConfig{
			Keyword: entry.Keyword, Name: entry.Provider, Provider: entry.Provider,
			SkipValidation: entry.SkipValidation, Personalization: entry.Personalization,
		}
		if conn := im.connectionFor(p, entry.Account, entry.Provider); conn != nil {
			made.AccountID = conn.ID
		}
		config = append(config, made)
	}
	return config
}

// keepAccounts keeps the connections that the customer uses instead of the
// package's: the first one of an application for its first entry, and so on.
func (im *importing) keepAccounts(fresh, old []RecipeConfig) {
	for i := range fresh {
		at := slices.IndexFunc(old, func(entry RecipeConfig) bool { return entry.Provider == fresh[i].Provider })
		if at < 0 {
			continue
		}
		if im.connection(old[at].AccountID) != nil {
			fresh[i].AccountID = old[at].AccountID
		}
		old = slices.Concat(old[:at], old[at+1:])
	}
}

// restart returns the result for a changed recipe. The service documents the
// values but not when it uses "stopped"; here it means that a connection is
// missing, and "restart_failed" that the recipe itself is broken.
func (c *call) restart(r *Recipe) string {
	if !r.Running {
		return resultUpdated
	}
	codeErrors, configErrors := c.startErrors(r)
	if len(codeErrors)+len(configErrors) == 0 {
		return resultRestarted
	}
	r.Running = false
	r.StoppedAt = c.now()
	if len(codeErrors) > 0 {
		return resultRestartFailed
	}
	return resultStopped
}

func (recipeAssets) list(ws *Customer) []item {
	items := make([]item, len(ws.Recipes))
	for i, r := range ws.Recipes {
		items[i] = item{kind: recipeAssets{}, typ: assetRecipe, id: r.ID, name: r.Name, folderID: r.FolderID, value: r}
	}
	return items
}

func (recipeAssets) write(pk *packing, it *item) map[string][]byte {
	r := as[*Recipe](it.value)
	private := !r.Public
	content := packageRecipe{
		Name: r.Name, Description: r.Description, Version: r.versionNumber(), Private: &private,
		Concurrency: max(1, r.Concurrency), Code: json.RawMessage(r.Code),
	}
	for _, entry := range r.Config {
		config := packageConfig{
			Keyword: entry.Keyword, Provider: entry.Provider, SkipValidation: entry.SkipValidation, Personalization: entry.Personalization,
		}
		if config.Account = pk.refer(assetKey{assetConnection, entry.AccountID}); config.Account != nil {
			config.Account.Custom = as[*Connection](pk.all[assetKey{assetConnection, entry.AccountID}].value).isCustom()
		}
		content.Config = append(content.Config, config)
	}
	return oneFile(it, content)
}
