package show

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"jejak/analytics/export"
	"jejak/event"
	"jejak/ground/access"
	"jejak/question"
)

// NewExport says which rows are to leave.
type NewExport struct {
	Content     string             `json:"content" enum:"events,profiles,answer"`
	Format      string             `json:"format" enum:"csv,jsonl,parquet"`
	Purpose     string             `json:"purpose" enum:"analysis,warehouse,migration,handover,incident" doc:"Why; it goes into the audit log."`
	Range       *question.Range    `json:"range,omitempty" doc:"Of events."`
	Events      *question.Selector `json:"events,omitempty" doc:"Only these; absent: all."`
	Properties  []string           `json:"properties,omitempty" maxItems:"2000" nullable:"true" doc:"Only these leave; absent: all."`
	IncludeBots bool               `json:"include_bots,omitempty" doc:"The traffic of machines, too."`
	Group       string             `json:"group,omitempty" maxLength:"255" doc:"The key of the groups whose profiles are wanted; absent: those of people."`
	Question    any                `json:"question,omitempty" doc:"The one whose answer is wanted."`
}

// Export is rows that left, or are about to.
type Export struct {
	ID       string     `json:"id"`
	Mark     string     `json:"mark" doc:"What each of its pseudonyms begins with."`
	Content  string     `json:"content" enum:"events,profiles,answer,people"`
	Format   string     `json:"format" enum:"csv,jsonl,parquet,mixpanel"`
	Purpose  string     `json:"purpose"`
	AskedBy  string     `json:"asked_by"`
	Asked    time.Time  `json:"asked"`
	MaxRows  int64      `json:"max_rows" doc:"Never more than these leave."`
	Approval string     `json:"approval,omitempty" doc:"The request that a second person must allow first; absent: none is needed."`
	State    string     `json:"state" enum:"asked,running,complete,broken,cancelled"`
	Began    *time.Time `json:"began,omitempty"`
	Ended    *time.Time `json:"ended,omitempty"`
	Rows     int64      `json:"rows" doc:"Rows that left, those of invented people included."`
	Canaries int64      `json:"canaries" doc:"Of these: rows of invented people, by whom a leak is known. They have no numbers."`
	Bytes    int64      `json:"bytes"`
	SHA256   string     `json:"sha256,omitempty" doc:"Of the file, hexadecimal."`
	Wanted   any        `json:"wanted,omitempty" doc:"What was asked for; of a single export."`
}

// TracedExport is an export some of whose pseudonyms were found elsewhere.
type TracedExport struct {
	Export   Export         `json:"export"`
	People   []TracedPerson `json:"people" nullable:"false"`
	Canaries []string       `json:"canaries" nullable:"false" doc:"Pseudonyms of people who were invented for the export."`
}

// TracedPerson is whose pseudonym it is.
type TracedPerson struct {
	Pseudonym string `json:"pseudonym"`
	Person    uint32 `json:"person" format:"int64" doc:"As lists of people give it."`
}

// RecognisedExport is an export whose watermark the times of a file carry.
type RecognisedExport struct {
	Export  Export  `json:"export"`
	Marked  int     `json:"marked" doc:"Times that the export would have marked."`
	Matched int     `json:"matched" doc:"Of these: those that carry its mark."`
	P       float64 `json:"p" doc:"An upper bound of the probability that this is luck."`
}

// Traced is what pseudonyms say.
type Traced struct {
	Exports []TracedExport     `json:"exports" nullable:"false"`
	ByTimes []RecognisedExport `json:"by_times" nullable:"false" doc:"Exports whose watermark the times carry, the surest first."`
	Unknown []string           `json:"unknown" nullable:"false" doc:"Those of no export of this project."`
}

type (
	newExport struct {
		InProject
		Body NewExport
	}
	oneExport struct {
		InProject
		Export string `path:"export" maxLength:"64"`
	}
	foundPseudonyms struct {
		InProject
		Body struct {
			Pseudonyms []string    `json:"pseudonyms,omitempty" maxItems:"10000" nullable:"false"`
			Times      []time.Time `json:"times,omitempty" maxItems:"20000" nullable:"false" doc:"Of leaked events, to the millisecond: exports leave a watermark in them."`
		}
	}
)

func (s *server) offerExports(api huma.API) {
	const path = "/projects/{id}/exports"
	register(s, api, operation("listExports", http.MethodGet, path, "What left the project as rows", byBoth), s.listExports)
	ask := operation("askExport", http.MethodPost, path, "Ask for rows", byBoth)
	ask.Description = "They can be read once within 24 hours. With approval set, a second person must allow it first. People have pseudonyms that are made for this export."
	ask.DefaultStatus = http.StatusCreated
	ask.MaxBodyBytes = question.MaxBytes
	register(s, api, ask, s.askExport)
	register(s, api, operation("getExport", http.MethodGet, path+"/{export}", "One export", byBoth), s.getExport)
	read := operation("readExport", http.MethodGet, path+"/{export}/rows", "Its rows, once", byBoth)
	read.Description = "A file in the format asked for. The trailers Jejak-Rows and Jejak-SHA256 come behind a whole one only; one that is cut says so in its last line, and the connection is broken off."
	read.Responses = map[string]*huma.Response{"200": {Description: "A file", Content: map[string]*huma.MediaType{"application/octet-stream": {}}}}
	register(s, api, read, s.readExport)
	register(s, api, operation("cancelExport", http.MethodDelete, path+"/{export}", "End an export, also while it runs", byBoth), s.cancelExport)
	register(s, api, operation("traceExports", http.MethodPost, path+"/trace", "Whose pseudonyms a leaked file holds", bySession), s.traceExports)
}

