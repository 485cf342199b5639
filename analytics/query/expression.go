package query

import (
	"fmt"
	"math"
	"slices"
	"time"

	"jejak/event"
	"jejak/question/where"
)

// evaluation is an expression at work on one event after the other. Each worker has its own.
type evaluation struct {
	zone  *time.Location
	now   time.Time // of the question
	known *known

	root      step
	inputs    []term // the event's properties, then facts, as the expression names them
	variables []term
	time      event.Millis
	name      string
	work      int // done for the event so far
	stopped   func() bool
}

// step computes a part of an expression for the event.
type step func(*evaluation) term

func newEvaluation(e *where.Expression, x setting) *evaluation {
	r := &evaluation{zone: x.zone, now: x.now, known: x.known, inputs: make([]term, len(e.Properties)+len(factsOf(e))), variables: make([]term, e.Slots)}
	r.root = (&expressionCompiler{r, e}).compile(e.Root)
	return r
}

// value is that of the expression for the event that was set; not set when it takes too much work.
func (r *evaluation) value() term {
	r.work = 0
	v := r.root(r)
	if r.work > where.MaxWork {
		return term{}
	}
	return v
}

// spend counts work and tells whether more may be done.
func (r *evaluation) spend(n int) bool {
	r.work += n
	return r.work <= where.MaxWork
}

// expressionCompiler turns nodes into steps. What does not depend on the event is computed at once.
type expressionCompiler struct {
	*evaluation
	whole *where.Expression
}

func (c *expressionCompiler) compile(n *where.Node) step {
	inner := c.inner(n)
	s := func(r *evaluation) term {
		if r.work > where.MaxWork {
			return term{}
		}
		v := inner(r)
		r.work += 1 + v.size
		return v
	}
	if !isConstant(n) {
		return s
	}
	c.work = 0
	v := s(c.evaluation)
	work := c.work
	return func(r *evaluation) term {
		r.work += work
		return v
	}
}

func isConstant(n *where.Node) bool {
	switch n.Op {
	case where.Property, where.EventField, where.User, where.Cohort, where.Group, where.Variable:
		return false
	}
	for _, a := range n.Args {
		if !isConstant(a) {
			return false
		}
	}
	return true
}

func (c *expressionCompiler) compileEach(nodes []*where.Node) (out []step) {
	for _, n := range nodes {
		out = append(out, c.compile(n))
	}
	return out
}

// inner is a node without the account of its work.
func (c *expressionCompiler) inner(n *where.Node) step {
	args := c.compileEach(n.Args)
	switch n.Op {
	case where.Nothing, where.True, where.False, where.Text, where.Number:
		v := literalTerm(n)
		return func(*evaluation) term { return v }
	case where.Property:
		return c.readProperty(n.Text)
	case where.User, where.Cohort:
		return c.readFact(n)
	case where.Lookup:
		return c.inLookup(n, args[0])
	case where.Group:
		return ofGroup(args[0], c.known.groups[where.GroupProperty{Key: n.Field, Name: n.Text}])
	case where.EventField:
		return readField(n.Text)
	case where.Variable:
		slot := n.Slot
		return func(r *evaluation) term { return r.variables[slot] }
	case where.List:
		return makeList(args)
	case where.Or, where.And, where.If, where.Ifs, where.Let:
		return choice(n, args)
	case where.Any, where.All, where.Filter, where.Map:
		return overList(n, args)
	case where.RegexMatch, where.RegexExtract, where.RegexReplace:
		return regexStep(n, args)
	case where.DateDif:
		unit := n.Text
		return binary(args, func(r *evaluation, a, b term) term { return r.dateDif(a, b, unit) })
	case where.Today:
		return func(r *evaluation) term { return r.today() }
	}
	if f, known := unaries[n.Op]; known {
		arg := args[0]
		return func(r *evaluation) term { return f(r, arg(r)) }
	}
	if f, known := binaries[n.Op]; known {
		return binary(args, f)
	}
	if f, known := others[n.Op]; known {
		return gathered(args, f)
	}
	panic(fmt.Sprintf("BUG: nothing computes operation %d", n.Op))
}

