// Package collect speaks to the outside. Each wire format has a folder of its own; this file is what they share.
package collect

import (
	"context"
	"errors"

	"jejak/event"
)

// Road is the rest of the road, as collect sees it.
type Road interface {
	// Take sends a batch down the road. When it returns nil, the accepted events are durable and b.Refusals names the
	// others. ErrRateLimited and ErrUnavailable mean that nothing of the batch was taken and the client should come
	// again: 429 and 503. The road owns b.Events from the call on.
	Take(ctx context.Context, b *event.Batch) (accepted int, err error)
	// TakeProfiles does the same for profile updates.
	TakeProfiles(ctx context.Context, b *event.ProfileBatch) (accepted int, err error)
	// Refused counts what could not become a batch of the project: undecodable payloads, wrong secrets.
	Refused(p event.ProjectID, refusals ...event.Refusal)
	// Stranger counts records that came with a token of no project.
	Stranger(records int)
}

var (
	ErrRateLimited = errors.New("the project's rate limit is reached")
	ErrUnavailable = errors.New("events cannot be kept right now")
)

// Projects finds the project a request belongs to.
type Projects interface {
	// ByToken is the project of a public write token; false when there is none.
	ByToken(token string) (Project, bool)
	// Authenticate checks the credentials of an import. ErrCredentials when they fit no project; the Project is then the
	// one they were meant for, where that is known, so that the refusal can be counted.
	Authenticate(ctx context.Context, c Credentials) (Project, error)
}

// Project is what collect needs to know of one.
type Project struct {
	ID            event.ProjectID
	OriginalMerge bool // merge mode: identity verbs are allowed in imports
}

// Credentials are what a request offered: User and Secret of the Basic scheme or its look-alikes (a service account with
// its secret; a project's token or API secret as User with an empty Secret), Key the legacy api_key parameter, ProjectID
// the project_id parameter or 0.
type Credentials struct {
	User, Secret, Key string
	ProjectID         event.ProjectID
}

var ErrCredentials = errors.New("the credentials fit no project")