func (s *server) listExports(ctx context.Context, in *InProject) (*answered[[]Export], error) {
	p := event.ProjectID(in.ID)
	if err := s.mayRead(ctx, p); err != nil {
		return nil, err
	}
	records, err := s.Export.List(ctx, p)
	list := make([]Export, len(records))
	for i, r := range records {
		list[i] = exportOf(r)
	}
	return answer(list), err
}

func (s *server) askExport(ctx context.Context, in *newExport) (*answered[Export], error) {
	p := event.ProjectID(in.ID)
	if err := s.mayExport(ctx, p); err != nil {
		return nil, err
	}
	spec := export.Spec{
		Content: export.Content(in.Body.Content), Format: export.Format(in.Body.Format), Purpose: export.Purpose(in.Body.Purpose),
		Events: in.Body.Events, Properties: in.Body.Properties, IncludeBots: in.Body.IncludeBots,
		Group: in.Body.Group,
	}
	if in.Body.Range != nil {
		spec.Range = *in.Body.Range
	}
	if in.Body.Question != nil {
		text, err := json.Marshal(in.Body.Question)
		if err != nil {
			return nil, fmt.Errorf("cannot read a question: %w", err)
		}
		spec.Question = text
	}
	r, err := s.Export.Ask(ctx, p, spec)
	return answer(exportOf(r)), err
}

// mayExport tells whether there is such a project and the caller may take rows out of it.
func (s *server) mayExport(ctx context.Context, p event.ProjectID) error {
	if err := access.May(ctx, p, access.Export); err != nil {
		return err
	}
	_, err := s.Access.Project(ctx, p)
	return err
}

func (s *server) getExport(ctx context.Context, in *oneExport) (*answered[Export], error) {
	r, spec, err := s.Export.Spec(ctx, event.ProjectID(in.ID), export.ID(in.Export))
	if err != nil {
		return nil, err
	}
	told := exportOf(r)
	told.Wanted = spec
	return answer(told), nil
}

func (s *server) cancelExport(ctx context.Context, in *oneExport) (*none, error) {
	return &none{}, s.Export.Cancel(ctx, event.ProjectID(in.ID), export.ID(in.Export))
}

func (s *server) traceExports(ctx context.Context, in *foundPseudonyms) (*answered[Traced], error) {
	p := event.ProjectID(in.ID)
	found, unknown, err := s.Export.Trace(ctx, p, in.Body.Pseudonyms)
	if err != nil {
		return nil, err
	}
	told := Traced{Exports: []TracedExport{}, ByTimes: []RecognisedExport{}, Unknown: append([]string{}, unknown...)}
	for _, f := range found {
		x := TracedExport{Export: exportOf(f.Record), People: []TracedPerson{}, Canaries: append([]string{}, f.Canaries...)}
		for _, who := range f.People {
			x.People = append(x.People, TracedPerson{who.Pseudonym, uint32(who.Actor)})
		}
		told.Exports = append(told.Exports, x)
	}
	if len(in.Body.Times) == 0 {
		return answer(told), nil
	}
	recognised, err := s.Export.Recognise(ctx, p, millisOf(in.Body.Times))
	for _, x := range recognised {
		told.ByTimes = append(told.ByTimes, RecognisedExport{exportOf(x.Record), x.Marked, x.Matched, x.P})
	}
	return answer(told), err
}

func millisOf(times []time.Time) (out []event.Millis) {
	for _, t := range times {
		out = append(out, event.Millis(t.UnixMilli()))
	}
	return out
}

func exportOf(r export.Record) Export {
	return Export{
		ID: string(r.ID), Mark: r.Mark.String(), Content: string(r.Content), Format: string(r.Format), Purpose: string(r.Purpose), AskedBy: r.AskedBy,
		Asked: r.Asked, MaxRows: r.MaxRows, Approval: r.Approval, State: string(r.State), Began: timeOrNil(r.Began), Ended: timeOrNil(r.Ended),
		Rows: r.Rows, Canaries: r.Canaries, Bytes: r.Bytes, SHA256: hex.EncodeToString(r.SHA256),
	}
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (s *server) readExport(ctx context.Context, in *oneExport) (*streamed, error) {
	p := event.ProjectID(in.ID)
	run, err := s.Export.Open(ctx, p, export.ID(in.Export))
	if err != nil {
		return nil, err
	}
	return &streamed{func(c huma.Context) {
		r, w := humago.Unwrap(c)
		run.Still = func() error { return s.stillExports(r, p) }
		s.handOut(r, w, run)
	}}, nil
}

// stillExports asks for the right again: a session may have ended since.
func (s *server) stillExports(r *http.Request, p event.ProjectID) error {
	who, err := s.caller(r)
	if err != nil {
		return err
	}
	return who.May(p, access.Export)
}

// handOut writes a file. What breaks off breaks the connection off: no client takes it for whole.
func (s *server) handOut(r *http.Request, w http.ResponseWriter, run *export.Run) {
	h := w.Header()
	h.Set("Content-Type", run.Format.MediaType())
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="jejak-%s-%s.%s"`, run.Content, run.Mark, run.Format))
	h.Set("X-Accel-Buffering", "no")
	h.Set("Trailer", "Jejak-Rows, Jejak-SHA256")
	if err := run.WriteTo(r.Context(), export.Patient(w)); err != nil {
		if r.Context().Err() == nil {
			s.Log.Error("an export broke off", "export", run.ID, "error", err)
		}
		_ = http.NewResponseController(w).Flush() // the last line says it; the client may be gone
		panic(http.ErrAbortHandler)
	}
	h.Set("Jejak-Rows", fmt.Sprint(run.Rows))
	h.Set("Jejak-SHA256", hex.EncodeToString(run.SHA256))
}
