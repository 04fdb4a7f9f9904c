package embed_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/embed"
	"github.com/go-workato/workato/workatotest"
)

// exampleSigner has its own key; yours comes from ParsePrivateKey.
func exampleSigner() *embed.Signer {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	signer, err := embed.NewSigner("fake-vendor", key, embed.WithOrigin("https://app.example.com"))
	if err != nil {
		panic(err)
	}
	return signer
}

// The handler behind the iframe of a page.
func ExampleNewHandler() {
	signer := exampleSigner()
	site, err := embed.SiteOf(workato.RegionEU)
	if err != nil {
		fmt.Println(err)
		return
	}
	handler, err := embed.NewHandler(embed.HandlerConfig{
		Site:   site,
		Issuer: signer,
		Visit: func(r *http.Request) (embed.Subject, embed.Page, error) {
			session, err := r.Cookie("session") // whatever your sign-in has
			if err != nil || session.Value != "of-ada" {
				return embed.Subject{}, embed.Page{}, embed.ErrDenied
			}
			page, err := embed.AppPage("/" + strings.TrimPrefix(r.URL.Path, "/integrations/"))
			return embed.Subject{Customer: workato.ExternalID("acme"), User: embed.ExternalUser("ada")}, page, err
		},
		OnError: func(r *http.Request, err error) {
			slog.Default().DebugContext(r.Context(), "no link to Workato", "error", err)
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	for _, session := range []string{"of-ada", "of-nobody"} {
		request := httptest.NewRequest(http.MethodGet, "https://app.example.com/integrations/recipes", nil)
		request.AddCookie(&http.Cookie{Name: "session", Value: session})
		response := httptest.NewRecorder()
		handler.ServeHTTP(response, request)
		link, _, _ := strings.Cut(response.Header().Get("Location"), "&workato_dl_token=") // the token stays hidden
		fmt.Println(response.Code, link)
	}
	// Output:
	// 303 https://app.eu.workato.com/direct_link?workato_dl_path=%2Frecipes
	// 403
}

func ExampleSigner_Token() {
	token, err := exampleSigner().Token(context.Background(), embed.Subject{
		Customer: workato.ExternalID("AM10:XV303"), User: embed.User(3037),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(token) // as in a log
	claims, _ := base64.RawURLEncoding.DecodeString(strings.Split(token.Reveal(), ".")[1])
	subject, _, _ := strings.Cut(string(claims), ",")
	fmt.Println(subject)
	// Output:
	// ***
	// {"sub":"fake-vendor:EAM10%3AXV303:3037"
}

func ExampleSite_Link() {
	site, err := embed.SiteOf(workato.RegionUS)
	if err != nil {
		fmt.Println(err)
		return
	}
	recipe, err := embed.AppPage("/recipes/1?tab=jobs")
	if err != nil {
		fmt.Println(err)
		return
	}
	widget, err := embed.ConnectionWidget(4711)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, page := range []embed.Page{recipe, widget} {
		link, err := site.Link(page, workato.NewSecret("header.claims.signature"))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(link.Reveal())
	}
	// Output:
	// https://app.workato.com/direct_link?workato_dl_path=%2Frecipes%2F1%3Ftab%3Djobs&workato_dl_token=header.claims.signature
	// https://app.workato.com/direct_link/embedded/connections/4711?workato_dl_token=header.claims.signature
}

// For pages that use Workato's client script.
func ExampleNewTokenHandler() {
	handler, err := embed.NewTokenHandler(embed.HandlerConfig{
		Issuer: exampleSigner(),
		Visit: func(*http.Request) (embed.Subject, embed.Page, error) { // from your session
			return embed.Subject{Customer: workato.AccountID(98178)}, embed.Page{}, nil
		},
		OnError: func(_ *http.Request, err error) { fmt.Println(err) },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	response := httptest.NewRecorder()
	handler.ServeHTTP(response, httptest.NewRequest(http.MethodPost, "/integrations/token", nil))
	fmt.Println(response.Code, response.Header().Get("Cache-Control"), response.Body.String()[:10])
	// Output: 200 no-store {"token":"
}

// A path that comes from the browser cannot lead to another host.
func ExampleAppPage() {
	for _, path := range []string{"/recipes/1", "//evil.example", "/recipes?next=https://evil.example"} {
		page, err := embed.AppPage(path)
		fmt.Println(page, err)
	}
	// Output:
	// /recipes/1 <nil>
	// / workato: path: must not name a host
	// /recipes?next=https://evil.example <nil>
}

func ExampleSiteAt() {
	site, err := embed.SiteAt("https://workato.example.com")
	fmt.Println(site.Origin(), err)
	_, err = embed.SiteAt("http://workato.example.com")
	fmt.Println(err)
	// Output:
	// https://workato.example.com <nil>
	// workato: baseURL: must begin with https://, for whoever reads the link on its way can use it
}

func ExampleParsePrivateKey() {
	_, err := embed.ParsePrivateKey([]byte(`-----BEGIN PRIVATE KEY-----\nMIIE...\n-----END PRIVATE KEY-----`))
	_, problem, _ := strings.Cut(err.Error(), "; ")
	fmt.Println(problem)
	// Output: what came through an environment variable may have lost its line breaks
}

// A rotation of the key, here against the fake of the service.
func ExampleRotator() {
	fake := workatotest.NewServer()
	defer fake.Close()
	client, err := fake.NewClient()
	if err != nil {
		fmt.Println(err)
		return
	}
	signer := exampleSigner()
	rotator, err := embed.NewRotator(embed.RotatorConfig{
		Signer:  signer,
		Publish: embed.PublishWith(client),
		Grace:   time.Millisecond, // of the example; the default is 2 seconds
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	// Store the new private key before: see docs/embedding.md.
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if err := rotator.Rotate(ctx, exampleSigner()); err != nil {
		fmt.Println(err)
		return
	}
	token, err := rotator.Token(ctx, embed.Subject{Customer: workato.ExternalID("acme")})
	fmt.Println(token, err)
	// Output: *** <nil>
}

// The public key of a new pair goes to Workato once, which returns the vendor
// ID.
func ExamplePublicKeyPEM() {
	fake := workatotest.NewServer()
	defer fake.Close()
	client, err := fake.NewClient()
	if err != nil {
		fmt.Println(err)
		return
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048) // or openssl genpkey, or a key management service
	if err != nil {
		fmt.Println(err)
		return
	}
	public, err := embed.PublicKeyPEM(key)
	if err != nil {
		fmt.Println(err)
		return
	}
	stored, err := client.Embedding.UpdateSigningKey(context.Background(), &workato.EmbeddingUpdateSigningKeyParams{Key: public})
	if err != nil {
		fmt.Println(err)
		return
	}
	signer, err := embed.NewSigner(stored.VendorID, key)
	if err != nil {
		fmt.Println(err)
		return
	}
	again, err := signer.PublicKeyPEM()
	fmt.Println(stored.VendorID, again == public, err)
	// Output: fake-vendor true <nil>
}

// What opens in a browser is a URL with a query.
func ExamplePage_String() {
	page, err := embed.AppPage("/recipes?" + url.Values{"q": {"invoice & order"}}.Encode())
	fmt.Println(page, err)
	// Output: /recipes?q=invoice+%26+order <nil>
}
