package show

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jejak/event"
	"jejak/ground/access"
)

// Member is a user with their roles.
type Member struct {
	ID       string            `json:"id"`
	Login    string            `json:"login"`
	Role     string            `json:"role" doc:"In all projects; empty: in those below only."`
	Projects map[string]string `json:"projects" nullable:"false" doc:"Roles in single projects, by their number."`
	Created  time.Time         `json:"created"`
}

// Invitation lets a new user in.
type Invitation struct {
	Link    string     `json:"link" doc:"To be given to the new user, this once; empty when the user is known already."`
	Expires *time.Time `json:"expires" nullable:"true"`
}

// Seat is a signed-in browser.
type Seat struct {
	ID      string    `json:"id"`
	Created time.Time `json:"created"`
	Used    time.Time `json:"used" doc:"To the minute."`
	Expires time.Time `json:"expires"`
}

type (
	newMember struct {
		Login string `json:"login" maxLength:"200"`
		Role  string `json:"role" maxLength:"64" doc:"viewer, analyst, exporter, approver, identity_reader, incident_lead, auditor or owner."`
	}
	newRole struct {
		Role string `json:"role" maxLength:"64" doc:"Empty: the role is taken away."`
	}
	invited   struct{ Body newMember }
	invitedTo struct {
		InProject
		Body newMember
	}
	oneMember struct {
		User string `path:"user" maxLength:"64"`
	}
	changedMember struct {
		User string `path:"user" maxLength:"64"`
		Body newRole
	}
	changedMemberOf struct { // flat: huma looks into one level of embedded structs only
		InProject
		User string `path:"user" maxLength:"64"`
		Body newRole
	}
	oneSeat struct {
		Session string `path:"session" maxLength:"64"`
	}
)

func (s *server) offerMembers(api huma.API) {
	register(s, api, operation("listMembers", http.MethodGet, "/members", "All users", bySession), s.listMembers)
	invite := operation("invite", http.MethodPost, "/members", "Give somebody a role in all projects", bySession)
	invite.DefaultStatus = http.StatusCreated
	register(s, api, invite, s.invite)
	register(s, api, operation("changeMember", http.MethodPatch, "/members/{user}", "Give a user another role in all projects", bySession), s.changeMember)
	register(s, api, operation("removeMember", http.MethodDelete, "/members/{user}", "Take a user away", bySession), s.removeMember)

	const inProject = "/projects/{id}/members"
	register(s, api, operation("listProjectMembers", http.MethodGet, inProject, "The users with a role in the project", bySession), s.listProjectMembers)
	invite = operation("inviteToProject", http.MethodPost, inProject, "Give somebody a role in the project", bySession)
	invite.DefaultStatus = http.StatusCreated
	register(s, api, invite, s.inviteToProject)
	register(s, api, operation("changeProjectMember", http.MethodPatch, inProject+"/{user}", "Give a user another role in the project", bySession), s.changeProjectMember)

	register(s, api, operation("listSessions", http.MethodGet, "/sessions", "Your signed-in browsers", bySession), s.listSeats)
	register(s, api, operation("endSession", http.MethodDelete, "/sessions/{session}", "Sign one of your browsers out", bySession), s.endSeat)
}

func (s *server) listMembers(ctx context.Context, _ *none) (*answered[[]Member], error) {
	return s.members(ctx, 0)
}

func (s *server) listProjectMembers(ctx context.Context, in *InProject) (*answered[[]Member], error) {
	return s.members(ctx, event.ProjectID(in.ID))
}

func (s *server) members(ctx context.Context, p event.ProjectID) (*answered[[]Member], error) {
	members, err := s.Access.Members(ctx, p)
	list := make([]Member, len(members))
	for i, m := range members {
		list[i] = Member{m.ID, m.Login, m.Role, map[string]string{}, m.Created}
		for project, role := range m.Projects {
			list[i].Projects[strconv.FormatUint(uint64(project), 10)] = role
		}
	}
	return answer(list), err
}

func (s *server) invite(ctx context.Context, in *invited) (*answered[Invitation], error) {
	return s.invitation(s.Access.Invite(ctx, in.Body.Login, 0, in.Body.Role))
}

func (s *server) inviteToProject(ctx context.Context, in *invitedTo) (*answered[Invitation], error) {
	return s.invitation(s.Access.Invite(ctx, in.Body.Login, event.ProjectID(in.ID), in.Body.Role))
}

// invitation is a path: the server does not know for sure by which name its users reach it.
func (s *server) invitation(i access.Invitation, err error) (*answered[Invitation], error) {
	if err != nil || i.Token == "" {
		return answer(Invitation{}), err
	}
	return answer(Invitation{"/enter#token=" + i.Token, &i.Expires}), nil
}

func (s *server) changeMember(ctx context.Context, in *changedMember) (*none, error) {
	return &none{}, s.Access.ChangeRole(ctx, in.User, 0, in.Body.Role)
}

func (s *server) changeProjectMember(ctx context.Context, in *changedMemberOf) (*none, error) {
	return &none{}, s.Access.ChangeRole(ctx, in.User, event.ProjectID(in.ID), in.Body.Role)
}

func (s *server) removeMember(ctx context.Context, in *oneMember) (*none, error) {
	return &none{}, s.Access.RemoveUser(ctx, in.User)
}

func (s *server) listSeats(ctx context.Context, _ *none) (*answered[[]Seat], error) {
	seats, err := s.Access.Seats(ctx)
	list := make([]Seat, len(seats))
	for i, x := range seats {
		list[i] = Seat(x)
	}
	return answer(list), err
}

func (s *server) endSeat(ctx context.Context, in *oneSeat) (*none, error) {
	return &none{}, s.Access.EndSeat(ctx, in.Session)
}
