package embed_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-workato/workato"
	"github.com/go-workato/workato/embed"
)

func TestParsePrivateKey(t *testing.T) {
	t.Parallel()
	for name, text := range map[string][]byte{
		"PKCS1":       pkcs1(keyA()),
		"PKCS8":       pkcs8(keyA()),
		"white space": append([]byte("\r\n\t "), append(pkcs8(keyA()), "\n\n "...)...),
		"CRLF":        bytes.ReplaceAll(pkcs8(keyA()), []byte("\n"), []byte("\r\n")),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key, err := embed.ParsePrivateKey(text)
			require.NoError(t, err)
			require.True(t, keyA().PublicKey.Equal(key.Public()))
			token, err := newSigner(t, key).Token(t.Context(), acme)
			require.NoError(t, err)
			open(t, token, &keyA().PublicKey)
		})
	}
}

func TestParsePrivateKeyRefuses(t *testing.T) {
	t.Parallel()
	good, der := pkcs8(keyA()), must(x509.MarshalPKCS8PrivateKey(keyA()))
	encrypted := pem.EncodeToMemory(&pem.Block{
		Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(keyA()),
		Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00"},
	})
	public := must(x509.MarshalPKIXPublicKey(&keyA().PublicKey))
	for _, tt := range []struct {
		name string
		text []byte
		want string
	}{
		{"nothing", nil, "is empty"},
		{"blanks", []byte(" \n"), "is empty"},
		{"no PEM", []byte("secret-but-no-key"), "no PEM block"},
		{"bare DER", der, "no PEM block"},
		{"lost line breaks", bytes.ReplaceAll(good, []byte("\n"), []byte(`\n`)), "lost its line breaks"},
		{"cut off", good[:len(good)/2], "no PEM block"},
		{"trailing rubbish", append(bytes.Clone(good), "rubbish"...), "something behind the key"},
		{"two keys", append(bytes.Clone(good), pkcs1(keyB())...), "something behind the key"},
		{"leading rubbish", append([]byte("rubbish\n"), good...), "something before the key"},
		{"rubbish inside the block", block("PRIVATE KEY", append(bytes.Clone(der), 0)), "bytes behind the key"},
		{"rubbish inside PKCS1", block("RSA PRIVATE KEY", append(x509.MarshalPKCS1PrivateKey(keyA()), 0)), "damaged"},
		{"PKCS1 called PKCS8", block("PRIVATE KEY", x509.MarshalPKCS1PrivateKey(keyA())), "damaged"},
		{"damaged", block("PRIVATE KEY", der[:len(der)-9]), "damaged"},
		{"public key", block("PUBLIC KEY", public), "public key"},
		{"public key PKCS1", block("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&keyA().PublicKey)), "public key"},
		{"certificate", block("CERTIFICATE", public), "public key or certificate"},
		{"EC", block("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(ec()))), "is an EC key"},
		{"EC in PKCS8", pkcs8(ec()), "*ecdsa.PrivateKey"},
		{"Ed25519 in PKCS8", pkcs8(edKey()), "ed25519.PrivateKey"},
		{"encrypted PKCS8", block("ENCRYPTED PRIVATE KEY", der), "is encrypted"},
		{"encrypted PKCS1", encrypted, "is encrypted"},
		{"OpenSSH", block("OPENSSH PRIVATE KEY", der), "format of OpenSSH"},
		{"another block", block("DH PARAMETERS", der), "of another kind"},
		{"1024 bits", pkcs8(weak()), "has 1024 bits"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			key, err := embed.ParsePrivateKey(tt.text)
			requireArgument(t, err, "key", tt.want)
			requireNoPart(t, err.Error(), tt.text)
			if tt.name != "1024 bits" {
				require.Nil(t, key)
			}
		})
	}
}

// requireNoPart fails if a text shows 12 bytes of a key, from anywhere in it.
func requireNoPart(t *testing.T, text string, key []byte) {
	t.Helper()
	for line := range strings.Lines(string(key)) {
		line = strings.TrimSpace(line)
		for i := 0; i+12 <= len(line) && !strings.HasPrefix(line, "-----"); i++ {
			require.NotContains(t, text, line[i:i+12])
		}
	}
}

func requireArgument(t *testing.T, err error, field, problem string) {
	t.Helper()
	require.ErrorIs(t, err, workato.ErrInvalidArgument)
	var arg *workato.ArgumentError
	require.ErrorAs(t, err, &arg)
	require.Equal(t, field, arg.Field)
	require.ErrorContains(t, err, problem)
}

func TestNewSignerRefusesKeys(t *testing.T) {
	t.Parallel()
	broken := *keyA()
	broken.Primes = keyB().Primes
	for _, tt := range []struct {
		name string
		key  crypto.Signer
		want string
	}{
		{"none", nil, "is nil"},
		{"typed nil", (*rsa.PrivateKey)(nil), "is nil"},
		{"EC", ec(), "*ecdsa.PublicKey"},
		{"Ed25519", edKey(), "ed25519.PublicKey"},
		{"a service without a public key", remote{}, "<nil>"},
		{"a service with a nil key", remote{public: (*rsa.PublicKey)(nil)}, "RS256"},
		{"1024 bits", weak(), "has 1024 bits"},
		{"1024 bits of a service", remoteOf(weak()), "has 1024 bits"},
		{"parts of two keys", &broken, "not a consistent RSA key"},
		{"public part only", &rsa.PrivateKey{PublicKey: keyA().PublicKey}, "not a consistent RSA key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			signer, err := embed.NewSigner("vendor1", tt.key)
			requireArgument(t, err, "key", tt.want)
			require.Nil(t, signer)
			_, err = embed.PublicKeyPEM(tt.key)
			requireArgument(t, err, "key", tt.want)
		})
	}
}

func TestPublicKeyPEM(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]crypto.Signer{
		"in memory": keyA(), "parsed": must(embed.ParsePrivateKey(pkcs1(keyA()))), "of a service": remoteOf(keyA()),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := embed.PublicKeyPEM(key)
			require.NoError(t, err)
			block, rest := pem.Decode([]byte(text))
			require.NotNil(t, block)
			require.Empty(t, rest)
			require.Equal(t, "PUBLIC KEY", block.Type)
			public, err := x509.ParsePKIXPublicKey(block.Bytes)
			require.NoError(t, err)
			require.True(t, keyA().PublicKey.Equal(public))

			same, err := newSigner(t, key).PublicKeyPEM()
			require.NoError(t, err)
			require.Equal(t, text, same)
		})
	}
	_, err := new(embed.Signer).PublicKeyPEM()
	requireArgument(t, err, "Signer", "zero value")
}

