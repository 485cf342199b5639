package lexicon

import (
	"slices"
	"testing"

	"jejak/analytics/plan"
	"jejak/analytics/query/querytest"
	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
	"jejak/event"
)

// pastStore is a store whose snapshots are shown otherwise.
type pastStore struct {
	store.Store
	past *Past
}

func (s pastStore) Snapshot(p event.ProjectID) (store.Snapshot, error) {
	snap, err := s.Store.Snapshot(p)
	if err != nil || store.EventsOf(p) != p {
		return snap, err
	}
	return s.past.Over(snap), nil
}

func word(k Kind, name string, do plan.Do, to string) Word {
	return Word{Kind: k, Name: name, Rule: plan.Rule{Do: do, To: to}, Past: true}
}

// cases: properties whose values are of one kind join those of another, two join one, an event joins another and one is gone.
var cases = map[string][]Word{
	"joined": {
		word(OfEvent, "sign up", plan.Rename, "view"), word(OfEvent, "pay", plan.Refuse, ""),
		word(OfProperty, "price", plan.Rename, "mixed"), word(OfProperty, "when", plan.Drop, ""), word(OfProperty, "tags", plan.Rename, "mixed"),
	},
	"renamed": {
		word(OfEvent, "view", plan.Rename, "pay"), word(OfEvent, "click", plan.Rename, "gone"), word(OfEvent, "gone", plan.Refuse, ""),
		word(OfProperty, "mixed", plan.Rename, "plan"), word(OfProperty, "ok", plan.Rename, "other"),
	},
}

// asShown is what the words say, plainly.
func asShown(words []Word) querytest.Shown {
	fate := func(k Kind, name string) string {
		w := find(words, k, name)
		switch {
		case w.Rule.Do == plan.Rename && find(words, k, w.Rule.To).Rule.Do == plan.Keep:
			return w.Rule.To
		case w.Rule.Do != plan.Keep:
			return ""
		}
		return name
	}
	return func(e event.Event) (event.Event, bool) {
		stored := e.Properties
		slices.SortFunc(stored, func(a, b event.Property) int { // by name, but the own one of several first
			own := func(p event.Property) int {
				if fate(OfProperty, p.Name) == p.Name {
					return 0
				}
				return 1
			}
			if own(a) != own(b) {
				return own(a) - own(b)
			}
			return slices.Compare([]byte(a.Name), []byte(b.Name))
		})
		e.Properties = nil
		for _, p := range stored {
			if as := fate(OfProperty, p.Name); as != "" && e.Get(as).Kind == event.None {
				e.Set(as, p.Value)
			}
		}
		e.Name = fate(OfEvent, e.Name)
		return e, e.Name != ""
	}
}

// TestExamOfThePast: answers are as if the events had been sent as they are shown.
func TestExamOfThePast(t *testing.T) {
	renamed, joined := cases["renamed"], cases["joined"]
	t.Run("model", func(t *testing.T) {
		querytest.RunShown(t, func(*testing.T) store.Store { return pastStore{querytest.NewModel(), pastOf(renamed)} }, asShown(renamed))
	})
	t.Run("columnar", func(t *testing.T) {
		querytest.RunShown(t, func(t *testing.T) store.Store {
			s, err := columnar.Open(t.TempDir(), columnar.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return pastStore{s, pastOf(joined)}
		}, asShown(joined))
	})
}

func TestNamesOfThePast(t *testing.T) {
	s := querytest.NewModel()
	events := []event.Event{{Name: "view", Time: 5, Properties: []event.Property{{Name: "ok", Value: event.StringOf("a")}}}, {Name: "pay", Time: 9}, {Name: "click", Time: 7}}
	if err := s.Append(t.Context(), store.Batch{Project: 1, Events: events}); err != nil {
		t.Fatal(err)
	}
	snap, err := s.Snapshot(1)
	if err != nil {
		t.Fatal(err)
	}
	shown := pastOf(cases["renamed"]).Over(snap)
	if n := shown.Names(); len(n) != 1 || n[0] != (store.NameCount{Name: "pay", Rows: 2, First: 5, Last: 9}) {
		t.Errorf("names are %+v", n)
	}
	if all, of := shown.PropertyNames(""), shown.PropertyNames("pay"); !slices.Equal(all, []string{"other"}) || !slices.Equal(of, all) || len(shown.PropertyNames("view")) != 0 {
		t.Errorf("properties are %v and %v", all, of)
	}
	if s := shown.Sections(store.Selection{Names: []string{"view"}, To: 100}); len(s) != 0 {
		t.Errorf("the old name still has %d sections", len(s))
	}
	if pastOf([]Word{{Kind: OfEvent, Name: "a", Rule: plan.Rule{Do: plan.Refuse}}}) != nil {
		t.Error("what is refused from now on is left out of the past")
	}
}
