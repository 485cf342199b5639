package serve

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jejak/exposure"
	"jejak/ground/approve"
	"jejak/incident/notify"
	"jejak/incident/notify/text"
)

// Notices is what is served of notices. Each method checks access first.
type Notices interface {
	PlanNotices(ctx context.Context, i exposure.IncidentID, p NoticePlan) (notify.Plan, error)
	List(ctx context.Context, i exposure.IncidentID) ([]notify.Plan, error)
	Preview(ctx context.Context, i exposure.IncidentID, version int, lost []exposure.Class) ([]text.Sample, error)
	Progress(ctx context.Context, i exposure.IncidentID, version int) (notify.Progress, error)
	Release(ctx context.Context, i exposure.IncidentID, version int) (notify.Plan, error)
	Pause(ctx context.Context, i exposure.IncidentID, version int, why string) error
	Resume(ctx context.Context, i exposure.IncidentID, version int) error
	Decide(ctx context.Context, i exposure.IncidentID, version int, d notify.Decision) (int64, error)
	Reconcile(ctx context.Context, i exposure.IncidentID, version int) error
}

// NoticePlan is what people say of a version of notices. Who is told, of what, and what was not involved comes from the scope.
type NoticePlan struct {
	Version   int        `json:"version" minimum:"1" maximum:"1000" doc:"Of the notices. It may be planned again until it is released."`
	Scope     int        `json:"scope,omitempty" minimum:"0" doc:"The version of the scope; 0: the last."`
	Directory string     `json:"directory" maxLength:"64" doc:"The directory that the scope was matched against."`
	Company   string     `json:"company" maxLength:"80" doc:"Who tells."`
	Domain    string     `json:"domain" maxLength:"253" doc:"The official domain; no text may lead to another."`
	Contact   string     `json:"contact" maxLength:"254" doc:"A mailbox at the domain."`
	Page      string     `json:"page" maxLength:"500" doc:"The incident page, https, at the domain."`
	Source    string     `json:"source" maxLength:"80" doc:"Where the data got out."`
	Happened  text.Words `json:"happened" doc:"What happened and when, by language: en and id."`
	Did       text.Words `json:"did" doc:"What was done about it, by language."`
	Rights    text.Words `json:"rights" doc:"What the recipient may ask for, and of whom, by language."`
	Changed   text.Words `json:"changed,omitempty" doc:"Why there is more to say, by language; for a version after the first."`
	Next      time.Time  `json:"next_update" doc:"By when the next update is promised."`
}

// DecidedDoubts is how many notices a decision was about.
type DecidedDoubts struct {
	Notices int64 `json:"notices"`
}

type (
	planNotices struct {
		OneIncident
		Body NoticePlan
	}
	oneNotices struct {
		OneIncident
		Version int `path:"version" minimum:"0" doc:"Of the notices."`
	}
	previewNotices struct {
		OneIncident
		Version int              `path:"version" minimum:"0" doc:"Of the notices."`
		Lost    []exposure.Class `query:"lost" maxItems:"50" doc:"Classes that the reader lost; none: all."`
	}
	pauseNotices struct {
		OneIncident
		Version int `path:"version" minimum:"0" doc:"Of the notices."`
		Body    struct {
			Why string `json:"why" minLength:"1" maxLength:"500"`
		}
	}
	decideNotices struct {
		OneIncident
		Version int `path:"version" minimum:"0" doc:"Of the notices."`
		Body    struct {
			Decision notify.Decision `json:"decision" enum:"sent,again" doc:"sent: treat them as sent; again: risk a double."`
		}
	}
)

const noticesPath = "/incidents/{incident}/notices"

func offerNotices(api huma.API, fail Fail, n Notices) {
	told := func(ctx context.Context, err error) error { return fail(ctx, problemOfNotice(err)) }
	offerPlans(api, told, n)
	offerSending(api, told, n)
}

