package rehearse

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"maps"
	"slices"
	"testing"

	"jejak/exposure"
)

func tell(t *testing.T, s Story) (users, leak []byte, truth *Truth) {
	t.Helper()
	var u, l bytes.Buffer
	if err := s.WriteUsers(&u); err != nil {
		t.Fatal(err)
	}
	truth, err := s.WriteLeak(&l)
	if err != nil {
		t.Fatal(err)
	}
	return u.Bytes(), l.Bytes(), truth
}

func TestTheSameSeedTellsTheSame(t *testing.T) {
	u1, l1, t1 := tell(t, Small())
	u2, l2, t2 := tell(t, Small())
	if sha256.Sum256(u1) != sha256.Sum256(u2) || sha256.Sum256(l1) != sha256.Sum256(l2) {
		t.Error("two tellings differ")
	}
	if !maps.EqualFunc(t1.People, t2.People, func(a, b *Told) bool { return a.Tier == b.Tier && slices.Equal(a.Classes, b.Classes) }) {
		t.Error("two truths differ")
	}
	other := Small()
	other.Seed = 2
	if _, l3, _ := tell(t, other); bytes.Equal(l1, l3) {
		t.Error("another seed tells the same")
	}
}

// TestTheStoryHasItsTraits: what the incident was about is there.
func TestTheStoryHasItsTraits(t *testing.T) {
	_, leak, truth := tell(t, Small())
	rows, err := csv.NewReader(bytes.NewReader(leak)).ReadAll()
	if err != nil || len(rows) != Small().Rows+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if truth.HelpRows < truth.Rows/50 || truth.HelpRows > truth.Rows/20 || truth.NoiseRows == 0 {
		t.Errorf("%d rows of the help centre, %d of noise, among %d", truth.HelpRows, truth.NoiseRows, truth.Rows)
	}
	tiers, without := map[exposure.Tier]int{}, 0
	for _, p := range truth.People {
		tiers[p.Tier]++
		if !slices.Contains(p.Classes, exposure.City) {
			without++
		}
	}
	if tiers[exposure.Certain] == 0 || tiers[exposure.Strong] == 0 || tiers[exposure.Probable] == 0 || without == 0 {
		t.Errorf("tiers %v, %d people without a city", tiers, without)
	}
}

func TestScore(t *testing.T) {
	_, _, truth := tell(t, Small())
	var all []Found
	for id, p := range truth.People {
		all = append(all, Found{id, p.Tier, p.Classes})
	}
	if s := truth.Score(all); s.Precision != 1 || s.Recall != 1 || s.WrongClasses != 0 || s.People == 0 {
		t.Errorf("the truth itself scores %+v", s)
	}
	all[0].UserID, all[1].Classes = "somebody else", nil
	if all[0].Tier > exposure.Strong {
		all[0].Tier = exposure.Certain
	}
	if s := truth.Score(all); s.Precision == 1 || s.Recall == 1 && truth.People[all[0].UserID] != nil {
		t.Errorf("an error scores %+v", s)
	}
}
