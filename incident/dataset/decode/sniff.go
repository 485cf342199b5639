package decode

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

// The formats that are read.
const (
	formatEmpty   = "empty"
	formatCSV     = "csv"
	formatJSON    = "json"
	formatSQL     = "sql"
	formatParquet = "parquet"
	formatXLSX    = "xlsx"
	formatZip     = "zip"
	formatTar     = "tar"
	formatGzip    = "gzip"
	formatZstd    = "zstd"
	formatBzip2   = "bzip2"
	formatXz      = "xz"
)

// signatures are the first bytes of formats; those with a note are not read.
var signatures = []struct{ bytes, format, note string }{
	{"PK\x03\x04", formatZip, ""},
	{"PK\x05\x06", formatZip, ""},
	{"\x1f\x8b", formatGzip, ""},
	{"\x28\xb5\x2f\xfd", formatZstd, ""},
	{"BZh", formatBzip2, ""},
	{"\xfd7zXZ\x00", formatXz, ""},
	{"PAR1", formatParquet, ""},
	{"PARE", "parquet", "its footer is encrypted"},
	{"7z\xbc\xaf\x27\x1c", "7z", "ask for a zip or a tar"},
	{"Rar!", "rar", "ask for a zip or a tar"},
	{"PGDMP", "pg_dump custom", "turn it into text with: pg_restore -f dump.sql FILE"},
	{"SQLite format 3\x00", "sqlite", "turn it into text with: sqlite3 FILE .dump"},
	{"Obj\x01", "avro", ""},
	{"ORC", "orc", ""},
	{"%PDF", "pdf", ""},
	{"\x89PNG", "png", ""},
	{"\xff\xd8\xff", "jpeg", ""},
	{"GIF8", "gif", ""},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office", "an old or an encrypted Office file; ask for CSV"},
	{"\x7fELF", "program", ""},
	{"MZ", "program", ""},
	{"age-encryption.org/", "age", ""},
	{"-----BEGIN PGP MESSAGE", "pgp", ""},
}

// encrypted are formats that want a password.
var encrypted = map[string]bool{"age": true, "pgp": true}

// sniff tells a format from the beginning. note is set for what is not read. Names of files are not believed.
func sniff(head []byte, whole bool) (format, note string) {
	if len(head) == 0 {
		return formatEmpty, ""
	}
	for _, s := range signatures {
		if strings.HasPrefix(string(head[:min(len(head), 32)]), s.bytes) && !isWord(s.bytes, head) {
			if s.note == "" && !reads(s.format) {
				return s.format, "not read"
			}
			return s.format, s.note
		}
	}
	if isTar(head) {
		return formatTar, ""
	}
	text := asText(head, whole)
	switch {
	case isBinary(text):
		return "unknown", "not a text and no known format"
	case looksJSON(text, whole):
		return formatJSON, ""
	case looksSQL(text):
		return formatSQL, ""
	}
	return formatCSV, ""
}

// isWord tells signatures that are letters apart from texts that begin with them.
func isWord(signature string, head []byte) bool {
	switch signature {
	case "MZ", "ORC", "BZh", "Rar!", "PAR1", "PARE", "GIF8":
		return !bytes.ContainsFunc(head, func(r rune) bool { return r == utf8.RuneError || r < 0x09 || r > 0x0d && r < 0x20 })
	}
	return false
}

func reads(format string) bool {
	switch format {
	case formatZip, formatGzip, formatZstd, formatBzip2, formatXz, formatParquet:
		return true
	}
	return false
}

// isTar checks the sum of the first header: old tars have no word.
func isTar(head []byte) bool {
	if len(head) < 512 {
		return false
	}
	sum, said := 0, 0
	for i, c := range head[:512] {
		if i >= 148 && i < 156 {
			c = ' '
		}
		sum += int(c)
	}
	for _, c := range bytes.Trim(head[148:156], " \x00") {
		if c < '0' || c > '7' {
			return false
		}
		said = said<<3 | int(c-'0')
	}
	return said == sum && sum > 8*' '
}

// asText is the head in UTF-8, without a cut character at its end.
func asText(head []byte, whole bool) []byte {
	r := asUTF8(bytes.NewReader(head), head)
	text := make([]byte, 0, len(head)+headSize)
	for len(text) < cap(text) {
		n, err := r.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		if err != nil {
			break
		}
	}
	if !whole {
		text = wholeRunes(text)
	}
	return text
}

// isBinary tells what is no text in any encoding: it has many control characters.
func isBinary(text []byte) bool {
	odd := 0
	for _, c := range text {
		if c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != 0x01 && c != 0x0c && c != 0x1b {
			odd++
		}
	}
	return odd*50 > len(text) || binary.Size(text) == 0
}
