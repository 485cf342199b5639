package query

import (
	"encoding/json"
	"reflect"
	"slices"

	"jejak/event"
	"jejak/question"
)

// flowCell is the cell of a flow whose people are wanted, and their crowd.
type flowCell struct {
	*crowd
	*flowGraph
	slots   [][]int // of sets
	slot    int     // -1: the whole
	place   flowPlace
	dropOff bool
}

// wanted is the cell whose people are wanted.
func (f *flow) wanted(graphs []*flowGraph) (*flowCell, error) {
	cell := f.o.crowd.cell.(*question.FlowCell)
	x := &flowCell{crowd: f.o.crowd, slots: f.slotsOfSets(), slot: -1, dropOff: cell.DropOff}
	if f.ranking != nil {
		var err error
		if x.slot, err = f.ranking.slotNamed(question.Spot{Segment: cell.Segment, Other: cell.Other}); err != nil {
			return nil, err
		}
	}
	if x.slot+1 >= len(graphs) {
		return nil, notInAnswer("other", "segment")
	}
	x.flowGraph = graphs[x.slot+1]
	nodes := x.steps[cell.Step]
	x.place = flowPlace{cell.Step, f.NodesOrDefault()}
	if !cell.Rest {
		x.place.node = slices.IndexFunc(nodes[:min(len(nodes), f.NodesOrDefault())], func(n flowCount) bool {
			return isNode(x.values(x.node(n.spot)), cell.Node)
		})
	}
	if x.place.node < 0 || x.place.node >= len(nodes) {
		return nil, notInAnswer("node", "node")
	}
	return x, nil
}

// note adds a person whose path goes through the cell.
func (x *flowCell) note(a event.Actor, set uint32, path []uint32, dropOff bool) {
	if x.slot >= 0 && !slices.Contains(x.slots[set], x.slot) || x.dropOff && !dropOff {
		return
	}
	for i, spot := range path {
		if x.placeOf(spot) == x.place && (!x.dropOff || i == len(path)-1) {
			x.crowd.add(a)
		}
	}
}

// isNode compares a node with what stands for it in answers, read as JSON.
func isNode(values, given []any) bool {
	text, err := json.Marshal(values)
	var read []any
	if err != nil || json.Unmarshal(text, &read) != nil {
		return false
	}
	return len(read) == len(given) && (len(read) == 0 || reflect.DeepEqual(read, given))
}
