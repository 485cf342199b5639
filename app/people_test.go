package app

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"jejak/question"
)

// TestPeopleHaveNumbers asks who is behind a number and what each of them did: the answers hold no identifier.
func TestPeopleHaveNumbers(t *testing.T) {
	h := newHouse(t)
	h.track("Pay", `,"distinct_id":"ana@example.com","plan":"Pro"`)
	h.track("Pay", `,"$user_id":"ben-4711","$device_id":"device-0815","distinct_id":"ben-4711","plan":"Free"`)
	const week = `"range":{"last":7,"unit":"day","zone":"UTC"}`
	list := h.script("POST", "/ask", `{"kind":"people","cell":{"metric":"A"},"of":{"kind":"trend",`+week+`,"interval":"day","metrics":[{"name":"A","event":"Pay","measure":"unique"}]}}`)
	list.want(t, http.StatusOK)
	var people question.PeopleAnswer
	list.into(t, &people)
	if people.Count != 2 || len(people.People) != 2 {
		t.Fatalf("the people are %s", list.body)
	}
	told := list.body
	for _, p := range people.People {
		a := h.script("POST", "/ask", fmt.Sprintf(`{"kind":"timeline","person":%d,%s}`, p, week))
		a.want(t, http.StatusOK)
		var line question.TimelineAnswer
		a.into(t, &line)
		if line.Count != 1 || line.Events[0].Name != "Pay" || line.Events[0].Properties["plan"] == nil {
			t.Errorf("person %d has the timeline %s", p, a.body)
		}
		told += a.body
	}
	for _, id := range []string{"ana@example.com", "ben-4711", "device-0815"} {
		if strings.Contains(told, id) {
			t.Errorf("the answers hold the identifier %s:\n%s", id, told)
		}
	}
}
