// Package seal is the vault's authenticated encryption: XChaCha20-Poly1305 with random nonces, and keys derived by HKDF.
package seal

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/chacha20poly1305"
)

// KeySize of every key here, in bytes.
const KeySize = 32

// Overhead is how much longer a sealed text is, in bytes.
const Overhead = chacha20poly1305.NonceSizeX + chacha20poly1305.Overhead

// ErrOpen says that a sealed text is not what was sealed, or not under this key, or not bound to this.
var ErrOpen = errors.New("the text does not open under this key")

// Derive is HKDF-Expand (RFC 5869) with SHA-256: a key of its own for each use, which info names.
func Derive(key [KeySize]byte, info string) [KeySize]byte {
	out, err := hkdf.Expand(sha256.New, key[:], info, KeySize)
	if err != nil {
		panic("BUG: cannot derive a key: " + err.Error()) // only for absurd lengths
	}
	return [KeySize]byte(out)
}

// Key seals and opens. Many goroutines may use one at once.
type Key struct{ aead cipher.AEAD }

// New makes a Key of 32 random or derived bytes.
func New(key [KeySize]byte) Key {
	aead, err := chacha20poly1305.NewX(key[:])
	if err != nil {
		panic("BUG: cannot use a key: " + err.Error()) // only for another length
	}
	return Key{aead}
}

// Seal appends nonce and ciphertext to dst. The result opens only together with bound. 24 random bytes as nonce do not
// meet again in practice, however many are drawn.
func (k Key) Seal(rand io.Reader, dst, plain, bound []byte) ([]byte, error) {
	at := len(dst)
	dst = append(dst, make([]byte, chacha20poly1305.NonceSizeX)...)
	if _, err := io.ReadFull(rand, dst[at:]); err != nil {
		return nil, fmt.Errorf("cannot draw a nonce: %w", err)
	}
	return k.aead.Seal(dst, dst[at:], plain, bound), nil
}

// Open is the plain text. ErrOpen.
func (k Key) Open(sealed, bound []byte) ([]byte, error) {
	if len(sealed) < Overhead {
		return nil, ErrOpen
	}
	nonce, text := sealed[:chacha20poly1305.NonceSizeX], sealed[chacha20poly1305.NonceSizeX:]
	plain, err := k.aead.Open(nil, nonce, text, bound)
	if err != nil {
		return nil, ErrOpen
	}
	return plain, nil
}
