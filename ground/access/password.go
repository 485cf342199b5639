package access

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/subtle"
	_ "embed"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/chacha20poly1305"
)

// passwordScheme 1: argon2id (2 passes, 19 MiB, 1 lane, salt of 16 bytes) gives 32 bytes, from which HKDF-SHA256 expands
// two keys. One is the verifier, kept to compare with. The other seals the authenticator's secret with
// XChaCha20-Poly1305 (nonce, then ciphertext, bound to the user's ID): the database alone gives no codes away.
const passwordScheme = 1

// passwordRecord is what is kept of a password. The zero value fits no password.
type passwordRecord struct {
	scheme   int
	salt     []byte
	verifier []byte
	totp     []byte // sealed
}

// passwordKeys are what only the password gives.
type passwordKeys struct{ verifier, totp []byte }

// What a password must be: long, and not what everybody tries first. Kinds of characters are not asked for
// (NIST SP 800-63B, 3.1.1).
const (
	minPassword = 10   // characters
	maxPassword = 1024 // bytes
)

//go:embed common_passwords.txt
var commonPasswords string

func checkPassword(login, password string) error {
	lower := strings.ToLower(password)
	switch {
	case utf8.RuneCountInString(password) < minPassword:
		return &Invalid{"password", "too_short", fmt.Sprintf("at least %d characters; a sentence is good", minPassword)}
	case len(password) > maxPassword:
		return &Invalid{"password", "too_long", fmt.Sprintf("at most %d bytes", maxPassword)}
	case lower == login || distinct(lower) < 5 || strings.Contains("\n"+commonPasswords, "\n"+lower+"\n"):
		return &Invalid{"password", "common", "this is among the first that anybody would try"}
	}
	return nil
}

// distinct is how many different characters there are.
func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// newPassword hashes a password and seals the authenticator's secret with it. *Limited.
func (s *Service) newPassword(ctx context.Context, userID []byte, password string, totp []byte) (passwordRecord, error) {
	r := passwordRecord{scheme: passwordScheme, salt: s.mustDraw(16)}
	keys, err := s.passwordKeys(ctx, password, r.salt)
	if err != nil {
		return passwordRecord{}, err
	}
	r.verifier = keys.verifier
	r.totp = seal(keys.totp, s.mustDraw(chacha20poly1305.NonceSizeX), totp, userID)
	return r, nil
}

// openPassword gives the authenticator's secret to who has the password. It takes as long when there is no such user or
// no password. ErrCredentials, *Limited.
func (s *Service) openPassword(ctx context.Context, u user, password string) (totp []byte, err error) {
	if len(password) > maxPassword {
		return nil, ErrCredentials
	}
	salt := u.password.salt
	if u.password.scheme != passwordScheme {
		salt = make([]byte, 16)
	}
	keys, err := s.passwordKeys(ctx, password, salt)
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare(keys.verifier, u.password.verifier) != 1 {
		return nil, ErrCredentials
	}
	return unseal(keys.totp, u.password.totp, u.id)
}

func (s *Service) passwordKeys(ctx context.Context, password string, salt []byte) (passwordKeys, error) {
	root, err := s.hasher.hash(ctx, password, salt)
	if err != nil {
		return passwordKeys{}, err
	}
	return passwordKeys{mustExpand(root, "jejak password verifier 1"), mustExpand(root, "jejak password totp 1")}, nil
}

// mustExpand is HKDF-Expand to 32 bytes, which only fails for lengths that nobody asks for.
func mustExpand(root []byte, info string) []byte {
	key, err := hkdf.Expand(sha256.New, root, info, 32)
	if err != nil {
		panic("BUG: cannot expand a key: " + err.Error())
	}
	return key
}

func seal(key, nonce, plain, bound []byte) []byte {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic("BUG: cannot use a key: " + err.Error())
	}
	return aead.Seal(nonce, nonce, plain, bound)
}

func unseal(key, sealed, bound []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic("BUG: cannot use a key: " + err.Error())
	}
	if len(sealed) < aead.NonceSize() {
		return nil, fmt.Errorf("cannot open the authenticator's secret: it is %d bytes long", len(sealed))
	}
	plain, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], bound)
	if err != nil {
		return nil, fmt.Errorf("cannot open the authenticator's secret: %w", err)
	}
	return plain, nil
}
