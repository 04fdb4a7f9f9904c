package workatotest

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// lateWork is the work of a request that is done some time after its connection
// was reset.
type lateWork struct {
	at time.Time
	do func()
}

// later postpones the work of the request, by the clock of the server. It is
// done as if the request arrived then: a customer may be deleted, a quota used
// up.
func (x *exchange) later(body []byte, tooLarge bool) {
	delay := time.Duration(cmp.Or(x.fault.DelayMS, 1000)) * time.Millisecond
	x.fault = nil
	x.late = append(x.late, lateWork{x.now().Add(delay), func() { x.response(body, tooLarge) }})
	slices.SortStableFunc(x.late, func(a, b lateWork) int { return a.at.Compare(b.at) })
}

// catchUp does the late work that is due. It is called by every request and
// every snapshot, without a timer. Work that is not due when the server is
// closed is never done.
func (s *Server) catchUp() {
	for len(s.late) > 0 && !s.late[0].at.After(s.now()) {
		work := s.late[0]
		s.late = s.late[1:]
		work.do()
	}
}

// lag holds a response back for the latency of the server.
func (s *Server) lag(ctx context.Context) {
	if s.options.latency <= 0 {
		return
	}
	hold(ctx, s.options.latency, s.closed)
}

// hold waits. It ends early when the client gives up or the server is closed.
func hold(ctx context.Context, d time.Duration, closed <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-closed:
	}
}
