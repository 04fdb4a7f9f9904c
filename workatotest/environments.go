package workatotest

import "cmp"

var environmentRoutes = []route{
	{
		method: "POST", path: "/api/managed_users/{customer}/environments", op: "managed_users.provision_environments",
		body: "environments:a", handle: (*call).provisionEnvironments,
	},
}

// environmentTypes are the environments other than DEV.
var environmentTypes = []string{"test", "prod"}

func environmentViews(ws *Customer) []object {
	views := []object{{"type": "dev", "id": ws.ID, "external_id": orNull(ws.ExternalID)}}
	for _, environment := range ws.Environments {
		views = append(views, object{
			"type": environment.Environment, "id": environment.ID, "external_id": orNull(environment.ExternalID),
		})
	}
	return views
}

func (c *call) provisionEnvironments() response {
	if len(c.ws.Environments) > 0 || c.ws.Environment != "" {
		return badRequest("Environments already provisioned")
	}
	if a := c.provision(c.ws); a != nil {
		return *a
	}
	c.ws.UpdatedAt = c.now()
	return ok(customerView(c.ws))
}

// environmentSpecs are the settings of environments in the body.
func (c *call) environmentSpecs() []object {
	items, _ := c.body["environments"].([]any)
	var specs []object
	for _, item := range items {
		if spec, isObject := item.(object); isObject {
			specs = append(specs, spec)
		}
	}
	return specs
}

// environmentSettings are the settings in the body by the type of the
// environment. An external id that is in use, or is given twice, is refused.
func (c *call) environmentSettings(ws *Customer) (map[string]object, *response) {
	settings := map[string]object{}
	given := map[string]string{c.text("external_id"): "dev"}
	for _, spec := range c.environmentSpecs() {
		kind := toText(spec["type"])
		settings[kind] = spec
		external := toText(spec["external_id"])
		if kind == "dev" {
			if external != "" && external != ws.ExternalID || toText(spec["error_notification_emails"]) != "" {
				return nil, refused(badRequest("Conflicting assignment of the DEV environment"))
			}
			continue
		}
		if other, twice := given[external]; external != "" && twice && other != kind {
			return nil, externalIDTaken()
		}
		given[external] = kind
		if taken := c.takenExternalID(external, environment(ws, kind)); taken != nil {
			return nil, taken
		}
	}
	return settings, nil
}

// environment is the TEST or PROD workspace of a customer, nil if there is none.
func environment(ws *Customer, kind string) *Customer {
	for _, environment := range ws.Environments {
		if environment.Environment == kind {
			return environment
		}
	}
	return nil
}

// provision makes the TEST and PROD workspaces; the customer itself becomes
// DEV.
func (c *call) provision(ws *Customer) *response {
	settings, refusal := c.environmentSettings(ws)
	if refusal != nil {
		return refusal
	}
	for _, kind := range environmentTypes {
		set := settings[kind]
		environment := &Customer{
			Environment:             kind,
			ExternalID:              toText(set["external_id"]),
			ErrorNotificationEmails: toText(set["error_notification_emails"]),
		}
		c.prepareEnvironment(ws, environment)
		ws.Environments = append(ws.Environments, environment)
	}
	c.index(ws)
	return nil
}

// prepareEnvironment fills in what an environment has from its customer.
func (s *Server) prepareEnvironment(ws, environment *Customer) {
	environment.Name = cmp.Or(environment.Name, ws.Name)
	if environment.CreatedAt.IsZero() {
		environment.NotificationEmail = cmp.Or(environment.NotificationEmail, ws.NotificationEmail)
	}
	environment.PlanID = cmp.Or(environment.PlanID, ws.PlanID)
	environment.TeamName = cmp.Or(environment.TeamName, ws.TeamName)
	environment.TimeZone = cmp.Or(environment.TimeZone, ws.TimeZone)
	s.prepareCustomer(environment)
}
