package columnar

import "slices"

// prepare works out, ahead of questions, which rows of the project's parts later parts replace. Damage on the way is left to
// whoever asks. It is over when the store closes.
func (p *project) prepare() {
	p.mu.Lock()
	runs := slices.Clone(p.runs)
	for _, r := range runs {
		r.retain()
	}
	p.mu.Unlock()
	defer releaseAll(runs)
	_ = Guard(func() error {
		for i, older := range runs {
			p.prepareOne(older, runs[i+1:])
		}
		return nil
	})
}

func (p *project) prepareOne(older *run, newer []*run) {
	for _, n := range newer {
		if p.store.stopping() {
			return
		}
		if !overlaps(older, []*run{n}) {
			continue
		}
		if pair := p.pairs.pair(older, n); !pair.isComplete() {
			p.read(func() { pair.complement(older, n) })
		}
	}
}

// read does something that reads parts: the memory it takes is given back once nobody reads.
func (p *project) read(do func()) {
	p.store.reading.begin()
	defer p.store.reading.end()
	do()
}
