package workatotest

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"
)

// Limits of a package, in addition to its unpacked size.
const (
	maxFiles  = 10_000
	maxDepth  = 32
	maxPath   = 4096
	maxRatio  = 200
	ratioFrom = 1 << 20
)

// A body that is not a package is refused at once; a package with a mistake
// makes its import fail.
var (
	errNotPackage   = errors.New("package is not a valid zip file")
	errEmptyPackage = errors.New("package is empty")
)

// packageFile is a file of a package.
type packageFile struct {
	path string
	data []byte
}

// openPackage unpacks a zip in memory. It trusts neither the sizes nor the
// names that the zip claims.
func openPackage(raw []byte, maxUnpacked int64) ([]packageFile, error) {
	if !bytes.HasPrefix(raw, []byte("PK")) {
		// A zip may follow other bytes, but a package must not.
		return nil, errNotPackage
	}
	// All directory headers are read before their number is known. Zips inside the
	// package have some too, hence the wide margin.
	if bytes.Count(raw, []byte("PK\x01\x02")) > 4*maxFiles {
		return nil, errTooManyFiles()
	}
	archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, errNotPackage
	}
	if len(archive.File) > maxFiles {
		return nil, errTooManyFiles()
	}
	entries := make([]*zip.File, 0, len(archive.File))
	seen := make(map[string]bool, len(archive.File))
	left := uint64(max(0, maxUnpacked))
	for _, entry := range archive.File {
		if problem := checkEntry(entry); problem != "" {
			return nil, fmt.Errorf("package holds a file with the forbidden name %.200q: %s", entry.Name, problem)
		}
		if strings.HasSuffix(entry.Name, "/") {
			continue
		}
		// Reading stops with an error if a file is larger than it claims.
		switch size := entry.UncompressedSize64; {
		case seen[entry.Name]:
			return nil, fmt.Errorf("package holds %.200q twice", entry.Name)
		case size > ratioFrom && size/maxRatio > entry.CompressedSize64:
			return nil, fmt.Errorf("%.200q in the package is more than %d times as large when unpacked", entry.Name, maxRatio)
		case size > left:
			return nil, fmt.Errorf("%.200q in the package makes it larger than %d bytes when unpacked", entry.Name, maxUnpacked)
		}
		left -= entry.UncompressedSize64
		seen[entry.Name] = true
		entries = append(entries, entry)
	}
	files := make([]packageFile, len(entries))
	err = inParallel(len(entries), func(i int) error {
		data, err := unpack(entries[i])
		files[i] = packageFile{path: entries[i].Name, data: data}
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, errEmptyPackage
	}
	slices.SortFunc(files, func(a, b packageFile) int { return strings.Compare(a.path, b.path) })
	return files, nil
}

func errTooManyFiles() error { return fmt.Errorf("package has more than %d files", maxFiles) }

// checkEntry returns what is wrong with the name of a file, which must not
// point outside of the target folder.
func checkEntry(entry *zip.File) string {
	name := strings.TrimSuffix(entry.Name, "/")
	switch {
	case len(name) > maxPath:
		return "it is too long"
	case strings.Count(name, "/") > maxDepth:
		return "it is too deep"
	case !entry.Mode().IsRegular() && !entry.Mode().IsDir():
		return "it is neither a file nor a folder"
	case name == "" || path.IsAbs(name) || path.Clean(name) != name:
		return "it points outside"
	}
	for segment := range strings.SplitSeq(name, "/") {
		if segment != safeSegment(segment) {
			return "it points outside or has a control character"
		}
	}
	return ""
}

// safeSegment is a part of a path that is a plain name on every system. Other
// characters become underscores.
func safeSegment(segment string) string {
	if segment == "." || segment == ".." {
		return "_"
	}
	if len(segment) > 1 && segment[1] == ':' && unicode.IsLetter(rune(segment[0])) {
		segment = segment[:1] + "_" + segment[2:]
	}
	if !utf8.ValidString(segment) {
		segment = strings.ToValidUTF8(segment, "_")
	}
	return strings.Map(func(r rune) rune {
		if r == '/' || r == '\\' || unicode.IsControl(r) {
			return '_'
		}
		return r
	}, segment)
}

// unpack reads one file and verifies its checksum.
func unpack(entry *zip.File) ([]byte, error) {
	reader, err := entry.Open()
	if err != nil {
		return nil, fmt.Errorf("%.200q in the package cannot be unpacked", entry.Name)
	}
	defer reader.Close()
	data := bytes.NewBuffer(make([]byte, 0, entry.UncompressedSize64+bytes.MinRead))
	if _, err := data.ReadFrom(reader); err != nil {
		return nil, fmt.Errorf("%.200q in the package is damaged", entry.Name)
	}
	return data.Bytes(), nil
}

// inParallel calls a function for every index below n, on all processors, and
// returns the error of the lowest one.
func inParallel(n int, do func(i int) error) error {
	errs := make([]error, n)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				errs[i] = do(i)
			}
		})
	}
	workers.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
