package question

import (
	"fmt"
	"slices"
	"time"
)

// Flow asks which ways people take from, to and between events. docs/semantics.md, section 10, defines each part.
type Flow struct {
	Kind string `json:"kind" enum:"flow" doc:"Always flow."`
	Counted
	Range       Range        `json:"range" doc:"The time asked about; paths lie in it."`
	Anchors     []Anchor     `json:"anchors" minItems:"1" maxItems:"10" nullable:"false" doc:"The events that a path goes through, in this order; it may end before it has reached all."`
	Counting    Counting     `json:"counting,omitempty" enum:"unique,total,session" doc:"unique (when absent): the first path of each person. total: every path. session: the first path in each session."`
	Window      int          `json:"window,omitempty" minimum:"0" maximum:"31622400" doc:"Seconds that a path may last from its first anchor on; 0 or absent means 30 days. Not with sessions."`
	Sessions    *Sessions    `json:"sessions,omitempty" doc:"How events are cut into sessions, when they are counted."`
	Hidden      []string     `json:"hidden,omitempty" maxItems:"100" nullable:"false" doc:"Names of events that are not looked at."`
	Collapse    bool         `json:"collapse,omitempty" doc:"Events that repeat the one before are left out."`
	Expand      []FlowExpand `json:"expand,omitempty" maxItems:"10" nullable:"false" doc:"Events that have a node for each value of a property."`
	Nodes       int          `json:"nodes,omitempty" minimum:"0" maximum:"50" doc:"Nodes to keep at each step; 0 or absent means 3. The rest is one node other."`
	Paths       int          `json:"paths,omitempty" minimum:"0" maximum:"50" doc:"How many of the most frequent paths to list."`
	Filter      *Filter      `json:"filter,omitempty" doc:"Only events that pass are looked at."`
	Breakdown   []Breakdown  `json:"breakdown,omitempty" maxItems:"3" nullable:"false" doc:"A flow of its own for each value that the first anchor's event has."`
	Top         int          `json:"top,omitempty" minimum:"0" maximum:"1000" doc:"Segments to keep; 0 or absent means 10. The rest is one segment other."`
	IncludeBots bool         `json:"include_bots,omitempty" doc:"Look at the traffic of machines too."`
}

// Anchor is an event that paths go through.
type Anchor struct {
	Selector
	Before int `json:"before,omitempty" minimum:"0" maximum:"10" doc:"How many steps to show that lead to it."`
	After  int `json:"after,omitempty" minimum:"0" maximum:"10" doc:"How many steps to show that follow."`
}

// FlowExpand says that an event has a node for each value of a property.
type FlowExpand struct {
	Event    string `json:"event"`
	Property string `json:"property"`
}

// Counting says what is counted once.
type Counting string

// The ways of counting.
const (
	CountUnique  Counting = "unique"
	CountTotal   Counting = "total"
	CountSession Counting = "session"
)

// Limits of Flow.
const (
	MaxAnchors        = 10
	MaxFlowSteps      = 10 // before and after an anchor
	MaxFlowNodes      = 50
	DefaultFlowNodes  = 3
	MaxFlowPaths      = 50
	MaxExpand         = 10
	MaxFlowWindow     = 366 * 24 * 3600 // seconds
	DefaultFlowWindow = 30 * 24 * 3600
)

// The codes of faults of Flow.
const (
	AnchorsRequired = "anchors_required"
	TooManyAnchors  = "too_many_anchors"
	BadSteps        = "bad_steps"
	BadCounting     = "bad_counting"
	BadWindow       = "bad_window"
	WindowUnused    = "window_unused"
	SessionsUnused  = "sessions_unused"
	BadNodes        = "bad_nodes"
	BadPaths        = "bad_paths"
	BadExpand       = "bad_expand"
)

// FlowAnswer is the answer to a Flow. With a breakdown the whole comes first, then the segments shown, best first, then
// other when there is a rest.
type FlowAnswer struct {
	Kind     string        `json:"kind" enum:"flow"`
	Range    AnswerRange   `json:"range"`
	Flows    []FlowGraph   `json:"flows" nullable:"false"`
	Segments *SegmentCount `json:"segments,omitempty" doc:"With a breakdown."`
	Explain  Explain       `json:"explain"`
}

