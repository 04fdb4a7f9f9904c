package embed_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/embed"
)

func unescape(t testing.TB, s string) string {
	t.Helper()
	plain, err := url.PathUnescape(s)
	require.NoError(t, err)
	return plain
}

func TestSites(t *testing.T) {
	t.Parallel()
	for region, want := range map[workato.Region]string{
		workato.RegionUS: "https://app.workato.com", workato.RegionEU: "https://app.eu.workato.com",
		workato.RegionJP: "https://app.jp.workato.com", workato.RegionSG: "https://app.sg.workato.com",
		workato.RegionAU: "https://app.au.workato.com", workato.RegionIL: "https://app.il.workato.com",
		workato.RegionCN: "https://app.workatoapp.cn", workato.RegionKR: "https://app.kr.workato.com",
		workato.RegionUK: "https://app.uk.workato.com", workato.RegionTrial: "https://app.trial.workato.com",
	} {
		site, err := embed.SiteOf(region)
		require.NoError(t, err)
		require.Equal(t, want, site.Origin())
		same, err := embed.SiteAt(want + "/")
		require.NoError(t, err)
		require.Equal(t, site, same)
	}
	_, err := embed.SiteOf("mars")
	requireArgument(t, err, "region", `"mars"`)
}

func TestSiteAt(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://workato.example.com":      "https://workato.example.com",
		"https://Workato.Example.com:8443": "https://workato.example.com:8443",
		"http://localhost:8080":            "http://localhost:8080",
		"http://127.0.0.1:8080":            "http://127.0.0.1:8080",
		"http://[::1]":                     "http://[::1]",
		"http://workato.example.com":       "",
		"http://localhost.example.com":     "",
		"https://workato.example.com/api":  "",
		"":                                 "",
	} {
		site, err := embed.SiteAt(in)
		if want == "" {
			requireArgument(t, err, "baseURL", "")
			continue
		}
		require.NoError(t, err, in)
		require.Equal(t, want, site.Origin())
	}
}

func TestLink(t *testing.T) {
	t.Parallel()
	site := must(embed.SiteOf(workato.RegionUS))
	const app, token = "https://app.workato.com/direct_link", "workato_dl_token=h.p.s"
	for _, tt := range []struct {
		name string
		page embed.Page
		want string
	}{
		{"first page", embed.Page{}, app + "?workato_dl_path=%2F&" + token},
		{"root", must(embed.AppPage("/")), app + "?workato_dl_path=%2F&" + token},
		{"recipe", must(embed.AppPage("/recipes/1")), app + "?workato_dl_path=%2Frecipes%2F1&" + token},
		{
			"query and fragment", must(embed.AppPage("/recipes?page=2&q=a+b%26c#top/x")),
			app + "?workato_dl_path=%2Frecipes%3Fpage%3D2%26q%3Da%2Bb%2526c%23top%2Fx&" + token,
		},
		{"a path to be escaped", must(embed.AppPage("/a b/ü")), app + "?workato_dl_path=%2Fa%2520b%2F%25C3%25BC&" + token},
		{"connection", must(embed.ConnectionWidget(12)), app + "/embedded/connections/12?" + token},
		{"another widget", must(embed.WidgetPage("/embedded/x/1?a=b#f")), app + "/embedded/x/1?a=b&" + token + "#f"},
		{"a query to be escaped", must(embed.WidgetPage(`/w?q=a|"ü`)), app + "/w?q=a%7C%22%C3%BC&" + token},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			link, err := site.Link(tt.page, workato.NewSecret("h.p.s"))
			require.NoError(t, err)
			require.Equal(t, tt.want, link.Reveal())
			require.Equal(t, "***", fmt.Sprint(link))
		})
	}
	require.Equal(t, "/", embed.Page{}.String())
	require.Equal(t, "/recipes?page=2#top", must(embed.AppPage("/recipes?page=2#top")).String())
}

func TestLinkRefuses(t *testing.T) {
	t.Parallel()
	_, err := embed.Site{}.Link(embed.Page{}, workato.NewSecret("h.p.s"))
	requireArgument(t, err, "Site", "zero value")
	_, err = must(embed.SiteOf(workato.RegionUS)).Link(embed.Page{}, workato.Secret{})
	requireArgument(t, err, "token", "is empty")
	for _, id := range []int64{0, -1} {
		_, err = embed.ConnectionWidget(id)
		requireArgument(t, err, "connectionID", "positive")
	}
}

