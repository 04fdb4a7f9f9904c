package main

import (
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"
)

// printer writes lines to an output that may be slow, or a pipe that nobody
// reads. Neither requests nor the end of the program wait for it: lines without
// room are dropped and counted.
type printer struct {
	lines chan string
	lost  atomic.Int64
	last  []string
	done  chan struct{}
}

// room is the number of lines that wait for the output.
const room = 1000

func newPrinter(out io.Writer) *printer {
	p := &printer{lines: make(chan string, room), done: make(chan struct{})}
	go func() {
		defer close(p.done)
		for line := range p.lines {
			fmt.Fprintln(out, line)
			if lost := p.lost.Swap(0); lost > 0 {
				fmt.Fprintf(out, "(%d lines dropped: the output was not read in time)\n", lost)
			}
		}
	}()
	return p
}

// lineOf escapes control characters, which a terminal would obey.
func lineOf(format string, args []any) string {
	return strings.TrimSpace(printable(fmt.Sprintf(format, args...)))
}

func (p *printer) printf(format string, args ...any) {
	select {
	case p.lines <- lineOf(format, args):
	default:
		p.lost.Add(1)
	}
}

// atEnd keeps a line for the end, where it is not dropped for lack of room.
func (p *printer) atEnd(format string, args ...any) {
	p.last = append(p.last, lineOf(format, args))
}

// close flushes the remaining lines, and gives up after a second.
func (p *printer) close() {
	giveUp := time.NewTimer(time.Second)
	defer giveUp.Stop()
	for _, line := range p.last {
		select {
		case p.lines <- line:
		case <-giveUp.C:
			return
		}
	}
	close(p.lines)
	select {
	case <-p.done:
	case <-giveUp.C:
	}
}
