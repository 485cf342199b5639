package guard

import (
	"testing"

	"jejak/event"
)

const verbMessage = "identity events are not allowed when project is using simplified identity management"

func verb(e *event.Event) { e.Name = "$identify" }

func TestStrictImportsWithAVerbAreRefusedAsAWhole(t *testing.T) {
	b := batch(event.Import, true, good(), with(verb), good())
	New().Check(b)
	if len(b.Events) != 0 || len(b.Refusals) != 3 {
		t.Fatalf("%d kept, %d refused", len(b.Events), len(b.Refusals))
	}
	for i, no := range b.Refusals {
		if no.At != i {
			t.Errorf("refusal %d is at %d", i, no.At)
		}
		wantRefusal(t, no, event.IdentityVerb, "event", verbMessage)
	}
}

func TestOtherImportsLoseTheVerbOnly(t *testing.T) {
	b := batch(event.Import, false, good(), with(verb), good())
	New().Check(b)
	if len(b.Events) != 2 || len(b.Refusals) != 1 {
		t.Fatalf("%d kept, %d refused", len(b.Events), len(b.Refusals))
	}
	wantRefusal(t, b.Refusals[0], event.IdentityVerb, "event", verbMessage)
}

func TestVerbsPassLiveAndInOriginalMerge(t *testing.T) {
	original := batch(event.Import, true, with(verb))
	original.OriginalMerge = true
	for _, b := range []*event.Batch{original, batch(event.Track, false, with(verb))} {
		New().Check(b)
		if len(b.Events) != 1 {
			t.Errorf("source %d: refusals %+v", b.Source, b.Refusals)
		}
	}
}
