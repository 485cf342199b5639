package vault

import (
	"bytes"
	"testing"
)

// TestOwnOpensOnlyAsItWasSealed: neither another name, another kind nor another project opens it, and what was sealed of a client does
// not come out this way.
func TestOwnOpensOnlyAsItWasSealed(t *testing.T) {
	v := newHouse(t).vault()
	sealed, err := v.SealOwn(1, ExportKey, "a", []byte("plain"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := v.OpenOwn(1, ExportKey, "a", sealed); err != nil || !bytes.Equal(got, []byte("plain")) {
		t.Errorf("opened %q, %v", got, err)
	}
	profile, err := v.Seal(1, "profile", []byte("somebody"))
	if err != nil {
		t.Fatal(err)
	}
	for what, open := range map[string]func() ([]byte, error){
		"another name":    func() ([]byte, error) { return v.OpenOwn(1, ExportKey, "b", sealed) },
		"another kind":    func() ([]byte, error) { return v.OpenOwn(1, ExportSpec, "a", sealed) },
		"another project": func() ([]byte, error) { return v.OpenOwn(2, ExportKey, "a", sealed) },
		"a profile":       func() ([]byte, error) { return v.OpenOwn(1, ExportKey, "a", profile) },
	} {
		if got, err := open(); err == nil {
			t.Errorf("%s opens as %q", what, got)
		}
	}
}

// TestInstallationHasItsOwnKey: what the installation seals opens after restarts and after the root key was replaced, and so does
// the log.
func TestInstallationHasItsOwnKey(t *testing.T) {
	h := newHouse(t)
	sealed, err := h.vault().SealOwn(0, DatasetKey, "a", []byte("plain"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.vault().RotateRoot(console, Keeping{Protection: InFile}); err != nil {
		t.Fatal(err)
	}
	v := h.vault()
	if got, err := v.OpenOwn(0, DatasetKey, "a", sealed); err != nil || !bytes.Equal(got, []byte("plain")) {
		t.Errorf("opened %q, %v", got, err)
	}
	if v.Log().Size() != 1 {
		t.Errorf("the log has %d entries", v.Log().Size())
	}
}
