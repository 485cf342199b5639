package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// peer is an engine that is measured: how it is started and which of the questions' languages it speaks.
type peer struct {
	name   string // as the table shows it
	folder string // of its data; two orders of one engine share it
	copies bool   // it removes duplicates itself, so it gets them
	words  func(o options) []string
	speak  func(a asked) string
}

var ours = peer{
	"Jejak", "jejak", true,
	func(o options) []string {
		return []string{self(), "-child", "jejak", "-dir", o.dir, "-profile", o.profile}
	},
	asked.question,
}

// clickhouses are one engine whose table lies in two orders.
var clickhouses = []peer{
	{"CH name,day,person", "clickhouse", false, clickhouseWords, func(a asked) string { return a.in(byEvent) }},
	{"CH person,time", "clickhouse", false, clickhouseWords, func(a asked) string { return a.in(byUser) }},
}

func clickhouseWords(o options) []string {
	return []string{self(), "-child", "clickhouse", "-dir", o.dir, "-engines", o.engines}
}

var duckdb = peer{
	"DuckDB", "duckdb", false,
	func(o options) []string {
		return []string{"node", filepath.Join(o.engines, "duckdb.mjs"), filepath.Join(o.dir, "duckdb")}
	},
	func(a asked) string { return a.duck },
}

// peersOf are those that are wanted, ours first.
func peersOf(o options) []peer {
	list := []peer{ours}
	if strings.Contains(o.peers, "clickhouse") {
		list = append(list, clickhouses...)
	}
	if strings.Contains(o.peers, "duckdb") {
		list = append(list, duckdb)
	}
	return list
}

// self is this program.
func self() string {
	path, err := os.Executable()
	if err != nil {
		panic("BUG: this program has no file on " + runtime.GOOS)
	}
	return path
}

// openChild opens the engine that a child process serves.
func openChild(o options) (engine, error) {
	folder := filepath.Join(o.dir, o.child)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	if o.child == "jejak" {
		return openJejak(folder)
	}
	return openClickHouse(filepath.Join(o.engines, "node_modules/@chdb/lib-linux-x64-gnu/libchdb.so"), folder)
}
