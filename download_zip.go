package workato

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/go-workato/workato/internal/wire"
)

// The signatures of a zip: of its first file, and of its end record, with which
// an empty zip begins.
const (
	zipFile = "PK\x03\x04"
	zipEnd  = "PK\x05\x06"

	zipEndSize    = 22
	maxZipComment = 1<<16 - 1
)

// zipBody is a body that must be a complete zip, from its first bytes to its
// end record.
type zipBody struct {
	io.ReadCloser
	length int64 // as announced, -1 if it was not
	// proven is set if something else proves that the package is complete: its
	// length or its hash.
	proven bool

	begun bool
	head  []byte // read, and not yet returned
	tail  []byte // the last bytes, which may hold the end record
}

// errNoZipEnd says that a package ends without its end record.
var errNoZipEnd = fmt.Errorf("%w: the package has no end record", io.ErrUnexpectedEOF)

// notZipError says that a body is not a package.
type notZipError struct{ got string }

func (e *notZipError) Error() string { return "expected a package, got " + e.got }

func (b *zipBody) Read(p []byte) (int, error) {
	if len(b.head) > 0 {
		n := copy(p, b.head)
		b.head = b.head[n:]
		return n, nil
	}
	if !b.begun {
		return b.begin(p)
	}
	n, err := b.ReadCloser.Read(p)
	if b.proven {
		return n, err
	}
	b.remember(p[:n])
	if errors.Is(err, io.EOF) && !b.ended() {
		return n, errNoZipEnd
	}
	return n, err
}

// begin reads and checks the first bytes. It reports a cut-off body as such, so
// that it can be requested again.
func (b *zipBody) begin(p []byte) (int, error) {
	head := p
	if len(p) < len(zipFile) {
		head = make([]byte, len(zipFile))
	}
	n, err := io.ReadAtLeast(b.ReadCloser, head, len(zipFile))
	head = head[:n]
	ended := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	switch {
	case err != nil && (!ended || int64(n) < b.length):
		return 0, err
	case n == 0:
		return 0, &notZipError{wire.KindNothing.String()}
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return 0, &notZipError{"gzip"}
	case !bytes.HasPrefix(head, []byte(zipFile)) && !bytes.HasPrefix(head, []byte(zipEnd)):
		return 0, &notZipError{wire.KindOf(head).String()}
	}
	b.begun = true
	b.remember(head)
	if len(p) < len(zipFile) {
		b.head = head
		return b.Read(p)
	}
	return n, nil
}

// remember keeps what the end record may be in.
func (b *zipBody) remember(p []byte) {
	const most = zipEndSize + maxZipComment
	b.tail = append(b.tail, p...)
	if len(b.tail) > 2*most { // moved now and then, and not with every read
		b.tail = b.tail[:copy(b.tail, b.tail[len(b.tail)-most:])]
	}
}

// ended reports whether the end record stands at the end.
func (b *zipBody) ended() bool {
	for rest := b.tail; ; {
		i := bytes.Index(rest, []byte(zipEnd))
		if i < 0 || len(rest)-i < zipEndSize {
			return false
		}
		rest = rest[i:]
		if int(binary.LittleEndian.Uint16(rest[zipEndSize-2:])) == len(rest)-zipEndSize {
			return true
		}
		rest = rest[len(zipEnd):]
	}
}
