package main

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// size is a number of bytes, written such as 500MB, 20GB or 2TB.
type size int64

var errSize = errors.New("expected a size such as 500MB, 20GB or 2TB")

// UnmarshalText reads what stands on the command line.
func (s *size) UnmarshalText(text []byte) error {
	upper := strings.ToUpper(string(text))
	for i, unit := range []string{"MB", "GB", "TB"} {
		digits, ok := strings.CutSuffix(upper, unit)
		if !ok {
			continue
		}
		n, err := strconv.ParseUint(digits, 10, 32)
		bytes := n << (20 + 10*i)
		if err != nil || n == 0 || bytes > math.MaxInt64 || bytes>>(20+10*i) != n {
			return errSize
		}
		*s = size(bytes)
		return nil
	}
	return errSize
}
