package apitest

import (
	"iter"

	"github.com/go-workato/workato"
)

func listTopics(p *workato.EventTopicListParams) Call {
	return func(c *Caller) error { return c.keep(c.EventTopics.List(c.ctx, c.customer, p, c.opts...)) }
}

func createTopic(p *workato.EventTopicCreateParams) Call {
	return func(c *Caller) error { return c.keep(c.EventTopics.Create(c.ctx, c.customer, p, c.opts...)) }
}

func updateTopic(p *workato.EventTopicUpdateParams) Call {
	return func(c *Caller) error { return c.keep(c.EventTopics.Update(c.ctx, c.customer, c.id(301), p, c.opts...)) }
}

// topic describes a topic with a field of its messages.
func topic(change func(*workato.EventTopicCreateParams)) *workato.EventTopicCreateParams {
	p := &workato.EventTopicCreateParams{Name: "Orders", Schema: []workato.EventTopicField{{Name: "order_id", Type: "string"}}}
	change(p)
	return p
}

var _ = register(
	Entry{
		Operation: "event_topics.list", Call: listTopics(nil),
		Want: "GET /api/managed_users/{customer}/event_streams/topics?page=1&per_page=100",
		More: []Case{{
			Name: "everything",
			Call: listTopics(&workato.EventTopicListParams{Name: "Ord", Sort: workato.EventTopicSortActivity, IncludeSchema: true, Page: 2, PerPage: 10}),
			Want: "GET /api/managed_users/{customer}/event_streams/topics?include_schema=true&name=Ord&page=2&per_page=10&sort=activity",
		}},
		Good: Good{"event_topics/list.json", `{"count": 0, "data": []}`}, Rows: "data",
		Refuses: Bad{
			"Page":    {listTopics(&workato.EventTopicListParams{Page: -1})},
			"PerPage": {listTopics(&workato.EventTopicListParams{PerPage: 101})},
		},
		Walk: func(c *Caller, page, perPage int) iter.Seq2[int, error] {
			return numbers(c.EventTopics.All(c.ctx, c.customer, &workato.EventTopicListParams{Page: page, PerPage: perPage}, c.opts...))
		},
	},
	Entry{
		Operation: "event_topics.create", Call: createTopic(topic(func(*workato.EventTopicCreateParams) {})),
		Want: "POST /api/managed_users/{customer}/event_streams/topics",
		JSON: `{"name": "Orders", "schema": [{"name": "order_id", "type": "string", "optional": false}]}`,
		More: []Case{{
			Name: "everything",
			Call: createTopic(&workato.EventTopicCreateParams{
				Name: "Orders", Retention: 86400, Description: "New orders", FolderID: 1563, Schema: []workato.EventTopicField{{
					Name: "order", Label: "Order", Type: "object", ControlType: "text", Optional: true,
					Properties: []workato.EventTopicField{{Name: "id", Type: "string"}},
				}},
			}),
			JSON: `{"name": "Orders", "retention": 86400, "description": "New orders", "folder_id": 1563, "schema": [{
				"name": "order", "label": "Order", "type": "object", "control_type": "text", "optional": true,
				"properties": [{"name": "id", "type": "string", "optional": false}]
			}]}`,
		}},
		Good: Good{"event_topics/topic.json"},
		Refuses: Bad{
			"params":         {createTopic(nil)},
			"Name":           {createTopic(topic(func(p *workato.EventTopicCreateParams) { p.Name = " " }))},
			"Schema":         {createTopic(topic(func(p *workato.EventTopicCreateParams) { p.Schema = nil }))},
			"Schema[0].Name": {createTopic(topic(func(p *workato.EventTopicCreateParams) { p.Schema[0].Name = "" }))},
			"Schema[0].Type": {createTopic(topic(func(p *workato.EventTopicCreateParams) { p.Schema[0].Type = "" }))},
			"Retention":      {createTopic(topic(func(p *workato.EventTopicCreateParams) { p.Retention = -1 }))},
			"FolderID":       {createTopic(topic(func(p *workato.EventTopicCreateParams) { p.FolderID = -1 }))},
		},
	},
	Entry{
		Operation: "event_topics.get", Want: "GET /api/managed_users/{customer}/event_streams/topics/301",
		Call: func(c *Caller) error { return c.keep(c.EventTopics.Get(c.ctx, c.customer, c.id(301), c.opts...)) },
		Good: Good{"event_topics/topic.json"},
	},
	Entry{
		Operation: "event_topics.update", Call: updateTopic(&workato.EventTopicUpdateParams{Description: workato.Null[string]()}),
		Want: "PUT /api/managed_users/{customer}/event_streams/topics/301", JSON: `{"description": null}`,
		More: []Case{{
			Name: "everything", Call: updateTopic(&workato.EventTopicUpdateParams{
				Name: workato.Set("Orders EU"), Description: workato.Set("x"), Retention: workato.Set[int64](3600),
			}),
			JSON: `{"name": "Orders EU", "description": "x", "retention": 3600}`,
		}},
		Good: Good{"event_topics/topic.json"},
		Refuses: Bad{
			"params": {updateTopic(nil)},
			"Name":   {updateTopic(&workato.EventTopicUpdateParams{Name: workato.Set("")})},
			"Retention": {
				updateTopic(&workato.EventTopicUpdateParams{Retention: workato.Null[int64]()}),
				updateTopic(&workato.EventTopicUpdateParams{Retention: workato.Set[int64](-1)}),
			},
		},
	},
	Entry{
		Operation: "event_topics.delete", Want: "DELETE /api/managed_users/{customer}/event_streams/topics/301",
		Call: func(c *Caller) error { return c.EventTopics.Delete(c.ctx, c.customer, c.id(301), c.opts...) },
		Good: Good{"event_topics/deleted.json", "folders/deleted.json"},
	},
	Entry{
		Operation: "event_topics.purge", Want: "PUT /api/managed_users/{customer}/event_streams/topics/301/purge",
		Call: func(c *Caller) error { return c.EventTopics.Purge(c.ctx, c.customer, c.id(301), c.opts...) },
		Good: Good{"event_topics/deleted.json", "event_topics/topic.json"},
	},
)
