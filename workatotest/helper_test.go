package workatotest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// object is a decoded JSON object.
type object = map[string]any

// invoicePackage is the zip in the repository.
func invoicePackage(t *testing.T) []byte {
	t.Helper()
	zip, err := os.ReadFile("../testdata/packages/invoice-sync.zip")
	if err != nil {
		t.Fatal(err)
	}
	return zip
}

// request sends a request to the fake inside the process. A body that is not
// bytes goes out as JSON.
func request(t *testing.T, fake *workatotest.Server, method, path string, body any) (int, []byte) {
	t.Helper()
	req := newRequest(t, method, "https://workato.test"+path, body)
	req.Header.Set("Authorization", "Bearer "+workatotest.Token)
	resp, err := fake.HTTPClient().Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return resp.StatusCode, raw
}

func newRequest(t *testing.T, method, url string, body any) *http.Request {
	t.Helper()
	var reader io.Reader
	kind := "application/json"
	switch b := body.(type) {
	case nil:
	case []byte:
		reader, kind = bytes.NewReader(b), "application/octet-stream"
	case string:
		reader = bytes.NewReader([]byte(b))
	default:
		encoded, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		reader = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, url, reader)
	if err != nil {
		t.Fatal(err)
	}
	if reader != nil {
		req.Header.Set("Content-Type", kind)
	}
	return req
}

// call sends a request whose response must be 200 and an object.
func call(t *testing.T, fake *workatotest.Server, method, path string, body any) object {
	t.Helper()
	return refused(t, fake, http.StatusOK, method, path, body)
}

// refused sends a request whose response must have a status and an object.
func refused(t *testing.T, fake *workatotest.Server, status int, method, path string, body any) object {
	t.Helper()
	got, raw := request(t, fake, method, path, body)
	var response object
	if err := json.Unmarshal(raw, &response); got != status || err != nil {
		t.Fatalf("%s %s: %d %s, want %d and an object", method, path, got, raw, status)
	}
	return response
}

// result is the list in the envelope of a response.
func result(t *testing.T, response object) []object {
	t.Helper()
	items, isList := response["result"].([]any)
	if !isList {
		t.Fatalf("no list in %v", response)
	}
	list := make([]object, len(items))
	for i, item := range items {
		list[i] = obj(t, item)
	}
	return list
}

// same compares two values as JSON, where 1 and 1.0 are equal.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	a, _ := json.Marshal(got)
	b, _ := json.Marshal(want)
	if !bytes.Equal(a, b) {
		t.Errorf("%s: got %s, want %s", what, a, b)
	}
}

// obj, arr, text and num are a value of that JSON type.
func obj(t *testing.T, value any) object { t.Helper(); return must[object](t, value) }
func arr(t *testing.T, value any) []any  { t.Helper(); return must[[]any](t, value) }
func text(t *testing.T, value any) string {
	t.Helper()
	return must[string](t, value)
}
func num(t *testing.T, value any) float64 { t.Helper(); return must[float64](t, value) }

func must[T any](t *testing.T, value any) T {
	t.Helper()
	typed, isType := value.(T)
	if !isType {
		t.Fatalf("%v (%T) is of another type, want %T", value, value, typed)
	}
	return typed
}
