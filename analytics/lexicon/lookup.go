package lexicon

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"jejak/event"
	"jejak/ground/access"
	"jejak/question"
)

// Lookup is a lookup table without its rows.
type Lookup struct {
	Name             string
	Of               string // the property whose values are its keys, as questions name it
	Columns          []Column
	Rows             int
	Created, Changed time.Time
}

// Lookups are the project's tables by their names. It needs Read.
func (l *Lexicon) Lookups(ctx context.Context, p event.ProjectID) (out []Lookup, err error) {
	if err := access.May(ctx, p, access.Read); err != nil {
		return nil, err
	}
	err = l.db.Read(ctx, func(tx *sql.Tx) error {
		if err := mustExist(ctx, tx, p); err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx, "SELECT "+lookupColumns+" FROM lookup_tables WHERE project = $1 ORDER BY name", p)
		if err != nil {
			return fmt.Errorf("cannot list the lookup tables: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			t, err := scanLookup(rows.Scan)
			if err != nil {
				return err
			}
			out = append(out, t)
		}
		return rows.Err()
	})
	return out, err
}

const lookupColumns = "name, of, head, entries, created, changed"

func scanLookup(scan func(...any) error) (t Lookup, err error) {
	var head string
	var created, changed int64
	if err := scan(&t.Name, &t.Of, &head, &t.Rows, &created, &changed); err != nil {
		return t, fmt.Errorf("cannot read a lookup table: %w", err)
	}
	t.Created, t.Changed = time.UnixMilli(created).UTC(), time.UnixMilli(changed).UTC()
	if err := json.Unmarshal([]byte(head), &t.Columns); err != nil {
		return t, fmt.Errorf("cannot read the columns of a lookup table: %w", err)
	}
	return t, nil
}

// PutLookup makes a table of a CSV, or replaces the one of the name. It needs Administer. question.Faults say what is wrong.
func (l *Lexicon) PutLookup(ctx context.Context, p event.ProjectID, name, of string, text []byte) (t Lookup, err error) {
	if err := access.May(ctx, p, access.Administer); err != nil {
		return t, err
	}
	if faults := question.ValidateLookup(name, of); faults != nil {
		return t, faults
	}
	table, err := readTable(text)
	if err == nil {
		err = table.checkPersonal(keyOf(text))
	}
	if err != nil {
		return t, err
	}
	body, err := packed(text)
	if err != nil {
		return t, err
	}
	head, err := json.Marshal(table.columns)
	if err != nil {
		return t, fmt.Errorf("cannot write a lookup table: %w", err)
	}
	err = l.db.Write(ctx, func(tx *sql.Tx) error {
		if err := mustExist(ctx, tx, p); err != nil {
			return err
		}
		if err := mustBeFew(ctx, tx, p, name); err != nil {
			return err
		}
		t, err = scanLookup(tx.QueryRowContext(ctx, `INSERT INTO lookup_tables (project, name, of, head, entries, body, created, changed) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
			ON CONFLICT (project, name) DO UPDATE SET of = excluded.of, head = excluded.head, entries = excluded.entries, body = excluded.body, changed = excluded.changed
			RETURNING `+lookupColumns, p, name, of, string(head), len(table.rows), body, l.now().UnixMilli()).Scan)
		return err
	})
	if err == nil {
		l.tables.forget(p, name)
	}
	return t, err
}

// keyOf is the name of the column of keys of a table that was read.
func keyOf(text []byte) string {
	head, _ := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff")))).Read()
	return head[0]
}

func packed(text []byte) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(text); err != nil {
		return nil, fmt.Errorf("cannot pack a lookup table: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("cannot pack a lookup table: %w", err)
	}
	return out.Bytes(), nil
}

// mustBeFew refuses one table too many.
func mustBeFew(ctx context.Context, tx *sql.Tx, p event.ProjectID, name string) error {
	var others int
	err := tx.QueryRowContext(ctx, "SELECT count(*) FROM lookup_tables WHERE project = $1 AND name <> $2", p, name).Scan(&others)
	if err != nil {
		return fmt.Errorf("cannot count the lookup tables: %w", err)
	}
	if others >= MaxTables {
		return faulty("", TooManyTables, "a project has at most %d lookup tables: delete some", MaxTables)
	}
	return nil
}

