package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/approve"
	"jejak/ground/meta"
	"jejak/ground/vault"
)

var linked = regexp.MustCompile(`(?:href|src|action)="([^"]*)"`)

const incident exposure.IncidentID = "2025-01"

// room is a desk with people around it.
type room struct {
	*Desk
	t     *testing.T
	dir   string
	db    *meta.DB
	desk  *approve.Desk
	vault *vault.Vault
	known Known
	now   time.Time
}

// Known implements Facts.
func (r *room) Known(_ context.Context, id exposure.IncidentID) (Known, error) {
	if id != incident {
		return Known{}, access.ErrNotFound
	}
	return r.known, nil
}

func newRoom(t *testing.T) *room {
	t.Helper()
	r := &room{t: t, dir: t.TempDir(), now: at("2025-11-26T09:00:00Z"), known: theKnown()}
	var err error
	if r.db, err = meta.Open(r.dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.db.Close() })
	r.vault, err = vault.Open(vault.Options{DB: r.db, KeyFile: filepath.Join(t.TempDir(), "key"), Dir: filepath.Join(r.dir, "identity"), Audit: filepath.Join(r.dir, "audit")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.vault.Close() })
	clock := func() time.Time { return r.now }
	r.desk = approve.New(r.db, r.vault.Log(), clock)
	r.Desk = New(Options{DB: r.db, Dir: filepath.Join(r.dir, "incident"), Log: r.vault.Log(), Desk: r.desk, Facts: r, Now: clock})
	return r
}

func as(id, role string) context.Context {
	return access.With(context.Background(), access.Identity{Kind: access.User, ID: id, Role: role})
}

var (
	lead   = as("01", access.IncidentLead)
	second = as("02", access.IncidentLead)
	viewer = as("03", access.Viewer)
)

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func both(en, id string) Text { return Text{exposure.English: en, exposure.Indonesian: id} }

const certificateBody = `{"class":"user.authorization.password","controls":1400,"found":1394}` + "\n"

// theKnown is like the founding case.
func theKnown() Known {
	sum := sha256.Sum256([]byte(certificateBody))
	return Known{
		Summary: &exposure.Summary{
			Incident: incident, Version: 2, ReportHash: strings.Repeat("5a", 32), Made: at("2025-11-26T07:30:00Z"), Rows: 1204117,
			People: exposure.Count{Certain: 329102, Likely: 331940, AtMost: 332421}, Mailboxes: 331940, Organisations: 18214, UnmatchedRows: 481, Closed: true,
			Classes: []exposure.Exposed{
				{Class: exposure.Name, People: 330118, Rows: 1190044}, {Class: exposure.Email, People: 331940, Rows: 1203636}, {Class: exposure.City, People: 301455, Rows: 1020117},
				{Class: exposure.Device, People: 331940, Rows: 1204117}, {Class: exposure.Organised, People: 331940, Rows: 1204117}, {Class: exposure.UserID, People: 331940, Rows: 1204117},
			},
			Absences: []exposure.Absence{
				{Class: exposure.Password, Certified: true, Hash: hex.EncodeToString(sum[:]), Wording: both(
					"All 1,204,117 rows were read. 1,394 of 1,400 planted passwords were found, and no other.",
					"Semua 1.204.117 baris dibaca. 1.394 dari 1.400 kata sandi yang ditanam ditemukan, dan tidak ada yang lain.")},
				{Class: exposure.Credentials, Wording: both("Two parts could not be read.", "Dua bagian tidak dapat dibaca.")},
			},
			Unread: []string{"export.zip › image-1.png: unsupported"},
		},
		Timeline: []Happening{
			{"2", at("2025-11-09T00:00:00Z"), ToTheDay, false}, {"3", at("2025-11-08T00:00:00Z"), ToTheDay, false},
			{"4", at("2025-11-25T16:20:00Z"), ToTheMinute, false}, {"5", time.Time{}, NotKnown, false},
		},
		Documents: []Document{{"certificate-password.json", both("Certificate: password", "Sertifikat: kata sandi"), []byte(certificateBody)}},
	}
}

