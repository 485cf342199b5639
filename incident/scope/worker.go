package scope

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"jejak/exposure"
	"jejak/ground/detect"
	"jejak/leak"
)

// unit is some rows for a worker, or a barrier.
type unit struct {
	batch leak.Batch
	body  []byte
	table *table
	roles []role // as many as were announced when the rows came
	done  chan<- *tally
}

// worker classifies rows and adds up what it sees.
type worker struct {
	in      chan *unit
	free    chan *unit
	people  *people
	matcher Matcher
	t       *tally
	eye     eye
	rows    int64
	broken  error // after it, nothing is read
	scratch []byte
	row     row
}

// row is what is known of the row that is being read.
type row struct {
	table                   *table
	open                    bool
	classes                 classes
	event, source, referrer []byte
	time                    int64
	timed                   bool
	arena                   []byte
	ids                     []clue
	asked                   []Identifier
	found                   []Found
}

// clue is an identifier of a row, in its arena.
type clue struct {
	kind     Kind
	from, to int
	class    classes // that it has by its column
	column   *column
}

func (w *worker) run() {
	for u := range w.in {
		if u.done != nil {
			w.survive(u, w.end) // of a member that broke off within a row
			u.done <- w.t
			w.t = newTally()
			continue
		}
		w.survive(u, func() { w.read(u) })
		w.free <- u
	}
}

// ErrBroken: a row of the file broke a worker. The server lives on; what was read so far is of no use.
var ErrBroken = errors.New("a row of the file broke the reading: this is an error of the program")

// survive does something with a unit. The file was made by somebody else: what it breaks is its scope and nothing more.
func (w *worker) survive(u *unit, do func()) {
	if w.broken != nil {
		return
	}
	defer func() {
		if broke := recover(); broke != nil {
			w.row.open = false
			w.broken = fmt.Errorf("%w (member %s, from row %d on)", ErrBroken, u.batch.Member, u.batch.First)
		}
	}()
	do()
}

func (w *worker) read(u *unit) {
	for r := range u.batch.Rows() {
		if !r.Continued {
			w.end()
			w.begin(u, &r)
		}
		for _, c := range r.Cells {
			if len(c.Text) > 0 {
				w.cell(u.table, c.Column, len(u.roles), roleAt(u.roles, c.Column), c.Text)
			}
		}
	}
	if !u.batch.Open {
		w.end()
	}
}

func (w *worker) begin(u *unit, r *leak.Row) {
	x := &w.row
	*x = row{table: u.table, open: true, arena: x.arena[:0], ids: x.ids[:0], asked: x.asked[:0], found: x.found[:0], event: x.event[:0], source: x.source[:0], referrer: x.referrer[:0]}
	w.rows++
	w.t.keepSample(u.table, r)
}

// cell takes one in.
func (w *worker) cell(t *table, number, named int, by *role, text []byte) {
	w.t.Cells++
	c := w.t.column(t, number, named)
	c.Cells++
	if isBlank(text) {
		c.Blank++
		return
	}
	if c.seen != w.rows {
		c.seen = w.rows
		c.Rows++
	}
	if number < named && t.detailed(number) {
		w.scratch = c.profile(text, w.scratch)
	}
	own := w.classify(c, by, text)
	w.row.classes |= own
	w.tell(by.tells, text)
	w.clues(c, by, text)
}

// classify is what a cell holds, by its column and by itself.
func (w *worker) classify(c *column, by *role, text []byte) (own classes) {
	if by.class != bitOf[exposure.Pseudonym] { // whether that is a user ID is known when its owner is
		own = by.class
	}
	for _, h := range w.eye.see(by, text) {
		if h.sure < detect.Likely {
			c.note(&c.Unsure, h)
			continue
		}
		c.note(&c.Rules, h)
		own |= classOfHit(h, *by)
	}
	if w.eye.cut {
		c.Cut++
	}
	for i := range allClasses {
		if own&(1<<i) != 0 {
			c.Classes[i]++
		}
	}
	return own
}

const (
	maxEvent = 100 // bytes of the name of an event, or of a source, that are kept
	maxClues = 64  // identifiers of a row that owners are looked for by
)

func (w *worker) tell(what tells, text []byte) {
	x := &w.row
	switch what {
	case tellsEvent:
		if len(x.event) == 0 {
			x.event = append(x.event, text[:min(len(text), maxEvent)]...)
		}
	case tellsSource:
		if len(x.source) == 0 {
			x.source = append(x.source, text[:min(len(text), maxEvent)]...)
		}
	case tellsReferrer:
		if len(x.referrer) == 0 {
			x.referrer = append(x.referrer, hostOf(text)...)
		}
	case tellsTime:
		if !x.timed {
			if x.time, x.timed = timeOf(text); x.timed {
				w.t.keepTime(x.time)
			}
		}
	}
}

// clues notes the identifiers of a cell.
func (w *worker) clues(c *column, by *role, text []byte) {
	w.t.keepPseudonym(text)
	mails := false
	for _, h := range w.eye.hits {
		if h.class == detect.Email && h.sure >= detect.Likely {
			w.clue(Mail, w.eye.mails[h.from:h.to], 0, c)
			mails = true
		}
	}
	switch {
	case !by.lookup, mails, len(text) > 1024:
	case by.kind == Anything:
		if isIdentifier(text) {
			w.clue(Anything, text, 0, c)
		}
	default:
		w.clue(by.kind, text, by.class, c)
	}
}

