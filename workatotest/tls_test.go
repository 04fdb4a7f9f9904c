package workatotest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// TestWithTLS: the API and the package store are both served over TLS.
func TestWithTLS(t *testing.T) {
	t.Parallel()
	// Any server with a certificate for 127.0.0.1 and a client that trusts it.
	lender := httptest.NewTLSServer(http.NotFoundHandler())
	defer lender.Close()
	fake := workatotest.New(t, workatotest.WithTLS(lender.TLS), workatotest.WithImportReads(0))
	if err := fake.Seed(workatotest.State{Own: &workatotest.Customer{Recipes: []*workatotest.Recipe{{Name: "Sync"}}}}); err != nil {
		t.Fatal(err)
	}
	base := fake.URL()
	if !strings.HasPrefix(base, "https://127.0.0.1:") {
		t.Fatalf("URL %s", base)
	}
	web := lender.Client()
	client, err := workato.NewClient(workato.WithBaseURL(base), workato.WithAPIToken(workatotest.Token), workato.WithHTTPClient(web))
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := client.Packages.CreateManifest(t.Context(), &workato.ExportCreateManifestParams{Name: "all", AutoGenerateAssets: true})
	if err != nil {
		t.Fatal(err)
	}
	work, err := client.Packages.Export(t.Context(), manifest.ID)
	if err != nil {
		t.Fatal(err)
	}
	ready, err := client.Packages.Wait(t.Context(), work.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(ready.DownloadURL, "https://localhost:") {
		t.Errorf("download link %s", ready.DownloadURL)
	}
}
