package show

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/audit"
)

// Merge is a link or a verb by which two identifiers became one person.
type Merge struct {
	Number int    `json:"number"`
	Kind   string `json:"kind" enum:"device,identify,alias,merge"`
	One    uint32 `json:"one" format:"int64" doc:"The one that stays, as a number."`
	Other  uint32 `json:"other" format:"int64" doc:"The one that joined it."`
	Undone bool   `json:"undone"`
}

// Merges are those of all projects.
type Merges interface {
	// ListMerges are the merges of a person, oldest first.
	ListMerges(p event.ProjectID, person event.Actor) ([]Merge, error)
	// Merge is one of them; ok is false when there is none of the number.
	Merge(p event.ProjectID, number int) (m Merge, ok bool, err error)
	// Undo takes a merge back, durably; ok is false when there is none, or none any more.
	Undo(ctx context.Context, p event.ProjectID, number int) (ok bool, err error)
}

type (
	personsMerges struct {
		InProject
		Person uint32 `query:"person" required:"true" minimum:"1" doc:"As lists of people give it."`
	}
	oneMerge struct {
		InProject
		Merge int `path:"merge" minimum:"0"`
	}
)

func (s *server) offerMerges(api huma.API) {
	const path = "/projects/{id}/merges"
	register(s, api, operation("listMerges", http.MethodGet, path, "What made identifiers one person", bySession), s.listMerges)
	register(s, api, operation("undoMerge", http.MethodDelete, path+"/{merge}", "Take a merge back, for the past too", bySession), s.undoMerge)
}

func (s *server) listMerges(ctx context.Context, in *personsMerges) (*answered[[]Merge], error) {
	p := event.ProjectID(in.ID)
	if err := access.May(ctx, p, access.Administer); err != nil {
		return nil, err
	}
	list, err := s.Merges.ListMerges(p, event.Actor(in.Person))
	if list == nil {
		list = []Merge{}
	}
	return answer(list), err
}

func (s *server) undoMerge(ctx context.Context, in *oneMerge) (*none, error) {
	p := event.ProjectID(in.ID)
	if err := access.May(ctx, p, access.Administer); err != nil {
		return nil, err
	}
	m, ok, err := s.Merges.Merge(p, in.Merge)
	if err != nil {
		return nil, err
	}
	if !ok || m.Undone {
		return nil, access.ErrNotFound
	}
	about := fmt.Sprintf("merge %d (%s) of %d and %d", m.Number, m.Kind, m.One, m.Other)
	if _, err := s.Audit.Record(ctx, audit.Entry{Who: access.Caller(ctx).String(), Act: "merge.undone", Project: p, About: about}); err != nil {
		return nil, err
	}
	if ok, err = s.Merges.Undo(ctx, p, in.Merge); err == nil && !ok {
		err = access.ErrNotFound // somebody was faster
	}
	return &none{}, err
}
