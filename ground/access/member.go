package access

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"jejak/event"
)

// Member is a user as those who administer see them.
type Member struct {
	ID       string // 32 hexadecimal digits
	Login    string
	Role     string                     // in all projects; empty: in those below only
	Projects map[event.ProjectID]string // roles in single projects
	Created  time.Time
}

// Invitation lets a new user in, once.
type Invitation struct {
	Token   string // empty: the user is known already and just got the role
	Expires time.Time
}

const invitationLife = 7 * 24 * time.Hour

// Roles are all roles there are.
func Roles() []string {
	return []string{Viewer, Analyst, Exporter, Approver, IdentityReader, IncidentLead, Auditor, Owner}
}

func cleanRole(role string) error {
	if !slices.Contains(Roles(), role) {
		return &Invalid{"role", "unknown_role", "a role is viewer, analyst, exporter, approver, identity_reader, incident_lead, auditor or owner"}
	}
	return nil
}

// Members are all users of the installation, or those with a role in the project. It needs Administer there.
func (s *Service) Members(ctx context.Context, p event.ProjectID) (list []Member, err error) {
	if err := May(ctx, p, Administer); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(tx *sql.Tx) error {
		if list, err = unscopedMembers(ctx, tx); err != nil {
			return err
		}
		if p != 0 {
			list = slices.DeleteFunc(list, func(m Member) bool { return m.Projects[p] == "" })
		}
		return nil
	})
	for i := range list {
		list[i].Projects = visible(list[i].Projects, p)
	}
	return list, err
}

// visible leaves what an administrator of one project may know of others: nothing.
func visible(roles map[event.ProjectID]string, p event.ProjectID) map[event.ProjectID]string {
	if p == 0 {
		return roles
	}
	return map[event.ProjectID]string{p: roles[p]}
}

