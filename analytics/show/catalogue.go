package show

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jejak/analytics/lexicon"
	"jejak/analytics/plan"
	"jejak/analytics/store"
	"jejak/event"
	"jejak/ground/access"
)

// Rule is what the project's data plan does with an event or a property.
type Rule struct {
	Do    plan.Do `json:"do" enum:",allow,seal,bucket,drop,refuse,rename" doc:"Empty: kept, as without a plan. Events know refuse and rename only. allow keeps a property as it is, whatever the detectors find in it."`
	Class string  `json:"class,omitempty" maxLength:"32" doc:"seal: what stands in the tokens; absent: the class, or sealed."`
	Range string  `json:"range,omitempty" maxLength:"32" doc:"bucket: the width of ranges of numbers, for example 10; day, month or year for dates."`
	To    string  `json:"to,omitempty" maxLength:"1020" doc:"rename: the new name."`
}

// WordBody is what the project says about an event or a property.
type WordBody struct {
	Kind        lexicon.Kind `json:"kind" enum:"event,property"`
	Name        string       `json:"name" minLength:"1" maxLength:"1020" doc:"As it is sent."`
	Description string       `json:"description,omitempty" maxLength:"2000"`
	Owner       string       `json:"owner,omitempty" maxLength:"200" doc:"Who in the team answers for it."`
	Hidden      bool         `json:"hidden,omitempty" doc:"Not offered to whoever builds a question. Questions that name it work."`
	Verified    bool         `json:"verified,omitempty"`
	Class       string       `json:"class,omitempty" maxLength:"32" doc:"Of personal data, as somebody says; for example email."`
	Rule        Rule         `json:"rule,omitempty" doc:"From the next event on."`
	Past        bool         `json:"past,omitempty" doc:"drop, refuse and rename also hold for answers about what is stored. Nothing stored is changed: it can be taken back."`
}

// Word is an event or a property: what the project says, and what is seen of it.
type Word struct {
	WordBody
	Known   bool       `json:"known" doc:"The project says something; a strict plan knows it."`
	Changed *time.Time `json:"changed,omitempty"`
	Found   []string   `json:"found" nullable:"false" doc:"Classes of personal values that were sealed or cut under it."`
	Seen    *SeenWord  `json:"seen,omitempty" doc:"Absent: the store has none."`
}

// SeenWord is what the store has of it.
type SeenWord struct {
	Rows   uint64    `json:"rows" doc:"Of an event, duplicates included; of a property at most so many."`
	First  time.Time `json:"first" doc:"Of a property at the earliest."`
	Last   time.Time `json:"last" doc:"Of a property at the latest."`
	Types  []string  `json:"types" nullable:"false" doc:"Of a property: string, number, boolean, list, object."`
	Events uint64    `json:"events,omitempty" doc:"Of a property: how many events have it, by name."`
}

// PlanBody is how strict the data plan is.
type PlanBody struct {
	Strict plan.Strict `json:"strict" enum:",count,closed" doc:"What becomes of events and properties that the catalogue does not know. Empty: kept; count: kept and counted; closed: such an event is refused, such a property dropped. Names that begin with $, mp_ or utm_ are known."`
}

// Adopted is how many names were taken up.
type Adopted struct {
	Events     int `json:"events"`
	Properties int `json:"properties"`
}

type savedWord struct {
	InProject
	Body WordBody
}

type deletedWord struct {
	InProject
	Kind lexicon.Kind `query:"kind" enum:"event,property" required:"true"`
	Name string       `query:"name" required:"true" minLength:"1" maxLength:"1020"`
}

type savedPlan struct {
	InProject
	Body PlanBody
}

func (s *server) offerCatalogue(api huma.API) {
	const catalogue, plan = "/projects/{id}/catalogue", "/projects/{id}/data-plan"
	register(s, api, operation("listCatalogue", http.MethodGet, catalogue, "Events and properties: what was seen, and what the project says", byBoth), s.listCatalogue)
	register(s, api, operation("saveWord", http.MethodPut, catalogue, "Say something about an event or a property, in the place of what was said", bySession), s.saveWord)
	register(s, api, operation("deleteWord", http.MethodDelete, catalogue, "Take back what was said about an event or a property", bySession), s.deleteWord)
	register(s, api, operation("adoptSeen", http.MethodPost, catalogue+"/adopt", "Take up everything seen, so that a strict plan knows it", bySession), s.adoptSeen)
	register(s, api, operation("getPlan", http.MethodGet, plan, "How strict the data plan is", byBoth), s.getPlan)
	register(s, api, operation("changePlan", http.MethodPut, plan, "Change how strict the data plan is", bySession), s.changePlan)
}

