package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-workato/workato/examples/internal/cli"
	"github.com/go-workato/workato/internal/text"
	"github.com/go-workato/workato/provision"
)

// display shows the events of a run.
type display interface {
	event(e provision.Event) error
	close()
}

// show chooses the display: bars on a terminal, else lines.
func (p *program) show(ctx context.Context, j *job, ledger provision.Ledger) (display, error) {
	counts, err := ledger.Counts(ctx, j.id)
	if err != nil {
		return nil, err
	}
	if p.terminal && !j.json {
		return newBars(p.Stderr, counts, func() (provision.Counts, error) { return ledger.Counts(context.WithoutCancel(ctx), j.id) }), nil
	}
	l := newLines(p, counts.Total())
	if j.json {
		return &jsonLines{lines: l, out: json.NewEncoder(p.Stdout)}, nil
	}
	return l, nil
}

// news is what a person wants to read of an event, nothing for most.
func news(e *provision.Event) string {
	text := e.Message
	switch e.Kind {
	case provision.EventCustomer:
		bad := e.To == provision.StateFailed || e.To == provision.StateUnknown || e.To == provision.StateNeedsUser
		if !bad {
			return ""
		}
		text = fmt.Sprintf("customer %s: %s: %s", e.Customer, e.To, e.Err)
	case provision.EventPaused:
		text = "paused: " + text
	case provision.EventResumed:
		text = strings.TrimSuffix("resumed: "+text, ": ")
	case provision.EventWait:
		text = "waiting: " + text
		if e.Customer != "" {
			text = "customer " + e.Customer + ": " + e.Message + " (" + e.Err + ")"
		}
	case provision.EventDone:
		return "" // the summary says it
	default:
	}
	return cli.Plain(text)
}

// toGo says how long it takes.
func toGo(left provision.Remaining) string {
	text := fmt.Sprintf("%d to go", left.Customers)
	if d := left.Duration.Round(time.Second); d > 0 {
		text += ", " + d.String()
	}
	if left.Binding != "" {
		text += " (" + left.Binding + ")"
	}
	return text
}

// lines writes what is new at once, and how far it is every half minute.
type lines struct {
	p     *program
	total int

	mu   sync.Mutex
	left provision.Remaining
	stop chan struct{}
	done chan struct{}
}

const lineEach = 30 * time.Second

func newLines(p *program, total int) *lines {
	l := &lines{p: p, total: total, left: provision.Remaining{Customers: total}, stop: make(chan struct{}), done: make(chan struct{})}
	go l.tick()
	return l
}

func (l *lines) tick() {
	defer close(l.done)
	ticker := time.NewTicker(lineEach)
	defer ticker.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-ticker.C:
			l.mu.Lock()
			left := l.left
			l.mu.Unlock()
			l.p.Sayf("%s %d of %d customers done, %s", time.Now().Format(time.TimeOnly), l.total-left.Customers, l.total, toGo(left))
		}
	}
}

func (l *lines) event(e provision.Event) error {
	l.mu.Lock()
	l.left = e.ToGo
	l.mu.Unlock()
	if text := news(&e); text != "" {
		l.p.Sayf("%s %s", e.Time.Local().Format(time.TimeOnly), text)
	}
	return nil
}

func (l *lines) close() {
	close(l.stop)
	<-l.done
}

// jsonLines writes each event for a program, besides the lines.
type jsonLines struct {
	*lines
	out *json.Encoder
}

func (j *jsonLines) event(e provision.Event) error {
	if err := j.out.Encode(e); err != nil {
		return err
	}
	return j.lines.event(e)
}

// writeSummary says where a rollout stands.
func writeSummary(out io.Writer, s *provision.Summary) {
	total := 0
	var parts []string
	for _, state := range provision.States() {
		if n := s.Counts[state]; n > 0 {
			total += n
			parts = append(parts, fmt.Sprintf("%d %s", n, state))
		}
	}
	line := s.Rollout + ": " + text.Count(total, "customer")
	if total > 0 {
		line += ": " + strings.Join(parts, ", ")
	}
	fmt.Fprintln(out, cli.Plain(line))
	if s.Throttled > 0 {
		fmt.Fprintf(out, "the service has refused %s with 429\n", text.Count(s.Throttled, "call"))
	}
	for _, f := range s.Failures {
		who := f.Customer.String()
		if f.Label != "" {
			who += " (" + f.Label + ")"
		}
		fmt.Fprintln(out, cli.Plain(strings.Join(slices.DeleteFunc([]string{who, string(f.State), f.Stage, f.Reason}, func(s string) bool { return s == "" }), ": ")))
	}
	switch {
	case s.Aborted:
		fmt.Fprintln(out, cli.Plain("given up: "+s.Reason))
	case s.Paused:
		fmt.Fprintln(out, cli.Plain("paused: "+s.Reason))
	}
}
