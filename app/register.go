package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/incident/register"
	"jejak/incident/register/clock"
	"jejak/incident/register/filing"
	"jejak/incident/register/statement"
	"jejak/incident/scope"
)

// scopeOf tells the register what the newest scope of an incident found.
type scopeOf struct{ *scope.Cabinet }

// Summary implements register.Scope. The register has asked who may.
func (s scopeOf) Summary(ctx context.Context, id exposure.IncidentID) (*exposure.Summary, error) {
	found, err := s.Cabinet.Summary(access.AtConsole(ctx), id, 0)
	if errors.Is(err, scope.ErrNotFound) {
		return nil, nil
	}
	return &found, err
}

// register is where incidents are kept.
func (g *ground) register(data string, b register.Bell) (*register.Register, error) {
	rules, err := rulesOf(data)
	if err != nil {
		return nil, err
	}
	return register.New(register.Options{
		DB: g.meta, Vault: g.vault, Log: g.vault.Log(), Desk: g.approve, Rules: rules, Scope: scopeOf{g.cabinet(data)}, Bell: b,
	}), nil
}

// withRegister works on the register of a data folder at the console, whether or not a server runs on it.
func withRegister[T any](ctx context.Context, data string, k Keys, do func(context.Context, *register.Register) (T, error)) (out T, err error) {
	var down stack
	defer func() { err = errors.Join(err, down.unwind(ctx)) }()
	g, err := openGround(data, k, &down)
	if err != nil {
		return out, err
	}
	r, err := g.register(data, nil)
	if err != nil {
		return out, err
	}
	return do(access.AtConsole(ctx), r)
}

// OpenIncident opens an incident; fields is JSON as the API takes it.
func OpenIncident(ctx context.Context, data string, k Keys, fields []byte) (register.Incident, error) {
	var f register.Fields
	if err := json.Unmarshal(fields, &f); err != nil {
		return register.Incident{}, fmt.Errorf("cannot read the fields of the incident: %w", err)
	}
	return withRegister(ctx, data, k, func(ctx context.Context, r *register.Register) (register.Incident, error) { return r.Create(ctx, f) })
}

// ListIncidents is all incidents.
func ListIncidents(ctx context.Context, data string, k Keys) ([]register.Listed, error) {
	return withRegister(ctx, data, k, func(ctx context.Context, r *register.Register) ([]register.Listed, error) { return r.List(ctx) })
}

// ShowIncident is one.
func ShowIncident(ctx context.Context, data string, k Keys, id string) (register.Incident, error) {
	return withRegister(ctx, data, k, func(ctx context.Context, r *register.Register) (register.Incident, error) {
		return r.Incident(ctx, exposure.IncidentID(id))
	})
}

// Entry is what is told of an incident.
type Entry = register.NewEntry

// Moment is a time with how exactly it is known.
type Moment = register.Moment

// EventType is the type of an Entry.
type EventType = clock.EventType

// TellIncident adds an entry to the timeline.
func TellIncident(ctx context.Context, data string, k Keys, id string, e Entry) (register.Told, error) {
	return withRegister(ctx, data, k, func(ctx context.Context, r *register.Register) (register.Told, error) {
		return r.Tell(ctx, exposure.IncidentID(id), e)
	})
}

// IncidentClocks are the legal clocks of an incident.
func IncidentClocks(ctx context.Context, data string, k Keys, id string) ([]clock.Clock, error) {
	return withRegister(ctx, data, k, func(ctx context.Context, r *register.Register) ([]clock.Clock, error) {
		return r.Clocks(ctx, exposure.IncidentID(id))
	})
}

// Decision is what was done about a clock.
type Decision = register.NewDecision

// DecisionKind is the kind of a Decision.
type DecisionKind = clock.Kind

// DecideClock says what was done about a clock.
func DecideClock(ctx context.Context, data string, k Keys, id, rule string, d Decision) (clock.Clock, error) {
	return withRegister(ctx, data, k, func(ctx context.Context, r *register.Register) (clock.Clock, error) {
		return r.Decide(ctx, exposure.IncidentID(id), clock.RuleID(rule), d)
	})
}

// VendorRequest is what is asked of a vendor, VendorAnswer what comes back.
type (
	VendorRequest = register.NewRequest
	VendorAnswer  = register.NewAnswer
)

// AskVendor notes a request to a vendor.
func AskVendor(ctx context.Context, data string, k Keys, id string, q VendorRequest) (register.VendorRequest, error) {
	return withRegister(ctx, data, k, func(ctx context.Context, r *register.Register) (register.VendorRequest, error) {
		return r.Ask(ctx, exposure.IncidentID(id), q)
	})
}

// AnswerRequest notes a vendor's answer, or a reminder.
func AnswerRequest(ctx context.Context, data string, k Keys, id string, a VendorAnswer) (register.VendorRequest, error) {
	return withRegister(ctx, data, k, func(ctx context.Context, r *register.Register) (register.VendorRequest, error) {
		return r.Answer(ctx, exposure.IncidentID(id), a)
	})
}

// Filing makes a document about an incident, as json, html or text.
func Filing(ctx context.Context, data string, k Keys, id, form, as string) ([]byte, error) {
	return withRegister(ctx, data, k, func(ctx context.Context, r *register.Register) ([]byte, error) {
		d, err := r.Filing(ctx, exposure.IncidentID(id), filing.Form(form))
		switch {
		case err != nil:
			return nil, err
		case as == "html":
			return d.HTML()
		case as == "json":
			return d.JSON()
		}
		return []byte(d.Text()), nil
	})
}

// bell tells of alarms in the server's log.
type bell struct{ log *slog.Logger }

// Ring implements register.Bell.
func (b bell) Ring(_ context.Context, a register.Alarm) error {
	b.log.Warn("a deadline of an incident", "incident", a.Incident, "what", a.What, "step", a.Step, "deadline", a.Deadline)
	return nil
}

// watchDeadlines looks after the deadlines of incidents each minute.
func (a *App) watchDeadlines(ctx context.Context) {
	each := time.NewTicker(time.Minute)
	defer each.Stop()
	a.register.WatchEach(ctx, each.C, func(err error) { a.o.Log.Error("cannot watch the deadlines of incidents", "error", err) })
}

// CheckStatement looks through a public statement about an incident.
func CheckStatement(text []byte) (statement.Report, error) {
	if len(text) > statement.MaxText {
		return statement.Report{}, fmt.Errorf("cannot check the statement: it has more than %d bytes", statement.MaxText)
	}
	return statement.Check(string(text)), nil
}
