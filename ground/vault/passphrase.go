package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"golang.org/x/crypto/argon2"

	"jejak/ground/vault/internal/seal"
)

// cost is what trying one passphrase costs (argon2id, RFC 9106, one lane).
type cost struct {
	memory int // KiB
	passes int
	salt   [16]byte
}

// The cost of new files: about a third of a second. What a file may ask for is bounded.
const (
	newMemory = 64 << 10
	newPasses = 4
	maxMemory = 1 << 20
	maxPasses = 64
)

// MinPassphrase is the fewest bytes of a passphrase. Whoever steals the key file can try as many as they can pay for.
const MinPassphrase = 16

const maxPassphrase = 1024

func (c cost) key(passphrase []byte) seal.Key {
	return seal.New([seal.KeySize]byte(argon2.IDKey(passphrase, c.salt[:], uint32(c.passes), uint32(c.memory), 1, seal.KeySize)))
}

// withPassphrase seals a root key.
func withPassphrase(rand io.Reader, key [seal.KeySize]byte, passphrase []byte) (k keyFile, err error) {
	if passphrase, err = cleanPassphrase(passphrase); err != nil {
		return k, err
	}
	k = keyFile{protection: WithPassphrase, number: numberOf(key), cost: cost{memory: newMemory, passes: newPasses}}
	if _, err := io.ReadFull(rand, k.cost.salt[:]); err != nil {
		return k, fmt.Errorf("cannot draw a salt: %w", err)
	}
	k.sealed, err = k.cost.key(passphrase).Seal(rand, nil, key[:], []byte(passphraseWord+k.number.String()))
	return k, err
}

// cleanPassphrase takes off the end of the line that files and terminals give.
func cleanPassphrase(text []byte) ([]byte, error) {
	text = bytes.TrimRight(text, "\r\n")
	if len(text) < MinPassphrase || len(text) > maxPassphrase {
		return nil, fmt.Errorf("a passphrase has %d to %d bytes: six random words are a good one", MinPassphrase, maxPassphrase)
	}
	return text, nil
}

func (k *keyFile) passphraseLine() string {
	return summed(passphraseWord, k.number.String(), strconv.Itoa(k.cost.memory), strconv.Itoa(k.cost.passes), encode(k.cost.salt[:]), encode(k.sealed))
}

func parsePassphraseLine(fields []string) (k keyFile, err error) {
	if len(fields) != 7 || !sumFits(fields) {
		return k, errors.New("its checksum does not fit")
	}
	k.protection = WithPassphrase
	salt, saltErr := decode(fields[4], len(k.cost.salt))
	sealed, sealedErr := decode(fields[5], seal.KeySize+seal.Overhead)
	number, numberErr := parseNumber(fields[1])
	memory, memoryErr := parseCount(fields[2], 8, maxMemory)
	passes, passesErr := parseCount(fields[3], 1, maxPasses)
	if err := errors.Join(saltErr, sealedErr, numberErr, memoryErr, passesErr); err != nil {
		return keyFile{}, err
	}
	k.number, k.sealed, k.cost = number, sealed, cost{memory, passes, [16]byte(salt)}
	return k, nil
}

var errPassphrase = errors.New("the passphrase does not open it")

func (k *keyFile) askPassphrase(u Unlock) (key [seal.KeySize]byte, err error) {
	if u.Passphrase == nil {
		return key, errors.New("it is protected by a passphrase, and none was given\nhint: start at a terminal, or name a file or file descriptor with --passphrase-file")
	}
	text, err := u.Passphrase()
	if err != nil {
		return key, err
	}
	if text, err = cleanPassphrase(text); err != nil {
		return key, errPassphrase
	}
	plain, err := k.cost.key(text).Open(k.sealed, []byte(passphraseWord+k.number.String()))
	if err != nil || len(plain) != len(key) {
		return key, errPassphrase
	}
	return [seal.KeySize]byte(plain), nil
}
