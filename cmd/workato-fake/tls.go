package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// serviceHosts are the hosts of the real service, which a client may have in
// its code: with a line in the hosts file it reaches the fake without a change.
var serviceHosts = []string{
	"www.workato.com", "app.eu.workato.com", "app.jp.workato.com", "app.sg.workato.com", "app.au.workato.com",
	"app.il.workato.com", "app.kr.workato.com", "app.uk.workato.com", "app.trial.workato.com", "app.workatoapp.cn",
}

// encryption is what the flags say about TLS.
type encryption struct {
	// config is nil for plain http.
	config *tls.Config
	// authority is the file that clients have to trust, if the program has made
	// the certificate itself.
	authority string
}

// encryption reads the given certificate or makes one. The caller removes it.
func (s settings) encryption() (encryption, error) {
	switch {
	case s.tlsCert != "":
		given, err := tls.LoadX509KeyPair(s.tlsCert, s.tlsKey)
		if err != nil {
			return encryption{}, fmt.Errorf("-tls-cert %s, -tls-key %s: %w", s.tlsCert, s.tlsKey, err)
		}
		return encryption{config: configOf(given)}, nil
	case s.tls:
		made, authority, err := throwAway(s.certificateNames())
		if err != nil {
			return encryption{}, err
		}
		file, err := writeAuthority(authority)
		return encryption{config: configOf(made), authority: file}, err
	}
	return encryption{}, nil
}

func configOf(certificate tls.Certificate) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
}

// remove deletes the file of the authority.
func (e encryption) remove() {
	if e.authority != "" {
		_ = os.RemoveAll(filepath.Dir(e.authority))
	}
}

// scheme is that of the addresses.
func (e encryption) scheme() string {
	if e.config == nil {
		return "http"
	}
	return "https"
}

// serve handles requests at a listener until the server is shut down.
func (e encryption) serve(server *http.Server, listener net.Listener) error {
	if e.config == nil {
		return server.Serve(listener)
	}
	return server.ServeTLS(listener, "", "")
}

// certificateNames are the names that clients may use.
func (s settings) certificateNames() []string {
	names := append([]string{"localhost", "127.0.0.1", "::1"}, serviceHosts...)
	for _, addr := range []string{s.addr, s.storeAddr} {
		if host, _, err := net.SplitHostPort(addr); err == nil && host != "" {
			names = append(names, host)
		}
	}
	for name := range strings.SplitSeq(s.tlsNames, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// throwAway makes an authority and a certificate from it. The authority's key
// is discarded at once, so that trusting it trusts nothing else.
func throwAway(names []string) (certificate tls.Certificate, authority []byte, err error) {
	const life = 90 * 24 * time.Hour
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return certificate, nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return certificate, nil, err
	}
	now := time.Now()
	root := &x509.Certificate{
		SerialNumber:          big.NewInt(now.UnixNano()),
		Subject:               pkix.Name{CommonName: "workato-fake, made at " + now.UTC().Format(time.RFC3339)},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(life),
		KeyUsage:              x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano() + 1),
		Subject:      pkix.Name{CommonName: "workato-fake"},
		NotBefore:    root.NotBefore,
		NotAfter:     root.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			leaf.IPAddresses = append(leaf.IPAddresses, ip)
		} else {
			leaf.DNSNames = append(leaf.DNSNames, name)
		}
	}
	signed, err := x509.CreateCertificate(rand.Reader, root, root, authorityKey.Public(), authorityKey)
	if err != nil {
		return certificate, nil, err
	}
	// What is signed has the authority's identifiers only after it was parsed.
	root, err = x509.ParseCertificate(signed)
	if err != nil {
		return certificate, nil, err
	}
	server, err := x509.CreateCertificate(rand.Reader, leaf, root, key.Public(), authorityKey)
	if err != nil {
		return certificate, nil, fmt.Errorf("-tls-names: %w", err)
	}
	authority = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed})
	return tls.Certificate{Certificate: [][]byte{server, signed}, PrivateKey: key}, authority, nil
}

// writeAuthority puts the authority into a directory that only the owner can
// enter.
func writeAuthority(authority []byte) (string, error) {
	dir, err := os.MkdirTemp("", "workato-fake-*")
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(file, authority, 0o600); err != nil {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	return file, nil
}
