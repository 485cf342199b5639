package collect

import (
	"bytes"
	"math"

	"github.com/valyala/fastjson"
	"github.com/valyala/fastjson/fastfloat"

	"jejak/event"
)

const (
	leastMillis = 1e11    // a smaller number of the wire counts seconds
	lastInstant = 8.64e15 // in milliseconds either way: 270,000 years, which guard refuses
)

// instant reads a time of the wire: seconds or milliseconds, integer or float, a number or its text.
func instant(v *fastjson.Value) event.Millis {
	var f float64
	var err error
	switch v.Type() {
	case fastjson.TypeNull:
		return event.TimeMissing
	case fastjson.TypeNumber:
		f, err = v.Float64()
	case fastjson.TypeString:
		s, _ := v.StringBytes()
		f, err = fastfloat.Parse(string(bytes.TrimSpace(s)))
	default:
		return event.TimeInvalid
	}
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return event.TimeInvalid
	}
	return millis(f)
}

func millis(f float64) event.Millis {
	if math.Abs(f) < leastMillis {
		f *= 1000
	}
	return event.Millis(math.Round(max(-lastInstant, min(lastInstant, f))))
}
