package vault

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"jejak/event"
	"jejak/ground/vault/internal/seal"
)

// bound is what a sealed text is tied to: word, project, key version, purpose. The last alone has no fixed length.
func bound(word string, p event.ProjectID, purpose string) []byte {
	b := make([]byte, 0, 64)
	b = append(b, word...)
	b = binary.BigEndian.AppendUint32(b, uint32(p))
	b = binary.BigEndian.AppendUint32(b, keyVersion)
	return append(b, purpose...)
}

// A sealed value is drawn in docs/format/key.md: format, key version, nonce and ciphertext.
const (
	valueFormat = 1
	valueHeader = 5
)

func (k *keys) seal(rand io.Reader, p event.ProjectID, purpose string, plain []byte) ([]byte, error) {
	out := make([]byte, valueHeader, valueHeader+seal.Overhead+len(plain))
	out[0] = valueFormat
	binary.BigEndian.PutUint32(out[1:], keyVersion)
	return k.values.Seal(rand, out, plain, bound("jejak vault value 1", p, purpose))
}

func (k *keys) open(p event.ProjectID, purpose string, sealed []byte) ([]byte, error) {
	if len(sealed) < valueHeader || sealed[0] != valueFormat || binary.BigEndian.Uint32(sealed[1:]) != keyVersion {
		return nil, errors.New("cannot open a sealed value: its format or key is unknown")
	}
	plain, err := k.values.Open(sealed[valueHeader:], bound("jejak vault value 1", p, purpose))
	if err != nil {
		return nil, fmt.Errorf("cannot open a sealed value: %w", err)
	}
	return plain, nil
}
