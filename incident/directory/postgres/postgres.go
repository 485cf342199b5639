// Package postgres reads the tables of a directory from PostgreSQL, by queries that the operator writes.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"jejak/incident/directory"
)

// patience is how long a server may take to let us in.
const patience = 30 * time.Second

// maxQuery bounds a query, in bytes.
const maxQuery = 64 << 10

// Rows are those of a query. Close gives the connection back.
type Rows struct {
	connection *pgconn.PgConn
	result     *pgconn.ResultReader
	table      directory.Table
	at         []int // of the table's columns in the result; -1: not there
	cells      []string
	line       int64
}

var _ directory.Rows = (*Rows)(nil)

// Query asks for a table. where is a URL or words as libpq has them; what it leaves out comes from the environment (PGHOST,
// PGPASSWORD, …). query is one statement whose result has the table's columns by name; it runs in a session that cannot write. A
// value of a list is an array, or stands between semicolons. Errors tell no value: of the server's, its code alone.
func Query(ctx context.Context, where string, t directory.Table, query string) (*Rows, error) {
	if len(query) > maxQuery {
		return nil, fmt.Errorf("cannot ask for %s: the query is longer than %d bytes", t, maxQuery)
	}
	c, err := pgconn.ParseConfig(where)
	if err != nil {
		return nil, errors.New("cannot read where the PostgreSQL server is: it is a URL such as postgres://reader@db.example/app") // it may hold a password
	}
	c.ConnectTimeout = patience
	for name, value := range map[string]string{"default_transaction_read_only": "on", "DateStyle": "ISO", "TimeZone": "UTC", "client_encoding": "UTF8", "application_name": "jejak"} {
		c.RuntimeParams[name] = value
	}
	connection, err := pgconn.ConnectConfig(ctx, c)
	if err != nil {
		return nil, told("cannot reach the PostgreSQL server", err)
	}
	r := &Rows{connection: connection, table: t, result: connection.ExecParams(ctx, query, nil, nil, nil, nil)}
	if err := r.find(); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// find looks where the table's columns are.
func (r *Rows) find() error {
	names := map[string]int{}
	for i, f := range r.result.FieldDescriptions() {
		names[strings.ToLower(f.Name)] = i
	}
	if len(names) == 0 {
		_, err := r.result.Close()
		return told(fmt.Sprintf("cannot ask for %s", r.table), err)
	}
	columns := r.table.Columns()
	r.cells, r.at = make([]string, len(columns)), make([]int, len(columns))
	for i, c := range columns {
		at, ok := names[c]
		if !ok {
			at = -1
		}
		r.at[i] = at
	}
	return directory.CheckColumns(r.table, names)
}

// Next implements directory.Rows. A line is the number of a row.
func (r *Rows) Next() (directory.Row, error) {
	if !r.result.NextRow() {
		if _, err := r.result.Close(); err != nil {
			return directory.Row{}, told(fmt.Sprintf("cannot read %s", r.table), err)
		}
		return directory.Row{}, io.EOF
	}
	r.line++
	values, fields := r.result.Values(), r.result.FieldDescriptions()
	for i, at := range r.at {
		r.cells[i] = ""
		if at < 0 || values[at] == nil {
			continue
		}
		text := string(values[at])
		if isArray(fields[at].DataTypeOID) {
			list, ok := listOf(text)
			if !ok {
				return directory.Row{}, &directory.Refused{Errors: []directory.RowError{{Table: r.table, Line: r.line, Column: r.table.Columns()[i], Problem: "not a plain array of texts or numbers, or a semicolon in one"}}}
			}
			text = list
		}
		r.cells[i] = text
	}
	return directory.Row{Line: r.line, Cells: r.cells}, nil
}

// Close ends the query and the connection.
func (r *Rows) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := r.connection.Close(ctx); err != nil {
		return fmt.Errorf("cannot leave the PostgreSQL server: %w", err)
	}
	return nil
}

// told is an error without the words of the server, which may quote a value.
func told(what string, err error) error {
	var p *pgconn.PgError
	switch {
	case errors.As(err, &p):
		return fmt.Errorf("%s: the server says %s (SQLSTATE)\nhint: try the query with psql", what, p.Code)
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%s: %w", what, context.Canceled)
	case err == nil:
		return fmt.Errorf("%s: the query has no columns\nhint: it must be one SELECT", what)
	}
	return fmt.Errorf("%s\nhint: try to connect with psql", what)
}

// isArray: the types of arrays that directories have in them.
func isArray(oid uint32) bool {
	switch oid {
	case 1005, 1007, 1009, 1015, 1016, 1002, 2951: // int2, int4, text, varchar, int8, char, uuid
		return true
	}
	return false
}

// listOf turns the text of an array into values between semicolons.
func listOf(array string) (list string, ok bool) {
	if len(array) < 2 || array[0] != '{' || array[len(array)-1] != '}' || strings.Contains(array, ";") {
		return "", false
	}
	var b strings.Builder
	quoted := false
	for i := 1; i < len(array)-1; i++ {
		switch c := array[i]; {
		case c == '\\' && quoted && i+1 < len(array)-1:
			i++
			b.WriteByte(array[i])
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			b.WriteByte(';')
		case (c == '{' || c == '}') && !quoted:
			return "", false
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), !quoted
}
