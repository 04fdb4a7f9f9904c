package provision

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-workato/workato"
)

// Release is a version of a package and the way to see whether it is there.
type Release struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	// Package is the zip file. It has to be one that can be opened again, so not
	// that of workato.PackageReader.
	Package workato.Package `json:"-"`
	// SHA256 is the hash of the package in hex. If it is set, another package is
	// refused.
	SHA256 string `json:"sha256,omitempty"`
	// Folder is the path of the folder to import into, from the top. Apply makes it,
	// a Rollout does not. Without it, each Target names its FolderID.
	Folder []string `json:"folder,omitempty"`
	// Restart says whether running recipes may be stopped and started. There is no
	// default: an import that may not do it fails where one runs.
	Restart Restart `json:"restart"`
	// Detect tells whether a workspace holds the release; nil is ByVersion.
	Detect Detector `json:"-"`
}

// Restart says what an import does to running recipes that it changes.
type Restart string

// The ways to deal with running recipes.
const (
	RestartRunning Restart = "restart_running" // stop them, and start them again
	RefuseRunning  Restart = "refuse_running"  // leave them: the import fails
)

// String returns name and version, which is also the description of the recipe
// that ByMarker looks for.
func (r *Release) String() string { return r.Name + " " + r.Version }

// Detector returns Detect, or its default.
func (r *Release) Detector() Detector {
	if r.Detect == nil {
		return ByVersion()
	}
	return r.Detect
}

// Check reports every mistake that shows without reading the package.
func (r *Release) Check() error { return r.check("release") }

// check is Check of a release at a place.
func (r *Release) check(place string) error {
	var errs []error
	for _, text := range []struct{ field, value string }{{place + ".name", r.Name}, {place + ".version", r.Version}} {
		if text.value == "" || text.value != strings.TrimSpace(text.value) || len(text.value) > 200 {
			errs = append(errs, badField(text.field, "must have 1 to 200 bytes without spaces at its ends, got %q", text.value))
		}
	}
	if r.Restart != RestartRunning && r.Restart != RefuseRunning {
		errs = append(errs, badField(place+".restart", "must be %q or %q, got %q", RestartRunning, RefuseRunning, r.Restart))
	}
	for i, name := range r.Folder {
		if name == "" {
			errs = append(errs, badField(fmt.Sprintf("%s.folder[%d]", place, i), "is empty"))
		}
	}
	if sum := r.SHA256; sum != "" && (len(sum) != 64 || strings.Trim(sum, "0123456789abcdef") != "") {
		errs = append(errs, badField(place+".sha256", "must be 64 hexadecimal digits in lower case, got %q", sum))
	}
	_, err := r.Package.Size()
	var wrong *workato.ArgumentError
	switch {
	case errors.As(err, &wrong):
		errs = append(errs, badField(place+".package", "%s", wrong.Problem))
	case err != nil:
		errs = append(errs, fmt.Errorf("provision: %s.package: %w", place, err))
	}
	return errors.Join(errs...)
}
