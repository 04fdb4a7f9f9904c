package workato

import (
	"net/http"

	"github.com/go-workato/workato/internal/transport"
)

// core is what the services share.
type core struct {
	config    config
	transport *transport.Client
	observer  LimitObserver
	// headers of requests without a body, with JSON and with a package; shared
	// by all requests and never changed.
	plainHeader, jsonHeader, packageHeader http.Header
}
