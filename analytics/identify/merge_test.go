package identify

import (
	"math/rand/v2"
	"testing"

	"jejak/event"
)

// plainMerges says who is who by the definition: each act makes two sets one, the person of the first stays.
type plainMerges struct {
	sets [][]event.Actor // the person first
	tied map[event.Actor]event.Actor
}

func (m *plainMerges) of(a event.Actor) int {
	for i, set := range m.sets {
		for _, x := range set {
			if x == a {
				return i
			}
		}
	}
	m.sets = append(m.sets, []event.Actor{a})
	return len(m.sets) - 1
}

func (m *plainMerges) do(a act) {
	if a.undone {
		return
	}
	one, other := m.of(a.one), m.of(a.other)
	if a.verb == identifyVerb || a.verb == aliasVerb {
		if owner, ok := m.tied[a.other]; ok && owner != a.one {
			return
		}
	}
	if one != other && a.verb != 0 && len(m.sets[one])+len(m.sets[other]) > maxCluster {
		return
	}
	if a.verb == identifyVerb || a.verb == aliasVerb {
		m.tied[a.other] = a.one
	}
	if one != other {
		m.sets[one] = append(m.sets[one], m.sets[other]...)
		m.sets = append(m.sets[:other], m.sets[other+1:]...)
	}
}

// TestMergesEqualTheDefinition does random acts and undoes some, in both modes.
func TestMergesEqualTheDefinition(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for round := range 200 {
		var p people
		p.ready.Store(true)
		var all []event.Actor
		for range 2 + r.IntN(40) {
			b := r.IntN(3)
			p.last[b]++
			all = append(all, event.MakeActor(b, p.last[b]))
		}
		original := round%2 == 0
		for range r.IntN(60) {
			if len(p.acts) > 0 && r.IntN(6) == 0 {
				if n := r.IntN(len(p.acts)); !p.acts[n].undone {
					p.undoLocked(n)
				}
				continue
			}
			a := act{one: all[r.IntN(len(all))], other: all[r.IntN(len(all))]}
			if original {
				a.verb = byte(1 + r.IntN(3))
			} else if a.one == a.other || p.owned(a.other) || p.owned(a.one) {
				continue // a device belongs to one user, and a user is no device
			}
			if a.verb == 0 {
				p.linkLocked(a.other, a.one)
			} else {
				p.doLocked(a)
			}
		}
		want := plainMerges{tied: map[event.Actor]event.Actor{}}
		for _, a := range p.acts {
			want.do(a)
		}
		view := p.merges()
		for _, a := range all {
			if person := want.sets[want.of(a)][0]; view.Person(a) != person || p.person(a) != person {
				t.Fatalf("round %d: %d is %d (%d in the copy), want %d, after %+v", round, a, p.person(a), view.Person(a), person, p.acts)
			}
		}
		if again := p.merges(); again != view {
			t.Fatal("nothing has changed and the tables were copied")
		}
	}
}

func TestUndo(t *testing.T) {
	ledger := &book{}
	i := start(ledger)
	got := actors(t, i, event.IDs{User: "u"}, event.IDs{Device: "d"}, event.IDs{User: "u", Device: "d"})
	user, device := got[0], got[1]
	merges, err := i.Merges(1)
	if err != nil || merges.Person(device) != user {
		t.Fatalf("the device is %d, want %d (%v)", merges.Person(device), user, err)
	}
	list, err := i.ListMerges(1, user)
	if err != nil || len(list) != 1 || list[0].Kind != "device" || list[0].Other != device {
		t.Fatalf("%+v, %v", list, err)
	}
	if ok, err := i.Undo(1, list[0].Number); err != nil || !ok {
		t.Fatal(ok, err)
	}
	if ok, _ := i.Undo(1, list[0].Number); ok {
		t.Error("it was undone twice")
	}
	actors(t, i, event.IDs{User: "u", Device: "d"}) // the same device again
	for name, i := range map[string]*Identifier{"now": i, "after a restart": start(ledger)} {
		merges, err := i.Merges(1)
		if err != nil || merges.Person(device) != device {
			t.Errorf("%s: the device is %d, want itself, %d (%v)", name, merges.Person(device), device, err)
		}
	}
}

func TestClustersAreBounded(t *testing.T) {
	var c clusters
	a := func(n int) event.Actor { return event.MakeActor(n%event.Buckets, uint32(1+n/event.Buckets)) }
	for n := 1; n < 2*maxCluster; n++ {
		c.do(act{verb: mergeVerb, one: a(0), other: a(n)})
	}
	joined := 0
	for n := range 2 * maxCluster {
		if c.person(a(n)) == a(0) {
			joined++
		}
	}
	if joined != maxCluster {
		t.Errorf("%d identifiers are one person, want %d", joined, maxCluster)
	}
}

func TestIsRandomUUID(t *testing.T) {
	for s, want := range map[string]bool{
		someUUID: true, otherUUID: true, "0B8B1C3E-6F0A-4C57-9A51-3F2F6F1D2C3B": true,
		"0b8b1c3e-6f0a-1c57-9a51-3f2f6f1d2c3b": false, "0b8b1c3e-6f0a-4c57-7a51-3f2f6f1d2c3b": false, "ann@example.org": false, "": false,
		"0b8b1c3e-6f0a-4c57-9a51-3f2f6f1d2cxx": false, "0b8b1c3e6f0a4c579a513f2f6f1d2c3b": false,
	} {
		if isRandomUUID(s) != want {
			t.Errorf("%q: %v", s, !want)
		}
	}
}

func BenchmarkMerges(b *testing.B) {
	var p people
	for n := range 1_000_000 {
		bucket := n % event.Buckets
		p.last[bucket]++
		a := event.MakeActor(bucket, p.last[bucket])
		if n > 0 && n%2 == 1 {
			p.doLocked(act{one: event.MakeActor((bucket+n/50%2)%event.Buckets, 1), other: a})
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		p.change++
		p.merges()
	}
}
