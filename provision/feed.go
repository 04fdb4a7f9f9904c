package provision

import (
	"context"
	"sync"
)

// feed takes events from the workers to the caller's loop, in the order of their
// Seq. It never makes a worker wait that has something to write down: room does,
// before the next customer is begun.
type feed struct {
	mu     sync.Mutex
	events []Event
	closed bool
	news   chan struct{} // there is something to take
	taken  chan struct{} // something was taken
}

// maxFeed is how many events may wait before no other customer is begun.
const maxFeed = 1000

func newFeed() *feed { return &feed{news: make(chan struct{}, 1), taken: make(chan struct{}, 1)} }

func (f *feed) push(events []*Event) {
	f.mu.Lock()
	for _, e := range events {
		f.events = append(f.events, *e)
	}
	f.mu.Unlock()
	signal(f.news)
}

func (f *feed) close() {
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	signal(f.news)
}

// next waits for events. After the last ones open is false.
func (f *feed) next() (events []Event, open bool) {
	for {
		f.mu.Lock()
		events, closed := f.events, f.closed
		f.events = nil
		f.mu.Unlock()
		if len(events) > 0 || closed {
			signal(f.taken)
			return events, !closed
		}
		<-f.news
	}
}

// room waits until the caller has caught up.
func (f *feed) room(ctx context.Context) error {
	for {
		f.mu.Lock()
		waiting := len(f.events)
		f.mu.Unlock()
		if waiting < maxFeed {
			signal(f.taken) // the next one that waits looks too
			return context.Cause(ctx)
		}
		select {
		case <-f.taken:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}
