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
	"strconv"
	"strings"

	"jejak/ground/durable"
	"jejak/ground/vault/internal/seal"
)

// Protection is how the root key is kept.
type Protection string

// The protections.
const (
	InFile         Protection = "file"       // as it is, in a file that its owner alone reads
	WithPassphrase Protection = "passphrase" // sealed under a passphrase that is stored nowhere
	Split          Protection = "split"      // in shares: any two open it, one tells nothing
)

// Unlock is where what protects a root key comes from. It is asked when a key is needed: at the start, and when another
// process has replaced the root key.
type Unlock struct {
	Passphrase func() ([]byte, error)            // nil: there is none
	Shares     func(count int) ([]string, error) // texts of at least so many shares; nil: there are none
}

// keyFile is what a key file says. docs/format/key.md draws it.
type keyFile struct {
	protection Protection
	number     rootNumber
	key        [seal.KeySize]byte // of InFile
	cost       cost               // of WithPassphrase
	sealed     []byte             // of WithPassphrase
	people     int                // of Split
}

// The words of the lines, with their versions.
const (
	rootWord       = "jejak-root-key-1"
	passphraseWord = "jejak-root-passphrase-1"
	splitWord      = "jejak-root-split-1"
	shareWord      = "jejak-key-share-1"

	maxKeyFile = 4096 // bytes
)

const rootHint = `# The root key of a Jejak installation. With it and the data folder, personal values can be read; without it nobody can
# read them again, ever. Keep a copy, but not where you keep the copies of the data folder.
`

// readKeyFile reads one. An error that is fs.ErrNotExist says that there is none.
func readKeyFile(path string) (k keyFile, err error) {
	f, err := os.Open(path)
	if err != nil {
		return k, fmt.Errorf("cannot open the key file: %w", err)
	}
	defer f.Close()
	if err := checkRights(f, path); err != nil {
		return k, err
	}
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return k, fmt.Errorf("cannot read the key file: %w", err)
	}
	if k, err = parseKeyFile(text); err != nil {
		return k, fmt.Errorf("FATAL: the key file %s is damaged: %w. Nothing was changed.\nhint: put back your copy of it; when this was the first start and there is no data yet, remove it and start again", path, err)
	}
	return k, nil
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

// parseKeyFile finds the one line that is neither empty nor a comment. Its errors never hold a part of it.
func parseKeyFile(text []byte) (k keyFile, err error) {
	fields, err := theLine(text)
	if err != nil {
		return k, err
	}
	switch fields[0] {
	case rootWord:
		return parseRootLine(fields)
	case passphraseWord:
		return parsePassphraseLine(fields)
	case splitWord:
		return parseSplitLine(fields)
	}
	if strings.HasPrefix(fields[0], "jejak-root-") {
		return k, errors.New("its version is not one that this program knows; a newer Jejak may have made it")
	}
	return k, errors.New("its line does not have the form of a root key")
}

// theLine is the words of the one line that counts; the last is the checksum over those before it.
func theLine(text []byte) ([]string, error) {
	if len(text) > maxKeyFile {
		return nil, fmt.Errorf("it is longer than %d bytes", maxKeyFile)
	}
	var found []string
	for line := range bytes.Lines(text) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			found = append(found, string(line))
		}
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("it holds %d lines that are no comment, not one", len(found))
	}
	return strings.Fields(found[0]), nil
}

func parseRootLine(fields []string) (k keyFile, err error) {
	if len(fields) != 3 {
		return k, errors.New("its line does not have the form of a root key")
	}
	raw, err := decode(fields[1], len(k.key))
	if err != nil {
		return k, errors.New("its key is not 32 bytes of base64url")
	}
	k.protection, k.key = InFile, [seal.KeySize]byte(raw)
	k.number = numberOf(k.key)
	sum := checksum(rootWord+" ", k.key[:])
	if got, err := hex.DecodeString(fields[2]); err != nil || subtle.ConstantTimeCompare(got, sum[:]) != 1 {
		return keyFile{}, errors.New("its checksum does not fit")
	}
	return k, nil
}

// parseSplitLine reads the line of a key that is in shares: its number and among how many people it is split.
func parseSplitLine(fields []string) (k keyFile, err error) {
	if len(fields) != 4 || !sumFits(fields) {
		return k, errors.New("its checksum does not fit")
	}
	k.protection = Split
	if k.number, err = parseNumber(fields[1]); err != nil {
		return keyFile{}, err
	}
	if k.people, err = parseCount(fields[2], minPeople, maxPeople); err != nil {
		return keyFile{}, err
	}
	return k, nil
}

func parseNumber(text string) (n rootNumber, err error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(n) {
		return n, errors.New("the number of its key does not have the form of one")
	}
	return rootNumber(b), nil
}

func parseCount(text string, least, most int) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, errors.New("a number in it is out of bounds")
	}
	return n, nil
}

// decode reads exactly so many bytes.
func decode(text string, size int) ([]byte, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != size {
		return nil, errors.New("a part of it is not base64url of the right length")
	}
	return raw, nil
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func checksum(word string, rest []byte) [4]byte {
	sum := sha256.Sum256(append([]byte(word), rest...))
	return [4]byte(sum[:4])
}

// summed is a line of words with the checksum over them behind it.
func summed(words ...string) string {
	line := strings.Join(words, " ")
	sum := checksum(line, nil)
	return line + " " + hex.EncodeToString(sum[:])
}

func sumFits(fields []string) bool {
	last := len(fields) - 1
	return summed(fields[:last]...) == strings.Join(fields, " ")
}

// format is the file as it is written.
func (k *keyFile) format() []byte {
	var line string
	switch k.protection {
	case InFile:
		sum := checksum(rootWord+" ", k.key[:])
		line = rootWord + " " + encode(k.key[:]) + " " + hex.EncodeToString(sum[:])
	case WithPassphrase:
		line = k.passphraseLine()
	case Split:
		line = summed(splitWord, k.number.String(), strconv.Itoa(k.people))
	default:
		panic("BUG: a key file without protection")
	}
	return []byte(rootHint + line + "\n")
}

// unlock is the root key itself.
func (k *keyFile) unlock(u Unlock) (key [seal.KeySize]byte, err error) {
	switch k.protection {
	case WithPassphrase:
		key, err = k.askPassphrase(u)
	case Split:
		key, err = k.askShares(u)
	default:
		return k.key, nil
	}
	if err == nil && numberOf(key) != k.number {
		err = errors.New("what was given opens another root key")
	}
	return key, err
}

// writeRoot makes the key file of an unprotected key.
func writeRoot(path string, key [seal.KeySize]byte) error {
	k := keyFile{protection: InFile, key: key, number: numberOf(key)}
	return writeKeyFile(path, k.format())
}

// writeKeyFile makes or replaces one, whole or not at all, and durable.
func writeKeyFile(path string, text []byte) error {
	if err := writeSynced(path+".new", text); err != nil {
		return fmt.Errorf("cannot make the key file: %w\nhint: it stands beside the data folder unless you name another place, and must not be inside of it", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("cannot make the key file: %w", err)
	}
	return durable.Sync(filepath.Dir(path))
}

// writeSynced replaces what a start that failed may have left there.
func writeSynced(path string, text []byte) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return durable.Write(path, 0o600, text)
}
