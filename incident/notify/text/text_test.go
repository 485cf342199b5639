package text_test

import (
	"strings"
	"testing"
	"time"

	"jejak/exposure"
	"jejak/incident/notify/text"
)

func facts() text.Facts {
	return text.Facts{
		Incident: "2025-01", Version: 1, Company: "Contoh Ltd", Domain: "contoh.example", Contact: "incident@contoh.example",
		Page: "https://contoh.example/incident/2025-01", Source: "Mixpanel",
		Happened: text.Words{
			exposure.English:    "A thief copied a file from our analytics vendor on 9 November 2025. We got the file on 25 November 2025.",
			exposure.Indonesian: "Pencuri menyalin berkas dari penyedia analitik kami pada 9 November 2025. Kami menerima berkas itu pada 25 November 2025.",
		},
		Did: text.Words{
			exposure.English:    "We cut the vendor off. We read the whole file and found each person in it.",
			exposure.Indonesian: "Kami memutus hubungan dengan penyedia itu. Kami membaca seluruh berkas dan menemukan setiap orang di dalamnya.",
		},
		Rights: text.Words{
			exposure.English:    "You can ask us what we hold of you. You can also complain to the data office of your country.",
			exposure.Indonesian: "Anda berhak bertanya data apa yang kami simpan. Anda juga dapat mengadu kepada lembaga pelindungan data pribadi.",
		},
		Changed: text.Words{
			exposure.English:    "We read the file again and found more rows.",
			exposure.Indonesian: "Kami membaca berkas itu lagi dan menemukan baris lain.",
		},
		Next: time.Date(2025, 11, 28, 9, 0, 0, 0, time.UTC),
	}
}

func person(l exposure.Locale, classes ...exposure.Class) text.Notice {
	return text.Notice{Kind: text.First, Audience: exposure.Person, Locales: []exposure.Locale{l}, Classes: classes, Code: "0123456789ABCDEF"}
}

