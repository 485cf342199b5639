package show

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jejak/analytics/lexicon"
	"jejak/analytics/query"
	"jejak/analytics/store"
	"jejak/event"
	"jejak/ground/access"
	"jejak/question"
)

// SavedCohort is one.
type SavedCohort struct {
	ID         question.CustomID `json:"id"`
	Property   string            `json:"property" doc:"What stands in the place of a property's name: =cohort(7), true for the events of those who are in it, false for others."`
	Name       string            `json:"name"`
	Definition question.Cohort   `json:"definition" doc:"Of a list the people are left out."`
	Listed     int               `json:"listed,omitempty" doc:"How many people are listed in it."`
	Created    time.Time         `json:"created"`
	Changed    time.Time         `json:"changed"`
}

// CohortCount is how many people are in a cohort.
type CohortCount struct {
	People int64 `json:"people" doc:"At the end of today, as far as it is known now."`
}

// CohortBody is what clients save as a cohort.
type CohortBody struct {
	Name       string          `json:"name" doc:"1 to 100 characters."`
	Definition question.Cohort `json:"definition"`
}

// CohortChange is what becomes of a cohort.
type CohortChange struct {
	Name       string           `json:"name,omitempty" doc:"Absent: it stays."`
	Definition *question.Cohort `json:"definition,omitempty" doc:"Absent: it stays."`
}

type newCohort struct {
	InProject
	Body CohortBody
}

type changedCohort struct {
	OneCustom
	Body CohortChange
}

// maxCohortBytes has room for a list of as many people as a definition may have.
const maxCohortBytes = 2 << 20

func (s *server) offerCohorts(api huma.API) {
	const cohorts = "/projects/{id}/cohorts"
	register(s, api, operation("listCohorts", http.MethodGet, cohorts, "The project's cohorts", byBoth), s.listCohorts)
	create := operation("createCohort", http.MethodPost, cohorts, "Save a cohort", bySession)
	create.DefaultStatus = http.StatusCreated
	create.MaxBodyBytes = maxCohortBytes
	register(s, api, create, s.createCohort)
	change := operation("changeCohort", http.MethodPatch, cohorts+"/{custom}", "Give it another name and definition; answers change for all time", bySession)
	change.MaxBodyBytes = maxCohortBytes
	register(s, api, change, s.changeCohort)
	register(s, api, operation("deleteCohort", http.MethodDelete, cohorts+"/{custom}", "Delete it; to questions that name it nobody is in it", bySession), s.deleteCohort)
	register(s, api, operation("countCohort", http.MethodGet, cohorts+"/{custom}/count", "How many people are in it now", byBoth), s.countCohort)
	api.OpenAPI().Components.Schemas.Map()["Cohort"].Properties["people"].Items.Format = "int64" // they fill 32 bits; int32 has 31
}

func (s *server) listCohorts(ctx context.Context, in *InProject) (*answered[[]SavedCohort], error) {
	cohorts, err := s.Lexicon.Cohorts(ctx, event.ProjectID(in.ID))
	list := make([]SavedCohort, len(cohorts))
	for i, c := range cohorts {
		list[i] = cohortOf(c)
	}
	return answer(list), err
}

func cohortOf(c lexicon.Cohort) SavedCohort {
	out := SavedCohort{ID: c.ID, Property: c.ID.Cohort(), Name: c.Name, Definition: c.Definition, Created: c.Created, Changed: c.Changed}
	out.Listed = out.Definition.Listed()
	out.Definition.Unlist()
	return out
}

func (s *server) createCohort(ctx context.Context, in *newCohort) (*answered[SavedCohort], error) {
	c, err := s.Lexicon.SaveCohort(ctx, event.ProjectID(in.ID), 0, in.Body.Name, &in.Body.Definition)
	return answer(cohortOf(c)), err
}

func (s *server) changeCohort(ctx context.Context, in *changedCohort) (*answered[SavedCohort], error) {
	c, err := s.Lexicon.SaveCohort(ctx, event.ProjectID(in.ID), question.CustomID(in.Custom), in.Body.Name, in.Body.Definition)
	return answer(cohortOf(c)), err
}

func (s *server) deleteCohort(ctx context.Context, in *OneCustom) (*none, error) {
	return &none{}, s.Lexicon.DeleteCohort(ctx, event.ProjectID(in.ID), question.CustomID(in.Custom))
}

// countCohort asks a trend of the one metric, in the zone of the project.
func (s *server) countCohort(ctx context.Context, in *OneCustom) (*answered[CohortCount], error) {
	p, id := event.ProjectID(in.ID), question.CustomID(in.Custom)
	if err := access.May(ctx, p, access.Read); err != nil {
		return nil, err
	}
	project, err := s.Access.Project(ctx, p)
	if err != nil {
		return nil, err
	}
	q := &question.Trend{
		Kind: "trend", Interval: question.Day, Range: question.Range{Last: 1, Unit: question.Day, Zone: project.Zone},
		Metrics: []question.Metric{{Name: "A", Cohort: id}},
	}
	o, err := s.optionsFor(ctx, p, q)
	if err != nil {
		return nil, err
	}
	if o.Cohorts[id] == nil {
		return nil, access.ErrNotFound
	}
	var n CohortCount
	err = s.look(ctx, p, func(snap store.Snapshot) error {
		a, err := query.Ask(ctx, snap, q, o)
		if err != nil {
			return fmt.Errorf("cannot count a cohort: %w", err)
		}
		n.People = int64(*a.(*question.TrendAnswer).Series[0].Total)
		return nil
	})
	return answer(n), err
}

// optionsFor writes out what is saved in a sound question, and finds the cohorts that it names.
func (s *server) optionsFor(ctx context.Context, p event.ProjectID, q question.Question) (o query.Options, err error) {
	if err := question.Expand(q, s.customs(ctx, p)); err != nil {
		return o, err
	}
	o = s.queryOptions(ctx, p)
	o.Cohorts, err = question.CohortsOf(q, s.withCohorts(ctx, p))
	return o, err
}

// withCohorts loads what the project has saved, cohorts too.
func (s *server) withCohorts(ctx context.Context, p event.ProjectID) func() (*question.Customs, error) {
	return func() (*question.Customs, error) { return s.Lexicon.WithCohorts(ctx, p) }
}
