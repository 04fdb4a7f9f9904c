package workato_test

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/workatotest"
)

// checksOf are the checks by family.
func checksOf(d *workato.Diagnosis) map[string]workato.Check {
	checks := map[string]workato.Check{}
	for _, check := range d.Checks {
		checks[check.Family] = check
	}
	return checks
}

func TestDiagnoseHealthy(t *testing.T) {
	t.Parallel()
	fake := workatotest.New(t)
	fake.AddCustomer(workatotest.Customer{ExternalID: "acme"})
	d, err := fake.Client(t).Diagnose(t.Context(), nil)
	require.NoError(t, err)
	assert.True(t, d.OK(), "%s: %s", d.Cause, d.Reason)
	assert.NotEmpty(t, d.Workspace)
	assert.Equal(t, "https://workato.test", d.BaseURL)
	assert.Nil(t, d.ClockSkew, "the fake does not tell its time inside the process")
	fake.AssertNoWrites(t)

	// One check for every family that can be read with only a customer.
	families := map[string]bool{}
	for _, op := range workato.Operations() {
		if strings.Count(op.Path, "{") == strings.Count(op.Path, "{customer}") && op.Method == http.MethodGet && !op.Deprecated {
			families[strings.Split(op.Name, ".")[0]] = true
		}
	}
	checks := checksOf(d)
	assert.Len(t, d.Checks, len(families))
	for family := range families {
		assert.NotEqual(t, workato.CauseSkipped, checks[family].Cause, family)
		assert.Contains(t, checks, family)
	}
}

func TestDiagnoseWithoutCustomers(t *testing.T) {
	t.Parallel()
	d, err := workatotest.New(t).Client(t).Diagnose(t.Context(), nil)
	require.NoError(t, err)
	assert.True(t, d.OK(), d.Reason)
	assert.Equal(t, workato.CauseSkipped, checksOf(d)["connections"].Cause)
	assert.Contains(t, checksOf(d)["connections"].Reason, "no customer")
}

// diagnose runs Diagnose against a transport.
func diagnose(t *testing.T, params *workato.DiagnoseParams, respond func(*http.Request) (*http.Response, error)) *workato.Diagnosis {
	t.Helper()
	transport := &recorder{respond: func(_ int, req *http.Request) (*http.Response, error) { return respond(req) }}
	d, err := newClient(t, transport).Diagnose(t.Context(), params)
	require.NoError(t, err)
	return d
}

func TestDiagnoseCauses(t *testing.T) {
	t.Parallel()
	customer := &workato.DiagnoseParams{Customer: customerID}
	fine := response{body: `{"id": 1, "result": [], "data": []}`}
	for name, test := range map[string]struct {
		params  *workato.DiagnoseParams
		respond func(*http.Request) (*http.Response, error)
		cause   workato.Cause
		reason  string
	}{
		"every call is refused": {customer, func(req *http.Request) (*http.Response, error) {
			return response{status: 401, body: `{"message": "Unauthorized"}`}.response(req), nil
		}, workato.CauseToken, "wrong or revoked"},
		"some calls are refused": {customer, func(req *http.Request) (*http.Response, error) {
			if strings.Contains(req.URL.Path, "/connections") {
				return response{status: 401, body: `{"message": "Unauthorized"}`}.response(req), nil
			}
			return fine.response(req), nil
		}, workato.CauseRole, "connections"},
		"another region": {&workato.DiagnoseParams{Customer: customerID, OtherRegions: true}, func(req *http.Request) (*http.Response, error) {
			if req.URL.Hostname() == "app.eu.workato.com" {
				return fine.response(req), nil
			}
			return response{status: 401, body: `{"message": "Unauthorized"}`}.response(req), nil
		}, workato.CauseRegion, `WithRegion("eu")`},
		"no region": {&workato.DiagnoseParams{OtherRegions: true}, func(req *http.Request) (*http.Response, error) {
			return response{status: 401, body: `{"message": "Unauthorized"}`}.response(req), nil
		}, workato.CauseToken, "no data centre"},
		"no name": {customer, func(*http.Request) (*http.Response, error) {
			return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Name: "app.example", IsNotFound: true}}
		}, workato.CauseNetwork, `"app.example"`},
		"nothing listens": {customer, func(*http.Request) (*http.Response, error) {
			return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
		}, workato.CauseNetwork, "nothing listens"},
		"too slow": {customer, func(*http.Request) (*http.Response, error) {
			return nil, context.DeadlineExceeded
		}, workato.CauseNetwork, "in time"},
		"something else": {customer, func(*http.Request) (*http.Response, error) {
			return nil, errors.New("odd")
		}, workato.CauseNetwork, "odd"},
		"certificate of tomorrow": {customer, func(*http.Request) (*http.Response, error) {
			return nil, x509.CertificateInvalidError{Reason: x509.Expired}
		}, workato.CauseClock, "set the clock"},
		"an unknown authority": {customer, func(*http.Request) (*http.Response, error) {
			return nil, x509.UnknownAuthorityError{}
		}, workato.CauseTLS, "not trusted"},
		"another host's certificate": {customer, func(*http.Request) (*http.Response, error) {
			return nil, x509.HostnameError{Certificate: &x509.Certificate{}, Host: "h"}
		}, workato.CauseTLS, "for this address"},
		"a login page": {customer, func(req *http.Request) (*http.Response, error) {
			return response{body: `<html>log in</html>`}.response(req), nil
		}, workato.CauseAddress, "login page"},
		"no such path": {customer, func(req *http.Request) (*http.Response, error) {
			return response{status: 404, body: `{"message": "Not found"}`}.response(req), nil
		}, workato.CauseAddress, "no such path"},
		"no such customer": {customer, func(req *http.Request) (*http.Response, error) {
			if strings.Contains(req.URL.Path, "managed_users/") && !strings.Contains(req.URL.Path, "/usage") {
				return response{status: 404, body: `{"message": "Not found"}`}.response(req), nil
			}
			return fine.response(req), nil
		}, workato.CauseCustomer, "not there"},
		"a wrong clock": {customer, func(req *http.Request) (*http.Response, error) {
			resp := fine.response(req)
			resp.Header.Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
			return resp, nil
		}, workato.CauseClock, "by the Date header"},
		"a service in trouble": {customer, func(req *http.Request) (*http.Response, error) {
			if strings.Contains(req.URL.Path, "/folders") {
				return response{status: 503}.response(req), nil
			}
			return fine.response(req), nil
		}, workato.CauseService, "503"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := diagnose(t, test.params, test.respond)
			assert.Equal(t, test.cause, d.Cause, d.Reason)
			assert.Contains(t, d.Reason, test.reason)
			assert.False(t, d.OK())
			for _, check := range d.Checks {
				assert.NotEmpty(t, check.Reason, check.Family)
				assert.NotContains(t, check.Reason, testToken)
			}
		})
	}

	// One family that is not found, although the customer exists, is a missing
	// feature.
	d := diagnose(t, customer, func(req *http.Request) (*http.Response, error) {
		if strings.Contains(req.URL.Path, "/properties") {
			return response{status: 404, body: `{"message": "Not found"}`}.response(req), nil
		}
		return fine.response(req), nil
	})
	assert.True(t, d.OK(), d.Reason)
	assert.Equal(t, workato.CauseFeature, checksOf(d)["properties"].Cause)
}