// Cost implements Answer.
func (a *FlowAnswer) Cost() *Explain { return &a.Explain }

// FlowGraph is the paths of the whole, a segment or other.
type FlowGraph struct {
	Segment []any      `json:"segment" nullable:"false" doc:"One value per breakdown property. Empty for the whole and for other."`
	Other   bool       `json:"other,omitempty" doc:"The segments that are not shown, counted together."`
	Paths   int64      `json:"paths" doc:"How many paths there are."`
	Steps   []FlowStep `json:"steps" nullable:"false" doc:"The same in each flow."`
	Top     []FlowPath `json:"top,omitempty" nullable:"false" doc:"The most frequent paths."`
}

// FlowStep is a position on paths: an anchor, or a place before or after one.
type FlowStep struct {
	Anchor int        `json:"anchor" doc:"Which anchor, counted from 0."`
	Offset int        `json:"offset" doc:"0 is the anchor, -1 the step before it, 1 the step after."`
	Nodes  []FlowNode `json:"nodes" nullable:"false" doc:"Most frequent first, then other when there is a rest."`
}

// FlowNode is what paths have at a step.
type FlowNode struct {
	Node    []any      `json:"node" nullable:"false" doc:"The name of the event and, when it is expanded, the value. Empty for an anchor and for other."`
	Other   bool       `json:"other,omitempty" doc:"The nodes that are not shown, counted together."`
	Count   int64      `json:"count" doc:"How many paths go through it."`
	DropOff int64      `json:"drop_off" doc:"How many end here although more steps are asked about."`
	Links   []FlowLink `json:"links" nullable:"false" doc:"Where the others go on."`
}

// FlowLink leads to a node of a later step.
type FlowLink struct {
	Step  int   `json:"step" doc:"Its place in steps."`
	Node  int   `json:"node" doc:"Its place in that step's nodes."`
	Count int64 `json:"count" doc:"How many paths take it."`
}

// FlowPath is one way and how many took it.
type FlowPath struct {
	Steps   []FlowPathStep `json:"steps" nullable:"false"`
	DropOff bool           `json:"drop_off,omitempty" doc:"The path ends although more steps are asked about."`
	Count   int64          `json:"count"`
}

// FlowPathStep is a step of a path.
type FlowPathStep struct {
	Step int   `json:"step" doc:"Its place in steps."`
	Node []any `json:"node" nullable:"false" doc:"As in FlowNode; empty for an anchor."`
}

// KindOf implements Question.
func (q *Flow) KindOf() string { return "flow" }

// TopOrDefault is how many segments the answer keeps.
func (q *Flow) TopOrDefault() int { return topOrDefault(q.Top) }

// NodesOrDefault is how many nodes each step keeps.
func (q *Flow) NodesOrDefault() int {
	if q.Nodes == 0 {
		return DefaultFlowNodes
	}
	return q.Nodes
}

// CountingOrDefault is what is counted once.
func (q *Flow) CountingOrDefault() Counting {
	if q.Counting == "" {
		return CountUnique
	}
	return q.Counting
}

// WindowOrDefault is how long a path may last.
func (q *Flow) WindowOrDefault() time.Duration {
	if q.Window == 0 {
		return DefaultFlowWindow * time.Second
	}
	return time.Duration(q.Window) * time.Second
}

// Validate implements Question.
func (q *Flow) Validate() Faults {
	var f Faults
	if q.Kind != "flow" {
		f.add("kind", UnknownKind, "the kind of a flow is flow")
	}
	q.Range.validate(&f)
	q.Counted.validate(&f)
	var in scope
	q.Filter.validate(&f, "filter", 1, &in.conditions)
	q.validateAnchors(&f, &in)
	q.validateCounting(&f, &in)
	in.check(&f)
	validateNames(&f, "hidden", q.Hidden)
	q.validateExpand(&f)
	validateBreakdown(&f, q.Breakdown, q.Top)
	refuseBuckets(&f, q.Breakdown)
	q.validateSize(&f)
	return f
}

