package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
)

// stub responds without a network: only the work of the caller is left.
type stub struct {
	status int
	body   []byte
	header http.Header
}

func newStub(status int, body []byte) *stub {
	return &stub{status: status, body: body, header: http.Header{
		"Content-Type": {"application/json; charset=utf-8"},
		"X-Request-Id": {"0123456789abcdef0123456789abcdef"},
	}}
}

func (s *stub) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_, _ = io.Copy(io.Discard, req.Body)
		_ = req.Body.Close()
	}
	return &http.Response{
		StatusCode: s.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: s.header,
		Body: io.NopCloser(bytes.NewReader(s.body)), ContentLength: int64(len(s.body)), Request: req,
	}, nil
}

// path is one way to do the work.
type path interface {
	get() error
	list() error
	create() error
	missing() error
}

// client is the way of the package under test.
type client struct{ c *workato.Client }

func newClient(t testing.TB, base string, transport http.RoundTripper) client {
	c, err := workato.NewClient(workato.WithAPIToken("test-token"), workato.WithBaseURL(base),
		workato.WithHTTPClient(&http.Client{Transport: transport}))
	require.NoError(t, err)
	return client{c}
}

var customer = workato.AccountID(98178)

func (p client) get() error {
	_, err := p.c.ManagedUsers.Get(context.Background(), customer)
	return err
}

func (p client) list() error {
	_, err := p.c.Connections.List(context.Background(), customer, nil)
	return err
}

func (p client) create() error {
	_, err := p.c.Connections.Create(context.Background(), customer, newConnection())
	return err
}

func (p client) missing() error {
	_, err := p.c.ManagedUsers.Get(context.Background(), customer)
	if !errors.Is(err, workato.ErrNotFound) {
		return fmt.Errorf("want ErrNotFound, got %w", err)
	}
	return nil
}

// raw is the way of Client.Do, for endpoints that have no method.
type raw struct{ c *workato.Client }

const (
	customerPath    = "/api/managed_users/98178"
	connectionsPath = customerPath + "/connections"
)

func (p raw) get() error {
	return p.c.Do(context.Background(), workato.Request{Method: http.MethodGet, Path: customerPath}, new(workato.ManagedUser))
}

func (p raw) list() error {
	out := struct {
		Result []workato.Connection `json:"result"`
	}{make([]workato.Connection, 0, rows)}
	return p.c.Do(context.Background(), workato.Request{Method: http.MethodGet, Path: connectionsPath}, &out)
}

func (p raw) create() error {
	return p.c.Do(context.Background(), workato.Request{Method: http.MethodPost, Path: connectionsPath, Body: newBody()}, new(workato.Connection))
}

func (p raw) missing() error {
	if err := p.get(); !errors.Is(err, workato.ErrNotFound) {
		return fmt.Errorf("want ErrNotFound, got %w", err)
	}
	return nil
}

func newConnection() *workato.ConnectionCreateParams {
	return &workato.ConnectionCreateParams{Name: "Invoices", Provider: "jira", FolderID: 4410, ExternalID: "U-9"}
}

// body is what newConnection is on the wire, for the paths that have no type of
// their own.
type body struct {
	Name       string `json:"name"`
	Provider   string `json:"provider"`
	FolderID   int64  `json:"folder_id"`
	ExternalID string `json:"external_id"`
}

func newBody() body {
	return body{Name: "Invoices", Provider: "jira", FolderID: 4410, ExternalID: "U-9"}
}

// tuned is about the best that net/http and encoding/json allow.
type tuned struct {
	http     *http.Client
	base     url.URL
	header   http.Header
	jsonHead http.Header
	buffers  *sync.Pool
}

func newTuned(t testing.TB, base string, transport http.RoundTripper) tuned {
	u, err := url.Parse(base)
	require.NoError(t, err)
	header := http.Header{"Accept": {"application/json"}, "Authorization": {"Bearer test-token"}, "User-Agent": {"bench"}}
	jsonHead := header.Clone()
	jsonHead.Set("Content-Type", "application/json")
	return tuned{
		http: &http.Client{Transport: transport}, base: *u, header: header, jsonHead: jsonHead,
		buffers: &sync.Pool{New: func() any { return bytes.NewBuffer(make([]byte, 0, 64<<10)) }},
	}
}

// statusError is what the tuned path keeps of an error.
type statusError struct {
	status  int
	message string
}

func (e *statusError) Error() string { return fmt.Sprintf("HTTP %d: %s", e.status, e.message) }

