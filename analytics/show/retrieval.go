package show

import (
	"bytes"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jejak/analytics/people"
	"jejak/analytics/retrieve"
	"jejak/event"
	"jejak/ground/vault"
)

// retrieved is the bundle. It is made in memory: no personal value is written to a file here.
type retrieved struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *server) offerRetrievals(api huma.API) {
	op := operation("retrieve", http.MethodPost, "/projects/{id}/people/{number}/retrieve",
		"All that is known of a person as a readable archive (zip); it is recorded first", bySession)
	register(s, api, op, s.retrieve)
}

func (s *server) retrieve(ctx context.Context, in *onePerson) (*retrieved, error) {
	p := event.ProjectID(in.ID)
	o, err := s.People.Reveal(ctx, p, people.Users, event.Actor(in.Number), vault.Retrieval)
	if err != nil {
		return nil, err
	}
	snap, err := s.Store.Snapshot(p)
	if err != nil {
		return nil, err
	}
	defer snap.Release()
	var b bytes.Buffer
	if err := s.Guard(func() error { return retrieve.Bundle(&b, revealedOf(o), snap, o.Number) }); err != nil {
		return nil, err
	}
	return &retrieved{"application/zip", `attachment; filename="person.zip"`, b.Bytes()}, nil
}
