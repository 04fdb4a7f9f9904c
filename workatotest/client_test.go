package workatotest_test

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// TestClient runs the real client against the fake in a bubble: its retries
// take no time, and no goroutine is left.
func TestClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake, _ := acmeServer(t)
		client := fake.Client(t)
		customer := workato.ExternalID("acme")
		fake.Inject(workatotest.Fault{On: "connections.list", Do: workatotest.CutOff},
			workatotest.Fault{On: "connections.list", Do: workatotest.RateLimit, RetryAfter: 3})
		start := time.Now()
		connections, err := client.Connections.List(t.Context(), customer, nil)
		if err != nil || len(connections) != 1 {
			t.Fatalf("connections %v, error %v", connections, err)
		}
		if waited := time.Since(start); waited < 3*time.Second {
			t.Errorf("the client waited %v, want Retry-After", waited)
		}
		fake.AssertCalls(t, "connections.list", 3)

		fake.Inject(workatotest.Fault{On: "folders.create", Do: workatotest.ResetAfter})
		_, err = client.Folders.Create(t.Context(), customer, &workato.FolderCreateParams{Name: "New"})
		if !errors.Is(err, workato.ErrOutcomeUnknown) {
			t.Errorf("error %v, want that the outcome is unknown", err)
		}
		fake.AssertCalls(t, "folders.create", 1)

		fake.Inject(workatotest.Fault{On: "folders.create", Do: workatotest.ConnectRefused})
		if _, err = client.Folders.Create(t.Context(), customer, &workato.FolderCreateParams{Name: "Newer"}); err != nil {
			t.Errorf("a request that never left was not sent again: %v", err)
		}
	})
}

func TestClientOptions(t *testing.T) {
	t.Parallel()
	fake, _ := acmeServer(t)
	for name, client := range map[string]*workato.Client{
		"default": fake.Client(t),
		"headers": fake.Client(t, workato.WithUserToken("ops@example.com", workatotest.Token)),
		"query":   fake.Client(t, workato.WithQueryToken("ops@example.com", workatotest.Token)),
		"port":    fake.Client(t, workato.WithBaseURL(fake.URL())),
	} {
		if _, err := client.ManagedUsers.Get(t.Context(), workato.ExternalID("acme")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	wrong := fake.Client(t, workato.WithAPIToken("wrong"))
	if _, err := wrong.ManagedUsers.Get(t.Context(), workato.ExternalID("acme")); !errors.Is(err, workato.ErrUnauthorized) {
		t.Errorf("wrong token: error %v", err)
	}
	if _, err := fake.NewClient(workato.WithBaseURL("::")); err == nil {
		t.Error("a bad option gives no error")
	}
}

// TestStoreOnIPv6 reaches the store like a client that resolves localhost only
// to ::1.
func TestStoreOnIPv6(t *testing.T) {
	t.Parallel()
	probe, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "[::1]:0")
	if err != nil {
		t.Skip("no IPv6 here")
	}
	_ = probe.Close()
	fake, _ := acmeServer(t, workatotest.WithImportReads(0))
	manifest := obj(t, refused(t, fake, 201, "POST", acmePath+"/export_manifests",
		object{"name": "all", "auto_generate_assets": true, "auto_run": true})["result"])
	client := fake.Client(t, workato.WithBaseURL(fake.URL()), workato.WithHTTPClient(new(http.Client)))
	id := int64(num(t, obj(t, manifest["package"])["id"]))
	done, err := client.Exports.Get(t.Context(), workato.ExternalID("acme"), id)
	if err != nil {
		t.Fatal(err)
	}
	link := strings.Replace(done.DownloadURL, "localhost", "[::1]", 1)
	resp, err := new(http.Client).Do(newRequest(t, "GET", link, nil))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	same(t, link, resp.StatusCode, 200)
}
