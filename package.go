package workato

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"github.com/go-workato/workato/internal/transport"
)

// Package is the zip file of an import. It is streamed and never held in memory
// by the client. Build one with PackageFile, PackageBytes, PackageFunc or
// PackageReader.
type Package struct {
	open    func() (io.ReadCloser, error)
	length  func() (int64, error)
	oneShot bool
	lent    bool // open and what it returns are the caller's, and may hang
}

// PackageFile reads the package from a file, which is opened again for every
// attempt. Its size must not change during the call.
func PackageFile(path string) Package {
	return Package{
		open: func() (io.ReadCloser, error) { return os.Open(path) },
		length: func() (int64, error) {
			info, err := os.Stat(path)
			if err != nil {
				return 0, err
			}
			if !info.Mode().IsRegular() {
				return 0, fmt.Errorf("%s is not a regular file", path)
			}
			return info.Size(), nil
		},
	}
}

// PackageBytes takes a package that is in memory. The slice must not be changed
// before the call has ended.
func PackageBytes(zip []byte) Package {
	p := PackageFunc(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(zip)), nil }, int64(len(zip)))
	p.lent = false
	return p
}

// PackageFunc reads the package from what open returns. open is called for
// every attempt, and each reader must give the same size bytes.
func PackageFunc(open func() (io.ReadCloser, error), size int64) Package {
	if open == nil {
		return Package{}
	}
	return Package{lent: true, open: open, length: func() (int64, error) { return size, nil }}
}

// PackageReader reads the package from r, which can be read only once: such an
// import is never retried, not even when the service was busy. With size -1 it
// is sent without a length. A reader that is an io.Closer is not closed. A
// reader that stays open after its last byte, such as a pipe, is read until it
// is closed.
func PackageReader(r io.Reader, size int64) Package {
	if r == nil {
		return Package{}
	}
	var used atomic.Bool
	return Package{
		oneShot: true,
		lent:    true,
		length:  func() (int64, error) { return size, nil },
		open: func() (io.ReadCloser, error) {
			if used.Swap(true) {
				return nil, errors.New("the reader given to PackageReader has been used")
			}
			return io.NopCloser(r), nil
		},
	}
}

// Open opens the package from its first byte. A package of PackageReader is used
// up by it.
func (p Package) Open() (io.ReadCloser, error) {
	if p.open == nil {
		return nil, invalid("Package", "is required")
	}
	r, err := p.open()
	if err != nil {
		return nil, &packageError{err}
	}
	return r, nil
}

// Size returns the number of bytes, -1 where PackageReader was given none. It is
// an ErrInvalidArgument for a package that could not be sent.
func (p Package) Size() (int64, error) { return p.size() }

// SHA256 reads the package and returns its hash in hexadecimal digits, by which a
// record can say which package it is about. A package of PackageReader is refused:
// it could not be sent any more.
func (p Package) SHA256(ctx context.Context) (string, error) {
	switch {
	case ctx == nil:
		return "", invalid("ctx", "is nil")
	case p.oneShot:
		return "", invalid("Package", "can be read only once")
	}
	r, err := p.Open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	hash := sha256.New()
	for {
		if err := ctx.Err(); err != nil {
			return "", transport.ContextError(ctx)
		}
		switch _, err := io.CopyN(hash, r, 1<<20); {
		case errors.Is(err, io.EOF):
			return hex.EncodeToString(hash.Sum(nil)), nil
		case err != nil:
			return "", &packageError{err}
		}
	}
}

// size returns the length, and an error for a package that cannot be sent.
func (p Package) size() (int64, error) {
	if p.open == nil {
		return 0, invalid("Package", "is required")
	}
	n, err := p.length()
	switch {
	case err != nil:
		return 0, &packageError{err}
	case n == 0:
		return 0, invalid("Package", "is empty")
	case n < 0 && !p.oneShot:
		return 0, invalid("Package", "size must be positive, got %d", n)
	}
	return n, nil
}

// packageError is an ArgumentError that keeps why a file cannot be read.
type packageError struct{ err error }

func (e *packageError) Error() string        { return "workato: Package: " + e.err.Error() }
func (e *packageError) LogValue() slog.Value { return logValue(e, e.Error()) }
func (e *packageError) Is(target error) bool { return target == ErrInvalidArgument }
func (e *packageError) Unwrap() error        { return e.err }
func (e *packageError) As(target any) bool {
	if arg, ok := target.(**ArgumentError); ok {
		*arg = &ArgumentError{Field: "Package", Problem: e.err.Error()}
		return true
	}
	return false
}

// source returns what the transport sends. size was found by p.size.
func (p Package) source(size int64) *transport.Source {
	return &transport.Source{Size: size, OneShot: p.oneShot, Lent: p.lent, Open: func() (io.ReadCloser, error) {
		r, err := p.open()
		if err != nil {
			return nil, fmt.Errorf("package: %w", err)
		}
		if size < 0 {
			return r, nil
		}
		return &exactReader{ReadCloser: r, left: size, size: size, oneShot: p.oneShot}, nil
	}}
}

// exactReader returns an error for a package that is shorter or longer than
// announced. It reads one byte past the announced end before it returns the
// last bytes: with all of them sent, the service would have a complete package
// to act on.
type exactReader struct {
	io.ReadCloser
	left, size int64
	// oneShot marks a reader that may stay open after its last byte, such as a
	// pipe: the extra byte is not waited for long.
	oneShot bool
}

// maxLook is how long to wait for an extra byte from a reader that stays open.
const maxLook = 100 * time.Millisecond

func (r *exactReader) Read(p []byte) (int, error) {
	if r.left == 0 && r.oneShot {
		return 0, io.EOF
	}
	n, err := r.ReadCloser.Read(p)
	r.left -= int64(n)
	if r.left == 0 && err == nil {
		extra, end := r.look()
		r.left -= extra
		err = end
	}
	if r.left < 0 || (errors.Is(err, io.EOF) && r.left > 0) {
		return 0, fmt.Errorf("package: its size is not the announced %d bytes", r.size)
	}
	return n, err
}

// look reads past the announced end.
func (r *exactReader) look() (extra int64, err error) {
	look := func() (n int, err error) {
		var more [1]byte
		for n == 0 && err == nil {
			n, err = r.ReadCloser.Read(more[:])
		}
		return n, err
	}
	if !r.oneShot {
		n, err := look()
		return int64(n), err
	}
	type result struct {
		n   int
		err error
	}
	seen := make(chan result, 1)
	go func() {
		n, err := look()
		seen <- result{n, err}
	}()
	timer := time.NewTimer(maxLook)
	defer timer.Stop()
	select {
	case got := <-seen:
		return int64(got.n), got.err
	case <-timer.C:
		return 0, nil
	}
}

// sourceError marks an error that the argument it came with did not cause.
type sourceError struct{ error }

func (e *sourceError) Unwrap() error { return e.error }
