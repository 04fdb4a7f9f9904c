package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/go-workato/workato/workatotest"
)

// settings are the flags.
type settings struct {
	addr, storeAddr, storeURL string
	token                     string
	seed, faults, state       string
	empty, public, quiet      bool
	strict, quotas, retired   bool
	control                   bool
	importReads, startReads   int
	lateConnections           int
	minute, latency           time.Duration
	quotaOf                   map[string]int
	tls                       bool
	tlsCert, tlsKey, tlsNames string
	healthCheck               string
	saveEvery                 time.Duration
}

// parse reads the flags. It reports all mistakes at once.
func parse(args []string, stderr io.Writer) (settings, error) {
	s := settings{saveEvery: time.Second, quotaOf: map[string]int{}}
	flags := flag.NewFlagSet("workato-fake", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.addr, "addr", "127.0.0.1:8080", "`address` of the API and of the page at /")
	flags.StringVar(&s.storeAddr, "store-addr", "", "`address` of the package store, where download links lead (a free loopback port)")
	flags.StringVar(&s.storeURL, "store-url", "", "`origin` of download links, if clients reach the store of -store-addr under another name")
	flags.StringVar(&s.token, "token", workatotest.Token, "API `token` that is accepted")
	flags.StringVar(&s.seed, "seed", "", "JSON `file` with what is there at the beginning")
	flags.StringVar(&s.faults, "faults", "", "JSON `file` with faults to inject")
	flags.StringVar(&s.state, "state", "", "JSON `file` that keeps the state; it comes before -seed if it exists")
	flags.BoolVar(&s.empty, "empty", false, "begin with nothing instead of the demonstration")
	flags.BoolVar(&s.public, "public", false, "allow addresses other than loopback")
	flags.BoolVar(&s.quiet, "quiet", false, "do not log requests")
	flags.BoolVar(&s.control, "control", false, "let tests read and change everything below "+workatotest.ControlPath+" while the program runs")
	flags.BoolVar(&s.strict, "strict", false, "refuse fields and parameters that the real service would ignore")
	flags.BoolVar(&s.quotas, "quotas", false, "apply the documented rate limits")
	flags.Func("quota", "a further rate limit, such as recipes=60: an operation or a family and its `requests` per minute; may be given more than once", addQuota(s.quotaOf))
	flags.DurationVar(&s.minute, "minute", time.Minute, "`length` of a minute of the rate limits; seconds and hours are as much shorter")
	flags.DurationVar(&s.latency, "latency", 0, "`time` to hold every response back")
	flags.BoolVar(&s.retired, "retired", false, "refuse the deprecated credentials (e-mail and token)")
	flags.IntVar(&s.importReads, "import-reads", 1, "`reads` that find an import in progress")
	flags.IntVar(&s.startReads, "start-reads", 0, "`reads` that find a started recipe not running yet")
	flags.IntVar(&s.lateConnections, "late-connections", 0, "`lists` that leave out the connections of an import")
	flags.BoolVar(&s.tls, "tls", false, "speak https with a throw-away certificate for localhost, the hosts of the real service and -tls-names")
	flags.StringVar(&s.tlsCert, "tls-cert", "", "PEM `file` with the certificate to use instead")
	flags.StringVar(&s.tlsKey, "tls-key", "", "PEM `file` with the key of -tls-cert")
	flags.StringVar(&s.tlsNames, "tls-names", "", "further host `names` and addresses in the certificate of -tls, with commas between")
	flags.StringVar(&s.healthCheck, "healthcheck", "", "ask the fake that runs at this `URL` whether it responds, and do nothing else")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	mistakes := s.mistakes()
	if s.healthCheck != "" && flags.NFlag() > 1 {
		mistakes = append(mistakes, errors.New("-healthcheck takes no other flag: it starts no fake"))
	}
	if flags.NArg() > 0 {
		mistakes = append(mistakes, fmt.Errorf("unexpected argument %q", flags.Arg(0)))
	}
	for _, mistake := range mistakes {
		fmt.Fprintln(stderr, "workato-fake:", mistake)
	}
	return s, errors.Join(mistakes...)
}

// addQuota reads name=n into a map.
func addQuota(quotas map[string]int) func(string) error {
	return func(text string) error {
		name, figure, _ := strings.Cut(text, "=")
		n, err := strconv.Atoi(figure)
		if name == "" || err != nil || n <= 0 {
			return errors.New("want a name and a positive number: recipes=60")
		}
		quotas[name] = n
		return nil
	}
}

// mistakes are the flags that make no sense, alone or together.
func (s settings) mistakes() []error {
	var mistakes []error
	wrong := func(is bool, format string, args ...any) {
		if is {
			mistakes = append(mistakes, fmt.Errorf(format, args...))
		}
	}
	addrs := []string{s.addr}
	if s.storeAddr != "" {
		addrs = append(addrs, s.storeAddr)
	}
	for _, addr := range addrs {
		host, _, err := net.SplitHostPort(addr)
		wrong(err != nil, "%w", err)
		wrong(err == nil && !s.public && !isLoopback(host), "%q is not on the loopback interface: say -public if that is meant", addr)
	}
	health, err := url.Parse(s.healthCheck)
	wrong(s.healthCheck != "" && (err != nil || health.Scheme != "http" && health.Scheme != "https" || health.Host == ""),
		"-healthcheck: %q is not a URL such as http://127.0.0.1:8080/", s.healthCheck)
	origin, err := url.Parse(s.storeURL)
	isOrigin := err == nil && (origin.Scheme == "http" || origin.Scheme == "https") && origin.Host != "" && strings.Trim(origin.Path, "/") == ""
	wrong(s.storeURL != "" && !isOrigin, "-store-url: %q is not an origin such as https://packages.example.com", s.storeURL)
	wrong(s.storeURL != "" && s.storeAddr == "", "-store-url needs -store-addr: links would lead nowhere")
	wrong(s.token == "", "-token is empty")
	wrong(strings.ContainsFunc(s.token, unsendable), "-token holds a character that no header can carry")
	wrong(strings.ContainsFunc(s.tlsNames, unicode.IsControl) || slices.ContainsFunc(strings.Split(s.tlsNames, ","), func(name string) bool {
		return strings.ContainsAny(strings.TrimSpace(name), " \t")
	}), "-tls-names: %q is not a list of names with commas between", s.tlsNames)
	wrong(s.empty && s.seed != "", "-empty and -seed contradict each other")
	for _, count := range []struct {
		name string
		n    int
	}{{"import-reads", s.importReads}, {"start-reads", s.startReads}, {"late-connections", s.lateConnections}} {
		wrong(count.n < 0, "-%s: %d is negative", count.name, count.n)
	}
	wrong(s.minute <= 0, "-minute: %v is not a length of time", s.minute)
	wrong(s.latency < 0, "-latency: %v is negative", s.latency)
	wrong(s.tls && s.tlsCert+s.tlsKey != "", "-tls makes a certificate of its own: leave it out beside -tls-cert and -tls-key")
	wrong((s.tlsCert == "") != (s.tlsKey == ""), "-tls-cert and -tls-key belong together")
	wrong(s.tlsNames != "" && !s.tls, "-tls-names needs -tls")
	return mistakes
}

// unsendable are the characters that a token in a header cannot have.
func unsendable(r rune) bool { return r <= ' ' || r >= 0x7f }

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
