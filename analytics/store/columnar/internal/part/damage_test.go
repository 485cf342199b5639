package part

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"jejak/event"
)

// damageIn runs a reader and returns the damage it found. Any other panic goes on.
func damageIn(read func() error) (err error) {
	defer func() {
		switch d := recover().(type) {
		case nil:
		case Damage:
			err = d
		default:
			panic(d)
		}
	}()
	return read()
}

func isDamage(err error) bool {
	var d Damage
	return errors.As(err, &d)
}

// openAndVerify is what fsck does.
func openAndVerify(b []byte) error {
	p, err := Open(b)
	if err != nil {
		return err
	}
	return p.Verify()
}

func TestEveryFlippedByteIsFound(t *testing.T) {
	r := newRand(t)
	b := Build(randomEvents(r, 200), testKey)
	if err := openAndVerify(b); err != nil {
		t.Fatal(err)
	}
	for i := range b {
		old := b[i]
		b[i] ^= byte(1 + r.IntN(255))
		if err := openAndVerify(b); !isDamage(err) {
			t.Fatalf("byte %d of %d: %v, want damage", i, len(b), err)
		}
		b[i] = old
	}
}

func TestFlippedBlockPanicsWhenItIsRead(t *testing.T) {
	r := newRand(t)
	b := Build(randomEvents(r, 200), testKey)
	clean := mustOpen(t, bytes.Clone(b))
	found := 0
	for i := headBytes; i < len(b)-footBytes-len(directoryOf(b)); i += 1 + r.IntN(20) {
		old := b[i]
		b[i]++
		err := damageIn(func() error {
			p := mustOpen(t, b)
			for range p.Events() {
			}
			for _, s := range p.Sections(everything) {
				s.Arrivals(0, s.Rows(), nil)
			}
			return nil
		})
		if !isDamage(err) {
			t.Fatalf("byte %d of %d was read: %v, want damage", i, len(b), err)
		}
		found++
		b[i] = old
	}
	if found == 0 || clean.Verify() != nil {
		t.Fatal("nothing was tried")
	}
}

func TestEveryCutIsFound(t *testing.T) {
	b := Build(randomEvents(newRand(t), 50), testKey)
	for n := range b {
		if _, err := Open(b[:n:n]); !isDamage(err) {
			t.Fatalf("%d of %d bytes: %v, want damage", n, len(b), err)
		}
	}
	if _, err := Open(append(bytes.Clone(b), 0)); !isDamage(err) {
		t.Fatalf("a byte too many: %v, want damage", err)
	}
}

func directoryOf(b []byte) []byte {
	foot := b[len(b)-footBytes:]
	offset := binary.LittleEndian.Uint64(foot)
	return b[offset : len(b)-footBytes]
}

// sealed makes the checksums of whatever b is fit, so that what they would catch meets the readers.
func sealed(b []byte) []byte {
	b = bytes.Clone(b)
	if len(b) < headBytes+dirHead+footBytes {
		return b
	}
	copy(b, headMagic)
	binary.LittleEndian.PutUint32(b[8:], version)
	binary.LittleEndian.PutUint32(b[12:], checksum(b[:12]))
	foot := b[len(b)-footBytes:]
	end := uint64(len(b) - footBytes)
	offset := binary.LittleEndian.Uint64(foot)
	if offset > end {
		offset %= end
		binary.LittleEndian.PutUint64(foot, offset)
	}
	binary.LittleEndian.PutUint64(foot[8:], end-offset)
	sealBlocks(b, offset, b[offset:end])
	binary.LittleEndian.PutUint32(foot[16:], checksum(b[offset:end]))
	binary.LittleEndian.PutUint32(foot[20:], checksum(foot[:20]))
	copy(foot[24:], footMagic)
	return b
}

func sealBlocks(b []byte, end uint64, dir []byte) {
	if len(dir) < dirHead {
		return
	}
	blocks := dir[dirHead:]
	for n := u32(dir, 0); n > 0 && len(blocks) >= blockEntry; n, blocks = n-1, blocks[blockEntry:] {
		if e := decodeBlock(blocks); e.layout != layoutNone && e.offset+uint64(e.length) <= end {
			binary.LittleEndian.PutUint32(blocks[12:], checksum(b[e.offset:e.offset+uint64(e.length)]))
		}
	}
}

