package serve

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jejak/exposure"
	"jejak/incident/register/clock"
	"jejak/incident/register/filing"
	"jejak/incident/register/statement"

	records "jejak/incident/register"
)

// Incidents is what is served of the register. Each method checks access first.
type Incidents interface {
	Create(ctx context.Context, f records.Fields) (records.Incident, error)
	List(ctx context.Context) ([]records.Listed, error)
	Incident(ctx context.Context, id exposure.IncidentID) (records.Incident, error)
	Change(ctx context.Context, id exposure.IncidentID, version int, f records.Fields) (records.Incident, error)
	Close(ctx context.Context, id exposure.IncidentID, lessons string) (records.Incident, error)
	Tell(ctx context.Context, id exposure.IncidentID, e records.NewEntry) (records.Told, error)
	Clocks(ctx context.Context, id exposure.IncidentID) ([]clock.Clock, error)
	Decide(ctx context.Context, id exposure.IncidentID, rule clock.RuleID, d records.NewDecision) (clock.Clock, error)
	Ask(ctx context.Context, id exposure.IncidentID, q records.NewRequest) (records.VendorRequest, error)
	Answer(ctx context.Context, id exposure.IncidentID, a records.NewAnswer) (records.VendorRequest, error)
	Filing(ctx context.Context, id exposure.IncidentID, form filing.Form) (filing.Document, error)
	CheckStatement(ctx context.Context, text string) (statement.Report, error)
	Rules(ctx context.Context) ([]clock.Rule, string, error)
}

// NewIncident, ChangedIncident, ToldEntry, ClockDecision, AskedVendor, VendorAnswer and ClosedIncident are inputs.
type (
	NewIncident     struct{ Body records.Fields }
	ChangedIncident struct {
		OneIncident
		Body struct {
			Version int            `json:"version" minimum:"1" doc:"Of the fields that were read."`
			Fields  records.Fields `json:"fields"`
		}
	}
	ToldEntry struct {
		OneIncident
		Body records.NewEntry
	}
	ClockDecision struct {
		OneIncident
		Rule string `path:"rule" maxLength:"64" doc:"The rule whose clock it is."`
		Body records.NewDecision
	}
	AskedVendor struct {
		OneIncident
		Body records.NewRequest
	}
	VendorAnswer struct {
		OneIncident
		Body records.NewAnswer
	}
	ClosedIncident struct {
		OneIncident
		Body struct {
			Lessons string `json:"lessons" minLength:"1"`
		}
	}
)

// LegalRules are all rules, and which set it is.
type LegalRules struct {
	SHA256 string      `json:"sha256" doc:"Of the signed lists of rule files."`
	Rules  []LegalRule `json:"rules"`
}

// LegalRule is a rule, under a name that tells it from other rules of the API.
type LegalRule clock.Rule

func (i *OneIncident) id() exposure.IncidentID { return exposure.IncidentID(i.Incident) }

func offerIncidents(api huma.API, fail Fail, r Incidents) {
	const path = "/incidents"
	told := func(ctx context.Context, err error) error { return fail(ctx, problemOfRegister(err)) }
	register(api, told, operation("listIncidents", http.MethodGet, path, "All incidents, the newest first"),
		func(ctx context.Context, _ *struct{}) (*answered[[]records.Listed], error) {
			list, err := r.List(ctx)
			return answer(list), err
		})
	register(api, told, operation("createIncident", http.MethodPost, path, "Open an incident"),
		func(ctx context.Context, in *NewIncident) (*answered[records.Incident], error) {
			i, err := r.Create(ctx, in.Body)
			return answer(i), err
		})
	register(api, told, operation("getIncident", http.MethodGet, path+"/{incident}", "What the register has of an incident"),
		func(ctx context.Context, in *OneIncident) (*answered[records.Incident], error) {
			i, err := r.Incident(ctx, in.id())
			return answer(i), err
		})
	register(api, told, operation("changeIncident", http.MethodPut, path+"/{incident}", "Replace the fields of an incident"),
		func(ctx context.Context, in *ChangedIncident) (*answered[records.Incident], error) {
			i, err := r.Change(ctx, in.id(), in.Body.Version, in.Body.Fields)
			return answer(i), err
		})
	register(api, told, operation("closeIncident", http.MethodPost, path+"/{incident}/close", "Close an incident; a second person must allow it"),
		func(ctx context.Context, in *ClosedIncident) (*answered[records.Incident], error) {
			i, err := r.Close(ctx, in.id(), in.Body.Lessons)
			return answer(i), err
		})
	register(api, told, operation("tellIncident", http.MethodPost, path+"/{incident}/timeline", "Add an entry to the timeline; some types start clocks"),
		func(ctx context.Context, in *ToldEntry) (*answered[records.Told], error) {
			t, err := r.Tell(ctx, in.id(), in.Body)
			return answer(t), err
		})
	offerClocks(api, told, r)
	offerRequests(api, told, r)
	offerFilings(api, told, r)
	offerStatements(api, told, r)
}

