package query

// holder divides trails by the values of held properties. Each worker has its own.
type holder struct {
	*funnel
	lists map[string]label // by the items of a value that has several: one label for all such values
	parts map[tuple]int    // by held values: the place among the parts of a trail
	most  int              // parts of a trail so far: memory was taken for them
	lo    []int            // by part: where its stops begin
	of    []int32          // by stop: its part
	room  funnelTrail
	key   []byte
}

func newHolder(f *funnel) *holder {
	return &holder{funnel: f, lists: map[string]label{}, parts: map[tuple]int{}}
}

// divide appends the parts of a trail: each has the stops with the same values, in their order. They are good until the
// next call.
func (h *holder) divide(person *trail, t funnelTrail, to []funnelTrail) []funnelTrail {
	n := len(t.stops)
	if h.room.clear(); !room(h.meter, &h.of, n, 4) || !h.room.make(h.funnel, n) {
		return to
	}
	clear(h.parts)
	h.of, h.lo = h.of[:n], h.lo[:0]
	for i, s := range t.stops {
		h.of[i] = int32(h.partOf(person, s))
		h.lo[h.of[i]]++
	}
	end := 0
	for part, size := range h.lo {
		h.lo[part] = end
		end += size
	}
	r := &h.room
	r.stops, r.places, r.visits = r.stops[:n], r.places[:n], r.visits[:n]
	for i, s := range t.stops {
		at := h.lo[h.of[i]]
		r.stops[at], r.places[at] = s, t.place(i)
		if t.visits != nil {
			r.visits[at] = t.visits[i]
		}
		h.lo[h.of[i]]++
	}
	begin := 0
	for _, end := range h.lo {
		to = append(to, r.part(begin, end))
		begin = end
	}
	return to
}

func (t *funnelTrail) clear() {
	t.stops, t.places, t.visits = t.stops[:0], t.places[:0], t.visits[:0]
}

// make makes room for n stops.
func (t *funnelTrail) make(f *funnel, n int) bool {
	return room(f.meter, &t.stops, n, 16) && room(f.meter, &t.places, n, 4) && room(f.meter, &t.visits, n, 4)
}

// partBytes is about what a part of a trail costs.
const partBytes = 200

// partOf is the part that a stop belongs to.
func (h *holder) partOf(person *trail, s stop) int {
	var key tuple
	for i, capture := range h.hold {
		key[i] = h.labelOf(person, capture, s)
	}
	part, known := h.parts[key]
	if !known {
		if len(h.lo) == h.most && h.meter.take(partBytes) {
			h.most++
		}
		part = len(h.lo)
		h.parts[key] = part
		h.lo = append(h.lo, 0)
	}
	return part
}

// labelOf is the same for values with the same items.
func (h *holder) labelOf(person *trail, capture int, s stop) label {
	l := person.label(capture, s)
	if l&several == 0 {
		return l
	}
	h.key = append(h.key[:0], byte(capture))
	var one [1]uint32
	for _, id := range person.readers[capture].ids(l, &one) {
		h.key = append(h.key, byte(id), byte(id>>8), byte(id>>16), byte(id>>24))
	}
	same, known := h.lists[string(h.key)]
	if !known {
		if !h.meter.take(int64(len(h.key)) + 60) {
			return l
		}
		h.lists[string(h.key)] = l
		return l
	}
	return same
}
