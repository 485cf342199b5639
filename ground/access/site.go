package access

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// relyingParty is this installation as a browser at that origin sees it: passkeys can be found without a login, always
// ask for the finger or PIN, and tell nothing about the device. ErrNoPasskeyHere.
func relyingParty(origin string) (*webauthn.WebAuthn, error) {
	host, origin, err := siteOf(origin)
	if err != nil {
		return nil, err
	}
	party, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: "Jejak", RPOrigins: []string{origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey:        protocol.ResidentKeyRequirementRequired,
			RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification:   protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{
			Login:        webauthn.TimeoutConfig{Timeout: pendingLife},
			Registration: webauthn.TimeoutConfig{Timeout: pendingLife},
		},
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore, // some password managers add their own
	})
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", ErrNoPasskeyHere, err)
	}
	return party, nil
}

// siteOf takes an origin apart, and gives it back without a port that goes without saying.
func siteOf(origin string) (host, clean string, err error) {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return "", "", ErrNoPasskeyHere
	}
	host = strings.ToLower(u.Hostname())
	_, notIP := netip.ParseAddr(host)
	local := host == "localhost" || strings.HasSuffix(host, ".localhost")
	if notIP == nil || u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return "", "", ErrNoPasskeyHere
	}
	clean = u.Scheme + "://" + host
	if port := u.Port(); port != "" && port != map[string]string{"https": "443", "http": "80"}[u.Scheme] {
		clean += ":" + port
	}
	return host, clean, nil
}
