package audit

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"golang.org/x/mod/sumdb/tlog"
)

// load builds the tree from the entries and compares it with the last checkpoint. What was being written when the process
// died was not acknowledged: a whole entry is taken up, half a one is cut off.
func (l *Log) load(dir string) error {
	signed, err := l.files.checkpoint()
	if err != nil {
		return fmt.Errorf("cannot read the checkpoint: %w", err)
	}
	text, err := readAll(l.files.entries)
	if err != nil {
		return fmt.Errorf("cannot read the audit log: %w", err)
	}
	rest := l.tree.addAll(text)
	covered, err := l.compare(dir, signed)
	if err != nil {
		return err
	}
	if rest > 0 {
		if err := cut(l.files.entries, l.tree.end); err != nil {
			return fmt.Errorf("cannot cut off half an audit entry: %w", err)
		}
	}
	l.files.entriesEnd = l.tree.end
	if err := l.repairHashes(dir, covered); err != nil {
		return err
	}
	l.signed = signed
	return l.coverAll(signed)
}

// addAll takes in all entries of a text and returns how many bytes at its end are none.
func (t *tree) addAll(text []byte) (rest int) {
	for {
		entry, after, ok := nextEntry(text)
		if !ok {
			return len(text)
		}
		if _, err := t.add(entry); err != nil {
			panic(fmt.Sprintf("BUG: hashes in memory cannot be read: %v", err))
		}
		text = after
	}
}

// nextEntry takes an entry off the front.
func nextEntry(text []byte) (entry, after []byte, ok bool) {
	if len(text) < entryHead {
		return nil, text, false
	}
	n := entryHead + int(binary.BigEndian.Uint16(text))
	if len(text) < n || n == entryHead {
		return nil, text, false
	}
	return text[entryHead:n], text[n:], true
}

// compare holds the tree against the last checkpoint, and returns how many entries that covers.
func (l *Log) compare(dir string, signed []byte) (covered int64, err error) {
	if signed == nil {
		if l.tree.size > 1 {
			return 0, fatal(dir, fmt.Sprintf("there are %d entries and no checkpoint", l.tree.size))
		}
		return 0, nil
	}
	was, err := readCheckpoint(signed, ownVerifier{l.signer})
	if err != nil {
		return 0, fatal(dir, "the checkpoint is not signed by this installation")
	}
	if l.tree.size < was.N {
		return 0, fatal(dir, fmt.Sprintf("the checkpoint covers %d entries, %d are there", was.N, l.tree.size))
	}
	if root, err := l.tree.rootAt(was.N); err != nil || root != was.Hash {
		return 0, fatal(dir, fmt.Sprintf("the first %d entries are not those of the checkpoint", was.N))
	}
	return was.N, nil
}

func fatal(dir, seen string) error {
	return fmt.Errorf("FATAL: the audit log in %s is damaged or was changed: %s. Events and names are safe; nothing was changed.\nhint: run jejak audit verify to see which entry, then restore the folder from a backup; keep the damaged one as evidence", dir, seen)
}

// repairHashes writes those again that were on their way when the process died. Those of covered entries must be right.
func (l *Log) repairHashes(dir string, covered int64) error {
	have, err := readAll(l.files.hashes)
	if err != nil {
		return fmt.Errorf("cannot read the audit log's hashes: %w", err)
	}
	want := bytesOf(l.tree.hashes)
	l.files.hashesEnd = int64(len(want))
	if bytes.Equal(have, want) {
		return nil
	}
	if sure := tlog.StoredHashCount(covered) * tlog.HashSize; !bytes.HasPrefix(have, want[:sure]) {
		return fatal(dir, "the hashes are not those of the entries")
	}
	if err := writeAndSync(l.files.hashes, want, 0); err != nil {
		return fmt.Errorf("cannot write the audit log's hashes: %w", err)
	}
	return cut(l.files.hashes, int64(len(want)))
}

func bytesOf(hashes []tlog.Hash) []byte {
	b := make([]byte, 0, len(hashes)*tlog.HashSize)
	for i := range hashes {
		b = append(b, hashes[i][:]...)
	}
	return b
}

// coverAll signs what came after the last checkpoint.
func (l *Log) coverAll(signed []byte) error {
	if l.tree.size == 0 {
		return nil
	}
	now, err := l.sign(l.tree.Tree())
	if err != nil || string(now) == string(signed) {
		return err
	}
	if err := l.files.replaceCheckpoint(now); err != nil {
		return err
	}
	l.signed = now
	return nil
}

func cut(f file, size int64) error {
	if err := f.Truncate(size); err != nil {
		return err
	}
	return f.Sync()
}

func readAll(f file) ([]byte, error) {
	size, err := f.Size()
	if err != nil {
		return nil, err
	}
	b := make([]byte, size)
	if n, err := f.ReadAt(b, 0); n < len(b) && err != io.EOF {
		return nil, err
	}
	return b, nil
}
