package workatotest

import (
	"cmp"
	"net/http"
	"strconv"
	"time"
)

const customerBody = " external_id plan_id oauth_id origin_url frame_ancestors full_embedding:b whitelisted_apps:a time_zone" +
	" team_name admin_notification_emails error_notification_emails auth_settings:o environments:a"

var customerRoutes = []route{
	{method: "GET", path: "/api/managed_users", op: "managed_users.list", query: "page:i per_page:i", handle: (*call).listCustomers},
	{
		method: "POST", path: "/api/managed_users", op: "managed_users.create",
		body: "name* notification_email* provision_environments:b" + customerBody, handle: (*call).createCustomer,
	},
	{method: "GET", path: "/api/managed_users/{customer}", op: "managed_users.get", handle: (*call).getCustomer},
	{
		method: "PUT", path: "/api/managed_users/{customer}", op: "managed_users.update",
		body:   "name+ notification_email task_limit_adjustment custom_task_limit:i in_trial:b current_billing_period_start" + customerBody,
		handle: (*call).updateCustomer,
	},
	{method: "DELETE", path: "/api/managed_users/{customer}", op: "managed_users.delete", handle: (*call).deleteCustomer},
	{method: "PUT", path: "/api/managed_users/{customer}/upgrade", op: "managed_users.upgrade", body: "plan_id", handle: (*call).upgradeCustomer},
	{method: "PUT", path: "/api/managed_users/{customer}/downgrade", op: "managed_users.downgrade", handle: (*call).downgradeCustomer},
}

const (
	defaultPlan = "partner_standard"
	freePlan    = "free"
)

func customerView(ws *Customer) object {
	active := int64(0)
	for _, conn := range ws.Connections {
		if conn.AuthorizationStatus == StatusSuccess {
			active++
		}
	}
	start, end := billingPeriod(ws)
	view := object{
		"id": ws.ID, "external_id": orNull(ws.ExternalID), "name": ws.Name,
		"notification_email":        orNull(ws.NotificationEmail),
		"admin_notification_emails": orNull(ws.AdminNotificationEmails),
		"error_notification_emails": orNull(ws.ErrorNotificationEmails),
		"full_embedding":            nil, "plan_id": ws.PlanID, "origin_url": orNull(ws.OriginURL),
		"trial": ws.InTrial, "in_trial": ws.InTrial, "whitelisted_apps": orEmpty(ws.WhitelistedApps),
		"frame_ancestors": orNull(ws.FrameAncestors), "time_zone": ws.TimeZone, "team_name": ws.TeamName,
		"auth_settings": object{"type": "workato_auth"},
		"created_at":    stamp(ws.CreatedAt), "updated_at": stamp(ws.UpdatedAt),
		"current_billing_period_start": start, "current_billing_period_end": end,
		"task_limit": ws.TaskLimit, "task_limit_adjustment": cmp.Or(ws.TaskLimitAdjustment, "0"), "task_count": ws.TaskCount,
		"active_connection_limit": ws.ActiveConnectionLimit, "active_connection_count": active, "active_recipe_count": running(ws),
	}
	if ws.FullEmbedding != nil {
		view["full_embedding"] = *ws.FullEmbedding
	}
	if ws.AuthSettings != nil {
		view["auth_settings"] = ws.AuthSettings
	}
	if len(ws.Environments) > 0 {
		view["environments"] = environmentViews(ws)
	}
	return view
}

// billingPeriod is the month in which the workspace was made.
func billingPeriod(ws *Customer) (start, end any) {
	year, month, _ := ws.CreatedAt.In(zone).Date()
	first := time.Date(year, month, 1, 0, 0, 0, 0, zone)
	return stamp(first), stamp(first.AddDate(0, 1, 0))
}

func (c *call) listCustomers() response {
	page, extra := paged(c, c.state.Customers, 1, 100, 100)
	views := make([]object, len(page))
	for i, ws := range page {
		views[i] = customerView(ws)
	}
	return c.listWith(views, extra)
}

func (c *call) getCustomer() response { return ok(customerView(c.ws)) }

func (c *call) createCustomer() response {
	if taken := c.takenExternalID(c.text("external_id"), nil); taken != nil {
		return *taken
	}
	now := c.now()
	ws := &Customer{PlanID: defaultPlan, CreatedAt: now, UpdatedAt: now}
	c.ws = ws
	if a := c.readCustomer(); a != nil {
		return *a
	}
	c.prepareCustomer(ws)
	c.addWorkspace(ws)
	if c.flag("provision_environments") || len(c.environmentSpecs()) > 0 {
		if a := c.provision(ws); a != nil {
			c.removeWorkspace(ws)
			return *a
		}
	}
	return ok(customerView(ws))
}

func (c *call) updateCustomer() response {
	if taken := c.takenExternalID(c.text("external_id"), c.ws); taken != nil {
		return *taken
	}
	settings, refusal := c.environmentSettings(c.ws)
	if refusal != nil {
		return *refusal
	}
	c.unindex(c.ws)
	defer c.index(c.ws)
	if a := c.readCustomer(); a != nil {
		return *a
	}
	for _, environment := range c.ws.Environments {
		set := settings[environment.Environment]
		if external, given := set["external_id"]; given {
			environment.ExternalID = toText(external)
		}
		if emails, given := set["error_notification_emails"]; given {
			environment.ErrorNotificationEmails = toText(emails)
		}
	}
	c.prepareCustomer(c.ws)
	c.ws.UpdatedAt = c.now()
	return ok(customerView(c.ws))
}

