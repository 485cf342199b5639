package question

// Answer is the answer to one of the kinds of question, a pointer to its type.
type Answer interface {
	// Cost is where the answer says what it cost.
	Cost() *Explain
}

// TrendAnswer is the answer to a Trend. With a breakdown each metric has its whole series first (segment [] and other
// false), then the segments shown, best first, then other when there is a rest.
type TrendAnswer struct {
	Kind      string         `json:"kind" enum:"trend"`
	Range     AnswerRange    `json:"range"`
	Intervals []string       `json:"intervals" nullable:"false" doc:"Where each interval starts, in the range's zone."`
	Series    []Series       `json:"series" nullable:"false"`
	Segments  *SegmentCount  `json:"segments,omitempty" doc:"With a breakdown."`
	Compare   *CompareAnswer `json:"compare,omitempty" doc:"With a comparison: the same metrics and segments in the same order."`
	Explain   Explain        `json:"explain"`
}

// Cost implements Answer.
func (a *TrendAnswer) Cost() *Explain { return &a.Explain }

// AnswerRange is a range resolved to instants, half-open, written with the zone's offset.
type AnswerRange struct {
	From string `json:"from" format:"date-time"`
	To   string `json:"to" format:"date-time"`
	Zone string `json:"zone"`
}

// Series is one metric for one segment.
type Series struct {
	Metric  string     `json:"metric"`
	Other   bool       `json:"other,omitempty" doc:"The segments that are not shown, computed together."`
	Segment []any      `json:"segment" nullable:"false" doc:"One value per breakdown property: string, number, boolean, or null for not set; lists and objects as they are. Empty for the whole and for other."`
	Values  []*float64 `json:"values" nullable:"false" doc:"One per interval; null where the measure is not defined."`
	Total   *float64   `json:"total" doc:"The measure over the whole range; null where it is not defined."`
}

// SegmentCount says how many segments there are and how many of them the answer shows.
type SegmentCount struct {
	Shown int `json:"shown"`
	All   int `json:"all"`
}

// CompareAnswer is the earlier range. Its intervals may be fewer or more than the answer's.
type CompareAnswer struct {
	Range     AnswerRange `json:"range"`
	Intervals []string    `json:"intervals" nullable:"false"`
	Series    []Series    `json:"series" nullable:"false"`
}

// Explain says what the answer cost and what it rests on.
type Explain struct {
	RowsRead      int64   `json:"rows_read" doc:"Rows decoded; rows counted by their place alone are not decoded."`
	RowsMatched   int64   `json:"rows_matched" doc:"Events of the range that count in at least one metric."`
	TookMS        float64 `json:"took_ms"`
	BotsLeftOut   int64   `json:"bots_left_out" doc:"Events of machines under the names asked about, inside the range, before filters."`
	CompleteUntil string  `json:"complete_until" format:"date-time" doc:"What lies after it in the range has not happened yet."`
}

// NameCount is an event name and how many events have it.
type NameCount struct {
	Name string `json:"name"`
	Rows uint64 `json:"rows"`
}

// ValueCount is a value of a property and how many events have it.
type ValueCount struct {
	Value any    `json:"value" doc:"String, number or boolean; null for not set; lists item by item."`
	Rows  uint64 `json:"rows"`
}
