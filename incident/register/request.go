package register

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
)

// NewRequest is something that is asked of a vendor.
type NewRequest struct {
	To       string     `json:"to" doc:"Whom: a vendor, and who there."`
	What     string     `json:"what"`
	Asked    *time.Time `json:"asked,omitempty" doc:"Absent: now."`
	DueHours int        `json:"due_hours" minimum:"1" maximum:"8760" doc:"As the contract has it."`
}

// NewAnswer is an answer of a vendor, or a reminder to it.
type NewAnswer struct {
	Request  int        `json:"request"`
	Reminder bool       `json:"reminder,omitempty" doc:"They were asked again."`
	Final    bool       `json:"final,omitempty" doc:"It answers all that was asked."`
	At       *time.Time `json:"at,omitempty" doc:"Absent: now."`
	Text     string     `json:"text"`
}

// VendorRequest is a request with what became of it.
type VendorRequest struct {
	Number int `json:"number" doc:"From 1."`
	NewRequest
	By      string      `json:"asked_by"`
	Due     time.Time   `json:"due"`
	Answers []NewAnswer `json:"answers"`
	Done    *time.Time  `json:"answered,omitempty"`
	State   string      `json:"state" enum:"waiting,overdue,answered,answered_late"`
	Days    int         `json:"waiting_days" doc:"Whole days from asking to the answer, or to now."`
}

// Ask notes a request to a vendor. It needs Respond. *access.Invalid, ErrClosed.
func (r *Register) Ask(ctx context.Context, id exposure.IncidentID, q NewRequest) (VendorRequest, error) {
	i, err := r.change(ctx, id, true, func(i *Incident) (kind, any, error) {
		now := r.now()
		if q.Asked == nil {
			q.Asked = &now
		}
		if q.DueHours < 1 || q.DueHours > 8760 || q.Asked.After(now) {
			return "", nil, &access.Invalid{Field: "due_hours", Code: "malformed", Message: "an answer is due within 1 to 8760 hours of a request that was sent"}
		}
		if err := checkText("to", q.To, 1, maxWord); err != nil {
			return "", nil, err
		}
		return ofRequest, q, checkText("what", q.What, 1, maxText)
	})
	if err != nil {
		return VendorRequest{}, err
	}
	return i.requestsAt(r.now())[len(i.Requests)-1], nil
}

// Answer notes an answer, or a reminder. It needs Respond. *access.Invalid, access.ErrNotFound.
func (r *Register) Answer(ctx context.Context, id exposure.IncidentID, a NewAnswer) (VendorRequest, error) {
	i, err := r.change(ctx, id, false, func(i *Incident) (kind, any, error) {
		now := r.now()
		if a.At == nil {
			a.At = &now
		}
		switch {
		case a.Request < 1 || a.Request > len(i.Requests):
			return "", nil, access.ErrNotFound
		case a.At.After(now) || a.At.Before(*i.Requests[a.Request-1].Asked):
			return "", nil, &access.Invalid{Field: "at", Code: "malformed", Message: "this lies before the request, or in the future"}
		case a.Reminder && a.Final:
			return "", nil, &access.Invalid{Field: "final", Code: "malformed", Message: "a reminder is no answer"}
		}
		return ofAnswer, a, checkText("text", a.Text, 1, maxText)
	})
	if err != nil {
		return VendorRequest{}, err
	}
	return i.requestsAt(r.now())[a.Request-1], nil
}

// Requests are those of an incident, with how long each has waited. It needs Follow.
func (r *Register) Requests(ctx context.Context, id exposure.IncidentID) ([]VendorRequest, error) {
	if err := mayRead(ctx); err != nil {
		return nil, err
	}
	i, err := r.read(ctx, id)
	return i.requestsAt(r.now()), err
}

func (i *Incident) takeRequest(l line) error {
	if l.Kind == ofRequest {
		q := VendorRequest{Number: len(i.Requests) + 1, By: l.By, Answers: []NewAnswer{}}
		if err := json.Unmarshal(l.Body, &q.NewRequest); err != nil {
			return err
		}
		q.Due = q.Asked.Add(time.Duration(q.DueHours) * time.Hour)
		i.Requests = append(i.Requests, q)
		return nil
	}
	var a NewAnswer
	if err := json.Unmarshal(l.Body, &a); err != nil {
		return err
	}
	if a.Request < 1 || a.Request > len(i.Requests) {
		return fmt.Errorf("there is no request %d", a.Request)
	}
	q := &i.Requests[a.Request-1]
	q.Answers = append(q.Answers, a)
	if a.Final && q.Done == nil {
		q.Done = a.At
	}
	return nil
}

// requestsAt are the requests as they stand at an instant.
func (i *Incident) requestsAt(now time.Time) []VendorRequest {
	out := slices.Clone(i.Requests)
	for n := range out {
		q := &out[n]
		until := now
		q.State = "waiting"
		if !now.Before(q.Due) {
			q.State = "overdue"
		}
		if q.Done != nil {
			until, q.State = *q.Done, "answered"
			if q.Done.After(q.Due) {
				q.State = "answered_late"
			}
		}
		q.Days = int(until.Sub(*q.Asked) / (24 * time.Hour))
	}
	return out
}
