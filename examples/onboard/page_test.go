package main

import (
	"os"
	"strings"
	"testing"
)

// TestPage: docs/onboarding.md shows the plan of the demonstration.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/onboarding.md")
	if err != nil || !strings.Contains(string(page), "```yaml\n"+string(demoPlan)+"```") {
		t.Errorf("the page has another plan (%v)", err)
	}
}