func (w *worker) clue(k Kind, value []byte, class classes, c *column) {
	x := &w.row
	if len(x.ids) == maxClues {
		return
	}
	from := len(x.arena)
	x.arena = append(x.arena, bytes.TrimSpace(value)...)
	x.ids = append(x.ids, clue{k, from, len(x.arena), class, c})
}

// end is behind the last cell of a row.
func (w *worker) end() {
	x := &w.row
	if !x.open {
		return
	}
	x.open = false
	for _, id := range x.ids {
		x.asked = append(x.asked, Identifier{id.kind, x.arena[id.from:id.to]})
	}
	if len(x.asked) > 0 {
		x.found = w.matcher.Match(x.asked, x.found)
	}
	w.ownedClasses()
	best := w.attribute()
	w.count(best)
}

// ownedClasses are those that an identifier has because its owner is known, or is not.
func (w *worker) ownedClasses() {
	x := &w.row
	for i := range x.ids {
		id := &x.ids[i]
		if id.class != bitOf[exposure.Pseudonym] && id.kind != Anything {
			continue
		}
		class := id.class
		for _, f := range x.found {
			if f.At == i && f.Tier <= exposure.Strong {
				class = classOfOwned(f)
			}
		}
		if class == 0 {
			continue
		}
		x.classes |= class
		for n := range allClasses {
			if class == 1<<n {
				id.column.Classes[n]++
			}
		}
	}
}

func classOfOwned(f Found) classes {
	switch {
	case f.Organised:
		return bitOf[exposure.Organised]
	case f.Pseudonym:
		return bitOf[exposure.Pseudonym]
	}
	return bitOf[exposure.UserID]
}

// attribute gives the row to whom it names: in tiers A and B to everybody, in a weaker one when there is nobody stronger.
func (w *worker) attribute() (best exposure.Tier) {
	x := &w.row
	best = exposure.Unmatched
	for _, f := range x.found {
		if !f.Organised {
			best = min(best, f.Tier)
		}
	}
	for i, f := range x.found {
		switch {
		case f.Organised:
			w.people.noteOrganisation(f.Organisation)
		case f.Tier == best || f.Tier <= exposure.Strong:
			x.ids[f.At].column.Owned++
			if !x.told(i) {
				w.people.note(f.Member, x.tierOf(f.Member), x.classes)
			}
		}
	}
	return best
}

// told tells whether the member of a finding was found before in this row.
func (x *row) told(i int) bool {
	for _, f := range x.found[:i] {
		if !f.Organised && f.Member == x.found[i].Member && (f.Tier <= exposure.Strong || f.Tier == x.tierOf(f.Member)) {
			return true
		}
	}
	return false
}

// tierOf is the strongest by which the row names a member.
func (x *row) tierOf(m exposure.MemberID) exposure.Tier {
	t := exposure.Unmatched
	for _, f := range x.found {
		if !f.Organised && f.Member == m {
			t = min(t, f.Tier)
		}
	}
	return t
}

func (w *worker) count(best exposure.Tier) {
	x := &w.row
	w.t.Rows[tierNumber(best)]++
	x.table.count(w.t)
	for i := range allClasses {
		if x.classes&(1<<i) != 0 {
			w.t.ClassRows[i]++
		}
	}
	if best >= exposure.Weak {
		w.unmatched(best)
	}
}

// unmatched groups a row that is nobody's.
func (w *worker) unmatched(best exposure.Tier) {
	x := &w.row
	if x.classes&identifying != 0 {
		w.t.Somebody++
	}
	w.scratch = appendGroupKey(w.scratch[:0], x.table.number, x.event, x.source, x.referrer, x.classes)
	g := w.t.Groups.at(w.scratch, rankOfGroup)
	if g == nil {
		return
	}
	if g.Rows == 0 {
		g.Table, g.Event, g.Source, g.Referrer, g.Carries = x.table.number, string(x.event), string(x.source), string(x.referrer), x.classes
		g.First, g.Last, g.Domains.Most = math.MaxInt64, math.MinInt64, 64
	}
	g.Rows++
	if best == exposure.Weak {
		g.Weak++
	}
	if x.timed {
		g.First, g.Last = min(g.First, x.time), max(g.Last, x.time)
	}
	w.identify(g)
}

// identify notes of a group whom its row may be about: the first identifier.
func (w *worker) identify(g *group) {
	x := &w.row
	for i, id := range x.ids {
		if id.kind == Called || id.kind == Town {
			continue
		}
		value := x.asked[i].Value
		if i == 0 || id.kind == Mail {
			g.People.add(hash(value))
		}
		if at := bytes.LastIndexByte(value, '@'); id.kind == Mail && at >= 0 {
			if n := g.Domains.at(bytes.ToLower(value[at+1:]), hash); n != nil {
				*n++
			}
		}
	}
}

// tierNumber counts tiers from 0.
func tierNumber(t exposure.Tier) int {
	switch t {
	case exposure.Certain:
		return 0
	case exposure.Strong:
		return 1
	case exposure.Probable:
		return 2
	case exposure.Weak:
		return 3
	}
	return 4
}

// rowKey names a row of the file.
func rowKey(to []byte, t *table, number int64) []byte {
	to = binary.AppendUvarint(to, uint64(t.number))
	return binary.AppendUvarint(to, uint64(number))
}
