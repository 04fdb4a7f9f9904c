package workatotest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
)

// SaveState writes a snapshot to a file, which is replaced in one step: a crash
// leaves the old or the new one. Credentials of connections are not part of a
// state; properties are, so the file is readable by its owner only.
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
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	if _, err := file.Write(text.Bytes()); err != nil {
		_ = file.Close()
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// LoadState replaces everything that the server holds by what [Server.SaveState]
// has written.
func (s *Server) LoadState(path string) error {
	data, err := readBounded(path)
	if err != nil {
		return err
	}
	var state State
	if err := decodeStrict(path, data, &state); err != nil {
		return err
	}
	return locate(path, data, s.Restore(state))
}
