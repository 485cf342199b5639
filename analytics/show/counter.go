package show

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jejak/event"
	"jejak/ground/access"
)

// Counters reconcile: received = accepted + refused; accepted = durable + what is on its way; durable = askable +
// duplicates + expired + erased.
type Counters struct {
	Received   uint64                  `json:"received" doc:"Events that came with the project's token or credentials, and other records that were refused."`
	Accepted   uint64                  `json:"accepted" doc:"Received and not refused."`
	Refused    map[event.Reason]uint64 `json:"refused" doc:"By reason."`
	Durable    uint64                  `json:"durable" doc:"Events that survive power loss."`
	Askable    uint64                  `json:"askable" doc:"Events that questions see; the same event twice counts once."`
	Duplicates uint64                  `json:"duplicates" doc:"Earlier arrivals that a later one replaced."`
	Expired    uint64                  `json:"expired" doc:"Events older than the project keeps."`
	Changed    []Changed               `json:"changed" nullable:"false" doc:"Values in events that were kept: what was done to them, at the door. The 1,000 first are told apart; the property * stands for the others."`
	Erased     uint64                  `json:"erased" doc:"Events of people who were erased."`
	Strangers  uint64                  `json:"strangers" doc:"Records with a token of no project, since the server started."`
	Recent     []Refusal               `json:"recent_refusals" doc:"The newest first, since the server started."`
}

// Changed counts what was done to values of one class under one property. It holds no value.
type Changed struct {
	Did      event.Did `json:"did" enum:"sealed,cut,dropped,bucketed,renamed,unknown"`
	Class    string    `json:"class" doc:"What the values are; empty where nothing was recognised."`
	Property string    `json:"property" doc:"Empty: the name of the event or of a property."`
	Values   uint64    `json:"values"`
}

// ChangedOf lists counts, the highest first.
func ChangedOf(all event.Changes) []Changed {
	list := []Changed{}
	for c, n := range all {
		list = append(list, Changed{c.Did, c.Class, c.Property, n})
	}
	slices.SortFunc(list, func(a, b Changed) int {
		return cmp.Or(cmp.Compare(b.Values, a.Values), cmp.Compare(a.Did, b.Did), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Property, b.Property))
	})
	return list
}

// Refusal is one no. It holds no value of the event.
type Refusal struct {
	Time   time.Time    `json:"time"`
	Reason event.Reason `json:"reason"`
	Field  string       `json:"field" doc:"What was wrong, for example properties.time; empty for the whole record."`
	Event  string       `json:"event" doc:"The event's name, cut to 64 characters; empty when it has none."`
}

func (s *server) offerCounters(api huma.API) {
	op := operation("getCounters", http.MethodGet, "/projects/{id}/counters", "What became of everything received", byBoth)
	register(s, api, op, s.counters)
}

func (s *server) counters(ctx context.Context, in *InProject) (*answered[Counters], error) {
	p := event.ProjectID(in.ID)
	if err := access.May(ctx, p, access.Read); err != nil {
		return nil, err
	}
	if _, err := s.Access.Project(ctx, p); err != nil {
		return nil, err
	}
	c := s.Counters(p)
	c.Accepted = c.Received
	for _, n := range c.Refused {
		c.Accepted -= n
	}
	if c.Refused == nil {
		c.Refused = map[event.Reason]uint64{}
	}
	if c.Recent == nil {
		c.Recent = []Refusal{}
	}
	return answer(c), nil
}
