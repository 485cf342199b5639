package query

import (
	"math/big"

	"jejak/event"
	"jejak/question"
)

// retentionCells is what was counted, by slot (the whole, then the segments shown, then other) and cohort.
type retentionCells struct {
	cohorts, buckets int
	people           []int64
	// steps tell by how much a bucket counts more people than the one before it; one entry more than buckets.
	steps []int64
	sums  []exactSum // of each bucket's returns; empty without a measure
}

// newCells is empty; nil when there is no memory for it.
func (r *retention) newCells(slots int) *retentionCells {
	c := &retentionCells{cohorts: len(r.line.starts), buckets: r.buckets.count}
	n := slots * c.cohorts
	ok := grow(r.meter, &c.people, n, 8) && grow(r.meter, &c.steps, n*(c.buckets+1), 8)
	if r.Measure != "" {
		ok = ok && grow(r.meter, &c.sums, n*c.buckets, 24)
	}
	if !ok {
		return nil
	}
	return c
}

func (c *retentionCells) bear(slot, cohort int) { c.people[slot*c.cohorts+cohort]++ }

func (c *retentionCells) keep(slot, cohort int, s reach) {
	steps := c.steps[(slot*c.cohorts+cohort)*(c.buckets+1):]
	steps[s.lo]++
	steps[s.hi]--
}

func (c *retentionCells) sum(slot, cohort, bucket int, f float64) {
	c.sums[(slot*c.cohorts+cohort)*c.buckets+bucket].add(f)
}

func (c *retentionCells) merge(o *retentionCells) {
	for i, n := range o.people {
		c.people[i] += n
	}
	for i, n := range o.steps {
		c.steps[i] += n
	}
	for i := range o.sums {
		c.sums[i].merge(&o.sums[i])
	}
}

// cohort is one with its buckets added up.
type cohort struct {
	people   int64
	retained []int64
	sums     []*big.Rat // nil without a measure
}

// cohort adds up the buckets of a cohort; once.
func (r *retention) cohort(c *retentionCells, slot, at int) cohort {
	i := slot*c.cohorts + at
	x := cohort{people: c.people[i], retained: make([]int64, c.buckets)}
	n := int64(0)
	for k := range x.retained {
		n += c.steps[i*(c.buckets+1)+k]
		x.retained[k] = n
	}
	if c.sums != nil {
		x.sums = r.addUp(c.sums[i*c.buckets : (i+1)*c.buckets])
	}
	return x
}

// addUp makes sums over the returns of each bucket those over all returns that the criterion looks at.
func (r *retention) addUp(each []exactSum) []*big.Rat {
	out := make([]*big.Rat, len(each))
	var sum exactSum
	for i := range each {
		k := i
		if r.CriterionOrDefault() == question.RetainedOnOrAfter {
			k = len(each) - 1 - i
		}
		if q := r.CriterionOrDefault(); q == question.RetainedOn || q == question.RetainedStreak {
			sum = exactSum{}
		}
		sum.merge(&each[k])
		out[k] = sum.rational()
	}
	return out
}

// rational is the exact sum.
func (s *exactSum) rational() *big.Rat {
	n, e := s.integer()
	return new(big.Rat).SetFrac(n, new(big.Int).Lsh(big.NewInt(1), uint(e)))
}

// tables writes what was counted.
func (r *retention) tables(c *retentionCells) (out []question.RetentionTable) {
	other := r.ranking != nil && r.ranking.all > len(r.ranking.shown)
	for slot, place := range r.ranking.places(other) {
		cohorts := make([]cohort, c.cohorts)
		for i := range cohorts {
			cohorts[i] = r.cohort(c, slot, i)
		}
		out = append(out, r.table(place, cohorts))
	}
	return out
}

func (r *retention) table(place question.Series, cohorts []cohort) question.RetentionTable {
	t := question.RetentionTable{Segment: place.Segment, Other: place.Other, Cohorts: []question.RetentionCohort{}, Average: make([]question.RetentionMean, r.buckets.count)}
	for i, x := range cohorts {
		row := question.RetentionCohort{People: x.people, Retained: x.retained}
		row.Complete = r.buckets.complete(i, r.line.end(i), event.Millis(r.now.UnixMilli()))
		for k, n := range x.retained {
			row.Rates = append(row.Rates, share(n, x.people))
			if r.Measure != "" {
				row.Values = append(row.Values, r.value(x.sums[k], n))
			}
		}
		t.Cohorts = append(t.Cohorts, row)
	}
	for k := range t.Average {
		t.Average[k] = r.average(t.Cohorts, cohorts, k)
	}
	return t
}

// value is what is measured of n people.
func (r *retention) value(sum *big.Rat, n int64) *float64 {
	if r.Measure == question.Sum {
		return nearest(sum)
	}
	return quotient(sum, new(big.Rat).SetInt64(n))
}

// average weighs the cohorts in which a bucket is complete by their people.
func (r *retention) average(rows []question.RetentionCohort, cohorts []cohort, k int) (m question.RetentionMean) {
	people, squares, kept, sum := new(big.Int), new(big.Int), new(big.Int), new(big.Rat)
	for i, x := range cohorts {
		if rows[i].Complete <= k || x.people == 0 {
			continue
		}
		p := big.NewInt(x.people)
		people.Add(people, p)
		squares.Add(squares, new(big.Int).Mul(p, p))
		kept.Add(kept, new(big.Int).Mul(big.NewInt(x.retained[k]), p))
		if x.sums != nil {
			sum.Add(sum, new(big.Rat).Mul(x.sums[k], new(big.Rat).SetInt(p)))
		}
	}
	m.People, m.Retained, m.Rate = ratio(squares, people), ratio(kept, people), ratio(kept, squares)
	switch r.Measure {
	case question.Sum:
		m.Value = quotient(sum, new(big.Rat).SetInt(people))
	case question.Average:
		m.Value = quotient(sum, new(big.Rat).SetInt(kept))
	}
	return m
}

// ratio is the float64 nearest to a/b; nil when b is 0.
func ratio(a, b *big.Int) *float64 {
	if b.Sign() == 0 {
		return nil
	}
	return nearest(new(big.Rat).SetFrac(a, b))
}

func quotient(a, b *big.Rat) *float64 {
	if b.Sign() == 0 {
		return nil
	}
	return nearest(new(big.Rat).Quo(a, b))
}

// nearest is the float64 nearest to a number; nil above the largest.
func nearest(x *big.Rat) *float64 {
	f, _ := x.Float64()
	if f = finite(f); f != f {
		return nil
	}
	return &f
}
