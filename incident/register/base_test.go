package register

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/incident/register/clock"
	"jejak/incident/register/filing"
)

// found is a scope with numbers that stand nowhere else.
func found() *exposure.Summary {
	return &exposure.Summary{
		Version: 2, Rows: 1_017_331, People: exposure.Count{Certain: 970_243, Likely: 970_811, AtMost: 981_097}, Mailboxes: 969_119,
		Organisations: 4_987, UnmatchedRows: 30_559, Closed: true,
		Classes: []exposure.Exposed{{Class: exposure.Name, People: 970_021}, {Class: exposure.City, People: 613_427}},
		Absences: []exposure.Absence{
			{Class: exposure.Password, Certified: true, Hash: strings.Repeat("a", 64), Wording: map[exposure.Locale]string{"en": "No passwords.", "id": "Tidak ada kata sandi."}},
			{Class: exposure.Card, Wording: map[exposure.Locale]string{"en": "Cards were not looked for.", "id": "Kartu tidak dicari."}},
		},
	}
}

func (r *room) document(id exposure.IncidentID, form filing.Form) filing.Document {
	r.t.Helper()
	d, err := r.Filing(lead, id, form)
	must(r.t, err)
	return d
}

// TestSameNumbersEverywhere: each form has the same counts, and the words of people, classes and rows hold no other number (IR-26).
func TestSameNumbersEverywhere(t *testing.T) {
	r := newRoom(t)
	id := r.incident()
	r.tell(id, r.word("first_word_from_vendor"))
	r.summary = found()
	allowed := map[string]bool{}
	for _, n := range []int64{1_017_331, 970_243, 970_811, 981_097, 969_119, 4_987, 30_559, 970_021, 613_427} {
		allowed[fmt.Sprint(n)] = true
	}
	digits := regexp.MustCompile(`[0-9]{4,}`)
	values := map[filing.Fact]map[string]bool{}
	for _, form := range filing.Forms() {
		d := r.document(id, form)
		if d.Numbers == nil || *d.Numbers != (filing.Numbers{PeopleCertain: 970_243, PeopleLikely: 970_811, PeopleAtMost: 981_097, Mailboxes: 969_119, Organisations: 4_987, Rows: 1_017_331, UnmatchedRows: 30_559}) {
			t.Errorf("%s has the numbers %+v", form, d.Numbers)
		}
		text, people := d.Text(), false
		for _, s := range d.Sections {
			for _, x := range s.Fields {
				if !slices.Contains([]filing.Fact{"people", "records", "organisations", "classes"}, x.Fact) {
					continue
				}
				people = people || x.Fact == "people"
				said := strings.Join(digits.FindAllString(x.Value, -1), " ")
				for _, n := range strings.Fields(said) {
					if !allowed[n] {
						t.Errorf("%s says %s of %s", form, n, x.Fact)
					}
				}
				if values[x.Fact] == nil {
					values[x.Fact] = map[string]bool{}
				}
				values[x.Fact][said] = true
			}
		}
		if !people || !strings.Contains(text, "970243") {
			t.Errorf("%s does not say how many people", form)
		}
	}
	for f, said := range values {
		if len(said) != 1 {
			t.Errorf("%s is told in %d ways: %v", f, len(said), said)
		}
	}
}

