package workatotest_test

import (
	"fmt"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// TestMainJob onboards a customer like a partner's backend.
func TestMainJob(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t, workatotest.WithStrict())

	customer := call(t, fake, "POST", "/api/managed_users", object{
		"name": "Borealis Ltd", "notification_email": "ops@borealis.example", "external_id": "EU/north 1.0",
	})
	same(t, "external_id", customer["external_id"], "EU/north 1.0")
	const at = "/api/managed_users/EEU%2Fnorth%201.0"
	same(t, "customer by external id", call(t, fake, "GET", at, nil)["id"], customer["id"])

	folder := call(t, fake, "POST", at+"/folders", object{"name": "Invoices"})
	same(t, "a top-level folder is a project", folder["is_project"], true)

	started := call(t, fake, "POST", fmt.Sprintf("%s/imports?folder_id=%v&restart_recipes=true", at, folder["id"]), invoicePackage(t))
	same(t, "status", started["status"], "in_progress")
	status := fmt.Sprintf("%s/imports/%v", at, started["id"])
	same(t, "first read", call(t, fake, "GET", status, nil)["status"], "in_progress")
	done := call(t, fake, "GET", status, nil)
	same(t, "second read", done["status"], "completed")
	if results := arr(t, done["recipe_status"]); len(results) != 2 {
		t.Errorf("recipe_status %v, want two recipes", results)
	}

	connections := result(t, call(t, fake, "GET", at+"/connections", nil))
	if len(connections) != 2 || connections[0]["authorization_status"] != nil {
		t.Fatalf("connections %v, want two shells", connections)
	}
	recipes := result(t, call(t, fake, "GET", at+"/recipes?per_page=100", nil))
	if len(recipes) != 2 || recipes[0]["running"] != false {
		t.Fatalf("recipes %v, want two that are stopped", recipes)
	}

	start := fmt.Sprintf("%s/recipes/%v/start", at, recipes[1]["id"])
	refusal := call(t, fake, "PUT", start, nil)
	same(t, "success", refusal["success"], false)
	same(t, "code_errors", refusal["code_errors"], []any{})
	unconnected := func(id any) []any {
		return []any{[]any{"account_id", id, "unconnected", object{"key": "recipe.config_error.account_id.unconnected"}}}
	}
	same(t, "config_errors", refusal["config_errors"], []any{
		[]any{1, unconnected(connections[0]["id"])}, []any{2, unconnected(connections[1]["id"])},
	})

	for _, connection := range connections {
		updated := call(t, fake, "PUT", fmt.Sprintf("%s/connections/%v", at, connection["id"]), object{
			"input": object{"user": "sync", "password": "secret"},
		})
		same(t, "authorization_status", updated["authorization_status"], "success")
	}
	same(t, "start", call(t, fake, "PUT", start, nil), object{"success": true})
	running := result(t, call(t, fake, "GET", at+"/recipes?running=true", nil))
	if len(running) != 1 || running[0]["id"] != recipes[1]["id"] {
		t.Errorf("running recipes %v, want the one started", running)
	}
	fake.AssertSequence(t, "managed_users.create", "folders.create", "imports.create", "imports.get", "recipes.start", "connections.update", "recipes.start")
	fake.AssertBody(t, "connections.update", "input", object{"user": "[redacted]", "password": "[redacted]"})
}

func TestDuplicateExternalID(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme"})
	body := object{"name": "Again", "notification_email": "a@example.com", "external_id": "acme"}
	response := refused(t, fake, 400, "POST", "/api/managed_users", body)
	same(t, "message", response["message"], "External has already been taken")
	if n := len(fake.Snapshot().Customers); n != 1 {
		t.Errorf("%d customers after the refusal, want 1", n)
	}
}
