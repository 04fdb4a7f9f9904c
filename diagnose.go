package workato

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/go-workato/workato/internal/transport"
)

// DiagnoseParams select what Diagnose tries.
type DiagnoseParams struct {
	// Customer is the customer whose workspace is read, by default the first of
	// the list.
	Customer CustomerID
	// OtherRegions also sends the credential to the other data centres if the
	// client's own refuses it: a token belongs to one of them, and no response
	// says to which.
	OtherRegions bool
	// AttemptTimeout bounds each request, 15 s if 0.
	AttemptTimeout time.Duration
}

// Cause is the problem that a check found. Other values may be added.
type Cause string

// The causes, from those that affect every call to those of one family of
// endpoints.
const (
	CauseNone     Cause = ""         // the check passed
	CauseNetwork  Cause = "network"  // no response came: name, route, proxy or firewall
	CauseClock    Cause = "clock"    // the clock of this machine is wrong
	CauseTLS      Cause = "tls"      // the certificate is not trusted
	CauseAddress  Cause = "address"  // something else than the API responds there
	CauseToken    Cause = "token"    // the credential is wrong, or belongs to another data centre
	CauseRegion   Cause = "region"   // the credential belongs to another data centre
	CauseRole     Cause = "role"     // the client role does not permit this family
	CauseCustomer Cause = "customer" // there is no such customer
	CauseFeature  Cause = "feature"  // the workspace does not have the feature
	CauseService  Cause = "service"  // the service fails, or has no quota left
	CauseSkipped  Cause = "skipped"  // not tried: another check has to pass first
)

// Check is one harmless read with its result.
type Check struct {
	// Family is the service that was tried, such as "connections".
	Family string
	// Operation and Path are those of the read.
	Operation, Path string
	StatusCode      int
	Duration        time.Duration
	Cause           Cause
	// Reason says how the cause is known.
	Reason string
	// Err is the error of the call, nil if it passed or was not made.
	Err error
}

// Diagnosis is the result of Diagnose.
type Diagnosis struct {
	// BaseURL is the origin that was used, Workspace the name of the workspace
	// that the credential belongs to.
	BaseURL, Workspace string
	// Cause is what has to be fixed first, CauseNone if every check has passed.
	Cause Cause
	// Reason says how that is known, and what to do.
	Reason string
	// Region is the data centre that accepts the credential, if OtherRegions has
	// found one.
	Region Region
	// ClockSkew is how far the clock of this machine is ahead of the service's, to
	// about a second; nil if the service did not send its time.
	ClockSkew *time.Duration
	Checks    []Check
}

// OK reports whether every check has passed.
func (d *Diagnosis) OK() bool { return d.Cause == CauseNone }

const (
	defaultCheckTimeout = 15 * time.Second
	// maxSkew is the clock skew that is reported: direct links are valid for ten
	// minutes.
	maxSkew = time.Minute
)

// Diagnose makes one harmless read for each family of endpoints, and finds out
// which of network, clock, address, token, region and role is wrong, and how
// that is known. It changes nothing. Each read is one request without a retry
// and counts against the quota of its family; a family whose reads need an
// unknown id is left out. An error is only returned for invalid arguments, and
// when ctx ends, with what was found until then: all other problems are in the
// Diagnosis.
func (c *Client) Diagnose(ctx context.Context, params *DiagnoseParams, opts ...CallOption) (*Diagnosis, error) {
	p := given(params)
	switch {
	case ctx == nil:
		return nil, invalid("ctx", "is nil")
	case p.AttemptTimeout < 0:
		return nil, invalid("AttemptTimeout", "is negative")
	case p.Customer != CustomerID{}:
		if err := p.Customer.check("Customer"); err != nil {
			return nil, err
		}
	}
	base, err := c.core.config.base()
	if err != nil {
		return nil, err
	}
	opts = append(slices.Clip(opts), WithoutRetry(), WithTimeout(cmp.Or(p.AttemptTimeout, defaultCheckTimeout)))
	d := &doctor{client: c, opts: opts, Diagnosis: Diagnosis{BaseURL: base.String()}}
	d.examine(ctx, p)
	if ctx.Err() != nil {
		return &d.Diagnosis, transport.ContextError(ctx)
	}
	return &d.Diagnosis, nil
}

// doctor is a diagnosis in progress.
type doctor struct {
	Diagnosis
	client *Client
	opts   []CallOption
}

