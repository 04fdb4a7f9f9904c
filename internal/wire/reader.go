package wire

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
)

// A type that reads itself has an UnmarshalJSON, as encoding/json requires,
// without access to the Decoder: a nested document would have its own bounds.
// ReadWith lets such a type share the bounds of the document around it. Its
// method returns the reader when it is called with question, so that a program
// links only the readers of the types that it uses, which a list of all readers
// would not allow.

// question is passed to a type's UnmarshalJSON to get its reader. It is not
// JSON.
var question = []byte("?")

// answer is the error with which a type returns its readers.
type answer struct {
	read, list func(d *Decoder, data []byte, v any) error
}

func (*answer) Error() string { return "a reader" }

// ReadWith is the UnmarshalJSON of a type with a reader.
func ReadWith[T any](data []byte, v *T, read func(v *T, d *Decoder, data []byte) error) error {
	return readWith(data, v, &answer{read: func(d *Decoder, data []byte, v any) error {
		into, _ := v.(*T) // never another type
		return read(into, d, data)
	}})
}

// ReadListWith is ReadWith for a type whose lists also have a reader.
func ReadListWith[T any](data []byte, v *T, read func(v *T, d *Decoder, data []byte) error, list func(d *Decoder, data []byte, v *[]T) error) error {
	return readWith(data, v, &answer{
		read: func(d *Decoder, data []byte, v any) error {
			into, _ := v.(*T)
			return read(into, d, data)
		},
		list: func(d *Decoder, data []byte, v any) error {
			into, _ := v.(*[]T)
			return list(d, data, into)
		},
	})
}

func readWith(data []byte, v any, readers *answer) error {
	if len(data) == 1 && &data[0] == &question[0] {
		return readers
	}
	return Decode(data, v)
}

// module is the path of the module: only its own types are called.
var module = strings.TrimSuffix(reflect.TypeFor[Decoder]().PkgPath(), "/internal/wire")

// readerOf returns the reader of values of a type, nil if it has none.
func readerOf(t reflect.Type) func(d *Decoder, data []byte, v any) error {
	if t.Kind() == reflect.Slice && t.Name() == "" {
		return readersOf(t.Elem()).list
	}
	return readersOf(t).read
}

func readersOf(t reflect.Type) answer {
	var readers *answer
	if strings.HasPrefix(t.PkgPath(), module) {
		if v, ok := reflect.TypeAssert[json.Unmarshaler](reflect.New(t)); ok && errors.As(v.UnmarshalJSON(question), &readers) {
			return *readers
		}
	}
	return answer{}
}
