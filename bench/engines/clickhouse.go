package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The two orders in which ClickHouse keeps the rows.
const (
	byEvent = "by_event"
	byUser  = "by_user"
)

var clickhouseKeys = map[string]string{byEvent: "name, day, person", byUser: "person, time"}

// clickhouse serves a database with one table per order.
type clickhouse struct{ *chdb }

func openClickHouse(library, folder string) (engine, error) {
	c, err := openCHDB(library, folder)
	if err != nil {
		return nil, err
	}
	e := &clickhouse{c}
	return e, e.runAll("CREATE DATABASE IF NOT EXISTS bench", "USE bench", "SET max_threads = 2", "SET max_insert_threads = 2",
		"SET max_memory_usage = 0", "SET output_format_json_quote_64bit_integers = 0")
}

func (e *clickhouse) runAll(statements ...string) error {
	for _, sql := range statements {
		if _, err := e.query(sql, "Null"); err != nil {
			return fmt.Errorf("cannot run %q: %w", firstWords(sql), err)
		}
	}
	return nil
}

func firstWords(sql string) string {
	return strings.Join(strings.Fields(sql)[:min(8, len(strings.Fields(sql)))], " ")
}

// load fills the table of the first order from the pipe, and the other from it; then both are merged into one part, as
// ours is compacted.
func (e *clickhouse) load(pipe string) (a reply, err error) {
	var stream strings.Builder
	stream.WriteString("t Int64, person UInt32, name String, insert_id UInt64")
	for _, p := range properties {
		fmt.Fprintf(&stream, ", %s %s", p.name, map[string]string{text: "String", number: "Float64", boolean: "Bool"}[p.kind])
	}
	began := time.Now()
	err = e.runAll(table(byEvent),
		fmt.Sprintf("INSERT INTO %s SELECT %s FROM file('%s', 'TSV', '%s')", byEvent, selected(), pipe, stream.String()),
		"OPTIMIZE TABLE "+byEvent+" FINAL")
	if err != nil {
		return a, err
	}
	a.Seconds, a.Processor = time.Since(began).Seconds(), processorTime().Seconds()
	err = e.runAll(table(byUser), fmt.Sprintf("INSERT INTO %s SELECT * FROM %s", byUser, byEvent), "OPTIMIZE TABLE "+byUser+" FINAL")
	if err != nil {
		return a, err
	}
	if a.Bytes, err = e.smallest("sum(bytes_on_disk)", "system.parts", "true"); err != nil {
		return a, err
	}
	a.Spare, err = e.smallest("sum(column_bytes_on_disk)", "system.parts_columns", "column = 'insert_id'")
	return a, err
}

// smallest is a figure of the smaller order.
func (e *clickhouse) smallest(figure, table, where string) (int64, error) {
	out, err := e.query(fmt.Sprintf(
		"SELECT min(n) FROM (SELECT %s AS n FROM %s WHERE active AND database = 'bench' AND %s GROUP BY table)", figure, table, where), "TSV")
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
}

// table creates one, its types as one would choose them for such data.
func table(order string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE %s (time DateTime64(3, 'UTC') CODEC(Delta, LZ4), day Date, person UInt32, name LowCardinality(String), insert_id UInt64", order)
	for _, p := range properties {
		fmt.Fprintf(&b, ", %s %s", p.name, map[string]string{text: "LowCardinality(String)", number: "Float64", boolean: "Bool"}[p.kind])
	}
	fmt.Fprintf(&b, ") ENGINE = MergeTree ORDER BY (%s)", clickhouseKeys[order])
	return b.String()
}

// selected makes the table's columns from the stream's.
func selected() string {
	columns := []string{"fromUnixTimestamp64Milli(t, 'UTC') AS time", "toDate(time) AS day", "person", "name", "insert_id"}
	for _, p := range properties {
		columns = append(columns, p.name)
	}
	return strings.Join(columns, ", ")
}

func (e *clickhouse) ask(sql string) (rows [][]any, matched int64, err error) {
	out, err := e.query(sql, "JSONCompactEachRow")
	if err != nil {
		return nil, 0, err
	}
	rows, err = rowsOfJSON(out)
	return rows, 0, err
}

// rowsOfJSON reads one row per line.
func rowsOfJSON(out []byte) (rows [][]any, err error) {
	d := json.NewDecoder(bytes.NewReader(out))
	for d.More() {
		var row []any
		if err := d.Decode(&row); err != nil {
			return nil, fmt.Errorf("cannot read an answer: %w", err)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (e *clickhouse) close() error {
	e.chdb.close()
	return nil
}
