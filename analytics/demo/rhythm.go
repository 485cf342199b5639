package demo

import (
	"math/rand/v2"
	"sort"
	"time"
)

const (
	hourMillis = int64(time.Hour / time.Millisecond)
	dayMillis  = 24 * hourMillis
)

// hours is how lively each hour of a local day is; weekdays does the same for Sunday to Saturday.
var (
	hours    = [24]float64{2, 1, 1, 1, 1, 2, 4, 8, 14, 20, 22, 21, 15, 18, 22, 22, 20, 16, 11, 9, 9, 8, 6, 4}
	weekdays = [7]float64{0.45, 1.05, 1.15, 1.2, 1.1, 0.95, 0.5}
)

// rhythm picks instants the way people come: more in working hours, fewer at weekends, a little more each week.
type rhythm struct {
	from   int64
	weight []float64 // by hour since from, summed up
}

func newRhythm(from, until int64) rhythm {
	r := rhythm{from: from}
	sum := 0.0
	for at := from; at < until; at += hourMillis {
		growth := 1 + 0.8*float64(at-from)/float64(until-from)
		sum += growth * livelinessAt(at, 7)
		r.weight = append(r.weight, sum)
	}
	return r
}

// livelinessAt is the weight of the hour at an instant, so many hours east of UTC.
func livelinessAt(at int64, east int) float64 {
	local := time.UnixMilli(at + int64(east)*hourMillis).UTC()
	return hours[local.Hour()] * weekdays[local.Weekday()]
}

// any is an instant inside the whole time, shifted for people who live so many hours east of UTC.
func (r rhythm) any(random *rand.Rand, east int) int64 {
	x := random.Float64() * r.weight[len(r.weight)-1]
	hour := int64(sort.SearchFloat64s(r.weight, x))
	at := r.from + hour*hourMillis + random.Int64N(hourMillis)
	return max(r.from, at+int64(7-east)*hourMillis)
}

// onDay is a lively instant of the local day that holds the given one.
func onDay(random *rand.Rand, at int64, east int) int64 {
	shift := int64(east) * hourMillis
	midnight := (at+shift)/dayMillis*dayMillis - shift
	for range 20 {
		t := midnight + random.Int64N(dayMillis)
		if random.Float64()*26 < livelinessAt(t, east) {
			return t
		}
	}
	return midnight + 10*hourMillis + random.Int64N(8*hourMillis)
}
