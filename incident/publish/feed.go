package publish

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"
)

// home is where the page of an incident is on its official site.
func (p *Page) home() string { return p.Draft.Site + "/incident/" + string(p.Incident) + "/" }

// atomFeed is RFC 4287.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Link    atomLink `xml:"link"`
	Content struct {
		Type string `xml:"type,attr"`
		Text string `xml:",chardata"`
	} `xml:"content"`
}

// atom is the updates as a feed, the newest first. Its texts are plain: nothing in them is markup.
func atom(v view) []byte {
	p := v.Page
	f := atomFeed{
		Lang: v.Lang(), ID: p.home(), Title: v.In(p.Draft.Title), Updated: stamp(p.AsOf), Author: p.Draft.Controller,
		Links: []atomLink{{"self", "application/atom+xml", p.home() + "updates." + v.Lang() + ".atom"}, {"alternate", "text/html", p.home() + file(v.Locale)}},
	}
	for _, u := range slices.Backward(p.Updates) {
		e := atomEntry{ID: v.anchor(u), Title: v.Format("version", u.Version), Updated: stamp(u.At), Link: atomLink{"alternate", "text/html", v.anchor(u)}}
		e.Content.Type, e.Content.Text = "text", v.told(u)
		f.Entries = append(f.Entries, e)
	}
	var out bytes.Buffer
	out.WriteString(xml.Header)
	if err := xml.NewEncoder(&out).Encode(f); err != nil {
		panic("BUG: the feed is no XML: " + err.Error())
	}
	out.WriteByte('\n')
	return out.Bytes()
}

// anchor is the address of an update: it never changes.
func (v view) anchor(u Update) string {
	return fmt.Sprintf("%s%s#update-%d", v.Page.home(), file(v.Locale), u.Version)
}

// told is an update in words, with what it changed.
func (v view) told(u Update) string {
	lines := []string{v.In(u.Text)}
	for _, c := range u.Changes {
		lines = append(lines, "- "+c.What[v.Locale]+": "+c.How[v.Locale])
	}
	return strings.Join(lines, "\n")
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// feed is JSON Feed 1.1.
type feed struct {
	Version  string     `json:"version"`
	Title    string     `json:"title"`
	Home     string     `json:"home_page_url"`
	URL      string     `json:"feed_url"`
	Language string     `json:"language"`
	Authors  []author   `json:"authors"`
	Items    []feedItem `json:"items"`
}

type author struct {
	Name string `json:"name"`
}

type feedItem struct {
	ID        string `json:"id"`
	URL       string `json:"url"`
	Title     string `json:"title"`
	Text      string `json:"content_text"`
	Published string `json:"date_published"`
}

func jsonFeed(v view) feed {
	p := v.Page
	f := feed{
		"https://jsonfeed.org/version/1.1", v.In(p.Draft.Title), p.home() + file(v.Locale), p.home() + "updates." + v.Lang() + ".json",
		v.Lang(), []author{{p.Draft.Controller}}, nil,
	}
	for _, u := range slices.Backward(p.Updates) {
		f.Items = append(f.Items, feedItem{v.anchor(u), v.anchor(u), v.Format("version", u.Version), v.told(u), stamp(u.At)})
	}
	return f
}
