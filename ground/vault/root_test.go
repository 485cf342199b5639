package vault

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/crypto/hkdf"
)

// exampleLine is the one of docs/format/key.md.
const exampleLine = "jejak-root-key-1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8 045cb8ff"

func parseRoot(text []byte) ([32]byte, error) {
	k, err := parseKeyFile(text)
	return k.key, err
}

func formatRoot(key [32]byte) []byte {
	k := keyFile{protection: InFile, key: key}
	return k.format()
}

// knownBlind follows docs/format/key.md with other means.
func knownBlind(key [32]byte, field, value string) (index [16]byte) {
	derived := make([]byte, 32)
	io.ReadFull(hkdf.Expand(sha256.New, key[:], []byte("jejak vault blind 1 "+field)), derived)
	mac := hmac.New(sha256.New, derived)
	mac.Write([]byte(value))
	copy(index[:], mac.Sum(nil))
	return index
}

func TestKeyFileOfTheDrawing(t *testing.T) {
	drawing, err := os.ReadFile("../../docs/format/key.md")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(drawing, []byte(" "+exampleLine+"⏎")) {
		t.Error("the drawing shows another line")
	}
	key, err := parseRoot([]byte(exampleLine))
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range key {
		if int(b) != i {
			t.Fatalf("byte %d is %d", i, b)
		}
	}
	if !strings.HasSuffix(string(formatRoot(key)), "\n"+exampleLine+"\n") {
		t.Error("the key is written differently")
	}
}

func TestKeyFileIsMadeOnceAndPrivate(t *testing.T) {
	h := newHouse(t)
	h.vault()
	before, err := os.ReadFile(h.key)
	if err != nil {
		t.Fatal(err)
	}
	if at, _ := os.Stat(h.key); at.Mode().Perm() != 0o600 {
		t.Errorf("rights %v", at.Mode().Perm())
	}
	h.vault()
	if after, _ := os.ReadFile(h.key); !bytes.Equal(before, after) {
		t.Error("a second start changed the key file")
	}
	if _, err := os.Stat(h.key + ".new"); !os.IsNotExist(err) {
		t.Errorf("a leftover stays: %v", err)
	}
}

func TestStartAfterAnInterruptedFirstStart(t *testing.T) {
	t.Run("key file, no database", func(t *testing.T) {
		h := newHouse(t)
		if err := writeRoot(h.key, [32]byte{9}); err != nil {
			t.Fatal(err)
		}
		before, _ := os.ReadFile(h.key)
		h.vault().Blind(1, "user", "ani")
		if after, _ := os.ReadFile(h.key); !bytes.Equal(before, after) {
			t.Error("the key file was replaced")
		}
	})
	t.Run("half of a key file under its first name", func(t *testing.T) {
		h := newHouse(t)
		if err := os.WriteFile(h.key+".new", []byte("jejak-root-key-1 AAEC"), 0o644); err != nil {
			t.Fatal(err)
		}
		h.vault()
		if at, _ := os.Stat(h.key); at.Mode().Perm() != 0o600 {
			t.Errorf("rights %v", at.Mode().Perm())
		}
	})
	t.Run("no randomness: nothing is left behind", func(t *testing.T) {
		h := newHouse(t)
		o := h.options(h.db())
		o.Rand = iotest.ErrReader(io.ErrUnexpectedEOF)
		if _, err := Open(o); err == nil {
			t.Error("a key out of nothing")
		}
		if _, err := os.Stat(h.key); !os.IsNotExist(err) {
			t.Errorf("a key file: %v", err)
		}
		h.vault()
	})
}

func TestMissingKeyFileIsNotMadeAnew(t *testing.T) {
	h := newHouse(t)
	h.vault().Blind(1, "user", "ani")
	if err := os.Rename(h.key, h.key+".copy"); err != nil {
		t.Fatal(err)
	}
	h.refuses("is missing, and 1 keys")
	h.refuses("hint: put back your copy")
	if _, err := os.Stat(h.key); !os.IsNotExist(err) {
		t.Errorf("a key file was made: %v", err)
	}
	if err := os.Rename(h.key+".copy", h.key); err != nil {
		t.Fatal(err)
	}
	h.vault()
}

func TestKeyFileOfAnotherInstallationIsRefused(t *testing.T) {
	h := newHouse(t)
	h.vault().Blind(1, "user", "ani")
	if err := writeRoot(h.key, [32]byte{9}); err != nil {
		t.Fatal(err)
	}
	h.refuses("belongs to another installation")
}

func TestDamagedKeyFileIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"empty":         "",
		"only comments": "# nothing\n",
		"two keys":      exampleLine + "\n" + exampleLine + "\n",
		"cut":           exampleLine[:60],
		"checksum":      strings.Replace(exampleLine, "045cb8ff", "045cb8fe", 1),
		"one letter":    strings.Replace(exampleLine, "AAEC", "AAED", 1),
		"newer":         strings.Replace(exampleLine, "key-1", "key-2", 1),
		"endless":       strings.Repeat("# comment\n", 1000) + exampleLine,
		"binary":        "\x00\x01\x02",
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			if err := os.WriteFile(h.key, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			h.refuses("FATAL: the key file")
			if _, err := parseRoot([]byte(text)); err == nil || strings.Contains(err.Error(), "AAE") {
				t.Errorf("error %v: none, or one with a part of the key", err)
			}
		})
	}
}

func TestKeyFileThatOthersReadIsRefused(t *testing.T) {
	h := newHouse(t)
	h.vault()
	if err := os.Chmod(h.key, 0o644); err != nil {
		t.Fatal(err)
	}
	h.refuses("everybody on this machine")
	if err := os.Chmod(h.key, 0o440); err != nil { // a secret mounted into a container
		t.Fatal(err)
	}
	h.vault()
}

func TestKeyFileInNoFolder(t *testing.T) {
	h := newHouse(t)
	h.key += "/nowhere/key"
	h.refuses("hint: ")
}

func FuzzParseRoot(f *testing.F) {
	f.Add([]byte(exampleLine))
	f.Add(formatRoot([32]byte{1}))
	f.Add([]byte("# comment\r\n\r\njejak-root-key-1 x y\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		k, err := parseKeyFile(text)
		if err != nil {
			return
		}
		if again, err := parseKeyFile(k.format()); err != nil || !reflect.DeepEqual(again, k) {
			t.Errorf("%+v was written and read as %+v, error %v", k, again, err)
		}
	})
}

func FuzzOpenValue(f *testing.F) {
	k := newKeys([32]byte{1})
	sealed, err := k.seal(rand.Reader, 1, "profile", []byte("x"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add([]byte{})
	f.Add([]byte{valueFormat, 0, 0, 0, firstVersion})
	f.Fuzz(func(t *testing.T, text []byte) {
		if plain, err := k.open(1, "profile", text); err == nil && !bytes.Equal(text, sealed) {
			t.Errorf("%x opened to %x", text, plain)
		}
	})
}
