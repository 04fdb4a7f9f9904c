package workato

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-workato/workato/internal/wire"
)

// identified is implemented by the types whose objects always have an id.
type identified interface{ identity() int64 }

// keyed is the same for objects identified by name.
type keyed interface{ key() string }

// evident is implemented by responses that have neither, but a key of their
// own.
type evident interface{ present() bool }

// whole is implemented by items of lists of which it is not known what identifies
// them: all of their text does.
type whole interface{ whole() []byte }

// keyOf is what identifies an item of a list: its id or its name.
func keyOf(v any) any {
	switch v := v.(type) {
	case identified:
		return v.identity()
	case keyed:
		return v.key()
	}
	return nil
}

// idOf is the id of an item that has one.
func idOf(v any) int64 {
	if x, ok := v.(identified); ok {
		return x.identity()
	}
	return 0
}

// isKeyed reports whether isEmpty can tell.
func isKeyed(v any) bool {
	switch v.(type) {
	case identified, keyed, evident:
		return true
	}
	return false
}

// isEmpty reports whether an object lacks what identifies it: an empty one must
// not pass for a response.
func isEmpty(v any) bool {
	switch v := v.(type) {
	case identified:
		return v.identity() == 0
	case keyed: // a document reads as its text, but is no name
		return strings.IndexAny(v.key(), "{[") == 0 || v.key() == ""
	case evident:
		return !v.present()
	}
	return false
}

// decoder decodes the body of a 2xx.
type decoder[T any] func(d *wire.Decoder, body []byte) (T, error)

// readBody decodes the body of a 2xx, if it can be a response of the operation.
func readBody[T any](d *wire.Decoder, r request, found wire.Finding, body []byte, decode decoder[T]) (value T, err error) {
	if r.op.listOfOne && found.Kind == wire.KindList {
		if body, err = d.Only(body); err != nil {
			return value, err
		}
		found = wire.Examine(body)
		found.Complains = found.Complains || found.Refused
	}
	if err := r.accept(d, found, body); err != nil {
		return value, err
	}
	value, err = decode(d, mended(r.op, body))
	if err != nil {
		return value, err
	}
	if other, ok := any(value).(identified); ok && r.object != 0 && other.identity() != r.object {
		var none T
		return none, &wire.KindError{Want: fmt.Sprintf("the object %d", r.object), Got: strconv.FormatInt(other.identity(), 10)}
	}
	if other, ok := any(value).(keyed); ok && r.handle != "" && other.key() != r.handle {
		var none T
		return none, &wire.KindError{Want: "the object " + oneLine(r.handle), Got: oneLine(other.key())}
	}
	return value, nil
}

// accept decides, by the kind of the operation's response alone, whether the
// body of a 2xx can be one. A body with an error beside the data is refused for
// every kind. The content is left to the decoder of the call.
func (r request) accept(d *wire.Decoder, found wire.Finding, body []byte) error {
	op := r.op
	says := found.Complains || found.Hollow && op.response() == ResponseList
	if says && !op.ownError && !op.ownKeys {
		return &wire.KindError{Want: op.response().wanted(), Got: "an error"}
	}
	if r.open {
		return nil
	}
	object, list := found.Kind == wire.KindObject, found.Kind == wire.KindList
	fits := object
	switch op.response() {
	case ResponseConfirmation:
		return confirms(d, found.Kind, body)
	case ResponseList:
		fits = object || list
	case ResponseRaw:
		if op.mayBeEmpty && found.Kind == wire.KindNothing {
			return nil
		}
		if fits = object || list; fits && !json.Valid(body) {
			return &wire.KindError{Want: "JSON", Got: "something broken"}
		}
	case ResponseObject:
	}
	if !fits {
		return &wire.KindError{Want: op.response().wanted(), Got: found.Kind.String()}
	}
	return nil
}

// wanted completes "expected ..., got ...".
func (k ResponseKind) wanted() string {
	switch k {
	case ResponseConfirmation:
		return "a confirmation"
	case ResponseList:
		return "a list"
	case ResponseRaw:
		return "an object or a list"
	case ResponseObject:
	}
	return "an object"
}

// confirms accepts an empty body, or an object without a refusal: refusals were
// found before. Null in an envelope refuses nothing.
func confirms(d *wire.Decoder, kind wire.Kind, body []byte) error {
	if kind != wire.KindNothing && kind != wire.KindObject {
		return &wire.KindError{Want: ResponseConfirmation.wanted(), Got: kind.String()}
	}
	nothing, err := holdsNothing(d, body)
	if err != nil || nothing {
		return err
	}
	_, err = wire.DecodeObject[struct{}](d, body, nil)
	return err
}

