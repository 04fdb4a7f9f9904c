package workato

import (
	"bytes"
	"encoding/json"

	"github.com/go-workato/workato/internal/wire"
)

// keep decodes an object into v and its whole text into raw: for objects of
// which the sources show only some keys. v must be without the method that
// calls keep.
func keep(data []byte, v any, raw *json.RawMessage) error {
	if string(data) == "null" {
		return nil
	}
	if err := wire.Decode(data, v); err != nil {
		return err
	}
	*raw = bytes.Clone(data)
	return nil
}

// kept encodes what keep has decoded: as it came, or else v.
func kept(raw json.RawMessage, v any) ([]byte, error) {
	if raw != nil {
		return raw, nil
	}
	return json.Marshal(v)
}

// decodeAsIs reads an answer whose shape no source shows.
func decodeAsIs(body []byte) (json.RawMessage, error) {
	switch kind := wire.Kind(body); {
	case kind != "an object" && kind != "a list":
		return nil, &wire.KindError{Want: "an object or a list", Got: kind}
	case !json.Valid(body):
		return nil, &wire.KindError{Want: "JSON", Got: "something broken"}
	}
	return bytes.Clone(body), nil
}

// decodeNullable reads a list that comes whole, and that the reference allows
// to be null under data. Everything else that is no list is an error.
func decodeNullable[T any](body []byte) ([]T, error) {
	var envelope struct {
		Data json.RawMessage `json:"data"`
	}
	if json.Unmarshal(body, &envelope) == nil && string(envelope.Data) == "null" {
		return nil, nil
	}
	return decodeItems[T](body)
}