// DeleteLookup takes a table away: nothing is found in it from then on. access.ErrNotFound. It needs Administer.
func (l *Lexicon) DeleteLookup(ctx context.Context, p event.ProjectID, name string) error {
	if err := access.May(ctx, p, access.Administer); err != nil {
		return err
	}
	defer l.tables.forget(p, name)
	return l.db.Write(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, "DELETE FROM lookup_tables WHERE project = $1 AND name = $2", p, name)
		if err != nil {
			return fmt.Errorf("cannot delete a lookup table: %w", err)
		}
		if n, err := done.RowsAffected(); err == nil && n == 0 {
			return access.ErrNotFound
		}
		return nil
	})
}

// OpenLookup is a table with its rows; nil when there is none of the name. It needs Read.
func (l *Lexicon) OpenLookup(ctx context.Context, p event.ProjectID, name string) (t *Table, err error) {
	if err := access.May(ctx, p, access.Read); err != nil {
		return nil, err
	}
	err = l.db.Read(ctx, func(tx *sql.Tx) error {
		var id, changed int64
		err := tx.QueryRowContext(ctx, "SELECT id, changed FROM lookup_tables WHERE project = $1 AND name = $2", p, name).Scan(&id, &changed)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("cannot look for a lookup table: %w", err)
		}
		version := tableVersion{id, changed}
		if t = l.tables.find(p, name, version); t != nil {
			return nil
		}
		var body []byte
		if err := tx.QueryRowContext(ctx, "SELECT body FROM lookup_tables WHERE id = $1", id).Scan(&body); err != nil {
			return fmt.Errorf("cannot read a lookup table: %w", err)
		}
		if t, err = unpacked(body); err == nil {
			l.tables.keep(p, name, version, t)
		}
		return err
	})
	return t, err
}

func unpacked(body []byte) (*Table, error) {
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("cannot unpack a lookup table: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(r, MaxTableBytes+1))
	if err != nil {
		return nil, fmt.Errorf("cannot unpack a lookup table: %w", err)
	}
	return readTable(text)
}

// tables are those read lately, of all projects.
type tables struct {
	mu    sync.Mutex
	known map[string]knownTable
	bytes int64
}

// keptBytes bounds the tables that are kept read.
const keptBytes = 64 << 20

type knownTable struct {
	tableVersion
	*Table
}

// tableVersion changes whenever a table does.
type tableVersion struct{ id, changed int64 }

func tableKey(p event.ProjectID, name string) string { return fmt.Sprint(p, "/", name) }

func (t *tables) find(p event.ProjectID, name string, v tableVersion) *Table {
	t.mu.Lock()
	defer t.mu.Unlock()
	if k := t.known[tableKey(p, name)]; k.Table != nil && k.tableVersion == v {
		return k.Table
	}
	return nil
}

// keep forgets all others when there are too many.
func (t *tables) keep(p event.ProjectID, name string, v tableVersion, table *Table) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if old := t.known[tableKey(p, name)]; old.Table != nil {
		t.bytes -= old.bytes
	}
	if t.known == nil || t.bytes+table.bytes > keptBytes {
		t.known, t.bytes = map[string]knownTable{}, 0
	}
	t.known[tableKey(p, name)] = knownTable{v, table}
	t.bytes += table.bytes
}

func (t *tables) forget(p event.ProjectID, name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if old := t.known[tableKey(p, name)]; old.Table != nil {
		t.bytes -= old.bytes
		delete(t.known, tableKey(p, name))
	}
}

// In is the expression of a column, for questions.
func (t Lookup) In(column string) string {
	key, computed := question.Computed(t.Of)
	if !computed {
		key = "properties[" + quoted(t.Of) + "]"
	}
	return question.ComputedProperty("lookup(" + quoted(t.Name) + ", " + key + ", " + quoted(column) + ")")
}

func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}
