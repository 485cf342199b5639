package publish

import (
	"strconv"
	"strings"

	"jejak/exposure"
)

// csafName is the file's name as CSAF 2.0, section 5.1, wants it: the document's ID in lower case.
func csafName(id exposure.IncidentID) string { return "incident-" + string(id) + ".json" }

// csafDocument is what of CSAF 2.0 its profile 2, security incident response, needs: notes and an outside reference.
type csafDocument struct {
	Document struct {
		Category   string          `json:"category"`
		Version    string          `json:"csaf_version"`
		Lang       string          `json:"lang"`
		Title      string          `json:"title"`
		Publisher  csafPublisher   `json:"publisher"`
		Notes      []csafNote      `json:"notes"`
		References []csafReference `json:"references"`
		Tracking   csafTracking    `json:"tracking"`
		Share      struct {
			TLP struct {
				Label string `json:"label"`
			} `json:"tlp"`
		} `json:"distribution"`
	} `json:"document"`
}

type csafPublisher struct {
	Category  string `json:"category"`
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Contact   string `json:"contact_details"`
}

type csafNote struct {
	Category string `json:"category"`
	Title    string `json:"title"`
	Text     string `json:"text"`
}

type csafReference struct {
	Category string `json:"category"`
	Summary  string `json:"summary"`
	URL      string `json:"url"`
}

type csafTracking struct {
	ID       string         `json:"id"`
	Status   string         `json:"status"`
	Version  string         `json:"version"`
	Initial  string         `json:"initial_release_date"`
	Current  string         `json:"current_release_date"`
	Revision []csafRevision `json:"revision_history"`
}

type csafRevision struct {
	Date    string `json:"date"`
	Number  string `json:"number"`
	Summary string `json:"summary"`
}

// csaf is the incident as a CSAF 2.0 document, in English.
func csaf(p *Page) csafDocument {
	v := p.in(exposure.English)
	var out csafDocument
	d := &out.Document
	d.Category, d.Version, d.Lang, d.Title = "csaf_security_incident_response", "2.0", v.Lang(), v.In(p.Draft.Title)
	d.Publisher = csafPublisher{"vendor", p.Draft.Controller, p.Draft.Site, p.Draft.Contact.Address}
	d.Share.TLP.Label = "WHITE" // as CSAF 2.0 calls it
	d.Notes = []csafNote{{"summary", "Verdict", v.In(p.Draft.Verdict)}, {"details", "What we did and will do", v.In(p.Draft.Measures)}}
	if scope := v.csafScope(); scope != "" {
		d.Notes = append(d.Notes, csafNote{"details", "What was in the file", scope})
	}
	d.References = []csafReference{{"external", "The incident page", p.home()}, {"self", "This document", p.home() + csafName(p.Incident)}}
	d.Tracking = csafTracking{ID: "incident-" + string(p.Incident), Status: "interim", Version: strconv.Itoa(p.Version), Initial: stamp(p.Updates[0].At), Current: stamp(p.AsOf)}
	if p.Draft.State == Closed {
		d.Tracking.Status = "final"
	}
	for _, u := range p.Updates {
		d.Tracking.Revision = append(d.Tracking.Revision, csafRevision{stamp(u.At), strconv.Itoa(u.Version), v.told(u)})
	}
	return out
}

// csafScope is the numbers and the table in words.
func (v view) csafScope() string {
	var lines []string
	for _, n := range v.Numbers() {
		lines = append(lines, n.Name+": "+n.Value+" ("+n.Means+")")
	}
	if v.Page.Summary != nil {
		for _, r := range v.Rows() {
			lines = append(lines, r.What+": "+r.Standing+". "+r.Evidence+" "+r.Wording)
		}
	}
	return strings.Join(lines, "\n")
}
