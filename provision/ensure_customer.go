package provision

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/go-workato/workato"
)

// EnsureCustomer makes sure that there is a customer with this external id, which
// is required. It gets it by that id and creates it if there is none. The service
// refuses a second customer with one external id, so after a lost response, and
// after that refusal, it gets the customer again.
//
// Only the fields that want sets are compared, and changed if they differ. The
// service does not return OAuthID, so that is used for a new customer only. If
// want has Environments, a customer without them gets them, which cannot be
// undone.
func EnsureCustomer(ctx context.Context, c *workato.Client, want *workato.ManagedUserCreateParams, opts ...EnsureOption) (*Result[workato.ManagedUser], error) {
	if want == nil || strings.TrimSpace(want.ExternalID) == "" {
		return nil, badField("external_id", "is required: without it a customer cannot be found again")
	}
	e, err := newEnsurer(c, workato.ExternalID(want.ExternalID), opts)
	if err != nil {
		return nil, err
	}
	result, err := e.ensureCustomer(ctx, want)
	if err != nil || len(want.Environments) == 0 || result.Value == nil {
		return result, err
	}
	environments, err := e.environments(ctx, result.Value, want.Environments)
	if err != nil {
		return result, err
	}
	if environments.Did != Unchanged {
		result.Diff = append(result.Diff, environments.Diff...)
		result.Value = environments.Value
		if result.Did == Unchanged {
			result.Did = Changed
		}
	}
	return result, nil
}

// ensureCustomer is EnsureCustomer without the environments.
func (e *ensurer) ensureCustomer(ctx context.Context, want *workato.ManagedUserCreateParams) (*Result[workato.ManagedUser], error) {
	e.voice.step("customer")
	what := "customer " + want.ExternalID
	did := Unchanged
	have, err := e.client.ManagedUsers.Get(ctx, e.customer)
	if errors.Is(err, workato.ErrNotFound) {
		if e.resting() {
			return &Result[workato.ManagedUser]{Did: Created, Diff: customerDiff(nil, want, nil)}, e.different(what, true, nil)
		}
		have, did, err = e.createCustomer(ctx, want)
		e.fresh = did == Created && err == nil
	}
	if err != nil {
		return nil, err
	}
	result := &Result[workato.ManagedUser]{Value: have, Did: did}
	if did == Created {
		result.Diff = customerDiff(nil, want, nil)
		return result, nil
	}
	var update workato.ManagedUserUpdateParams
	result.Diff = customerDiff(have, want, &update)
	if len(result.Diff) == 0 {
		return result, nil
	}
	if did == Unchanged {
		result.Did = Changed
	}
	if e.resting() {
		return result, e.different(what, false, result.Diff)
	}
	result.Value, err = e.client.ManagedUsers.Update(ctx, e.customer, &update)
	return result, err
}

// createCustomer creates the customer, once: the service refuses another one with
// its external id, so a create whose response was lost can be sent again.
func (e *ensurer) createCustomer(ctx context.Context, want *workato.ManagedUserCreateParams) (*workato.ManagedUser, Did, error) {
	params := *want
	params.Environments = nil
	for sends := 1; ; sends++ {
		made, err := whileHeld(ctx, e.journal, func(ctx context.Context) (*workato.ManagedUser, error) {
			return e.client.ManagedUsers.Create(ctx, &params)
		})
		lost := errors.Is(err, workato.ErrOutcomeUnknown)
		switch {
		case err == nil:
			return made, Created, nil
		case !lost && !errors.Is(err, workato.ErrConflict), ctx.Err() != nil:
			return nil, "", err
		}
		have, missing := e.client.ManagedUsers.Get(ctx, e.customer)
		switch {
		case missing == nil:
			return have, Found, nil
		case !lost || !errors.Is(missing, workato.ErrNotFound) || sends == maxSends:
			return nil, "", errors.Join(err, missing)
		}
	}
}