func theDraft() Draft {
	next := at("2025-11-26T18:00:00Z")
	return Draft{
		State: Notifying, Controller: "Nusa API Console", Site: "https://nusa.example", Vendor: "Trackpanel", Next: &next,
		Title:    both("Export stolen at our analytics vendor", "Ekspor dicuri dari vendor analitik kami"),
		Verdict:  both("Somebody took an export from our analytics vendor. It holds data about {people}. We write to each of them.", "Seseorang mengambil ekspor dari vendor analitik kami. Isinya data tentang {people}. Kami menulis kepada masing-masing."),
		Update:   both("The scope is known, and notices are on their way.", "Cakupannya sudah diketahui, dan pemberitahuan sedang dikirim."),
		Measures: both("We stopped sending data to the vendor.\n\n{absence:user.authorization.password}", "Kami berhenti mengirim data ke vendor.\n\n{absence:user.authorization.password}"),
		Timeline: []Entry{
			{"2", both("Somebody exports a dataset from the vendor's system.", "Seseorang mengekspor kumpulan data dari sistem vendor."), "Statement of the controller"},
			{"3", both("The vendor detects phishing by text message.", "Vendor menemukan phishing lewat SMS."), "Statement of the vendor"},
			{"4", both("The vendor hands the dataset over.", "Vendor menyerahkan kumpulan data."), "Receipt of the file"},
		},
		Actions: []Action{{Admin, Soon, both("Tell your security team.", "Beri tahu tim keamanan Anda."), both("They can watch for phishing.", "Mereka dapat mengawasi phishing.")}},
		Questions: []Question{{at("2025-11-26T08:00:00Z"), both("Why do you write only now?", "Mengapa baru sekarang?"),
			both("The vendor gave us the file on 25 November 2025.", "Vendor memberi kami berkasnya pada 25 November 2025.")}},
		Searches: []Search{{both("Public forums and leak sites", "Forum publik dan situs kebocoran"), at("2025-11-26T06:00:00Z")}},
		Contact:  Contact{Address: "incident@nusa.example"},
	}
}

// save keeps a draft without problems.
func (r *room) save(d Draft) {
	r.t.Helper()
	s, err := r.Save(lead, incident, d)
	if err != nil || len(s.Problems) > 0 {
		r.t.Fatalf("%v, %v", err, s.Problems)
	}
}

// publish brings the draft to everybody.
func (r *room) publish() Version {
	r.t.Helper()
	q, err := r.Ask(lead, incident)
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.desk.Grant(second, 0, q.ID, q.Hash); err != nil {
		r.t.Fatal(err)
	}
	v, err := r.Publish(lead, incident, q.ID)
	if err != nil {
		r.t.Fatal(err)
	}
	return v
}

func thePage(t *testing.T) (*Page, Set) {
	t.Helper()
	p := newPage(incident, theDraft(), theKnown().inert(), nil, at("2025-11-26T09:00:00Z"))
	if found := lint(theDraft(), p, theKnown()); len(found) > 0 {
		t.Fatal(found)
	}
	set, err := render(p)
	if err != nil {
		t.Fatal(err)
	}
	return p, set
}

func TestSamePageSameBytes(t *testing.T) {
	_, a := thePage(t)
	_, b := thePage(t)
	if !maps.EqualFunc(a, b, bytes.Equal) || a.Hash() != b.Hash() {
		t.Error("the same page made different files")
	}
	names := slices.Sorted(maps.Keys(a))
	want := []string{"certificate-password.json", "en.txt", "id.txt", "incident-2025-01.json", "index.html", "index.id.html", "page.json", "style.css",
		"updates.en.atom", "updates.en.json", "updates.id.atom", "updates.id.json"}
	if !slices.Equal(names, want) {
		t.Errorf("the files are %v", names)
	}
}

// TestPageReadsAlikeEverywhere: numbers, certificate and promise stand in HTML and text, in both locales.
func TestPageReadsAlikeEverywhere(t *testing.T) {
	_, set := thePage(t)
	for name, want := range map[string][]string{
		"index.html":            {"329,102", "331,940", "332,421", "1,204,117", "26 November 2025, 18:00 UTC", `href="certificate-password.json"`, "day 17", "1,394 of 1,400"},
		"en.txt":                {"329,102", "331,940", "332,421", "1,204,117", "26 November 2025, 18:00 UTC", "certificate-password.json", "day 17", "https://nusa.example/notice"},
		"index.id.html":         {"329.102", "331.940", "332.421", "1.204.117", "18:00 UTC (27 November 2025, 01.00 WIB)", "hari ke-17", "pengendali data pribadi"},
		"id.txt":                {"329.102", "331.940", "hari ke-17", "incident@nusa.example"},
		"updates.en.atom":       {"Update 1", "https://nusa.example/incident/2025-01/index.html#update-1"},
		"updates.id.json":       {"Pembaruan 1", "index.id.html#update-1"},
		"incident-2025-01.json": {"csaf_security_incident_response", "329,102"},
	} {
		for _, w := range want {
			if !strings.Contains(string(set[name]), w) {
				t.Errorf("%s does not say %q", name, w)
			}
		}
	}
	if text := string(set["index.html"]); strings.Contains(text, "key or access token") {
		t.Error("a class without certificate is spoken of")
	}
}