func render(t *testing.T, f text.Facts, n text.Notice) text.Message {
	t.Helper()
	m, err := text.Render(f, n)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func certified(classes ...exposure.Class) (list []exposure.Absence) {
	for _, c := range classes {
		list = append(list, exposure.Absence{Class: c, Certified: true, Hash: strings.Repeat("ab", 32)})
	}
	return list
}

func TestTheHouseTextsPassTheLints(t *testing.T) {
	f := facts()
	for _, absences := range [][]exposure.Absence{nil, certified(exposure.Password, exposure.Credentials, exposure.Card)} {
		f.Absences = absences
		for _, finding := range text.Lint(f) {
			t.Errorf("%s %s: %s", finding.Code, finding.Locale, finding.Message)
		}
	}
}

// TestLints breaks one thing at a time: each lint must say so.
func TestLints(t *testing.T) {
	for want, breakIt := range map[string]func(*text.Facts){
		"hedge":                       func(f *text.Facts) { f.Happened[exposure.English] = "Your name might be in a file." },
		"absence_without_certificate": func(f *text.Facts) { f.Did[exposure.English] = "We checked. No passwords are in it." },
		"foreign_link":                func(f *text.Facts) { f.Did[exposure.English] = "Read more at https://evil.example/x please." },
		"long_sentence": func(f *text.Facts) {
			f.Did[exposure.Indonesian] = "Kami " + strings.Repeat("dan kami lalu ", 10) + "selesai."
		},
		"grade": func(f *text.Facts) {
			f.Did[exposure.English] = strings.Repeat("Organisational vulnerability remediation considerations necessitated immediate infrastructural reconfiguration. ", 12)
		},
		"missing_block": func(f *text.Facts) { delete(f.Rights, exposure.Indonesian) },
		"control":       func(f *text.Facts) { f.Did[exposure.English] = "We cut \u202eit off." },
		"name":          func(f *text.Facts) { f.Source = "Evil\r\nBcc: x" },
		"next_update":   func(f *text.Facts) { f.Next = time.Time{} },
	} {
		f := facts()
		breakIt(&f)
		var codes []string
		for _, finding := range text.Lint(f) {
			codes = append(codes, finding.Code)
		}
		if !strings.Contains(strings.Join(codes, " "), want) {
			t.Errorf("%s was not found: %v", want, codes)
		}
	}
}

func TestLintIndonesianHedgesAndClaims(t *testing.T) {
	for want, says := range map[string]string{
		"hedge":                       "Data itu mungkin disalin.",
		"absence_without_certificate": "Kata sandi tidak ikut bocor.",
	} {
		f := facts()
		f.Did[exposure.Indonesian] = says
		found := text.Lint(f)
		if len(found) == 0 || found[0].Code != want {
			t.Errorf("%s: got %v", want, found)
		}
	}
}

func TestVerdictLint(t *testing.T) {
	f, n := facts(), person(exposure.English, exposure.Email)
	m := render(t, f, n)
	m.Body = "Dear customer, we take this chance to tell you about something that is of interest to you today. " + m.Body
	found := f.LintMessage(exposure.English, n, m)
	if len(found) != 1 || found[0].Code != "verdict" {
		t.Errorf("got %v", found)
	}
	m = render(t, f, n)
	m.Subject = "An important update"
	if found = f.LintMessage(exposure.English, n, m); len(found) != 1 || found[0].Code != "verdict" {
		t.Errorf("got %v", found)
	}
}

func TestCourtesyNeverSaysYourData(t *testing.T) {
	f := facts()
	for _, l := range exposure.Locales {
		n := text.Notice{Kind: text.Courtesy, Audience: exposure.Person, Locales: []exposure.Locale{l}}
		m := render(t, f, n)
		if strings.Contains(strings.ToLower(m.Body), "your data") || strings.Contains(strings.ToLower(m.Body), "data anda") {
			t.Errorf("%s: %s", l, m.Body)
		}
		n.Classes = []exposure.Class{exposure.Email}
		if _, err := text.Render(f, n); err == nil {
			t.Error("somebody affected was told that they are not")
		}
	}
}

// TestRotateIsForced: who lost a key or a password is told to change it, whatever certificates say, and never that there is no need to.
func TestRotateIsForced(t *testing.T) {
	f := facts()
	f.Absences = certified(exposure.Password, exposure.Credentials)
	for class, says := range map[exposure.Class]string{exposure.Credentials: "Make new keys", exposure.Password: "Change your password"} {
		m := render(t, f, person(exposure.English, append(exposure.Classes()[:1:1], class)...))
		if !strings.Contains(m.Body, says) || strings.Contains(m.Body, "do not need to change") {
			t.Errorf("%s: %s", class, m.Body)
		}
	}
	if m := render(t, f, person(exposure.English, exposure.Name)); !strings.Contains(m.Body, "do not need to change") {
		t.Errorf("certificates cover passwords and keys, and the text does not say so: %s", m.Body)
	}
	f.Absences = f.Absences[:1]
	if m := render(t, f, person(exposure.English, exposure.Name)); strings.Contains(m.Body, "do not need to change") {
		t.Error("a certificate is missing, and the text says that there is no need to change keys")
	}
}

func TestNoAbsenceWithoutACertificate(t *testing.T) {
	f := facts()
	f.Absences = []exposure.Absence{{Class: exposure.Card}, {Class: exposure.Password, Certified: true}, {Class: exposure.City, Certified: true, Hash: "ab"}}
	m := render(t, f, person(exposure.English, exposure.City))
	if strings.Contains(m.Body, "These were not in it") || strings.Contains(m.Body, "payment card") {
		t.Errorf("got %s", m.Body)
	}
}

func TestActionsAreFewAndOrdered(t *testing.T) {
	m := render(t, facts(), person(exposure.English, exposure.Classes()...))
	_, todo, _ := strings.Cut(m.Body, "What to do\n")
	todo, _, _ = strings.Cut(todo, "\n\n")
	lines := strings.Split(todo, "\n")
	if len(lines) > 5 {
		t.Errorf("%d actions", len(lines))
	}
	rank := map[string]int{"- Do now": 0, "- Do soon": 1, "- Good to know": 2}
	last := 0
	for _, line := range lines {
		head, _, _ := strings.Cut(line, ":")
		at, known := rank[head]
		if !known || at < last {
			t.Errorf("out of order: %s", todo)
		}
		last = at
	}
}

// TestNamesAreInert: abuse tests 9 and 11.
func TestNamesAreInert(t *testing.T) {
	for _, name := range []string{
		"Evil\r\nBcc: all@evil.example", "<script>alert(1)</script>", "=HYPERLINK(\"http://evil.example\")", "Pay at evil.example now",
		"\u202eelgoog", "{{.Code}}", "http://evil.example", strings.Repeat("x", 1000), "a\x00b", "mail me@evil.example",
	} {
		n := text.Notice{Kind: text.First, Audience: exposure.Admin, Locales: exposure.Locales, Classes: []exposure.Class{exposure.Email}, Organisation: name, Members: 2, Code: "0123456789ABCDEF"}
		m := render(t, facts(), n)
		for _, bad := range []string{"<", ">", "\r", "\x00", "\u202e", "evil.example", "=HY", "{{", strings.Repeat("x", 200)} {
			if strings.Contains(m.Subject+m.Body, bad) {
				t.Errorf("%q came through as %q", name, bad)
			}
		}
		for _, finding := range facts().LintMessage(exposure.English, n, m) {
			if finding.Code == "foreign_link" || finding.Code == "header" {
				t.Errorf("%q: %s", name, finding.Message)
			}
		}
	}
}

func TestBothLanguagesWhenUnknown(t *testing.T) {
	n := person(exposure.English, exposure.Email)
	n.Locales = exposure.Locales
	m := render(t, facts(), n)
	for _, want := range []string{"Yes, your data", "Ya, data Anda", "kegagalan pelindungan data pribadi", "subjek data", "pengendali data pribadi"} {
		if !strings.Contains(m.Body, want) {
			t.Errorf("%q is missing", want)
		}
	}
}
