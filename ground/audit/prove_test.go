package audit

import (
	"encoding/json"
	"errors"
	"testing"
)

// TestProofTravels: what ProveIn gives is good after a way through JSON, for its entry and its key alone.
func TestProofTravels(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	defer l.Close()
	record(t, l, 11)
	for i := range int64(11) {
		p, err := ProveIn(dir, i)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		var again Proof
		if err := json.Unmarshal(text, &again); err != nil {
			t.Fatal(err)
		}
		if err := again.Check(vkey(t)); err != nil {
			t.Errorf("entry %d: %v", i, err)
		}
		again.Index = (i + 1) % 11
		if err := again.Check(vkey(t)); !errors.Is(err, ErrProof) {
			t.Errorf("entry %d at another place: %v", i, err)
		}
		again.Index, again.Entry = i, append([]byte(" "), p.Entry...)
		if err := again.Check(vkey(t)); !errors.Is(err, ErrProof) {
			t.Errorf("entry %d changed: %v", i, err)
		}
		other, err := VerifierOf("jejak/test", [32]byte{8})
		if err != nil {
			t.Fatal(err)
		}
		if p.Check(other) == nil {
			t.Errorf("entry %d: another log's key", i)
		}
	}
	if _, err := ProveIn(dir, 11); err == nil {
		t.Error("an entry that is not there was proved")
	}
}
