package main

import (
	"context"
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
	resp, err := new(http.Client).Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s responds %s", url, resp.Status)
	}
	return nil
}
