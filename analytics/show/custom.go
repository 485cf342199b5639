package show

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jejak/analytics/lexicon"
	"jejak/event"
	"jejak/question"
)

// CustomEvent is a saved event: selectors under a name.
type CustomEvent struct {
	ID      question.CustomID   `json:"id"`
	Event   string              `json:"event" doc:"What a selector has as event to mean it: $custom_event:7."`
	Name    string              `json:"name"`
	AnyOf   []question.Selector `json:"any_of" nullable:"false" doc:"It means the events that at least one of these means."`
	Created time.Time           `json:"created"`
	Changed time.Time           `json:"changed"`
}

// CustomProperty is a saved expression.
type CustomProperty struct {
	ID         question.CustomID `json:"id"`
	Property   string            `json:"property" doc:"What stands in the place of a property's name: $custom_property:7."`
	Name       string            `json:"name"`
	Expression string            `json:"expression"`
	Created    time.Time         `json:"created"`
	Changed    time.Time         `json:"changed"`
}

// CustomEventBody is what clients save as a custom event.
type CustomEventBody struct {
	Name  string              `json:"name" doc:"1 to 100 characters."`
	AnyOf []question.Selector `json:"any_of" maxItems:"25" nullable:"false" doc:"1 to 25 selectors; they may name other custom events."`
}

// CustomPropertyBody is what clients save as a custom property.
type CustomPropertyBody struct {
	Name       string `json:"name" doc:"1 to 100 characters."`
	Expression string `json:"expression" maxLength:"20000" doc:"For example properties[\"price\"] * properties[\"count\"]."`
}

// CustomEventChange is what becomes of a custom event.
type CustomEventChange struct {
	Name  string              `json:"name,omitempty" doc:"Absent: it stays."`
	AnyOf []question.Selector `json:"any_of,omitempty" maxItems:"25" nullable:"false" doc:"Absent: they stay."`
}

// CustomPropertyChange is what becomes of a custom property.
type CustomPropertyChange struct {
	Name       string `json:"name,omitempty" doc:"Absent: it stays."`
	Expression string `json:"expression,omitempty" maxLength:"20000" doc:"Absent: it stays."`
}

type newCustomEvent struct {
	InProject
	Body CustomEventBody
}

type newCustomProperty struct {
	InProject
	Body CustomPropertyBody
}

// OneCustom is the input of an operation on one of them.
type OneCustom struct {
	InProject
	Custom int64 `path:"custom" minimum:"1" doc:"Its number."`
}

type changedCustomEvent struct {
	OneCustom
	Body CustomEventChange
}

type changedCustomProperty struct {
	OneCustom
	Body CustomPropertyChange
}

func (s *server) offerCustoms(api huma.API) {
	const events, properties = "/projects/{id}/custom-events", "/projects/{id}/custom-properties"
	register(s, api, operation("listCustomEvents", http.MethodGet, events, "The project's custom events", byBoth), s.listCustomEvents)
	create := operation("createCustomEvent", http.MethodPost, events, "Save a custom event", bySession)
	create.DefaultStatus = http.StatusCreated
	register(s, api, create, s.createCustomEvent)
	register(s, api, operation("changeCustomEvent", http.MethodPatch, events+"/{custom}", "Give it another name and meaning; answers change for all time", bySession), s.changeCustomEvent)
	register(s, api, operation("deleteCustomEvent", http.MethodDelete, events+"/{custom}", "Delete it; questions that name it match nothing", bySession), s.deleteCustomEvent)

	register(s, api, operation("listCustomProperties", http.MethodGet, properties, "The project's custom properties", byBoth), s.listCustomProperties)
	create = operation("createCustomProperty", http.MethodPost, properties, "Save a custom property", bySession)
	create.DefaultStatus = http.StatusCreated
	register(s, api, create, s.createCustomProperty)
	register(s, api, operation("changeCustomProperty", http.MethodPatch, properties+"/{custom}", "Give it another name and expression; answers change for all time", bySession), s.changeCustomProperty)
	register(s, api, operation("deleteCustomProperty", http.MethodDelete, properties+"/{custom}", "Delete it; questions that name it find it not set", bySession), s.deleteCustomProperty)
}

// customs loads what the project has saved.
func (s *server) customs(ctx context.Context, p event.ProjectID) func() (*question.Customs, error) {
	return func() (*question.Customs, error) { return s.Lexicon.Customs(ctx, p) }
}

func (s *server) listCustomEvents(ctx context.Context, in *InProject) (*answered[[]CustomEvent], error) {
	events, err := s.Lexicon.Events(ctx, event.ProjectID(in.ID))
	list := make([]CustomEvent, len(events))
	for i, e := range events {
		list[i] = customEventOf(e)
	}
	return answer(list), err
}

func customEventOf(e lexicon.Event) CustomEvent {
	return CustomEvent{e.ID, e.ID.Event(), e.Name, e.AnyOf, e.Created, e.Changed}
}

func (s *server) createCustomEvent(ctx context.Context, in *newCustomEvent) (*answered[CustomEvent], error) {
	e, err := s.Lexicon.SaveEvent(ctx, event.ProjectID(in.ID), 0, in.Body.Name, in.Body.AnyOf)
	return answer(customEventOf(e)), err
}

func (s *server) changeCustomEvent(ctx context.Context, in *changedCustomEvent) (*answered[CustomEvent], error) {
	e, err := s.Lexicon.SaveEvent(ctx, event.ProjectID(in.ID), question.CustomID(in.Custom), in.Body.Name, in.Body.AnyOf)
	return answer(customEventOf(e)), err
}

func (s *server) deleteCustomEvent(ctx context.Context, in *OneCustom) (*none, error) {
	return &none{}, s.Lexicon.DeleteEvent(ctx, event.ProjectID(in.ID), question.CustomID(in.Custom))
}

func (s *server) listCustomProperties(ctx context.Context, in *InProject) (*answered[[]CustomProperty], error) {
	properties, err := s.Lexicon.Properties(ctx, event.ProjectID(in.ID))
	list := make([]CustomProperty, len(properties))
	for i, p := range properties {
		list[i] = customPropertyOf(p)
	}
	return answer(list), err
}

func customPropertyOf(p lexicon.Property) CustomProperty {
	return CustomProperty{p.ID, p.ID.Property(), p.Name, p.Expression, p.Created, p.Changed}
}

func (s *server) createCustomProperty(ctx context.Context, in *newCustomProperty) (*answered[CustomProperty], error) {
	p, err := s.Lexicon.SaveProperty(ctx, event.ProjectID(in.ID), 0, in.Body.Name, in.Body.Expression)
	return answer(customPropertyOf(p)), err
}

func (s *server) changeCustomProperty(ctx context.Context, in *changedCustomProperty) (*answered[CustomProperty], error) {
	p, err := s.Lexicon.SaveProperty(ctx, event.ProjectID(in.ID), question.CustomID(in.Custom), in.Body.Name, in.Body.Expression)
	return answer(customPropertyOf(p)), err
}

func (s *server) deleteCustomProperty(ctx context.Context, in *OneCustom) (*none, error) {
	return &none{}, s.Lexicon.DeleteProperty(ctx, event.ProjectID(in.ID), question.CustomID(in.Custom))
}
