package directory

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// digestOf reads what has the form of an MD5, SHA-1 or SHA-256: hexadecimal, or base64 of either alphabet, padded or not.
// It appends to to.
func digestOf(to, v []byte) (raw []byte, ok bool) {
	switch len(v) {
	case 2 * md5.Size, 2 * sha1.Size, 2 * sha256.Size:
		raw = to[:len(v)/2]
		_, err := hex.Decode(raw, v)
		return raw, err == nil
	case 22, 24, 27, 28, 43, 44:
		for n := len(v); n > 0 && v[n-1] == '='; n-- {
			v = v[:n-1]
		}
		return base64Of(to, v)
	}
	return nil, false
}

func base64Of(to, v []byte) (raw []byte, ok bool) {
	size := base64.RawStdEncoding.DecodedLen(len(v))
	if size != md5.Size && size != sha1.Size && size != sha256.Size {
		return nil, false
	}
	raw = to[:size]
	if _, err := base64.RawStdEncoding.Decode(raw, v); err == nil {
		return raw, true
	}
	_, err := base64.RawURLEncoding.Decode(raw, v)
	return raw, err == nil
}

// eachDigest gives the digests under which a text may be known.
func eachDigest(text []byte, f func(raw []byte)) {
	a, b, c := md5.Sum(text), sha1.Sum(text), sha256.Sum256(text)
	f(a[:])
	f(b[:])
	f(c[:])
}
