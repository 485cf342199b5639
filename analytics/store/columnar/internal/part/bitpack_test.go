package part

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func BenchmarkUnpack(b *testing.B) {
	vals := make([]int64, 4096)
	for _, w := range []uint{5, 13, 15, 20, 27, 31, 40} {
		for i := range vals {
			vals[i] = int64(rand.Uint64() & (1<<w - 1))
		}
		packed := append(appendPacked(nil, vals, 0, 1, w), make([]byte, overRead)...)
		b.Run(fmt.Sprint("int64/", w), func(b *testing.B) {
			dst := make([]int64, 4096)
			for b.Loop() {
				unpack(dst, packed, 0, w, 1e12)
			}
			b.ReportMetric(float64(b.N)*4096/b.Elapsed().Seconds()/1e6, "M/s")
		})
		b.Run(fmt.Sprint("uint32/", w), func(b *testing.B) {
			dst := make([]uint32, 4096)
			for b.Loop() {
				unpack(dst, packed, 0, w, 7)
			}
			b.ReportMetric(float64(b.N)*4096/b.Elapsed().Seconds()/1e6, "M/s")
		})
	}
}
