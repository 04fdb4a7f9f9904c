package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// row has the fields that make documents grow when they are decoded.
type row struct {
	ID     int64             `json:"id"`
	Name   string            `json:"name"`
	Note   *string           `json:"note"`
	At     time.Time         `json:"at"`
	Room   [50]int64         `json:"room"`
	Tags   []string          `json:"tags"`
	Raws   []json.RawMessage `json:"raws"`
	Rows   []row             `json:"rows"`
	ByName map[string]row    `json:"by_name"`
	Any    any               `json:"any"`
	Kept   kept              `json:"kept"`
	Next   *row              `json:"next"`
}

// kept is a type with a reader.
type kept struct {
	ID   int64           `json:"id"`
	Kept []kept          `json:"kept"`
	Raw  json.RawMessage `json:"-"`
}

func (v *kept) readWire(d *Decoder, data []byte) error {
	type plain kept
	return d.Keep(data, (*plain)(v), &v.Raw)
}

func (v *kept) UnmarshalJSON(data []byte) error { return ReadWith(data, v, (*kept).readWire) }

// filled returns a document of about size bytes: head, item repeated, tail.
func filled(size int, head, item, tail string) string {
	return head + strings.TrimSuffix(strings.Repeat(item+",", (size-len(head)-len(tail))/(len(item)+1)), ",") + tail
}

// numbered is the same with a number in each item.
func numbered(size int, head, item, tail string) string {
	var b strings.Builder
	b.WriteString(head)
	for i := 0; b.Len() < size-len(item)-len(tail); i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, item, i)
	}
	return b.String() + tail
}

// hostile are documents that cost far more than their length in a decoder
// without bounds.
func hostile(size int) map[string]string {
	return map[string]string{
		"empty rows":        filled(size, `{"result":[`, `{}`, `]}`),
		"rows":              filled(size, `{"result":[`, `{"id":1}`, `]}`),
		"rows with texts":   filled(size, `[`, `{"id":"1"}`, `]`),
		"lists":             filled(size, `{"result":[`, `[]`, `]}`),
		"nulls":             filled(size, `[`, `null`, `]`),
		"one row, one list": filled(size, `[{"id":1,"rows":[`, `{}`, `]}]`),
		"texts":             filled(size, `[{"id":1,"tags":[`, `""`, `]}]`),
		"raws":              filled(size, `[{"id":1,"raws":[`, `0`, `]}]`),
		"anything":          filled(size, `[{"id":1,"any":[`, `{}`, `]}]`),
		"lists of anything": filled(size, `[{"id":1,"any":[`, `[]`, `]}]`),
		"entries":           numbered(size, `[{"id":1,"by_name":{`, `"%d":{}`, `}}]`),
		"unknown keys":      numbered(size, `[{"id":"1","at":"",`, `"k%d":1`, `}]`),
		"the same key":      filled(size, `[{"id":1,`, `"name":"x"`, `}]`),
		"the same pointer":  filled(size, `[{"id":1,`, `"note":"x"`, `}]`),
		"the same list":     filled(size, `[{"id":1,`, `"tags":["x"]`, `}]`),
		"the same map":      filled(size, `[{"id":1,`, `"by_name":{"x":{}}`, `}]`),
		"kept":              filled(size, `[{"id":1,"kept":{"kept":[`, `{}`, `]}}]`),
		"kept within kept": `[{"id":1,"kept":` + strings.Repeat(`{"kept":[`, 15) + `{"x":"` + strings.Repeat("x", size) + `"}` +
			strings.Repeat(`]}`, 15) + `}]`,
		"deep":               `[{"id":1,"kept":` + strings.Repeat(`{"kept":[`, size/22) + strings.Repeat(`]}`, size/22) + `}]`,
		"deep anything":      `[{"id":1,"any":` + strings.Repeat(`[`, 9000) + strings.Repeat(`]`, 9000) + `}]`,
		"deep rows":          `[` + strings.Repeat(`{"next":`, 9000) + `{}` + strings.Repeat(`}`, 9000) + `]`,
		"a list in a text":   `[{"id":1,"rows":"` + filled(size, `[`, `{}`, `]`) + `"}]`,
		"a text":             `[{"id":1,"name":"` + strings.Repeat("x", size) + `"}]`,
		"a text of escapes":  `[{"id":1,"name":"` + strings.Repeat(`\u0041`, size/6) + `"}]`,
		"escaped keys":       filled(size, `[{"id":1,`, `"\u0041":1`, `}]`),
		"a number":           `[{"id":` + strings.Repeat("1", size) + `}]`,
		"a broken end":       filled(size, `{"result":[`, `{"id":1}`, `]`),
		"envelopes":          filled(size, `{`, `"result":[{}]`, `}`),
		"first row is small": `[{"id":1},{"id":1},{"id":1,"name":"` + strings.Repeat("x", size) + `"}]`,
	}
}

