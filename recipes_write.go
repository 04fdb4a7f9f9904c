package workato

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/go-workato/workato/internal/wire"
)

var (
	recipesCreate = operation{Operation: Operation{
		Name: "recipes.create", Method: "POST", Path: "/api/managed_users/{customer}/recipes",
		Effect: Create, Quota: Quota{Family: "recipes", PerMinute: 1000}, Doc: recipesDoc,
	}, lookup: "look for the recipe's name with recipes.list before you try again"}
	// An update that is sent twice may add one more version to the history; the
	// recipe is the same.
	recipesUpdate = operation{Operation: Operation{
		Name: "recipes.update", Method: "PUT", Path: "/api/managed_users/{customer}/recipes/{recipe_id}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "recipes", PerMinute: 1000}, Doc: recipesDoc,
	}, refusal: recipeRunning}
	recipesCopy = operation{Operation: Operation{
		Name: "recipes.copy", Method: "POST", Path: "/api/managed_users/{customer}/recipes/{recipe_id}/copy",
		Effect: Create, Quota: Quota{Family: "recipes", PerMinute: 1000}, Doc: recipesDoc,
	}, lookup: "look for a copy in the target folder with recipes.list before you try again"}
	recipesDelete = operation{Operation: Operation{
		Name: "recipes.delete", Method: "DELETE", Path: "/api/managed_users/{customer}/recipes/{recipe_id}",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "recipes", PerMinute: 1000}, Doc: recipesDoc,
	}, refusal: recipeRunning, metOwnEffect: isGone}
	// Between two resets a running trigger may have processed events, which it
	// would process again.
	recipesResetTrigger = operation{Operation: Operation{
		Name: "recipes.reset_trigger", Method: "POST", Path: "/api/managed_users/{customer}/recipes/{recipe_id}/reset_trigger",
		Effect: Create, Response: ResponseConfirmation, Quota: Quota{Family: "recipes", PerMinute: 1000}, Doc: recipesDoc,
	}, lookup: "a second reset of a running recipe may process events twice; check the recipe's jobs with jobs.list"}
	// The trigger remembers what it has seen: a second poll finds only newer
	// events, as the next scheduled one would.
	recipesPollNow = operation{Operation: Operation{
		Name: "recipes.poll_now", Method: "POST", Path: "/api/managed_users/{customer}/recipes/{recipe_id}/poll_now",
		Effect: Idempotent, Response: ResponseConfirmation, Quota: Quota{Family: "recipes", PerMinute: 1000}, Doc: recipesDoc,
	}}
	recipesForceRun = operation{Operation: Operation{
		Name: "recipes.force_run", Method: "POST", Path: "/api/managed_users/{customer}/recipes/{recipe_id}/force_run",
		Effect: Create, Response: ResponseConfirmation, Quota: Quota{Family: "recipes.force_run", PerSecond: 1}, Doc: recipesDoc,
	}, lookup: "look for the run with jobs.list before you try again"}
	recipesShare = operation{Operation: Operation{
		Name: "recipes.share", Method: "POST", Path: "/api/managed_users/{customer}/recipes/{recipe_id}/share",
		Effect: Create, Response: ResponseConfirmation, Quota: Quota{Family: "custom_connectors", PerMinute: 60}, Doc: connectorSharingDoc,
	}, lookup: "no endpoint shows whether a recipe is shared; check in the app before you try again"}
)

const connectorSharingDoc = "https://docs.workato.com/oem/oem-api/custom_connectors.html"

// RecipeCreateParams describes a new recipe.
type RecipeCreateParams struct {
	// Name is required.
	Name string
	// Code is the JSON document of the recipe, as in Recipe.Code. It is sent
	// unchanged. Required.
	Code string
	// Config is the list of the recipe's applications, as in Recipe.Config or made
	// by RecipeConfigs; nil is an empty list. It is sent unchanged, with one
	// exception: an entry without a name gets its provider's. The service accepts
	// such an entry, but the recipe would not start.
	Config json.RawMessage
	// FolderID is the folder of the recipe, 0 for the service's choice.
	FolderID int64
	// Description is a text about the recipe. Unverified: other clients send it,
	// the reference does not show it.
	Description string
}

