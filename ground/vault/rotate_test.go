package vault

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jejak/ground/access"
	"jejak/ground/audit"
)

var console = access.AtConsole(context.Background())

var errDied = errors.New("the process died here")

const words = "correct horse battery staple"

// secrets answer like somebody at a terminal.
type secrets struct {
	passphrase string
	shares     []string
}

func (s *secrets) unlock() Unlock {
	return Unlock{
		Passphrase: func() ([]byte, error) { return []byte(s.passphrase + "\n"), nil },
		Shares:     func(int) ([]string, error) { return s.shares, nil },
	}
}

func (s *secrets) deal(shares []string) error { s.shares = shares; return nil }

func (h house) vaultOf(s *secrets) *Vault {
	h.t.Helper()
	o := h.options(h.db())
	o.Unlock = s.unlock()
	v, err := Open(o)
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

// keepings are all ways to keep a root key.
func keepings(s *secrets) map[string]Keeping {
	return map[string]Keeping{
		"file":       {Protection: InFile},
		"passphrase": {Protection: WithPassphrase, Passphrase: []byte(s.passphrase)},
		"2 of 2":     {Protection: Split, People: 2, Deal: s.deal},
		"2 of 3":     {Protection: Split, People: 3, Deal: s.deal},
	}
}

// TestProtect changes how the key is kept, and finds everybody again.
func TestProtect(t *testing.T) {
	for name := range keepings(&secrets{}) {
		t.Run(name, func(t *testing.T) {
			h, s := newHouse(t), &secrets{passphrase: words}
			v := h.vault()
			sealed := sealFor(t, v, ann, "user", "ann")
			key, err := readKeyFile(h.key)
			if err != nil {
				t.Fatal(err)
			}
			if err := v.Protect(console, keepings(s)[name]); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(h.key)
			if err != nil {
				t.Fatal(err)
			}
			if in := bytes.Contains(text, []byte(encode(key.key[:]))); in != (name == "file") {
				t.Errorf("the key stands in its file: %v", in)
			}
			if plain, err := h.vaultOf(s).openFor(ann, "user", sealed); err != nil || string(plain) != "ann" {
				t.Errorf("%q, %v", plain, err)
			}
			if name != "file" {
				h.refuses("none was given", "no shares were given")
			}
		})
	}
}

func TestOnlyTheConsoleKeepsKeys(t *testing.T) {
	h := newHouse(t)
	v := h.vault()
	owner := access.With(context.Background(), access.Identity{Kind: access.User, ID: "CD", Role: access.Owner})
	if err := v.Protect(owner, Keeping{Protection: InFile}); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("protecting: %v", err)
	}
	if _, err := v.RotateRoot(owner, Keeping{Protection: InFile}); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("rotating: %v", err)
	}
	if v.Log().Size() != 0 {
		t.Error("a refused act is in the log")
	}
}