// readAll reads a part in every way there is; it must end, in damage or not.
func readAll(p *Part) error {
	return damageIn(func() error {
		for range p.Events() {
		}
		p.Names()
		p.PropertyNames("")
		p.Span()
		for _, s := range p.Sections(everything) {
			for bucket := range event.Buckets {
				lo, hi := s.Bucket(bucket)
				s.Seek(lo, hi, (s.first+s.last)/2)
				p.Actors(bucket)
			}
			for _, older := range p.Sections(everything) {
				var gone [event.Buckets][]int
				Superseded(older, s, &gone)
			}
			for _, name := range p.PropertyNames(s.Name()) {
				c := s.Column(name)
				if c == nil {
					continue // only rows of the other class have it
				}
				d := c.Dictionary()
				for code := range min(1000, d.Len()) {
					d.Value(uint32(code + 1))
				}
			}
		}
		return p.Verify()
	})
}

// maxFuzzRows keeps the fuzzer from parts that say they have billions of equal rows.
const maxFuzzRows = 1 << 14

// patched is b with bytes changed: of each four bytes of patches, three say where and one what.
func patched(b, patches []byte) []byte {
	b = bytes.Clone(b)
	for ; len(b) > 0 && len(patches) >= 4; patches = patches[4:] {
		b[int(binary.LittleEndian.Uint32(patches)&(1<<24-1))%len(b)] = patches[3]
	}
	return b
}

// FuzzOpen opens and reads anything, and sound parts with a few bytes changed and their checksums made to fit.
func FuzzOpen(f *testing.F) {
	example := workedExample()
	random := Build(randomEvents(rand.New(rand.NewPCG(1, 2)), 40), testKey)
	f.Add(example, []byte{18, 0, 0, 7})
	f.Add([]byte{}, []byte{200, 1, 0, 255, 44, 2, 0, 9})
	f.Fuzz(func(t *testing.T, b, patches []byte) {
		for _, b := range [][]byte{b, sealed(b), sealed(patched(example, patches)), sealed(patched(random, patches))} {
			p, err := Open(b)
			if err != nil && !isDamage(err) {
				t.Fatalf("%v is no damage", err)
			}
			if err != nil || p.Rows() > maxFuzzRows {
				continue
			}
			if err := readAll(p); err != nil && !isDamage(err) {
				t.Fatalf("%v is no damage", err)
			}
		}
	})
}

// FuzzMerge merges sound parts of which one has a few bytes changed and its checksums made to fit. When it is still
// sound, so is the outcome.
func FuzzMerge(f *testing.F) {
	r := rand.New(rand.NewPCG(3, 4))
	older, newer := Build(randomEvents(r, 40), testKey), Build(randomEvents(r, 20), testKey)
	f.Add([]byte{}, int64(always), int64(forever))
	f.Add([]byte{200, 1, 0, 255, 44, 2, 0, 9}, int64(1_700_000_000_000), int64(1_700_000_000_050))
	f.Fuzz(func(t *testing.T, patches []byte, from, to int64) {
		p, err := Open(sealed(patched(older, patches)))
		if err != nil || p.Rows() > maxFuzzRows {
			return
		}
		var out bytes.Buffer
		err = damageIn(func() error {
			_, err := Merge(context.Background(), &out, []*Part{p, mustOpen(t, newer)}, nil, event.Millis(from), event.Millis(to))
			return err
		})
		if p.Verify() != nil {
			return
		}
		if sound := openAndVerify(out.Bytes()); err != nil || sound != nil {
			t.Fatalf("%v, %v from sound parts", err, sound)
		}
	})
}

func TestRandomDamageNeverCrashes(t *testing.T) {
	r := newRand(t)
	sound := Build(randomEvents(r, 60), testKey)
	other := mustOpen(t, Build(randomEvents(r, 60), testKey))
	sane := 0
	for range 5000 {
		b := bytes.Clone(sound)
		for range 1 + r.IntN(3) {
			b[r.IntN(len(b))] = byte(r.IntN(256))
		}
		b = sealed(b)
		p, err := Open(b)
		if err != nil || p.Rows() > maxFuzzRows {
			continue
		}
		_ = readAll(p)
		_ = damageIn(func() error {
			_, err := Merge(context.Background(), io.Discard, []*Part{other, p}, nil, always, forever)
			return err
		})
		sane++
	}
	if sane == 0 {
		t.Fatal("no damaged part could be opened: nothing was tried")
	}
}
