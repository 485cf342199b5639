package app

import (
	"context"
	"errors"
	"time"

	"jejak/ground/access"
)

// NewProject is what a project's owner needs once.
type NewProject struct {
	ID             uint32         `json:"id"`
	Name           string         `json:"name"`
	Zone           string         `json:"zone"`
	Token          string         `json:"token"`
	APISecret      string         `json:"api_secret"`
	ServiceAccount ServiceAccount `json:"service_account"`
}

// ServiceAccount is what a script signs in with.
type ServiceAccount struct {
	Username string `json:"username"`
	Secret   string `json:"secret"`
}

// CreateProject makes a project in a data folder, whether or not a server runs on it. When it returns, a running server
// knows the project: nothing that is sent with its token is a stranger's.
func CreateProject(ctx context.Context, data string, k Keys, name, zone string) (NewProject, error) {
	made, err := createProject(ctx, data, k, name, zone)
	if err == nil {
		seen := time.NewTimer(access.SeenWithin)
		defer seen.Stop()
		select {
		case <-ctx.Done():
		case <-seen.C:
		}
	}
	return made, err
}

func createProject(ctx context.Context, data string, k Keys, name, zone string) (made NewProject, err error) {
	var down stack
	defer func() { err = errors.Join(err, down.unwind(ctx)) }()
	g, err := openGround(data, k, &down)
	if err != nil {
		return made, err
	}
	p, err := g.access.CreateProject(access.AtConsole(ctx), name, zone)
	if err != nil {
		return made, err
	}
	return NewProject{
		uint32(p.ID), p.Name, p.Zone, p.Token, p.APISecret,
		ServiceAccount{p.ServiceAccount.Username, p.ServiceAccount.Secret},
	}, nil
}
