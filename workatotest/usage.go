package workatotest

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

const usageBody = "from* to* interval workspace_ids:v external_ids:v recipe_name_pattern project_ids:v recipe_ids:v"

var usageRoutes = []route{
	{method: "GET", path: "/api/managed_users/usage", op: "usage.monthly", handle: (*call).monthlyUsage},
	{method: "POST", path: "/api/v2/managed_users/statistics/usage", op: "usage.statistics", body: usageBody, handle: (*call).usageStatistics},
	{method: "POST", path: "/api/v2/managed_users/statistics/connection_usage", op: "usage.connection_statistics", body: usageBody, handle: (*call).connectionStatistics},
}

// monthlyUsage counts tasks per customer and month. No source shows the keys
// of the real response; these are ours.
func (c *call) monthlyUsage() response {
	result := object{}
	for _, ws := range c.state.Customers {
		months := object{}
		for _, r := range ws.Recipes {
			for _, job := range r.Jobs {
				month := job.StartedAt.In(zone).Format("2006-01")
				count, _ := months[month].(int64)
				months[month] = count + 1
			}
		}
		result[strconv.FormatInt(ws.ID, 10)] = months
	}
	return ok(object{"result": result})
}

// period reads from and to.
func (c *call) period() (from, to time.Time, problem *response) {
	for name, target := range map[string]*time.Time{"from": &from, "to": &to} {
		t, err := time.Parse(time.RFC3339, c.text(name))
		if err != nil {
			return from, to, refused(invalid(name, "is not a date"))
		}
		*target = t
	}
	if c.text("interval") != "" && !slices.Contains([]string{"none", "year", "month", "week", "day", "hour"}, c.text("interval")) {
		a := invalid("interval", "is not included in the list")
		problem = &a
	}
	return from, to, problem
}

// namedWorkspaces are the workspaces that a usage request names, by id or by external
// id; a comma separates them where they come as one string.
func (c *call) namedWorkspaces() []*Customer {
	list := func(name string) []string {
		if text := c.text(name); text != "" {
			return strings.Split(text, ",")
		}
		return c.words(name)
	}
	var found []*Customer
	for _, id := range list("workspace_ids") {
		if ws := c.customer(id); ws != nil {
			found = append(found, ws)
		}
	}
	for _, external := range list("external_ids") {
		if ws := c.customer("E" + external); ws != nil && !slices.Contains(found, ws) {
			found = append(found, ws)
		}
	}
	return found
}

// namesWorkspaces reports whether the request names any, even an empty list.
func (c *call) namesWorkspaces() bool {
	for _, name := range []string{"workspace_ids", "external_ids"} {
		if value, given := c.value(name); given && value != nil {
			return true
		}
	}
	return c.query["workspace_ids[]"] != nil || c.query["external_ids[]"] != nil
}

func (c *call) usageStatistics() response {
	from, to, problem := c.period()
	if problem != nil {
		return *problem
	}
	if !c.namesWorkspaces() {
		return invalid("workspace_ids", "or external_ids can't be blank")
	}
	views := []object{}
	for _, ws := range c.namedWorkspaces() {
		succeeded, failed, recipes := 0, 0, 0
		for _, r := range ws.Recipes {
			if !strings.Contains(r.Name, c.text("recipe_name_pattern")) {
				continue
			}
			recipes++
			for _, job := range r.Jobs {
				if job.StartedAt.Before(from) || !job.StartedAt.Before(to) {
					continue
				}
				switch job.Status {
				case JobSucceeded:
					succeeded++
				case JobFailed:
					failed++
				}
			}
		}
		views = append(views, object{
			"workspace_id": ws.ID, "external_id": orNull(ws.ExternalID), "task_count": succeeded + failed,
			"recipe_count": recipes, "succeeded_job_count": succeeded, "failed_job_count": failed,
		})
	}
	return ok(object{"result": views})
}

func (c *call) connectionStatistics() response {
	if _, _, problem := c.period(); problem != nil {
		return *problem
	}
	if !c.namesWorkspaces() {
		return invalid("workspace_ids", "or external_ids can't be blank")
	}
	views := []object{}
	for _, ws := range c.namedWorkspaces() {
		views = append(views, object{
			"workspace_id": ws.ID, "external_id": orNull(ws.ExternalID),
			"active_connection_count": customerView(ws)["active_connection_count"],
		})
	}
	return ok(object{"result": views})
}
