package apitest

import (
	"iter"

	"github.com/go-workato/workato"
)

func listManagedUsers(p *workato.ManagedUserListParams) Call {
	return func(c *Caller) error { return c.keep(c.ManagedUsers.List(c.ctx, p, c.opts...)) }
}

func createManagedUser(p *workato.ManagedUserCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.ManagedUsers.Create(c.ctx, p, c.opts...)) }
}

func updateManagedUser(p *workato.ManagedUserUpdateParams) Call {
	return func(c *Caller) error { return c.keep(c.ManagedUsers.Update(c.ctx, c.customer, p, c.opts...)) }
}

func upgradeManagedUser(p *workato.ManagedUserUpgradeParams) Call {
	return func(c *Caller) error {
		return c.keep(c.ManagedUsers.Upgrade(c.ctx, c.customer, p, c.opts...))
	}
}

func provisionEnvironments(p *workato.ManagedUserProvisionEnvironmentsParams) Call {
	return func(c *Caller) error {
		return c.keep(c.ManagedUsers.ProvisionEnvironments(c.ctx, c.customer, p, c.opts...))
	}
}

var _ = register(
	Entry{
		Operation: "managed_users.list", Call: listManagedUsers(nil),
		Want: "GET /api/managed_users?page=1&per_page=100",
		More: []Case{{
			Name: "a page", Call: listManagedUsers(&workato.ManagedUserListParams{Page: 7, PerPage: 20}),
			Want: "GET /api/managed_users?page=7&per_page=20",
		}},
		Good: Good{"managed_users/list.json", "managed_users/list_empty.json", "managed_users/list_uncounted.json", `{"result": []}`},
		Refuses: Bad{
			"Page":    {listManagedUsers(&workato.ManagedUserListParams{Page: -1})},
			"PerPage": {listManagedUsers(&workato.ManagedUserListParams{PerPage: 101})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.ManagedUsers.All(c.ctx, &workato.ManagedUserListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "managed_users.create",
		Call:      createManagedUser(&workato.ManagedUserCreateParams{Name: "Borealis Ltd", NotificationEmail: "ops@borealis.example"}),
		Want:      "POST /api/managed_users", JSON: `{"name": "Borealis Ltd", "notification_email": "ops@borealis.example"}`,
		More: []Case{{
			Name: "everything",
			Call: createManagedUser(&workato.ManagedUserCreateParams{
				Name: "Borealis <& Söhne>", NotificationEmail: "ops@borealis.example", ExternalID: AwkwardID, PlanID: "partner_standard",
				OAuthID: "oauth-77", AdminNotificationEmails: "a@borealis.example", ErrorNotificationEmails: "e@borealis.example",
				OriginURL: "https://app.borealis.example/embed", FrameAncestors: "https://a.example,https://b.example",
				FullEmbedding: workato.Ptr(false), WhitelistedApps: []string{"salesforce", "jira"}, TimeZone: "Pacific Time (US & Canada)",
				AuthSettings: &workato.AuthSettings{Type: "saml_sso", Provider: "okta", MetadataURL: "https://sso.borealis.example/metadata"},
				Environments: []workato.EnvironmentParams{
					{Type: workato.EnvironmentTest, ExternalID: "T-1", ErrorNotificationEmails: "t@borealis.example"},
					{Type: workato.EnvironmentProd},
				},
			}),
			JSON: `{
				"name": "Borealis <& Söhne>", "notification_email": "ops@borealis.example", "external_id": "a/b c.d+e%fé",
				"plan_id": "partner_standard", "oauth_id": "oauth-77", "admin_notification_emails": "a@borealis.example",
				"error_notification_emails": "e@borealis.example", "origin_url": "https://app.borealis.example/embed",
				"frame_ancestors": "https://a.example,https://b.example", "full_embedding": false,
				"whitelisted_apps": ["salesforce", "jira"], "time_zone": "Pacific Time (US & Canada)",
				"auth_settings": {"type": "saml_sso", "provider": "okta", "metadata_url": "https://sso.borealis.example/metadata"},
				"environments": [{"type": "test", "external_id": "T-1", "error_notification_emails": "t@borealis.example"}, {"type": "prod"}]
			}`,
		}},
		Good: Good{"managed_users/full.json", "managed_users/create_2018.json"},
		Refuses: Bad{
			"params": {createManagedUser(nil)},
			"Name": {
				createManagedUser(&workato.ManagedUserCreateParams{NotificationEmail: "a@borealis.example"}),
				createManagedUser(&workato.ManagedUserCreateParams{Name: " \t", NotificationEmail: "a@borealis.example"}),
			},
			"NotificationEmail": {createManagedUser(&workato.ManagedUserCreateParams{Name: "x"})},
			"Environments[1].Type": {createManagedUser(&workato.ManagedUserCreateParams{
				Name: "A", NotificationEmail: "a@borealis.example", Environments: []workato.EnvironmentParams{{Type: workato.EnvironmentProd}, {}},
			})},
		},
	},
	Entry{
		Operation: "managed_users.get", Want: "GET /api/managed_users/{customer}",
		Call: func(c *Caller) error { return c.keep(c.ManagedUsers.Get(c.ctx, c.customer, c.opts...)) },
		More: []Case{{
			Name: "for Environments", Call: func(c *Caller) error { return c.keep(c.ManagedUsers.Environments(c.ctx, c.customer, c.opts...)) },
		}},
		Good: Good{
			"managed_users/full.json", "managed_users/warehouse.json", "managed_users/get_2020_misspelt.json", "managed_users/null.json",
			"managed_users/loose.json", `{"id": 1}`,
		},
	},
	Entry{
		Operation: "managed_users.update", Call: updateManagedUser(&workato.ManagedUserUpdateParams{}),
		Want: "PUT /api/managed_users/{customer}", JSON: `{}`,
		More: []Case{
			{
				Name: "null and zero values",
				Call: updateManagedUser(&workato.ManagedUserUpdateParams{
					OriginURL: workato.Null[string](), FullEmbedding: workato.Null[bool](), WhitelistedApps: workato.Set([]string{}),
					InTrial: workato.Set(false), Name: workato.Set(""), CustomTaskLimit: workato.Set[int64](0),
					AuthSettings: workato.Null[workato.AuthSettings](), TaskLimitAdjustment: workato.Null[int64](),
				}),
				JSON: `{"origin_url": null, "full_embedding": null, "whitelisted_apps": [], "in_trial": false, "name": "",
					"custom_task_limit": 0, "auth_settings": null, "task_limit_adjustment": null}`,
			},
			{
				Name: "everything",
				Call: updateManagedUser(&workato.ManagedUserUpdateParams{
					Name: workato.Set("Borealis"), NotificationEmail: workato.Set("ops@borealis.example"),
					AdminNotificationEmails: workato.Set("a@borealis.example"), ErrorNotificationEmails: workato.Set("e@borealis.example"),
					ExternalID: workato.Set("EA2300"), PlanID: workato.Set("free"), InTrial: workato.Set(true),
					TaskLimitAdjustment: workato.Set[int64](-5000), CustomTaskLimit: workato.Set[int64](20000),
					OriginURL: workato.Set("https://app.borealis.example"), FrameAncestors: workato.Set("https://a.example"),
					FullEmbedding: workato.Set(true), WhitelistedApps: workato.Set([]string{"jira"}), TimeZone: workato.Set("UTC"),
					AuthSettings: workato.Set(workato.AuthSettings{Type: "workato_auth"}),
					Environments: workato.Set([]workato.EnvironmentParams{{Type: workato.EnvironmentProd, ExternalID: "P-1"}}),
				}),
				JSON: `{
					"name": "Borealis", "notification_email": "ops@borealis.example", "admin_notification_emails": "a@borealis.example",
					"error_notification_emails": "e@borealis.example", "external_id": "EA2300", "plan_id": "free", "in_trial": true,
					"task_limit_adjustment": "-5000", "custom_task_limit": 20000, "origin_url": "https://app.borealis.example",
					"frame_ancestors": "https://a.example", "full_embedding": true, "whitelisted_apps": ["jira"], "time_zone": "UTC",
					"auth_settings": {"type": "workato_auth"}, "environments": [{"type": "prod", "external_id": "P-1"}]
				}`,
			},
		},
		Good: Good{"managed_users/full.json", "managed_users/update_2020.json"},
		Refuses: Bad{
			"params": {updateManagedUser(nil)},
			"Environments[0].Type": {updateManagedUser(&workato.ManagedUserUpdateParams{
				Environments: workato.Set([]workato.EnvironmentParams{{ExternalID: "T-1"}}),
			})},
		},
	},
	Entry{
		Operation: "managed_users.delete", Want: "DELETE /api/managed_users/{customer}",
		Call: func(c *Caller) error { return c.ManagedUsers.Delete(c.ctx, c.customer, c.opts...) },
		Good: Good{`{"success": true}`},
	},
	Entry{
		Operation: "managed_users.upgrade", Call: upgradeManagedUser(nil),
		Want: "PUT /api/managed_users/{customer}/upgrade",
		More: []Case{{
			Name: "to a plan", Call: upgradeManagedUser(&workato.ManagedUserUpgradeParams{PlanID: "partner_standard"}),
			JSON: `{"plan_id": "partner_standard"}`,
		}},
		Good: Good{"managed_users/upgrade.json"}, Refuses: Bad{},
	},
	Entry{
		Operation: "managed_users.downgrade", Want: "PUT /api/managed_users/{customer}/downgrade",
		Call: func(c *Caller) error {
			return c.keep(c.ManagedUsers.Downgrade(c.ctx, c.customer, c.opts...))
		},
		Good: Good{"managed_users/downgrade.json"},
	},
	Entry{
		Operation: "managed_users.provision_environments", Call: provisionEnvironments(nil),
		Want: "POST /api/managed_users/{customer}/environments",
		More: []Case{{
			Name: "everything",
			Call: provisionEnvironments(&workato.ManagedUserProvisionEnvironmentsParams{
				Environments: []workato.EnvironmentParams{
					{Type: workato.EnvironmentTest, ExternalID: "T/1", ErrorNotificationEmails: "t@borealis.example"},
					{Type: workato.EnvironmentProd, ExternalID: "P.1"},
				},
			}),
			JSON: `{"environments": [
				{"type": "test", "external_id": "T/1", "error_notification_emails": "t@borealis.example"},
				{"type": "prod", "external_id": "P.1"}
			]}`,
		}},
		Good: Good{`{"id": 512340, "anything": [1]}`, `{"result": {"ok": true}}`, `[{"id": 1}]`},
		Refuses: Bad{"Environments[0].Type": {provisionEnvironments(&workato.ManagedUserProvisionEnvironmentsParams{
			Environments: []workato.EnvironmentParams{{ExternalID: "T-1"}},
		})}},
	},
)
