package hostile_test

import (
	"errors"
	"io"
	"sync/atomic"
	"time"
)

// stuckReader fails once another request has started.
type stuckReader struct {
	release <-chan struct{}
	failed  chan struct{}
}

func (r *stuckReader) Read([]byte) (int, error) {
	<-r.release
	time.AfterFunc(5*time.Millisecond, func() { close(r.failed) }) // once the failure has been recorded
	return 0, errors.New("the first body broke")
}

func (r *stuckReader) Close() error { return nil }

type closing struct {
	io.Reader
	close func()
}

func (c *closing) Close() error {
	c.close()
	return nil
}

// watchedReader returns endless zeros and counts reads that start too late.
type watchedReader struct {
	returned atomic.Bool
	late     atomic.Int32
}

func (r *watchedReader) Read(p []byte) (int, error) {
	if r.returned.Load() {
		r.late.Add(1)
	}
	return len(p), nil
}
