package verify

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// A set is all notices of one version: a Merkle tree (RFC 6962) whose leaves are in ascending order, so that where one stands
// tells nothing about whose it is.
type set struct {
	leaves []tlog.Hash
	hashes []tlog.Hash // in the order of tlog.StoredHashIndex
}

// Leaf is a notice without its recipient.
type Leaf struct {
	Code [16]byte          // Hidden
	Text [sha256.Size]byte // TextHash
}

// LeafOf binds a code to the text that it stands in.
func LeafOf(c Code, subject, body string) Leaf { return Leaf{c.Hidden(), TextHash(subject, body)} }

func (l Leaf) hash() tlog.Hash { return tlog.RecordHash(append(l.Code[:], l.Text[:]...)) }

// errTwice says that a set has a notice twice.
var errTwice = errors.New("two notices have the same code and text")

func newSet(leaves []tlog.Hash) (*set, error) {
	s := &set{leaves: slices.SortedFunc(slices.Values(leaves), compare)}
	s.hashes = make([]tlog.Hash, 0, 2*len(leaves))
	for i, leaf := range s.leaves {
		if i > 0 && leaf == s.leaves[i-1] {
			return nil, errTwice
		}
		add, err := tlog.StoredHashesForRecordHash(int64(i), leaf, s)
		if err != nil {
			return nil, err
		}
		s.hashes = append(s.hashes, add...)
	}
	return s, nil
}

func compare(a, b tlog.Hash) int { return bytes.Compare(a[:], b[:]) }

// ReadHashes implements tlog.HashReader.
func (s *set) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = s.hashes[x]
	}
	return out, nil
}

func (s *set) size() int64 { return int64(len(s.leaves)) }

func (s *set) root() (tlog.Hash, error) { return tlog.TreeHash(s.size(), s) }

// prove shows that a leaf is in the set; false when it is not.
func (s *set) prove(leaf tlog.Hash) (index int64, p tlog.RecordProof, found bool, err error) {
	i, found := slices.BinarySearchFunc(s.leaves, leaf, compare)
	if !found {
		return 0, nil, false, nil
	}
	p, err = tlog.ProveRecord(s.size(), int64(i), s)
	return int64(i), p, true, err
}

// bytes is the leaves one after the other.
func (s *set) bytes() []byte {
	out := make([]byte, 0, len(s.leaves)*tlog.HashSize)
	for _, leaf := range s.leaves {
		out = append(out, leaf[:]...)
	}
	return out
}

// errDamaged says that what is kept of a set is not what was put there.
var errDamaged = errors.New("FATAL: the set of notices that is kept is damaged. Notices are safe.\nhint: put back meta.db from your backup")

func setOf(b []byte) (*set, error) {
	if len(b)%tlog.HashSize != 0 {
		return nil, errDamaged
	}
	var leaves []tlog.Hash
	for leaf := range slices.Chunk(b, tlog.HashSize) {
		leaves = append(leaves, tlog.Hash(leaf))
	}
	return newSet(leaves)
}
