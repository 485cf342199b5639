package access

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"jejak/event"
)

// enter signs somebody in with a link or an invitation and is their context.
func enter(t *testing.T, s *Service, token string) context.Context {
	t.Helper()
	session, err := s.SignInLink(context.Background(), door, token)
	if err != nil {
		t.Fatal(err)
	}
	who, err := s.Identify(context.Background(), session.Token, "", "")
	if err != nil {
		t.Fatal(err)
	}
	return With(context.Background(), who)
}

func ownerOf(t *testing.T, s *Service) context.Context {
	t.Helper()
	token, err := s.IssueLoginLink(AtConsole(context.Background()), "dewi")
	if err != nil {
		t.Fatal(err)
	}
	return enter(t, s, token)
}

func invited(t *testing.T, s *Service, by context.Context, login string, p int, role string) context.Context {
	t.Helper()
	i, err := s.Invite(by, login, event.ProjectID(p), role)
	if err != nil {
		t.Fatal(err)
	}
	return enter(t, s, i.Token)
}

func TestRolesInProjects(t *testing.T) {
	s := newHouse(t).Service
	owner := ownerOf(t, s)
	for _, name := range []string{"One", "Two"} {
		if _, err := s.CreateProject(owner, name, "UTC"); err != nil {
			t.Fatal(err)
		}
	}
	ben := invited(t, s, owner, "ben", 1, Analyst)
	cem := invited(t, s, owner, "cem", 2, Owner)
	ani := invited(t, s, AtConsole(context.Background()), "ani", 0, IdentityReader)
	for _, c := range []struct {
		name string
		who  context.Context
		p    int
		act  Act
		want error
	}{
		{"ben reads his project", ben, 1, Read, nil},
		{"ben reads another", ben, 2, Read, ErrForbidden},
		{"ben reads one that is not there", ben, 99, Read, ErrForbidden},
		{"ben administers", ben, 1, Administer, ErrForbidden},
		{"ben reveals", ben, 1, Reveal, ErrForbidden},
		{"cem administers his project", cem, 2, Administer, nil},
		{"cem administers the installation", cem, 0, Administer, ErrForbidden},
		{"cem reveals in his project", cem, 2, Reveal, ErrForbidden},
		{"ani reveals", ani, 1, Reveal, nil},
		{"ani administers", ani, 1, Administer, ErrForbidden},
		{"the owner reveals", owner, 1, Reveal, ErrForbidden},
		{"the console reveals", AtConsole(context.Background()), 1, Reveal, nil},
	} {
		if err := May(c.who, event.ProjectID(c.p), c.act); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if list, err := s.Projects(ben); err != nil || len(list) != 1 || list[0].Name != "One" {
		t.Errorf("ben sees %v, %v", list, err)
	}
	if list, err := s.Members(cem, 2); err != nil || len(list) != 1 || list[0].Login != "cem" {
		t.Errorf("cem sees the members %v, %v", list, err)
	}
	if _, err := s.Members(cem, 1); !errors.Is(err, ErrForbidden) {
		t.Errorf("cem sees the members of another project: %v", err)
	}
	if i, err := s.Invite(cem, "ben", 2, Viewer); err != nil || i.Token != "" {
		t.Errorf("inviting somebody who is known gives %v, %v", i, err)
	}
}

func TestTheLastOwnerStays(t *testing.T) {
	s := newHouse(t).Service
	owner := ownerOf(t, s)
	id := Caller(owner).ID
	var invalid *Invalid
	if err := s.ChangeRole(owner, id, 0, Viewer); !errors.As(err, &invalid) || invalid.Code != "last_owner" {
		t.Errorf("the last owner became a viewer: %v", err)
	}
	if _, err := s.Invite(owner, "dewi", 0, Viewer); !errors.As(err, &invalid) || May(ownerOf(t, s), 0, Administer) != nil {
		t.Errorf("the last owner was invited to be a viewer: %v", err)
	}
	if err := s.RemoveUser(owner, id); !errors.As(err, &invalid) {
		t.Errorf("the last owner was removed: %v", err)
	}
	ben := invited(t, s, owner, "ben", 0, Owner)
	if err := s.RemoveUser(ben, id); err != nil {
		t.Errorf("one of two owners stays: %v", err)
	}
	if err := s.RemoveUser(ben, id); !errors.Is(err, ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
}

func TestSeats(t *testing.T) {
	s := newHouse(t).Service
	owner := ownerOf(t, s)
	other := ownerOf(t, s) // another browser
	ben := invited(t, s, owner, "ben", 0, Viewer)
	seats, err := s.Seats(owner)
	if err != nil || len(seats) != 2 {
		t.Fatalf("%v, %v", seats, err)
	}
	if err := s.EndSeat(ben, seats[0].ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("ben ends somebody's session: %v", err)
	}
	for _, seat := range seats {
		if err := s.EndSeat(other, seat.ID); err != nil {
			t.Error(err)
		}
	}
	if seats, err := s.Seats(owner); err != nil || len(seats) != 0 {
		t.Errorf("%v are left, %v", seats, err)
	}
	if _, err := s.Seats(context.Background()); !errors.Is(err, ErrUnauthenticated) {
		t.Errorf("nobody has sessions: %v", err)
	}
}

func TestInviteRefuses(t *testing.T) {
	s := newHouse(t).Service
	owner := ownerOf(t, s)
	for _, c := range [][2]string{{"", Viewer}, {"ben", "king"}, {"ben", ""}} {
		if _, err := s.Invite(owner, c[0], 0, c[1]); err == nil {
			t.Errorf("%q was invited as %q", c[0], c[1])
		}
	}
	if _, err := s.Invite(context.Background(), "ben", 0, Viewer); !errors.Is(err, ErrUnauthenticated) {
		t.Errorf("nobody invites: %v", err)
	}
}

// TestIdentityReaderNeedsASecondPerson: no way of giving the role goes past whoever must allow it, to oneself neither.
func TestIdentityReaderNeedsASecondPerson(t *testing.T) {
	h := newHouse(t)
	s := h.Service
	owner := ownerOf(t, s)
	if _, err := s.CreateProject(owner, "One", "UTC"); err != nil {
		t.Fatal(err)
	}
	ben := Caller(invited(t, s, owner, "ben", 1, Analyst)).ID
	notYet := errors.New("not allowed yet")
	var asked []string
	for _, p := range []event.ProjectID{0, 1} {
		for _, user := range []string{ben, strings.ToUpper(ben), Caller(owner).ID} {
			s.give = nil
			if err := s.ChangeRole(owner, user, p, IdentityReader); !errors.Is(err, ErrForbidden) {
				t.Errorf("with nobody to ask: %v", err)
			}
			s.give = func(_ context.Context, p event.ProjectID, user, role string) error {
				asked = append(asked, fmt.Sprint(p, user, role))
				return notYet
			}
			if err := s.ChangeRole(owner, user, p, IdentityReader); !errors.Is(err, notYet) {
				t.Errorf("project %d: %v", p, err)
			}
			if want := fmt.Sprint(p, strings.ToLower(user), IdentityReader); asked[len(asked)-1] != want {
				t.Errorf("asked for %q, want %q", asked[len(asked)-1], want)
			}
		}
		for _, login := range []string{"ben", "new"} {
			var bad *Invalid
			if _, err := s.Invite(owner, login, p, IdentityReader); !errors.As(err, &bad) || bad.Code != "needs_approval" {
				t.Errorf("inviting %s: %v", login, err)
			}
		}
	}
	list, err := s.Members(owner, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range list {
		if m.Role == IdentityReader || m.Projects[1] == IdentityReader {
			t.Errorf("%s has the role", m.Login)
		}
	}
	if err := s.ChangeRole(owner, ben, 1, Approver); err != nil {
		t.Errorf("another role: %v", err)
	}
	s.give = func(context.Context, event.ProjectID, string, string) error { return nil }
	if err := s.ChangeRole(owner, ben, 1, IdentityReader); err != nil {
		t.Error(err)
	}
}
