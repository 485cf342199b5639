package enrich

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
)

// $CRAWLERS is the folder of npm's package crawler-user-agents.
//
//go:generate sh -c "go run crawlers_make.go -from $CRAWLERS/crawler-user-agents.json -licence $CRAWLERS/LICENSE -version 1.60.0 > crawlers.txt"

// crawlersText is the list of what the agents of crawlers contain, one a line; # begins a comment, ~ an expression.
// The bytes 0x02 and 0x03 stand for the beginning and the end of the agent.
//
//go:embed crawlers.txt
var crawlersText string

// isCrawler tells whether the agent is one of a known crawler, monitor or other machine.
func isCrawler(agent string) bool { return crawlers().match(agent) }

var crawlers = sync.OnceValue(func() *matcher { return newMatcher(crawlersText) })

// matcher finds any of many texts in one pass over the agent, and then asks the few expressions.
type matcher struct {
	texts       *automaton
	expressions []*regexp.Regexp
}

func newMatcher(list string) *matcher {
	var m matcher
	var texts []string
	for line := range strings.Lines(list) {
		line = strings.TrimSuffix(line, "\n")
		if expression, ok := strings.CutPrefix(line, "~"); ok {
			m.expressions = append(m.expressions, regexp.MustCompile(expression))
		} else if line != "" && line[0] != '#' {
			texts = append(texts, line)
		}
	}
	m.texts = newAutomaton(texts)
	return &m
}

func (m *matcher) match(agent string) bool {
	if m.texts.match(agent) {
		return true
	}
	for _, e := range m.expressions {
		if e.MatchString(agent) {
			return true
		}
	}
	return false
}
