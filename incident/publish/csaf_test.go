package publish

import (
	"encoding/json"
	"encoding/xml"
	"slices"
	"testing"
	"time"
)

// TestCSAF holds the document against what CSAF 2.0 asks of its base and of profile 2 (sections 3.2.1, 4.2 and tests 6.1.14 to 6.1.22,
// 6.1.27). The whole schema is not here; the document was held against it by hand.
func TestCSAF(t *testing.T) {
	r := newRoom(t)
	r.save(theDraft())
	r.publish()
	r.now = r.now.Add(time.Hour)
	r.save(theDraft())
	v := r.publish()
	set, err := r.published(incident, v)
	if err != nil {
		t.Fatal(err)
	}
	var got csafDocument
	if err := json.Unmarshal(set[csafName(incident)], &got); err != nil {
		t.Fatal(err)
	}
	d := got.Document
	if d.Category != "csaf_security_incident_response" || d.Version != "2.0" || d.Title == "" || d.Publisher.Category == "" || d.Publisher.Name == "" || d.Publisher.Namespace == "" {
		t.Errorf("the head is %+v", d)
	}
	if !slices.ContainsFunc(d.Notes, func(n csafNote) bool { return n.Category == "summary" && n.Text != "" }) {
		t.Error("profile 2 wants a description, details or a summary")
	}
	if !slices.ContainsFunc(d.References, func(x csafReference) bool { return x.Category == "external" }) {
		t.Error("profile 2 wants an external reference")
	}
	k := d.Tracking
	if k.ID+".json" != csafName(incident) || k.Status != "interim" {
		t.Errorf("tracking: %+v", k)
	}
	for i, rev := range k.Revision {
		if i > 0 && (rev.Date < k.Revision[i-1].Date || rev.Number == k.Revision[i-1].Number) {
			t.Errorf("the revisions are not in order: %+v", k.Revision)
		}
	}
	last := k.Revision[len(k.Revision)-1]
	if len(k.Revision) != 2 || last.Number != k.Version || last.Date != k.Current || k.Revision[0].Date != k.Initial {
		t.Errorf("the revisions do not fit: %+v", k)
	}
}

// TestFeeds: what readers of feeds need is there.
func TestFeeds(t *testing.T) {
	_, set := thePage(t)
	var a atomFeed
	if err := xml.Unmarshal(set["updates.id.atom"], &a); err != nil || a.ID == "" || a.Updated == "" || a.Author == "" || len(a.Entries) != 1 || a.Entries[0].ID == "" || a.Entries[0].Content.Type != "text" {
		t.Errorf("%+v, %v", a, err)
	}
	var j feed
	if err := json.Unmarshal(set["updates.id.json"], &j); err != nil || j.Version != "https://jsonfeed.org/version/1.1" || j.Language != "id" || len(j.Items) != 1 || j.Items[0].ID != j.Items[0].URL {
		t.Errorf("%+v, %v", j, err)
	}
}
