// Package embed shows Workato's screens to the users of a partner: it signs the
// tokens of direct links and redirects browsers to them.
//
// # A handler
//
//	key, err := embed.ParsePrivateKey(pemText) // from your store of secrets
//	...
//	signer, err := embed.NewSigner(vendorID, key, embed.WithOrigin("https://app.example.com"))
//	...
//	site, err := embed.SiteOf(workato.RegionEU)
//	...
//	handler, err := embed.NewHandler(embed.HandlerConfig{
//		Site:   site,
//		Issuer: signer,
//		Visit: func(r *http.Request) (embed.Subject, embed.Page, error) {
//			account, ok := signedIn(r) // your session
//			if !ok {
//				return embed.Subject{}, embed.Page{}, embed.ErrDenied
//			}
//			page, err := embed.AppPage("/recipes")
//			return embed.Subject{
//				Customer: workato.ExternalID(account.CompanyID),
//				User:     embed.ExternalUser(account.UserID),
//			}, page, err
//		},
//		OnError: func(r *http.Request, err error) {
//			logger.ErrorContext(r.Context(), "no link to Workato", "error", err)
//		},
//	})
//	...
//	mux.Handle("/integrations", handler)
//
// The page of the partner then has <iframe src="/integrations"></iframe>, or a
// link to it that opens a tab. docs/embedding.md covers all of it: the key, the
// origins that Workato has to allow, cookies, and troubleshooting.
//
// # Tokens
//
// A token is a JWT, signed by RS256. Its sub claim names the vendor, the
// customer's workspace and, if given, a member of it; iat and jti make it valid
// for one use within 10 minutes. So each page load needs a fresh one, made when
// the browser asks: never write a link into a page, a cache, a log or an
// e-mail.
//
// No error of this package holds a token or any part of a key, and a Signer
// prints none of its content.
//
// # Keys
//
// ParsePrivateKey reads PEM. NewSigner also takes the crypto.Signer of a key
// management service, so that the private key is never in your memory. The
// service's key must be an RSA key for PKCS #1 v1.5 signatures with SHA-256, of
// 2048 bits or more. crypto.Signer takes no context: Signer.Token returns when
// its context ends, but the request to the service continues until the adapter
// gives up. Give the adapter a time-out, a few seconds, and count a request to
// the service for each token. Every signature is verified before it is used, so
// a key of the wrong kind is an error at once instead of a refused link.
//
// Rotator replaces the key of a running process.
//
// # Messages
//
// The iframe and its page communicate with window.postMessage in the browser:
// Workato has a script for it, and docs/embedding.md a table of the messages.
// Site.Origin is what event.origin must be.
//
// https://docs.workato.com/oem/jwt-direct-linking.html
package embed
