package workatotest

import "slices"

// firstImportEvent is far from the ids of seeded entries.
const firstImportEvent = 1_000_000_000

// activity is the activity log of the workspace, newest first: the seeded
// entries, and above them an entry for each import that has ended.
func (c *call) activity() []Record {
	var entries []Record
	for _, work := range slices.Backward(c.ws.Imports) {
		event := "package_imported"
		switch work.Status {
		case StatusInProgress:
			continue
		case StatusFailed:
			event = "package_import_failed"
		}
		entries = append(entries, Record{
			"id": firstImportEvent + work.ID, "timestamp": stamp(work.CreatedAt), "event_type": event,
			"workspace": object{"id": c.ws.ID, "name": c.ws.Name, "email": orNull(c.ws.NotificationEmail)},
			"user":      nil, "details": object{},
			"resource": object{"id": work.ID, "name": nil, "type": "Package"},
		})
	}
	return append(entries, c.ws.Records[activityLogs]...)
}
