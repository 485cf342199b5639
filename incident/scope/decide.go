package scope

import (
	"context"
	"crypto/sha256"
	"fmt"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/audit"
)

// Acts that two people do.
const (
	closedAct   audit.Act = "scope.closed"
	rejectedAct audit.Act = "scope.finding_rejected"
)

// maxSaid bounds what people say of a group or a finding, in bytes.
const maxSaid = 1_000

// Explain says what a group of rows is; that is a new version. It needs Respond. ErrNoGroup, ErrNotFound, *access.Invalid.
func (c *Cabinet) Explain(ctx context.Context, id exposure.IncidentID, group GroupID, text string) (Revision, error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return Revision{}, err
	}
	if text == "" || len(text) > maxSaid {
		return Revision{}, &access.Invalid{Field: "text", Code: "length", Message: fmt.Sprintf("An explanation has 1 to %d bytes.", maxSaid)}
	}
	v, err := c.last(id)
	if err != nil {
		return Revision{}, err
	}
	return c.change(ctx, v, func(r *Report) error {
		r.Closed = false
		return r.Explain(group, Explanation{text, access.Caller(ctx).String()})
	})
}

// change makes the next version of one by a decision.
func (c *Cabinet) change(ctx context.Context, v kept, decide func(*Report) error) (Revision, error) {
	r, err := c.report(v)
	if err != nil {
		return Revision{}, err
	}
	if err := decide(r); err != nil {
		return Revision{}, err
	}
	r.Version++
	return c.keep(ctx, r, v.Lists, nil)
}

// hashOfAct is what the second person allows: an act on a report, and nothing else.
func hashOfAct(act audit.Act, v Revision, what string) approve.Hash {
	return sha256.Sum256([]byte(string(act) + "\n" + v.about() + "\n" + what))
}

// AskToClose asks a second person to allow that the scope is closed. It needs Respond. ErrOpen, ErrNotFound.
func (c *Cabinet) AskToClose(ctx context.Context, id exposure.IncidentID) (approve.Request, error) {
	r, v, err := c.Report(ctx, id, 0)
	if err != nil {
		return approve.Request{}, err
	}
	if len(r.Open) > 0 {
		return approve.Request{}, ErrOpen
	}
	title := fmt.Sprintf("Close the scope of incident %s: version %d, report SHA-256 %s, %d people for certain, %d likely", id, v.Number, v.Report, r.People.Certain, r.People.Likely)
	return c.o.Desk.Ask(ctx, installation, closedAct, hashOfAct(closedAct, v, ""), title)
}

// Close closes the scope with a request that a second person has allowed; that is a new version. It needs Respond. ErrOpen, ErrNotFound,
// and the errors of approve.Desk.Use: any change since it was asked for is another scope.
func (c *Cabinet) Close(ctx context.Context, id exposure.IncidentID, request string) (Revision, error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return Revision{}, err
	}
	v, err := c.last(id)
	if err != nil {
		return Revision{}, err
	}
	return c.change(ctx, v, func(r *Report) error {
		if len(r.Open) > 0 {
			return ErrOpen
		}
		r.Closed = true
		return c.o.Desk.Use(ctx, request, closedAct, hashOfAct(closedAct, v.Revision, ""))
	})
}

// check is a rejection in the words of the second person.
func (x Rejection) check() (string, error) {
	if x.Reason == "" || len(x.Reason) > maxSaid {
		return "", &access.Invalid{Field: "reason", Code: "length", Message: fmt.Sprintf("A reason has 1 to %d bytes.", maxSaid)}
	}
	return fmt.Sprintf("%d\n%q\n%s\n%q", x.Table, x.Column, x.Class, x.Reason), nil
}

// AskToReject asks a second person to allow that findings are taken for none. It needs Respond. ErrNoFinding, ErrNotFound,
// *access.Invalid.
func (c *Cabinet) AskToReject(ctx context.Context, id exposure.IncidentID, x Rejection) (approve.Request, error) {
	r, v, err := c.Report(ctx, id, 0)
	if err != nil {
		return approve.Request{}, err
	}
	what, err := x.check()
	if err != nil {
		return approve.Request{}, err
	}
	if err := r.Reject(x); err != nil {
		return approve.Request{}, err
	}
	title := fmt.Sprintf("Incident %s: what was found of %s in column %.60q of table %d is none of it: %.200q", id, x.Class, x.Column, x.Table, x.Reason)
	return c.o.Desk.Ask(ctx, installation, rejectedAct, hashOfAct(rejectedAct, v, what), title)
}

// Reject takes findings for none with a request that a second person has allowed; that is a new version. It needs Respond.
func (c *Cabinet) Reject(ctx context.Context, id exposure.IncidentID, x Rejection, request string) (Revision, error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return Revision{}, err
	}
	what, err := x.check()
	if err != nil {
		return Revision{}, err
	}
	v, err := c.last(id)
	if err != nil {
		return Revision{}, err
	}
	return c.change(ctx, v, func(r *Report) error {
		r.Closed = false
		if err := r.Reject(x); err != nil {
			return err
		}
		return c.o.Desk.Use(ctx, request, rejectedAct, hashOfAct(rejectedAct, v.Revision, what))
	})
}
