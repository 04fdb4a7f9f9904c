package workato

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/go-workato/workato/internal/wire"
)

// identified is implemented by the types whose objects cannot be without an id.
type identified interface{ identity() int64 }

// named is the same for objects whose name is their id.
type named interface{ key() string }

// keyOf is what tells an item of a list from the others: its id or its name.
func keyOf(v any) any {
	switch v := v.(type) {
	case identified:
		return v.identity()
	case named:
		return v.key()
	}
	return nil
}

// idOf is the id of an item that has one.
func idOf(v any) int64 {
	id, _ := keyOf(v).(int64)
	return id
}

// isEmpty holds for an object without its id: an empty one must not pass for an
// answer.
func isEmpty(v any) bool {
	switch v := v.(type) {
	case identified:
		return v.identity() == 0
	case named:
		return v.key() == ""
	}
	return false
}

// decodeObject reads one object.
func decodeObject[T any](body []byte) (*T, error) {
	// Nearly every answer is the bare object. An envelope decodes into one
	// without an id.
	bare := new(T)
	x, ok := any(bare).(identified)
	if ok && wire.KindOf(body) == wire.KindObject && wire.Decode(body, bare) == nil && x.identity() != 0 {
		return bare, nil
	}
	v, err := wire.DecodeObject[T](body)
	if err != nil {
		return nil, err
	}
	switch keyed := keyOf(v) != nil; {
	case isEmpty(v):
		return nil, &wire.KindError{Want: "an object with an id", Got: "one without"}
	case !keyed && wire.Complains(body):
		return nil, errComplains
	}
	return v, nil
}

// decodeList reads a list with its envelope.
func decodeList[T any](body []byte) (wire.List[T], error) {
	list, err := wire.DecodeList[T](body)
	if err != nil {
		return list, err
	}
	for i := range list.Items {
		if isEmpty(&list.Items[i]) {
			return list, &wire.FieldError{
				Path: fmt.Sprintf("[%d]", i),
				Err:  &wire.KindError{Want: "an object with an id", Got: "one without"},
			}
		}
	}
	return list, nil
}

// decodeItems reads a list that comes whole.
func decodeItems[T any](body []byte) ([]T, error) {
	list, err := decodeList[T](body)
	return list.Items, err
}

// confirmation is the value of an answer that only confirms.
type confirmation struct{}

// confirmed reads an answer that only confirms: an object, or, where no source
// shows it, nothing at all. A refusal in it was found before.
func (op *operation) confirmed(body []byte) (confirmation, error) {
	switch kind := wire.KindOf(body); {
	case kind == wire.KindNothing && op.silent:
		return confirmation{}, nil
	case kind != wire.KindObject:
		return confirmation{}, &wire.KindError{Want: "an object", Got: kind.String()}
	case wire.Complains(body):
		return confirmation{}, errComplains
	}
	var said struct {
		Result string `json:"result"`
	}
	if json.Unmarshal(body, &said) == nil && said.Result == "ok" { // so do invitations
		return confirmation{}, nil
	}
	_, err := wire.DecodeObject[struct{}](body)
	return confirmation{}, err
}

// errComplains says that an answer without anything to tell it by names an error.
var errComplains = &wire.KindError{Want: "a confirmation", Got: "an error"}

// present is the identity of an answer that is known by one of its keys.
func present[T any](key *T) int64 {
	if key == nil {
		return 0
	}
	return 1
}

// address returns the URL of a package: old answers spell out that it is null.
func address(url string) string {
	if url == "null" {
		return ""
	}
	return url
}

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
	switch kind := wire.KindOf(body); {
	case kind != wire.KindObject && kind != wire.KindList:
		return nil, &wire.KindError{Want: "an object or a list", Got: kind.String()}
	case !json.Valid(body):
		return nil, &wire.KindError{Want: "JSON", Got: "something broken"}
	case wire.Complains(body):
		return nil, errComplains
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