// TestNothingFromElsewhere: no script, no third party, nothing inline; forms go to the official site.
func TestNothingFromElsewhere(t *testing.T) {
	_, set := thePage(t)
	for _, l := range exposure.Locales {
		text := string(set[file(l)])
		for _, bad := range []string{"<script", "<img", "<iframe", "style=", "<style", "javascript:", "onclick", "@import", "url("} {
			if strings.Contains(text, bad) {
				t.Errorf("%s holds %q", file(l), bad)
			}
		}
		for _, link := range linked.FindAllStringSubmatch(text, -1) {
			if to := link[1]; strings.Contains(to, "//") && !strings.HasPrefix(to, "https://nusa.example/") {
				t.Errorf("%s leads to %q", file(l), to)
			} else if inner, _, _ := strings.Cut(to, "#"); !strings.Contains(to, "//") && set[inner] == nil {
				t.Errorf("%s leads to %q, which is not there", file(l), to)
			}
		}
	}
	if strings.Contains(string(set[styleFile]), "url(") {
		t.Error("the style loads something")
	}
}

func TestHostileTextsAreInert(t *testing.T) {
	k := theKnown()
	const evil = `</p><script>alert(1)</script>]]><x>` + "\u202e" + "\x00    "
	d := theDraft()
	d.Timeline[0].What, d.Questions[0].Answer = both(evil[:len(evil)-8], evil[:len(evil)-8]), both(`<img src=x onerror=alert(1)>`, `"><script>`)
	k.Summary.Unread = []string{evil}
	k.Documents[0].Title = both(evil, evil)
	p := newPage(incident, d, k.inert(), nil, at("2025-11-26T09:00:00Z"))
	set, err := render(p)
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range set {
		text := string(body)
		if strings.ContainsAny(text, "\u202e\x00") {
			t.Errorf("%s holds what cannot be seen", name)
		}
		if (strings.HasSuffix(name, ".html") || strings.HasSuffix(name, ".atom")) && strings.Contains(text, "<script") {
			t.Errorf("%s holds markup of others", name)
		}
	}
}

func TestTwoPeoplePublish(t *testing.T) {
	r := newRoom(t)
	r.save(theDraft())
	q, err := r.Ask(lead, incident)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Publish(lead, incident, q.ID); !errors.Is(err, approve.ErrNotGranted) {
		t.Errorf("alone: %v", err)
	}
	if _, err := r.desk.Grant(lead, 0, q.ID, q.Hash); !errors.Is(err, approve.ErrOwnRequest) {
		t.Errorf("own request: %v", err)
	}
	set, err := r.Asked(second, incident, q.ID)
	if err != nil || r.hash(incident, set) != q.Hash {
		t.Errorf("the second person reads something else: %v", err)
	}
	if _, err := r.desk.Grant(second, 0, q.ID, q.Hash); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Publish(second, incident, q.ID); !errors.Is(err, approve.ErrNotFound) {
		t.Errorf("by who did not ask: %v", err)
	}
	v, err := r.Publish(lead, incident, q.ID)
	if err != nil || v.Version != 1 {
		t.Fatalf("%+v, %v", v, err)
	}
	entry, err := r.vault.Log().Entry(v.Entry)
	if err != nil || !strings.Contains(string(entry), v.Hash) {
		t.Errorf("the log says %s, %v", entry, err)
	}
	if _, err := r.Publish(lead, incident, q.ID); !errors.Is(err, ErrStale) {
		t.Errorf("twice: %v", err)
	}
	public, err := readSet(filepath.Join(r.dir, "incident", string(incident), "public"))
	if err != nil || !maps.EqualFunc(public, set, bytes.Equal) {
		t.Errorf("the public folder is something else: %v", err)
	}
}

// TestStagedFilesChanged: who can write the folder cannot slip other files under what was allowed.
func TestStagedFilesChanged(t *testing.T) {
	r := newRoom(t)
	r.save(theDraft())
	q, err := r.Ask(lead, incident)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.desk.Grant(second, 0, q.ID, q.Hash); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(r.dir, "incident", string(incident), "asked", q.ID)
	set, err := readSet(dir)
	if err != nil {
		t.Fatal(err)
	}
	set["en.txt"] = append(set["en.txt"], "more\n"...)
	if err := writeSet(dir, set); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Publish(lead, incident, q.ID); !errors.Is(err, approve.ErrChanged) {
		t.Errorf("changed files were published: %v", err)
	}
}