func (d *doctor) examine(ctx context.Context, p DiagnoseParams) {
	whoami := d.try(ctx, &workspaceWhoami, func(opts []CallOption) error {
		workspace, err := d.client.Workspace.Whoami(ctx, opts...)
		if err == nil {
			d.Workspace = workspace.Name
		}
		return err
	})
	if slices.Contains([]Cause{CauseNetwork, CauseTLS, CauseClock, CauseAddress}, whoami.Cause) { // nothing else can work
		d.skip("the first request of all has failed")
		return
	}
	id := p.Customer
	list := d.try(ctx, &managedUsersList, func(opts []CallOption) error {
		customers, err := d.client.ManagedUsers.List(ctx, &ManagedUserListParams{PerPage: 1}, opts...)
		if err == nil && len(customers.Items) > 0 && id == (CustomerID{}) {
			id = customers.Items[0].CustomerID()
		}
		return err
	})
	for _, op := range readsByFamily() {
		switch {
		case ctx.Err() != nil:
			d.skipped(op, contextEnded)
		case whoami.Cause == CauseToken && list.Cause == CauseToken:
			d.skipped(op, "the credential was refused twice")
		case id == (CustomerID{}) && strings.Contains(op.Path, "{customer}"):
			d.skipped(op, "there is no customer to look at")
		default:
			d.try(ctx, op, func(opts []CallOption) error { return d.read(ctx, op, id, opts) })
		}
	}
	d.conclude(ctx, p)
}

// contextEnded is the reason of checks that the end of the context has prevented.
const contextEnded = "the context ended before"

// readsByFamily returns for each service except the two that are tried first a
// list, or another read, that needs only a customer.
func readsByFamily() []*operation {
	var reads []*operation
	families := map[string]bool{family(&workspaceWhoami): true, family(&managedUsersList): true}
	for _, op := range table {
		params := strings.Count(op.Path, "{") - strings.Count(op.Path, "{customer}")
		if op.Method == http.MethodGet && params == 0 && !op.Deprecated && !families[family(op)] {
			families[family(op)] = true
			reads = append(reads, op)
		}
	}
	slices.SortFunc(reads, func(a, b *operation) int { return cmp.Compare(a.Name, b.Name) })
	return reads
}

// family is the service of an operation.
func family(op *operation) string {
	service, _, _ := strings.Cut(op.Name, ".")
	return service
}

// read makes the read of a family. What it returns does not matter.
func (d *doctor) read(ctx context.Context, op *operation, id CustomerID, opts []CallOption) error {
	var query url.Values
	if op.Paging == PagingPage || op.Paging == PagingSinceID {
		query = url.Values{"per_page": {"1"}}
	}
	path := strings.Replace(op.Path, "{customer}", id.PathSegment(), 1)
	return d.client.Do(ctx, Request{Method: op.Method, Path: path, Query: query}, nil, opts...)
}

// try makes one read and keeps its result.
func (d *doctor) try(ctx context.Context, op *operation, read func(opts []CallOption) error) Check {
	var meta ResponseMeta
	began := time.Now()
	err := read(append(slices.Clip(d.opts), WithResponse(&meta)))
	check := Check{Family: family(op), Operation: op.Name, Path: op.Path, StatusCode: meta.StatusCode, Duration: time.Since(began), Err: err}
	check.Cause, check.Reason = causeOf(err)
	// A deadline is no reason only after others were answered in time.
	if end := ctx.Err(); check.Cause == CauseNetwork && end != nil && (len(d.Checks) > 0 || errors.Is(end, context.Canceled)) {
		check.Cause, check.Reason = CauseSkipped, contextEnded
	}
	if sent, parseErr := http.ParseTime(meta.Header.Get("Date")); parseErr == nil && d.ClockSkew == nil {
		skew := began.Sub(sent).Round(time.Second)
		d.ClockSkew = &skew
	}
	d.Checks = append(d.Checks, check)
	return check
}

func (d *doctor) skipped(op *operation, reason string) {
	d.Checks = append(d.Checks, Check{Family: family(op), Operation: op.Name, Path: op.Path, Cause: CauseSkipped, Reason: reason})
}

// skip skips all other checks; the first one says why.
func (d *doctor) skip(reason string) {
	first := d.Checks[0]
	d.Cause, d.Reason = first.Cause, first.Reason
	for _, op := range append([]*operation{&managedUsersList}, readsByFamily()...) {
		d.skipped(op, reason)
	}
}

// conclude decides what is wrong first.
func (d *doctor) conclude(ctx context.Context, p DiagnoseParams) {
	d.tellFeatures()
	count := map[Cause]int{}
	var refused []string
	for _, check := range d.Checks {
		count[check.Cause]++
		if check.Cause == CauseToken {
			refused = append(refused, check.Family)
		}
	}
	switch {
	case count[CauseToken] > 0 && count[CauseNone] > 0:
		// One accepted call shows that the token is valid: the others are refused
		// because of the role.
		for i := range d.Checks {
			if d.Checks[i].Cause == CauseToken {
				d.Checks[i].Cause = CauseRole
				d.Checks[i].Reason = "the credential is accepted elsewhere, so its client role does not permit this"
			}
		}
		d.Cause = CauseRole
		d.Reason = "the credential is accepted, but not for " + strings.Join(refused, ", ") + ": give its client role these permissions"
	case count[CauseToken] > 0:
		d.Cause = CauseToken
		d.Reason = "no call is let in: the token is wrong or revoked, or it belongs to another data centre, which the responses do not tell apart"
		if p.OtherRegions {
			d.findRegion(ctx)
		}
	case d.ClockSkew != nil && d.ClockSkew.Abs() > maxSkew:
		d.Cause = CauseClock
		d.Reason = fmt.Sprintf("the clock of this machine is %v off, by the Date header of the service: direct links and certificates depend on it", d.ClockSkew.Abs())
	default:
		for _, check := range d.Checks {
			if check.Cause != CauseNone && check.Cause != CauseSkipped && check.Cause != CauseFeature && d.Cause == CauseNone {
				d.Cause, d.Reason = check.Cause, check.Family+": "+check.Reason
			}
		}
	}
	if d.Cause == CauseNone && ctx.Err() != nil {
		d.Cause, d.Reason = CauseSkipped, contextEnded+" all families were tried"
	}
}

