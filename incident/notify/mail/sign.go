package mail

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/emersion/go-msgauth/dkim"
)

// Key signs mails under a selector of the sender's domain (DKIM, RFC 6376; Ed25519: RFC 8463).
type Key struct {
	Selector string
	Private  crypto.Signer // *rsa.PrivateKey of 2048 bits or more, or ed25519.PrivateKey
}

// signedHeaders are all that Compose makes. Those that a forger would add a second time are signed as absent by being listed twice.
var signedHeaders = []string{"From", "From", "To", "To", "Subject", "Subject", "Date", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Type", "Content-Transfer-Encoding", "Reply-To"}

// Sign puts the signature of each key before a mail.
func Sign(domain string, keys []Key, message []byte) ([]byte, error) {
	var heads bytes.Buffer
	for _, k := range keys {
		s, err := dkim.NewSigner(&dkim.SignOptions{
			Domain: domain, Selector: k.Selector, Signer: k.Private, Hash: crypto.SHA256,
			HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
			HeaderKeys: signedHeaders,
		})
		if err != nil {
			return nil, fmt.Errorf("cannot sign a mail: %w", err)
		}
		_, err = s.Write(message)
		if err := errors.Join(err, s.Close()); err != nil {
			return nil, fmt.Errorf("cannot sign a mail: %w", err)
		}
		heads.WriteString(s.Signature())
	}
	return append(heads.Bytes(), message...), nil
}

// minRSA is the fewest bits of an RSA key that receivers still trust.
const minRSA = 2048

// ParseKey reads a private key: PEM, PKCS #8 or PKCS #1.
func ParseKey(selector string, text []byte) (Key, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return Key{}, errors.New("cannot read the signing key: it is not PEM\nhint: openssl genpkey -algorithm ed25519 makes one")
	}
	private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		if private, err = x509.ParsePKCS1PrivateKey(block.Bytes); err != nil {
			return Key{}, errors.New("cannot read the signing key: it is neither PKCS #8 nor PKCS #1")
		}
	}
	switch k := private.(type) {
	case *rsa.PrivateKey:
		if k.N.BitLen() < minRSA {
			return Key{}, fmt.Errorf("cannot use the signing key: it has %d bits, %d are needed", k.N.BitLen(), minRSA)
		}
		return Key{selector, k}, nil
	case ed25519.PrivateKey:
		return Key{selector, k}, nil
	}
	return Key{}, errors.New("cannot use the signing key: it is neither RSA nor Ed25519")
}

// Record is the TXT record that publishes a key, at Selector._domainkey.DOMAIN.
func (k Key) Record() (string, error) {
	switch public := k.Private.Public().(type) {
	case *rsa.PublicKey:
		der, err := x509.MarshalPKIXPublicKey(public)
		return "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der), err
	case ed25519.PublicKey:
		return "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public), nil
	}
	return "", errors.New("cannot publish the signing key: it is neither RSA nor Ed25519")
}
