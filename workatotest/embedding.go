package workatotest

import "strings"

var embeddingRoutes = []route{
	{method: "PUT", path: "/api/account/signature_verification_key", op: "embedding.update_signing_key", body: "key*", handle: updateSigningKey},
}

func updateSigningKey(c *call) response {
	if !strings.HasPrefix(c.text("key"), "-----BEGIN PUBLIC KEY-----") {
		return invalid("key", "is not a public key in PEM form")
	}
	return ok(object{"vendor_id": "fake-vendor", "success": true})
}
