package verify

import (
	"embed"
	"fmt"
	"strings"
	"text/template"
	"time"

	"jejak/exposure"
)

//go:embed text/*.txt
var texts embed.FS

// answers are the mails of a MailBack by language and by whether somebody is affected: both get one.
var answers = func() map[exposure.Locale]map[bool]*template.Template {
	all := map[exposure.Locale]map[bool]*template.Template{}
	for _, l := range exposure.Locales {
		all[l] = map[bool]*template.Template{}
		for affected, name := range map[bool]string{true: "affected", false: "none"} {
			t := template.New(name).Funcs(template.FuncMap{
				"day":  func(t time.Time) string { return day(l, t) },
				"list": func(c []exposure.Class) string { return listed(l, c) },
			})
			all[l][affected] = template.Must(t.ParseFS(texts, fmt.Sprintf("text/%s.%s.txt", name, l)))
		}
	}
	return all
}()

// words are the mail to a mailbox. That somebody is not affected is said of incidents whose notices were fixed, and of no other.
func (b *MailBack) words(l exposure.Locale, standings []Standing, known []exposure.IncidentID) (subject, text string) {
	byKind, ok := answers[l]
	if !ok {
		byKind = answers[exposure.English]
	}
	t := byKind[len(standings) > 0]
	data := struct {
		Domain    string
		Standings []Standing
		Covered   []exposure.IncidentID
		Now       time.Time
	}{b.o.Domain, standings, known, b.o.Now()}
	part := func(name string) string {
		var out strings.Builder
		if err := t.ExecuteTemplate(&out, name, data); err != nil {
			panic("BUG: " + err.Error())
		}
		return out.String()
	}
	return part("subject"), part("body")
}

func listed(l exposure.Locale, classes []exposure.Class) string {
	var words []string
	for _, c := range exposure.Sorted(classes) {
		words = append(words, c.In(l))
	}
	return strings.Join(words, ", ")
}

var months = map[exposure.Locale][]string{
	exposure.English:    strings.Fields("January February March April May June July August September October November December"),
	exposure.Indonesian: strings.Fields("Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"),
}

// day is an instant in words, in UTC.
func day(l exposure.Locale, t time.Time) string {
	t = t.UTC()
	return fmt.Sprintf("%d %s %d, %02d:%02d UTC", t.Day(), months[l][t.Month()-1], t.Year(), t.Hour(), t.Minute())
}