func binary(args []step, f func(r *evaluation, a, b term) term) step {
	left, right := args[0], args[1]
	return func(r *evaluation) term {
		a := left(r)
		return f(r, a, right(r))
	}
}

// gathered evaluates all arguments first; the last ones may be absent.
func gathered(args []step, f func(r *evaluation, args []term) term) step {
	return func(r *evaluation) term {
		var values [3]term
		for i, arg := range args {
			values[i] = arg(r)
		}
		return f(r, values[:len(args)])
	}
}

func literalTerm(n *where.Node) term {
	switch n.Op {
	case where.True, where.False:
		return booleanTerm(n.Op == where.True)
	case where.Text:
		return textTerm(n.Text)
	case where.Number:
		return numberTerm(n.Number)
	}
	return term{}
}

func (c *expressionCompiler) readProperty(name string) step {
	for i, p := range c.whole.Properties {
		if p == name {
			return func(r *evaluation) term { return r.inputs[i] }
		}
	}
	panic("BUG: an expression does not know its property")
}

func (c *expressionCompiler) readFact(n *where.Node) step {
	f, _ := factOf(n)
	i := len(c.whole.Properties) + slices.Index(factsOf(c.whole), f)
	return func(r *evaluation) term { return r.inputs[i] }
}

func readField(name string) step {
	if name == "$time" {
		return func(r *evaluation) term { return dateTerm(float64(r.time)) }
	}
	return func(r *evaluation) term { return textTerm(r.name) }
}

func makeList(args []step) step {
	return func(r *evaluation) term {
		items := make([]term, len(args))
		for i, arg := range args {
			items[i] = arg(r)
		}
		return listTerm(items, "")
	}
}

// choice is what does not evaluate all its arguments.
func choice(n *where.Node, args []step) step {
	switch n.Op {
	case where.And, where.Or:
		return connective(args[0], args[1], n.Op == where.Or)
	case where.If:
		return func(r *evaluation) term {
			if args[0](r).isTrue() {
				return args[1](r)
			}
			return args[2](r)
		}
	case where.Ifs:
		return func(r *evaluation) term {
			for i := 0; i < len(args); i += 2 {
				if args[i](r).isTrue() {
					return args[i+1](r)
				}
			}
			return term{}
		}
	}
	slots := n.Slots
	return func(r *evaluation) term {
		for i, slot := range slots {
			r.variables[slot] = args[i](r)
		}
		return args[len(slots)](r)
	}
}

// connective is or when decided is true, and when it is false: the right side is looked at where the left does not decide.
func connective(left, right step, decided bool) step {
	return func(r *evaluation) term {
		for _, side := range [2]step{left, right} {
			v := side(r)
			if v.kind != event.Boolean && v.kind != event.None {
				return term{}
			}
			if v.isTrue() == decided {
				return booleanTerm(decided)
			}
		}
		return booleanTerm(!decided)
	}
}

// overList evaluates its second argument for each item of its first.
func overList(n *where.Node, args []step) step {
	list, body, slot, op := args[0], args[1], n.Slots[0], n.Op
	return func(r *evaluation) term {
		l := list(r)
		if l.kind != event.List {
			return term{}
		}
		var kept []term
		for _, item := range l.list.items {
			if !r.goesOn() {
				return term{}
			}
			r.variables[slot] = item
			v := body(r)
			switch {
			case op == where.Any && v.isTrue(), op == where.All && !v.isTrue():
				return booleanTerm(op == where.Any)
			case op == where.Map:
				kept = append(kept, v)
			case op == where.Filter && v.isTrue():
				kept = append(kept, item)
			}
		}
		if op == where.Any || op == where.All {
			return booleanTerm(op == where.All)
		}
		return listTerm(kept, "")
	}
}

// goesOn tells whether there is work left for the event, and time for the question.
func (r *evaluation) goesOn() bool {
	if r.stopped != nil && r.stopped() {
		r.work = math.MaxInt32 // what comes of it is thrown away
	}
	return r.work <= where.MaxWork
}