func unscopedMembers(ctx context.Context, tx *sql.Tx) (list []Member, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT u.id, u.login, u.role, u.created, COALESCE(m.project, 0), COALESCE(m.role, '')
		FROM users u LEFT JOIN members m ON m.user_id = u.id ORDER BY u.login, u.id, m.project`)
	if err != nil {
		return nil, fmt.Errorf("cannot list the users: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id []byte
		var m Member
		var created int64
		var project event.ProjectID
		var role string
		if err := rows.Scan(&id, &m.Login, &m.Role, &created, &project, &role); err != nil {
			return nil, fmt.Errorf("cannot read a user: %w", err)
		}
		m.ID, m.Created = hex.EncodeToString(id), time.UnixMilli(created).UTC()
		if len(list) == 0 || list[len(list)-1].ID != m.ID {
			m.Projects = map[event.ProjectID]string{}
			list = append(list, m)
		}
		if project != 0 {
			list[len(list)-1].Projects[project] = role
		}
	}
	return list, rows.Err()
}

// Invite gives a login a role in a project, or with project 0 in all. A user who is not known yet is made, and comes in by
// the invitation's token. It needs Administer there. *Invalid for a bad login or
// role; the last owner stays one.
func (s *Service) Invite(ctx context.Context, login string, p event.ProjectID, role string) (i Invitation, err error) {
	if err := May(ctx, p, Administer); err != nil {
		return i, err
	}
	if login, err = cleanLogin(login); err != nil {
		return i, err
	}
	if err := cleanRole(role); err != nil {
		return i, err
	}
	if revealing(role) && Caller(ctx).Kind != Console {
		return i, &Invalid{"role", "needs_approval", "nobody is invited with this role: invite with another one, then change it, which a second person must allow"}
	}
	token := s.drawToken()
	err = s.db.Write(ctx, func(tx *sql.Tx) error {
		made, err := tx.ExecContext(ctx, "INSERT INTO users (id, login, role, created) VALUES ($1, $2, '', $3) ON CONFLICT (login) DO NOTHING",
			s.mustDraw(userIDLength), login, s.millis())
		if err != nil {
			return fmt.Errorf("cannot keep the user: %w", err)
		}
		var id []byte
		if err := tx.QueryRowContext(ctx, "SELECT id FROM users WHERE login = $1", login).Scan(&id); err != nil {
			return fmt.Errorf("cannot read the user: %w", err)
		}
		if n, err := made.RowsAffected(); err != nil {
			return fmt.Errorf("cannot keep the user: %w", err)
		} else if n == 0 {
			return errors.Join(setRole(ctx, tx, id, p, role), checkOwner(ctx, tx))
		}
		i = Invitation{token, s.now().Add(invitationLife)}
		if err := s.replaceLink(ctx, tx, toSignIn, login, token, invitationLife); err != nil {
			return err
		}
		return setRole(ctx, tx, id, p, role)
	})
	return i, err
}

// ChangeRole gives a user another role in a project, or with project 0 in all; an empty one takes it away. It needs
// Administer there, and for a role with which identities are seen what Options.MayGive asks for, whoever the user is.
// ErrNotFound, *Invalid; the last owner stays one.
func (s *Service) ChangeRole(ctx context.Context, id string, p event.ProjectID, role string) error {
	if err := May(ctx, p, Administer); err != nil {
		return err
	}
	if role != "" {
		if err := cleanRole(role); err != nil {
			return err
		}
	}
	user, err := s.userID(ctx, id)
	if err != nil {
		return err
	}
	if err := s.mayGive(ctx, p, hex.EncodeToString(user), role); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		if err := setRole(ctx, tx, user, p, role); err != nil {
			return err
		}
		return checkOwner(ctx, tx)
	})
}

// revealing tells whether identities are seen with the role.
func revealing(role string) bool { return slices.Contains(rights[role], Reveal) }

func (s *Service) mayGive(ctx context.Context, p event.ProjectID, user, role string) error {
	switch {
	case !revealing(role) || Caller(ctx).Kind == Console:
		return nil
	case s.give == nil:
		return ErrForbidden
	}
	return s.give(ctx, p, user, role)
}

// RemoveUser takes a user away, with their sessions, passkeys and roles. It needs Administer on the installation.
// ErrNotFound; the last owner stays.
func (s *Service) RemoveUser(ctx context.Context, id string) error {
	if err := May(ctx, 0, Administer); err != nil {
		return err
	}
	user, err := s.userID(ctx, id)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM users WHERE id = $1", user); err != nil {
			return fmt.Errorf("cannot remove the user: %w", err)
		}
		return checkOwner(ctx, tx)
	})
}

func (s *Service) userID(ctx context.Context, text string) (id []byte, err error) {
	if id, err = hex.DecodeString(text); err != nil || len(id) != userIDLength {
		return nil, ErrNotFound
	}
	n := 0
	err = s.db.Read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM users WHERE id = $1", id).Scan(&n)
	})
	if err != nil {
		return nil, fmt.Errorf("cannot read the user: %w", err)
	}
	if n == 0 {
		return nil, ErrNotFound
	}
	return id, nil
}

func setRole(ctx context.Context, tx *sql.Tx, user []byte, p event.ProjectID, role string) (err error) {
	switch {
	case p == 0:
		_, err = tx.ExecContext(ctx, "UPDATE users SET role = $1 WHERE id = $2", role, user)
	case role == "":
		_, err = tx.ExecContext(ctx, "DELETE FROM members WHERE user_id = $1 AND project = $2", user, p)
	default:
		_, err = tx.ExecContext(ctx, `INSERT INTO members (user_id, project, role) VALUES ($1, $2, $3)
			ON CONFLICT (user_id, project) DO UPDATE SET role = excluded.role`, user, p, role)
	}
	if err != nil {
		return fmt.Errorf("cannot keep the role: %w", err)
	}
	return nil
}

// checkOwner refuses a change that leaves the installation without an owner.
func checkOwner(ctx context.Context, tx *sql.Tx) error {
	owners := 0
	if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM users WHERE role = $1", Owner).Scan(&owners); err != nil {
		return fmt.Errorf("cannot count the owners: %w", err)
	}
	if owners == 0 {
		return &Invalid{"role", "last_owner", "the installation needs an owner: make somebody else one first"}
	}
	return nil
}

// rolesOf are a user's roles in single projects.
func rolesOf(ctx context.Context, tx *sql.Tx, user string) (map[event.ProjectID]string, error) {
	id, err := hex.DecodeString(user)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, "SELECT project, role FROM members WHERE user_id = $1", id)
	if err != nil {
		return nil, fmt.Errorf("cannot read the user's roles: %w", err)
	}
	defer rows.Close()
	roles := map[event.ProjectID]string{}
	for rows.Next() {
		var p event.ProjectID
		var role string
		if err := rows.Scan(&p, &role); err != nil {
			return nil, fmt.Errorf("cannot read a role: %w", err)
		}
		roles[p] = role
	}
	return roles, rows.Err()
}
