package show

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jejak/analytics/query"
	"jejak/analytics/store"
	"jejak/event"
	"jejak/ground/access"
	"jejak/question"
)

// asked is a question as it came: question.Parse names its faults better than a schema can.
type asked struct {
	InProject
	RawBody []byte `contentType:"application/json"`
}

func (s *server) offerAsk(api huma.API) {
	op := operation("ask", http.MethodPost, "/projects/{id}/ask", "Ask a question", byBoth)
	op.Description = "The answer comes from all events that are durable when the question arrives. A question that takes too much memory or time is stopped with 422 and a hint."
	op.MaxBodyBytes = question.MaxBytes + 2 // a question of exactly the limit, and one byte too many for Parse to name
	op.BodyReadTimeout = 30 * time.Second
	op.SkipValidateBody = true
	op.RequestBody = &huma.RequestBody{}
	questions, answers := kindsOf(api)
	op.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/json": {Schema: answers}}}}
	register(s, api, op, s.ask)
	op.RequestBody.Content["application/json"].Schema = questions // to huma they are bytes
}

// kindsOf is what questions and answers look like, by kind.
func kindsOf(api huma.API) (questions, answers *huma.Schema) {
	questions, answers = kindSchema(), kindSchema()
	question.Types(func(name string, q question.Question, a question.Answer) {
		offer(api, questions, name, reflect.TypeOf(q))
		offer(api, answers, name, reflect.TypeOf(a))
	})
	describePeople(api)
	return questions, answers
}

// describePeople says what the question and the cell inside a question about people are: to huma they are anything.
func describePeople(api huma.API) {
	of, cell := kindSchema(), &huma.Schema{}
	schemas := api.OpenAPI().Components.Schemas
	question.Types(func(name string, q question.Question, _ question.Answer) {
		if c := question.CellOf(name); c != nil {
			offer(api, of, name, reflect.TypeOf(q))
			cell.AnyOf = append(cell.AnyOf, schemas.Schema(reflect.TypeOf(c), true, ""))
		}
	})
	people := schemas.Map()["PeopleQuestion"].Properties
	of.Description, cell.Description = people["of"].Description, people["cell"].Description
	people["of"], people["cell"] = of, cell
	schemas.Map()["PeopleAnswer"].Properties["people"].Items.Format = "int64" // they fill 32 bits; int32 has 31
}

func kindSchema() *huma.Schema {
	return &huma.Schema{Discriminator: &huma.Discriminator{PropertyName: "kind", Mapping: map[string]string{}}}
}

// offer adds a type to a choice by kind.
func offer(api huma.API, choice *huma.Schema, kind string, t reflect.Type) {
	s := api.OpenAPI().Components.Schemas.Schema(t, true, "")
	choice.OneOf = append(choice.OneOf, s)
	choice.Discriminator.Mapping[kind] = s.Ref
}

func (s *server) ask(ctx context.Context, in *asked) (*answered[question.Answer], error) {
	p := event.ProjectID(in.ID)
	if err := s.mayRead(ctx, p); err != nil {
		return nil, err
	}
	visitOf(ctx).takeTime()
	q, err := question.Parse(in.RawBody)
	if err != nil {
		return nil, err
	}
	o, err := s.optionsFor(ctx, p, q)
	if err != nil {
		return nil, err
	}
	var a question.Answer
	err = s.look(ctx, p, func(snap store.Snapshot) (err error) {
		a, err = query.Ask(ctx, snap, q, o)
		return err
	})
	return answer(a), err
}

func (s *server) queryOptions(ctx context.Context, p event.ProjectID) query.Options {
	return query.Options{
		Budget: s.Budget, Now: s.Now, Guard: s.Guard,
		Profiles: func() (store.Snapshot, error) { return s.Store.Snapshot(store.ProfilesOf(p)) },
		Lookups:  s.Lookups(ctx, p),
	}
}

// mayRead tells whether there is such a project and the caller may read it.
func (s *server) mayRead(ctx context.Context, p event.ProjectID) error {
	if err := access.May(ctx, p, access.Read); err != nil {
		return err
	}
	_, err := s.Access.Project(ctx, p)
	return err
}

// look reads a snapshot when its turn has come.
func (s *server) look(ctx context.Context, p event.ProjectID, read func(store.Snapshot) error) error {
	if err := s.gate.enter(ctx); err != nil {
		return err
	}
	defer s.gate.leave()
	snap, err := s.Store.Snapshot(p)
	if err != nil {
		return fmt.Errorf("cannot look into the store: %w", err)
	}
	defer snap.Release()
	return s.Guard(func() error { return read(snap) })
}
