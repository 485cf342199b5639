package enrich

const (
	begin = 0x02 // of the searched text
	end   = 0x03
)

// automaton finds whether a text contains any of a set of texts, in one step for each byte (Aho and Corasick, 1975). Its
// table has a row for each state and a column for each byte that occurs in the set; column 0 is every other byte.
type automaton struct {
	column  [256]uint8
	columns int
	next    []uint16 // row*columns + column
	found   []bool   // by state; a state that has found something is left no more
}

// newAutomaton builds the table. The texts together are shorter than 65,536 bytes.
func newAutomaton(texts []string) *automaton {
	a := &automaton{columns: 1}
	for _, t := range texts {
		for i := range len(t) {
			if a.column[t[i]] == 0 {
				a.column[t[i]] = uint8(a.columns)
				a.columns++
			}
		}
	}
	a.addState()
	for _, t := range texts {
		a.addText(t)
	}
	a.close()
	return a
}

func (a *automaton) addState() uint16 {
	if len(a.found) == 1<<16 {
		panic("BUG: the list of crawlers has outgrown its automaton")
	}
	a.found = append(a.found, false)
	a.next = append(a.next, make([]uint16, a.columns)...)
	return uint16(len(a.found) - 1)
}

func (a *automaton) addText(t string) {
	state := uint16(0)
	for i := range len(t) {
		at := int(state)*a.columns + int(a.column[t[i]])
		if a.next[at] == 0 {
			added := a.addState()
			a.next[at] = added
		}
		state = a.next[at]
	}
	a.found[state] = true
}

// close fills in, breadth first, where to go when a text breaks off: to the longest end of what was read that begins
// another text.
func (a *automaton) close() {
	fall := make([]uint16, len(a.found))
	queue := []uint16{0}
	for len(queue) > 0 {
		state := queue[0]
		queue = queue[1:]
		for c := range a.columns {
			at, instead := int(state)*a.columns+c, a.next[int(fall[state])*a.columns+c]
			child := a.next[at]
			switch {
			case child == 0:
				a.next[at] = instead
			case state == 0:
				queue = append(queue, child)
			default:
				fall[child] = instead
				a.found[child] = a.found[child] || a.found[instead]
				queue = append(queue, child)
			}
		}
	}
}

// match tells whether any of the texts occurs in begin + s + end.
func (a *automaton) match(s string) bool {
	state := a.step(0, begin)
	for i := 0; i < len(s) && !a.found[state]; i++ {
		state = a.step(state, s[i])
	}
	return a.found[state] || a.found[a.step(state, end)]
}

func (a *automaton) step(state uint16, b byte) uint16 {
	return a.next[int(state)*a.columns+int(a.column[b])]
}
