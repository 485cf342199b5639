package question

// Counted says what stands in the place of people. Every kind of question about people has it.
type Counted struct {
	By string `json:"by,omitempty" doc:"Count groups instead of people: the property of events that names their group, for example company. An event belongs to each item of a list; without such a property it is nobody's."`
}

func (c Counted) countedBy() string { return c.By }

func (c Counted) validate(f *Faults) {
	if _, computed := Computed(c.By); computed {
		f.add("by", BadProperty, "groups are named by a property that events have, not by an expression")
	} else {
		validateProperty(f, "by", c.By)
	}
}

// CountedBy is the property whose groups a question counts instead of people; empty: people.
func CountedBy(q Question) string {
	switch q := q.(type) {
	case *People:
		return CountedBy(q.Of)
	case interface{ countedBy() string }:
		return q.countedBy()
	}
	return ""
}
