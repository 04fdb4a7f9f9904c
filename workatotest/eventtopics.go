package workatotest

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// eventTopics are the topics of event streams. A seed may set "messages", which
// no response shows: a purge deletes them.
var eventTopics = shelf{
	name: "event_topics", path: "/api/managed_users/{customer}/event_streams/topics", arg: "topic_id", verbs: "create get update delete",
	body: "name* description retention:i", createBody: " schema:a* folder_id:i", paging: byNumber, one: "data",
	defaults: Record{"description": nil, "retention": int64(7 * 24 * 60 * 60)}, view: topicView,
}

func topicRoutes() []route {
	special := []route{
		{method: "GET", path: eventTopics.path, op: "event_topics.list", query: "name sort include_schema:b page:i per_page:i", handle: listTopics},
		{method: "PUT", path: eventTopics.path + "/{topic_id}/purge", op: "event_topics.purge", handle: eventTopics.on(purgeTopic)},
	}
	return slices.Concat(eventTopics.routes(), special)
}

func topicView(_ *call, topic Record) object {
	view := maps.Clone(topic)
	delete(view, "messages")
	return view
}

// listTopics searches for a part of the name, case-sensitive.
func listTopics(c *call) response {
	topics := slices.DeleteFunc(slices.Clone(c.ws.Records[eventTopics.name]), func(topic Record) bool {
		return !strings.Contains(toText(topic["name"]), c.text("name"))
	})
	switch c.text("sort") {
	case "name":
		slices.SortStableFunc(topics, func(a, b Record) int { return cmp.Compare(toText(a["name"]), toText(b["name"])) })
	case "activity":
		slices.SortStableFunc(topics, func(a, b Record) int { return cmp.Compare(toText(b["updated_at"]), toText(a["updated_at"])) })
	}
	views := make([]object, len(topics))
	for i, topic := range topics {
		views[i] = topicView(c, topic)
		if !c.flag("include_schema") {
			delete(views[i], "schema")
		}
	}
	page, extra := eventTopics.page(c, views)
	return ok(object{"count": extra["count"], "data": orEmpty(page)})
}

func purgeTopic(c *call, topic Record) response {
	delete(topic, "messages")
	eventTopics.touch(c, topic)
	return ok(object{"data": object{"success": true}})
}
