package workato

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-workato/workato/internal/transport"
	"github.com/go-workato/workato/internal/wire"
)

// DownloadParams are the options of a download.
type DownloadParams struct {
	// SHA256 is the expected hash of the package in hexadecimal digits. A
	// different hash is an ErrUnexpectedResponse.
	SHA256 string
	// OnProgress is called as the package comes in, with the bytes so far and the
	// size of the whole, -1 if the store does not say.
	OnProgress func(done, total int64)
}

// Download describes what was downloaded.
type Download struct {
	// Size is the length of the package in bytes.
	Size int64
	// SHA256 is the hash of the package in hexadecimal digits.
	SHA256 string
}

// Download writes the package of a completed export to w. The package comes
// from a store on another host, which is sent no credential. It is not held in
// memory.
//
// The address in the store lives for seconds. When it has expired, or the
// response is cut off, the export is read again and the download resumes, as
// often as the client's retry policy permits; what was already written to w
// must not have changed. One attempt may take as long as bytes arrive:
// WithAttemptTimeout and WithTimeout bound the time without any.
//
// An export that is not completed is an ErrUnexpectedResponse, a failed one a
// *FailedError[Export]. After an error w holds a part of the package.
//
// https://docs.workato.com/oem/oem-api/recipe-lifecycle-management.html#get-package-status
func (s *ExportService) Download(ctx context.Context, customerID CustomerID, packageID int64, w io.Writer, params *DownloadParams, opts ...CallOption) (*Download, error) {
	return s.source(customerID, packageID, opts).download(ctx, w, params)
}

// DownloadFile downloads the package of a completed export into a file: see
// Download. The file is written under another name in the same directory and
// renamed when the package is complete and correct, so that no partial file is
// visible. An existing file is replaced. Only its owner may read it.
func (s *ExportService) DownloadFile(ctx context.Context, customerID CustomerID, packageID int64, path string, params *DownloadParams, opts ...CallOption) (*Download, error) {
	return s.source(customerID, packageID, opts).downloadFile(ctx, path, params)
}

// Source returns the package of a completed export as the source of imports for
// other customers. It is downloaded while it is uploaded, again for every
// attempt, and never held in memory: see Download. ctx bounds the downloads.
// Every use requests the size again.
func (s *ExportService) Source(ctx context.Context, customerID CustomerID, packageID int64, opts ...CallOption) Package {
	return s.source(customerID, packageID, opts).asPackage(ctx)
}

func (s *ExportService) source(customerID CustomerID, packageID int64, opts []CallOption) *downloadSource {
	return &downloadSource{core: s.core, opts: opts, op: storeOperation("exports.download"), find: func(ctx context.Context) (*url.URL, *transport.Stream, error) {
		e, err := s.Get(ctx, customerID, packageID, opts...)
		if err != nil {
			return nil, nil, err
		}
		if _, err := exportEnded(s.core, &exportsGetExportStatus)(e); err != nil {
			return nil, nil, err
		}
		if e.DownloadURL == "" {
			return nil, nil, fmt.Errorf("workato: export %d: %w: it is %s and has no package yet", e.ID, ErrUnexpectedResponse, oneLine(string(e.Status)))
		}
		link, err := url.Parse(e.DownloadURL)
		if err != nil { // the text of the error repeats the URL, which is a key to the package
			return nil, nil, fmt.Errorf("workato: export %d: %w: download_url is not a URL", e.ID, ErrUnexpectedResponse)
		}
		return link, nil, nil
	}}
}

// Download writes the package of a completed export to w: see
// ExportService.Download. If there is none, the error is ErrNotFound.
//
// https://docs.workato.com/workato-api/recipe-lifecycle-management.html#download-package
func (s *PackageService) Download(ctx context.Context, packageID int64, w io.Writer, params *DownloadParams, opts ...CallOption) (*Download, error) {
	return s.source(packageID, opts).download(ctx, w, params)
}

// DownloadFile downloads the package of a completed export into a file: see
// ExportService.DownloadFile.
func (s *PackageService) DownloadFile(ctx context.Context, packageID int64, path string, params *DownloadParams, opts ...CallOption) (*Download, error) {
	return s.source(packageID, opts).downloadFile(ctx, path, params)
}

// Source returns the package of a completed export as the source of an import:
// see ExportService.Source.
func (s *PackageService) Source(ctx context.Context, packageID int64, opts ...CallOption) Package {
	return s.source(packageID, opts).asPackage(ctx)
}

func (s *PackageService) source(packageID int64, opts []CallOption) *downloadSource {
	r := packagesDownload.at(number(packageID))
	return &downloadSource{core: s.core, opts: opts, op: &packagesDownload, find: func(ctx context.Context) (*url.URL, *transport.Stream, error) {
		// The service responds with the package, or with the way to the store.
		stream := new(transport.Stream)
		if err := s.core.stream(ctx, r, stream, opts); err != nil || stream.Location == nil {
			return nil, stream, err
		}
		return stream.Location, nil, nil
	}}
}

// downloadSource knows where a package is.
type downloadSource struct {
	core *core
	op   *operation
	opts []CallOption
	// find returns the address of the package in the store, or its bytes.
	find func(context.Context) (*url.URL, *transport.Stream, error)
}