func TestDiagnoseRefuses(t *testing.T) {
	t.Parallel()
	client := newClient(t, unreachable(t))
	_, err := client.Diagnose(nil, nil) //nolint:staticcheck // that is what is refused
	require.ErrorContains(t, err, "ctx")
	_, err = client.Diagnose(t.Context(), &workato.DiagnoseParams{AttemptTimeout: -1})
	require.ErrorContains(t, err, "AttemptTimeout")
	for _, id := range []workato.CustomerID{workato.AccountID(0), workato.AccountID(-1), workato.ExternalID("")} {
		_, err = client.Diagnose(t.Context(), &workato.DiagnoseParams{Customer: id})
		require.ErrorIs(t, err, workato.ErrInvalidArgument)
		require.ErrorContains(t, err, "Customer")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = client.Diagnose(ctx, nil)
	require.ErrorIs(t, err, context.Canceled)
}

// The first two reads accept every form that their calls accept.
func TestDiagnoseForms(t *testing.T) {
	t.Parallel()
	for _, customers := range []string{`[{"id": 5}]`, `{"items": [{"id": "5"}]}`, `{"data": [{"id": 5}]}`, `{"result": [{"id": "5"}]}`} {
		d := diagnose(t, nil, func(req *http.Request) (*http.Response, error) {
			body := `{"id": 1, "data": []}`
			switch req.URL.Path {
			case "/api/users/me":
				body = `{"result": {"id": "1", "name": "Nordwind"}}`
			case "/api/managed_users":
				body = customers
			case "/api/managed_users/5/connections":
				return response{status: 404, body: `{"message": "Not found"}`}.response(req), nil
			}
			return response{body: body}.response(req), nil
		})
		assert.True(t, d.OK(), "%s: %s: %s", customers, d.Cause, d.Reason)
		assert.Equal(t, "Nordwind", d.Workspace)
		assert.Equal(t, workato.CauseFeature, checksOf(d)["connections"].Cause, customers)
	}
}

// One family that is not found, although others are, is a feature that the
// partner's workspace does not have. A page of something else is not.
func TestDiagnoseMissingFeature(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]workato.Cause{`{"message": "Not found"}`: workato.CauseFeature, `<html>no</html>`: workato.CauseAddress} {
		d := diagnose(t, nil, func(req *http.Request) (*http.Response, error) {
			if req.URL.Path == "/api/custom_connectors" {
				return response{status: 404, body: body}.response(req), nil
			}
			return response{body: `{"id": 1, "result": []}`}.response(req), nil
		})
		assert.Equal(t, want, checksOf(d)["custom_connectors"].Cause, body)
		assert.Equal(t, want == workato.CauseFeature, d.OK(), d.Reason)
	}
}

// What ends the context is not a problem of the network, and what was not tried is
// not well.
func TestDiagnoseCutShort(t *testing.T) {
	t.Parallel()
	reason := errors.New("the user has gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	transport := &recorder{respond: func(number int, req *http.Request) (*http.Response, error) {
		if number == 5 {
			cancel(reason)
			return nil, context.Canceled
		}
		return response{body: `{"id": 1, "result": [{"id": 5}]}`}.response(req), nil
	}}
	d, err := newClient(t, transport).Diagnose(ctx, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, reason)
	assert.False(t, d.OK())
	assert.Equal(t, workato.CauseSkipped, d.Cause)
	assert.Len(t, transport.all(), 5)
	assert.Greater(t, len(d.Checks), 30)
	for i, check := range d.Checks {
		want := workato.CauseSkipped
		if i < 4 {
			want = workato.CauseNone
		}
		assert.Equal(t, want, check.Cause, check.Family)
		assert.NotEmpty(t, check.Reason)
	}
}
