package workatotest

import "testing"

// TestFileName has the kinds of names in packages of the service.
func TestFileName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Sync invoices":                         "sync_invoices",
		"Step1 | Mail":                          "step1_mail",
		"HQ API: Select Option (Light Effects)": "hq_api_select_option_light_effects",
		"TravelPort <> Ledger Integration":      "travelport_ledger_integration",
		"get_mail":                              "get_mail",
		"__a--b__":                              "a_b",
		"请求 Ärger 2":                            "请求_ärger_2",
		"!?":                                    "unnamed",
	} {
		if got := fileName(name); got != want {
			t.Errorf("fileName(%q) = %q, want %q", name, got, want)
		}
		if again := fileName(fileName(name)); again != want {
			t.Errorf("fileName(%q) is %q the second time", name, again)
		}
	}
}
