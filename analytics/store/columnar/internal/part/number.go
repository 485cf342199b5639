package part

import "math"

// Numbers are kept as whole numbers of up to places-1 decimal places where all of a block can be, exactly: dividing two
// floats that hold whole numbers exactly gives the float nearest to the decimal, which is what its text was read as.
const (
	places     = 8
	rawNumbers = 63
	exact      = 1 << 53 // up to here a float64 holds all whole numbers
)

var powers = [places]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7}

// scale writes numbers to dst as whole numbers and returns how many decimal places they have, or their bits and
// rawNumbers.
func scale(numbers []float64, dst []int64) uint8 {
	at := uint8(0)
	for i := 0; i < len(numbers); i++ {
		scaled := math.Round(numbers[i] * powers[at])
		if math.Abs(scaled) <= exact && scaled/powers[at] == numbers[i] {
			dst[i] = int64(scaled)
			continue
		}
		at++
		if at == places || math.Abs(scaled) > exact {
			return raw(numbers, dst)
		}
		i = -1 // again, with one place more
	}
	return at
}

func raw(numbers []float64, dst []int64) uint8 {
	for i, f := range numbers {
		dst[i] = int64(math.Float64bits(f))
	}
	return rawNumbers
}
