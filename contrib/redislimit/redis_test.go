package redislimit_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// server is a redis-server of the test.
type server struct {
	addr   string
	client *redis.Client
	cmd    *exec.Cmd
}

// redisServer starts a redis-server on a free port of loopback, or a sentinel.
// A machine without it fails the test: a quota that was never shared by a real
// Redis is not tested.
func redisServer(t *testing.T, config string, args ...string) *server {
	t.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatalf("these tests need the program redis-server, and it cannot be started: %v.\n"+
			"Install it: apt-get install redis-server, or redis with another package manager.", err)
	}
	dir := t.TempDir()
	port := freePort(t)
	file := filepath.Join(dir, "redis.conf")
	text := fmt.Sprintf("port %d\nbind 127.0.0.1\ndir %s\n%s", port, dir, config)
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600)) // a sentinel rewrites it
	s := &server{addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port))}
	s.cmd = exec.Command(program, append([]string{file}, args...)...)
	var log bytes.Buffer
	s.cmd.Stdout, s.cmd.Stderr = &log, &log
	require.NoError(t, s.cmd.Start())
	s.client = redis.NewClient(&redis.Options{Addr: s.addr})
	t.Cleanup(func() {
		_ = s.client.Close()
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		if t.Failed() {
			t.Logf("redis-server %s:\n%s", s.addr, log.String())
		}
	})
	eventually(t, "redis-server "+s.addr+" answers", func(ctx context.Context) bool { return s.client.Ping(ctx).Err() == nil })
	return s
}

// kill ends the server as a power cut would.
func (s *server) kill(t *testing.T) {
	t.Helper()
	require.NoError(t, s.cmd.Process.Kill())
	_ = s.cmd.Wait()
}

func freePort(t *testing.T) int {
	t.Helper()
	var listener net.ListenConfig
	l, err := listener.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	addr, ok := l.Addr().(*net.TCPAddr)
	require.True(t, ok)
	return addr.Port
}

// eventually polls another process, which no bubble of synctest can hold.
func eventually(t *testing.T, what string, done func(context.Context) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !done(ctx) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("not in 20 s: %s", what)
		}
	}
}

// memory is a Redis that keeps nothing on disk.
const memory = "save \"\"\nappendonly no\nrepl-diskless-sync-delay 0\n"