// TestFilingsInPhases: what is not known is said to be not known, and becomes known; the next report is promised.
func TestFilingsInPhases(t *testing.T) {
	r := newRoom(t)
	id := r.incident()
	r.tell(id, r.word("first_word_from_vendor"))
	first := r.document(id, "komdigi")
	if first.Phase != 1 || first.Numbers != nil || !slices.Contains(first.Unknown, "Jumlah subjek data") || !slices.Contains(first.Known, "Diketahui") {
		t.Errorf("the first: known %q, unknown %q", first.Known, first.Unknown)
	}
	if text := first.Text(); !strings.Contains(text, "Jumlah subjek data: [belum diketahui]") || !strings.Contains(text, "Pasal 46") {
		t.Errorf("the letter is\n%s", text)
	}
	next := r.now.Add(48 * time.Hour)
	_, err := r.Change(lead, id, 1, Fields{Title: "Dataset exported", Role: "controller", Organisation: "PT Contoh", NextReport: &next})
	must(t, err)
	_, err = r.Decide(lead, id, "id-46-institution", NewDecision{Kind: clock.Filed})
	must(t, err)
	r.summary = found()
	second := r.document(id, "komdigi")
	if second.Phase != 2 || !slices.Contains(second.Known, "Jumlah subjek data") || second.NextReport == nil || second.Scope != 2 {
		t.Errorf("the second: %+v", second)
	}
	if !strings.Contains(second.Text(), "pengendali data pribadi") || !strings.Contains(second.Text(), "2026-11-27 09:00 UTC") {
		t.Errorf("the letter is\n%s", second.Text())
	}
}

// TestOnlyCertifiedAbsences: of what has no certificate no form says that it is not there.
func TestOnlyCertifiedAbsences(t *testing.T) {
	r := newRoom(t)
	id := r.incident()
	r.summary = found()
	for _, form := range filing.Forms() {
		if text := r.document(id, form).Text(); strings.Contains(text, "Cards") || strings.Contains(text, "Kartu") {
			t.Errorf("%s speaks of what was not certified", form)
		}
	}
	if text := r.document(id, "edpb").Text(); !strings.Contains(text, "No passwords. (SHA-256 aaaa") {
		t.Errorf("what was certified is missing:\n%s", text)
	}
}

// TestFilingsAreInert: what an attacker chose as a name does nothing in any form, and is not taken for a place of the form.
func TestFilingsAreInert(t *testing.T) {
	r := newRoom(t)
	evil := `<script>alert(1)</script>{measures}"'=cmd|`
	i, err := r.Create(lead, Fields{Title: evil, Role: "controller", Vendor: evil, Organisation: evil, Measures: "told"})
	must(t, err)
	for _, form := range filing.Forms() {
		d := r.document(i.ID, form)
		page, err := d.HTML()
		must(t, err)
		if bytes.Contains(page, []byte("<script")) || bytes.Contains(page, []byte("http")) {
			t.Errorf("%s: %s", form, page)
		}
		if !strings.Contains(d.Text(), evil) {
			t.Errorf("%s changes what was written", form)
		}
	}
}

// TestFilingsRepeat: the same facts give the same bytes, of which the audit log has the hash.
func TestFilingsRepeat(t *testing.T) {
	r := newRoom(t)
	id := r.incident()
	r.tell(id, r.word("first_word_from_vendor"))
	r.summary = found()
	for _, form := range filing.Forms() {
		a, err := r.document(id, form).JSON()
		must(t, err)
		b, err := r.document(id, form).JSON()
		must(t, err)
		if !bytes.Equal(a, b) || !json.Valid(a) {
			t.Errorf("%s differs", form)
		}
	}
	if _, err := r.Filing(lead, id, "none"); !errors.Is(err, access.ErrNotFound) {
		t.Errorf("no such form: %v", err)
	}
	last, err := r.vault.Log().Entry(r.vault.Log().Size() - 1)
	must(t, err)
	if !bytes.Contains(last, []byte("incident.filing_made")) {
		t.Errorf("the audit log says %s", last)
	}
}

// TestLateForms: a form after its deadline says why, or that nobody has said it.
func TestLateForms(t *testing.T) {
	r := newRoom(t)
	id := r.incident()
	r.tell(id, r.word("first_word_from_vendor"))
	r.now = r.now.Add(73 * time.Hour)
	if text := r.document(id, "edpb").Text(); !strings.Contains(text, "after 72 hours: [!]") {
		t.Errorf("late without a word:\n%s", text)
	}
	_, err := r.Decide(lead, id, "gdpr-33", NewDecision{Kind: clock.Delayed, Reasons: "the vendor handed the data over after 16 days"})
	must(t, err)
	if text := r.document(id, "edpb").Text(); !strings.Contains(text, "after 72 hours: the vendor handed") {
		t.Errorf("late with a reason:\n%s", text)
	}
}
