package main

import (
	"debug/elf"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// dockerfile reads the instructions of the Dockerfile, which has one a line:
// the arguments by the name, the last one if there are several.
func dockerfile(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	last := make(map[string]string)
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, rest, _ := strings.Cut(line, " ")
		if strings.HasSuffix(rest, `\`) {
			t.Fatalf("this test reads one instruction a line: %s", line)
		}
		if name == "RUN" && strings.Contains(rest, "go build") {
			name = "build"
		}
		last[name] = rest
	}
	return last
}

// words is the JSON form of a command, which needs no shell.
func words(t *testing.T, command string) []string {
	t.Helper()
	var list []string
	if err := json.Unmarshal([]byte(command), &list); err != nil || len(list) == 0 {
		t.Fatalf("%q is not in the JSON form, and the image has no shell", command)
	}
	return list
}

// TestImage checks what can be said about the image without a builder of
// images: it begins empty, has another user than root, and its commands are
// such as the program accepts.
func TestImage(t *testing.T) {
	t.Parallel()
	file := dockerfile(t)
	if file["FROM"] != "scratch" {
		t.Errorf("the image is made from %q, want scratch", file["FROM"])
	}
	user, _, _ := strings.Cut(file["USER"], ":")
	if id, err := strconv.Atoi(user); err != nil || id == 0 {
		t.Errorf("the user is %q, want a number other than 0: Kubernetes refuses names for runAsNonRoot", file["USER"])
	}
	entry := words(t, file["ENTRYPOINT"])
	s, err := parse(entry[1:], t.Output())
	if err != nil {
		t.Fatal(err)
	}
	for _, addr := range []string{s.addr, s.storeAddr} {
		host, port, _ := strings.Cut(addr, ":")
		if host != "0.0.0.0" || !regexp.MustCompile(`\b`+port+`\b`).MatchString(file["EXPOSE"]) {
			t.Errorf("%s is not reached from outside: EXPOSE %s", addr, file["EXPOSE"])
		}
	}
	_, check, _ := strings.Cut(file["HEALTHCHECK"], "CMD ")
	health := words(t, check)
	if s, err := parse(health[1:], t.Output()); err != nil || s.healthCheck == "" || health[0] != entry[0] {
		t.Errorf("health check %q: %v", health, err)
	}
	limit := regexp.MustCompile(`--timeout=(\S+)`).FindStringSubmatch(file["HEALTHCHECK"])
	if limit == nil {
		t.Error("the health check has no --timeout")
	} else if d, err := time.ParseDuration(limit[1]); err != nil || d <= healthTime {
		t.Errorf("the health check is ended after %v, before its own %v are over", d, healthTime)
	}
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	oldest, err := strconv.ParseFloat(regexp.MustCompile(`(?m)^go (1\.\d+)`).FindStringSubmatch(string(mod))[1], 64)
	if v, errV := strconv.ParseFloat(strings.TrimPrefix(file["ARG"], "GO_VERSION="), 64); err != nil || errV != nil || v < oldest {
		t.Errorf("the image is built with %s, go.mod wants %v", file["ARG"], oldest)
	}
}

// quoted is a word of a command, with what stands in quotation marks.
var quoted = regexp.MustCompile(`(?:[^\s"]|"[^"]*")+`)

// TestImageProgram builds the program as the Dockerfile does, from the files
// that .dockerignore leaves, and runs it with the commands of the image.
func TestImageProgram(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the program of the image is the same with any configuration of the tests")
	}
	if runtime.GOOS != "linux" {
		t.Skip("the image is one for Linux")
	}
	file := dockerfile(t)
	dir := t.TempDir()
	copyContext(t, dir)
	variables, command, found := strings.Cut(file["build"], "go build ")
	if !found {
		t.Fatalf("RUN %s", file["build"])
	}
	built := filepath.Join(dir, "image", "workato-fake")
	args := quoted.FindAllString(command, -1)
	for i, arg := range args {
		args[i] = strings.Replace(strings.ReplaceAll(arg, `"`, ""), "/image/", filepath.Dir(built)+"/", 1)
	}
	build := exec.CommandContext(t.Context(), "go", append([]string{"build"}, args...)...)
	build.Dir = dir
	build.Env = append(os.Environ(), append(strings.Fields(variables), "GOFLAGS=-mod=readonly -buildvcs=false", "GOWORK=off")...)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", build, err, out)
	}
	binary, err := elf.Open(built)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = binary.Close() }()
	for _, part := range binary.Progs {
		if part.Type == elf.PT_INTERP {
			t.Error("the program is linked dynamically, and the image has no library")
		}
	}

	entry := words(t, file["ENTRYPOINT"])
	if entry[0] != "/"+filepath.Base(built) {
		t.Errorf("the image runs %s, and has /%s", entry[0], filepath.Base(built))
	}
	p := &program{out: newOutput()}
	fake := exec.CommandContext(t.Context(), built, append(entry[1:], "-addr", "127.0.0.1:0", "-store-addr", "127.0.0.1:0")...)
	fake.Stdout, fake.Stderr, fake.Env, fake.Dir = p.out, p.out, []string{}, dir
	if err := fake.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case p.url = <-p.out.address:
	case <-time.After(30 * time.Second):
		t.Fatalf("the program does not listen:\n%s", p.out)
	}
	_, check, _ := strings.Cut(file["HEALTHCHECK"], "CMD ")
	health := words(t, check)
	asked := health[len(health)-1]
	healthy := func() error {
		url := p.url + asked[strings.LastIndex(asked, "/"):]
		out, err := exec.CommandContext(t.Context(), built, append(health[1:len(health)-1:len(health)-1], url)...).CombinedOutput()
		t.Logf("%s", out)
		return err
	}
	if err := healthy(); err != nil {
		t.Errorf("the health check of a running fake: %v", err)
	}
	if err := fake.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := fake.Wait(); err != nil {
		t.Errorf("the end by SIGTERM: %v\n%s", err, p.out)
	}
	if err := healthy(); err == nil {
		t.Error("a fake that has ended is healthy")
	}
}
