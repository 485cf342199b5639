package access

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"fmt"
	"sync/atomic"
	"time"

	"jejak/event"
)

// catalog is what the hot paths ask: all projects and the hashes of all secrets, as of one moment. It never changes; a
// newer one takes its place.
type catalog struct {
	version   int64 // of the database, from before the rows were read
	byToken   map[string]Project
	bySecret  map[hash]Project
	byAccount map[string]account
	groupKeys map[event.ProjectID][]string
}

type account struct {
	project Project
	secret  hash
	erases  bool
}

// ByToken is the project of a public write token. It reads memory only; a project that another process makes is seen
// within a second.
func (s *Service) ByToken(token string) (Project, bool) {
	if p, ok := s.catalog.Load().byToken[token]; ok {
		return p, true
	}
	if !s.misses.due(s.now()) {
		return Project{}, false
	}
	s.catchUp(context.Background())
	p, ok := s.catalog.Load().byToken[token]
	return p, ok
}

// Authenticate checks the credentials of an import: a service account with its secret, or a project's token or API
// secret as user (with an empty secret) or as key. When id is not 0, the project must be that one. It reads memory only;
// what another process takes away fits no longer within a second. ErrUnauthenticated when the credentials fit no
// project; any other error means that it cannot be told now.
func (s *Service) Authenticate(ctx context.Context, user, secret, key string, id event.ProjectID) (Project, error) {
	if err := s.keepFresh(ctx, &s.hits); err != nil {
		return Project{}, err
	}
	p, ok := s.catalog.Load().authenticate(user, secret, key)
	if !ok {
		if err := s.keepFresh(ctx, &s.misses); err != nil {
			return Project{}, err
		}
		p, ok = s.catalog.Load().authenticate(user, secret, key)
	}
	if !ok || id != 0 && id != p.ID {
		return Project{}, ErrUnauthenticated
	}
	return p, nil
}

// AuthenticateReader checks the credentials of a script that reads: a service account with its secret, or a project's API secret as user.
// The public token never fits. When id is not 0, the project must be that one. ErrUnauthenticated when the credentials fit no project;
// any other error means that it cannot be told now.
func (s *Service) AuthenticateReader(ctx context.Context, user, secret string, id event.ProjectID) (Identity, error) {
	if _, public := s.ByToken(user); public && secret == "" {
		return Identity{}, ErrUnauthenticated
	}
	p, err := s.Authenticate(ctx, user, secret, "", id)
	if err != nil {
		return Identity{}, err
	}
	if secret == "" {
		return Identity{Kind: Script, Login: "api-secret", Project: p.ID}, nil
	}
	return Identity{Kind: Script, Login: user, Project: p.ID, Erases: s.catalog.Load().byAccount[user].erases}, nil
}

func (c *catalog) authenticate(user, secret, key string) (Project, bool) {
	switch {
	case secret != "":
		return c.account(user, secret)
	case user != "":
		return c.bearer(user)
	default:
		return c.bearer(key)
	}
}

// account finds a service account. An unknown name is compared with the secret of nobody.
func (c *catalog) account(username, secret string) (Project, bool) {
	a := c.byAccount[username]
	offered := hashOf(secret)
	same := subtle.ConstantTimeCompare(a.secret[:], offered[:]) == 1
	return a.project, same && a.project.ID != 0
}

// bearer finds a project by its token or API secret alone.
func (c *catalog) bearer(secret string) (Project, bool) {
	if p, ok := c.byToken[secret]; ok {
		return p, true
	}
	p, ok := c.bySecret[hashOf(secret)]
	return p, ok
}

// keepFresh looks for writes of other processes, when it is time to.
func (s *Service) keepFresh(ctx context.Context, t *throttle) error {
	if !t.due(s.now()) {
		return nil
	}
	return s.refresh(ctx)
}

// catchUp is refresh where an error changes nothing: the old catalog serves on, and the next look tries again.
func (s *Service) catchUp(ctx context.Context) { _ = s.refresh(ctx) }

// refresh reads the catalog again when anybody has written since.
func (s *Service) refresh(ctx context.Context) error {
	s.loading.Lock()
	defer s.loading.Unlock()
	version, err := s.db.Version(ctx)
	if err != nil || version == s.catalog.Load().version {
		return err
	}
	next := &catalog{version: version}
	if err := s.db.Read(ctx, func(tx *sql.Tx) error { return next.load(ctx, tx) }); err != nil {
		return err
	}
	s.catalog.Store(next)
	return nil
}

func (c *catalog) load(ctx context.Context, tx *sql.Tx) error {
	projects, err := unscopedProjects(ctx, tx)
	if err != nil {
		return err
	}
	if err := c.loadGroupKeys(ctx, tx); err != nil {
		return err
	}
	byID := make(map[event.ProjectID]Project, len(projects))
	c.byToken = make(map[string]Project, len(projects))
	for _, p := range projects {
		byID[p.ID], c.byToken[p.Token] = p, p
	}
	c.bySecret = make(map[hash]Project, len(projects))
	c.byAccount = map[string]account{}
	err = unscopedSecrets(ctx, tx, "SELECT '', id, api_secret FROM projects", func(_ string, p event.ProjectID, h hash) {
		c.bySecret[h] = byID[p]
	})
	if err != nil {
		return err
	}
	err = unscopedSecrets(ctx, tx, "SELECT username, project, secret FROM service_accounts", func(username string, p event.ProjectID, h hash) {
		c.byAccount[username] = account{project: byID[p], secret: h}
	})
	if err != nil {
		return err
	}
	return unscopedSecrets(ctx, tx, "SELECT username, project, secret FROM service_accounts WHERE may_erase <> 0", func(username string, p event.ProjectID, h hash) {
		c.byAccount[username] = account{byID[p], h, true}
	})
}

func unscopedSecrets(ctx context.Context, tx *sql.Tx, query string, each func(username string, p event.ProjectID, h hash)) error {
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return fmt.Errorf("cannot read the secrets: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var username string
		var p event.ProjectID
		var secret []byte
		if err := rows.Scan(&username, &p, &secret); err != nil {
			return fmt.Errorf("cannot read a secret: %w", err)
		}
		if len(secret) == len(hash{}) {
			each(username, p, hash(secret))
		}
	}
	return rows.Err()
}

// throttle lets one caller through per interval, so that no crowd of strangers becomes a crowd at the database.
type throttle struct{ last atomic.Int64 }

const interval = 200 * time.Millisecond

// SeenWithin is how long after its making every other process knows a project at the latest.
const SeenWithin = interval

func (t *throttle) due(now time.Time) bool {
	last, n := t.last.Load(), now.UnixNano()
	if n >= last && n-last < int64(interval) {
		return false
	}
	return t.last.CompareAndSwap(last, n)
}
