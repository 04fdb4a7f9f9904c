package workatotest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"time"
)

// link is a signed address in the package store.
type link struct {
	file    []byte
	expires time.Time
}

// maxLinks bounds the number of addresses that are remembered.
const maxLinks = 1000

// sign makes an address for a package. It is another one each time, and lives
// for ten seconds, like those of the real service's object store.
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

// fromStore answers a download. The store knows signatures and nothing else: a
// request with credentials is refused, because a client that sends them here
// would show them to a stranger.
func (s *Server) fromStore(req *http.Request) *reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &reply{header: http.Header{}}
	refuse := func(status int, code string) *reply {
		r.status = status
		r.header.Set("Content-Type", "application/xml")
		r.body = []byte("<Error><Code>" + code + "</Code></Error>")
		return r
	}
	for _, name := range []string{"Authorization", "X-User-Token", "X-User-Email"} {
		if req.Header.Get(name) != "" {
			s.problem("%s was sent to the package store", name)
			return refuse(http.StatusBadRequest, "InvalidArgument")
		}
	}
	found, known := s.links[path.Base(path.Dir(req.URL.Path))]
	if !known || s.now().After(found.expires) {
		return refuse(http.StatusForbidden, "AccessDenied")
	}
	r.status = http.StatusOK
	r.header.Set("Content-Type", "application/zip")
	r.body = found.file
	return r
}
