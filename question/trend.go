package question

// Trend asks how measures of events developed over time, whole and by segment. docs/semantics.md defines each part.
type Trend struct {
	Kind string `json:"kind" enum:"trend" doc:"Always trend."`
	Counted
	Range       Range       `json:"range" doc:"The time asked about."`
	Interval    Unit        `json:"interval" enum:"minute,hour,day,week,month" doc:"How the range is cut. Weeks start on Monday."`
	Metrics     []Metric    `json:"metrics" minItems:"1" maxItems:"40" nullable:"false"`
	Filter      *Filter     `json:"filter,omitempty" doc:"Applies to every metric, on top of its own."`
	Breakdown   []Breakdown `json:"breakdown,omitempty" maxItems:"3" nullable:"false" doc:"The properties whose values make the segments."`
	Top         int         `json:"top,omitempty" minimum:"0" maximum:"1000" doc:"Segments to keep; 0 or absent means 10. The rest is one segment other."`
	Compare     *Compare    `json:"compare,omitempty" doc:"An earlier range, aligned by position."`
	Sessions    *Sessions   `json:"sessions,omitempty" doc:"How events are cut into sessions, for the measure sessions; by a timeout of 30 minutes when absent."`
	IncludeBots bool        `json:"include_bots,omitempty" doc:"Count the traffic of machines too."`
}

// Range is a stretch of time, in one of two forms: From and To, or Last and Unit. Zone belongs to both.
type Range struct {
	From string `json:"from,omitempty" doc:"A local date (2026-11-01) or date-time (2026-11-01T10:00), included."`
	To   string `json:"to,omitempty" doc:"A local date, that day included, or a local date-time, excluded."`
	Last int    `json:"last,omitempty" minimum:"0" doc:"The last so many units, the current one included."`
	Unit Unit   `json:"unit,omitempty" enum:"minute,hour,day,week,month"`
	Zone string `json:"zone" doc:"An IANA time zone, for example Asia/Jakarta."`
}

// Unit is a length of local time.
type Unit string

// The units, shortest first.
const (
	Minute Unit = "minute"
	Hour   Unit = "hour"
	Day    Unit = "day"
	Week   Unit = "week"
	Month  Unit = "month"
)

// Metric is one line of a trend: a measure over events, or a formula over metrics before it.
type Metric struct {
	Name string `json:"name" maxLength:"64" doc:"A letter or underscore, then letters, digits or underscores. Formulas and series use it."`
	Selector
	FirstEver  bool     `json:"first_ever,omitempty" doc:"Only events that are the first of their name that the person ever did."`
	Measure    Measure  `json:"measure,omitempty" enum:"total,unique,sessions,sum,average,median,percentile,min,max,distinct"`
	Property   string   `json:"property,omitempty" doc:"What is measured; for every measure but total, unique and sessions. Not with per_user."`
	Percentile *float64 `json:"percentile,omitempty" minimum:"0" maximum:"100" doc:"For the measure percentile."`
	PerUser    *PerUser `json:"per_user,omitempty" doc:"Measure each person first. The measure of the metric is then that of the people's values: average when absent, median, percentile, min, max, sum, or unique, how many people have one."`
	Attribute  string   `json:"attribute,omitempty" enum:"first,last" doc:"For the measure unique with a breakdown: count a person only in the segments of her first or last event."`

	Window         *Window `json:"window,omitempty" doc:"Measure the time that ends with the interval instead of the interval: unique in a window of 30 days is MAU."`
	Cumulative     bool    `json:"cumulative,omitempty" doc:"Measure from the beginning of the range to the end of the interval."`
	RollingAverage int     `json:"rolling_average,omitempty" minimum:"0" maximum:"366" doc:"Show the average of the values of so many intervals, the last of which is the one shown. 0 or absent: the value itself."`

	Cohort  CustomID `json:"cohort,omitempty" format:"int64" minimum:"0" doc:"The number of a saved cohort: how many people are in it at the end of each interval. Instead of an event and a measure."`
	Formula string   `json:"formula,omitempty" doc:"For example A / B * 100. Instead of an event and a measure."`
}

// Measure is what is computed from the matching events.
type Measure string

// The measures. All but the first three need a property.
const (
	Total      Measure = "total"      // events
	Unique     Measure = "unique"     // people
	InSessions Measure = "sessions"   // sessions with such an event
	Sum        Measure = "sum"        // of numbers
	Average    Measure = "average"    // of numbers
	Median     Measure = "median"     // of numbers
	Percentile Measure = "percentile" // of numbers
	Min        Measure = "min"        // of numbers
	Max        Measure = "max"        // of numbers
	Distinct   Measure = "distinct"   // different values of any kind
)

// Breakdown names a property whose values make segments.
type Breakdown struct {
	Property string   `json:"property"`
	Buckets  *Buckets `json:"buckets,omitempty" doc:"Put numbers together: a segment is then an object with at_least, less or both. What is no number counts as not set."`
}

// Compare names an earlier range: one of the shifts in By, or From and To like those of Range.
type Compare struct {
	By   string `json:"by,omitempty" enum:"previous,week,month,year" doc:"previous: the range just before, of the same length. Otherwise the same range a week, month or year earlier."`
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// Shifts of Compare.
const (
	ByPrevious = "previous"
	ByWeek     = "week"
	ByMonth    = "month"
	ByYear     = "year"
)

// IsCounted tells whether the metric measures events: it is no formula and no cohort.
func (m *Metric) IsCounted() bool { return m.Formula == "" && m.Cohort == 0 }

// KindOf implements Question.
func (t *Trend) KindOf() string { return "trend" }

// TopOrDefault is how many segments the answer keeps.
func (t *Trend) TopOrDefault() int { return topOrDefault(t.Top) }

func topOrDefault(top int) int {
	if top == 0 {
		return DefaultTop
	}
	return top
}
