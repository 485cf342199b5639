package clock

import (
	"slices"
	"strings"
	"testing"
	"time"

	"jejak/exposure"
)

var first = time.Date(2026, 11, 9, 8, 0, 0, 0, time.UTC)

// founding is the story: name, e-mail, place, device and IDs; nothing is closed yet.
func founding() Incident {
	return Incident{
		Facts: Facts{Role: "controller", Risk: RiskUnknown, Classes: []exposure.Class{exposure.Name, exposure.Email, exposure.City}},
		Happened: []Happening{
			{"b", "first_word_from_vendor", first.Add(time.Hour)},
			{"a", "first_word_from_vendor", first},
		},
	}
}

func clockOf(t *testing.T, i Incident, id RuleID, now time.Time) Clock {
	t.Helper()
	p, err := House()
	must(t, err)
	all := p.Clocks(i, now)
	at := slices.IndexFunc(all, func(c Clock) bool { return c.Rule == id })
	if at < 0 {
		t.Fatalf("there is no clock %s", id)
	}
	return all[at]
}

// TestFirstWordStartsTheClocks: the earliest entry counts, and the clock says why.
func TestFirstWordStartsTheClocks(t *testing.T) {
	for _, id := range []RuleID{"gdpr-33", "uk-33", "id-46-subjects", "id-46-institution"} {
		c := clockOf(t, founding(), id, first.Add(time.Hour))
		if c.State != Running || c.Entry != "a" || !c.Deadline.Equal(first.Add(72*time.Hour)) {
			t.Errorf("%s: %+v", id, c)
		}
		if !strings.Contains(c.Why[exposure.English], "first_word_from_vendor") || !strings.Contains(c.Why[exposure.Indonesian], "2026-11-09T08:00:00Z") {
			t.Errorf("%s: why is %v", id, c.Why)
		}
	}
	for _, id := range []RuleID{"us-sec-8k", "sg-pdpc"} { // started by a judgement, not by awareness
		if c := clockOf(t, founding(), id, first); c.State != Waiting || c.Deadline != nil {
			t.Errorf("%s: %+v", id, c)
		}
	}
}

// TestClocksFastForward goes through the states of a clock.
func TestClocksFastForward(t *testing.T) {
	i := founding()
	deadline := first.Add(72 * time.Hour)
	for at, want := range map[time.Time]State{first: Running, deadline.Add(-time.Second): Running, deadline: Overdue} {
		if got := clockOf(t, i, "gdpr-33", at).State; got != want {
			t.Errorf("at %s it is %s", at, got)
		}
	}
	i.Decided = []Decided{{Rule: "gdpr-33", Kind: Excused, Reasons: "no risk"}}
	if got := clockOf(t, i, "gdpr-33", deadline).State; got != NotRequired {
		t.Errorf("excused: %s", got)
	}
	i.Decided = append(i.Decided, Decided{Rule: "gdpr-33", Kind: Required})
	if got := clockOf(t, i, "gdpr-33", deadline).State; got != Overdue {
		t.Errorf("the excuse was taken back: %s", got)
	}
	early := append(slices.Clone(i.Decided), Decided{Rule: "gdpr-33", Kind: Filed, At: deadline.Add(-time.Second)}, Decided{Rule: "gdpr-33", Kind: Filed, At: deadline.Add(48 * time.Hour)})
	i.Decided = append(i.Decided, Decided{Rule: "gdpr-33", Kind: Filed, At: deadline})
	if got := clockOf(t, i, "gdpr-33", deadline).State; got != DoneLate {
		t.Errorf("filed at the deadline: %s", got)
	}
	i.Decided = early
	if got := clockOf(t, i, "gdpr-33", deadline.Add(99*time.Hour)).State; got != Done {
		t.Errorf("the first phase was in time: %s", got)
	}
}

