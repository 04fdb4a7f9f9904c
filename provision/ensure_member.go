package provision

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/go-workato/workato"
)

// EnsureMember makes sure that a person is a member of the workspace, with this
// role. The person is found by the external id, or else by the e-mail address,
// and is added, or invited if want says so.
//
// An invited person is a member only after accepting. No list shows invitations:
// each call of EnsureMember mails another one until then, and within 20 minutes
// the service refuses that, which is the result Invited. Apply with a journal
// remembers invitations, and mails each once.
func EnsureMember(ctx context.Context, c *workato.Client, id workato.CustomerID, want *MemberPlan, opts ...EnsureOption) (*Result[workato.Member], error) {
	e, err := newEnsurer(c, id, opts)
	if err != nil {
		return nil, err
	}
	if want == nil {
		return nil, badField("member", "is nil")
	}
	var check planCheck
	check.member(pathOf("member"), want)
	if err := check.err(""); err != nil {
		return nil, err
	}
	return e.member(ctx, want)
}

func (e *ensurer) member(ctx context.Context, want *MemberPlan) (*Result[workato.Member], error) {
	e.voice.step(want.address())
	look := func(ctx context.Context) (*workato.Member, error) { return e.findMember(ctx, want) }
	have, err := look(ctx)
	if err != nil {
		return nil, err
	}
	if have != nil {
		return e.changeMember(ctx, have, want)
	}
	result := &Result[workato.Member]{Did: Created, Diff: memberDiff(nil, want, nil)}
	if e.findOnly {
		return nil, e.different("member "+want.key(), true, nil)
	}
	if want.Invite {
		result.Did, err = e.invite(ctx, want)
		return result, err
	}
	if e.dry {
		return result, nil
	}
	result.Value, result.Did, err = once(ctx, e, want.address(), look, func(ctx context.Context) (*workato.Member, error) {
		return e.client.Members.Add(ctx, e.customer, &workato.MemberAddParams{Name: want.Name, ExternalID: want.ExternalID, RoleName: want.RoleName})
	})
	return result, err
}

// findMember returns the member, nil if there is none.
func (e *ensurer) findMember(ctx context.Context, want *MemberPlan) (*workato.Member, error) {
	if e.members == nil && !e.fresh {
		list, err := e.client.Members.List(ctx, e.customer)
		if err != nil {
			return nil, err
		}
		e.members = append([]workato.Member{}, list...)
	}
	by := func(match func(workato.Member) bool) []workato.Member {
		return slices.DeleteFunc(slices.Clone(e.members), func(m workato.Member) bool { return !match(m) })
	}
	found := by(func(m workato.Member) bool { return want.ExternalID != "" && textOf(m.ExternalID) == want.ExternalID })
	if len(found) == 0 {
		found = by(func(m workato.Member) bool { return want.Email != "" && strings.EqualFold(textOf(m.Email), want.Email) })
	}
	switch len(found) {
	case 0:
		return nil, nil //nolint:nilnil // there is none
	case 1:
		return &found[0], nil
	}
	return nil, &AmbiguousError{What: "member", Name: want.key(), IDs: ids(found, func(m workato.Member) int64 { return m.ID })}
}

func (e *ensurer) changeMember(ctx context.Context, have *workato.Member, want *MemberPlan) (*Result[workato.Member], error) {
	var update workato.MemberUpdateParams
	result := &Result[workato.Member]{Value: have, Did: Unchanged, Diff: memberDiff(have, want, &update)}
	if len(result.Diff) == 0 {
		return result, nil
	}
	result.Did = Changed
	if e.resting() {
		return result, e.different("member "+want.key(), false, result.Diff)
	}
	var err error
	result.Value, err = e.client.Members.Update(ctx, e.customer, have.ID, &update)
	return result, err
}

// memberDiff compares what the plan sets. The name of a person who has a name is
// theirs, and the role of one whom the service lists without it is not known.
func memberDiff(have *workato.Member, want *MemberPlan, update *workato.MemberUpdateParams) []FieldDiff {
	var d differences
	if have == nil {
		var ignored workato.Opt[string]
		d.text("name", "", want.Name, &ignored)
		d.text("email", "", want.Email, &ignored)
		d.text("external_id", "", want.ExternalID, &ignored)
		d.text("role_name", "", want.RoleName, &ignored)
		return d
	}
	d.text("external_id", textOf(have.ExternalID), want.ExternalID, &update.ExternalID)
	role := textOf(have.RoleName)
	for _, r := range have.Roles {
		if r.EnvironmentType == workato.EnvironmentDev {
			role = cmp.Or(role, r.RoleName)
		}
	}
	if role != "" {
		d.text("role_name", role, want.RoleName, &update.RoleName)
	}
	return d
}

// The service takes one invitation of a person in 20 minutes. It is given less
// than that to respond, so that no wait ends in a second mail.
const (
	inviteAttempt = 2 * time.Minute
	inviteWindow  = 20 * time.Minute
	longestQuota  = time.Minute
)

// invite mails an invitation, unless the journal says that one was mailed. One
// whose response was lost is mailed again: if the first has arrived, the service
// refuses the second.
func (e *ensurer) invite(ctx context.Context, want *MemberPlan) (Did, error) {
	r := e.journal.row(want.address())
	if r.State == StateSucceeded {
		return Invited, nil
	}
	if e.dry {
		return Created, nil
	}
	params := &workato.MemberInviteParams{Name: want.Name, Email: want.Email, RoleName: want.RoleName}
	send := func(ctx context.Context) (*struct{}, error) {
		ctx, cancel := context.WithTimeout(ctx, inviteAttempt)
		defer cancel()
		return nil, e.client.Members.Invite(ctx, e.customer, params)
	}
	for sends := 1; ; sends++ {
		if err := e.journal.intend(ctx, r, ""); err != nil {
			return "", err
		}
		_, err := whileHeld(ctx, e.journal, send)
		switch {
		case err == nil:
			r.State = StateSucceeded
			return Created, e.journal.put(ctx, r)
		case mailedBefore(err):
			r.State = StateSucceeded
			return Invited, e.journal.put(ctx, r)
		case !errors.Is(err, workato.ErrOutcomeUnknown):
			r.State = StatePending
			return "", errors.Join(err, e.journal.put(ctx, r))
		case ctx.Err() != nil:
			return "", err
		case sends == maxSends:
			return "", errors.Join(ErrUnsettled, err)
		}
	}
}

// mailedBefore reports whether the service refuses an invitation because of an
// earlier one: its quota, the other reason for a 429, is for a minute. Unverified:
// how the service refuses.
func mailedBefore(err error) bool {
	var refused *workato.APIError
	return errors.Is(err, workato.ErrRateLimited) && errors.As(err, &refused) && refused.RetryAfter > longestQuota && refused.RetryAfter <= inviteWindow
}

// key is what a person is found by.
func (m *MemberPlan) key() string { return cmp.Or(m.ExternalID, m.Email) }

func (m *MemberPlan) address() string { return "members/" + m.key() }
