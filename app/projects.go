package app

import (
	"context"
	"errors"

	"jejak/analytics/collect"
	"jejak/ground/access"
)

// projects lets collect find the project of a request.
type projects struct{ access *access.Service }

// ByToken implements collect.Projects.
func (p projects) ByToken(token string) (collect.Project, bool) {
	found, ok := p.access.ByToken(token)
	return projectOf(found), ok
}

// Authenticate implements collect.Projects.
func (p projects) Authenticate(ctx context.Context, c collect.Credentials) (collect.Project, error) {
	found, err := p.access.Authenticate(ctx, c.User, c.Secret, c.Key, c.ProjectID)
	if errors.Is(err, access.ErrUnauthenticated) {
		return collect.Project{}, collect.ErrCredentials
	}
	return projectOf(found), err
}

func projectOf(p access.Project) collect.Project {
	return collect.Project{ID: p.ID, OriginalMerge: p.OriginalMerge}
}
