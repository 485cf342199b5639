package app

import (
	"fmt"
	"testing"

	"jejak/analytics/show"
	"jejak/question"
)

// TestCustoms saves a custom event and a custom property, asks with both, changes one and deletes them: the answer is always
// as if the definition of now had been there when the events came.
func TestCustoms(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	h.track("pay", `,"distinct_id":"u","price":5,"count":2`)
	h.track("buy", `,"distinct_id":"u","price":1,"count":7`)
	h.track("view", `,"distinct_id":"u","price":9,"count":9`)
	at := fmt.Sprintf("/api/v1/projects/%d", h.project.ID)

	var orders show.CustomEvent
	made := h.browse("POST", at+"/custom-events", `{"name":"Orders","any_of":[{"event":"pay"},{"event":"buy","filter":{"where":"properties[\"count\"] > 5"}}]}`)
	made.want(t, 201)
	made.into(t, &orders)
	var worth show.CustomProperty
	made = h.browse("POST", at+"/custom-properties", `{"name":"Worth","expression":"properties[\"price\"] * properties[\"count\"]"}`)
	made.want(t, 201)
	made.into(t, &worth)

	ask := fmt.Sprintf(`{"kind":"trend","range":{"last":2,"unit":"day","zone":"UTC"},"interval":"month","metrics":[{"name":"A","event":%q,"measure":"sum","property":%q}]}`,
		orders.Event, worth.Property)
	h.wantTotal(ask, "17")
	h.browse("PATCH", fmt.Sprintf("%s/custom-properties/%d", at, worth.ID), `{"expression":"-properties[\"price\"]"}`).want(t, 200)
	h.wantTotal(ask, "-6")
	h.browse("PATCH", fmt.Sprintf("%s/custom-events/%d", at, orders.ID), `{"name":"Orders","any_of":[{"any_event":true}]}`).want(t, 200)
	h.wantTotal(ask, "-15")

	values := h.script("GET", "/values?property="+worth.Property, "")
	if values.want(t, 200); values.body != "[{\"value\":-9,\"rows\":1},{\"value\":-5,\"rows\":1},{\"value\":-1,\"rows\":1}]\n" {
		t.Errorf("its values are %s", values.body)
	}
	h.script("GET", "/values?property=%3D1%2B", "").want(t, 422)

	var events []show.CustomEvent
	h.script("GET", "/custom-events", "").into(t, &events)
	var properties []show.CustomProperty
	h.script("GET", "/custom-properties", "").into(t, &properties)
	if len(events) != 1 || events[0].ID != orders.ID || len(properties) != 1 || properties[0].Expression != `-properties["price"]` {
		t.Errorf("there are %+v and %+v", events, properties)
	}
	h.browse("DELETE", fmt.Sprintf("%s/custom-properties/%d", at, worth.ID), "").want(t, 204)
	h.wantTotal(ask, "0")
	h.browse("DELETE", fmt.Sprintf("%s/custom-events/%d", at, orders.ID), "").want(t, 204)
	h.browse("DELETE", fmt.Sprintf("%s/custom-events/%d", at, orders.ID), "").want(t, 404)
	h.wantTotal(ask, "0")
}

func TestCustomsRefused(t *testing.T) {
	h := newHouse(t)
	h.signIn()
	at := fmt.Sprintf("/api/v1/projects/%d", h.project.ID)
	for body, want := range map[string]string{
		`{"name":"","any_of":[{"event":"a"}]}`:                         "name bad_name",
		`{"name":"A","any_of":[]}`:                                     "any_of bad_selector",
		`{"name":"A","any_of":[{"event":"a","filter":{"where":"("}}]}`: "any_of[0].filter.where bad_expression",
	} {
		a := h.browse("POST", at+"/custom-events", body)
		a.want(t, 422)
		if f := faultOf(t, a); f.Location+" "+f.Code != want {
			t.Errorf("%s: %+v", body, f)
		}
	}
	a := h.browse("POST", at+"/custom-properties", `{"name":"A","expression":"behaviors[\"plan\"]"}`)
	if f := faultOf(t, a); f.Code != "needs_people" {
		t.Errorf("people: %+v", f)
	}
	h.browse("PATCH", at+"/custom-properties/1", `{"name":"A","expression":"1"}`).want(t, 404)
}

// wantTotal asks a trend of one metric.
func (h *house) wantTotal(ask, want string) {
	h.t.Helper()
	a := h.script("POST", "/ask", ask)
	a.want(h.t, 200)
	var told question.TrendAnswer
	a.into(h.t, &told)
	if len(told.Series) != 1 || told.Series[0].Total == nil || fmt.Sprint(*told.Series[0].Total) != want {
		h.t.Errorf("answered %s, want %s", a.body, want)
	}
}
