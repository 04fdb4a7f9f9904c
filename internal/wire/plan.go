package wire

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"sync"
	"time"
)

// form is how a value of a type is read.
type form uint8

const (
	byJSON form = iota // by encoding/json
	byItself
	byReader
	asObject
	asMap
	asList
	asPointer
	asText
	asBool
	asInt
	asFloat
	asTime
	asRaw
	asAny
)

// plan is what a Decoder knows about a type.
type plan struct {
	form   form
	size   int64 // of a value
	elem   *plan // of a pointer, a map or a list
	fields map[string]field
	read   func(d *Decoder, data []byte, v any) error
}

// field is a field of a struct.
type field struct {
	index []int
	plan  *plan
}

// of returns the field of a value.
func (f field) of(v reflect.Value) reflect.Value {
	if len(f.index) == 1 {
		return v.Field(f.index[0])
	}
	return v.FieldByIndex(f.index)
}

var (
	timeType        = reflect.TypeFor[time.Time]()
	rawType         = reflect.TypeFor[json.RawMessage]()
	numberType      = reflect.TypeFor[json.Number]()
	unmarshalerType = reflect.TypeFor[json.Unmarshaler]()
	textType        = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// plans caches the plan of every type that was read: iterating over the fields
// of a type for each key of a document would dominate the cost.
var plans sync.Map

func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan) //nolint:errcheck,forcetypeassert // nothing else is stored
	}
	made := map[reflect.Type]*plan{}
	p := makePlan(t, made)
	for t, p := range made {
		plans.LoadOrStore(t, p)
	}
	return p
}

// makePlan makes the plan of a type and of the types within it, which may
// include itself.
func makePlan(t reflect.Type, made map[reflect.Type]*plan) *plan {
	if p := made[t]; p != nil {
		return p
	}
	p := &plan{form: formOf(t), size: int64(t.Size())} //nolint:gosec // no type is that large
	made[t] = p
	if p.read = readerOf(t); p.read != nil {
		p.form = byReader
		return p
	}
	switch p.form {
	case asPointer, asMap, asList:
		p.elem = makePlan(t.Elem(), made)
	case asObject:
		p.fields = map[string]field{}
		for _, f := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if !f.IsExported() || f.Anonymous || name == "-" {
				continue
			}
			if name == "" {
				name = f.Name
			}
			made := field{index: f.Index, plan: makePlan(f.Type, made)}
			for _, key := range []string{name, strings.ToLower(name)} {
				if _, taken := p.fields[key]; !taken {
					p.fields[key] = made
				}
			}
		}
	default:
	}
	return p
}

func formOf(t reflect.Type) form {
	switch own := reflect.PointerTo(t); {
	case t == timeType:
		return asTime
	case t == rawType:
		return asRaw
	case own.Implements(unmarshalerType):
		return byItself
	case own.Implements(textType), t == numberType:
		return byJSON
	}
	switch t.Kind() {
	case reflect.Struct:
		return asObject
	case reflect.Map:
		if t.Key().Kind() == reflect.String && !reflect.PointerTo(t.Key()).Implements(textType) {
			return asMap
		}
	case reflect.Slice:
		if t.Elem().Kind() != reflect.Uint8 {
			return asList
		}
	case reflect.Pointer:
		return asPointer
	case reflect.String:
		return asText
	case reflect.Bool:
		return asBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return asInt
	case reflect.Float32, reflect.Float64:
		return asFloat
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return asAny
		}
	default:
	}
	return byJSON
}
