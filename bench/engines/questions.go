package main

import (
	"slices"
	"strings"
)

// asked is one question in every engine's language. Its answers are tables of the same cells, in any order.
type asked struct {
	name   string
	jejak  string  // JSON, without its range
	click  string  // for ClickHouse; FROM events stands for the table of the order that is asked
	duck   string  // for DuckDB
	target float64 // milliseconds that ours may take over 100 M events; 0: none of its own
}

// whole is the range of all questions, and that of their SQL; no event lies outside.
const whole = `"range":{"from":"2026-09-01","to":"2026-10-30","zone":"UTC"}`

// question is ours, complete.
func (a asked) question() string { return strings.Replace(a.jejak, "RANGE", whole, 1) }

// in is ClickHouse's, for one order.
func (a asked) in(order string) string {
	return strings.ReplaceAll(a.click, "FROM events", "FROM "+order)
}

// allQuestions, in the order of the table.
var allQuestions = slices.Concat(trendQuestions, funnelQuestions, lifeQuestions)

// chosen are the questions whose names hold one of the words; all without words.
func chosen(words string) (some []asked) {
	for _, a := range allQuestions {
		if words == "" || slices.ContainsFunc(strings.Split(words, ","), func(w string) bool { return strings.Contains(a.name, w) }) {
			some = append(some, a)
		}
	}
	return some
}
