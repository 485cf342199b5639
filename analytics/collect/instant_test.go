package collect

import (
	"testing"

	"github.com/valyala/fastjson"

	"jejak/event"
)

func TestInstant(t *testing.T) {
	for in, want := range map[string]event.Millis{
		`1795435145`:        1795435145000,
		`1795435145.463`:    1795435145463,
		`1795435145463`:     1795435145463,
		`1795435145463.7`:   1795435145464,
		`"1795435145"`:      1795435145000,
		`" 1795435145463 "`: 1795435145463,
		`99999999999`:       99999999999000,
		`100000000000`:      100000000000,
		`0`:                 0,
		`-86400`:            -86400000,
		`1e300`:             lastInstant,
		`-1e300`:            -lastInstant,
		`null`:              event.TimeMissing,
		`""`:                event.TimeInvalid,
		`"yesterday"`:       event.TimeInvalid,
		`"2026-11-25"`:      event.TimeInvalid,
		`NaN`:               event.TimeInvalid,
		`"inf"`:             event.TimeInvalid,
		`true`:              event.TimeInvalid,
		`[1]`:               event.TimeInvalid,
		`{}`:                event.TimeInvalid,
	} {
		if got := instant(fastjson.MustParse(in)); got != want {
			t.Errorf("%s is %d, want %d", in, got, want)
		}
	}
}
