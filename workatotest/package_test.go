package workatotest

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "build testdata/packages/*.zip and the list of guesses in doc.go again")

// TestPackagesAreCurrent compares contents, not bytes: another Go release may
// pack the same files differently.
func TestPackagesAreCurrent(t *testing.T) {
	const packages = "../testdata/packages"
	entries, err := os.ReadDir(packages)
	if err != nil {
		t.Fatal(err)
	}
	built := 0
	for _, entry := range entries {
		if entry.IsDir() {
			built++
			checkPackage(t, filepath.Join(packages, entry.Name()))
		}
	}
	if built == 0 {
		t.Fatal("no source folders")
	}
}

func checkPackage(t *testing.T, folder string) {
	t.Helper()
	files := map[string][]byte{}
	root := os.DirFS(folder)
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files[name], err = fs.ReadFile(root, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	built, err := zipFiles(files)
	if err != nil {
		t.Fatal(err)
	}
	target := folder + ".zip"
	if *update {
		if err := os.WriteFile(target, built, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	committed, err := os.ReadFile(target)
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := openPackage(committed, 1<<20)
	if err != nil {
		t.Fatalf("%s: %v", target, err)
	}
	if len(unpacked) != len(files) {
		t.Errorf("%s holds %d files, its folder %d: run go generate", target, len(unpacked), len(files))
	}
	for _, file := range unpacked {
		if !bytes.Equal(files[file.path], file.data) {
			t.Errorf("%s: %s differs from its source: run go generate", target, file.path)
		}
	}
}
