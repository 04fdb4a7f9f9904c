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
	// headers of requests without a body, with JSON, with a package and to the
	// package store; shared by all requests and never changed.
	plainHeader, jsonHeader, packageHeader, storeHeader http.Header
}