// customerDiff compares what want sets. have is nil for a customer that is not
// there, update then too.
func customerDiff(have *workato.ManagedUser, want *workato.ManagedUserCreateParams, update *workato.ManagedUserUpdateParams) []FieldDiff {
	if have == nil {
		have, update = &workato.ManagedUser{}, &workato.ManagedUserUpdateParams{}
	}
	var d differences
	d.text("name", have.Name, want.Name, &update.Name)
	d.text("notification_email", have.NotificationEmail, want.NotificationEmail, &update.NotificationEmail)
	d.text("admin_notification_emails", textOf(have.AdminNotificationEmails), want.AdminNotificationEmails, &update.AdminNotificationEmails)
	d.text("error_notification_emails", textOf(have.ErrorNotificationEmails), want.ErrorNotificationEmails, &update.ErrorNotificationEmails)
	d.text("plan_id", textOf(have.PlanID), want.PlanID, &update.PlanID)
	d.text("origin_url", textOf(have.OriginURL), want.OriginURL, &update.OriginURL)
	d.text("frame_ancestors", textOf(have.FrameAncestors), want.FrameAncestors, &update.FrameAncestors)
	d.text("time_zone", textOf(have.TimeZone), want.TimeZone, &update.TimeZone)
	if full := want.FullEmbedding; full != nil && (have.FullEmbedding == nil || *have.FullEmbedding != *full) {
		was := ""
		if have.FullEmbedding != nil {
			was = strconv.FormatBool(*have.FullEmbedding)
		}
		d.add("full_embedding", was, strconv.FormatBool(*full))
		update.FullEmbedding = workato.Set(*full)
	}
	if apps := want.WhitelistedApps; apps != nil && !sameSet(have.WhitelistedApps, apps) {
		d.add("whitelisted_apps", strings.Join(have.WhitelistedApps, ","), strings.Join(apps, ","))
		update.WhitelistedApps = workato.Set(apps)
	}
	if settings := want.AuthSettings; settings != nil && !covers(have.AuthSettings, settings) {
		d.secret("auth_settings", have.AuthSettings != nil)
		update.AuthSettings = workato.Set(*settings)
	}
	return d
}

// covers reports whether have has all that want sets.
func covers(have, want *workato.AuthSettings) bool {
	if have == nil {
		return false
	}
	keys := func(s *workato.AuthSettings) (all map[string]json.RawMessage) {
		text, err := json.Marshal(s)
		if err != nil || json.Unmarshal(text, &all) != nil {
			return nil
		}
		return all
	}
	there := keys(have)
	for key, value := range keys(want) {
		if string(there[key]) != string(value) {
			return false
		}
	}
	return true
}

// environments makes sure that the customer has its environments, with these
// settings.
func (e *ensurer) environments(ctx context.Context, have *workato.ManagedUser, want []workato.EnvironmentParams) (*Result[workato.ManagedUser], error) {
	e.voice.step("environments")
	result := &Result[workato.ManagedUser]{Value: have, Did: Unchanged}
	diff := environmentDiff(have, want)
	if len(diff) == 0 && have != nil && len(have.Environments) > 0 {
		return result, nil
	}
	result.Diff, result.Did = diff, Changed
	missing := have == nil || len(have.Environments) == 0
	if missing {
		result.Did = Created
	}
	if e.resting() {
		return result, e.different("environments", missing, diff)
	}
	get := func(ctx context.Context) (*workato.ManagedUser, error) {
		user, err := e.client.ManagedUsers.Get(ctx, e.customer)
		if err == nil && len(user.Environments) == 0 {
			return nil, nil //nolint:nilnil // there are none yet
		}
		return user, err
	}
	var err error
	if !missing {
		update := &workato.ManagedUserUpdateParams{Environments: workato.Set(want)}
		result.Value, err = e.client.ManagedUsers.Update(ctx, e.customer, update)
		return result, err
	}
	fresh := e.fresh
	result.Value, result.Did, err = once(ctx, e, "environments", get, func(ctx context.Context) (*workato.ManagedUser, error) {
		_, err := e.client.ManagedUsers.ProvisionEnvironments(ctx, e.customer, settingsOf(want))
		return have, err
	})
	e.fresh = fresh // DEV is the workspace as it was
	if err == nil && result.Did == Created {
		result.Value, err = e.client.ManagedUsers.Get(ctx, e.customer)
	}
	return result, err
}

// settingsOf returns what differs between the environments, nil for nothing: the
// body of that call is unverified, so none is sent without need.
func settingsOf(want []workato.EnvironmentParams) *workato.ManagedUserProvisionEnvironmentsParams {
	if !slices.ContainsFunc(want, func(e workato.EnvironmentParams) bool { return e != workato.EnvironmentParams{Type: e.Type} }) {
		return nil
	}
	return &workato.ManagedUserProvisionEnvironmentsParams{Environments: want}
}

// environmentDiff compares the settings of the environments that want names.
func environmentDiff(have *workato.ManagedUser, want []workato.EnvironmentParams) []FieldDiff {
	var d differences
	var ignored workato.Opt[string]
	for _, w := range want {
		var there workato.CustomerEnvironment
		if have != nil {
			i := slices.IndexFunc(have.Environments, func(e workato.CustomerEnvironment) bool { return e.Type == w.Type })
			switch {
			case i >= 0:
				there = have.Environments[i]
			case len(have.Environments) > 0:
				continue // in a form that cannot be read
			}
		}
		field := "environments." + string(w.Type)
		if there.Type == "" {
			d.add(field, "", "provisioned")
		}
		d.text(field+".external_id", textOf(there.ExternalID), w.ExternalID, &ignored)
		d.text(field+".error_notification_emails", textOf(there.ErrorNotificationEmails), w.ErrorNotificationEmails, &ignored)
	}
	return d
}