func offerClocks(api huma.API, told Fail, r Incidents) {
	const path = "/incidents/{incident}/clocks"
	register(api, told, operation("listClocks", http.MethodGet, path, "The legal clocks of an incident, the earliest deadline first"),
		func(ctx context.Context, in *OneIncident) (*answered[[]clock.Clock], error) {
			list, err := r.Clocks(ctx, in.id())
			return answer(list), err
		})
	register(api, told, operation("decideClock", http.MethodPost, path+"/{rule}/decision", "Say that it was filed, is not required, or is late, with reasons"),
		func(ctx context.Context, in *ClockDecision) (*answered[clock.Clock], error) {
			c, err := r.Decide(ctx, in.id(), clock.RuleID(in.Rule), in.Body)
			return answer(c), err
		})
	register(api, told, operation("listLegalRules", http.MethodGet, "/incidents/rules", "The legal rules that clocks follow"),
		func(ctx context.Context, _ *struct{}) (*answered[LegalRules], error) {
			list, hash, err := r.Rules(ctx)
			out := LegalRules{SHA256: hash, Rules: make([]LegalRule, len(list))}
			for n, rule := range list {
				out.Rules[n] = LegalRule(rule)
			}
			return answer(out), err
		})
}

func offerRequests(api huma.API, told Fail, r Incidents) {
	const path = "/incidents/{incident}/requests"
	register(api, told, operation("askVendor", http.MethodPost, path, "Note a request to a vendor"),
		func(ctx context.Context, in *AskedVendor) (*answered[records.VendorRequest], error) {
			q, err := r.Ask(ctx, in.id(), in.Body)
			return answer(q), err
		})
	register(api, told, operation("answerRequest", http.MethodPost, path+"/answers", "Note a vendor's answer, or a reminder"),
		func(ctx context.Context, in *VendorAnswer) (*answered[records.VendorRequest], error) {
			q, err := r.Answer(ctx, in.id(), in.Body)
			return answer(q), err
		})
}

// FilingInput names a filing.
type FilingInput struct {
	OneIncident
	Form string `query:"form" required:"true" enum:"8k,california,edpb,hhs,ico,komdigi,pdpc"`
}

func offerFilings(api huma.API, told Fail, r Incidents) {
	const path = "/incidents/{incident}/filing"
	register(api, told, operation("getFiling", http.MethodGet, path, "A document for an authority or for people, to be reviewed"),
		func(ctx context.Context, in *FilingInput) (*answered[filing.Document], error) {
			d, err := r.Filing(ctx, in.id(), filing.Form(in.Form))
			return answer(d), err
		})
	for _, x := range []struct {
		id, name, kind string
		text           func(filing.Document) ([]byte, error)
	}{
		{"getFilingPage", ".html", "text/html; charset=utf-8", filing.Document.HTML},
		{"getFilingText", ".txt", "text/plain; charset=utf-8", func(d filing.Document) ([]byte, error) { return []byte(d.Text()), nil }},
	} {
		register(api, told, operation(x.id, http.MethodGet, path+x.name, "The same as a page or as text"),
			func(ctx context.Context, in *FilingInput) (*document, error) {
				d, err := r.Filing(ctx, in.id(), filing.Form(in.Form))
				if err != nil {
					return nil, err
				}
				text, err := x.text(d)
				return &document{x.kind, "default-src 'none'; style-src 'unsafe-inline'; sandbox", text}, err
			})
	}
}

// Statement is a text to look through, StatementReport what was found in it.
type (
	Statement struct {
		Body struct {
			Text string `json:"text" doc:"Plain text in English or Indonesian."`
		}
	}
	StatementReport statement.Report
)

func offerStatements(api huma.API, told Fail, r Incidents) {
	op := operation("checkStatement", http.MethodPost, "/incidents/statements", "Look through a public statement for what it must say; nothing is kept")
	register(api, told, op, func(ctx context.Context, in *Statement) (*answered[StatementReport], error) {
		found, err := r.CheckStatement(ctx, in.Body.Text)
		return answer(StatementReport(found)), err
	})
}

// problemOfRegister gives the errors of the register their answers.
func problemOfRegister(err error) error {
	for _, known := range []error{records.ErrChanged, records.ErrClosed, records.ErrDamaged, records.ErrFull} {
		if errors.Is(err, known) {
			return huma.NewError(http.StatusConflict, known.Error())
		}
	}
	return err
}
