package audit

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// tree is the hashes of the log, all in memory: 64 bytes and eight for each entry. Privileged acts are few.
type tree struct {
	size    int64
	hashes  []tlog.Hash // in the order of tlog.StoredHashIndex
	offsets []int64     // where each entry begins in its file
	end     int64       // of the file of entries
	root    tlog.Hash
}

// ReadHashes implements tlog.HashReader.
func (t tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(t.hashes)) {
			return nil, fmt.Errorf("cannot read hash %d of %d", x, len(t.hashes))
		}
		out[i] = t.hashes[x]
	}
	return out, nil
}

// add takes an entry in and returns the hashes that it adds.
func (t *tree) add(text []byte) ([]tlog.Hash, error) {
	hashes, err := tlog.StoredHashes(t.size, text, *t)
	if err != nil {
		return nil, err
	}
	t.hashes = append(t.hashes, hashes...)
	t.offsets = append(t.offsets, t.end)
	t.end += entryHead + int64(len(text))
	t.size++
	t.root, err = tlog.TreeHash(t.size, *t)
	return hashes, err
}

// Tree is its size and root.
func (t tree) Tree() tlog.Tree { return tlog.Tree{N: t.size, Hash: t.root} }

// rootAt is the root of the first n entries.
func (t tree) rootAt(n int64) (tlog.Hash, error) { return tlog.TreeHash(n, t) }
