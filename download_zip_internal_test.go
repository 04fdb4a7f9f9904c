package workato

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestZipBody: a package without a length is complete if it ends with its end
// record, in whatever pieces it arrives and is read.
func TestZipBody(t *testing.T) {
	t.Parallel()
	const end = zipEnd + "0123456789abcdef"
	comment := strings.Repeat("c", 300)
	for name, tc := range map[string]struct {
		body string
		err  string
	}{
		"empty zip":         {end + "\x00\x00", ""},
		"zip":               {zipFile + strings.Repeat("x", 200_000) + end + "\x00\x00", ""},
		"with a comment":    {zipFile + "content" + end + "\x2c\x01" + comment, ""},
		"mark in a comment": {zipFile + "content" + end + "\x2c\x01" + zipEnd + comment[4:], ""},
		"cut off":           {zipFile + strings.Repeat("x", 200_000), "no end record"},
		"comment cut off":   {zipFile + "content" + end + "\x2c\x01" + comment[1:], "no end record"},
		"nothing":           {"", "got nothing"},
		"gzip":              {"\x1f\x8b\x08\x00", "got gzip"},
		"an object":         {`{"a": 1}`, "got an object"},
		"half of a mark":    {"PK", "expected a package"},
	} {
		for how, reader := range map[string]func(io.Reader) io.Reader{
			"whole": func(r io.Reader) io.Reader { return r }, "bytes": iotest.OneByteReader, "data with the end": iotest.DataErrReader,
		} {
			body := &zipBody{ReadCloser: io.NopCloser(reader(strings.NewReader(tc.body))), length: -1}
			got, err := io.ReadAll(iotest.OneByteReader(body))
			if tc.err == "" {
				require.NoError(t, err, "%s, %s", name, how)
				assert.Equal(t, tc.body, string(got), "%s, %s", name, how)
			} else {
				require.ErrorContains(t, err, tc.err, "%s, %s", name, how)
			}
		}
	}
}
