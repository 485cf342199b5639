package show

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jejak/event"
)

// ServiceAccount lets a script act on one project.
type ServiceAccount struct {
	Username string    `json:"username"`
	Created  time.Time `json:"created"`
	MayErase bool      `json:"may_erase" doc:"Whether it may order erasures, besides reading and writing."`
}

// NewServiceAccount has the secret that is shown this once.
type NewServiceAccount struct {
	Username string `json:"username"`
	Secret   string `json:"secret"`
}

type newAccount struct {
	InProject
	Body *struct {
		MayErase bool `json:"may_erase,omitempty" doc:"Let it order erasures, through Mixpanel's data-deletions too."`
	}
}

type oneAccount struct {
	InProject
	Username string `path:"username" maxLength:"200"`
}

func (s *server) offerAccounts(api huma.API) {
	const path = "/projects/{id}/service-accounts"
	register(s, api, operation("listServiceAccounts", http.MethodGet, path, "The project's service accounts", bySession), s.listAccounts)
	create := operation("createServiceAccount", http.MethodPost, path, "Make a service account", bySession)
	create.DefaultStatus = http.StatusCreated
	register(s, api, create, s.createAccount)
	register(s, api, operation("removeServiceAccount", http.MethodDelete, path+"/{username}", "Take a service account away", bySession), s.removeAccount)
}

func (s *server) listAccounts(ctx context.Context, in *InProject) (*answered[[]ServiceAccount], error) {
	accounts, err := s.Access.ServiceAccounts(ctx, event.ProjectID(in.ID))
	list := make([]ServiceAccount, len(accounts))
	for i, a := range accounts {
		list[i] = ServiceAccount{a.Username, a.Created.UTC(), a.MayErase}
	}
	return answer(list), err
}

func (s *server) createAccount(ctx context.Context, in *newAccount) (*answered[NewServiceAccount], error) {
	made, err := s.Access.CreateServiceAccount(ctx, event.ProjectID(in.ID), in.Body != nil && in.Body.MayErase)
	return answer(NewServiceAccount(made)), err
}

func (s *server) removeAccount(ctx context.Context, in *oneAccount) (*none, error) {
	return &none{}, s.Access.RemoveServiceAccount(ctx, event.ProjectID(in.ID), in.Username)
}
