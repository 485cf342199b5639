package question

import (
	"fmt"
	"math"
)

// Buckets puts numbers together, in one of three ways: from Min to Max in steps of Size; between Breakpoints; or by
// themselves, Auto. What lies below the first and above the last bound has a bucket too.
type Buckets struct {
	Min         *float64  `json:"min,omitempty" doc:"With max and size: where the first bucket begins."`
	Max         *float64  `json:"max,omitempty" doc:"Where the last bucket ends."`
	Size        float64   `json:"size,omitempty" doc:"How large each bucket is; the last one may be smaller."`
	Breakpoints []float64 `json:"breakpoints,omitempty" maxItems:"1000" nullable:"false" doc:"Ascending. A bucket goes from one of them, included, to the next, not included."`
	Auto        bool      `json:"auto,omitempty" doc:"About ten buckets of a round size; none when there are 20 different numbers or fewer."`
}

// MaxBuckets bounds the buckets of a breakdown.
const MaxBuckets = 1000

// BadBuckets is the code of faults of Buckets.
const BadBuckets = "bad_buckets"

func (b *Buckets) validate(f *Faults, at string) {
	if b == nil {
		return
	}
	even := b.Min != nil || b.Max != nil || b.Size != 0
	ways := 0
	for _, given := range []bool{even, b.Breakpoints != nil, b.Auto} {
		if given {
			ways++
		}
	}
	switch {
	case ways != 1:
		f.add(at, BadBuckets, "buckets have min, max and size, or breakpoints, or are auto; one of them")
	case b.Breakpoints != nil:
		b.validateBreakpoints(f, at)
	case even:
		b.validateEven(f, at)
	}
}

func (b *Buckets) validateBreakpoints(f *Faults, at string) {
	if len(b.Breakpoints) == 0 || len(b.Breakpoints) > MaxBuckets {
		f.add(at+".breakpoints", BadBuckets, "there are 1 to %d breakpoints", MaxBuckets)
	}
	for i, p := range b.Breakpoints {
		if math.IsNaN(p) || math.IsInf(p, 0) || i > 0 && p <= b.Breakpoints[i-1] {
			f.add(at+".breakpoints", BadBuckets, "breakpoints are numbers, ascending")
			return
		}
	}
}

func (b *Buckets) validateEven(f *Faults, at string) {
	switch {
	case b.Min == nil || b.Max == nil || !(b.Size > 0) || !(*b.Min < *b.Max) || math.IsInf(*b.Max-*b.Min, 0):
		f.add(at, BadBuckets, "min, max and size are numbers, min is smaller than max, and size is above 0")
	case (*b.Max-*b.Min)/b.Size > MaxBuckets || *b.Min+b.Size <= *b.Min || *b.Max-b.Size >= *b.Max:
		f.add(at, BadBuckets, "at most %d buckets", MaxBuckets)
	}
}

// refuseBuckets is for kinds in which numbers cannot be put together yet.
func refuseBuckets(f *Faults, breakdown []Breakdown) {
	for i, b := range breakdown {
		if b.Buckets != nil {
			f.add(fmt.Sprintf("breakdown[%d].buckets", i), BadBuckets, "only a trend puts numbers together")
		}
	}
}
