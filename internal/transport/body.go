package transport

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	// maxErrorBytes is how much of an error's body is read.
	maxErrorBytes = 1 << 20
	// maxPooled keeps one huge response from pinning its memory.
	maxPooled = 1 << 20
	// maxIdleReads is how often a body may return neither a byte nor an error.
	maxIdleReads = 100
)

// buffer is the memory of one response.
type buffer struct{ b []byte }

var buffers = sync.Pool{New: func() any { return &buffer{b: make([]byte, 0, 16<<10)} }}

func (b *buffer) release() {
	if cap(b.b) <= maxPooled {
		b.b = b.b[:0]
		buffers.Put(b)
	}
}

// TooLargeError says that a response was longer than allowed.
type TooLargeError struct{ Limit int64 }

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the response is longer than the limit of %d bytes", e.Limit)
}

// read reads the whole response, bounded, and stores status, header and body in
// call. The body of an error is truncated at its limit; that of a success must
// fit. Reading to the end also lets the connection be reused.
func (c *Client) read(call *Call, resp *http.Response) error {
	call.Status, call.ResponseHeader = resp.StatusCode, resp.Header
	if after := First(resp.Header, "Retry-After"); after != "" && resp.StatusCode >= 400 {
		// A date refers to the server's clock, which may differ from ours.
		now, err := http.ParseTime(resp.Header.Get("Date"))
		if err != nil {
			now = time.Now()
		}
		call.RetryAfter = ParseRetryAfter(after, now)
	}
	if resp.Body == nil {
		return nil
	}
	defer func() { _ = resp.Body.Close() }() // everything of use has been read
	body := io.Reader(resp.Body)
	if strings.EqualFold(First(resp.Header, "Content-Encoding"), "gzip") && !resp.Uncompressed {
		// A gateway may compress without a request to do so. A body that is not gzip
		// fails like one that is cut off.
		body = &gunzipped{from: resp.Body}
	}
	success := resp.StatusCode >= 200 && resp.StatusCode < 300
	limit := int64(maxErrorBytes)
	if success {
		limit = c.cfg.MaxResponseBytes
	}
	buf, _ := buffers.Get().(*buffer)
	call.body = buf
	// The announced length is not trusted: at most the size of a usual response is
	// allocated for it.
	if want := min(resp.ContentLength, limit, maxPooled-1) + 1; int64(cap(buf.b)) < want {
		buf.b = make([]byte, 0, want)
	}
	for idle := 0; ; {
		if len(buf.b) == cap(buf.b) { // not append, which takes many small steps and exceeds the limit
			grown := make([]byte, len(buf.b), min(2*int64(cap(buf.b)), limit+1))
			copy(grown, buf.b)
			buf.b = grown
		}
		n, err := body.Read(buf.b[len(buf.b):cap(buf.b)])
		buf.b = buf.b[:len(buf.b)+n]
		if idle++; n > 0 {
			idle = 0
		}
		if idle > maxIdleReads && err == nil {
			err = io.ErrNoProgress
		}
		if int64(len(buf.b)) > limit {
			buf.b = buf.b[:limit]
			if success {
				return &TooLargeError{Limit: limit}
			}
			return nil
		}
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			if !success {
				return nil // the status is enough
			}
			return &CutOffError{Status: resp.StatusCode, Err: err}
		}
	}
}

// gunzipped unpacks a body as it is read.
type gunzipped struct {
	from io.Reader
	zip  *gzip.Reader
}

func (g *gunzipped) Read(p []byte) (n int, err error) {
	if g.zip == nil {
		if g.zip, err = gzip.NewReader(g.from); err != nil {
			return 0, err
		}
	}
	return g.zip.Read(p)
}

// CutOffError says that a response is incomplete.
type CutOffError struct {
	Status int
	Err    error
}

func (e *CutOffError) Error() string {
	return fmt.Sprintf("the response with status %d was cut off: %v", e.Status, e.Err)
}

func (e *CutOffError) Unwrap() error { return e.Err }
