package hostile_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/internal/apitest"
)

func gzipped(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close() // neither fails into memory
	return b.Bytes()
}

// floods sends n bytes around a chunk, or for ever if n is negative.
func floods(status, n int, head, chunk string) response {
	piece := []byte(strings.Repeat(chunk, 64<<10/len(chunk)))
	return response{write: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, err := io.WriteString(w, head)
		for sent := 0; err == nil && (n < 0 || sent < n) && r.Context().Err() == nil; sent += len(piece) {
			_, err = w.Write(piece)
		}
		_, _ = io.WriteString(w, `"}`)
	}}
}

// packed is 256 MiB of text, compressed.
var packed = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, `{"message":"`)
	piece := bytes.Repeat([]byte("a"), 1<<20)
	for range 256 {
		_, _ = w.Write(piece)
	}
	_ = w.Close()
	return b.Bytes()
})

// bomb is a small response that decompresses to a large one.
func bomb(status int) response {
	body := packed()
	return response{write: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}}
}

// allocated returns how many bytes a function allocates, including the server.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestBoundedReads: every read has a limit, on decompressed bytes. It measures
// memory and runs alone.
func TestBoundedReads(t *testing.T) {
	// Over HTTP/2 net/http reads up to 4 MiB from the connection in advance, and
	// the server in this process buffers as well.
	limits := map[string]uint64{"HTTP/1.1": 8 << 20, "HTTP/2": 16 << 20}
	promiseAlone(t, "reads little of a 64 MiB error and shows less", func(t *testing.T) {
		overProtocols(t, func(t *testing.T, proto string) {
			for name, a := range map[string]response{
				"JSON text": floods(400, 64<<20, `{"message":"`, "quota "), "white space": floods(400, 64<<20, "", " "), "brackets": floods(400, 64<<20, "", "["),
				"HTML": floods(502, 64<<20, "<html>", "<p>x</p>"), "line feeds": floods(404, 64<<20, `{"message":"`, "\\n"),
				"endless": floods(400, -1, `{"message":"`, "quota "), "bomb": bomb(400), "many fields": floods(422, 64<<20, `{"errors":{"a":"b"`, `,"a":"b"`),
			} {
				t.Run(name, func(t *testing.T) {
					s := newServer(t, proto)
					s.script(a)
					c := s.client(t, workato.WithRetry(workato.RetryPolicy{}))
					var err error
					used := allocated(func() { err = typed("connections.create").run(t.Context(), c) })
					var apiErr *workato.APIError
					require.ErrorAs(t, err, &apiErr)
					assert.Less(t, used, limits[proto])
					assert.Less(t, len(err.Error()), 1024)
					assert.LessOrEqual(t, len(apiErr.Body), 64<<10)
					assert.LessOrEqual(t, len(apiErr.Message), 512)
					assert.NotContains(t, err.Error(), "\n")
				})
			}
		})
	})

	promiseAlone(t, "stops at the limit of a success, counted after decompression, and names it", func(t *testing.T) {
		overProtocols(t, func(t *testing.T, proto string) {
			for name, a := range map[string]response{
				"flood": floods(200, 64<<20, `{"id":1,"name":"`, "quota "), "endless": floods(200, -1, `{"id":1,"name":"`, "quota "), "bomb": bomb(200),
			} {
				t.Run(name, func(t *testing.T) {
					s := newServer(t, proto)
					s.script(a)
					c := s.client(t, workato.WithMaxResponseBytes(1<<20))
					var err error
					used := allocated(func() { err = typed("managed_users.get").run(t.Context(), c) })
					require.ErrorIs(t, err, workato.ErrUnexpectedResponse)
					require.ErrorContains(t, err, "1048576")
					assert.Less(t, used, limits[proto])
					require.Len(t, s.arrived(), 1, "a longer response does not get shorter")
					require.ErrorIs(t, typed("folders.create").run(t.Context(), c), workato.ErrOutcomeUnknown)
					require.Len(t, s.arrived(), 2)
				})
			}
		})
	})

	promiseAlone(t, "accepts a response of exactly the limit, and refuses one byte more", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.script(says(200, goodCustomer))
		require.NoError(t, typed("managed_users.get").run(t.Context(), s.client(t, workato.WithMaxResponseBytes(int64(len(goodCustomer))))))
		require.ErrorIs(t, typed("managed_users.get").run(t.Context(), s.client(t, workato.WithMaxResponseBytes(int64(len(goodCustomer)-1)))),
			workato.ErrUnexpectedResponse)
	})

	promiseAlone(t, "does not trust a length that the response only announces", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		s.script(response{write: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "30000000")
			_, _ = io.WriteString(w, `{"id"`)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}})
		used := allocated(func() { require.Error(t, typed("managed_users.get").run(t.Context(), s.client(t))) })
		assert.Less(t, used, uint64(8<<20), "four attempts")
	})
}

