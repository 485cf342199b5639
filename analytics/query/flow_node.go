package query

import (
	"strings"
	"sync"
)

// flowSpots numbers the nodes at steps from 0. Many goroutines use it at once.
type flowSpots struct {
	mutex sync.Mutex
	ids   map[flowSpot]uint32
	list  []flowSpot
	meter *meter
}

type flowSpot struct {
	step int
	node flowNode
}

const spotBytes = 160 // about

func newFlowSpots(m *meter) *flowSpots { return &flowSpots{ids: map[flowSpot]uint32{}, meter: m} }

// id is the number of a spot; any number once the memory is used up.
func (f *flowSpots) id(s flowSpot) uint32 {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if id, known := f.ids[s]; known {
		return id
	}
	if !f.meter.take(spotBytes) {
		return 0
	}
	id := uint32(len(f.list))
	f.ids[s] = id
	f.list = append(f.list, s)
	return id
}

// nodeFinder numbers the nodes of one worker: 0 is that of an anchor.
type nodeFinder struct {
	*flow
	nodes  []flowNode
	kinds  []stopKind // by markSet
	items  [][]uint32 // by place in expand, by item: the node plus one
	spotOf [][]uint32 // by step, by node: the spot plus one
}

// stopKind is what all events of a markSet have in common.
type stopKind struct {
	visible bool
	means   uint16 // a bit for each anchor that means them
	expand  int    // their place in expand; -1: they are not expanded
	node    uint32 // when they are not
}

func newNodeFinder(f *flow) *nodeFinder {
	return &nodeFinder{flow: f, nodes: []flowNode{{anchor: true}}, items: make([][]uint32, len(f.expand)), spotOf: make([][]uint32, len(f.steps))}
}

func (n *nodeFinder) kind(t *trail, m markSet) stopKind {
	for int(m) >= len(n.kinds) {
		n.kinds = append(n.kinds, n.learn(t.markSets, markSet(len(n.kinds))))
	}
	return n.kinds[m]
}

func (n *nodeFinder) learn(sets *markSets, m markSet) stopKind {
	x := stopKind{visible: sets.in(m, n.visible), expand: -1}
	for i, group := range n.anchors {
		if sets.in(m, group) {
			x.means |= 1 << i
		}
	}
	name := sets.name(m)
	for i, e := range n.expand {
		if e.name == name {
			x.expand = i
			return x
		}
	}
	for i, node := range n.nodes {
		if node.name == name && !node.anchor {
			x.node = uint32(i)
			return x
		}
	}
	x.node = n.add(flowNode{name: name})
	return x
}

func (n *nodeFinder) add(node flowNode) uint32 {
	n.nodes = append(n.nodes, node)
	return uint32(len(n.nodes) - 1)
}

// expanded is the node of a stop by its value.
func (n *nodeFinder) expanded(t *trail, s stop, expand int) uint32 {
	var one [1]uint32
	e := n.expand[expand]
	item := t.readers[e.capture].ids(t.label(e.capture, s), &one)[0]
	if !grow(n.meter, &n.items[expand], int(item)+1, 4) {
		return 0
	}
	at := &n.items[expand][item]
	if *at == 0 {
		*at = n.add(flowNode{name: e.name, expanded: true, capture: e.capture, item: item}) + 1
	}
	return *at - 1
}

// spot is a node at a step.
func (n *nodeFinder) spot(step int, node uint32) uint32 {
	if !grow(n.meter, &n.spotOf[step], int(node)+1, 4) {
		return 0
	}
	at := &n.spotOf[step][node]
	if *at == 0 {
		*at = n.spots.id(flowSpot{step, n.nodes[node]}) + 1
	}
	return *at - 1
}

// segmentSets numbers the sets of segments that paths belong to. 0 is the empty one. Many goroutines use it at once.
type segmentSets struct {
	mutex sync.Mutex
	ids   map[string]uint32
	sets  [][]uint32 // segments
	meter *meter
}

func newSegmentSets(m *meter) *segmentSets {
	return &segmentSets{ids: map[string]uint32{"": 0}, sets: [][]uint32{nil}, meter: m}
}

// id is the number of a set, given as its key too.
func (s *segmentSets) id(key string, segments []uint32) uint32 {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if id, known := s.ids[key]; known {
		return id
	}
	if !s.meter.take(int64(8*len(segments)) + 120) {
		return 0
	}
	id := uint32(len(s.sets))
	s.ids[key] = id
	s.sets = append(s.sets, append([]uint32(nil), segments...))
	return id
}

// setFinder looks sets up for one worker.
type setFinder struct {
	*segmentSets
	single []uint32 // by segment: the set of it alone
	seen   map[string]uint32
	key    []byte
}

func newSetFinder(s *segmentSets) *setFinder {
	return &setFinder{segmentSets: s, seen: map[string]uint32{}}
}

func (f *setFinder) find(segments []uint32) uint32 {
	if len(segments) != 1 {
		return f.findKey(segments)
	}
	segment := int(segments[0])
	if !grow(f.meter, &f.single, segment+1, 4) {
		return 0
	}
	if f.single[segment] == 0 {
		f.single[segment] = f.findKey(segments)
	}
	return f.single[segment]
}

func (f *setFinder) findKey(segments []uint32) uint32 {
	f.key = f.key[:0]
	for _, s := range segments {
		f.key = append(f.key, byte(s), byte(s>>8), byte(s>>16), byte(s>>24))
	}
	id, known := f.seen[string(f.key)]
	if !known {
		key := string(f.key)
		id = f.id(key, segments)
		f.seen[key] = id
	}
	return id
}

// flowNode is what may stand at a step: an anchor, or an event by its name or by its name and an item.
type flowNode struct {
	anchor   bool
	name     string
	expanded bool
	capture  int    // expanded: of the property
	item     uint32 // expanded: among the words of the capture
}

// values are the node as answers write it.
func (f *flow) values(n flowNode) []any {
	switch {
	case n.anchor:
		return []any{}
	case n.expanded:
		return []any{n.name, plain(f.captures.words[n.capture].item(n.item))}
	}
	return []any{n.name}
}

// compareNodes is the order of nodes that tie.
func (f *flow) compareNodes(a, b flowNode) int {
	if a.name != b.name || !a.expanded {
		return strings.Compare(a.name, b.name)
	}
	return compareItems(f.captures.words[a.capture].item(a.item), f.captures.words[b.capture].item(b.item))
}