// CreatedRecipe is what the service returns for a new recipe.
type CreatedRecipe struct {
	ID int64 `json:"id"`
}

func (r *CreatedRecipe) identity() int64 { return r.ID }

// Create makes a recipe in a customer's workspace. It is not started: see
// Start. If the response is lost, the error is ErrOutcomeUnknown: look for the
// name in List.
//
// https://docs.workato.com/oem/oem-api/recipes.html#create-a-recipe
func (s *RecipeService) Create(ctx context.Context, customerID CustomerID, params *RecipeCreateParams, opts ...CallOption) (*CreatedRecipe, error) {
	params, missing := needed(params)
	u := RecipeUpdateParams{Name: Set(params.Name), Code: Set(params.Code), Config: Set(params.Config)}
	if params.FolderID != 0 {
		u.FolderID = Set(params.FolderID)
	}
	if params.Description != "" {
		u.Description = Set(params.Description)
	}
	body, err := u.body()
	r := recipesCreate.at(customer(customerID)).withBody(body).check(missing, err)
	return fetch[CreatedRecipe](ctx, s.core, r, opts)
}

// RecipeUpdateParams describes a change: fields that are not set stay as they
// are. None of them can be cleared.
type RecipeUpdateParams struct {
	Name Opt[string]
	// Code is the JSON document of the recipe, as in Recipe.Code.
	Code Opt[string]
	// Config is the list of the recipe's applications: see RecipeCreateParams.
	Config Opt[json.RawMessage]
	// FolderID moves the recipe. Another client that moves recipes also sends Code
	// and Config.
	FolderID Opt[int64]
	// Description is as in RecipeCreateParams.
	Description Opt[string]
}

// recipeBody is a recipe as the service reads it: code and config are JSON
// inside strings, and the folder's id must be a string too.
type recipeBody struct {
	Name     Opt[string] `json:"name,omitzero"`
	Code     Opt[string] `json:"code,omitzero"`
	Config   Opt[string] `json:"config,omitzero"`
	FolderID Opt[string] `json:"folder_id,omitzero"`

	Description Opt[string] `json:"description,omitzero"`
}

func (p *RecipeUpdateParams) body() (*recipeBody, error) {
	errs := []error{
		changedName(p.Name), notCleared("Code", p.Code), notCleared("Config", p.Config), notCleared("FolderID", p.FolderID),
		notCleared("Description", p.Description), idIfSet("FolderID", p.FolderID),
	}
	b := &recipeBody{Name: p.Name, Code: p.Code, Description: p.Description}
	if code, ok := p.Code.Get(); ok && !json.Valid([]byte(code)) {
		errs = append(errs, invalid("Code", "must be a JSON document"))
	}
	if config, ok := p.Config.Get(); ok {
		text, err := configText(config)
		b.Config = Set(text)
		errs = append(errs, err)
	}
	if id, ok := p.FolderID.Get(); ok {
		b.FolderID = Set(strconv.FormatInt(id, 10))
	}
	return b, errors.Join(errs...)
}

// configText returns a list of config entries as text, each with a name.
func configText(config json.RawMessage) (string, error) {
	text := string(config)
	var inner string
	if len(config) == 0 || json.Unmarshal(config, &inner) == nil { // empty, null, or a list inside a string
		text = cmp.Or(inner, "[]")
	}
	var entries []json.RawMessage
	if err := json.Unmarshal([]byte(text), &entries); err != nil {
		return "", invalid("Config", "must be a JSON list")
	}
	changed := false
	for i, raw := range entries {
		var entry map[string]json.RawMessage
		if json.Unmarshal(raw, &entry) != nil || entry == nil {
			return "", invalid("Config", "[%d] must be an object", i)
		}
		if provider := entry["provider"]; isBlank(entry["name"]) && !isBlank(provider) {
			entry["name"], changed = provider, true
			entries[i] = unescapedJSON(entry)
		}
	}
	if !changed {
		return text, nil
	}
	return string(unescapedJSON(entries)), nil
}