func (q *Flow) validateAnchors(f *Faults, in *scope) {
	switch {
	case len(q.Anchors) == 0:
		f.add("anchors", AnchorsRequired, "at least one anchor is required")
		return
	case len(q.Anchors) > MaxAnchors:
		f.add("anchors", TooManyAnchors, "a flow has at most %d anchors", MaxAnchors)
		return
	}
	for i := range q.Anchors {
		a, at := &q.Anchors[i], fmt.Sprintf("anchors[%d]", i)
		a.Selector.validate(f, at, 1, in)
		if a.Before < 0 || a.Before > MaxFlowSteps || a.After < 0 || a.After > MaxFlowSteps {
			f.add(at, BadSteps, "before and after are 0 to %d", MaxFlowSteps)
		}
	}
}

func (q *Flow) validateCounting(f *Faults, in *scope) {
	counting := q.CountingOrDefault()
	switch counting {
	case CountUnique, CountTotal, CountSession:
	default:
		f.add("counting", BadCounting, "counting is unique, total or session")
		return
	}
	if q.Window < 0 || q.Window > MaxFlowWindow {
		f.add("window", BadWindow, "a window is 1 to %d seconds", MaxFlowWindow)
	}
	if q.Window != 0 && counting == CountSession {
		f.add("window", WindowUnused, "a path in a session ends with the session")
	}
	if q.Sessions != nil && counting != CountSession {
		f.add("sessions", SessionsUnused, "no sessions are counted")
	}
	q.Sessions.validate(f, "sessions", in)
}

func (q *Flow) validateExpand(f *Faults) {
	if len(q.Expand) > MaxExpand {
		f.add("expand", BadExpand, "at most %d events are expanded", MaxExpand)
		return
	}
	for i, x := range q.Expand {
		at := fmt.Sprintf("expand[%d]", i)
		switch {
		case x.Event == "" || len(x.Event) > MaxPropertyBytes:
			f.add(at+".event", BadName, "a name has 1 to %d bytes", MaxPropertyBytes)
		case slices.ContainsFunc(q.Expand[:i], func(y FlowExpand) bool { return x.Event == y.Event }):
			f.add(at+".event", BadExpand, "an event is expanded by one property")
		case x.Property == "":
			f.add(at+".property", PropertyRequired, "an event is expanded by a property")
		}
		validateProperty(f, at+".property", x.Property)
	}
}

func (q *Flow) validateSize(f *Faults) {
	if q.Nodes < 0 || q.Nodes > MaxFlowNodes {
		f.add("nodes", BadNodes, "nodes is 1 to %d", MaxFlowNodes)
		return
	}
	if q.Paths < 0 || q.Paths > MaxFlowPaths {
		f.add("paths", BadPaths, "paths is 0 to %d", MaxFlowPaths)
		return
	}
	flows, steps := 1, 0
	if len(q.Breakdown) > 0 {
		flows = q.TopOrDefault() + 2
	}
	for _, a := range q.Anchors {
		steps += a.Before + 1 + a.After
	}
	if nodes := q.NodesOrDefault() + 1; len(*f) == 0 && flows*steps*(nodes*nodes+q.Paths) > MaxPoints {
		f.add("", TooManyPoints, "the answer may be too large: take fewer segments, steps or nodes")
	}
}

// FlowCell is the people whose paths go through a node, or end there.
type FlowCell struct {
	Segment []any `json:"segment,omitempty" nullable:"false" doc:"A segment that the answer shows, as it stands there. Absent or empty: the whole."`
	Other   bool  `json:"other,omitempty" doc:"The segments that the answer does not show."`
	Step    int   `json:"step" minimum:"0" doc:"The place of the step."`
	Node    []any `json:"node,omitempty" nullable:"false" doc:"A node of the step, as the answer writes it; absent or empty for an anchor."`
	Rest    bool  `json:"rest,omitempty" doc:"The nodes that the step does not show."`
	DropOff bool  `json:"drop_off,omitempty" doc:"Only paths that end there although more steps are asked about."`
}

func (c *FlowCell) validate(of Question, f *Faults) {
	q := of.(*Flow)
	spot := Spot{Segment: c.Segment, Other: c.Other}
	spot.validate(f, len(q.Breakdown))
	steps := 0
	for _, a := range q.Anchors {
		steps += a.Before + 1 + a.After
	}
	if c.Step < 0 || c.Step >= steps {
		f.add("cell.step", BadCell, "the answer has %d steps, counted from 0", steps)
	}
	if c.Rest && len(c.Node) > 0 {
		f.add("cell.rest", BadCell, "a cell has a node or the rest, not both")
	}
}
