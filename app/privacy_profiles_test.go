package app

import (
	"fmt"
	"math"
	"net/http"
	"testing"
	"time"

	"jejak/analytics/people"
	"jejak/analytics/store"
	"jejak/event"
	"jejak/ground/access"
)

// engagePrivately sends personal values through every operation on profiles of people and groups, and IDs of groups through
// every door.
func engagePrivately(h *house) {
	h.t.Helper()
	user, device, mail, name, phone, group := secretValues[0], secretValues[1], secretValues[2], secretValues[3], secretValues[4], secretValues[5]
	if _, err := h.ground.access.SetGroupKeys(access.AtConsole(h.t.Context()), event.ProjectID(h.project.ID), []access.GroupKey{{Key: "company"}}); err != nil {
		h.t.Fatal(err)
	}
	h.track("Private company", fmt.Sprintf(`,"distinct_id":"somebody","company":%q`, group))
	h.track("Private company", fmt.Sprintf(`,"distinct_id":"somebody","company":["x",%q,{"id":%q}]`, group, group))
	body := fmt.Sprintf(`[{"event":"Private company","properties":{"time":%d,"$insert_id":"i2","distinct_id":"somebody","company":%q}}]`, time.Now().Unix(), group)
	h.ask("POST", fmt.Sprintf("/import?strict=1&project_id=%d", h.project.ID), body, "Content-Type", "application/json",
		"Authorization", basic(h.project.ServiceAccount.Username, h.project.ServiceAccount.Secret)).want(h.t, http.StatusOK)
	h.engage(fmt.Sprintf(`"$distinct_id":%q,"$set":{"id":%q,"marker":%q}`, user, user, marker))
	h.updateGroup(fmt.Sprintf(`"$group_key":"company","$group_id":%q,"$set":{"id":%q}`, group, group))
	for _, values := range []string{
		fmt.Sprintf(`{"$email":%q,"$name":%q,"name":%q,"$phone":%q,"note":%q}`, mail, name, name, phone, "call "+phone),
		fmt.Sprintf(`{"$username":%q,"$avatar":%q,"$first_name":%q,"$user_id":%q,"$device_id":%q}`, mail, "https://x.example/"+mail, name, user, device),
		fmt.Sprintf(`{%q:1,"nested":{"mail":%q,"deep":[{"phone":%q}]}}`, mail, mail, phone),
		fmt.Sprintf(`{"company":[%q],"mails":[%q,%q]}`, group, mail, "to "+mail),
		fmt.Sprintf(`{"$transactions":{"$amount":5,"buyer_name":%q,"to":%q}}`, name, mail),
	} {
		for _, operation := range []string{"$set", "$set_once", "$union", "$append", "$remove", "$add", "$merge"} {
			h.engage(fmt.Sprintf(`"$distinct_id":%q,%q:%s`, user, operation, values))
			h.updateGroup(fmt.Sprintf(`"$group_key":"company","$group_id":%q,%q:%s`, group, operation, values))
		}
	}
	h.engage(fmt.Sprintf(`"$distinct_id":%q,"$unset":[%q]`, user, mail))
	h.engage(fmt.Sprintf(`"$distinct_id":%q,"$delete":%q`, mail, mail))
	h.engage(fmt.Sprintf(`"$distinct_id":%q,"$delete":%q,"$set":{"a":1}`, device, device))
	h.updateGroup(fmt.Sprintf(`"$group_key":"team","$group_id":%q,"$set":{"contact":%q}`, group, mail))
	h.updateGroup(fmt.Sprintf(`"$group_key":"team","$group_id":%q,"$delete":""`, group))
}

// searchStore looks at all that the store holds of the project, unpacked: what is compressed cannot hide.
func searchStore(t *testing.T, h *house) {
	t.Helper()
	project, rows := event.ProjectID(h.project.ID), 0
	for _, p := range []event.ProjectID{project, people.Shadow(project)} {
		snap, err := h.store.Snapshot(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range snap.Sections(store.Selection{Bots: true, From: math.MinInt64, To: math.MaxInt64}) {
			rows += s.Rows()
			searchFor(t, []byte(s.Name()), "the name of an event")
			for _, name := range snap.PropertyNames("") {
				searchFor(t, []byte(name), "the name of a property")
				if c := s.Column(name); c != nil && c.HasOthers() {
					c.Dictionary().Values(1, uint32(c.Dictionary().Len()+1), func(_ uint32, v event.Value) {
						searchFor(t, []byte(v.Text), fmt.Sprintf("property %s of %s", name, s.Name()))
					})
				}
			}
		}
		snap.Release()
		for _, kind := range []store.RecordKind{store.Identifiers, store.Profiles, store.Hidden, store.Groups} {
			for body, err := range h.store.Records(p, kind) {
				if err != nil {
					t.Fatal(err)
				}
				searchFor(t, body, fmt.Sprintf("ledger %d", kind))
			}
		}
	}
	if rows < 15 {
		t.Errorf("the store holds %d rows: the search looks at the wrong place", rows)
	}
}
