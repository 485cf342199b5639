package scope

import (
	"bytes"
	"cmp"
	"encoding/gob"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"jejak/leak"
)

// State is a reading on its way: what Read goes on from. It holds values of the file; whoever keeps it seals it.
type State []byte

// ErrState: a kept state is not of this reading: another directory, other meanings, other rules, or damaged.
var ErrState = errors.New("the kept state is of another reading, or damaged; begin anew")

// total is everything that is known so far.
type total struct {
	Version   int
	Directory string
	Meanings  []Meaning
	Position  leak.Position
	Tables    []*table
	Members   []leak.Member
	Tally     *tally
	People    *people
}

// pass is the sink of one reading: it hands rows to workers.
type pass struct {
	o       Options
	from    leak.Position
	total   *total
	tables  map[place]*table
	columns int // of all tables
	workers []*worker
	next    int // worker
	open    bool
	kept    time.Time
	ending  sync.WaitGroup
}

var _ leak.Sink = (*pass)(nil)

func newPass(d Directory, kept State, o Options) (*pass, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	p := &pass{o: o, tables: map[place]*table{}, kept: o.Now()}
	p.total = &total{Version: Version, Directory: d.Hash(), Meanings: o.Meanings, Tally: newTally(), People: newPeople(d)}
	if kept != nil {
		if err := p.resume(kept, d); err != nil {
			return nil, err
		}
	}
	for range cmp.Or(o.Workers, runtime.GOMAXPROCS(0)) {
		p.start(d.Matcher())
	}
	return p, nil
}

// resume takes a kept state over.
func (p *pass) resume(kept State, d Directory) error {
	var t total
	if err := gob.NewDecoder(bytes.NewReader(kept)).Decode(&t); err != nil {
		return ErrState
	}
	fresh := p.total
	if t.Version != Version || t.Directory != d.Hash() || fmt.Sprint(t.Meanings) != fmt.Sprint(p.o.Meanings) || t.Tally == nil || t.Tally.Overflow == nil || t.People == nil ||
		len(t.People.Rows) != len(fresh.People.Rows) || len(t.People.Org) != len(fresh.People.Org) {
		return ErrState
	}
	t.Tally.restore()
	p.total, p.from = &t, t.Position
	for i, x := range t.Tables {
		x.number = i
		p.columns += len(x.Columns)
		p.tables[x.Place] = x
		x.assign(0, p.o.Meanings)
	}
	return nil
}

const inFlight = 4 // units for each worker

func (p *pass) start(m Matcher) {
	w := &worker{in: make(chan *unit, inFlight), free: make(chan *unit, inFlight), people: p.total.People, matcher: m, t: newTally()}
	for range inFlight {
		w.free <- &unit{}
	}
	p.workers = append(p.workers, w)
	p.ending.Go(w.run)
}

// Limits of what is kept of the shape of a file. Cells behind them are read like all others, and told together.
const (
	maxTables  = 20_000
	maxColumns = 300_000
)

// Table implements leak.Sink.
func (p *pass) Table(t leak.Table) error {
	x := p.table(t)
	if x.Place == others {
		return nil
	}
	if t.First > x.Announced {
		return fmt.Errorf("cannot scope a table: columns are missing before number %d", t.First)
	}
	from := len(x.Columns)
	x.Announced = max(x.Announced, t.First+len(t.Columns))
	if t.First > from || t.First+len(t.Columns) <= from || p.columns+x.Announced-from > maxColumns {
		return nil // told again after resuming, or too many
	}
	x.Columns = append(x.Columns, t.Columns[from-t.First:]...)
	p.columns += len(x.Columns) - from
	x.assign(from, p.o.Meanings)
	return nil
}

// others is the place of all tables above maxTables: no member is called so.
var others = place{Member: "others"}

// table finds one, or begins it.
func (p *pass) table(t leak.Table) *table {
	at := place{t.Member, t.ID}
	if x := p.tables[at]; x != nil {
		return x
	}
	if len(p.total.Tables) >= maxTables {
		at, t.Name = others, ""
		if x := p.tables[others]; x != nil {
			return x
		}
	}
	x := &table{Place: at, Name: t.Name, number: len(p.total.Tables), First: p.columns}
	p.tables[at] = x
	p.total.Tables = append(p.total.Tables, x)
	return x
}

// assign gives the columns from a number on their roles.
func (t *table) assign(from int, meanings []Meaning) {
	for _, c := range t.Columns[from:] {
		t.roles = append(t.roles, roleOf(t.Name, c, t.Columns, meanings))
	}
}

// Rows implements leak.Sink.
func (p *pass) Rows(b *leak.Batch) error {
	t := p.tables[place{b.Member, b.Table}]
	if t == nil {
		t = p.tables[others]
	}
	if t == nil {
		return errors.New("cannot scope rows: their table was not announced")
	}
	if !p.open {
		p.next = (p.next + 1) % len(p.workers)
	}
	p.open = b.Open
	w := p.workers[p.next]
	u := <-w.free
	u.body = append(u.body[:0], b.Body()...)
	if err := u.batch.Load(b.Member, b.Table, b.First, b.Count, u.body); err != nil {
		return err
	}
	u.batch.Open, u.table, u.roles = b.Open, t, t.roles
	w.in <- u
	if b.Open || p.o.Keep == nil || p.o.Now().Sub(p.kept) < p.o.Every {
		return nil
	}
	return p.keep(b.Position())
}

// Member implements leak.Sink.
func (p *pass) Member(m leak.Member) error {
	p.open = false
	p.total.Members = append(p.total.Members, m)
	return nil
}

// gather waits for the workers and adds up what they have. ErrBroken.
func (p *pass) gather() (err error) {
	done := make(chan *tally)
	for _, w := range p.workers {
		w.in <- &unit{done: done}
		p.total.Tally.merge(<-done)
		err = errors.Join(err, w.broken)
	}
	return err
}

// keep hands a state out.
func (p *pass) keep(at leak.Position) error {
	if err := p.gather(); err != nil {
		return err
	}
	p.total.Position = at
	text, err := p.total.encode()
	if err != nil {
		return err
	}
	if err := p.o.Keep(text); err != nil {
		return err
	}
	p.kept = p.o.Now()
	return nil
}

func (t *total) encode() (State, error) {
	t.Tally.fill()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(t); err != nil {
		return nil, fmt.Errorf("cannot write the state of a scope: %w", err)
	}
	return b.Bytes(), nil
}

// stop ends the workers after their last rows. ErrBroken.
func (p *pass) stop() error {
	err := p.gather()
	for _, w := range p.workers {
		close(w.in)
	}
	p.ending.Wait()
	return err
}