func isBlank(raw json.RawMessage) bool {
	text := string(raw)
	return text == "" || text == "null" || text == `""`
}

// unescapedJSON encodes valid JSON without touching the texts in it.
func unescapedJSON(v any) json.RawMessage {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil { // impossible: v holds decoded JSON
		return nil
	}
	return bytes.TrimSpace(b.Bytes())
}

// RecipeConfigs encodes entries for the Config of RecipeCreateParams and
// RecipeUpdateParams.
func RecipeConfigs(entries ...RecipeConfig) json.RawMessage {
	if entries == nil {
		entries = []RecipeConfig{}
	}
	return unescapedJSON(entries)
}

// DecodeCode decodes Code into v. Numbers in an interface value become
// json.Number, so that encoding v again loses no digit.
func (r *Recipe) DecodeCode(v any) error {
	if r.Code == "" {
		return fmt.Errorf("workato: recipe %d came without its code", r.ID)
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(r.Code)))
	decoder.UseNumber()
	if err := decoder.Decode(v); err != nil {
		return fmt.Errorf("workato: code of recipe %d: %w", r.ID, err)
	}
	return nil
}

// Update changes a recipe, which must be stopped: otherwise the error is a
// *RecipeRunningError.
//
// https://docs.workato.com/oem/oem-api/recipes.html#update-a-recipe
func (s *RecipeService) Update(ctx context.Context, customerID CustomerID, recipeID int64, params *RecipeUpdateParams, opts ...CallOption) error {
	params, missing := needed(params)
	body, err := params.body()
	r := recipesUpdate.at(customer(customerID), number(recipeID)).withBody(body).check(missing, err)
	return s.core.confirm(ctx, r, opts)
}

// maxStopping bounds how long StopThenUpdate waits for a recipe to stop.
const maxStopping = 2 * time.Minute

// StopThenUpdate updates a recipe and stops it first if it is running. It does
// not restart it: stopped reports that a stop was requested, so the recipe has
// to be started again, even if a later step failed. The whole call may be
// repeated.
func (s *RecipeService) StopThenUpdate(ctx context.Context, customerID CustomerID, recipeID int64, params *RecipeUpdateParams, opts ...CallOption) (stopped bool, err error) {
	var running *RecipeRunningError
	if err := s.Update(ctx, customerID, recipeID, params, opts...); !errors.As(err, &running) {
		return false, err
	}
	if err := s.Stop(ctx, customerID, recipeID, opts...); err != nil {
		return transient(err), err // without a clear response it may have been stopped
	}
	if _, err := s.WaitStopped(ctx, customerID, recipeID, &WaitParams[Recipe]{MaxWait: maxStopping}, opts...); err != nil {
		return true, err
	}
	return true, s.Update(ctx, customerID, recipeID, params, opts...)
}

// WaitRunning polls a recipe until it runs, which takes some seconds after a
// successful Start. If the wait ends first, the error is a *WaitError[Recipe]
// with the recipe as last seen; waiting can resume with the same id.
func (s *RecipeService) WaitRunning(ctx context.Context, customerID CustomerID, recipeID int64, params *WaitParams[Recipe], opts ...CallOption) (*Recipe, error) {
	return s.await(ctx, customerID, recipeID, true, params, opts)
}

// WaitStopped polls a recipe until it is stopped: see WaitRunning.
func (s *RecipeService) WaitStopped(ctx context.Context, customerID CustomerID, recipeID int64, params *WaitParams[Recipe], opts ...CallOption) (*Recipe, error) {
	return s.await(ctx, customerID, recipeID, false, params, opts)
}

func (s *RecipeService) await(ctx context.Context, customerID CustomerID, recipeID int64, running bool, params *WaitParams[Recipe], opts []CallOption) (*Recipe, error) {
	return await(ctx, params, &recipesGet, func(ctx context.Context) (*Recipe, error) {
		return s.Get(ctx, customerID, recipeID, nil, opts...)
	}, func(seen *Recipe) (bool, error) { return seen.Running == running, nil })
}

