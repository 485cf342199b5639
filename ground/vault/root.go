package vault

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"jejak/ground/vault/internal/seal"
)

// The key file is drawn in docs/format/key.md.
const (
	rootWord    = "jejak-root-key-"
	rootVersion = "1"
	maxKeyFile  = 4096 // bytes
)

const rootHint = `# The root key of a Jejak installation. With it and the data folder, personal values can be read; without it nobody can
# read them again, ever. Keep a copy, but not where you keep the copies of the data folder.
`

// root is the key that wraps the projects' keys.
type root struct {
	wrap   seal.Key
	number [8]byte // tells root keys apart, and nothing about the key
	// logSeed makes the key that signs the audit log.
	logSeed [32]byte
}

// origin names the audit log of the installation in its checkpoints.
func (r root) origin() string { return "jejak/" + hex.EncodeToString(r.number[:]) }

func newRoot(key [seal.KeySize]byte) root {
	number := seal.Derive(key, "jejak vault number 1")
	return root{seal.New(seal.Derive(key, "jejak vault wrap 1")), [8]byte(number[:8]), seal.Derive(key, "jejak audit sign 1")}
}

// readRoot reads the key file. An error that is fs.ErrNotExist says that there is none.
func readRoot(path string) (root, error) {
	f, err := os.Open(path)
	if err != nil {
		return root{}, fmt.Errorf("cannot open the key file: %w", err)
	}
	defer f.Close()
	if err := checkRights(f, path); err != nil {
		return root{}, err
	}
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return root{}, fmt.Errorf("cannot read the key file: %w", err)
	}
	key, err := parseRoot(text)
	if err != nil {
		return root{}, fmt.Errorf("FATAL: the key file %s is damaged: %w. Nothing was changed.\nhint: put back your copy of it; when this was the first start and there is no data yet, remove it and start again", path, err)
	}
	return newRoot(key), nil
}

// checkRights refuses a key that everybody on the machine can read. A group may: that is how secrets are mounted into
// containers.
func checkRights(f *os.File, path string) error {
	at, err := f.Stat()
	if err != nil {
		return fmt.Errorf("cannot look at the key file: %w", err)
	}
	if !at.Mode().IsRegular() {
		return fmt.Errorf("FATAL: the key file %s is not a file", path)
	}
	if at.Mode().Perm()&0o007 != 0 {
		return fmt.Errorf("FATAL: everybody on this machine may read or change the key file %s\nhint: chmod 600 %s; when others had access, treat the key as known", path, path)
	}
	return nil
}

func formatRoot(key [seal.KeySize]byte) []byte {
	sum := checksum(key)
	return fmt.Appendf(nil, "%s%s%s %s %s\n", rootHint, rootWord, rootVersion, base64.RawURLEncoding.EncodeToString(key[:]), hex.EncodeToString(sum[:]))
}

func checksum(key [seal.KeySize]byte) [4]byte {
	sum := sha256.Sum256(append([]byte(rootWord+rootVersion+" "), key[:]...))
	return [4]byte(sum[:4])
}

// parseRoot finds the one line that is neither empty nor a comment. Its errors never hold a part of it.
func parseRoot(text []byte) (key [seal.KeySize]byte, err error) {
	if len(text) > maxKeyFile {
		return key, fmt.Errorf("it is longer than %d bytes", maxKeyFile)
	}
	var found [][]byte
	for line := range bytes.Lines(text) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			found = append(found, line)
		}
	}
	if len(found) != 1 {
		return key, fmt.Errorf("it holds %d lines that are no comment, not one", len(found))
	}
	return parseLine(strings.Fields(string(found[0])))
}

func parseLine(fields []string) (key [seal.KeySize]byte, err error) {
	if len(fields) != 3 || !strings.HasPrefix(fields[0], rootWord) {
		return key, errors.New("its line does not have the form of a root key")
	}
	if fields[0] != rootWord+rootVersion {
		return key, errors.New("its version is not one that this program knows; a newer Jejak may have made it")
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(fields[1])
	if err != nil || len(raw) != len(key) {
		return key, errors.New("its key is not 32 bytes of base64url")
	}
	key = [seal.KeySize]byte(raw)
	sum := checksum(key)
	if got, err := hex.DecodeString(fields[2]); err != nil || subtle.ConstantTimeCompare(got, sum[:]) != 1 {
		return [seal.KeySize]byte{}, errors.New("its checksum does not fit")
	}
	return key, nil
}

// writeRoot makes the key file, whole or not at all, and durable.
func writeRoot(path string, key [seal.KeySize]byte) error {
	if err := writeSynced(path+".new", formatRoot(key)); err != nil {
		return fmt.Errorf("cannot make the key file: %w\nhint: it stands beside the data folder unless you name another place, and must not be inside of it", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("cannot make the key file: %w", err)
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("cannot make the key file durable: %w", err)
	}
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
		return fmt.Errorf("cannot make the key file durable: %w", err)
	}
	return nil
}

// writeSynced replaces what a start that failed may have left there.
func writeSynced(path string, text []byte) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}
