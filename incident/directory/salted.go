package directory

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"

	"jejak/exposure"
	"jejak/ground/vault"
)

// Salted is how somebody else made hashes of identifiers: with words around them, or under a key. What they used is found out from
// them; hashes without either are known to every snapshot.
type Salted struct {
	Algorithm string // md5, sha1 or sha256
	Before    []byte // stands before the identifier
	After     []byte // stands behind it
	Key       []byte // of HMAC; empty: a plain hash
	Addresses bool   // hashes of addresses, else of users' IDs
}

// maxSalted bounds how many ways a snapshot knows at once: each takes 12 bytes an account in memory.
const maxSalted = 4

// salted is a table of what others' hashes mean, under their first 8 bytes.
type salted struct {
	size int // of a hash, in bytes
	how  How
	table
}

func (s Salted) hash() (hash.Hash, error) {
	kinds := map[string]func() hash.Hash{"md5": md5.New, "sha1": sha1.New, "sha256": sha256.New}
	kind := kinds[s.Algorithm]
	if kind == nil {
		return nil, errors.New("cannot make hashes: the algorithm is none of md5, sha1 and sha256")
	}
	if len(s.Key) > 0 {
		return hmac.New(kind, s.Key), nil
	}
	return kind(), nil
}

// Salt lets the snapshot know the hashes that were made so, until it is closed. All identifiers are opened for it, which is in the
// audit log first. It needs Respond. Call it before any Matcher is made.
func (l *Library) Salt(ctx context.Context, s *Snapshot, how Salted) error {
	h, err := how.hash()
	if err != nil {
		return err
	}
	if len(s.salted) >= maxSalted {
		return fmt.Errorf("cannot make hashes in another way: a directory knows %d at once", maxSalted)
	}
	people, err := l.People(ctx, s, vault.Incident)
	if err != nil {
		return err
	}
	defer people.Close()
	pairs := make([]pair, 0, s.Accounts)
	err = people.eachIdentifier(ctx, how.Addresses, func(account uint32, text []byte) {
		h.Reset()
		h.Write(how.Before)
		h.Write(text)
		h.Write(how.After)
		pairs = append(pairs, pair{binary.BigEndian.Uint64(h.Sum(nil)), uint32(s.Person(exposure.MemberID(account)))})
	})
	if err != nil {
		return err
	}
	t, err := tableOf(pairs)
	if err != nil {
		return err
	}
	x := salted{size: h.Size(), how: ByDigest, table: t}
	if len(how.Key) > 0 {
		x.how = ByKeyedHash
	}
	s.salted = append(s.salted, x)
	return nil
}

// eachIdentifier opens every account's ID, or its addresses of today and of before.
func (p *People) eachIdentifier(ctx context.Context, addresses bool, f func(account uint32, text []byte)) error {
	var forms forms
	for a := range p.people.len() {
		if err := ctx.Err(); err != nil {
			return err
		}
		t, err := p.people.read(a, 5)
		if err != nil {
			return err
		}
		if !addresses {
			if t[0] != "" {
				f(uint32(a), []byte(t[0]))
			}
			continue
		}
		for _, m := range append(list(t[2]), t[1]) {
			if plain, ok := forms.address([]byte(m)); ok {
				f(uint32(a), plain)
			}
		}
	}
	return nil
}

// tableOf makes a table in memory.
func tableOf(pairs []pair) (table, error) {
	sortPairs(pairs)
	var b bytes.Buffer
	b.Grow(tableHeader + entrySize*len(pairs) + len(pairs))
	w := newTableWriter(bufio.NewWriter(&b), int64(len(pairs)))
	err := eachGroup(pairs, func(hash uint64, people []uint32) error {
		slices.Sort(people)
		n := people[0]
		if people[len(people)-1] != n {
			n |= several
		}
		w.entry(hash, n)
		return nil
	})
	w.finish()
	if err := errors.Join(err, w.err, w.out.Flush()); err != nil {
		return table{}, err
	}
	copy(b.Bytes(), w.header())
	return loadTable(b.Bytes())
}

// look finds whom a hash of somebody else's means.
func (x *salted) look(raw []byte) (Match, bool) {
	if len(raw) != x.size {
		return Match{}, false
	}
	n, ok := x.find(binary.BigEndian.Uint64(raw))
	if !ok {
		return Match{}, false
	}
	return matchOf(n, x.how), true
}

// Traced is whose a pseudonym of one of our own exports is, by their ID.
type Traced struct{ Pseudonym, UserID string }

// Trace lets the snapshot know pseudonyms, until it is closed. It returns how many are of somebody in it. A pseudonym is that of an
// export: 32 hexadecimal digits. Call it before any Matcher is made.
func (s *Snapshot) Trace(all []Traced) (known int) {
	m := s.Matcher()
	for _, t := range all {
		var raw [16]byte
		if n, err := hex.Decode(raw[:], []byte(t.Pseudonym)[:min(len(t.Pseudonym), 32)]); err != nil || n != len(raw) || len(t.Pseudonym) != 32 {
			continue
		}
		x, ok := m.look(byUser, []byte(t.UserID), ByPseudonym)
		if !ok || x.Several {
			continue
		}
		if s.pseudonyms == nil {
			s.pseudonyms = map[[16]byte]exposure.MemberID{}
		}
		s.pseudonyms[raw] = x.Member
		known++
	}
	return known
}
