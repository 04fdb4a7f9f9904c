package workatotest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// link is a signed address in the package store.
type link struct {
	file    []byte
	expires time.Time
}

// maxLinks bounds the number of addresses that are remembered.
const maxLinks = 1000

// sign makes a new address for a package, which is valid for ten seconds, like
// those of the real service's object store.
func (c *call) sign(file []byte) string {
	now := c.now()
	for signature, l := range c.links {
		if now.After(l.expires) || len(c.links) >= maxLinks {
			delete(c.links, signature)
		}
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "link %d", c.nextID("link")))
	signature := hex.EncodeToString(sum[:16])
	c.links[signature] = link{file: file, expires: now.Add(c.options.linkLife)}
	return c.store + "/" + signature + "/package.zip"
}

// storeDownload is the name of a download in the request log and in faults.
const storeDownload = "store.download"

// storeRoute stands for downloads, which are not part of the API.
var storeRoute = &route{op: storeDownload}

// fromStore responds to a download, or lets a fault do so.
func (s *Server) fromStore(req *http.Request) *reply {
	s.mu.Lock()
	entry := s.log.head(req, req.URL.Query(), storeRoute, nil, s.now())
	fault := s.meet(entry, storeRoute)
	due := s.due(storeRoute)
	s.mu.Unlock()
	for _, do := range due {
		do(entry)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r, done := fault.before()
	if !done {
		r = s.download(req)
		fault.after(&r)
	}
	entry.Status = r.status
	s.log.add(&entry, nil, fault)
	return &r
}

// download finds the package behind a signature. A client that sends
// credentials discloses them to a third party. An object store refuses
// Authorization together with a signature and ignores the other headers: those
// are a problem, and are refused in strict mode.
func (s *Server) download(req *http.Request) reply {
	r := reply{header: http.Header{}}
	refuse := func(status int, code string) reply {
		r.status = status
		r.header.Set("Content-Type", "application/xml")
		r.body = []byte("<Error><Code>" + code + "</Code></Error>")
		return r
	}
	for _, name := range []string{"Authorization", "X-User-Token", "X-User-Email"} {
		if req.Header.Get(name) != "" {
			s.problem("%s was sent to the package store", name)
			if name == "Authorization" || s.options.strict {
				return refuse(http.StatusBadRequest, "InvalidArgument")
			}
		}
	}
	found, known := s.links[path.Base(path.Dir(req.URL.Path))]
	if !known || s.now().After(found.expires) {
		return refuse(http.StatusForbidden, "AccessDenied")
	}
	sum := sha256.Sum256(found.file)
	r.status = http.StatusOK
	r.header.Set("Content-Type", "application/zip")
	r.header.Set("Accept-Ranges", "bytes")
	r.header.Set("Etag", `"`+hex.EncodeToString(sum[:16])+`"`)
	r.body = found.file
	from, ranged := rangeFrom(req, r.header.Get("Etag"))
	switch size := int64(len(found.file)); {
	case !ranged:
	case from >= size:
		r.header.Set("Content-Range", fmt.Sprintf("bytes */%d", size))
		return refuse(http.StatusRequestedRangeNotSatisfiable, "InvalidRange")
	default:
		r.status = http.StatusPartialContent
		r.header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, size-1, size))
		r.body = found.file[from:]
	}
	return r
}

// rangeFrom reads the range of a client that resumes a download: "bytes=1000-".
// Other ranges are ignored, as a server may do.
func rangeFrom(req *http.Request, etag string) (from int64, ranged bool) {
	if condition := req.Header.Get("If-Range"); condition != "" && condition != etag {
		return 0, false
	}
	text, isBytes := strings.CutPrefix(req.Header.Get("Range"), "bytes=")
	digits, open := strings.CutSuffix(text, "-")
	from, err := strconv.ParseInt(digits, 10, 64)
	return from, isBytes && open && err == nil && from >= 0
}
