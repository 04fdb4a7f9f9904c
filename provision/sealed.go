package provision

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/go-workato/workato"
)

// changedError says that a package is not that of the release any more. It would meet
// every customer.
type changedError struct{ have, want string }

func (e *changedError) Error() string {
	return fmt.Sprintf("provision: release: the package has changed: it has the hash %s, and the release is about %s; nothing was imported", e.have, e.want)
}

// Is makes it an ErrInvalidArgument.
func (e *changedError) Is(target error) bool { return target == workato.ErrInvalidArgument }

// sealed returns a package that is sent with the bytes of this hash or not at all,
// whatever becomes of its file meanwhile. It takes no memory.
func sealed(p workato.Package, sum string) workato.Package {
	size, err := p.Size()
	if sum == "" || err != nil {
		return p // the call says what is wrong with it
	}
	return workato.PackageFunc(func() (io.ReadCloser, error) {
		r, err := p.Open()
		if err != nil {
			return nil, err
		}
		// Of a file that was replaced nothing is sent.
		if file, rewinds := r.(io.ReadSeeker); rewinds {
			whole := sha256.New()
			_, err := io.Copy(whole, file)
			if err == nil {
				err = compare(whole, sum)
			}
			if err == nil {
				_, err = file.Seek(0, io.SeekStart)
			}
			if err != nil {
				return nil, errors.Join(err, r.Close())
			}
		}
		sent := sha256.New()
		return &sealedReader{Closer: r, bytes: bufio.NewReaderSize(io.TeeReader(r, sent), 64<<10), sent: sent, want: sum}, nil
	}, size)
}

func compare(have hash.Hash, want string) error {
	if sum := hex.EncodeToString(have.Sum(nil)); sum != want {
		return &changedError{sum, want}
	}
	return nil
}

// sealedReader holds the last byte back until the hash of all is known: without it
// the service has no complete request, and does nothing.
type sealedReader struct {
	io.Closer
	bytes *bufio.Reader
	sent  hash.Hash
	want  string
}

func (r *sealedReader) Read(p []byte) (int, error) {
	_, err := r.bytes.Peek(2)
	switch {
	case err == nil:
		return r.bytes.Read(p[:min(len(p), r.bytes.Buffered()-1)])
	case !errors.Is(err, io.EOF):
		return 0, err
	}
	if err := compare(r.sent, r.want); err != nil {
		return 0, err
	}
	return r.bytes.Read(p)
}
