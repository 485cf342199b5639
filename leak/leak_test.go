package leak

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
)

func TestMembersStandInTheOrderOfReading(t *testing.T) {
	want := []MemberID{"1", "1.1", "1.2", "1.2.1", "1.2.10", "1.10", "1.10.3", "1.11"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, MemberID.Compare)
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	for _, c := range []struct {
		a, b  MemberID
		holds bool
	}{{"1", "1.2", true}, {"1.1", "1.10", false}, {"1.2", "1.2", true}, {"1.2", "1", false}} {
		if c.a.Holds(c.b) != c.holds {
			t.Errorf("%s holds %s: %t", c.a, c.b, !c.holds)
		}
	}
}

// TestBatchTravels: rows and pieces of rows come out as they went in, also by way of bytes.
func TestBatchTravels(t *testing.T) {
	var b, got Batch
	b.Begin("1.2", 3, 7)
	b.Cell(2, []byte("more of row seven"))
	b.EndRow(100, true)
	b.Cell(0, []byte("eight"))
	b.Cell(300, nil)
	b.EndRow(1<<40, false)
	b.EndRow(1<<40+1, false)
	b.Cell(1, []byte("dropped"))
	b.DropRow()
	if err := got.Load(b.Member, b.Table, b.First, b.Count, bytes.Clone(b.Body())); err != nil {
		t.Fatal(err)
	}
	var rows []string
	for r := range got.Rows() {
		row := fmt.Sprintf("%d %d %t", r.Number, r.Offset, r.Continued)
		for _, c := range r.Cells {
			row += fmt.Sprintf(" %d=%s", c.Column, c.Text)
		}
		rows = append(rows, row)
	}
	want := []string{"7 100 true 2=more of row seven", "8 1099511627776 false 0=eight 300=", "9 1099511627777 false"}
	if !slices.Equal(rows, want) {
		t.Errorf("%q", rows)
	}
}

// FuzzLoad: a malformed batch is refused; one that is taken can be read.
func FuzzLoad(f *testing.F) {
	var b Batch
	b.Begin("1", 0, 1)
	b.Cell(1, []byte("x"))
	b.EndRow(5, false)
	f.Add(b.Body(), 1)
	f.Add([]byte{0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, 1)
	f.Fuzz(func(t *testing.T, body []byte, count int) {
		var b Batch
		if b.Load("1", 0, 1, count, body) != nil {
			return
		}
		n := 0
		for range b.Rows() {
			n++
		}
		if n != count {
			t.Errorf("%d rows of %d", n, count)
		}
	})
}

func TestLayouts(t *testing.T) {
	for _, c := range []struct {
		columns []string
		want    Layout
	}{
		{[]string{"event", "properties.time", "properties.distinct_id", "properties.$city"}, MixpanelEvents},
		{[]string{"$distinct_id", "$properties.$email", "$properties.$last_seen"}, MixpanelProfiles},
		{[]string{"uuid", "event", "properties.$os", "distinct_id", "timestamp", "person_id"}, PostHogEvents},
		{[]string{"team_id", "distinct_id", "person_id", "properties.email", "person_version"}, PostHogPersons},
		{[]string{"$insert_id", "amplitude_id", "event_time", "event_type", "user_properties.plan"}, AmplitudeEvents},
		{[]string{"id", "email"}, ""},
	} {
		if got := LayoutOf(c.columns); got != c.want {
			t.Errorf("%v is %q, want %q", c.columns, got, c.want)
		}
	}
}