// storeOperation is the row of a request to the package store, which is not
// part of the API.
func storeOperation(name string) *operation {
	return &operation{Operation: Operation{
		Name: name, Method: http.MethodGet, Path: "(package store)", Effect: Read, Paging: PagingNone,
		Quota: Quota{Family: "package store"}, Doc: lifecycleDoc,
	}}
}

const (
	// maxRenewals is how often an expired address is replaced in a row.
	maxRenewals = 3
	// maxHops is how often the store may redirect to another address.
	maxHops = 3
)

// open returns the package from its start.
func (d *downloadSource) open(ctx context.Context) (*transport.Stream, error) {
	var before string
	for renewals := 0; ; renewals++ {
		link, stream, err := d.find(ctx)
		if err != nil || stream != nil {
			return stream, err
		}
		stream, err = d.fetch(ctx, link)
		if err == nil {
			return stream, nil
		}
		expired := errors.Is(err, ErrForbidden) || errors.Is(err, ErrBadRequest)
		if !expired || renewals == maxRenewals || link.String() == before {
			return nil, err
		}
		before = link.String()
	}
}

// fetch sends the request to the store, and follows its redirects.
func (d *downloadSource) fetch(ctx context.Context, link *url.URL) (*transport.Stream, error) {
	for hops := 0; ; hops++ {
		if err := d.core.checkLink(d.op, link); err != nil {
			return nil, err
		}
		if strings.Contains(link.RawQuery, " ") { // which would end the request line
			clean := *link
			clean.RawQuery = strings.ReplaceAll(link.RawQuery, " ", "%20")
			link = &clean
		}
		r := request{op: storeOperation(d.op.Name), secrets: func() []string { return signature(link) }}
		stream := &transport.Stream{URL: link}
		err := d.core.stream(ctx, r, stream, d.opts)
		if err == nil || stream.Location == nil || hops == maxHops {
			return stream, err
		}
		link = stream.Location
	}
}

// signature returns the values in the query of a link: anyone who has them can
// fetch the file.
func signature(link *url.URL) []string {
	var secrets []string
	for _, values := range link.Query() {
		secrets = append(secrets, values...)
	}
	return secrets
}

// checkLink refuses an invalid address, and one without https. Loopback
// addresses are accepted only if the service itself is on this machine.
func (c *core) checkLink(op *operation, link *url.URL) error {
	base, err := c.config.base()
	here := err == nil && loopback(base.Hostname()) && loopback(link.Hostname())
	secure := link.Scheme == "https" || link.Scheme == "http" && (c.config.insecure || here)
	if link.Hostname() == "" || !secure {
		return fmt.Errorf("workato: %s: %w: the address of the package must be https", op.Name, ErrUnexpectedResponse)
	}
	return nil
}

// stream sends a request whose response is left in s.
func (c *core) stream(ctx context.Context, r request, s *transport.Stream, opts []CallOption) error {
	r.stream, r.open = s, true
	_, err := invoke(ctx, c, r, opts, func(_ *wire.Decoder, body []byte) (struct{}, error) {
		switch {
		case s.Body == nil && s.Location == nil:
			return struct{}{}, &wire.KindError{Want: "a package", Got: wire.KindOf(body).String()}
		case s.Body != nil && s.Encoding != "" && !strings.EqualFold(s.Encoding, "identity"):
			return struct{}{}, &wire.KindError{Want: "a package", Got: "one with a content encoding (" + oneLine(s.Encoding) + ")"}
		}
		return struct{}{}, nil
	})
	if err != nil {
		s.Close()
	}
	return err
}

// download copies the package to w.
func (d *downloadSource) download(ctx context.Context, w io.Writer, params *DownloadParams) (*Download, error) {
	p := given(params)
	want := strings.ToLower(p.SHA256)
	if sum, err := hex.DecodeString(want); want != "" && (err != nil || len(sum) != sha256.Size) {
		return nil, invalid("SHA256", "must be %d hexadecimal digits", 2*sha256.Size)
	}
	if w == nil {
		return nil, invalid("w", "is nil")
	}
	r, err := d.reader(ctx, want != "")
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }() // only read from
	r.progress = p.OnProgress
	if _, err := io.Copy(w, struct{ io.Reader }{r}); err != nil {
		return nil, err
	}
	got := &Download{Size: r.done, SHA256: hex.EncodeToString(r.hash.Sum(nil))}
	if want != "" && got.SHA256 != want {
		return nil, fmt.Errorf("workato: %s: %w: the hash of the package is %s, not %s", d.op.Name, ErrUnexpectedResponse, got.SHA256, want)
	}
	return got, nil
}

// asPackage makes the package the source of an import.
func (d *downloadSource) asPackage(ctx context.Context) Package {
	return Package{
		open: func() (io.ReadCloser, error) { return d.reader(ctx, false) },
		length: func() (int64, error) {
			r, err := d.reader(ctx, false)
			if err != nil {
				return 0, &sourceError{err}
			}
			defer func() { _ = r.Close() }() // only read from
			if r.total < 0 {
				return 0, &sourceError{r.unexpected("the store does not state the size of the package; use DownloadFile")}
			}
			return r.total, nil
		},
	}
}
