package provision_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
)

// padded is a package that is larger than any buffer on its way.
func padded(t *testing.T, version string) []byte {
	t.Helper()
	raw := zipped(t, map[string]string{"_release": "billing " + version, "sync": "Invoices"})
	in, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range in.File {
		if err := w.Copy(f); err != nil {
			t.Fatal(err)
		}
	}
	f, err := w.CreateHeader(&zip.FileHeader{Name: "release/notes.txt"})
	if err == nil {
		_, err = io.CopyN(f, rand.NewChaCha8([32]byte{7}), 1<<20)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// releases is a package file with two releases of one length, of which one is in it.
func releases(t *testing.T, f *fleet) (path string, first, second []byte) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "billing.zip")
	first, second = padded(t, "2.4.0"), padded(t, "2.4.1")
	if len(first) != len(second) {
		t.Fatal(len(first), len(second))
	}
	f.release.Package = workato.PackageFile(path)
	put(t, path, first)
	return path, first, second
}

func put(t *testing.T, path string, content []byte) {
	t.Helper()
	next := path + ".next"
	if err := errors.Join(os.WriteFile(next, content, 0o600), os.Rename(next, path)); err != nil {
		t.Error(err)
	}
}

// wantRelease checks that nobody has got anything but the release, and how many have.
func wantRelease(t *testing.T, f *fleet, customers int) {
	t.Helper()
	have := 0
	for _, c := range f.fake.Snapshot().Customers {
		for _, r := range c.Recipes {
			if r.Name != "_release" {
				continue
			}
			if have++; r.Description != "billing 2.4.0" {
				t.Errorf("%s has %q", c.ExternalID, r.Description)
			}
		}
	}
	if have != customers {
		t.Errorf("%d customers have a release, want %d", have, customers)
	}
}

// TestPackageReplacedBetweenTwoCustomers: nothing of another package is sent. The run
// ends, no customer has failed, and with the right file it goes on.
func TestPackageReplacedBetweenTwoCustomers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, testPackageReplacedBetweenTwoCustomers)
}

func testPackageReplacedBetweenTwoCustomers(t *testing.T) {
	f := newFleet(t, 3)
	f.strategy.Concurrency, f.strategy.FailureTolerance = provision.Strict, provision.Tolerance{}
	path, first, second := releases(t, f)
	r := f.rollout(f.fake.Client(t))
	if _, err := r.Enroll(t.Context(), f.all()); err != nil {
		t.Fatal(err)
	}
	var failed error
	for e, err := range r.Events(t.Context()) {
		if failed = err; err == nil && e.To == provision.StateSucceeded && e.Customer == "E"+customerName(0) {
			put(t, path, second)
		}
	}
	have := sha256.Sum256(second)
	if failed == nil || !strings.Contains(failed.Error(), "the package has changed: it has the hash "+hex.EncodeToString(have[:])) {
		t.Errorf("the run ended with %v", failed)
	}
	counts := f.counts()
	if counts[provision.StateFailed]+counts[provision.StateUnknown]+counts[provision.StateSending] != 0 {
		t.Errorf("%v", counts)
	}
	put(t, path, first)
	f.must()
	wantRelease(t, f, 3)
}

// turning is a package of which another reader gets the rest when half was read.
type turning struct {
	io.Reader
}

func (turning) Close() error { return nil }

// TestPackageChangedWhileItIsSent: a file that is written to while it is sent, and a
// source that gives other bytes, are no release: the last of them is never sent.
func TestPackageChangedWhileItIsSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, testPackageChangedWhileItIsSent)
}

func testPackageChangedWhileItIsSent(t *testing.T) {
	f := newFleet(t, 1)
	_, first, second := releases(t, f)
	half := len(first) / 2
	opened := 0
	f.release.Package = workato.PackageFunc(func() (io.ReadCloser, error) {
		if opened++; opened <= 1 { // for the header
			return turning{bytes.NewReader(first)}, nil
		}
		return turning{io.MultiReader(bytes.NewReader(first[:half]), bytes.NewReader(second[half:]))}, nil
	}, int64(len(first)))
	err := f.run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "the package has changed") {
		t.Errorf("the run ended with %v", err)
	}
	if n := f.counts()[provision.StatePrepared]; n != 1 {
		t.Errorf("%v", f.counts())
	}
	wantRelease(t, f, 0)
	f.release.Package = workato.PackageBytes(first)
	f.must()
	wantRelease(t, f, 1)
}

// TestFileChangedWhileItIsSent is the same for a file, which is overwritten when the
// service has got the beginning.
func TestFileChangedWhileItIsSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, testFileChangedWhileItIsSent)
}

func testFileChangedWhileItIsSent(t *testing.T) {
	f := newFleet(t, 1)
	path, _, second := releases(t, f)
	file := workato.PackageFile(path)
	size, err := file.Size()
	if err != nil {
		t.Fatal(err)
	}
	opened := 0
	f.release.Package = workato.PackageFunc(func() (io.ReadCloser, error) {
		r, err := file.Open()
		if err != nil {
			return nil, err
		}
		opened++
		return &overwritten{File: r.(*os.File), path: path, with: second, due: opened == 2}, nil //nolint:forcetypeassert,errcheck // PackageFile opens one
	}, size)
	if err := f.run(t.Context()); err == nil || !strings.Contains(err.Error(), "the package has changed") {
		t.Errorf("the run ended with %v", err)
	}
	wantRelease(t, f, 0)
}

// overwritten is a file that is overwritten in place once it was looked at, rewound,
// and read for a while.
type overwritten struct {
	*os.File
	path    string
	with    []byte
	due     bool
	rewound bool
	read    int
}

func (o *overwritten) Seek(offset int64, whence int) (int64, error) {
	o.rewound, o.read = true, 0
	return o.File.Seek(offset, whence)
}

func (o *overwritten) Read(p []byte) (int, error) {
	if o.due && o.rewound && o.read > len(o.with)/2 {
		o.due = false
		if err := os.WriteFile(o.path, o.with, 0o600); err != nil {
			return 0, err
		}
	}
	n, err := o.File.Read(p)
	o.read += n
	return n, err
}

// TestApplySendsWhatItHasLookedAt: the same for a plan.
func TestApplySendsWhatItHasLookedAt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, testApplySendsWhatItHasLookedAt)
}

func testApplySendsWhatItHasLookedAt(t *testing.T) {
	f := newFleet(t, 1)
	path, _, second := releases(t, f)
	plan := acmePlan()
	plan.Connections, plan.Start, plan.Packages[0].Package = nil, nil, workato.PackageFile(path)
	_, err := provision.Apply(t.Context(), f.fake.Client(t), plan, provision.OnChange(func(c provision.Change) {
		if c.Address == "folders/Billing" {
			put(t, path, second)
		}
	}))
	if !errors.Is(err, workato.ErrInvalidArgument) ||
		!strings.Contains(err.Error(), "packages/billing: ") || !strings.Contains(err.Error(), "nothing was imported") {
		t.Errorf("%v", err)
	}
	wantRelease(t, f, 0)
}
