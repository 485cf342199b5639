package show

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jejak/analytics/forget"
	"jejak/analytics/people"
	"jejak/event"
	"jejak/question"
)

// Erasure is the receipt of one.
type Erasure forget.Receipt

// OrderedErasure is an erasure of the past. It is carried out: what was ordered before a crash is, at the next start.
type OrderedErasure struct {
	Erasure string    `json:"erasure" doc:"32 hexadecimal digits, as the receipt names it."`
	Kind    string    `json:"kind" enum:"person,group"`
	Ordered time.Time `json:"ordered"`
	Numbers int       `json:"numbers" doc:"How many identifiers the person had."`
}

type newErasure struct {
	InProject
	Body struct {
		DistinctID string `json:"distinct_id,omitempty" maxLength:"1000" doc:"Of a person, as clients send it; $device: in front of a device's."`
		Number     uint32 `json:"number,omitempty" format:"int64" doc:"Of a person, as answers name people."`
		GroupKey   string `json:"group_key,omitempty" maxLength:"255" doc:"With group_id, an organisation: what is known of it goes, events stay with their people."`
		GroupID    string `json:"group_id,omitempty" maxLength:"1000"`
	}
}

func (s *server) offerErasures(api huma.API) {
	op := operation("erase", http.MethodPost, "/projects/{id}/erasures", "Erase a person or an organisation, for ever", bySession)
	register(s, api, op, s.erase)
	register(s, api, operation("listErasures", http.MethodGet, "/projects/{id}/erasures", "What was erased, the newest first", bySession), s.listErasures)
}

func (s *server) listErasures(ctx context.Context, in *InProject) (*answered[[]OrderedErasure], error) {
	orders, err := s.Forget.Orders(ctx, event.ProjectID(in.ID))
	list := make([]OrderedErasure, 0, len(orders))
	for _, o := range slices.Backward(orders) {
		list = append(list, OrderedErasure{o.ID, o.What(), o.At.UTC(), len(o.Numbers)})
	}
	return answer(list), err
}

func (s *server) erase(ctx context.Context, in *newErasure) (*answered[Erasure], error) {
	p, b := event.ProjectID(in.ID), in.Body
	var r forget.Receipt
	var err error
	switch {
	case b.DistinctID != "" && b.Number == 0 && b.GroupKey == "" && b.GroupID == "":
		r, err = s.Forget.DistinctID(ctx, p, b.DistinctID)
	case b.DistinctID == "" && b.Number != 0 && b.GroupKey == "" && b.GroupID == "":
		r, err = s.Forget.Person(ctx, p, event.Actor(b.Number))
	case b.DistinctID == "" && b.Number == 0 && b.GroupKey != "" && b.GroupID != "":
		r, err = s.Forget.Group(ctx, p, people.Section(b.GroupKey), event.GroupID{Key: b.GroupKey, ID: b.GroupID})
	default:
		if err = s.Forget.May(ctx, p); err == nil {
			err = newProblem(http.StatusUnprocessableEntity, "name one person or one organisation",
				[]question.Fault{{Location: "body", Code: "invalid", Message: "expected distinct_id, number, or group_key with group_id"}})
		}
	}
	return answer(Erasure(r)), err
}
