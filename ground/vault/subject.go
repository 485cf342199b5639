package vault

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"jejak/event"
	"jejak/ground/vault/internal/seal"
)

// SubjectKind tells whose values are sealed.
type SubjectKind uint8

// The kinds. Their numbers are written to disk.
const (
	Person SubjectKind = 1 // numbered by actors
	Group  SubjectKind = 2 // organisations and other groups, numbered by package people
)

// Subject is somebody whose values are sealed under a key of their own.
type Subject struct {
	Project event.ProjectID
	Kind    SubjectKind
	Number  uint32
}

var (
	// ErrErased says that the subject's key was destroyed: nobody can read the values again.
	ErrErased = errors.New("the subject was erased")
	// ErrNoKey says that the subject never had a key.
	ErrNoKey = errors.New("the subject has no key")
)

// A slot holds the wrapped key of one subject; docs/format/key.md draws it.
const (
	slotSize = 80
	slotHead = 8

	slotKey    = 1
	slotErased = 2
)

type slot [slotSize]byte

// boundTo is what a key or a value of the subject is tied to.
func (s Subject) boundTo(word string, version uint32, field string) []byte {
	b := make([]byte, 0, 64)
	b = append(b, word...)
	b = binary.BigEndian.AppendUint32(b, uint32(s.Project))
	b = binary.BigEndian.AppendUint32(b, version)
	b = append(b, byte(s.Kind))
	b = binary.BigEndian.AppendUint32(b, s.Number)
	return append(b, field...)
}

// wrap makes the slot of a key.
func (v *Vault) wrap(k *keys, s Subject, key [seal.KeySize]byte) (x slot, err error) {
	x[0] = slotKey
	newest := k.newest()
	binary.BigEndian.PutUint32(x[4:], newest.number)
	sealed, err := newest.subjects.Seal(v.rand, nil, key[:], s.boundTo("jejak vault subject 1", newest.number, ""))
	copy(x[slotHead:], sealed)
	return x, err
}

// unwrap reads the key out of a slot.
func (k *keys) unwrap(s Subject, x *slot) (key [seal.KeySize]byte, err error) {
	switch {
	case x[0] == slotErased:
		return key, ErrErased
	case *x == slot{}:
		return key, ErrNoKey
	case x[0] != slotKey:
		return key, damaged(s)
	}
	by, known := k.of(x.version())
	if !known {
		return key, damaged(s)
	}
	plain, err := by.subjects.Open(x[slotHead:], s.boundTo("jejak vault subject 1", by.number, ""))
	if err != nil || len(plain) != len(key) {
		return key, damaged(s)
	}
	return [seal.KeySize]byte(plain), nil
}

// unwrap is that of the keys; those of another process's rotation are read first.
func (v *Vault) unwrap(k *keys, s Subject, x *slot) (key [seal.KeySize]byte, err error) {
	if _, known := k.of(x.version()); x[0] == slotKey && !known {
		if newer, err := v.reload(context.Background(), s.Project); err == nil && newer != nil {
			k = newer
		}
	}
	return k.unwrap(s, x)
}

// version is the number of the project's key that wraps the one in the slot.
func (x *slot) version() uint32 { return binary.BigEndian.Uint32(x[4:]) }

// ErrDamaged says that the record of a subject's key is not one that this program wrote. What is sealed for the subject cannot
// be read and nothing can be sealed for it; others are not concerned.
var ErrDamaged = errors.New("the record of the key is damaged, or of a later version")

func damaged(s Subject) error {
	return fmt.Errorf("cannot read the key of subject %d of project %d: %w\nhint: put back the folder identity from your backup; jejak fsck tells how many are concerned", s.Number, s.Project, ErrDamaged)
}

// SealFor encrypts a value of a subject; it opens for no other subject, field or project. A subject without a key gets one:
// it is durable once Settle has returned. ErrErased: the subject is gone, and what still comes in for it MUST be let go.
// field is a word of the program or the name of a property.
func (v *Vault) SealFor(s Subject, field string, plain []byte) ([]byte, error) {
	k, f, err := v.of(s)
	if err != nil {
		return nil, err
	}
	// Most have a key. A slot that is being written may be read in parts: whatever fails is tried again under the lock.
	if x, err := f.read(s.Number); err == nil {
		if key, err := k.unwrap(s, &x); err == nil {
			return v.sealUnder(key, s, field, plain)
		}
	}
	return v.sealWith(s, field, plain, v.keyFor)
}