// allocated returns the total allocation of a call.
func allocated(call func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

func decodeRows(ctx context.Context, data []byte, room int64) (List[row], error) {
	return DecodeList(NewDecoder(ctx, room), data, func(*row) error { return nil })
}

// TestRoom: decoding any document allocates at most three times its maximum
// length, plus the room of a page. The document itself is the fourth.
func TestRoom(t *testing.T) {
	const size = 2 << 20
	const most = int64(3*size + 2*smallRoom)
	documents := hostile(size)
	for _, name := range slices.Sorted(maps.Keys(documents)) {
		data := []byte(documents[name])
		var list List[row]
		var err error
		spent := allocated(func() { list, err = decodeRows(t.Context(), data, size) })
		t.Logf("%-20s %5.2f times its length, %d rows, %v", name, float64(spent)/float64(len(data)), len(list.Items), firstOf(err))
		assert.LessOrEqual(t, spent, most, name)

		var object *row
		spent = allocated(func() {
			object, _ = DecodeObject(NewDecoder(t.Context(), size), bytes.TrimSuffix(bytes.TrimPrefix(data, []byte("[")), []byte("]")),
				func(r *row) bool { return r.ID != 0 })
		})
		assert.LessOrEqual(t, spent, most, "%s as an object", name)
		runtime.KeepAlive(object)
	}
}

func firstOf(err error) string {
	if err == nil {
		return "no error"
	}
	return Line(err.Error(), 100)
}

// TestDecodingEndsWithItsContext: nothing is read once the context has ended,
// except between two checks of it.
func TestDecodingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	because := errors.New("because")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(because)
	for name, body := range hostile(1 << 20) {
		if strings.HasPrefix(name, "a ") || strings.HasPrefix(name, "deep") || strings.Contains(name, "anything") || name == "envelopes" {
			continue // few values, or broken ones
		}
		_, err := decodeRows(ctx, []byte(body), 1<<30)
		assert.ErrorIs(t, err, context.Canceled, name)
		assert.ErrorIs(t, err, because, name)
	}
	small, err := decodeRows(ctx, []byte(`[{"id":1}]`), 0)
	require.NoError(t, err, "what is there is given")
	assert.Len(t, small.Items, 1)
}

// TestRefusalEndsTheReading: nothing is read after an item that is refused.
func TestRefusalEndsTheReading(t *testing.T) {
	shown := 0
	data := []byte(hostile(4 << 20)["empty rows"])
	var err error
	spent := allocated(func() {
		_, err = DecodeList(NewDecoder(t.Context(), 4<<20), data, func(r *row) error {
			shown++
			return errors.New("no")
		})
	})
	require.EqualError(t, err, `field "result[0]": no`)
	assert.Equal(t, 1, shown)
	assert.Less(t, spent, int64(smallRoom))
}

// BenchmarkHostile compares with encoding/json where that reads the document too.
func BenchmarkHostile(b *testing.B) {
	const size = 4 << 20
	documents := hostile(size)
	for _, name := range slices.Sorted(maps.Keys(documents)) {
		data := []byte(documents[name])
		for reader, read := range map[string]func() error{
			"ours": func() error { _, err := decodeRows(b.Context(), data, size); return err },
			"json": func() error { return json.Unmarshal(data, new([]row)) },
		} {
			b.Run(name+"/"+reader, func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				b.ReportAllocs()
				for b.Loop() {
					_ = read()
				}
			})
		}
	}
}