func TestStaleIsNotPublished(t *testing.T) {
	r := newRoom(t)
	r.save(theDraft())
	ask := func() approve.Request {
		q, err := r.Ask(lead, incident)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.desk.Grant(second, 0, q.ID, q.Hash); err != nil {
			t.Fatal(err)
		}
		return q
	}
	q := ask()
	changed := *r.known.Summary
	changed.Version++
	r.known.Summary = &changed
	if _, err := r.Publish(lead, incident, q.ID); !errors.Is(err, ErrStale) {
		t.Errorf("numbers of an older scope: %v", err)
	}
	q = ask()
	r.now = at("2025-11-26T18:00:00Z")
	if _, err := r.Publish(lead, incident, q.ID); !errors.Is(err, ErrStale) {
		t.Errorf("a promise that is broken already: %v", err)
	}
}

func TestUpdatesSayWhatChanged(t *testing.T) {
	r := newRoom(t)
	r.save(theDraft())
	first := r.publish()
	r.now = r.now.Add(3 * time.Hour)
	s := *r.known.Summary
	s.Version, s.People.Certain = 3, 330302
	s.Classes = slices.Clone(s.Classes)
	s.Classes[2].People = 301999
	r.known.Summary = &s
	d := theDraft()
	d.Update = both("More people were found.", "Lebih banyak orang ditemukan.")
	next := at("2025-11-27T09:00:00Z")
	d.Next = &next
	r.save(d)
	r.publish()
	set, err := r.published(incident, mustVersions(r)[0])
	if err != nil {
		t.Fatal(err)
	}
	p, err := readPage(set[pageFile])
	if err != nil || len(p.Updates) != 2 {
		t.Fatalf("%v, %v", p, err)
	}
	var got []string
	for _, c := range p.Updates[1].Changes {
		got = append(got, c.What["en"]+": "+c.How["en"])
	}
	want := []string{
		"Next update: 26 November 2025, 18:00 UTC → 27 November 2025, 09:00 UTC",
		"People: 329,102 people for certain, 331,940 with likely matches, at most 332,421 → 330,302 people for certain, 331,940 with likely matches, at most 332,421",
		"city: exposed, 301,455 people → exposed, 301,999 people",
		"Verdict: reworded",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if old := mustVersions(r)[1]; old.Version != 1 || old.Hash != first.Hash {
		t.Errorf("the first version is %+v", old)
	}
	for _, w := range want {
		if name := "updates.en.atom"; !strings.Contains(string(set[name]), w) {
			t.Errorf("%s does not say %q", name, w)
		}
	}
}

func mustVersions(r *room) []Version {
	r.t.Helper()
	all, err := r.versions(context.Background(), incident)
	if err != nil {
		r.t.Fatal(err)
	}
	return all
}

func TestOnlyWhoResponds(t *testing.T) {
	r := newRoom(t)
	for _, err := range []error{
		failure(r.Standing(viewer, incident)), failure(r.Save(viewer, incident, theDraft())), failure(r.Ask(viewer, incident)),
		failure(r.Asked(viewer, incident, strings.Repeat("0", 32))), failure(r.Publish(viewer, incident, strings.Repeat("0", 32))),
	} {
		if !errors.Is(err, access.ErrForbidden) {
			t.Errorf("a viewer: %v", err)
		}
	}
	if _, err := r.Save(lead, "2024-01", theDraft()); !errors.Is(err, access.ErrNotFound) {
		t.Errorf("no such incident: %v", err)
	}
	if _, err := r.Asked(second, incident, "../../versions/1"); !errors.Is(err, access.ErrNotFound) {
		t.Errorf("a path: %v", err)
	}
}

func failure[T any](_ T, err error) error { return err }

// TestPromiseAlarm: an hour before and when it is missed, each once.
func TestPromiseAlarm(t *testing.T) {
	r := newRoom(t)
	r.save(theDraft())
	r.publish()
	var got []string
	remind := func(when string) {
		r.now = at(when)
		err := r.Remind(context.Background(), func(_ context.Context, p Promise) error {
			got = append(got, when[11:16]+map[bool]string{true: " missed", false: " due"}[p.Missed])
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, when := range []string{"2025-11-26T16:59:00Z", "2025-11-26T17:00:00Z", "2025-11-26T17:30:00Z", "2025-11-26T18:00:00Z", "2025-11-26T19:00:00Z"} {
		remind(when)
	}
	if !slices.Equal(got, []string{"17:00 due", "18:00 missed"}) {
		t.Errorf("alarms: %v", got)
	}
}
