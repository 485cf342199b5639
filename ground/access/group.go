package access

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"jejak/event"
)

// GroupKey is a property that names the group of an event: an organisation, a team, an API key.
type GroupKey struct {
	Key  string // the property's name
	Name string // what people call it, 1 to 100 characters
}

// maxGroupKeys is how many a project may list: each event is looked through for all of them.
const maxGroupKeys = 20

// GroupKeys are those of a project, in its order. It needs Read.
func (s *Service) GroupKeys(ctx context.Context, id event.ProjectID) (list []GroupKey, err error) {
	if err := May(ctx, id, Read); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(tx *sql.Tx) error {
		all, err := unscopedGroupKeys(ctx, tx)
		list = all[id]
		return err
	})
	return list, err
}

// SetGroupKeys replaces the list. Events that come from then on hold tokens in the place of the groups' IDs. It needs
// Administer. *Invalid, ErrNotFound.
func (s *Service) SetGroupKeys(ctx context.Context, id event.ProjectID, list []GroupKey) ([]GroupKey, error) {
	if err := May(ctx, id, Administer); err != nil {
		return nil, err
	}
	clean, err := cleanGroupKeys(list)
	if err != nil {
		return nil, err
	}
	err = s.db.Write(ctx, func(tx *sql.Tx) error {
		if _, err := projectOf(ctx, tx, id); err != nil {
			return err
		}
		return replaceGroupKeys(ctx, tx, id, clean)
	})
	if err != nil {
		return nil, err
	}
	return clean, s.refresh(ctx)
}

func cleanGroupKeys(list []GroupKey) ([]GroupKey, error) {
	if len(list) > maxGroupKeys {
		return nil, &Invalid{"group_keys", "too_many", fmt.Sprintf("a project has at most %d group keys", maxGroupKeys)}
	}
	seen := map[string]bool{}
	out := make([]GroupKey, len(list))
	for i, k := range list {
		if k.Key == "" || len(k.Key) > 100 || strings.ContainsAny(k.Key, "[]:") || strings.ContainsFunc(k.Key, isControl) {
			return nil, &Invalid{"key", "bad_key", "a group key is the name of a property, 1 to 100 bytes, without brackets and colons"}
		}
		if seen[k.Key] {
			return nil, &Invalid{"key", "twice", "a group key is listed twice"}
		}
		seen[k.Key] = true
		if k.Name == "" {
			k.Name = k.Key
		}
		name, err := cleanLine("name", k.Name, 100)
		if err != nil {
			return nil, err
		}
		out[i] = GroupKey{k.Key, name}
	}
	return out, nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

func replaceGroupKeys(ctx context.Context, tx *sql.Tx, id event.ProjectID, list []GroupKey) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM group_keys WHERE project = $1", id); err != nil {
		return fmt.Errorf("cannot change the group keys: %w", err)
	}
	for place, k := range list {
		_, err := tx.ExecContext(ctx, "INSERT INTO group_keys (project, key, name, place) VALUES ($1, $2, $3, $4)", id, k.Key, k.Name, place)
		if err != nil {
			return fmt.Errorf("cannot keep a group key: %w", err)
		}
	}
	return nil
}

func unscopedGroupKeys(ctx context.Context, tx *sql.Tx) (map[event.ProjectID][]GroupKey, error) {
	rows, err := tx.QueryContext(ctx, "SELECT project, key, name FROM group_keys ORDER BY project, place")
	if err != nil {
		return nil, fmt.Errorf("cannot read the group keys: %w", err)
	}
	defer rows.Close()
	all := map[event.ProjectID][]GroupKey{}
	for rows.Next() {
		var p event.ProjectID
		var k GroupKey
		if err := rows.Scan(&p, &k.Key, &k.Name); err != nil {
			return nil, fmt.Errorf("cannot read a group key: %w", err)
		}
		all[p] = append(all[p], k)
	}
	return all, rows.Err()
}

// GroupKeysOf are the names of a project's group keys. It reads memory only and asks for no right: the road calls it.
func (s *Service) GroupKeysOf(p event.ProjectID) []string { return s.catalog.Load().groupKeys[p] }

func (c *catalog) loadGroupKeys(ctx context.Context, tx *sql.Tx) error {
	all, err := unscopedGroupKeys(ctx, tx)
	c.groupKeys = make(map[event.ProjectID][]string, len(all))
	for p, list := range all {
		for _, k := range list {
			c.groupKeys[p] = append(c.groupKeys[p], k.Key)
		}
	}
	return err
}
