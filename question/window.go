package question

// Window is a length of time that ends with the last of its units in an interval: of days, weeks and months with its last day,
// of hours with its last hour. When the interval holds the present it ends with today, or with this hour.
type Window struct {
	Last int  `json:"last" minimum:"1" maximum:"366" doc:"How many units; at most 366 hours or days, 52 weeks, 12 months."`
	Unit Unit `json:"unit" enum:"hour,day,week,month"`
}

// MaxRollingAverage bounds how many intervals are averaged.
const MaxRollingAverage = 366

// maxWindow is the longest window.
var maxWindow = map[Unit]int{Hour: 366, Day: 366, Week: 52, Month: 12}

// The codes of faults of windows, running values and rolling averages.
const (
	BadRollingAverage = "bad_rolling_average"
	ModeMixed         = "mode_mixed"
	ModeUnused        = "mode_unused"
)

func (m *Metric) validateMode(f *Faults, at string) {
	modes := 0
	if m.Window != nil {
		modes++
		if longest := maxWindow[m.Window.Unit]; longest == 0 {
			f.add(at+".window.unit", BadUnit, "a window has hours, days, weeks or months")
		} else if m.Window.Last < 1 || m.Window.Last > longest {
			f.add(at+".window.last", BadWindow, "a window has at most %d of this unit", longest)
		}
	}
	if m.Cumulative {
		modes++
	}
	overlap := modes > 0
	if m.RollingAverage != 0 {
		modes++
		if m.RollingAverage < 1 || m.RollingAverage > MaxRollingAverage {
			f.add(at+".rolling_average", BadRollingAverage, "a rolling average is of 1 to %d intervals", MaxRollingAverage)
		}
	}
	if modes > 1 {
		f.add(at, ModeMixed, "a metric has a window, is cumulative, or has a rolling average; one of them")
	}
	switch {
	case !overlap:
	case m.PerUser != nil || m.Attribute != "" || m.Measure == InSessions || m.Measure == Median || m.Measure == Percentile:
		f.add(at, ModeUnused, "a window and cumulative belong to total, unique, sum, average, min, max and distinct")
	}
}