// TestOddResponses: a 200 proves nothing by itself, and an error keeps its
// status whatever its body is.
func TestOddResponses(t *testing.T) {
	t.Parallel()
	promise(t, "refuses a 2xx with the wrong content as a success", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		c := s.client(t)
		n := 0
		for _, status := range []int{200, 201, 202, 204, 206, 299} {
			for _, body := range []string{
				"", " ", "null", "true", "false", "0", "42", `"text"`, `""`, "[]", "[[]]", "[null]", "[1]", "[{}]", "<html><body>Sign in</body></html>", "OK", "nul",
				"{", `{"id":`,
				`{"id":1}{"id":2}`, `{"id":1} trailing`, `{"id":"abc"}`, `{"id":{}}`, `{"id":null}`, `{"result":null}`, `{"result":[]}`, `{"result":"x"}`,
				`{"result":{}}`, `{"result":[null]}`,
				"\xff\xfe{\x00}\x00", "\x1f\x8b\x08", strings.Repeat("[", 20000), strings.Repeat(`{"result":`, 20000),
			} {
				if status > 201 && len(body) > 4 || status == 204 && body != "" {
					continue // the status makes no difference to the rest
				}
				s.script(says(status, body))
				for _, call := range typedCalls() {
					if acceptable(&call, body) {
						continue
					}
					n++
					mark, option := marked(call.name, n)
					err := call.run(t.Context(), c, option)
					if !assert.Errorf(t, err, "%s accepted %d %.40q as success", call.name, status, body) {
						continue
					}
					assert.ErrorIs(t, err, workato.ErrUnexpectedResponse, "%s: %d %.40q", call.name, status, body)
					require.Len(t, s.arrived(mark), 1)
					require.Equal(t, call.Effect == workato.Create, errors.Is(err, workato.ErrOutcomeUnknown), "%s: %d %q", call.name, status, body)
					require.Less(t, len(err.Error()), 1024)
				}
			}
		}
	})

	promise(t, "treats success:false as a refusal, whatever the status and wherever it is", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		c := s.client(t)
		n := 0
		for _, status := range []int{200, 201, 400, 409, 422} {
			for _, body := range []string{
				`{"success":false}`, `{"Success":false,"message":"no"}`, `{"success": "false"}`, `{"success":0}`, `{"result":{"success":false,"status":"rejected"}}`,
				`{"success":false,"id":12,"name":"x","status":"completed"}`, `{"id":12,"success":false}`, `{"success":false,"result":[]}`,
				`{"success":false,"errors":{"running":["x"]}}`,
			} {
				s.script(says(status, body))
				for _, call := range documents() {
					n++
					mark, option := marked(call.name, n)
					err := call.run(t.Context(), c, option)
					assert.ErrorIs(t, err, workato.ErrRejected, "%s: %d %s", call.name, status, body)
					require.NotErrorIs(t, err, workato.ErrOutcomeUnknown, "the service refused")
					require.Len(t, s.arrived(mark), 1)
				}
			}
		}
	})

	promise(t, "refuses an error in place of a confirmation as a success, and an HTML page as a response", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		c := s.client(t)
		for body, complains := range map[string]bool{
			`{"error":"Broken pipe dream"}`: true, `{"errors":["Broken pipe dream"]}`: true, `{"errors":{"base":["Broken pipe dream"]}}`: true,
			`{"result":{"error":"Broken pipe dream"}}`:  true,
			`{"result":{},"error":"Broken pipe dream"}`: true, `{"Error":"Broken pipe dream","success":null}`: true,
			`{"error":null}`: false, `{"errors":[ ],"success":true}`: false, `{"errors":{}}`: false, `{"error":""}`: false, `{"error":false}`: false,
			`{"success":true,"errors":["only a warning"]}`: false,
		} {
			s.script(says(200, body))
			for _, call := range documents() {
				err := call.run(t.Context(), c)
				if !complains {
					if call.Response == workato.ResponseConfirmation {
						assert.NoError(t, err, "%s: %s", call.name, body)
					}
					continue
				}
				assert.ErrorIs(t, err, workato.ErrUnexpectedResponse, "%s: %s", call.name, body)
				assert.ErrorContains(t, err, "Broken pipe dream", call.name)
			}
		}
		s.script(says(200, "<html><title>Sign in</title></html>"))
		for _, method := range []string{"GET", "POST", "DELETE"} {
			err := c.Do(t.Context(), workato.Request{Method: method, Path: "/api/unheard_of"}, nil)
			require.ErrorIs(t, err, workato.ErrUnexpectedResponse)
			require.Equal(t, method != "GET", errors.Is(err, workato.ErrOutcomeUnknown))
		}
	})

	promise(t, "says in words why a response is invalid: a byte order mark, a refusal without a reason, a non-standard status", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		for words, a := range map[string]response{
			"got a byte order mark": says(200, "\ufeff"+goodCustomer), "HTTP 200: rejected": says(200, `{"success":false}`), "HTTP 599 after 4 attempts": says(599,
				``), "HTTP 404: Not Found": says(404, ``),
		} {
			s.script(a)
			require.ErrorContains(t, typed("managed_users.get").run(t.Context(), s.client(t)), words)
		}
	})

	promise(t, "keeps status, request id and text of an error in any form", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		c := s.client(t, workato.WithRetry(workato.RetryPolicy{}))
		shapes := map[string]string{
			`{"message":"Broken pipe dream"}`: "Broken pipe dream", `{"error":"Broken pipe dream"}`: "Broken pipe dream",
			`{"errors":["Broken pipe dream"]}`:          "Broken pipe dream",
			`{"errors":{"name":["Broken pipe dream"]}}`: "Broken pipe dream", `{"errors":[{"code":7,"title":"Broken pipe dream"}]}`: "Broken pipe dream",
			`<html><title>Broken pipe dream</title></html>`: "Broken pipe dream", `Broken pipe dream`: "Broken pipe dream", `"Broken pipe dream"`: "Broken pipe dream",
			`{"fault":{"faultstring":"x"}}`: "", `[]`: "", `null`: "", ``: "", `{`: "", `{"message":null}`: "", `{"message":{"a":1}}`: "",
			`{"errors":null,"message":[]}`: "", "\xff\xfe": "",
			`[{"message":"Broken pipe dream"}]`: "Broken pipe dream", `{"data":{"message":"x"}}`: "", `{"status":404}`: "", `{"code":"E1"}`: "",
			strings.Repeat(`{"errors":[`, 5000): "",
		}
		next := inTurn(typedCalls())
		for _, status := range []int{400, 401, 403, 404, 409, 422, 500, 502, 503} {
			for body, words := range sorted(shapes) {
				s.script(says(status, body, "X-Request-Id", "0123456789abcdef"))
				call := next()
				err := call.run(t.Context(), c)
				var apiErr *workato.APIError
				require.ErrorAs(t, err, &apiErr, "%d %q", status, body)
				require.Equal(t, status, apiErr.StatusCode)
				require.Equal(t, "0123456789abcdef", apiErr.RequestID)
				require.Equal(t, call.name, apiErr.Operation)
				require.Contains(t, err.Error(), strconv.Itoa(status))
				require.Contains(t, err.Error(), words, "%d %q", status, body)
				require.LessOrEqual(t, len(body), len(apiErr.Body)+0, "the body is kept")
				requireOneLine(t, err.Error())
			}
		}
	})

	promise(t, "shows the server's text as one short line of printable text", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		c := s.client(t)
		next := inTurn(typedCalls())
		for _, said := range []string{
			`a\nb`, `a\r\nb`, `\u001b[31mred`, `\u0000`, `\u202eevil`, `\u2028`, `\ud800`, "\xff", `tab\there`, strings.Repeat(`é`, 2000), strings.Repeat(`🦊`,
				2000), `\u200b`, `\u0085`, `\u007f`,
		} {
			for _, body := range []string{
				`{"message":"` + said + `"}`, `{"errors":{"` + said + `":["` + said + `"]}}`, `{"error_type":"` + said + `"}`, said,
				"<html>" + said,
			} {
				s.script(says(400, body, "X-Request-Id", strings.Repeat("r", 4000)))
				err := next().run(t.Context(), c)
				require.Error(t, err)
				requireOneLine(t, err.Error())
				require.Less(t, len(err.Error()), 2048)
			}
		}
	})

	promise(t, "never treats an error as an empty list", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		c := s.client(t)
		for _, body := range []string{
			`{"message":"Not found"}`, `{"error":"no"}`, `{}`, `{"result":{}}`, `{"results":[]}`, `{"Items":null}`, `{"count":0}`,
			`null`, `""`, `{"result":false}`,
		} {
			s.script(says(200, body))
			for _, call := range documents() {
				if call.Response == workato.ResponseList {
					require.ErrorIs(t, call.run(t.Context(), c), workato.ErrUnexpectedResponse, "%s: %s", call.name, body)
				}
			}
		}
	})

	promise(t, "ends a list that repeats itself", func(t *testing.T) {
		s := newServer(t, "HTTP/1.1")
		c := s.client(t)
		for _, call := range those(func(c *call) bool { return c.Paging != workato.PagingNone }) {
			e := apitest.Lookup(call.name)
			full := make([]int, 100)
			for i := range full {
				full[i] = 200 - i
			}
			s.script(says(200, e.Page(full...)))
			before := len(s.arrived())
			var last error
			count := 0
			for _, err := range e.Walk.Do(t.Context(), c, acme, 0, 0) {
				last = err
				count++
			}
			require.ErrorIs(t, last, workato.ErrRepeatedPage, call.name)
			require.Equal(t, 101, count, call.name)
			require.Len(t, s.arrived(), before+2, call.name)
		}
	})
}

// acceptable is true for the few odd bodies that are a valid response of a
// call.
func acceptable(c *call, body string) bool {
	valid := json.Valid([]byte(body))
	switch c.Response {
	case workato.ResponseConfirmation: // it needs only an object, or nothing
		return strings.TrimSpace(body) == "" || valid && strings.HasPrefix(body, `{"id":`) || body == `{"result":{}}` || body == `{"result":null}`
	case workato.ResponseList:
		if body == "[]" || body == `{"result":[]}` {
			return true
		}
	case workato.ResponseRaw:
		if strings.TrimSpace(body) == "" { // which a write may answer that nobody has seen
			return slices.Contains(apitest.Lookup(c.name).Responses(), body)
		}
		return valid && (body[0] == '{' || body[0] == '[')
	case workato.ResponseObject:
	}
	return slices.ContainsFunc(apitest.Lookup(c.name).Responses(), func(good string) bool {
		return valid && strings.ReplaceAll(good, " ", "") == body
	})
}

func requireOneLine(t *testing.T, text string) {
	t.Helper()
	require.True(t, utf8.ValidString(text))
	for _, r := range text {
		require.True(t, unicode.IsPrint(r) || r == utf8.RuneError, "%q in %q", r, text)
	}
}