// readCustomer reads the profile from the body: what is absent stays, null
// clears, or sets the default if there is one.
func (c *call) readCustomer() *response {
	ws := c.ws
	if limit, given := c.number("custom_task_limit"); given {
		if limit <= ws.TaskCount {
			return refused(invalid("custom_task_limit", "must exceed the current usage"))
		}
		ws.TaskLimit = limit
	}
	for name, target := range map[string]*string{
		"name": &ws.Name, "notification_email": &ws.NotificationEmail, "external_id": &ws.ExternalID,
		"admin_notification_emails": &ws.AdminNotificationEmails, "error_notification_emails": &ws.ErrorNotificationEmails,
		"plan_id": &ws.PlanID, "origin_url": &ws.OriginURL, "frame_ancestors": &ws.FrameAncestors,
		"team_name": &ws.TeamName, "time_zone": &ws.TimeZone, "task_limit_adjustment": &ws.TaskLimitAdjustment,
	} {
		c.setText(target, name)
	}
	if value, given := c.value("full_embedding"); given {
		ws.FullEmbedding = nil
		if set, isBool := toBool(value); isBool && value != nil {
			ws.FullEmbedding = &set
		}
	}
	if _, given := c.value("in_trial"); given {
		ws.InTrial = c.flag("in_trial")
	}
	if _, given := c.value("whitelisted_apps"); given {
		ws.WhitelistedApps = c.words("whitelisted_apps")
	}
	if _, given := c.value("auth_settings"); given {
		ws.AuthSettings = c.object("auth_settings")
	}
	return nil
}

func (c *call) deleteCustomer() response {
	if c.ws.Environment != "" {
		return badRequest("Only the DEV environment can be deleted")
	}
	c.removeWorkspace(c.ws)
	return success()
}

func (c *call) upgradeCustomer() response {
	c.ws.PlanID = cmp.Or(c.text("plan_id"), defaultPlan)
	return c.planResponse()
}

func (c *call) downgradeCustomer() response {
	c.ws.PlanID = freePlan
	return c.planResponse()
}

func (c *call) planResponse() response {
	c.ws.InTrial = false
	c.ws.UpdatedAt = c.now()
	return ok(object{"id": c.ws.ID, "plan_id": c.ws.PlanID, "trial": c.ws.InTrial})
}

// takenExternalID refuses an external id that another workspace has.
func (c *call) takenExternalID(external string, but *Customer) *response {
	if other := c.customers["E"+external]; external != "" && other != nil && other != but {
		return externalIDTaken()
	}
	return nil
}

func externalIDTaken() *response {
	return refused(refuse(http.StatusBadRequest, "External has already been taken"))
}

// customer finds a workspace by the path segment: digits, or E and the
// external id.
func (s *Server) customer(segment string) *Customer { return s.customers[segment] }

// prepareCustomer fills in what every workspace has.
func (s *Server) prepareCustomer(ws *Customer) {
	s.ensureID(&ws.ID, "customer")
	s.ensureID(&ws.RootFolderID, "folder")
	ws.Name = cmp.Or(ws.Name, ws.ExternalID, "Customer "+strconv.FormatInt(ws.ID, 10))
	ws.PlanID = cmp.Or(ws.PlanID, defaultPlan)
	ws.TeamName = cmp.Or(ws.TeamName, ws.Name)
	ws.TimeZone = cmp.Or(ws.TimeZone, "Pacific Time (US & Canada)")
	ws.TaskLimit = cmp.Or(ws.TaskLimit, 10_000)
	if ws.CreatedAt.IsZero() {
		ws.CreatedAt = s.now()
	}
	if ws.UpdatedAt.IsZero() {
		ws.UpdatedAt = ws.CreatedAt
	}
	if ws.Properties == nil {
		ws.Properties = map[string]string{}
	}
	if ws.Records == nil {
		ws.Records = map[string][]Record{}
	}
}

// addWorkspace makes a customer known.
func (s *Server) addWorkspace(ws *Customer) {
	s.state.Customers = append(s.state.Customers, ws)
	s.index(ws)
}

func (s *Server) removeWorkspace(ws *Customer) {
	s.unindex(ws)
	s.state.Customers = remove(s.state.Customers, ws)
}

func (s *Server) index(ws *Customer) {
	s.customers[strconv.FormatInt(ws.ID, 10)] = ws
	if ws.ExternalID != "" {
		s.customers["E"+ws.ExternalID] = ws
	}
	for _, environment := range ws.Environments {
		s.index(environment)
	}
}

func (s *Server) unindex(ws *Customer) {
	delete(s.customers, strconv.FormatInt(ws.ID, 10))
	delete(s.customers, "E"+ws.ExternalID)
	for _, environment := range ws.Environments {
		s.unindex(environment)
	}
}