// SealNew is SealFor for a subject whose number was given out just now: whatever stands in its place is left from a
// process that died before it could acknowledge anything, and is written over.
func (v *Vault) SealNew(s Subject, field string, plain []byte) ([]byte, error) {
	return v.sealWith(s, field, plain, v.newKey)
}

func (v *Vault) sealWith(s Subject, field string, plain []byte, keyOf func(*keys, *keyring, Subject) ([seal.KeySize]byte, error)) ([]byte, error) {
	k, f, err := v.of(s)
	if err != nil {
		return nil, err
	}
	var key [seal.KeySize]byte
	err = f.hold(func() (err error) {
		if k, err = v.current(k, f, s.Project); err != nil {
			return err
		}
		key, err = keyOf(k, f, s)
		return err
	})
	if err != nil {
		return nil, err
	}
	return v.sealUnder(key, s, field, plain)
}

func (v *Vault) sealUnder(key [seal.KeySize]byte, s Subject, field string, plain []byte) ([]byte, error) {
	out := make([]byte, 1, 1+seal.Overhead+len(plain))
	out[0] = subjectFormat
	return seal.New(key).Seal(v.rand, out, plain, s.boundTo("jejak vault subject value 1", 0, field))
}

// subjectFormat is the first byte of a value sealed for a subject.
const subjectFormat = 2

// keyFor is the subject's key, made when there is none. It needs f.making.
func (v *Vault) keyFor(k *keys, f *keyring, s Subject) (key [seal.KeySize]byte, err error) {
	x, err := f.read(s.Number)
	if err != nil {
		return key, err
	}
	if key, err = v.unwrap(k, s, &x); !errors.Is(err, ErrNoKey) {
		return key, err
	}
	return v.newKey(k, f, s)
}

// newKey draws a key and writes it. It needs f.making.
func (v *Vault) newKey(k *keys, f *keyring, s Subject) (key [seal.KeySize]byte, err error) {
	if _, err := io.ReadFull(v.rand, key[:]); err != nil {
		return key, fmt.Errorf("cannot draw the key of a subject: %w", err)
	}
	x, err := v.wrap(k, s, key)
	if err != nil {
		return key, err
	}
	return key, f.write(s.Number, x)
}

// openFor decrypts a value of a subject.
func (v *Vault) openFor(s Subject, field string, sealed []byte) ([]byte, error) {
	k, f, err := v.of(s)
	if err != nil {
		return nil, err
	}
	x, err := f.read(s.Number)
	if err != nil {
		return nil, err
	}
	key, err := v.unwrap(k, s, &x)
	if err != nil {
		return nil, err
	}
	if len(sealed) == 0 || sealed[0] != subjectFormat {
		return nil, errors.New("cannot open a sealed value: its format is unknown")
	}
	plain, err := seal.New(key).Open(sealed[1:], s.boundTo("jejak vault subject value 1", 0, field))
	if err != nil {
		return nil, fmt.Errorf("cannot open a sealed value: %w", err)
	}
	return plain, nil
}

// Settle waits until the keys of all subjects of the project that were made before are durable. What is sealed for them MUST
// NOT be acknowledged earlier.
func (v *Vault) Settle(p event.ProjectID) error {
	for _, kind := range []SubjectKind{Person, Group} {
		if f, ok := v.keyrings.Load(keyringOf{p, kind}); ok {
			if err := f.(*keyring).settle(); err != nil {
				return err
			}
		}
	}
	return nil
}

// Erase destroys the subject's key, durably. It is the caller's to have the act approved and recorded.
func (v *Vault) Erase(s Subject) error {
	_, f, err := v.of(s)
	if err != nil {
		return err
	}
	if err := f.hold(func() error { return f.write(s.Number, slot{slotErased}) }); err != nil {
		return err
	}
	return f.settle()
}

// IsErased tells whether the subject was erased.
func (v *Vault) IsErased(s Subject) (bool, error) {
	_, f, err := v.of(s)
	if err != nil {
		return false, err
	}
	x, err := f.read(s.Number)
	return x[0] == slotErased, err
}
