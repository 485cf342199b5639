package vault

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"jejak/event"
	"jejak/ground/vault/internal/seal"
)

// boundValue is what a sealed value is tied to: word, project, key version, purpose. The last alone has no fixed length.
func boundValue(p event.ProjectID, number uint32, purpose string) []byte {
	b := make([]byte, 0, 64)
	b = append(b, "jejak vault value 1"...)
	b = binary.BigEndian.AppendUint32(b, uint32(p))
	b = binary.BigEndian.AppendUint32(b, number)
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
	newest := k.newest()
	binary.BigEndian.PutUint32(out[1:], newest.number)
	return newest.values.Seal(rand, out, plain, boundValue(p, newest.number, purpose))
}

func (k *keys) open(p event.ProjectID, purpose string, sealed []byte) ([]byte, error) {
	if len(sealed) < valueHeader || sealed[0] != valueFormat {
		return nil, errors.New("cannot open a sealed value: its format is unknown")
	}
	by, known := k.of(binary.BigEndian.Uint32(sealed[1:]))
	if !known {
		return nil, errors.New("cannot open a sealed value: its key is unknown")
	}
	plain, err := by.values.Open(sealed[valueHeader:], boundValue(p, by.number, purpose))
	if err != nil {
		return nil, fmt.Errorf("cannot open a sealed value: %w", err)
	}
	return plain, nil
}