// A parsed key cannot be printed, nor can anything that holds one.
func TestKeysAreNotPrinted(t *testing.T) {
	t.Parallel()
	key := must(embed.ParsePrivateKey(pkcs8(keyA())))
	signer := newSigner(t, key, embed.WithOrigin("https://app.example.com"))
	bare := newSigner(t, keyA())
	config := embed.HandlerConfig{Issuer: signer}
	rotation := embed.RotatorConfig{Signer: bare}
	secrets := []string{"vendor1", "app.example.com", keyA().D.String(), fmt.Sprintf("%x", keyA().D), keyA().Primes[0].String()}
	for _, v := range []any{key, signer, *signer, bare, *bare, config, &config, rotation, &rotation, embed.WithOrigin("https://app.example.com")} {
		for _, text := range printed(v) {
			for _, secret := range secrets {
				assert.NotContains(t, text, secret, "%T", v)
			}
		}
	}
}

func FuzzParsePrivateKey(f *testing.F) {
	for _, seed := range [][]byte{
		nil, pkcs1(keyA()), pkcs8(keyA()), pkcs8(ec()), block("ENCRYPTED PRIVATE KEY", []byte{1}),
		block("PRIVATE KEY", []byte{0x30, 0}), []byte("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----"),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		key, err := embed.ParsePrivateKey(text)
		if err != nil {
			if !errors.Is(err, workato.ErrInvalidArgument) {
				t.Fatalf("%v", err)
			}
			return
		}
		if _, err := newSigner(t, key).Token(t.Context(), acme); err != nil {
			t.Fatalf("a key that was accepted does not sign: %v", err)
		}
	})
}