// tellFeatures distinguishes a missing feature from a missing customer, which is
// missing for every family of a workspace, and from a wrong address, where nothing
// responds as it should.
func (d *doctor) tellFeatures() {
	right, found := false, false // the address, the customer
	for _, check := range d.Checks {
		right = right || check.Cause == CauseNone
		found = found || check.Cause == CauseNone && strings.Contains(check.Path, "{customer}")
	}
	for i := range d.Checks {
		check := &d.Checks[i]
		var said *APIError
		switch {
		case found && check.Cause == CauseCustomer:
			check.Cause, check.Reason = CauseFeature, "not found, although the customer is there: its workspace does not have the feature"
		case right && check.Cause == CauseAddress && errors.As(check.Err, &said) && isGone(said):
			check.Cause, check.Reason = CauseFeature, "not found, although the API is there: the workspace does not have the feature"
		}
	}
}

// findRegion sends the credential to the other data centres.
func (d *doctor) findRegion(ctx context.Context) {
	for _, region := range Regions() {
		other, err := d.client.With(WithRegion(region))
		if err != nil || ctx.Err() != nil {
			return
		}
		if base, _ := region.baseURL(); base == d.BaseURL {
			continue
		}
		if _, err := other.Workspace.Whoami(ctx, d.opts...); err == nil {
			d.Cause, d.Region = CauseRegion, region
			d.Reason = fmt.Sprintf("the data centre %q takes the credential: use WithRegion(%q)", region, region)
			return
		}
	}
	d.Reason = "no data centre takes the credential: the token is wrong or revoked"
}

// causeOf returns the cause of the error of a read.
func causeOf(err error) (Cause, string) {
	var apiErr *APIError
	switch {
	case err == nil:
		return CauseNone, "responded as it should"
	case errors.As(err, &apiErr):
		return causeOfResponse(apiErr)
	case errors.Is(err, ErrLimiter):
		return CauseService, "the limiter of this client has let nothing through"
	}
	return causeOfConnection(err)
}

func causeOfResponse(e *APIError) (Cause, string) {
	switch {
	case e.Is(ErrUnauthorized), e.Is(ErrForbidden):
		return CauseToken, fmt.Sprintf("the service has refused the credential with %d", e.StatusCode)
	case e.Is(ErrServer), e.Is(ErrRateLimited):
		return CauseService, fmt.Sprintf("the service responded with %d; try again later", e.StatusCode)
	case e.Is(ErrRedirect), e.Is(ErrUnexpectedResponse):
		return CauseAddress, "what responds there is not the API: a login page, a proxy or a wrong address"
	case e.Is(ErrNotFound) && strings.Contains(e.Path, "{customer}"):
		return CauseCustomer, "the customer or the feature is not there"
	case e.Is(ErrNotFound):
		return CauseAddress, "the address has no such path"
	}
	// A refusal for its parameters comes after the credential was accepted.
	return CauseNone, fmt.Sprintf("was let in, and refused the parameters with %d", e.StatusCode)
}

// causeOfConnection returns why there was no response.
func causeOfConnection(err error) (Cause, string) {
	var name *net.DNSError
	var invalidCert x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	var otherName x509.HostnameError
	var plain tls.RecordHeaderError
	switch {
	case errors.As(err, &name):
		return CauseNetwork, fmt.Sprintf("the name %q has no address: wrong region or base URL, or no name service", name.Name)
	case errors.As(err, &invalidCert) && invalidCert.Reason == x509.Expired:
		return CauseClock, "by the clock of this machine the certificate is not valid now: set the clock"
	case errors.As(err, &unknown):
		return CauseTLS, "the certificate is signed by an authority that is not trusted here: often a proxy that opens connections"
	case errors.As(err, &otherName), errors.As(err, &invalidCert):
		return CauseTLS, "the certificate is not one for this address"
	case errors.As(err, &plain):
		return CauseAddress, "what responds there does not speak TLS"
	case errors.Is(err, syscall.ECONNREFUSED):
		return CauseNetwork, "nothing listens at the address, or a firewall refuses"
	case errors.Is(err, context.DeadlineExceeded):
		return CauseNetwork, "no response came in time: a firewall that drops, or a proxy that is needed"
	}
	return CauseNetwork, "no response came: " + oneLine(err.Error())
}
