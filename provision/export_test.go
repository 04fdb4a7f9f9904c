package provision

import (
	"encoding/json"
	"testing"
)

// JournalLine makes a line of a journal out of a JSON object.
func JournalLine(t *testing.T, object string) string {
	t.Helper()
	line, err := appendLine(nil, json.RawMessage(object))
	if err != nil {
		t.Fatal(err)
	}
	return string(line)
}