func TestPathsThatLeaveTheApp(t *testing.T) {
	t.Parallel()
	for _, path := range []string{
		"", "recipes", "?q", "#f", " /recipes",
		"//", "//?", "///", "//evil.example", "///evil.example", "//evil.example/recipes", "/%2Fevil.example", "/%2f/evil.example",
		`/\evil.example`, `\\evil.example`, "/%5Cevil.example", `/a\b`, "/a%5cb",
		"https://evil.example", "https:evil.example", "javascript:alert(1)", "http:/evil.example", "user@evil.example",
		"/a\nb", "/a\r\nLocation: https://evil.example", "/a\tb", "/a\x00", "/a\x7f", "/a%0Ab", "/a%00", "/a?q=\n", "/a#\r",
		"/..", "/../x", "/a/../b", "/./a", "/a/.", "/%2e%2e/a", "/a/%2E./b", "/..;x/a", "/..%2Fa", "/a%2F..%2Fb",
		"/a%", "/a%zz", "/a?q=%", "/a#%g1", "/\xff", "/%ff", "/a?q=%ff",
		"/direct_link", "/direct_link?x=1", "/Direct_Link/recipes", "/direct%5Flink/x", "/direct_link.html", "/direct_link;a/b",
		"/a?workato_dl_token=x", "/a?b=1&workato_dl_path=%2F", "/a?WORKATO_DL_token=x", "/a?workato%5Fdl_token=x", "/a?x[workato_dl_token]=1",
	} {
		for name, build := range map[string]func(string) (embed.Page, error){"app": embed.AppPage, "widget": embed.WidgetPage} {
			page, err := build(path)
			require.ErrorIs(t, err, workato.ErrInvalidArgument, "%s %q", name, path)
			requireArgument(t, err, "path", "")
			require.Equal(t, embed.Page{}, page)
		}
	}
}

// With any accepted path, the link leads to the site, carries only this token,
// and fits into a header.
func FuzzLink(f *testing.F) {
	for _, path := range []string{
		"/", "/recipes/1?page=2#top", "//evil", `/\evil`, "/a b", "/ü?q=ü#ü", "/a;b=c?d;e", "/%2F", "/a?b=c&d", "/a%2Fb", "/:80", "/@evil", "/a?#", "/?d;`",
	} {
		f.Add(path, "h.p.s", int64(1))
	}
	f.Add("/a", "a&workato_dl_path=//evil#\r\n", int64(2))
	site := must(embed.SiteAt("https://workato.example:8443"))
	f.Fuzz(func(t *testing.T, path, token string, kind int64) {
		build := embed.AppPage
		if kind%2 == 0 {
			build = embed.WidgetPage
		}
		page, err := build(path)
		if err != nil {
			require.ErrorIs(t, err, workato.ErrInvalidArgument)
			return
		}
		if token == "" {
			return
		}
		secret, err := site.Link(page, workato.NewSecret(token))
		require.NoError(t, err)
		link := secret.Reveal()
		require.NotContains(t, strings.Map(outOfHeader, link), "!", link)
		require.True(t, strings.HasPrefix(link, "https://workato.example:8443/direct_link"), link)
		u, err := url.Parse(link)
		require.NoError(t, err, link)
		require.Equal(t, "workato.example:8443", u.Host)
		require.Equal(t, []string{token}, u.Query()["workato_dl_token"], link)

		target, err := url.Parse(page.String())
		require.NoError(t, err)
		want, err := url.Parse(path)
		require.NoError(t, err)
		require.Equal(t, []string{want.Path, want.Fragment}, []string{target.Path, target.Fragment}, "the page is the one that was meant")
		require.Equal(t, values(want.RawQuery), values(target.RawQuery))
		require.Equal(t, "workato.example:8443", u.ResolveReference(target).Host)
		if kind%2 == 0 {
			require.Equal(t, "/direct_link"+want.Path, u.Path)
			require.Equal(t, want.Fragment, u.Fragment)
			return
		}
		require.Equal(t, "/direct_link", u.Path)
		require.Equal(t, []string{page.String()}, u.Query()["workato_dl_path"])
		require.Len(t, u.Query(), 2)
	})
}

// outOfHeader marks what must not be in a URL in a header.
func outOfHeader(r rune) rune {
	if r <= ' ' || r >= 0x7f || strings.ContainsRune("\"<>\\^`{|}", r) {
		return '!'
	}
	return '.'
}

func values(query string) url.Values {
	v, err := url.ParseQuery(query)
	if err != nil { // a semicolon, which is kept as it stands
		if plain, err := url.PathUnescape(query); err == nil {
			query = plain
		}
		return url.Values{"": {query}}
	}
	return v
}
