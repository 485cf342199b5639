package register

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/incident/register/clock"
)

// EventTypes are the types of entries. Legal rules name those that start their clocks.
var EventTypes = []clock.EventType{
	"breach_began", "breach_ended", "vendor_detected", "first_word_from_vendor", "breach_found", "breach_confirmed", "dataset_received",
	"scope_closed", "contained", "judged_notifiable", "materiality_determined", "people_told", "authority_told", "published", "vendor_cut_off", "note",
}

// Moment is a time with how exactly it is known.
type Moment struct {
	At        *time.Time `json:"at,omitempty" doc:"Absent when it is not known."`
	Precision string     `json:"precision" enum:"minute,day,unknown"`
}

// NewEntry is what somebody tells of an incident.
type NewEntry struct {
	Type       clock.EventType `json:"type" doc:"For example first_word_from_vendor, which starts clocks."`
	Happened   Moment          `json:"happened"`
	Known      *time.Time      `json:"known,omitempty" doc:"When we learned of it; absent: now."`
	Actor      string          `json:"actor,omitempty" doc:"Who did it, or said it."`
	Source     string          `json:"source" doc:"Where it is known from."`
	Confidence string          `json:"confidence" enum:"certain,likely,doubtful"`
	Text       string          `json:"text"`
	Supersedes string          `json:"supersedes,omitempty" doc:"The entry that this one takes the place of."`
}

// TimelineEntry is an entry of a timeline. It is never edited; another may supersede it.
type TimelineEntry struct {
	ID string `json:"id" doc:"Its line in the register."`
	NewEntry
	Recorded     time.Time `json:"recorded"`
	By           string    `json:"recorded_by"`
	SupersededBy string    `json:"superseded_by,omitempty"`
	SHA256       string    `json:"sha256" doc:"In the audit log."`
	AuditEntry   int64     `json:"audit_entry" doc:"Its index there."`
}

// Told is an entry and the clocks that run after it.
type Told struct {
	Entry  TimelineEntry `json:"entry"`
	Clocks []clock.Clock `json:"clocks"`
}

// Tell adds an entry to the timeline. Clocks that its type starts run when Tell returns. It needs Respond. *access.Invalid, ErrClosed.
func (r *Register) Tell(ctx context.Context, id exposure.IncidentID, e NewEntry) (Told, error) {
	i, err := r.change(ctx, id, e.Type != "note" && e.Supersedes == "", func(i *Incident) (kind, any, error) {
		if e.Known == nil {
			now := r.now()
			e.Known = &now
		}
		return ofEntry, e, e.check(i, r.now())
	})
	if err != nil {
		return Told{}, err
	}
	clocks, err := r.clocks(ctx, &i)
	return Told{i.Timeline[len(i.Timeline)-1], clocks}, err
}

func (e *NewEntry) check(i *Incident, now time.Time) error {
	switch {
	case !slices.Contains(EventTypes, e.Type):
		return &access.Invalid{Field: "type", Code: "unknown", Message: "there is no such type of entry"}
	case !slices.Contains([]string{"minute", "day", "unknown"}, e.Happened.Precision) || (e.Happened.At == nil) != (e.Happened.Precision == "unknown"):
		return &access.Invalid{Field: "happened", Code: "malformed", Message: "a time with the precision minute or day, or none with the precision unknown"}
	case !slices.Contains([]string{"certain", "likely", "doubtful"}, e.Confidence):
		return &access.Invalid{Field: "confidence", Code: "unknown", Message: "this is certain, likely or doubtful"}
	case e.Known.After(now), e.Happened.At != nil && e.Happened.At.After(now):
		return &access.Invalid{Field: "known", Code: "future", Message: "this lies in the future"}
	case e.Known.Before(now.AddDate(-20, 0, 0)):
		return &access.Invalid{Field: "known", Code: "past", Message: "this is too long ago"}
	case e.Happened.At != nil && e.Happened.Precision == "minute" && e.Known.Before(*e.Happened.At):
		return &access.Invalid{Field: "known", Code: "too_early", Message: "nobody knows of something before it happens"}
	case e.Supersedes != "" && !i.maySupersede(e.Supersedes):
		return &access.Invalid{Field: "supersedes", Code: "unknown", Message: "there is no such entry, or another supersedes it already"}
	}
	for field, text := range map[string]string{"actor": e.Actor, "source": e.Source} {
		if err := checkText(field, text, 0, maxWord); err != nil {
			return err
		}
	}
	if err := checkText("source", e.Source, 1, maxWord); err != nil {
		return err
	}
	return checkText("text", e.Text, 1, maxText)
}

func (i *Incident) maySupersede(id string) bool {
	return slices.ContainsFunc(i.Timeline, func(x TimelineEntry) bool { return x.ID == id && x.SupersededBy == "" })
}

func (i *Incident) takeEntry(l line) error {
	e := TimelineEntry{ID: strconv.Itoa(l.Number), Recorded: l.At, By: l.By, SHA256: l.hash, AuditEntry: l.index}
	if err := json.Unmarshal(l.Body, &e.NewEntry); err != nil {
		return err
	}
	i.Timeline = append(i.Timeline, e)
	for n := range i.Timeline {
		if e.Supersedes != "" && i.Timeline[n].ID == e.Supersedes {
			i.Timeline[n].SupersededBy = e.ID
		}
	}
	return nil
}

// current are the entries that no other supersedes.
func (i *Incident) current() (list []TimelineEntry) {
	for _, e := range i.Timeline {
		if e.SupersededBy == "" {
			list = append(list, e)
		}
	}
	return list
}

// times reads the timeline: the earliest beginning and knowledge, the latest end and containment.
func (i *Incident) times() (t Times) {
	for _, e := range i.current() {
		known := Moment{At: e.Known, Precision: "minute"}
		switch e.Type {
		case "breach_began":
			keep(&t.HappenedFrom, e.Happened, true)
		case "breach_ended":
			keep(&t.HappenedTo, e.Happened, false)
		case "contained":
			keep(&t.Contained, e.Happened, false)
		case "first_word_from_vendor", "breach_found", "breach_confirmed":
			keep(&t.Known, known, true)
		}
	}
	return t
}

func keep(to **Moment, m Moment, earliest bool) {
	if m.At != nil && (*to == nil || m.At.Before(*(*to).At) == earliest) {
		*to = &m
	}
}
