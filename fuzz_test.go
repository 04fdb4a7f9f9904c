package workato_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/transport"
	"github.com/go-workato/workato/internal/wire"
)

// FuzzParseCustomerID: a parsed id is one segment of a path and parses to the
// same id.
func FuzzParseCustomerID(f *testing.F) {
	for _, seed := range []string{"98178", "EA2300", "E" + awkwardID, "", "E", "0", "-1", "E..", "E%2F", "00", "9223372036854775808"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := workato.ParseCustomerID(s)
		if err != nil {
			return
		}
		again, err := workato.ParseCustomerID(id.String())
		if err != nil || again != id {
			t.Errorf("%q is %v, then %v (%v)", s, id, again, err)
		}
		segment := id.PathSegment()
		if decoded, err := url.PathUnescape(segment); err != nil || decoded != id.String() {
			t.Errorf("%q goes out as %q", id, segment)
		}
		if segment == "" || strings.ContainsAny(segment, "./\\?#;") {
			t.Errorf("%q is not a plain segment", segment)
		}
		text, err := id.MarshalText()
		if err != nil || string(text) != id.String() {
			t.Errorf("%q is written as %q (%v)", id, text, err)
		}
	})
}

// FuzzRetryAfter: no header causes a negative or endless wait.
func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{
		"", "0", "17", "1.5", "-5", "1e300", "NaN", "Inf", "+Inf", "99999999999999999999", " 5 ", "soon",
		"Fri, 31 Dec 9999 23:59:59 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "0x10",
	} {
		f.Add(seed, int64(1_700_000_000))
	}
	f.Fuzz(func(t *testing.T, header string, now int64) {
		wait := transport.ParseRetryAfter(header, time.Unix(now, 0))
		if wait < 0 {
			t.Errorf("%q means %v", header, wait)
		}
		if strings.TrimSpace(header) == "" && wait != 0 {
			t.Errorf("%q means %v", header, wait)
		}
	})
}

// stable decodes, encodes and decodes again.
func stable[T any](t *testing.T, data []byte) {
	t.Helper()
	if list, err := wireList[T](data); err == nil {
		roundTrips(t, list.Items)
	}
	if object, err := wireObject[T](data); err == nil {
		roundTrips(t, object)
	}
}

func wireList[T any](data []byte) (wire.List[T], error) {
	return wire.DecodeList(wire.NewDecoder(context.Background(), 1<<20), data, func(*T) error { return nil })
}

func wireObject[T any](data []byte) (*T, error) {
	return wire.DecodeObject[T](wire.NewDecoder(context.Background(), 1<<20), data, nil)
}

func roundTrips[T any](t *testing.T, value T) {
	t.Helper()
	first, err := json.Marshal(value)
	if err != nil && strings.Contains(err.Error(), "timezone hour outside of range") {
		return // package time reads more offsets than it writes
	}
	if err != nil {
		t.Fatalf("%T was read but cannot be written: %v", value, err)
	}
	var again T
	if err := wire.Decode(first, &again); err != nil {
		t.Fatalf("%T cannot be read again: %v\n%s", value, err, first)
	}
	second, err := json.Marshal(again)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(parsed(t, first), parsed(t, second)) {
		t.Errorf("%T changes:\n%s\n%s", value, first, second)
	}
}

// parsed reads JSON whose numbers may be out of range: what a type keeps as
// received may hold any.
func parsed(t *testing.T, data []byte) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return v
}

// FuzzDecode reads any response as each of the types.
func FuzzDecode(f *testing.F) {
	err := filepath.WalkDir(filepath.Join("testdata", "fixtures"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		data, err := os.ReadFile(path)
		f.Add(data)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		stable[workato.ManagedUser](t, data)
		stable[workato.Member](t, data)
		stable[workato.Connection](t, data)
		stable[workato.Folder](t, data)
		stable[workato.Recipe](t, data)
		stable[workato.PublicRecipe](t, data)
		stable[workato.Import](t, data)
		stable[workato.Integration](t, data)
		if list, err := wireList[workato.PicklistValue](data); err == nil {
			roundTrips(t, list.Items)
			for _, value := range list.Items {
				_, _ = value.Text(), value.HasChildren()
			}
		}
		if list, err := wireList[workato.Recipe](data); err == nil {
			for _, recipe := range list.Items {
				_, _ = recipe.ConfigEntries()
			}
		}
		if user, err := wireObject[workato.ManagedUser](data); err == nil {
			if id, ok := user.Environment(workato.EnvironmentProd); ok && id.PathSegment() == "" {
				t.Error("an environment without an id")
			}
		}
	})
}
