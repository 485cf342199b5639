package identify

import (
	"errors"
	"strings"
	"testing"

	"jejak/event"
)

func groupsOf(b *book, keys ...string) *Groups {
	return NewGroups(safe{}, b, func(event.ProjectID) []string { return keys })
}

// visit sends one event with a value under company, and returns what is left of it.
func visit(t *testing.T, g *Groups, v event.Value) event.Value {
	t.Helper()
	b := &event.Batch{Project: 1, Events: []event.Event{{Properties: []event.Property{{Name: "plan", Value: event.StringOf("acme")}, {Name: "company", Value: v}}}}}
	if err := g.Identify(b); err != nil {
		t.Fatal(err)
	}
	if b.Events[0].Get("plan").Text != "acme" {
		t.Errorf("another property became %v", b.Events[0].Get("plan"))
	}
	return b.Events[0].Get("company")
}

func TestGroupsBecomeTokens(t *testing.T) {
	ledger := &book{}
	g := groupsOf(ledger, "company", "team")
	token := visit(t, g, event.StringOf("acme"))
	other := visit(t, g, event.NumberOf(17))
	if !strings.HasPrefix(token.Text, "[company:") || len(token.Text) != len("[company:]")+16 || token == other {
		t.Errorf("tokens %v and %v", token, other)
	}
	list := visit(t, g, event.ListOf(`["acme",17,"17",true,{"id":"acme"}]`))
	if want := `["` + token.Text + `","` + other.Text + `","` + other.Text + `","[company:`; !strings.HasPrefix(list.Text, want) || strings.Contains(list.Text, "acme") {
		t.Errorf("a list became %s, want %s…", list.Text, want)
	}
	for _, v := range []event.Value{event.BooleanOf(true), event.StringOf("")} {
		if got := visit(t, g, v); got != v {
			t.Errorf("%v became %v", v, got)
		}
	}
	again := groupsOf(ledger, "company")
	if got := visit(t, again, event.StringOf("acme")); got != token {
		t.Errorf("after a restart the token is %v, was %v", got, token)
	}
	for _, r := range ledger.records[1] {
		if strings.Contains(string(r), "acme") {
			t.Errorf("the ledger holds %q", r)
		}
	}
	if unlisted := visit(t, groupsOf(ledger), event.StringOf("acme")); unlisted.Text != "acme" {
		t.Errorf("a property that is no group key became %v", unlisted)
	}
}

func TestGroupsAreFound(t *testing.T) {
	g := groupsOf(&book{}, "company")
	ids := []event.GroupID{{Key: "company", ID: "acme"}, {Key: "team", ID: "acme"}, {Key: "company", ID: "acme"}}
	groups, err := g.Resolve(1, ids)
	if err != nil || groups[0] != groups[2] || groups[0].Actor == groups[1].Actor || groups[0].Token == groups[1].Token {
		t.Fatalf("groups %v, error %v", groups, err)
	}
	for id, want := range map[event.GroupID]event.Actor{
		ids[0]: groups[0].Actor, ids[1]: groups[1].Actor, {Key: "company", ID: groups[0].Token}: groups[0].Actor,
		{Key: "company", ID: "other"}: 0, {Key: "company", ID: "[company:0123456789abcdef]"}: 0, {Key: "company", ID: groups[1].Token}: 0,
	} {
		if a, err := g.Find(1, id); a != want || err != nil {
			t.Errorf("%v is group %d, want %d (%v)", id, a, want, err)
		}
	}
	list, err := g.SealedIDs(1, []event.Actor{groups[1].Actor})
	if err != nil || len(list) != 1 || list[0].Actor != groups[1].Actor || list[0].Field != "group" {
		t.Errorf("sealed %v, error %v", list, err)
	}
}

func TestEventsOfGroupsThatCannotBeKept(t *testing.T) {
	broken := errors.New("broken")
	for _, v := range []safe{{broken: broken}, {unready: broken}, {unsettled: broken}} {
		g := NewGroups(v, &book{}, func(event.ProjectID) []string { return []string{"company"} })
		b := &event.Batch{Project: 1, Events: []event.Event{{Properties: []event.Property{{Name: "company", Value: event.StringOf("acme")}}}}}
		if err := g.Identify(b); !errors.Is(err, broken) || strings.Contains(err.Error(), "acme") {
			t.Errorf("error %v", err)
		}
	}
}