func offerPlans(api huma.API, told Fail, n Notices) {
	const one = noticesPath + "/versions/{version}"
	register(api, told, operation("listNotices", http.MethodGet, noticesPath, "The versions of an incident's notices"),
		func(ctx context.Context, in *OneIncident) (*answered[[]notify.Plan], error) {
			list, err := n.List(ctx, exposure.IncidentID(in.Incident))
			return answer(list), err
		})
	plan := operation("planNotices", http.MethodPost, noticesPath, "Fix who is told what")
	plan.Description = "Texts that hide, claim too much or lead elsewhere are refused, each with the reason. Nothing is sent."
	register(api, told, plan, func(ctx context.Context, in *planNotices) (*answered[notify.Plan], error) {
		p, err := n.PlanNotices(ctx, exposure.IncidentID(in.Incident), in.Body)
		return answer(p), err
	})
	register(api, told, operation("previewNotices", http.MethodGet, one+"/preview", "The texts, one of each kind, audience and language"),
		func(ctx context.Context, in *previewNotices) (*answered[[]text.Sample], error) {
			list, err := n.Preview(ctx, exposure.IncidentID(in.Incident), in.Version, in.Lost)
			return answer(list), err
		})
	release := operation("releaseNotices", http.MethodPost, one+"/release", "Send them, once a second person has allowed it")
	release.Description = "The first call asks a second person; when they have allowed exactly these texts to exactly these recipients, the same call releases them."
	register(api, told, release, func(ctx context.Context, in *oneNotices) (*answered[notify.Plan], error) {
		p, err := n.Release(ctx, exposure.IncidentID(in.Incident), in.Version)
		return answer(p), err
	})
}

func offerSending(api huma.API, told Fail, n Notices) {
	const one = noticesPath + "/versions/{version}"
	register(api, told, operation("getNotices", http.MethodGet, one, "What became of every notice"),
		func(ctx context.Context, in *oneNotices) (*answered[notify.Progress], error) {
			p, err := n.Progress(ctx, exposure.IncidentID(in.Incident), in.Version)
			return answer(p), err
		})
	register(api, told, operation("pauseNotices", http.MethodPost, one+"/pause", "Stop the sending"),
		func(ctx context.Context, in *pauseNotices) (*struct{}, error) {
			return nil, n.Pause(ctx, exposure.IncidentID(in.Incident), in.Version, in.Body.Why)
		})
	register(api, told, operation("resumeNotices", http.MethodPost, one+"/resume", "Go on with the sending"),
		func(ctx context.Context, in *oneNotices) (*struct{}, error) {
			return nil, n.Resume(ctx, exposure.IncidentID(in.Incident), in.Version)
		})
	register(api, told, operation("decideNotices", http.MethodPost, one+"/decide", "Decide about notices that stay in doubt"),
		func(ctx context.Context, in *decideNotices) (*answered[DecidedDoubts], error) {
			c, err := n.Decide(ctx, exposure.IncidentID(in.Incident), in.Version, in.Body.Decision)
			return answer(DecidedDoubts{c}), err
		})
	register(api, told, operation("reconcileNotices", http.MethodPost, one+"/reconcile", "Compare a ledger that was put back from a backup with what the relay knows"),
		func(ctx context.Context, in *oneNotices) (*struct{}, error) {
			return nil, n.Reconcile(ctx, exposure.IncidentID(in.Incident), in.Version)
		})
}

// problemOfNotice gives the errors of notices their answers.
func problemOfNotice(err error) error {
	var unfit *notify.Unfit
	if errors.As(err, &unfit) {
		details := make([]error, len(unfit.Findings))
		for i, f := range unfit.Findings {
			details[i] = &huma.ErrorDetail{Message: f.Message, Location: "body." + string(f.Locale), Value: f.Code}
		}
		return huma.NewError(http.StatusUnprocessableEntity, "The texts may not be sent.", details...)
	}
	var waiting *approve.Waiting
	if errors.As(err, &waiting) {
		return err
	}
	for known, status := range map[error]int{
		notify.ErrNotFound: http.StatusNotFound, notify.ErrReleased: http.StatusConflict, notify.ErrNotReleased: http.StatusConflict,
		notify.ErrChanged: http.StatusConflict, notify.ErrRestored: http.StatusConflict, notify.ErrNobody: http.StatusUnprocessableEntity,
	} {
		if errors.Is(err, known) {
			return huma.NewError(status, known.Error())
		}
	}
	return err
}
