package workatotest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-workato/workato/workatotest/internal/strictjson"
)

// SeedJSON seeds from the JSON form of a [State]. Errors begin with the name and
// give the line and the field: `seed.json:12: customers[0].colour:
// unknown field`.
func (s *Server) SeedJSON(name string, data []byte) error {
	var state State
	if err := strictjson.Decode(name, data, &state); err != nil {
		return err
	}
	return strictjson.Locate(name, data, s.Seed(state))
}

// SeedFile seeds from a JSON file.
func (s *Server) SeedFile(path string) error {
	data, err := readBounded(path)
	if err != nil {
		return err
	}
	return s.SeedJSON(path, data)
}

// InjectJSON injects faults from a JSON array of [Fault]. Errors begin with the
// name.
func (s *Server) InjectJSON(name string, data []byte) error {
	var faults []Fault
	if err := strictjson.Decode(name, data, &faults); err != nil {
		return err
	}
	var errs []error
	for i, f := range faults {
		if wrong := f.mistake(); wrong != nil {
			errs = append(errs, &strictjson.PlaceError{Place: fmt.Sprintf("[%d].%s", i, wrong.Place), Problem: wrong.Problem})
		}
	}
	if len(errs) > 0 {
		return strictjson.Locate(name, data, errors.Join(errs...))
	}
	s.Inject(faults...)
	return nil
}

// InjectFile injects faults from a JSON file.
func (s *Server) InjectFile(path string) error {
	data, err := readBounded(path)
	if err != nil {
		return err
	}
	return s.InjectJSON(path, data)
}

// SaveState writes a snapshot to a file, which is replaced in one step: a crash
// leaves the old or the new one. Credentials of connections are not part of a
// state; properties are, so only the owner can read the file.
func (s *Server) SaveState(path string) error {
	encoded, err := json.Marshal(s.Snapshot())
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := json.Indent(&text, encoded, "", "  "); err != nil {
		return err
	}
	text.WriteByte('\n')
	return replaceFile(path, text.Bytes())
}

// unfinished is the end of the name of a file that is still being written.
const unfinished = ".tmp"

// replaceFile replaces a file in one step. A link stays a link: its target is
// replaced.
func replaceFile(path string, data []byte) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	dir, prefix := filepath.Dir(path), "."+filepath.Base(path)+"."
	removeLeftovers(dir, prefix)
	file, err := os.CreateTemp(dir, prefix+"*"+unfinished)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	_, err = file.Write(data)
	if err == nil {
		// Otherwise the new name could be on disk before the data.
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// removeLeftovers removes the files of a process that was killed while writing.
// A file less than a minute old may belong to a running one.
func removeLeftovers(dir, prefix string) {
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), prefix) || !strings.HasSuffix(entry.Name(), unfinished) {
			continue
		}
		if info, err := entry.Info(); err == nil && time.Since(info.ModTime()) > time.Minute {
			_ = os.Remove(filepath.Join(dir, entry.Name()))
		}
	}
}

// LoadState replaces the server's state with one that [Server.SaveState] has
// written.
func (s *Server) LoadState(path string) error {
	data, err := readBounded(path)
	if err != nil {
		return err
	}
	var state State
	if err := strictjson.Decode(path, data, &state); err != nil {
		return err
	}
	return strictjson.Locate(path, data, s.Restore(state))
}

// maxFile is the largest seed or state file.
const maxFile = 256 << 20

func readBounded(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("%s is larger than %d bytes", path, maxFile)
	}
	return data, err
}
