package columnar

import (
	"math"

	"jejak/analytics/store"
	"jejak/analytics/store/columnar/internal/part"
	"jejak/event"
)

// always keeps everything.
const always = event.Millis(math.MinInt64)

var everything = store.Selection{Bots: true, From: always, To: math.MaxInt64}

// oldest is the first instant of what the project keeps, the midnight of a UTC day.
func (p *project) oldest() event.Millis {
	days := p.store.options.KeepDays(p.id)
	if days <= 0 {
		return always
	}
	return event.Millis((dayOf(event.Millis(p.store.options.now().UnixMilli())) - int64(days)) * dayMillis)
}

// expire deletes what is older than the project keeps: whole parts at once, without reading them; then the old days of
// partitions of several days. In level 0 old rows wait for their way to the partitions: no answer sees them.
func (pl *planner) expire() *job {
	j := &job{}
	for _, r := range pl.runs {
		if r.entry.Last < pl.oldest {
			j.inputs = append(j.inputs, r)
		}
	}
	if len(j.inputs) > 0 {
		return j
	}
	for _, p := range pl.partitions() {
		for _, r := range p.runs {
			if r.entry.First < pl.oldest {
				return &job{inputs: p.runs, outputs: []days{p.days}}
			}
		}
	}
	return nil
}

// kept is the part of a bucket's rows that is not older.
func kept(s *part.Section, bucket int, oldest event.Millis) (lo, hi int) {
	lo, hi = s.Bucket(bucket)
	if oldest == always {
		return lo, hi
	}
	return s.Seek(lo, hi, oldest), hi
}

// expired counts the rows of the run that are older.
func (r *run) expired(oldest event.Millis) (n uint64) {
	switch first, last := r.span(); {
	case first >= oldest:
		return 0
	case last < oldest:
		return uint64(r.part.Rows())
	}
	for _, s := range r.part.Sections(store.Selection{Bots: true, From: always, To: oldest}) {
		for bucket := range event.Buckets {
			lo, _ := s.Bucket(bucket)
			from, _ := kept(s, bucket, oldest)
			n += uint64(from - lo)
		}
	}
	return n
}
