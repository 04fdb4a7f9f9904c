package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/go-workato/workato/workatotest"
)

func TestDoctor(t *testing.T) {
	fake := workatotest.New(t)
	fake.AddCustomer(workatotest.Customer{ExternalID: "A2300"})
	refusing := workatotest.New(t, workatotest.WithToken("another-token"))
	for name, test := range map[string]struct {
		url, token string
		args       []string
		code       int
		want       string
	}{
		"a fake":         {"", "", nil, 0, "All is well."},
		"an account":     {fake.URL(), workatotest.Token, []string{"-customer", "EA2300"}, 0, "All is well."},
		"a wrong token":  {refusing.URL(), workatotest.Token, nil, 1, "token: no call is let in"},
		"no address":     {"http://127.0.0.1:1", workatotest.Token, nil, 1, "network: nothing listens"},
		"a bad address":  {"ftp://example.com", workatotest.Token, nil, 2, "WithBaseURL"},
		"a bad customer": {"", "", []string{"-customer", "x"}, 2, "customer"},
		"a bad flag":     {"", "", []string{"-nonsense"}, 2, "nonsense"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("WORKATO_API_TOKEN", test.token)
			t.Setenv("WORKATO_BASE_URL", test.url)
			t.Setenv("WORKATO_USER_TOKEN", "")
			t.Setenv("WORKATO_REGION", "")
			var out bytes.Buffer
			if code := run(t.Context(), test.args, &out, &out); code != test.code {
				t.Errorf("exit status %d, want %d", code, test.code)
			}
			if !strings.Contains(out.String(), test.want) {
				t.Errorf("%q is missing in:\n%s", test.want, &out)
			}
			if strings.Contains(out.String(), workatotest.Token) {
				t.Errorf("the token is in:\n%s", &out)
			}
		})
	}
}
