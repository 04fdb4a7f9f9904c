package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"time"
)

// healthTime bounds a health check. It is below the limit in the Dockerfile,
// which ends the program without a message.
const healthTime = 2 * time.Second

// checkHealth asks a running fake for its page, and is all that a container
// without a shell has for that.
func checkHealth(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, url, http.NoBody)
	if err != nil {
		return err
	}
	// It shows nothing to whoever responds, and knows no certificate of -tls.
	client := &http.Client{Transport: &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // as said above
	}}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s responds %s", url, resp.Status)
	}
	return nil
}