// holdsNothing reports whether a confirmation has no object to read: it is empty,
// or has null or a word in its envelope. The words are those of invitations and
// access profiles.
func holdsNothing(d *wire.Decoder, body []byte) (bool, error) {
	if wire.KindOf(body) == wire.KindNothing {
		return true, nil
	}
	for _, envelope := range [...]string{"result", "data"} {
		inner, err := d.Member(body, envelope)
		if text := string(inner); err != nil || text == "null" || text == `"ok"` || text == `"success"` {
			return true, err
		}
	}
	return false, nil
}

// fetch sends a request whose response is one object.
func fetch[T any](ctx context.Context, c *core, r request, opts []CallOption) (*T, error) {
	return invoke(ctx, c, r, opts, decodeObject[T])
}

// fetchList sends a request whose response is an unpaged list.
func fetchList[T any](ctx context.Context, c *core, r request, opts []CallOption) ([]T, error) {
	return invoke(ctx, c, r, opts, func(d *wire.Decoder, body []byte) ([]T, error) {
		list, err := decodeList[T](d, body)
		return list.Items, err
	})
}

// fetchRaw sends a request whose response is kept as received: no source shows
// it.
func (c *core) fetchRaw(ctx context.Context, r request, opts []CallOption) (json.RawMessage, error) {
	return invoke(ctx, c, r, opts, func(_ *wire.Decoder, body []byte) (json.RawMessage, error) { return bytes.Clone(body), nil })
}

// confirm sends a request whose response only confirms.
func (c *core) confirm(ctx context.Context, r request, opts []CallOption) error {
	_, err := invoke(ctx, c, r, opts, func(*wire.Decoder, []byte) (struct{}, error) { return struct{}{}, nil })
	return err
}

// decodeObject reads one object.
func decodeObject[T any](d *wire.Decoder, body []byte) (*T, error) {
	var known func(*T) bool
	if isKeyed(new(T)) {
		known = func(v *T) bool { return !isEmpty(v) }
	}
	v, err := wire.DecodeObject(d, body, known)
	if err == nil && isEmpty(v) {
		return nil, errNoID
	}
	return v, err
}

var errNoID = &wire.KindError{Want: "an object with an id", Got: "one without"}

// decodeList reads a list with its envelope. It ends at the first item without
// an id. Null is not an item.
func decodeList[T any](d *wire.Decoder, body []byte) (wire.List[T], error) {
	return wire.DecodeList(d, body, func(item *T) error {
		if isEmpty(item) || !isKeyed(item) && reflect.ValueOf(item).Elem().IsZero() {
			return errNoID
		}
		return nil
	})
}

// address returns the URL of a package: old responses spell out that it is
// null.
func address(url string) string {
	if url == "null" {
		return ""
	}
	return url
}

// hasKeys reports whether a kept object is not empty.
func hasKeys(raw json.RawMessage) bool { return len(bytes.Trim(raw, "{[ \t\r\n]}")) > 0 }

// kept encodes what wire.Decoder.Keep has decoded: as received, or else v.
func kept(raw json.RawMessage, v any) ([]byte, error) {
	if raw != nil {
		return raw, nil
	}
	return json.Marshal(v)
}

// decodeNullable reads an unpaged list that the reference allows to be null
// under data. Anything else that is not a list is an error.
func decodeNullable[T any](d *wire.Decoder, body []byte) ([]T, error) {
	if data, err := d.Member(body, "data"); err != nil || string(data) == "null" {
		return nil, err
	}
	list, err := decodeList[T](d, body)
	return list.Items, err
}

// decodeRows is decodeList with the further forms that a row of the table allows:
// a list that is nested under data, and null there.
func decodeRows[T any](op *operation) decoder[wire.List[T]] {
	return func(d *wire.Decoder, body []byte) (list wire.List[T], err error) {
		if op.rows == "" && op.nullable == "" {
			return decodeList[T](d, body)
		}
		data, err := d.Member(body, cmp.Or(op.nullable, "data"))
		if err != nil || op.nullable != "" && string(data) == "null" {
			return list, err
		}
		nested, err := d.Member(data, op.rows)
		if err != nil || wire.KindOf(nested) != wire.KindList {
			return decodeList[T](d, body)
		}
		if list, err = decodeList[T](d, nested); err != nil {
			return list, wire.Within("data."+op.rows, err)
		}
		if message, _ := d.Member(body, "message"); len(list.Items) == 0 && len(message) > len(`""`) && message[0] == '"' {
			return list, &wire.KindError{Want: ResponseList.wanted(), Got: "a message"}
		}
		return list, nil
	}
}
