package workato

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/go-workato/workato/internal/transport"
)

// downloadReader reads a package and resumes after an interruption.
type downloadReader struct {
	source   *downloadSource
	ctx      context.Context
	cancel   context.CancelFunc
	left     int // interruptions that may be overcome
	wait     time.Duration
	total    int64
	done     int64
	hash     hash.Hash // of what is done
	hashed   bool      // the caller knows the hash
	progress func(done, total int64)

	mu     sync.Mutex // a transport may close while it reads
	body   io.ReadCloser
	closed bool
}

// reader opens the package. hashed says that the caller compares its hash.
func (d *downloadSource) reader(ctx context.Context, hashed bool) (*downloadReader, error) {
	if ctx == nil {
		return nil, invalid("ctx", "is nil")
	}
	options, err := readOptions(d.opts)
	if err != nil {
		return nil, err
	}
	r := &downloadReader{source: d, hashed: hashed, hash: sha256.New(), left: d.core.config.retry.MaxRetries, wait: d.core.config.retry.MinWait}
	if options.noRetry {
		r.left = 0
	}
	r.ctx, r.cancel = context.WithCancel(ctx)
	stream, err := d.open(r.ctx)
	if err != nil {
		r.cancel()
		return nil, err
	}
	r.total = stream.Length
	r.body = r.zip(stream)
	return r, nil
}

// zip is the body of a stream, which must be a package.
func (r *downloadReader) zip(stream *transport.Stream) io.ReadCloser {
	return &zipBody{ReadCloser: stream.Body, length: stream.Length, proven: r.hashed || r.total >= 0}
}

// Read implements io.Reader.
func (r *downloadReader) Read(p []byte) (int, error) {
	for {
		n, err := r.body.Read(p)
		var notZip *notZipError
		if errors.As(err, &notZip) {
			return 0, r.unexpected("%v", notZip)
		}
		r.done += int64(n)
		_, _ = r.hash.Write(p[:n]) // never fails
		switch {
		case err == nil:
		case !errors.Is(err, io.EOF):
			err = r.resume(err)
		case r.total >= 0 && r.done < r.total:
			err = r.resume(io.ErrUnexpectedEOF)
		case r.total >= 0 && r.done > r.total:
			return 0, r.unexpected("the package has more than the announced %d bytes", r.total)
		}
		if n > 0 && r.progress != nil {
			r.progress(r.done, r.total)
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

func (r *downloadReader) unexpected(format string, args ...any) error {
	return fmt.Errorf("workato: %s: %w: %s", r.source.op.Name, ErrUnexpectedResponse, fmt.Sprintf(format, args...))
}

// resume reopens the package after an interruption and skips what was read,
// which must be unchanged.
func (r *downloadReader) resume(cause error) error {
	for cause != nil {
		cause = transport.WithoutURL(cause)
		if r.ctx.Err() != nil {
			return r.cutOff(transport.ContextError(r.ctx))
		}
		if r.left <= 0 {
			return r.cutOff(cause)
		}
		r.left--
		if err := pause(r.ctx, r.wait); err != nil {
			return r.cutOff(err)
		}
		r.wait = min(2*r.wait, r.source.core.config.retry.MaxWait)
		stream, err := r.source.open(r.ctx)
		if err != nil {
			return err
		}
		body := r.zip(stream)
		if !r.replace(body) {
			return r.cutOff(context.Canceled)
		}
		if stream.Length >= 0 && r.total >= 0 && stream.Length != r.total {
			return r.unexpected("the package has changed: %d bytes instead of %d", stream.Length, r.total)
		}
		r.total = max(r.total, stream.Length)
		again := sha256.New()
		n, err := io.CopyN(again, body, r.done)
		var notZip *notZipError
		switch {
		case errors.As(err, &notZip):
			return r.unexpected("%v", notZip)
		case (errors.Is(err, io.EOF) || errors.Is(err, errNoZipEnd)) && r.total < 0:
			return r.unexpected("the package has changed: it ends after %d bytes", n)
		case errors.Is(err, io.EOF):
			cause = io.ErrUnexpectedEOF
		case err == nil && !bytes.Equal(again.Sum(nil), r.hash.Sum(nil)):
			return r.unexpected("the package has changed within its first %d bytes", r.done)
		default:
			cause = err
		}
	}
	return nil
}

// replace replaces the broken body with a new one, unless the reader was closed
// meanwhile.
func (r *downloadReader) replace(body io.ReadCloser) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_ = r.body.Close() // only read from
	r.body = body
	if r.closed {
		_ = body.Close()
	}
	return !r.closed
}

// Close implements io.Closer.
func (r *downloadReader) Close() error {
	r.cancel() // ends a read that is under way
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	return r.body.Close()
}

// cutOffError says that a package is incomplete.
type cutOffError struct {
	op          *operation
	done, total int64
	err         error
}

func (r *downloadReader) cutOff(err error) error {
	return &cutOffError{op: r.source.op, done: r.done, total: r.total, err: err}
}

// As converts the error to a *CallError, for callers that want the operation.
func (e *cutOffError) As(target any) bool {
	call, ok := target.(**CallError)
	if ok {
		*call = failedCall(e.op, e.err)
		(*call).Attempts = 1 // at least
	}
	return ok
}

func (e *cutOffError) Error() string {
	of := ""
	if e.total >= 0 {
		of = fmt.Sprintf(" of %d", e.total)
	}
	return fmt.Sprintf("workato: %s: cut off after %d%s bytes: %v", e.op.Name, e.done, of, e.err)
}

// LogValue implements slog.LogValuer, with the keys of APIError.LogValue.
func (e *cutOffError) LogValue() slog.Value { return logValue(e, e.Error()) }

// Unwrap returns the reason. A package that ends too soon is an unexpected
// response.
func (e *cutOffError) Unwrap() []error {
	if errors.Is(e.err, io.ErrUnexpectedEOF) {
		return []error{e.err, ErrUnexpectedResponse}
	}
	return []error{e.err}
}