func TestWrongPassphraseAndShares(t *testing.T) {
	h, s := newHouse(t), &secrets{passphrase: words}
	if err := h.vault().Protect(console, Keeping{Protection: WithPassphrase, Passphrase: []byte("too short")}); err == nil {
		t.Error("a short passphrase was taken")
	}
	if err := h.vault().Protect(console, keepings(s)["passphrase"]); err != nil {
		t.Fatal(err)
	}
	open := func(s *secrets) error {
		o := h.options(h.db())
		o.Unlock = s.unlock()
		v, err := Open(o)
		if err == nil {
			v.Close()
		}
		return err
	}
	for _, wrong := range []string{"", "short", words + " ", strings.ToUpper(words)} {
		if err := open(&secrets{passphrase: wrong}); !errors.Is(err, errPassphrase) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	if err := h.vaultOf(s).Protect(console, keepings(s)["2 of 3"]); err != nil {
		t.Fatal(err)
	}
	all := s.shares
	for _, two := range [][]string{{all[0], all[1]}, {all[1], all[2]}, {all[2], all[0]}, {"# mine\n" + all[2] + "\n", all[1]}} {
		if err := open(&secrets{shares: two}); err != nil {
			t.Error(err)
		}
	}
	for name, wrong := range map[string][]string{
		"none": nil, "one": all[:1], "the same": {all[0], all[0]}, "damaged": {all[0], strings.Replace(all[1], "A", "B", 1) + "x"}, "empty": {all[0], ""},
	} {
		if err := open(&secrets{shares: wrong}); err == nil || strings.Contains(err.Error(), strings.Fields(all[0])[4][:8]) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOneShareTellsNothing: for each share and each possible key there are pieces that make that key.
func TestOneShareTellsNothing(t *testing.T) {
	for people := minPeople; people <= maxPeople; people++ {
		shares, err := splitKey(bytes.NewReader(bytes.Repeat([]byte{1, 2, 3, 4, 5, 6, 7, 8}, 100)), [32]byte{9}, people)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range shares {
			if s.piece(i) != nil || len(s.pieces) != (people-1)*32 {
				t.Errorf("%d people: share %d has the piece that it must not have", people, i)
			}
			for j, other := range shares {
				if key, err := s.join(other); (i == j) == (err == nil) || err == nil && key != [32]byte{9} {
					t.Errorf("%d people: shares %d and %d give %x, %v", people, i, j, key, err)
				}
			}
		}
	}
	if _, err := splitKey(bytes.NewReader(nil), [32]byte{}, 1); err == nil {
		t.Error("a key was split for one")
	}
}

// TestRotateRoot replaces the root key beside a server that goes on, for each way to keep it.
func TestRotateRoot(t *testing.T) {
	for name := range keepings(&secrets{}) {
		t.Run(name, func(t *testing.T) {
			h, s := newHouse(t), &secrets{passphrase: words}
			server := h.vaultOf(s)
			sealed := sealFor(t, server, ann, "user", "ann")
			blind := server.Blind(1, "user", "ann")
			old, err := server.KeyState(console)
			if err != nil {
				t.Fatal(err)
			}
			command := h.vaultOf(s)
			now, err := command.RotateRoot(console, keepings(s)[name])
			if err != nil || now.Number == old.Number {
				t.Fatalf("%+v after %+v, %v", now, old, err)
			}
			if err := server.Prepare(t.Context(), 2); err != nil { // a new project
				t.Errorf("the server cannot go on: %v", err)
			}
			if _, err := server.Log().Record(console, audit.Entry{Act: "a.b"}); err != nil {
				t.Errorf("the server's log: %v", err)
			}
			again := h.vaultOf(s)
			if plain, err := again.openFor(ann, "user", sealed); err != nil || string(plain) != "ann" {
				t.Errorf("%q, %v", plain, err)
			}
			if again.Blind(1, "user", "ann") != blind || again.Log().Size() != 2 {
				t.Errorf("another index, or %d entries", again.Log().Size())
			}
			if err := again.Prepare(t.Context(), 2); err != nil {
				t.Error(err)
			}
			kept, err := readKeyFile(h.key + "." + old.Number)
			if err != nil || kept.number.String() != old.Number {
				t.Errorf("the old key: %v, %v", kept.number, err)
			}
		})
	}
}

// TestRotationDies lets the process die before each step of replacing the root key. The next start opens, with everybody,
// and the next rotation works.
func TestRotationDies(t *testing.T) {
	for step := range 3 {
		h := newHouse(t)
		v := h.vault()
		sealed := sealFor(t, v, ann, "user", "ann")
		v.step = dieAt(step)
		if _, err := v.RotateRoot(console, Keeping{Protection: InFile}); !errors.Is(err, errDied) {
			t.Fatalf("step %d: %v", step, err)
		}
		for range 2 {
			again := h.vault()
			if plain, err := again.openFor(ann, "user", sealed); err != nil || string(plain) != "ann" {
				t.Fatalf("died before step %d: %q, %v", step, plain, err)
			}
			if _, err := again.RotateRoot(console, Keeping{Protection: InFile}); err != nil {
				t.Fatalf("died before step %d: %v", step, err)
			}
		}
	}
}

// dieAt fails at the n-th step.
func dieAt(n int) func() error {
	return func() error {
		if n--; n < 0 {
			return errDied
		}
		return nil
	}
}

// TestRotateProject replaces the key of a project beside a server that goes on.
func TestRotateProject(t *testing.T) {
	h := newHouse(t)
	server, command := h.vault(), h.vault()
	sealed := map[uint32][]byte{}
	for n := uint32(65); n < 65+2*rewrapChunk; n += 3 {
		var err error
		if sealed[n], err = server.SealNew(Subject{1, Person, n}, "user", []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	group := sealFor(t, server, Subject{1, Group, 7}, "company", "Nusa")
	value, err := server.Seal(1, "profile", []byte("p"))
	if err != nil {
		t.Fatal(err)
	}
	blind := server.Blind(1, "user", "ann")
	if err := errors.Join(server.Settle(1), server.Erase(ann)); err != nil {
		t.Fatal(err)
	}
	delete(sealed, ann.Number)
	for round := range 2 {
		r, err := command.RotateProject(console, 1)
		if err != nil || r.Subjects != len(sealed)+1 || r.Damaged != 0 || r.Version != uint32(round)+2 {
			t.Fatalf("%+v, %v", r, err)
		}
		newcomer := Subject{1, Person, 100_000 + uint32(round)}
		sealed[newcomer.Number] = sealFor(t, server, newcomer, "user", "x")
		if x := slotOf(t, server, newcomer); x.version() != r.Version {
			t.Errorf("the server wraps with key %d after %+v", x.version(), r)
		}
		for _, v := range []*Vault{server, command, h.vault()} {
			for n := range sealed {
				if plain, err := v.openFor(Subject{1, Person, n}, "user", sealed[n]); err != nil || string(plain) != "x" {
					t.Fatalf("person %d: %q, %v", n, plain, err)
				}
			}
			if plain, err := v.openFor(Subject{1, Group, 7}, "company", group); err != nil || string(plain) != "Nusa" {
				t.Errorf("the group: %q, %v", plain, err)
			}
			if plain, err := v.open(1, "profile", value); err != nil || string(plain) != "p" {
				t.Errorf("the value: %q, %v", plain, err)
			}
			if erased, err := v.IsErased(ann); !erased || err != nil || v.Blind(1, "user", "ann") != blind {
				t.Errorf("erased %v, %v, or another index", erased, err)
			}
		}
	}
}

func slotOf(t *testing.T, v *Vault, s Subject) slot {
	t.Helper()
	_, f, err := v.of(s)
	if err != nil {
		t.Fatal(err)
	}
	x, err := f.read(s.Number)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestRewrapDies lets the process die between what is prepared and what is written, with the write torn.
func TestRewrapDies(t *testing.T) {
	h := newHouse(t)
	v := h.vault()
	sealed := sealFor(t, v, ann, "user", "ann")
	v.step = dieAt(0)
	if _, err := v.RotateProject(console, 1); !errors.Is(err, errDied) {
		t.Fatal(err)
	}
	path := keyringOf{1, Person}.path(filepath.Join(h.data, "identity"))
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clear(b[(ann.Number+1)*slotSize+20:]) // the write began
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if c, err := Check(h.data, h.key, filepath.Dir(filepath.Dir(path)), func(Subject) bool { return true }); err != nil || c.Keys != 1 || c.Pending != 1 {
		t.Errorf("fsck sees %+v, %v", c, err)
	}
	if plain, err := h.vault().openFor(ann, "user", sealed); err != nil || string(plain) != "ann" {
		t.Errorf("%q, %v", plain, err)
	}
	if err := os.WriteFile(path+".rewrap", []byte(rewrapWord+"half"), 0o600); err != nil {
		t.Fatal(err)
	}
	again := h.vault()
	if plain, err := again.openFor(ann, "user", sealed); err != nil || string(plain) != "ann" {
		t.Errorf("half a preparation: %q, %v", plain, err)
	}
	if _, err := os.Stat(path + ".rewrap"); !os.IsNotExist(err) {
		t.Errorf("the preparation stays: %v", err)
	}
}

// TestServerGoesOnAfterARewrapDied: what the server writes after a command died over a stretch of slots is not written over
// by what the command had prepared.
func TestServerGoesOnAfterARewrapDied(t *testing.T) {
	h := newHouse(t)
	server, command := h.vault(), h.vault()
	sealed := sealFor(t, server, Subject{1, Person, 100}, "user", "first")
	command.step = dieAt(0)
	if _, err := command.RotateProject(console, 1); !errors.Is(err, errDied) {
		t.Fatal(err)
	}
	late := sealFor(t, server, Subject{1, Person, 99}, "user", "late")
	again := h.vault()
	for number, want := range map[uint32]string{100: "first", 99: "late"} {
		text := map[uint32][]byte{100: sealed, 99: late}[number]
		if plain, err := again.openFor(Subject{1, Person, number}, "user", text); err != nil || string(plain) != want {
			t.Errorf("person %d: %q, %v", number, plain, err)
		}
	}
}

// TestRotationLeavesDamage: what cannot be read is counted and not written over.
func TestRotationLeavesDamage(t *testing.T) {
	h := newHouse(t)
	v := h.vault()
	sealFor(t, v, ann, "user", "ann")
	ben := Subject{1, Person, 66}
	sealFor(t, v, ben, "user", "ben")
	_, f, _ := v.of(ben)
	before := slotOf(t, v, ben)
	before[40] ^= 1
	if err := f.write(ben.Number, before); err != nil {
		t.Fatal(err)
	}
	r, err := v.RotateProject(console, 1)
	if err != nil || r.Subjects != 1 || r.Damaged != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if slotOf(t, v, ben) != before {
		t.Error("the damaged record was written over")
	}
}

func TestRotationsAreRecorded(t *testing.T) {
	h, s := newHouse(t), &secrets{passphrase: words}
	v := h.vaultOf(s)
	if err := v.Prepare(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	_, err1 := v.RotateRoot(console, keepings(s)["passphrase"])
	_, err2 := v.RotateProject(console, 1)
	err3 := v.Protect(console, keepings(s)["file"])
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	var acts []string
	for i := range v.Log().Size() {
		entry, err := v.Log().Entry(i)
		if err != nil {
			t.Fatal(err)
		}
		acts = append(acts, strings.Split(string(entry), `"`)[11])
	}
	if want := []string{"key.rotated", "key.project_rotated", "key.protected"}; !slices.Equal(acts, want) {
		t.Errorf("the log says %q", acts)
	}
	v.Log().Close()
	before, _ := os.ReadFile(h.key)
	_, err1 = v.RotateRoot(console, keepings(s)["file"])
	_, err2 = v.RotateProject(console, 1)
	err3 = v.Protect(console, keepings(s)["passphrase"])
	after, _ := os.ReadFile(h.key)
	if err1 == nil || err2 == nil || err3 == nil || !bytes.Equal(before, after) {
		t.Errorf("without a log: %v, %v, %v", err1, err2, err3)
	}
}