// TestWhatIsRequired: by class, number, risk and mark, with what is not known told as unclear.
func TestWhatIsRequired(t *testing.T) {
	count := func(certain, most int64) *exposure.Count {
		return &exposure.Count{Certain: certain, Likely: certain, AtMost: most}
	}
	for _, x := range []struct {
		name   string
		rule   RuleID
		change func(*Facts)
		want   Answer
	}{
		{"no risk decided", "gdpr-33", func(*Facts) {}, Unclear},
		{"risk", "gdpr-33", func(f *Facts) { f.Risk = RiskLikely }, Yes},
		{"no high risk", "gdpr-34", func(f *Facts) { f.Risk = RiskLikely }, No},
		{"unlikely", "gdpr-33", func(f *Facts) { f.Risk = RiskUnlikely }, No},
		{"unlikely, Indonesia knows no threshold", "id-46-subjects", func(f *Facts) { f.Risk, f.People = RiskUnlikely, count(1, 1) }, Yes},
		{"nobody known yet", "id-46-subjects", func(*Facts) {}, Unclear},
		{"nobody", "id-46-subjects", func(f *Facts) { f.Complete, f.People = true, count(0, 0) }, No},
		{"name, e-mail and city, scope open", "us-ca-residents", func(*Facts) {}, Unclear},
		{"name, e-mail and city, scope closed", "us-ca-residents", func(f *Facts) { f.Complete = true }, No},
		{"with a password", "us-ca-residents", func(f *Facts) { f.Classes = append(f.Classes, exposure.Password) }, Yes},
		{"with a government number", "us-ca-residents", func(f *Facts) { f.Classes = append(f.Classes, exposure.GovernmentID) }, Yes},
		{"a class below a listed one", "us-hipaa-people", func(f *Facts) { f.Classes = []exposure.Class{"user.health_and_medical.record"} }, Yes},
		{"500", "sg-pdpc", func(f *Facts) { f.Risk, f.People = RiskUnlikely, count(500, 900) }, Yes},
		{"perhaps 500", "sg-pdpc", func(f *Facts) { f.Risk, f.People, f.Complete = RiskUnlikely, count(499, 501), true }, Unclear},
		{"not 500", "sg-pdpc", func(f *Facts) { f.Risk, f.People, f.Complete = RiskUnlikely, count(499, 499), true }, No},
		{"residents not counted", "us-ca-ag", func(f *Facts) { f.Classes, f.People = append(f.Classes, exposure.Password), count(9000, 9000) }, Unclear},
		{"500 residents", "us-ca-ag", func(f *Facts) {
			f.Classes, f.Residents = append(f.Classes, exposure.Password), map[string]int64{"US-CA": 500}
		}, No},
		{"501 residents", "us-ca-ag", func(f *Facts) {
			f.Classes, f.Residents = append(f.Classes, exposure.Password), map[string]int64{"US-CA": 501}
		}, Yes},
		{"listed", "us-sec-8k", func(f *Facts) { f.Marks = []string{"listed"} }, Yes},
		{"not listed", "us-sec-8k", func(*Facts) {}, No},
	} {
		i := founding()
		x.change(&i.Facts)
		if c := clockOf(t, i, x.rule, first); c.Outcome.Answer != x.want || c.Outcome.Because[exposure.Indonesian] == "" {
			t.Errorf("%s: %s is %s, because %s; want %s", x.name, x.rule, c.Outcome.Answer, c.Outcome.Because[exposure.English], x.want)
		}
	}
}

// TestRulesOfTheirTime: the Omnibus sleeps, a rule that was not in force does not apply, others' roles and regimes neither.
func TestRulesOfTheirTime(t *testing.T) {
	p, err := House()
	must(t, err)
	has := func(i Incident, id RuleID) bool {
		return slices.ContainsFunc(p.Clocks(i, first), func(c Clock) bool { return c.Rule == id })
	}
	i := founding()
	if has(i, "gdpr-33-omnibus") || has(i, "gdpr-33-2") || !has(i, "us-ca-residents") {
		t.Error("a rule applies that does not, or the other way round")
	}
	i.Happened = []Happening{{"a", "breach_found", time.Date(2026, 1, 1, 7, 59, 0, 0, time.UTC)}} // still 2025 in California
	if has(i, "us-ca-residents") {
		t.Error("a rule applies to what began before it")
	}
	i.Facts.Role = "processor"
	if has(i, "gdpr-33") || !has(i, "gdpr-33-2") {
		t.Error("the role makes no difference")
	}
	i.Facts.Regimes = []Regime{"id"}
	if has(i, "gdpr-33-2") {
		t.Error("the regime makes no difference")
	}
}
