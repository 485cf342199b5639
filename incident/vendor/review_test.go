package vendor

import (
	"fmt"
	"testing"

	"jejak/exposure"
)

func TestQuestions(t *testing.T) {
	keys := map[string]bool{}
	for _, q := range Questions() {
		keys[q.Key] = true
		if q.English == "" || q.Indonesian == "" {
			t.Errorf("%s is not in both languages", q.Key)
		}
	}
	if len(keys) != 40 {
		t.Errorf("%d questions", len(keys))
	}
}

// TestReviewAfter is IR-23: of 14 vendors 9 share a class with the one of the incident; 9 reviews are opened, due by risk, once.
func TestReviewAfter(t *testing.T) {
	h := newHouse(t)
	at := h.save(mixpanel())
	for i := range 14 {
		v := Vendor{Name: fmt.Sprintf("Vendor %d", i), Services: []Service{{Name: "s", Flows: []Flow{{
			Direction: To, Basis: "contract", Hosts: []string{fmt.Sprintf("v%d.example.net", i)}, Classes: []exposure.Class{exposure.Device},
		}}}}}
		if i < 9 {
			v.Services[0].Flows[0].Classes = append(v.Services[0].Flows[0].Classes, exposure.Email)
		}
		h.save(v)
	}
	list, err := h.ReviewAfter(h.lead, "2026-01", at.ID)
	if err != nil || len(list) != 9 {
		t.Fatalf("%d reviews, %v", len(list), err)
	}
	if again, err := h.ReviewAfter(h.lead, "2026-01", at.ID); err != nil || len(again) != 0 {
		t.Errorf("again: %d, %v", len(again), err)
	}
	if !list[0].Due.Equal(h.clock.AddDate(0, 0, 30)) {
		t.Errorf("due %v", list[0].Due)
	}
	if daysFor([]exposure.Class{exposure.Device, exposure.Card}) != 7 || daysFor([]exposure.Class{exposure.Phone}) != 14 {
		t.Error("graver classes are not due earlier")
	}
}

func TestAnswersAndEvidence(t *testing.T) {
	h := newHouse(t)
	v := h.save(mixpanel())
	review, err := h.OpenReview(h.lead, v.ID, Yearly)
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string]ReviewAnswer{}
	for _, q := range Questions() {
		answers[q.Key] = ReviewAnswer{Says: "yes", Expires: h.clock.AddDate(1, 0, 0)}
	}
	if _, err := h.AnswerReview(h.lead, review.ID, answers, true); err != nil {
		t.Fatal(err)
	}
	list, _ := h.Reviews(h.auditor)
	if list[0].Risk != 0 || list[0].Overdue || len(list[0].Expired) > 0 {
		t.Errorf("all is well, but %+v", list[0])
	}
	h.clock = h.clock.AddDate(1, 0, 1)
	if list, _ = h.Reviews(h.auditor); list[0].Risk != 40 || len(list[0].Expired) != 40 {
		t.Errorf("all evidence has run out, but the risk is %d", list[0].Risk)
	}
	if _, err := h.AnswerReview(h.lead, review.ID, map[string]ReviewAnswer{"none": {Says: "yes"}}, false); err == nil {
		t.Error("an unknown question was answered")
	}
}
