package show

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jejak/event"
	"jejak/ground/access"
)

// Project is one product that is measured.
type Project struct {
	ID         uint32     `json:"id"`
	Name       string     `json:"name"`
	Zone       string     `json:"zone" doc:"IANA time zone, for example Asia/Jakarta."`
	Token      string     `json:"token" doc:"Public: it only lets events in."`
	Created    time.Time  `json:"created"`
	FirstEvent *time.Time `json:"first_event" nullable:"true" doc:"When the earliest event happened; null while there is none."`
}

// NewProject has the secrets that are shown this once.
type NewProject struct {
	Project
	APISecret      string            `json:"api_secret"`
	ServiceAccount NewServiceAccount `json:"service_account"`
}

type (
	newProject struct {
		Body struct {
			Name string `json:"name" maxLength:"200"`
			Zone string `json:"zone,omitempty" maxLength:"64" doc:"IANA time zone; absent: UTC."`
		}
	}
	changedProject struct {
		InProject
		Body struct {
			Name string `json:"name,omitempty" maxLength:"200" doc:"Absent: it stays."`
			Zone string `json:"zone,omitempty" maxLength:"64" doc:"Absent: it stays."`
		}
	}
)

func (s *server) offerProjects(api huma.API) {
	register(s, api, operation("listProjects", http.MethodGet, "/projects", "The projects you may read", byBoth), s.listProjects)
	create := operation("createProject", http.MethodPost, "/projects", "Make a project", bySession)
	create.DefaultStatus = http.StatusCreated
	register(s, api, create, s.createProject)
	register(s, api, operation("getProject", http.MethodGet, "/projects/{id}", "One project", byBoth), s.getProject)
	register(s, api, operation("changeProject", http.MethodPatch, "/projects/{id}", "Give it another name or zone", bySession), s.changeProject)
}

func (s *server) listProjects(ctx context.Context, _ *none) (*answered[[]Project], error) {
	projects, err := s.Access.Projects(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]Project, len(projects))
	for i, p := range projects {
		if list[i], err = s.projectOf(p); err != nil {
			return nil, err
		}
	}
	return answer(list), nil
}

func (s *server) createProject(ctx context.Context, in *newProject) (*answered[NewProject], error) {
	zone := in.Body.Zone
	if zone == "" {
		zone = "UTC"
	}
	made, err := s.Access.CreateProject(ctx, in.Body.Name, zone)
	if err != nil {
		return nil, err
	}
	project, err := s.projectOf(made.Project)
	return answer(NewProject{project, made.APISecret, NewServiceAccount(made.ServiceAccount)}), err
}

func (s *server) getProject(ctx context.Context, in *InProject) (*answered[Project], error) {
	p, err := s.Access.Project(ctx, event.ProjectID(in.ID))
	if err != nil {
		return nil, err
	}
	project, err := s.projectOf(p)
	return answer(project), err
}

func (s *server) changeProject(ctx context.Context, in *changedProject) (*answered[Project], error) {
	p, err := s.Access.ChangeProject(ctx, event.ProjectID(in.ID), in.Body.Name, in.Body.Zone)
	if err != nil {
		return nil, err
	}
	project, err := s.projectOf(p)
	return answer(project), err
}

// projectOf is a project as the API shows it.
func (s *server) projectOf(p access.Project) (Project, error) {
	first, err := s.firstEvent(p.ID)
	return Project{
		ID: uint32(p.ID), Name: p.Name, Zone: p.Zone, Token: p.Token, Created: p.Created.UTC(), FirstEvent: first,
	}, err
}

// firstEvent is when the earliest event happened; nil while there is none.
func (s *server) firstEvent(p event.ProjectID) (first *time.Time, err error) {
	snap, err := s.Store.Snapshot(p)
	if err != nil {
		return nil, fmt.Errorf("cannot look into the store: %w", err)
	}
	defer snap.Release()
	err = s.Guard(func() error {
		for _, n := range snap.Names() {
			at := time.UnixMilli(int64(n.First)).UTC()
			if first == nil || at.Before(*first) {
				first = &at
			}
		}
		return nil
	})
	return first, err
}