func (s *server) listCatalogue(ctx context.Context, in *InProject) (*answered[[]Word], error) {
	p := event.ProjectID(in.ID)
	words, err := s.Lexicon.Words(ctx, p)
	if err != nil {
		return nil, err
	}
	seen, err := s.seen(ctx, p)
	return answer(joined(words, seen, s.Counters(p).Changed)), err
}

func (s *server) seen(ctx context.Context, p event.ProjectID) (seen []lexicon.Seen, err error) {
	err = s.look(ctx, p, func(snap store.Snapshot) error {
		seen = lexicon.SeenIn(snap)
		return nil
	})
	return seen, err
}

// joined lists what was seen, then what the project says about what was not.
func joined(words []lexicon.Word, seen []lexicon.Seen, changed []Changed) []Word {
	type key struct {
		kind lexicon.Kind
		name string
	}
	said := map[key]lexicon.Word{}
	for _, w := range words {
		said[key{w.Kind, w.Name}] = w
	}
	list := []Word{}
	for _, x := range seen {
		w := said[key{x.Kind, x.Name}]
		delete(said, key{x.Kind, x.Name})
		w.Kind, w.Name = x.Kind, x.Name
		list = append(list, wordOf(w, &x, changed))
	}
	for _, w := range words {
		if _, unseen := said[key{w.Kind, w.Name}]; unseen {
			list = append(list, wordOf(w, nil, changed))
		}
	}
	return list
}

func wordOf(w lexicon.Word, seen *lexicon.Seen, changed []Changed) Word {
	out := Word{WordBody: WordBody{w.Kind, w.Name, w.Description, w.Owner, w.Hidden, w.Verified, w.Class, Rule(w.Rule), w.Past}, Found: []string{}}
	if out.Known = !w.Changed.IsZero(); out.Known {
		out.Changed = &w.Changed
	}
	if seen != nil {
		out.Seen = &SeenWord{seen.Rows, timeOf(seen.First), timeOf(seen.Last), append([]string{}, seen.Types...), seen.Events}
	}
	for _, c := range changed {
		if w.Kind == lexicon.OfProperty && c.Property == w.Name && c.Class != "" && !slices.Contains(out.Found, c.Class) {
			out.Found = append(out.Found, c.Class)
		}
	}
	slices.Sort(out.Found)
	return out
}

func timeOf(t event.Millis) time.Time { return time.UnixMilli(int64(t)).UTC() }

func (s *server) saveWord(ctx context.Context, in *savedWord) (*answered[Word], error) {
	b := in.Body
	w, err := s.Lexicon.SaveWord(ctx, event.ProjectID(in.ID), lexicon.Word{
		Kind: b.Kind, Name: b.Name, Description: b.Description, Owner: b.Owner, Hidden: b.Hidden, Verified: b.Verified, Class: b.Class,
		Rule: plan.Rule(b.Rule), Past: b.Past,
	})
	return answer(wordOf(w, nil, nil)), err
}

func (s *server) deleteWord(ctx context.Context, in *deletedWord) (*none, error) {
	return &none{}, s.Lexicon.DeleteWord(ctx, event.ProjectID(in.ID), in.Kind, in.Name)
}

func (s *server) adoptSeen(ctx context.Context, in *InProject) (*answered[Adopted], error) {
	p := event.ProjectID(in.ID)
	var out Adopted
	if err := access.May(ctx, p, access.Administer); err != nil {
		return nil, err
	}
	seen, err := s.seen(ctx, p)
	if err != nil {
		return nil, err
	}
	names := map[lexicon.Kind][]string{}
	for _, x := range seen {
		names[x.Kind] = append(names[x.Kind], x.Name)
	}
	if out.Events, err = s.Lexicon.Adopt(ctx, p, lexicon.OfEvent, names[lexicon.OfEvent]); err != nil {
		return nil, err
	}
	out.Properties, err = s.Lexicon.Adopt(ctx, p, lexicon.OfProperty, names[lexicon.OfProperty])
	return answer(out), err
}

func (s *server) getPlan(ctx context.Context, in *InProject) (*answered[PlanBody], error) {
	strict, err := s.Lexicon.Strict(ctx, event.ProjectID(in.ID))
	return answer(PlanBody{strict}), err
}

func (s *server) changePlan(ctx context.Context, in *savedPlan) (*answered[PlanBody], error) {
	return answer(in.Body), s.Lexicon.SetStrict(ctx, event.ProjectID(in.ID), in.Body.Strict)
}
