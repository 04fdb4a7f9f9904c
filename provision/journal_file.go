package provision

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"iter"
	"os"
	"slices"
)

// The journal of a File. Each line is a JSON object whose first member is the
// checksum of the rest:
//
//	{"sum":"1b2c3d4e","ledger":"workato provision","schema":1,"generation":"..."}
//	{"sum":"5f6a7b8c","tx":1,"end":1,"rollout":"billing-2.4.0","lease":{...}}
//
// Lines of one transaction have the same number; the last one says how many there
// are. Numbers have no gap, so that a line that is missing is noticed.

const (
	journalName   = "workato provision"
	journalSchema = 1
	maxLine       = 16 << 20
	sumPrefix     = `{"sum":"`
	sumLength     = len(sumPrefix) + 8 + len(`",`)
)

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	errEmpty   = errors.New("it is empty")
)

// journalHead is the first line. Generation changes when the file is compacted.
type journalHead struct {
	Ledger     string `json:"ledger"`
	Schema     int    `json:"schema"`
	Generation string `json:"generation"`
}

func newHead() journalHead {
	return journalHead{Ledger: journalName, Schema: journalSchema, Generation: rand.Text()}
}

// foreignError is about a file that is whole, and is not for this version.
type foreignError string

func (e foreignError) Error() string { return string(e) }

// readHead reads the first line, and how long it is. errEmpty is the error for a
// file that has none.
func readHead(file *os.File) (head journalHead, size int64, err error) {
	line, err := bufio.NewReader(io.NewSectionReader(file, 0, 4096)).ReadBytes('\n')
	switch {
	case errors.Is(err, io.EOF) && len(line) == 0:
		return head, 0, errEmpty
	case err != nil && !errors.Is(err, io.EOF):
		return head, 0, err
	}
	body, err := lineBody(line)
	if err == nil {
		err = json.Unmarshal(body, &head)
	}
	switch {
	case err != nil:
		return head, 0, fmt.Errorf("its first line: %w", err)
	case head.Ledger != journalName || head.Generation == "":
		return head, 0, foreignError("it is no ledger of this package")
	case head.Schema > journalSchema:
		return head, 0, foreignError(fmt.Sprintf("it was written by a newer version of this package (schema %d, this one knows %d)", head.Schema, journalSchema))
	}
	return head, int64(len(line)), nil
}

// appendLine appends a value as a line with its checksum.
func appendLine(buf []byte, value any) ([]byte, error) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return buf, err
	}
	rest := body.Bytes()[1:] // after the brace; there is a newline at its end
	sum := crc32.Checksum(rest[:len(rest)-1], castagnoli)
	buf = append(buf, sumPrefix...)
	buf = hex.AppendEncode(buf, binary.BigEndian.AppendUint32(nil, sum))
	buf = append(buf, '"', ',')
	return append(buf, rest...), nil
}

// lineBody checks a line against its checksum. What it returns is a JSON object
// that stands in the place of the line.
func lineBody(line []byte) ([]byte, error) {
	rest, complete := bytes.CutSuffix(line, []byte("\n"))
	if !complete || len(rest) < sumLength || !bytes.HasPrefix(rest, []byte(sumPrefix)) || !bytes.HasSuffix(rest[:sumLength], []byte(`",`)) {
		return nil, errors.New("a line is not complete")
	}
	var sum [4]byte
	if _, err := hex.Decode(sum[:], rest[len(sumPrefix):len(sumPrefix)+8]); err != nil {
		return nil, err
	}
	body := rest[sumLength:]
	if got := crc32.Checksum(body, castagnoli); got != binary.BigEndian.Uint32(sum[:]) {
		return nil, errors.New("a line does not match its checksum")
	}
	rest[sumLength-1] = '{'
	return rest[sumLength-1:], nil
}

// errNewer is for what a newer version has written without another schema.
var errNewer = errors.New("a line that this version of the package does not know")

// decodeLine reads an entry. It uses up the line.
func decodeLine(line []byte) (*entry, error) {
	body, err := lineBody(line)
	if err != nil {
		return nil, err
	}
	e := &entry{}
	if err := json.Unmarshal(body, e); err != nil {
		return nil, fmt.Errorf("%w: %w", errNewer, err)
	}
	switch {
	case e.Record != nil && !slices.Contains(stateNames, e.Record.State):
		return nil, fmt.Errorf("%w: state %q", errNewer, e.Record.State)
	case e.Lease == nil && e.Header == nil && e.Record == nil && e.Wave == nil && e.Progress == nil &&
		e.Event == nil && e.Send == nil && e.Command == nil && e.Done == 0:
		return nil, errNewer
	}
	return e, nil
}

