package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-workato/workato"
)

var authorityLine = regexp.MustCompile(`trust the authority in (\S+)`)

// authority is the file that the program tells clients to trust.
func (p *program) authority(t *testing.T) string {
	t.Helper()
	p.out.wait("try: curl --cacert ")
	found := authorityLine.FindStringSubmatch(p.out.String())
	if found == nil {
		t.Fatalf("output\n%s", p.out)
	}
	return found[1]
}

// secureClient trusts the authority in a file, and reaches the program under
// any name.
func (p *program) secureClient(t *testing.T, authority string) *http.Client {
	t.Helper()
	text, err := os.ReadFile(authority)
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(text) {
		t.Fatalf("no certificate in %s", text)
	}
	api := strings.TrimPrefix(p.url, "https://")
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS13},
		ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if host, port, _ := net.SplitHostPort(addr); port == "443" && host != "localhost" {
				addr = api
			}
			return new(net.Dialer).DialContext(ctx, network, addr)
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// TestTLS uses the program like a client that requires https: the download goes
// to the store, which also serves https.
func TestTLS(t *testing.T) {
	t.Parallel()
	p := start(t, "-tls", "-import-reads", "0")
	authority := p.authority(t)
	for path, want := range map[string]fs.FileMode{authority: 0o600, filepath.Dir(authority): 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v; want %v", path, info.Mode(), err, want)
		}
	}
	web := p.secureClient(t, authority)
	for _, base := range []string{p.url, strings.Replace(p.url, "127.0.0.1", "localhost", 1), "https://www.workato.com", "https://app.eu.workato.com"} {
		client, err := workato.NewClient(workato.WithBaseURL(base), workato.WithAPIToken("test-token"), workato.WithHTTPClient(web))
		if err != nil {
			t.Fatal(err)
		}
		var zip bytes.Buffer
		if err := export(t.Context(), client, &zip); err != nil || !strings.HasPrefix(zip.String(), "PK") {
			t.Errorf("%s: %v, %d bytes", base, err, zip.Len())
		}
	}
	var out bytes.Buffer
	if code := run(t.Context(), []string{"-healthcheck", p.url + "/"}, &out, &out); code != 0 {
		t.Errorf("health check: exit status %d, %s", code, &out)
	}
	req, _ := http.NewRequestWithContext(t.Context(), "GET", p.url+"/", nil)
	resp, err := web.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.Proto != "HTTP/2.0" {
		t.Errorf("the page came by %s", resp.Proto)
	}
	if code := p.stop(t); code != 0 {
		t.Errorf("exit status %d", code)
	}
	if _, err := os.Stat(filepath.Dir(authority)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the authority is still there: %v", err)
	}
}

// export downloads the partner's own workspace.
func export(ctx context.Context, client *workato.Client, zip io.Writer) error {
	manifest, err := client.Packages.CreateManifest(ctx, &workato.ExportCreateManifestParams{Name: "all", AutoGenerateAssets: true})
	if err != nil {
		return err
	}
	work, err := client.Packages.Export(ctx, manifest.ID)
	if err != nil {
		return err
	}
	if _, err := client.Packages.Wait(ctx, work.ID, nil); err != nil {
		return err
	}
	_, err = client.Packages.Download(ctx, work.ID, zip, nil)
	return err
}

// TestServiceHosts: the certificate has the hosts of all data centres.
func TestServiceHosts(t *testing.T) {
	t.Parallel()
	var hosts []string
	for _, region := range []workato.Region{
		workato.RegionUS, workato.RegionEU, workato.RegionJP, workato.RegionSG, workato.RegionAU,
		workato.RegionIL, workato.RegionKR, workato.RegionUK, workato.RegionTrial, workato.RegionCN,
	} {
		client, err := workato.NewClient(workato.WithRegion(region), workato.WithAPIToken("test-token"), workato.WithRetry(workato.RetryPolicy{}),
			workato.WithHTTPClient(&http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
				hosts = append(hosts, req.URL.Host)
				return nil, errors.ErrUnsupported
			})}))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = client.Workspace.Whoami(t.Context())
	}
	if !slices.Equal(hosts, serviceHosts) {
		t.Errorf("the regions have the hosts %v", hosts)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// TestGivenCertificate: the program takes the certificate of -tls-cert.
func TestGivenCertificate(t *testing.T) {
	t.Parallel()
	certificate, authority, err := throwAway([]string{"127.0.0.1", "localhost", "fake"})
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(certificate.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certFile := write(t, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]})))
	keyFile := write(t, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})))
	p := start(t, "-tls-cert", certFile, "-tls-key", keyFile)
	for name, want := range map[string]bool{p.url: true, "https://fake": true, "https://other": false} {
		req, _ := http.NewRequestWithContext(t.Context(), "GET", name+"/", nil)
		resp, err := p.secureClient(t, write(t, string(authority))).Do(req)
		if (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			_ = resp.Body.Close()
		}
	}
}

// TestFaultsOverHTTP2: a broken connection is a broken stream, and the client
// does not take it for a response.
func TestFaultsOverHTTP2(t *testing.T) {
	t.Parallel()
	p := start(t, "-tls", "-faults", write(t, `[
		{"on": "connections.list", "do": "reset_before"}, {"on": "connections.list", "do": "reset_after"},
		{"on": "connections.list", "do": "cut_off"}, {"on": "connections.list", "do": "drip", "pause_ms": 1}
	]`))
	web := p.secureClient(t, p.authority(t))
	for i := range 5 {
		req, _ := http.NewRequestWithContext(t.Context(), "GET", p.url+"/api/managed_users/98178/connections", nil)
		req.Header.Set("Authorization", "Bearer test-token")
		resp, err := web.Do(req)
		if err == nil {
			_, err = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
			if resp.Proto != "HTTP/2.0" {
				t.Errorf("request %d came by %s", i, resp.Proto)
			}
		}
		if broken := i < 3; (err != nil) != broken {
			t.Errorf("request %d: %v", i, err)
		}
	}
}
