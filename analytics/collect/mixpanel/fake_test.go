package mixpanel

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"jejak/analytics/collect"
	"jejak/event"
)

// noon is the clock of the tests.
var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// fakeRoad keeps what it is given. refuse, where set, plays guard.
type fakeRoad struct {
	batches   []*event.Batch
	profiles  []*event.ProfileBatch
	refused   map[event.ProjectID][]event.Refusal
	strangers int
	err       error
	refuse    func(*event.Event) (event.Refusal, bool)
}

func (f *fakeRoad) Take(_ context.Context, b *event.Batch) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	if f.refuse != nil {
		b.RefuseIf(f.refuse)
	}
	f.batches = append(f.batches, b)
	return len(b.Events), nil
}

func (f *fakeRoad) TakeProfiles(_ context.Context, b *event.ProfileBatch) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	f.profiles = append(f.profiles, b)
	return len(b.Profiles), nil
}

func (f *fakeRoad) Refused(p event.ProjectID, refusals ...event.Refusal) {
	if f.refused == nil {
		f.refused = make(map[event.ProjectID][]event.Refusal)
	}
	f.refused[p] = append(f.refused[p], refusals...)
}

func (f *fakeRoad) Stranger(records int) { f.strangers += records }

// events are all events taken, in their order.
func (f *fakeRoad) events() (all []event.Event) {
	for _, b := range f.batches {
		all = append(all, b.Events...)
	}
	return all
}

// fakeProjects: token "tok" and secret "sec" are of project 1 with service account "svc" "pw"; token "other" is of
// project 2; "key" is the legacy key of project 1.
type fakeProjects struct{ asked []collect.Credentials }

func (*fakeProjects) ByToken(token string) (collect.Project, bool) {
	id := map[string]event.ProjectID{"tok": 1, "other": 2}[token]
	return collect.Project{ID: id}, id != 0
}

func (f *fakeProjects) Authenticate(_ context.Context, c collect.Credentials) (collect.Project, error) {
	f.asked = append(f.asked, c)
	switch {
	case c.User == "svc" && c.Secret == "pw" && c.ProjectID == 1,
		c.User == "tok" && c.Secret == "",
		c.User == "sec" && c.Secret == "",
		c.User == "" && c.Key == "key":
		return collect.Project{ID: 1}, nil
	case c.User == "svc" && c.ProjectID == 1:
		return collect.Project{ID: 1}, collect.ErrCredentials
	}
	return collect.Project{}, collect.ErrCredentials
}

// rig is a wire handler over fakes.
type rig struct {
	road     *fakeRoad
	projects *fakeProjects
	http.Handler
}

func newRig(o Options) rig {
	o.Now = func() time.Time { return noon }
	road, projects := &fakeRoad{}, &fakeProjects{}
	return rig{road, projects, New(road, projects, o)}
}

// do sends a request; header is pairs of name and value.
func (r rig) do(method, target, body string, header ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, target, strings.NewReader(body))
	request.RemoteAddr = "198.51.100.7:4711"
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, request)
	return w
}

func wantAnswer(t *testing.T, w *httptest.ResponseRecorder, code int, body string) {
	t.Helper()
	if w.Code != code || w.Body.String() != body {
		t.Errorf("the answer is %d %q, want %d %q", w.Code, w.Body.String(), code, body)
	}
}

// names are the names of the events taken, joined by spaces.
func (r rig) names() string {
	var names []string
	for _, e := range r.road.events() {
		names = append(names, e.Name)
	}
	return strings.Join(names, " ")
}

func newClock() time.Time { return noon }

func newRequest() *http.Request { return httptest.NewRequest(http.MethodPost, "/", nil) }
