package question

import (
	"slices"
	"testing"
)

// faultsOf are the codes and locations of what is wrong.
func faultsOf(f Faults) (out []string) {
	for _, x := range f {
		out = append(out, x.Code+" "+x.Location)
	}
	return out
}

func TestRetentionEnds(t *testing.T) {
	for _, x := range []struct {
		q    Retention
		want []int
	}{
		{Retention{}, []int{1, 2, 3, 4, 5, 6, 7, 8}},
		{Retention{Buckets: 2}, []int{1, 2}},
		{Retention{Brackets: []int{1, 3, 4, 7, 16}}, []int{1, 4, 8, 15, 31}},
	} {
		if got := x.q.Ends(); !slices.Equal(got, x.want) {
			t.Errorf("%+v: got %v, want %v", x.q, got, x.want)
		}
	}
}

func TestValidateRetention(t *testing.T) {
	view, day := Selector{Event: "view"}, Range{Last: 1, Unit: Day, Zone: "UTC"}
	for _, x := range []struct {
		change func(q *Retention)
		want   []string
	}{
		{func(*Retention) {}, nil},
		{func(q *Retention) { q.Brackets = slices.Repeat([]int{5}, 730) }, nil},
		{func(q *Retention) { q.Brackets = slices.Repeat([]int{1}, 731) }, []string{"bad_brackets brackets"}},
		{func(q *Retention) { q.Brackets = []int{3000, 661} }, []string{"bad_brackets brackets[1]"}},
		{func(q *Retention) { q.Brackets = []int{1<<63 - 1, 1<<63 - 1} }, []string{"bad_brackets brackets[0]"}},
		{func(q *Retention) { q.Buckets = -1 }, []string{"bad_brackets buckets"}},
		{func(q *Retention) { q.Unit = Minute }, []string{"bad_unit unit"}},
		{func(q *Retention) { q.Measure = Sum }, []string{"property_required property"}},
		{func(q *Retention) { q.Property = "price" }, []string{"property_unused property"}},
		{func(q *Retention) { q.Birth = Selector{} }, []string{"event_required birth.event"}},
		{func(q *Retention) { q.Breakdown = make([]Breakdown, MaxBreakdowns+1) }, []string{"too_many_breakdowns breakdown"}},
	} {
		q := Retention{Kind: "retention", Range: day, Unit: Day, Birth: view, Return: view}
		x.change(&q)
		if got := faultsOf(q.Validate()); !slices.Equal(got, x.want) {
			t.Errorf("%+v: got %v, want %v", q, got, x.want)
		}
	}
}

func TestValidateRetentionCell(t *testing.T) {
	q, three := &Retention{Buckets: 3}, 3
	for _, x := range []struct {
		cell RetentionCell
		want []string
	}{
		{RetentionCell{Spot: Spot{Interval: "x"}}, nil},
		{RetentionCell{}, []string{"bad_cell cell.interval"}},
		{RetentionCell{Spot: Spot{Interval: "x"}, Bucket: &three}, []string{"bad_cell cell.bucket"}},
		{RetentionCell{Spot: Spot{Interval: "x", Other: true}}, []string{"bad_cell cell.other"}},
	} {
		var f Faults
		x.cell.validate(q, &f)
		if got := faultsOf(f); !slices.Equal(got, x.want) {
			t.Errorf("%+v: got %v, want %v", x.cell, got, x.want)
		}
	}
}
