package query

import (
	"reflect"
	"slices"

	"jejak/analytics/store"
	"jejak/event"
	"jejak/question"
)

// plan is a trend made ready for reading: which events each metric counts, and which columns that takes.
type plan struct {
	metrics    []metric
	groups     []group
	properties []string // the columns needed; the rest of the plan names them by place
	breakdown  []int    // properties
	filter     *filter  // of every group
	leaves     int      // conditions in all filters
}

// metric is one metric of the question that is not a formula.
type metric struct {
	*question.Metric
	property int // what is measured; -1 when nothing
}

// group is the metrics that count the same events: those are selected once.
type group struct {
	name    string // of the events, when not any
	any     bool
	given   *question.Filter
	filter  *filter
	metrics []int // places in plan.metrics
}

// planOf prepares a sound question.
func planOf(t *question.Trend, at instantReader) *plan {
	p := &plan{}
	p.filter = p.compile(t.Filter, at)
	for i := range t.Metrics {
		if t.Metrics[i].Formula == "" {
			p.addMetric(&t.Metrics[i], at)
		}
	}
	for _, b := range t.Breakdown {
		p.breakdown = append(p.breakdown, p.property(b.Property))
	}
	return p
}

func (p *plan) addMetric(m *question.Metric, at instantReader) {
	property := -1
	if m.Property != "" {
		property = p.property(m.Property)
	}
	p.metrics = append(p.metrics, metric{m, property})
	same := func(g group) bool {
		return g.any == m.AnyEvent && g.name == m.Event && reflect.DeepEqual(g.given, m.Filter)
	}
	i := slices.IndexFunc(p.groups, same)
	if i < 0 {
		i = len(p.groups)
		p.groups = append(p.groups, group{name: m.Event, any: m.AnyEvent, given: m.Filter, filter: p.compile(m.Filter, at)})
	}
	p.groups[i].metrics = append(p.groups[i].metrics, len(p.metrics)-1)
}

// property is the place of a column, one for each name.
func (p *plan) property(name string) int {
	if i := slices.Index(p.properties, name); i >= 0 {
		return i
	}
	p.properties = append(p.properties, name)
	return len(p.properties) - 1
}

// names are the events asked about; nil means all.
func (p *plan) names() []string {
	names := []string{}
	for _, g := range p.groups {
		if g.any {
			return nil
		}
		if !slices.Contains(names, g.name) {
			names = append(names, g.name)
		}
	}
	return names
}

// piece is a section with the columns the plan needs and the groups that count its events.
type piece struct {
	store.Section
	columns     []store.Column // by property; nil where no row has it
	groups      []int
	first, last event.Millis
}

// piecesOf finds the sections of a range: those to be counted, and those of machines that are left out.
func (p *plan) piecesOf(snap store.Snapshot, line *timeline, bots bool) (counted []piece, leftOut []store.Section) {
	s := store.Selection{Names: p.names(), Bots: true, From: line.from, To: line.to}
	for _, section := range snap.Sections(s) {
		first, last := section.Span()
		if last < line.from || first >= line.to {
			continue
		}
		if section.Class() == event.Bot && !bots {
			leftOut = append(leftOut, section)
			continue
		}
		counted = append(counted, p.pieceOf(section, first, last))
	}
	return counted, leftOut
}

func (p *plan) pieceOf(section store.Section, first, last event.Millis) piece {
	x := piece{Section: section, columns: make([]store.Column, len(p.properties)), first: first, last: last}
	for i, name := range p.properties {
		x.columns[i] = section.Column(name)
	}
	for i, g := range p.groups {
		if g.any || g.name == section.Name() {
			x.groups = append(x.groups, i)
		}
	}
	return x
}

// rowsIn are the rows of a bucket inside the range, before superseded ones are taken out.
func rowsIn(s store.Section, bucket int, line *timeline) (lo, hi int) {
	first, last := s.Span()
	lo, hi = s.Bucket(bucket)
	if lo < hi && first < line.from {
		lo = s.Seek(lo, hi, line.from)
	}
	if lo < hi && last >= line.to {
		hi = s.Seek(lo, hi, line.to)
	}
	return lo, hi
}

// supersededIn are the superseded rows among lo <= row < hi of a bucket.
func supersededIn(s store.Section, bucket, lo, hi int) []int {
	rows := s.Superseded(bucket)
	if len(rows) == 0 {
		return nil
	}
	i, _ := slices.BinarySearch(rows, lo)
	j, _ := slices.BinarySearch(rows, hi)
	return rows[i:j]
}

// countOf is how many events of the sections lie in the range.
func countOf(sections []store.Section, line *timeline) (n int64) {
	for _, s := range sections {
		for bucket := range event.Buckets {
			if lo, hi := rowsIn(s, bucket, line); lo < hi {
				n += int64(hi - lo - len(supersededIn(s, bucket, lo, hi)))
			}
		}
	}
	return n
}