// lines yields the lines of a part of a file, and where each begins. A line that
// is longer than maxLine comes in pieces. The slice is used again.
func lines(file io.ReaderAt, from, to int64) iter.Seq2[int64, []byte] {
	return func(yield func(int64, []byte) bool) {
		reader := bufio.NewReaderSize(io.NewSectionReader(file, from, to-from), 64<<10)
		var line []byte
		for at := from; ; {
			piece, err := reader.ReadSlice('\n')
			line = append(line, piece...)
			if errors.Is(err, bufio.ErrBufferFull) && len(line) < maxLine {
				continue
			}
			if len(line) == 0 || !yield(at, line) || err != nil && !errors.Is(err, bufio.ErrBufferFull) {
				return
			}
			at += int64(len(line))
			line = line[:0]
		}
	}
}

// scan reads the transactions after the last known one. One that is not complete
// ends it: nobody was told that it was written. That holds only at the end of the
// file; if a later one follows, the file is damaged.
func (f *fileStore) scan(s *state, size int64) error {
	type placed struct {
		entry *entry
		at    int64
		size  int
	}
	var tx []placed
	torn, why := int64(-1), error(nil)
	for at, line := range lines(f.journal, f.end, size) {
		length := len(line)
		e, err := decodeLine(line)
		switch {
		case errors.Is(err, errNewer):
			return f.fail(fmt.Errorf("%s: at byte %d: %w", f.path, at, err))
		case torn >= 0:
			if err == nil && e.Tx != f.tx+1 {
				return f.damaged(torn, "%v", why)
			}
			continue
		case err != nil:
			torn, why = at, err
			continue
		case e.Tx != f.tx+1:
			return f.damaged(at, "transaction %d follows %d", e.Tx, f.tx)
		}
		tx = append(tx, placed{e, at, length})
		if e.End == 0 {
			continue
		}
		if e.End != len(tx) {
			return f.damaged(at, "transaction %d has %d lines, and should have %d", e.Tx, len(tx), e.End)
		}
		for _, p := range tx {
			s.apply(p.entry, p.at, p.size)
		}
		tx = tx[:0]
		f.tx, f.end = e.Tx, at+int64(length)
	}
	return nil
}

// readEvents yields the events of a rollout that stand at a place or later.
func readEvents(file *os.File, from int64, rollout string) iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		info, err := file.Stat()
		if err != nil {
			yield(nil, err)
			return
		}
		for at, line := range lines(file, from, info.Size()) {
			if at == 0 || !bytes.Contains(line, []byte(`,"event":{`)) {
				continue
			}
			e, err := decodeLine(line)
			switch {
			case err != nil:
				yield(nil, err)
				return
			case e.Event == nil || rollout != "" && e.Rollout != rollout:
			case !yield(e.Event, nil):
				return
			}
		}
	}
}

// journalTail is what path.tail says: the length of the journal that was
// acknowledged.
type journalTail struct {
	Generation string `json:"generation"`
	Length     int64  `json:"length"`
}

// readTail returns the zero value where there is nothing to be read: then nothing
// is claimed.
func readTail(path string) journalTail {
	line, err := os.ReadFile(path)
	if err != nil {
		return journalTail{}
	}
	line, _, _ = bytes.Cut(line, []byte("\n"))
	body, err := lineBody(append(line, '\n'))
	var tail journalTail
	if err != nil || json.Unmarshal(body, &tail) != nil {
		return journalTail{}
	}
	return tail
}

// writeTail keeps the length. It is a second look at what the journal itself has,
// so that a failure only leaves less to compare with; and since it is written
// after the journal was flushed, it never claims too much.
func writeTail(file *os.File, tail journalTail) {
	if line, err := appendLine(nil, tail); err == nil {
		_ = writeAt(file, line)
	}
}

func writeAt(file *os.File, text []byte) error {
	_, err := file.WriteAt(text, 0)
	return err
}

// sameFile reports whether two open files are one.
func sameFile(a, b *os.File) bool {
	first, err1 := a.Stat()
	second, err2 := b.Stat()
	return err1 == nil && err2 == nil && os.SameFile(first, second)
}
