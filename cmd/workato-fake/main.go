// Command workato-fake is a fake of Workato's Embedded API for tests, in a
// process of its own: for clients in any language, and for looking at what a
// job has done. Package workatotest is the same for tests in Go.
//
//	go run ./cmd/workato-fake
//	curl -H 'Authorization: Bearer test-token' http://127.0.0.1:8080/api/managed_users
//
// It keeps everything in memory, and starts with a small demonstration unless
// -seed, -state or -empty say otherwise. The page at / shows the last requests and
// the state. It listens on the loopback interface; another one needs -public,
// because the fake is not hardened.
//
// # Flags
//
// Where it listens:
//
//	-addr address         of the API and of the page at /; 127.0.0.1:8080
//	-public               allow addresses other than loopback
//	-store-addr address   of the package store, where download links lead; a free loopback port
//	-store-url origin     of download links, if clients reach the store under another name
//	-tls                  https with a throw-away certificate; the authority to trust is printed
//	-tls-names names      further hosts and addresses in that certificate, with commas between
//	-tls-cert file        https with this certificate, PEM
//	-tls-key file         its key, PEM
//
// What is there, and what is kept:
//
//	-empty                begin with nothing instead of the demonstration
//	-seed file            begin with what this JSON file has
//	-state file           read this JSON file if it exists, and write it while running and at the end
//	-token token          the API token that is accepted; test-token
//
// How it behaves:
//
//	-faults file          inject the faults of this JSON file
//	-strict               refuse fields and parameters that the real service would ignore
//	-quotas               apply the documented rate limits
//	-quota requests       one more limit per minute: recipes=60; may be given more than once
//	-minute length        how long a minute of the rate limits is; 1m
//	-latency time         hold every response back
//	-retired              refuse the deprecated credentials (e-mail and token)
//	-import-reads reads   how many reads find an import in progress; 1
//	-start-reads reads    how many reads find a started recipe not running yet; 0
//	-late-connections lists  how many lists leave out the connections of an import; 0
//
// How it is used:
//
//	-control              let tests read and change everything below /_fake/ while it runs
//	-quiet                do not log requests
//	-healthcheck URL      ask the fake that runs there whether it responds, and do nothing else
//
// docs/testing-languages.md shows tests in other languages, docs/testing.md the
// faults. The Dockerfile of the repository makes a container of it.
//
// Exit status: 0 after SIGINT or SIGTERM, 1 if a file or port cannot be used or
// a health check fails, 2 for wrong flags.
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/go-workato/workato/workatotest"
)

//go:embed demo.json
var demo []byte

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the program without the process around it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	if s.healthCheck != "" {
		err = checkHealth(ctx, s.healthCheck)
	} else {
		err = serve(ctx, s, stdout)
	}
	if err != nil {
		fmt.Fprintln(stderr, "workato-fake:", err)
		return 1
	}
	return 0
}

// serve handles requests until the context ends.
func serve(ctx context.Context, s settings, stdout io.Writer) error {
	out := newPrinter(stdout)
	defer out.close()
	var listen net.ListenConfig
	api, err := listen.Listen(ctx, "tcp", s.addr)
	if err != nil {
		return err
	}
	defer api.Close()
	secure, err := s.encryption()
	if err != nil {
		return err
	}
	defer secure.remove()
	listeners := []net.Listener{api}
	// Without an address the fake opens the store itself and uses for links the
	// one of the names localhost and 127.0.0.1 that clients do not use for the
	// API: they then treat the store as a third party, as with the real service.
	if s.storeAddr != "" {
		store, err := listen.Listen(ctx, "tcp", s.storeAddr)
		if err != nil {
			return err
		}
		defer store.Close()
		listeners = append(listeners, store)
		if s.storeURL == "" {
			s.storeURL = secure.scheme() + "://" + strings.Replace(store.Addr().String(), "127.0.0.1", "localhost", 1)
		}
	}
	var changed atomic.Bool
	fake, err := s.fake(out, &changed, secure)
	if err != nil {
		return err
	}
	defer fake.Close()
	if err := s.fill(fake, out); err != nil {
		return err
	}

	s.greet(out, secure, api.Addr().String())
	site := s.withControl(fake, &changed, secure, s.withPage(fake))
	servers := []*http.Server{
		{Handler: s.guarded(secure, site), ReadHeaderTimeout: time.Minute, TLSConfig: secure.config.Clone()},
		{Handler: s.guarded(secure, fake.StoreHandler()), ReadHeaderTimeout: time.Minute, TLSConfig: secure.config.Clone()},
	}
	failed := make(chan error, len(servers))
	var running sync.WaitGroup
	for i, listener := range listeners {
		running.Go(func() { failed <- secure.serve(servers[i], listener) })
	}
	err = s.keep(ctx, fake, out, &changed, failed)
	// Hanging requests end with the fake, otherwise the servers would wait for
	// them.
	fake.Close()
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	for _, server := range servers {
		_ = server.Shutdown(stop)
	}
	running.Wait()
	if s.state != "" {
		err = errors.Join(err, fake.SaveState(s.state))
	}
	for _, problem := range fake.Problems() {
		out.atEnd("problem: %s", problem)
	}
	return err
}

