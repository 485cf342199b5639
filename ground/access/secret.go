package access

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strings"
)

// hash is how a secret of at least 16 random bytes is kept. Guessing those is hopeless, so a fast hash is enough.
type hash = [sha256.Size]byte

func hashOf(secret string) hash { return sha256.Sum256([]byte(secret)) }

// mustDraw draws n random bytes.
func (s *Service) mustDraw(n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.rand, b); err != nil {
		panic("BUG: no randomness: " + err.Error())
	}
	return b
}

// drawToken is 32 random bytes in 43 characters that fit URLs and cookies.
func (s *Service) drawToken() string { return base64.RawURLEncoding.EncodeToString(s.mustDraw(32)) }

// drawHex is 16 random bytes in 32 hexadecimal digits, the shape of tokens and API secrets that clients expect.
func (s *Service) drawHex() string { return hex.EncodeToString(s.mustDraw(16)) }

var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

// drawName is 5 random bytes in 8 lower-case letters and digits.
func (s *Service) drawName() string { return strings.ToLower(letters.EncodeToString(s.mustDraw(5))) }
