package temporal

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/provision"
)

// Spec says what a rollout does. It is in the history of its workflow, which
// anybody with access to the namespace can read: nothing in it is secret.
type Spec struct {
	Release Release `json:"release"`
	// Strategy is that of package provision. Wave.Only is asked by Start; Wave.Gate
	// and Retry.If have to be nil, for the workers have them: see Config.
	Strategy provision.Strategy `json:"strategy"`
	// Gate says that Config.Gate of a worker is asked after each wave.
	Gate bool `json:"gate,omitempty"`
	// Poll says how imports are polled.
	Poll Poll `json:"poll,omitzero"`
	// AttemptTimeout bounds the one attempt to send an import, with its package; 50
	// seconds if 0. The effect of an import of which nothing was heard is looked for
	// when that time, and a margin of as much but at most 30 seconds, has passed.
	AttemptTimeout time.Duration `json:"attempt_timeout_ns,omitempty"`
}

// Release is a version of a package, by reference.
type Release struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	// Package says where the workers find the zip file: see Config.Package. A URL
	// must not have a query or a password, which would be credentials in a history.
	Package string `json:"package"`
	// SHA256 is the hash of the package in hex. A worker that has another one sends
	// nothing.
	SHA256 string `json:"sha256"`
	// Folder is the path of the folder to import into, from the top.
	Folder []string `json:"folder,omitempty"`
	// Restart says whether running recipes may be stopped and started.
	Restart provision.Restart `json:"restart"`
	// Detector is "version" (also if it is empty), "audit_log", "marker:NAME" with the
	// name of a recipe, or a name of Config.Detectors.
	Detector string `json:"detector,omitempty"`
}

// Poll says how imports are polled.
type Poll struct {
	// First is the time to the first poll, and to the second; 3 seconds if 0. Later
	// ones are further apart, up to Most, 15 seconds if 0.
	First time.Duration `json:"first_ns,omitempty"`
	Most  time.Duration `json:"most_ns,omitempty"`
	// Max is the time after which the customer is StateUnknown, an hour if 0.
	Max time.Duration `json:"max_ns,omitempty"`
}

// Check reports every mistake that shows without a worker.
func (s *Spec) Check() error {
	errs := []error{s.Release.check(), s.Strategy.Check()}
	if s.Strategy.Retry.If != nil {
		errs = append(errs, errors.New("temporal: strategy.retry.if: a workflow cannot keep a function, set Config.RetryIf of the workers"))
	}
	for i := range s.Strategy.Waves {
		if s.Strategy.Waves[i].Gate != nil {
			errs = append(errs, fmt.Errorf("temporal: strategy.waves[%d].gate: a workflow cannot keep a function, set Gate, and Config.Gate of the workers", i))
		}
	}
	if n := s.Strategy.MaxConcurrent; n > MaxConcurrent {
		errs = append(errs, fmt.Errorf("temporal: strategy.max_concurrent: must be at most %d, got %d", MaxConcurrent, n))
	}
	for field, d := range map[string]time.Duration{
		"attempt_timeout": s.AttemptTimeout, "poll.first": s.Poll.First, "poll.most": s.Poll.Most, "poll.max": s.Poll.Max,
	} {
		if d < 0 {
			errs = append(errs, fmt.Errorf("temporal: %s: is negative", field))
		}
	}
	return errors.Join(errs...)
}

// MaxConcurrent is the greatest Strategy.MaxConcurrent: a workflow has its
// customers under way in its own state.
const MaxConcurrent = 500

func (r *Release) check() error {
	// The package is not opened here, so any that can be read stands for it.
	errs := []error{r.release(workato.PackageBytes([]byte("PK")), nil).Check()}
	if r.SHA256 == "" {
		errs = append(errs, errors.New("temporal: release.sha256: is required, for the workers read the package by themselves"))
	}
	switch ref, err := url.Parse(r.Package); {
	case r.Package == "":
		errs = append(errs, errors.New("temporal: release.package: is required"))
	case err == nil && ref.Scheme != "" && (ref.RawQuery != "" || ref.User != nil):
		errs = append(errs, errors.New("temporal: release.package: has a query or a user, which may be a credential and would be in the history"))
	}
	if name, marked := strings.CutPrefix(r.Detector, markerPrefix); marked && name == "" {
		errs = append(errs, errors.New("temporal: release.detector: names no recipe"))
	}
	return errors.Join(errs...)
}

func (r *Release) release(p workato.Package, d provision.Detector) *provision.Release {
	return &provision.Release{
		Name: r.Name, Version: r.Version, Package: p, SHA256: r.SHA256, Folder: r.Folder, Restart: r.Restart, Detect: d,
	}
}

const markerPrefix = "marker:"

// detector returns the detector of a name.
func detector(name string, more map[string]provision.Detector) (provision.Detector, error) {
	if d := more[name]; d != nil {
		return d, nil
	}
	recipe, marked := strings.CutPrefix(name, markerPrefix)
	switch {
	case marked:
		return provision.ByMarker(recipe), nil
	case name == "", name == "version":
		return provision.ByVersion(), nil
	case name == "audit_log":
		return provision.ByAuditLog(), nil
	}
	return nil, fmt.Errorf("temporal: this worker knows no detector %q", name)
}

// withDefaults returns a copy with all that is not set filled in.
func (s *Spec) withDefaults() Spec {
	out := *s
	out.Strategy = s.Strategy.WithDefaults()
	out.Poll.First = cmp.Or(s.Poll.First, 3*time.Second)
	out.Poll.Most = max(cmp.Or(s.Poll.Most, 15*time.Second), out.Poll.First)
	out.Poll.Max = cmp.Or(s.Poll.Max, time.Hour)
	out.AttemptTimeout = cmp.Or(s.AttemptTimeout, 50*time.Second)
	return out
}

// margin is how much longer than an attempt the activity has that makes it.
func margin(attempt time.Duration) time.Duration { return min(attempt, 30*time.Second) }