func (p tuned) do(method, at string, header http.Header, in []byte, out any) error {
	target := p.base
	target.Path = at
	req := (&http.Request{
		Method: method, URL: &target, Host: target.Host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(context.Background())
	if in != nil {
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(in)), int64(len(in))
	}
	resp, err := p.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	buffer, _ := p.buffers.Get().(*bytes.Buffer)
	defer p.buffers.Put(buffer)
	buffer.Reset()
	if _, err := buffer.ReadFrom(resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		var said struct {
			Message string `json:"message"`
		}
		_ = json.Unmarshal(buffer.Bytes(), &said)
		return &statusError{status: resp.StatusCode, message: said.Message}
	}
	return json.Unmarshal(buffer.Bytes(), out)
}

func (p tuned) get() error {
	return p.do(http.MethodGet, customerPath, p.header, nil, new(workato.ManagedUser))
}

func (p tuned) list() error {
	out := struct {
		Result []workato.Connection `json:"result"`
	}{make([]workato.Connection, 0, rows)}
	return p.do(http.MethodGet, connectionsPath, p.header, nil, &out)
}

func (p tuned) create() error {
	in, err := json.Marshal(newBody())
	if err != nil {
		return err
	}
	return p.do(http.MethodPost, connectionsPath, p.jsonHead, in, new(workato.Connection))
}

func (p tuned) missing() error {
	err := p.do(http.MethodGet, customerPath, p.header, nil, new(workato.ManagedUser))
	var status *statusError
	if !errors.As(err, &status) || status.status != http.StatusNotFound || status.message == "" {
		return fmt.Errorf("want a 404 with its message, got %w", err)
	}
	return nil
}

// naive is a first version without tuning.
type naive struct {
	http *http.Client
	base string
}

func (p naive) do(method, at string, in, out any) error {
	var send io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return err
		}
		send = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(context.Background(), method, p.base+at, send)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer test-token")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/json")
	resp, err := p.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		raw, err := io.ReadAll(resp.Body)
		if err != nil {
			return err
		}
		return &statusError{status: resp.StatusCode, message: string(raw)}
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

func (p naive) get() error {
	return p.do(http.MethodGet, customerPath, nil, new(workato.ManagedUser))
}

func (p naive) list() error {
	var out struct {
		Result []workato.Connection `json:"result"`
	}
	return p.do(http.MethodGet, connectionsPath, nil, &out)
}

func (p naive) create() error {
	return p.do(http.MethodPost, connectionsPath, newBody(), new(workato.Connection))
}

func (p naive) missing() error {
	var status *statusError
	if err := p.get(); !errors.As(err, &status) || status.status != http.StatusNotFound {
		return fmt.Errorf("want a 404, got %w", err)
	}
	return nil
}

// rows is the length of a list.
const rows = 100

// connectionJSON is an object of 480 bytes or so.
func connectionJSON(id int) string {
	return fmt.Sprintf(`{"id":%d,"name":"Production invoices connection of the north","provider":"salesforce",`+
		`"authorized_at":"2024-05-26T22:53:52.528Z","authorization_status":"success","authorization_error":null,`+
		`"created_at":"2024-05-26T22:53:52.532Z","updated_at":"2024-05-26T22:53:52.532Z","external_id":"U-12904",`+
		`"folder_id":4515,"identity":"ana@example.com/1029384756102938","connection_lost_at":null,`+
		`"connection_lost_reason":null,"parent_id":22316,"tags":["tag-AbC1-x2","tag-AbC1-x3"]}`, id)
}

func listJSON() []byte {
	var b bytes.Buffer
	b.WriteString(`{"result":[`)
	for i := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(connectionJSON(7000 + i))
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

const customerJSON = `{"id":512340,"external_id":"CUST-77","name":"Example Ltd","notification_email":"ops@example.com",` +
	`"plan_id":"partner_standard","origin_url":null,"trial":false,"in_trial":false,` +
	`"created_at":"2024-03-01T09:30:00.120-08:00","updated_at":"2024-03-02T11:00:00.007-08:00",` +
	`"time_zone":"Pacific Time (US & Canada)","frame_ancestors":null,"task_limit":10000,` +
	`"active_connection_count":4,"active_recipe_count":6}`

const missingJSON = `{"message":"Not found"}`

// work is what is compared: the response that it needs and the call.
type work struct {
	name   string
	status int
	body   []byte
	run    func(path) error
	// ceilings of the client and of its raw calls through the stub
	client, raw ceiling
}

type ceiling struct{ allocs, bytes float64 }

func works() []work {
	return []work{
		{name: "get", status: 200, body: []byte(customerJSON), run: path.get, client: ceiling{42, 2_800}, raw: ceiling{42, 2_800}},
		{name: "list", status: 200, body: listJSON(), run: path.list, client: ceiling{1_500, 90_000}, raw: ceiling{1_500, 90_000}},
		{name: "create", status: 200, body: []byte(connectionJSON(7000)), run: path.create, client: ceiling{58, 3_200}, raw: ceiling{58, 3_200}},
		{name: "missing", status: 404, body: []byte(missingJSON), run: path.missing, client: ceiling{32, 2_800}, raw: ceiling{32, 2_800}},
	}
}
