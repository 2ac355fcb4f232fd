package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// withServingCertificate adds a certificate for the program's own port to its arguments.
//
// Without one the controller manager and the scheduler sign one for themselves as they start, and
// make two RSA keys for it, which takes some 150 ms while the whole cluster waits for them. One with
// an elliptic key is as good, takes nothing, and is made while they wait for the API server anyway.
// Whoever names a certificate gets that one.
func withServingCertificate(arguments []string) []string {
	if flagValue(arguments, "--tls-cert-file") != "" || flagValue(arguments, "--cert-dir") != "" {
		return arguments
	}
	folder, err := os.MkdirTemp("", "serving-certificate-")
	if err != nil {
		return arguments
	}
	certificate, key := filepath.Join(folder, "tls.crt"), filepath.Join(folder, "tls.key")
	if err := writeServingCertificate(certificate, key); err != nil {
		return arguments
	}
	return append(arguments, "--tls-cert-file="+certificate, "--tls-private-key-file="+key)
}

func writeServingCertificate(certificatePath, keyPath string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return err
	}
	template := x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: "localhost"},
		DNSNames:              []string{"localhost"},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().AddDate(1, 0, 0),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	encodedKey, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	if err := writePEM(certificatePath, "CERTIFICATE", certificate); err != nil {
		return err
	}
	return writePEM(keyPath, "EC PRIVATE KEY", encodedKey)
}

func writePEM(path, kind string, content []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600)
}
