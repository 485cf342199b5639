package access

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"jejak/event"
)

// Project is one product that is measured.
type Project struct {
	ID            event.ProjectID
	Name          string // 1 to 100 characters
	Zone          string // IANA
	Token         string // public, write only; 32 hexadecimal digits
	Created       time.Time
	OriginalMerge bool // merge mode: imports may carry identity verbs
}

// NewProject is a project with the secrets that are shown once.
type NewProject struct {
	Project
	APISecret      string
	ServiceAccount NewServiceAccount
}

// CreateProject makes a project with a first service account; without a zone it gets UTC. It needs Administer on
// project 0, the installation. *Invalid for a bad name or zone.
func (s *Service) CreateProject(ctx context.Context, name, zone string) (NewProject, error) {
	if err := May(ctx, 0, Administer); err != nil {
		return NewProject{}, err
	}
	if zone == "" {
		zone = "UTC"
	}
	name, err := cleanProject(name, zone)
	if err != nil {
		return NewProject{}, err
	}
	p := NewProject{
		Project:        Project{Name: name, Zone: zone, Token: s.drawHex(), Created: time.UnixMilli(s.millis()).UTC()},
		APISecret:      s.drawHex(),
		ServiceAccount: s.drawServiceAccount(),
	}
	if err := s.db.Write(ctx, func(tx *sql.Tx) error { return insertProject(ctx, tx, &p) }); err != nil {
		return NewProject{}, err
	}
	s.catchUp(ctx)
	return p, nil
}

// insertProject gives p the next number.
func insertProject(ctx context.Context, tx *sql.Tx, p *NewProject) error {
	if err := tx.QueryRowContext(ctx, "SELECT COALESCE(MAX(id), 0) + 1 FROM projects").Scan(&p.ID); err != nil {
		return fmt.Errorf("cannot number the project: %w", err)
	}
	secret := hashOf(p.APISecret)
	_, err := tx.ExecContext(ctx, "INSERT INTO projects (id, name, zone, token, api_secret, created) VALUES ($1, $2, $3, $4, $5, $6)",
		p.ID, p.Name, p.Zone, p.Token, secret[:], p.Created.UnixMilli())
	if err != nil {
		return fmt.Errorf("cannot keep the project: %w", err)
	}
	return insertServiceAccount(ctx, tx, p.ID, p.ServiceAccount, p.Created.UnixMilli(), false)
}

// ChangeProject gives the project another name and zone; an empty one stays as it is. It needs Administer. ErrNotFound,
// *Invalid.
func (s *Service) ChangeProject(ctx context.Context, id event.ProjectID, name, zone string) (p Project, err error) {
	if err := May(ctx, id, Administer); err != nil {
		return Project{}, err
	}
	err = s.db.Write(ctx, func(tx *sql.Tx) error {
		p, err = changeProject(ctx, tx, id, name, zone)
		return err
	})
	if err != nil {
		return Project{}, err
	}
	s.catchUp(ctx)
	return p, nil
}

func changeProject(ctx context.Context, tx *sql.Tx, id event.ProjectID, name, zone string) (Project, error) {
	p, err := projectOf(ctx, tx, id)
	if err != nil {
		return Project{}, err
	}
	if name != "" {
		p.Name = name
	}
	if zone != "" {
		p.Zone = zone
	}
	if p.Name, err = cleanProject(p.Name, p.Zone); err != nil {
		return Project{}, err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE projects SET name = $1, zone = $2 WHERE id = $3", p.Name, p.Zone, id); err != nil {
		return Project{}, fmt.Errorf("cannot change the project: %w", err)
	}
	return p, nil
}

// cleanProject is the name without space around it.
func cleanProject(name, zone string) (string, error) {
	name, err := cleanLine("name", name, 100)
	if err != nil {
		return "", err
	}
	if _, err := time.LoadLocation(zone); err != nil || zone == "" || zone == "Local" {
		return "", &Invalid{"zone", "unknown_zone", "name a zone of the IANA list, such as Asia/Jakarta"}
	}
	return name, nil
}

// Projects are those the caller may read, by number.
func (s *Service) Projects(ctx context.Context) ([]Project, error) {
	caller := Caller(ctx)
	if caller.Kind == Nobody {
		return nil, ErrUnauthenticated
	}
	var all []Project
	err := s.db.Read(ctx, func(tx *sql.Tx) (err error) {
		all, err = unscopedProjects(ctx, tx)
		return err
	})
	mine := all[:0]
	for _, p := range all {
		if caller.May(p.ID, Read) == nil {
			mine = append(mine, p)
		}
	}
	return mine, err
}

// Project is one of them; ErrNotFound when there is none of that number. It needs Read.
func (s *Service) Project(ctx context.Context, id event.ProjectID) (p Project, err error) {
	if err := May(ctx, id, Read); err != nil {
		return Project{}, err
	}
	err = s.db.Read(ctx, func(tx *sql.Tx) error {
		p, err = projectOf(ctx, tx, id)
		return err
	})
	return p, err
}

const selectProject = "SELECT id, name, zone, token, original_merge, created FROM projects "

func projectOf(ctx context.Context, tx *sql.Tx, id event.ProjectID) (Project, error) {
	p, err := scanProject(tx.QueryRowContext(ctx, selectProject+"WHERE id = $1", id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Project{}, ErrNotFound
	}
	return p, err
}

func unscopedProjects(ctx context.Context, tx *sql.Tx) (all []Project, err error) {
	rows, err := tx.QueryContext(ctx, selectProject+"ORDER BY id")
	if err != nil {
		return nil, fmt.Errorf("cannot read the projects: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		p, err := scanProject(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

func scanProject(scan func(...any) error) (p Project, err error) {
	var created int64
	if err := scan(&p.ID, &p.Name, &p.Zone, &p.Token, &p.OriginalMerge, &created); err != nil {
		return Project{}, fmt.Errorf("cannot read a project: %w", err)
	}
	p.Created = time.UnixMilli(created).UTC()
	return p, nil
}
