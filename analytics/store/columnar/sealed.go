package columnar

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"

	"jejak/analytics/store/columnar/internal/disk"
)

// sealedVersion is that of the sealed texts, see docs/format/manifest.md.
const sealedVersion = 1

// sealText puts a line with length and checksum before a JSON document.
func sealText(word string, v any) ([]byte, error) {
	doc, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return nil, fmt.Errorf("cannot encode the %s: %w", word, err)
	}
	doc = append(doc, '\n')
	return append([]byte(sealOf(word, doc)+"\n"), doc...), nil
}

// sealOf is the first line.
func sealOf(word string, doc []byte) string {
	return fmt.Sprintf("jejak %s %d crc32c=%08x bytes=%d", word, sealedVersion, checksum(doc), len(doc))
}

// openText checks the seal and decodes the document into v.
func openText(word string, b []byte, v any) error {
	line, doc, found := bytes.Cut(b, []byte("\n"))
	if !found {
		return fmt.Errorf("the %s has no seal", word)
	}
	var version int
	var said string
	if _, err := fmt.Sscanf(string(line), "jejak %s %d", &said, &version); err != nil || said != word {
		return fmt.Errorf("the %s has no seal", word)
	}
	if version != sealedVersion {
		return fmt.Errorf("the %s is of version %d, which this program does not know", word, version)
	}
	if string(line) != sealOf(word, doc) {
		return fmt.Errorf("the %s does not fit its checksum", word)
	}
	d := json.NewDecoder(bytes.NewReader(doc))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("cannot decode the %s: %w", word, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("the %s holds more than one document", word)
	}
	return nil
}

// replaceDurably puts a whole file in the place of the one at path. When it fails after the rename, either may be
// found after a crash: renamed tells.
func replaceDurably(d disk.FS, path string, content []byte) (renamed bool, err error) {
	f, err := createDurably(d, path+newSuffix, content)
	if err != nil {
		return false, err
	}
	if err := f.Close(); err != nil {
		return false, err
	}
	if err := d.Rename(path+newSuffix, path); err != nil {
		return true, err
	}
	return true, d.SyncDir(filepath.Dir(path))
}

const newSuffix = ".new"

// identity is what STORE holds.
type identity struct {
	Key string `json:"key"`
}

func (i identity) key() (k [16]byte, err error) {
	b, err := hex.DecodeString(i.Key)
	if err != nil || len(b) != len(k) {
		return k, fmt.Errorf("the store's key is not 32 hexadecimal digits")
	}
	return [16]byte(b), nil
}