// greet says how to reach the fake.
func (s settings) greet(out *printer, secure encryption, addr string) {
	url := secure.scheme() + "://" + addr
	out.printf("workato-fake listens on %s (page: %s/)", url, url)
	trust := ""
	if secure.authority != "" {
		out.printf("clients have to trust the authority in %s", secure.authority)
		trust = "--cacert " + secure.authority + " "
	}
	if s.control {
		out.printf("control: %s%s with the header %s", url, workatotest.ControlPath, workatotest.ControlHeader)
	}
	out.printf("try: curl %s-H 'Authorization: Bearer %s' %s/api/managed_users", trust, s.token, url)
}

// keep waits for the end and saves the state meanwhile. A state that cannot be
// saved now, on a full disk say, is saved later: to end would lose it.
func (s settings) keep(ctx context.Context, fake *workatotest.Server, out *printer, changed *atomic.Bool, failed <-chan error) error {
	ticker := time.NewTicker(s.saveEvery)
	defer ticker.Stop()
	unsaved := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-failed:
			return err
		case <-ticker.C:
			if s.state == "" || !changed.Swap(false) {
				continue
			}
			err := fake.SaveState(s.state)
			if err != nil {
				changed.Store(true)
			}
			switch {
			case err != nil && !unsaved:
				out.printf("the state is not saved, and is tried again: %v", err)
			case err == nil && unsaved:
				out.printf("the state is saved again")
			}
			unsaved = err != nil
		}
	}
}

// fake makes the server that the flags describe.
func (s settings) fake(out *printer, changed *atomic.Bool, secure encryption) (_ *workatotest.Server, err error) {
	options := []workatotest.Option{
		workatotest.WithToken(s.token),
		workatotest.WithStoreURL(s.storeURL),
		workatotest.WithImportReads(s.importReads),
		workatotest.WithStartReads(s.startReads),
		workatotest.WithLateConnections(s.lateConnections),
		workatotest.WithMinute(s.minute),
		workatotest.WithLatency(s.latency),
		workatotest.WithRequestHook(func(r workatotest.Request) {
			changed.Store(true)
			if !s.quiet {
				said := r.Outcome
				if r.Note != "" {
					said = "" // the line has the note, which says the same
				}
				out.printf("%s %s (%s) %s", r.Time.Format(time.TimeOnly), r, r.Operation, said)
			}
		}),
	}
	if secure.config != nil {
		options = append(options, workatotest.WithTLS(secure.config))
	}
	if s.strict {
		options = append(options, workatotest.WithStrict())
	}
	if s.quotas {
		options = append(options, workatotest.WithQuotas())
	}
	for name, perMinute := range s.quotaOf {
		options = append(options, workatotest.WithQuota(name, perMinute))
	}
	if s.retired {
		options = append(options, workatotest.WithLegacyRetired())
	}
	defer func() { // the name of a -quota that nothing has
		if problem := recover(); problem != nil {
			err = fmt.Errorf("%v", problem)
		}
	}()
	return workatotest.NewServer(options...), nil
}

// fill loads the state, the seed or the demonstration.
func (s settings) fill(fake *workatotest.Server, out *printer) error {
	loaded := false
	if s.state != "" {
		err := fake.LoadState(s.state)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		loaded = err == nil
	}
	switch {
	case loaded:
		out.printf("state read from %s", s.state)
	case s.seed != "":
		if err := fake.SeedFile(s.seed); err != nil {
			return err
		}
	case !s.empty && s.state == "":
		if err := fake.SeedJSON("demo.json", demo); err != nil {
			return err
		}
	}
	if s.faults != "" {
		if err := fake.InjectFile(s.faults); err != nil {
			return err
		}
	}
	if s.state == "" {
		return nil
	}
	// Report a file that cannot be written at the start, not after the first
	// change.
	return fake.SaveState(s.state)
}
