package query

// stopSorter puts the stops of people in order: by time, then by arrival. A person's stops come as a few ascending runs,
// and mostly a stop is near the place where it belongs: insertion is best while that is so, merging of runs when not.
type stopSorter struct {
	*pile
	spare []stop
	runs  []int // where each ascending run ends
}

// movesPerStop is how far stops may move by insertion, on average, before merging is faster.
const movesPerStop = 8

func (s *stopSorter) before(a, b *stop) bool {
	return a.time < b.time || a.time == b.time && s.compareArrival(a.at, b.at) < 0
}

func (s *stopSorter) sort(stops []stop) {
	moves := movesPerStop*len(stops) + 64
	for i := 1; i < len(stops); i++ {
		x := stops[i]
		if !s.before(&x, &stops[i-1]) {
			continue
		}
		j := i
		for ; j > 0 && s.before(&x, &stops[j-1]); j-- {
			stops[j] = stops[j-1]
		}
		stops[j] = x
		if moves -= i - j; moves < 0 {
			s.merge(stops)
			return
		}
	}
}

// merge merges neighbouring runs until one is left.
func (s *stopSorter) merge(stops []stop) {
	if !grow(s.meter, &s.spare, len(stops), 16) {
		return
	}
	s.findRuns(stops)
	from, to := stops, s.spare[:len(stops)]
	for len(s.runs) > 1 {
		n, start := 0, 0
		for i := 0; i < len(s.runs); i += 2 {
			end := s.runs[i]
			if i+1 < len(s.runs) {
				end = s.runs[i+1]
			}
			s.mergeTwo(to[start:end], from[start:s.runs[i]], from[s.runs[i]:end])
			s.runs[n], start = end, end
			n++
		}
		s.runs = s.runs[:n]
		from, to = to, from
	}
	if &from[0] != &stops[0] {
		copy(stops, from)
	}
}

func (s *stopSorter) findRuns(stops []stop) {
	s.runs = s.runs[:0]
	for i := 1; i < len(stops); i++ {
		if s.before(&stops[i], &stops[i-1]) {
			s.runs = append(s.runs, i)
		}
	}
	s.runs = append(s.runs, len(stops))
}

// mergeTwo merges two runs into a place for both.
func (s *stopSorter) mergeTwo(to, a, b []stop) {
	for len(a) > 0 && len(b) > 0 {
		if s.before(&b[0], &a[0]) {
			to[0], b = b[0], b[1:]
		} else {
			to[0], a = a[0], a[1:]
		}
		to = to[1:]
	}
	copy(to, a)
	copy(to[len(a):], b)
}
