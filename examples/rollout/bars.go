package main

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/go-workato/workato/provision"
)

// bars shows two bars on a terminal, of all customers and of the wave, and what is
// new above them.
type bars struct {
	progress  *mpb.Progress
	all, wave *mpb.Bar
	total     int64
	done      map[int]int64 // final customers by wave
	read      func() (provision.Counts, error)

	mu   sync.Mutex // of what the decorators show
	now  int
	left provision.Remaining
}

func newBars(out io.Writer, counts provision.Counts, read func() (provision.Counts, error)) *bars {
	b := &bars{total: int64(counts.Total()), done: map[int]int64{}, read: read, left: provision.Remaining{Customers: counts.Total()}}
	for _, c := range counts {
		if c.State.Final() {
			b.done[c.Wave] += int64(c.N)
			b.left.Customers -= c.N
		}
	}
	b.progress = mpb.New(mpb.WithOutput(out), mpb.WithAutoRefresh(), mpb.WithWidth(40))
	b.all = b.add(func() string { return "customers" }, func() string {
		b.mu.Lock()
		defer b.mu.Unlock()
		return toGo(b.left)
	})
	b.wave = b.add(func() string {
		b.mu.Lock()
		defer b.mu.Unlock()
		return fmt.Sprintf("wave %d", b.now)
	}, func() string { return "" })
	b.all.SetTotal(b.total, false)
	b.all.SetCurrent(b.total - int64(b.left.Customers))
	return b
}

// add adds a bar that does not end by itself.
func (b *bars) add(before, after func() string) *mpb.Bar {
	return b.progress.AddBar(0,
		mpb.PrependDecorators(decor.Any(func(decor.Statistics) string { return before() }, decor.WC{W: 10, C: decor.DindentRight})),
		mpb.AppendDecorators(decor.Any(func(s decor.Statistics) string {
			return strings.TrimSuffix(fmt.Sprintf("%d/%d, %s", s.Current, s.Total, after()), ", ")
		})))
}

func (b *bars) event(e provision.Event) error {
	if e.Kind == provision.EventCustomer {
		switch was, is := e.From.Final(), e.To.Final(); {
		case is && !was:
			b.done[e.Wave]++
		case was && !is:
			b.done[e.Wave]--
		}
	}
	if err := b.follow(&e); err != nil {
		return err
	}
	b.all.SetCurrent(b.total - int64(e.ToGo.Customers))
	b.wave.SetCurrent(b.done[b.now])
	if text := news(&e); text != "" {
		// Lines that are written when the bars have ended would be lost.
		if _, err := fmt.Fprintln(b.progress, text); err != nil {
			return err
		}
	}
	return nil
}

// follow keeps what the decorators show.
func (b *bars) follow(e *provision.Event) error {
	if e.Wave > 0 && e.Wave != b.now {
		counts, err := b.read() // the wave has got its customers before its first event
		if err != nil {
			return err
		}
		size := int64(0)
		for _, n := range counts.Wave(e.Wave) {
			size += int64(n)
		}
		b.mu.Lock()
		b.now = e.Wave
		b.mu.Unlock()
		b.wave.SetTotal(size, false)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left = e.ToGo
	return nil
}

func (b *bars) close() {
	b.all.Abort(false)
	b.wave.Abort(false)
	b.progress.Wait()
}