// RecipeCopyParams are the options of Copy.
type RecipeCopyParams struct {
	// FolderID is the folder of the copy, 0 for the service's choice.
	FolderID int64 `json:"folder_id,omitempty,string"`
}

// Copy copies a recipe within a customer's workspace. The copy is not started.
// If the response is lost, the error is ErrOutcomeUnknown: look for a copy in
// List.
//
// https://docs.workato.com/oem/oem-api/recipes.html#copy-a-recipe
func (s *RecipeService) Copy(ctx context.Context, customerID CustomerID, recipeID int64, params *RecipeCopyParams, opts ...CallOption) (*CreatedRecipe, error) {
	r := recipesCopy.at(customer(customerID), number(recipeID))
	if params != nil {
		r = r.withBody(params).check(optionalID("FolderID", params.FolderID))
	}
	return invoke(ctx, s.core, r, opts, decodeCopied)
}

// copiedRecipe holds the id of a copy, which has a name of its own.
type copyResponse struct {
	ID        int64 `json:"id"`
	NewFlowID int64 `json:"new_flow_id"`
}

func (a *copyResponse) identity() int64 { return cmp.Or(a.NewFlowID, a.ID) }

func decodeCopied(d *wire.Decoder, body []byte) (*CreatedRecipe, error) {
	response, err := decodeObject[copyResponse](d, body)
	if err != nil {
		return nil, err
	}
	return &CreatedRecipe{ID: response.identity()}, nil
}

// Delete deletes a recipe, which must be stopped: otherwise the error is a
// *RecipeRunningError. If none has this id, it is ErrNotFound.
//
// https://docs.workato.com/oem/oem-api/recipes.html#delete-a-recipe
func (s *RecipeService) Delete(ctx context.Context, customerID CustomerID, recipeID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, recipesDelete.at(customer(customerID), number(recipeID)), opts)
}

// ResetTrigger makes the trigger of a recipe forget which events it has seen:
// it starts over, and events may be processed a second time. If the response is
// lost, the error is ErrOutcomeUnknown. While a recipe is stopped, its trigger
// can be reset again without harm: use AssumeIdempotent. No source shows the
// response; anything but a refusal is a success.
//
// https://docs.workato.com/oem/oem-api/recipes.html#reset-a-recipe-trigger
func (s *RecipeService) ResetTrigger(ctx context.Context, customerID CustomerID, recipeID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, recipesResetTrigger.at(customer(customerID), number(recipeID)), opts)
}

// PollNow makes a running recipe with a polling trigger poll for events at
// once. Unverified: the response; anything but a refusal is a success.
//
// https://docs.workato.com/oem/oem-api/recipes.html#poll-now
func (s *RecipeService) PollNow(ctx context.Context, customerID CustomerID, recipeID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, recipesPollNow.at(customer(customerID), number(recipeID)), opts)
}

// ForceRun runs a recipe at once, without waiting for its trigger. A second
// call runs it a second time: if the response is lost, the error is
// ErrOutcomeUnknown. The quota is one call a second.
//
// Unverified: the response and whether there is a body. None is sent, and
// anything but a refusal is a success.
//
// https://docs.workato.com/oem/oem-api/recipes.html
func (s *RecipeService) ForceRun(ctx context.Context, customerID CustomerID, recipeID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, recipesForceRun.at(customer(customerID), number(recipeID)), opts)
}

// Share publishes a customer's recipe that contains a custom connector. No
// source shows the response; anything but a refusal is a success. If the
// response is lost, the error is ErrOutcomeUnknown.
//
// https://docs.workato.com/oem/oem-api/custom_connectors.html
func (s *RecipeService) Share(ctx context.Context, customerID CustomerID, recipeID int64, opts ...CallOption) error {
	return s.core.confirm(ctx, recipesShare.at(customer(customerID), number(recipeID)), opts)
}
