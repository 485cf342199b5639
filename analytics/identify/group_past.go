package identify

import (
	"slices"
	"strings"
	"sync"

	"jejak/analytics/store"
	"jejak/event"
)

// Over is a snapshot of events in which groups are tokens also where events came before the project listed their key: so a key
// holds for the past, too, and no answer has one group twice. It wraps a snapshot of the store itself.
func (g *Groups) Over(p event.ProjectID, snap store.Snapshot) (store.Snapshot, error) {
	keys := g.keys(p)
	if len(keys) == 0 {
		return snap, nil
	}
	if _, err := g.inner.people(p); err != nil { // the vault is ready then
		return nil, err
	}
	return &groupSnapshot{Snapshot: snap, groups: g, project: p, keys: keys, words: map[any]*groupWords{}, clean: map[any]bool{}}, nil
}

type groupSnapshot struct {
	store.Snapshot
	groups  *Groups
	project event.ProjectID
	keys    []string

	mu    sync.Mutex
	words map[any]*groupWords // by the identity of the dictionary
	clean map[any]bool
}

// Sections implements store.Snapshot.
func (s *groupSnapshot) Sections(sel store.Selection) []store.Section {
	out := s.Snapshot.Sections(sel)
	for i, inner := range out {
		out[i] = &groupSection{Section: inner, snapshot: s}
	}
	return out
}

type groupSection struct {
	store.Section
	snapshot *groupSnapshot

	mu      sync.Mutex
	columns map[string]store.Column
}

// Column implements store.Section.
func (s *groupSection) Column(property string) store.Column {
	c := s.Section.Column(property)
	if c == nil || !slices.Contains(s.snapshot.keys, property) {
		return c
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.columns[property]; known != nil {
		return known
	}
	if s.columns == nil {
		s.columns = map[string]store.Column{}
	}
	s.columns[property] = s.snapshot.column(property, c, s.Rows())
	return s.columns[property]
}

// column is c with tokens; c itself when it has no other values.
func (s *groupSnapshot) column(key string, c store.Column, rows int) store.Column {
	if !c.HasNumbers() && s.isClean(key, c.Dictionary()) {
		return c
	}
	w := s.wordsOf(key, c.Dictionary())
	if c.HasNumbers() {
		w = w.clone()
		s.addNumbers(w, key, c, rows)
	}
	return &groupColumn{c, w}
}

// isClean tells whether all values are as they would be, had they come today.
func (s *groupSnapshot) isClean(key string, d store.Dictionary) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	clean, known := s.clean[d.Identity()]
	if !known {
		clean = true
		d.Values(1, uint32(d.Len()+1), func(_ uint32, v event.Value) {
			for _, id := range appendGroupIDs(nil, key, v) {
				_, isToken := headOf(id)
				clean = clean && isToken
			}
		})
		s.clean[d.Identity()] = clean
	}
	return clean
}

func (s *groupSnapshot) wordsOf(key string, d store.Dictionary) *groupWords {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.words[d.Identity()]; known != nil {
		return known
	}
	w := &groupWords{values: []event.Value{{}}, codes: map[event.Value]uint32{}, recode: []uint32{0}}
	d.Values(1, uint32(d.Len()+1), func(_ uint32, v event.Value) {
		v.Text = strings.Clone(v.Text)
		w.recode = append(w.recode, w.add(s.tokenFor(key, v)))
	})
	s.words[d.Identity()] = w
	return w
}

// tokenFor is a value under a key as it would be, had it come today. Tokens stay as they are.
func (s *groupSnapshot) tokenFor(key string, v event.Value) event.Value {
	ids := appendGroupIDs(nil, key, v)
	if len(ids) == 0 {
		return v
	}
	groups := make([]event.Group, len(ids))
	for i, id := range ids {
		if _, isToken := headOf(id); isToken {
			groups[i].Token = id.ID
		} else {
			groups[i].Token = tokenOf(key, s.groups.inner.vault.Blind(s.project, group.field(), groupValue(id)))
		}
	}
	v, _ = withTokens(v, groups)
	return v
}

// addNumbers adds the tokens of numbers in the column.
func (s *groupSnapshot) addNumbers(w *groupWords, key string, c store.Column, rows int) {
	const step = 4096
	var codes []uint32
	var numbers []float64
	w.numbers = map[float64]uint32{}
	for lo := 0; lo < rows; lo += step {
		hi := min(lo+step, rows)
		codes, numbers = c.Codes(lo, hi, codes), c.Numbers(lo, hi, numbers)
		for i, code := range codes {
			if _, known := w.numbers[numbers[i]]; code == store.NumberCode && !known {
				w.numbers[numbers[i]] = w.add(s.tokenFor(key, event.NumberOf(numbers[i])))
			}
		}
	}
}

// groupWords is a dictionary with tokens.
type groupWords struct {
	values  []event.Value // by code; 0 is none
	codes   map[event.Value]uint32
	recode  []uint32           // by the code of the inner dictionary
	numbers map[float64]uint32 // the codes of numbers
}

func (w *groupWords) clone() *groupWords {
	out := &groupWords{values: slices.Clone(w.values), codes: make(map[event.Value]uint32, len(w.codes)), recode: w.recode}
	for v, code := range w.codes {
		out.codes[v] = code
	}
	return out
}

func (w *groupWords) add(v event.Value) uint32 {
	code := w.codes[v]
	if code == 0 {
		code = uint32(len(w.values))
		w.codes[v], w.values = code, append(w.values, v)
	}
	return code
}

// Identity implements store.Dictionary.
func (w *groupWords) Identity() any { return w }

// Len implements store.Dictionary.
func (w *groupWords) Len() int { return len(w.values) - 1 }

// Value implements store.Dictionary.
func (w *groupWords) Value(code uint32) event.Value { return w.values[code] }

// Values implements store.Dictionary.
func (w *groupWords) Values(from, to uint32, f func(code uint32, v event.Value)) {
	for code := from; code < to; code++ {
		f(code, w.values[code])
	}
}

// Code implements store.Dictionary.
func (w *groupWords) Code(v event.Value) uint32 { return w.codes[v] }

// groupColumn is a column whose dictionary has tokens.
type groupColumn struct {
	inner store.Column
	words *groupWords
}

// Codes implements store.Column.
func (c *groupColumn) Codes(lo, hi int, dst []uint32) []uint32 {
	dst = c.inner.Codes(lo, hi, dst)
	var numbers []float64
	if c.words.numbers != nil {
		numbers = c.inner.Numbers(lo, hi, nil)
	}
	for i, code := range dst {
		if code == store.NumberCode {
			dst[i] = c.words.numbers[numbers[i]]
		} else {
			dst[i] = c.words.recode[code]
		}
	}
	return dst
}

// Numbers implements store.Column.
func (c *groupColumn) Numbers(lo, hi int, dst []float64) []float64 {
	dst = slices.Grow(dst[:0], hi-lo)[:hi-lo]
	clear(dst)
	return dst
}

// HasNumbers implements store.Column.
func (c *groupColumn) HasNumbers() bool { return false }

// HasOthers implements store.Column.
func (c *groupColumn) HasOthers() bool { return true }

// Dictionary implements store.Column.
func (c *groupColumn) Dictionary() store.Dictionary { return c.words }
