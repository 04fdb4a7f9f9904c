package workatotest

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"testing"
)

// largePackage is a package of that many assets in up to a hundred folders:
// nine in ten are recipes, whose code hardly compresses, the rest connections.
func largePackage(tb testing.TB, assets, perRecipe int) []byte {
	tb.Helper()
	random := rand.NewChaCha8([32]byte{1})
	files := map[string][]byte{}
	noise := make([]byte, perRecipe)
	links := assets / 10
	for i := range links {
		path := fmt.Sprintf("Links %d/jira_%d.connection.json", i%20, i)
		files[path] = indented(object{"name": fmt.Sprintf("Jira %d", i), "provider": "jira", "root_folder": false})
	}
	for i := range assets - links {
		_, _ = random.Read(noise)
		n := i % links
		link := object{
			"zip_name": fmt.Sprintf("Links %d/jira_%d.connection.json", n%20, n),
			"name":     fmt.Sprintf("Jira %d", n), "folder": fmt.Sprintf("Links %d", n%20),
		}
		files[fmt.Sprintf("Recipes %d/sync_%d.recipe.json", i%80, i)] = indented(object{
			"name": fmt.Sprintf("Sync %d", i), "description": "", "version": 3, "private": true, "concurrency": 1,
			"code": object{
				"number": 0, "keyword": "trigger", "provider": "clock", "name": "scheduled_event",
				"input": object{"text": base64.StdEncoding.EncodeToString(noise)},
				"block": []object{{"number": 1, "keyword": "action", "provider": "jira", "name": "create_issue", "block": []object{}}},
			},
			"config": []object{{"keyword": "application", "provider": "jira", "skip_validation": false, "account_id": link}},
		})
	}
	raw, err := zipFiles(files)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

// TestImportAllocations bounds the allocations of an import per asset,
// independently of the computer.
func TestImportAllocations(t *testing.T) {
	const assets, ceiling = 200, 70
	raw := largePackage(t, assets, 64)
	if n := testing.AllocsPerRun(3, func() { importInto(t, benchServer(t), raw) }); n > assets*ceiling {
		t.Errorf("%.0f allocations for an asset, want at most %d", n/assets, ceiling)
	}
}

// importInto imports a package into the workspace of a server.
func importInto(tb testing.TB, s *Server, raw []byte) {
	tb.Helper()
	c := &call{Server: s, ws: s.named("acme"), entry: &Request{}}
	work := &Import{FolderID: 50, Package: raw}
	if err := c.apply(work); err != nil {
		tb.Fatal(err)
	}
}

func benchServer(tb testing.TB) *Server {
	tb.Helper()
	s := NewServer()
	tb.Cleanup(s.Close)
	if err := s.Seed(State{Customers: []*Customer{{ExternalID: "acme", Folders: []*Folder{{ID: 50, Name: "Target"}}}}}); err != nil {
		tb.Fatal(err)
	}
	return s
}

// BenchmarkImport takes a package of 30 MB (40 MB unpacked) with 2,000 assets
// into an empty folder: 0.7 s of processor time on a slow machine, spread over
// all cores, and 140 MB.
func BenchmarkImport(b *testing.B) {
	raw := largePackage(b, 2000, 16_400)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		importInto(b, benchServer(b), raw)
	}
}

// BenchmarkExport packs what BenchmarkImport has imported.
func BenchmarkExport(b *testing.B) {
	s := benchServer(b)
	importInto(b, s, largePackage(b, 2000, 16_400))
	b.ReportAllocs()
	for b.Loop() {
		ws := s.named("acme")
		if _, err := packAssets(ws, 50, newPacking(ws, 50).assets(), false); err != nil {
			b.Fatal(err)
		}
	}
}
