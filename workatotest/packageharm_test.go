package workatotest_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

// zipOf makes a zip of entries with headers of the test's own.
func zipOf(t *testing.T, headers ...*zip.FileHeader) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, header := range headers {
		write := archive.CreateHeader
		if header.UncompressedSize64 > 0 {
			write = archive.CreateRaw
		}
		w, err := write(header)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(w, "{}")
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestNoPackage sends bodies that are not packages: the request is refused.
func TestNoPackage(t *testing.T) {
	t.Parallel()
	good := pack(t, jiraFile)
	for name, test := range map[string]struct {
		zip  []byte
		want string
	}{
		"no zip":        {[]byte("hello"), "package is not a valid zip file"},
		"nothing":       {nil, "package is not a valid zip file"},
		"cut off":       {good[:len(good)/2], "package is not a valid zip file"},
		"behind a text": {append([]byte("hello"), good...), "package is not a valid zip file"},
		"empty zip":     {pack(t), "package is empty"},
		"folders alone": {pack(t, [2]string{"a/", ""}), "package is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := importServer(t)
			same(t, "error", refused(t, fake, 400, "POST", acmePath+"/imports?folder_id=50", test.zip)["error"], test.want)
			same(t, "imports", len(fake.Customer("acme").Imports), 0)
		})
	}
}

// TestHarmfulPackages sends packages that would harm a server or their reader:
// each import fails, names the file and leaves nothing.
func TestHarmfulPackages(t *testing.T) {
	t.Parallel()
	link := &zip.FileHeader{Name: "link.recipe.json"}
	link.SetMode(fs.ModeSymlink | 0o777)
	damaged := pack(t, jiraFile)
	damaged[60] ^= 0xff // a byte of the packed contents
	half := strings.Repeat("ab", 400_000)
	forbidden := func(name, why string) string {
		return fmt.Sprintf("package holds a file with the forbidden name %q: %s", name, why)
	}
	named := func(name string) []byte { return pack(t, [2]string{name, "{}"}) }
	var many [][2]string
	for i := range 10_001 {
		many = append(many, [2]string{strconv.Itoa(i), ""})
	}
	deep, long := strings.Repeat("a/", 40)+"b", strings.Repeat("a", 5000)
	for name, test := range map[string]struct {
		zip  []byte
		want string
	}{
		"bomb": {
			pack(t, [2]string{"a.recipe.json", strings.Repeat("\x00", 3<<20)}),
			`"a.recipe.json" in the package is more than 200 times as large when unpacked`,
		},
		"two halves": {
			pack(t, [2]string{"a", half}, [2]string{"b", half}),
			`"b" in the package makes it larger than 1048576 bytes when unpacked`,
		},
		"damaged": {damaged, `"c/jira.connection.json" in the package is damaged`},
		"unknown method": {
			zipOf(t, &zip.FileHeader{Name: "a", Method: 99, UncompressedSize64: 2, CompressedSize64: 2}),
			`"a" in the package cannot be unpacked`,
		},
		"size that lies": {
			zipOf(t, &zip.FileHeader{Name: "a", UncompressedSize64: 1 << 50, CompressedSize64: 2}),
			`"a" in the package is more than 200 times as large when unpacked`,
		},
		"size too small": {zipOf(t, &zip.FileHeader{Name: "a", UncompressedSize64: 1, CompressedSize64: 2}), `"a" in the package is damaged`},
		"size too large": {zipOf(t, &zip.FileHeader{Name: "a", UncompressedSize64: 3, CompressedSize64: 2}), `"a" in the package is damaged`},
		"many files":     {pack(t, many...), "package has more than 10000 files"},
		"many headers":   {[]byte(strings.Repeat("PK\x01\x02", 50_000)), "package has more than 10000 files"},
		"twice":          {pack(t, jiraFile, jiraFile), `package holds "c/jira.connection.json" twice`},
		"parent":         {named("../a.recipe.json"), forbidden("../a.recipe.json", "it points outside or has a control character")},
		"inner parent":   {named("a/../../b"), forbidden("a/../../b", "it points outside")},
		"absolute":       {named("/a"), forbidden("/a", "it points outside")},
		"backslash":      {named(`..\a`), forbidden(`..\a`, "it points outside or has a control character")},
		"drive":          {named("C:a"), forbidden("C:a", "it points outside or has a control character")},
		"zero":           {named("a\x00b"), forbidden("a\x00b", "it points outside or has a control character")},
		"no UTF-8":       {named("a\xffb"), forbidden("a\xffb", "it points outside or has a control character")},
		"deep":           {named(deep), forbidden(deep, "it is too deep")},
		"long":           {named(long), forbidden(long[:200], "it is too long")},
		"symbolic link":  {zipOf(t, link), forbidden("link.recipe.json", "it is neither a file nor a folder")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := importServer(t, workatotest.WithMaxBody(2<<20, 1<<20))
			before := fake.Snapshot()
			status := runImport(t, fake, "folder_id=50", test.zip)
			same(t, "status", []any{status["status"], status["error"]}, []any{"failed", test.want})
			same(t, "changes", before.Diff(fake.Snapshot()), []string{"+ customer acme: import failed"})
			requests := fake.Requests("imports.get")
			same(t, "note", requests[len(requests)-1].Note, "import 6001 failed: "+test.want)
		})
	}
}

// TestClaimedSizes has a zip whose files claim to be huge: the claimed size is
// not allocated.
func TestClaimedSizes(t *testing.T) {
	fake := importServer(t)
	var headers []*zip.FileHeader
	for i := range 1000 {
		headers = append(headers, &zip.FileHeader{Name: strconv.Itoa(i), UncompressedSize64: 1 << 40, CompressedSize64: 2})
	}
	huge := zipOf(t, headers...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	same(t, "status", runImport(t, fake, "folder_id=50", huge)["status"], "failed")
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 64<<20 {
		t.Errorf("%d bytes were allocated", n)
	}
}
