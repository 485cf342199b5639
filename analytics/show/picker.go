package show

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jejak/analytics/lexicon"
	"jejak/analytics/query"
	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// PropertyName is a property that was seen.
type PropertyName struct {
	Name string `json:"name"`
}

// OnEvent is the input of what is listed per event.
type OnEvent struct {
	InProject
	Event string `query:"event" maxLength:"1024" doc:"On events of this name; absent: on any."`
}

type ofProperty struct {
	OnEvent
	Property string `query:"property" required:"true" minLength:"1" maxLength:"1024" doc:"As in a question: it may be computed."`
	Contains string `query:"contains" maxLength:"1024" doc:"Only values with this text, in any case."`
	Limit    int    `query:"limit" minimum:"1" maximum:"1000" default:"50"`
}

type ofProfiles struct {
	InProject
	GroupKey string `query:"group_key" maxLength:"1024" doc:"Of the profiles of groups that this property of events names; absent: of people."`
}

// offerPickers lists what can be chosen in a question.
func (s *server) offerPickers(api huma.API) {
	get := http.MethodGet
	register(s, api, operation("listNames", get, "/projects/{id}/names", "Event names, most frequent first", byBoth), s.names)
	register(s, api, operation("listProperties", get, "/projects/{id}/properties", "Property names", byBoth), s.properties)
	register(s, api, operation("listProfileProperties", get, "/projects/{id}/profile-properties", "Names of properties of profiles", byBoth), s.profileProperties)
	register(s, api, operation("listValues", get, "/projects/{id}/values", "Values of a property, most frequent first", byBoth), s.values)
}

func (s *server) names(ctx context.Context, in *InProject) (*answered[[]question.NameCount], error) {
	p := event.ProjectID(in.ID)
	if err := s.mayRead(ctx, p); err != nil {
		return nil, err
	}
	list := []question.NameCount{}
	hidden, err := s.hidden(ctx, p, lexicon.OfEvent)
	if err != nil {
		return nil, err
	}
	err = s.look(ctx, p, func(snap store.Snapshot) error {
		for _, n := range snap.Names() {
			if hidden[n.Name] {
				continue
			}
			list = append(list, question.NameCount{Name: n.Name, Rows: n.Rows})
		}
		return nil
	})
	return answer(list), err
}

// hidden are the names that the project does not offer.
func (s *server) hidden(ctx context.Context, p event.ProjectID, k lexicon.Kind) (map[string]bool, error) {
	words, err := s.Lexicon.Words(ctx, p)
	hidden := map[string]bool{}
	for _, w := range words {
		if w.Hidden && w.Kind == k {
			hidden[w.Name] = true
		}
	}
	return hidden, err
}

func (s *server) properties(ctx context.Context, in *OnEvent) (*answered[[]PropertyName], error) {
	p := event.ProjectID(in.ID)
	if err := s.mayRead(ctx, p); err != nil {
		return nil, err
	}
	list := []PropertyName{}
	hidden, err := s.hidden(ctx, p, lexicon.OfProperty)
	if err != nil {
		return nil, err
	}
	err = s.look(ctx, p, func(snap store.Snapshot) error {
		for _, name := range snap.PropertyNames(in.Event) {
			if !hidden[name] {
				list = append(list, PropertyName{name})
			}
		}
		return nil
	})
	return answer(list), err
}

func (s *server) profileProperties(ctx context.Context, in *ofProfiles) (*answered[[]PropertyName], error) {
	p := event.ProjectID(in.ID)
	if err := s.mayRead(ctx, p); err != nil {
		return nil, err
	}
	list, section := []PropertyName{}, store.UserProfiles
	if in.GroupKey != "" {
		section = store.GroupProfiles(in.GroupKey)
	}
	err := s.look(ctx, store.ProfilesOf(p), func(snap store.Snapshot) error {
		for _, name := range snap.PropertyNames(section) {
			if !store.IsInternal(name) && name != store.GroupToken {
				list = append(list, PropertyName{name})
			}
		}
		return nil
	})
	return answer(list), err
}

func (s *server) values(ctx context.Context, in *ofProperty) (*answered[[]question.ValueCount], error) {
	p := event.ProjectID(in.ID)
	if err := s.mayRead(ctx, p); err != nil {
		return nil, err
	}
	property, err := question.ExpandProperty(in.Property, s.customs(ctx, p))
	if err != nil {
		return nil, err
	}
	o := s.queryOptions(ctx, p)
	if o.Cohorts, err = question.CohortsOfProperty(property, s.withCohorts(ctx, p)); err != nil {
		return nil, err
	}
	list := []question.ValueCount{}
	err = s.look(ctx, p, func(snap store.Snapshot) error {
		found, err := query.Values(ctx, snap, in.Event, property, in.Contains, in.Limit, o)
		list = append(list, found...)
		return err
	})
	return answer(list), err
}
