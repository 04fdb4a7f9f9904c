// Package embed shows Workato's screens to the users of a partner: it signs the
// tokens of direct links and redirects browsers to them.
//
// # A handler
//
//	// newHandler returns what an iframe or a link of your pages leads to. signedIn
//	// is your session: the company and the user that a request comes from.
//	func newHandler(vendorID string, pemText []byte, signedIn func(*http.Request) (company, user string, ok bool)) (http.Handler, error) {
//		key, err := embed.ParsePrivateKey(pemText) // from your store of secrets
//		if err != nil {
//			return nil, err
//		}
//		signer, err := embed.NewSigner(vendorID, key, embed.WithOrigin("https://app.example.com"))
//		if err != nil {
//			return nil, err
//		}
//		site, err := embed.SiteOf(workato.RegionEU)
//		if err != nil {
//			return nil, err
//		}
//		return embed.NewHandler(embed.HandlerConfig{
//			Site:   site,
//			Issuer: signer,
//			Visit: func(r *http.Request) (embed.Subject, embed.Page, error) {
//				company, user, ok := signedIn(r)
//				if !ok {
//					return embed.Subject{}, embed.Page{}, embed.ErrDenied
//				}
//				page, err := embed.AppPage("/recipes")
//				return embed.Subject{Customer: workato.ExternalID(company), User: embed.ExternalUser(user)}, page, err
//			},
//			OnError: func(r *http.Request, err error) {
//				slog.WarnContext(r.Context(), "no link to Workato", "error", err)
//			},
//		})
//	}
//
// Served at /integrations, the page of the partner has
// <iframe src="/integrations"></iframe>, or a link to it that opens a tab.
// go run ./examples/embed shows it without an account. docs/embedding.md covers
// all of it: the key, the origins that Workato has to allow, cookies, and
// troubleshooting.
//
// # Tokens
//
// A token is a JWT, signed by RS256. Its sub claim names the vendor, the
// customer's workspace and, if given, a member of it; iat and jti make it valid
// for one use within 10 minutes. So each page load needs a fresh one, made when
// the browser asks: never write a link into a page, a cache, a log or an
// e-mail.
//
// # What it promises
//
//   - No error of this package holds a token or any part of a key, and a [Signer]
//     prints none of its content. Tokens and links are a workato.Secret, which
//     prints as ***.
//   - The handlers send a browser only to the [Site], whatever the request holds,
//     make a token only for a page load, and let nobody store it. The browser sees
//     a status and no reason: the error goes to OnError.
//   - A mistake in the configuration, a key of the wrong kind and a [Subject] that
//     cannot be used are workato.ErrInvalidArgument. Whether Workato accepts a token
//     is only seen in the browser.
//   - Signer, [Rotator] and the handlers are safe for concurrent use and keep nothing
//     of a request. A token costs one RSA signature and its verification, and no
//     request to Workato.
//
// # Keys
//
// [ParsePrivateKey] reads PEM. [NewSigner] also takes the crypto.Signer of a key
// management service, so that the private key is never in your memory. The
// service's key must be an RSA key for PKCS #1 v1.5 signatures with SHA-256, of
// 2048 bits or more. crypto.Signer takes no context: [Signer.Token] returns when
// its context ends, but the request to the service continues until the adapter
// gives up. Give the adapter a time-out, a few seconds, and count a request to
// the service for each token. Every signature is verified before it is used, so
// a key of the wrong kind is an error at once instead of a refused link.
//
// [Rotator] replaces the key of a running process.
//
// # Messages
//
// The iframe and its page communicate with window.postMessage in the browser:
// Workato has a script for it, and docs/embedding.md a table of the messages.
// [Site.Origin] is what event.origin must be.
//
// https://docs.workato.com/oem/jwt-direct-linking.html
package embed
