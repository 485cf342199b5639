package publish

import (
	"slices"
	"testing"

	"jejak/exposure"
)

// codesOf are the problems of a draft with a text in the place of the verdict, in a locale.
func codesOf(l exposure.Locale, text string) (codes []string) {
	d, k := theDraft(), theKnown()
	d.Verdict = Text{exposure.English: "One.", exposure.Indonesian: "Satu."}
	d.Verdict[l] = text
	for _, f := range lint(d, newPage(incident, d, k, nil, at("2025-11-26T09:00:00Z")), k) {
		codes = append(codes, f.Code)
	}
	return codes
}

func TestLintsBite(t *testing.T) {
	for _, x := range []struct {
		l          exposure.Locale
		text, code string
	}{
		{"en", "About 330,000 people are in the file.", "naked_number"},
		{"en", "It concerns 12 of our users.", "naked_number"},
		{"en", "Some thousands of accounts.", "naked_number"},
		{"en", "Less than 1 % of accounts.", "naked_number"},
		{"en", "A limited number of customers.", "naked_number"},
		{"en", "It holds two million records.", "naked_number"},
		{"id", "Sekitar 330.000 pengguna ada di dalamnya.", "naked_number"},
		{"id", "Ribuan akun ada di dalamnya.", "naked_number"},
		{"id", "Dua juta baris.", "naked_number"},
		{"en", "There is no evidence of misuse.", "misuse_without_search"},
		{"en", "We have not seen any indication that the data was misused.", "misuse_without_search"},
		{"id", "Tidak ada bukti penyalahgunaan.", "misuse_without_search"},
		{"id", "Belum ada indikasi bahwa data disalahgunakan.", "misuse_without_search"},
		{"en", "Passwords were not exposed.", "absence_without_certificate"},
		{"en", "No API keys were affected.", "absence_without_certificate"},
		{"en", "Your passwords are safe.", "absence_without_certificate"},
		{"en", "Only names were leaked.", "absence_without_certificate"},
		{"en", "The file didn't include chats.", "absence_without_certificate"},
		{"en", "The file contains no card numbers.", "absence_without_certificate"},
		{"id", "Kata sandi tidak terungkap.", "absence_without_certificate"},
		{"id", "Hanya nama yang bocor.", "absence_without_certificate"},
		{"id", "Berkas tidak memuat kata sandi.", "absence_without_certificate"},
		{"en", "{absence:user.authorization.credentials}", "absence_without_certificate"},
		{"en", "You do not need to reset your password.", "rotation_without_certificate"},
		{"id", "Anda tidak perlu mengganti kata sandi.", "rotation_without_certificate"},
		{"en", "See https://evil.example/login.", "foreign_link"},
		{"en", "See http://nusa.example/.", "foreign_link"},
		{"en", "See www.evil.example.", "foreign_link"},
		{"en", "Text \u202e turned.", "characters"},
		{"en", "", "missing_locale"},
		{"id", "  ", "missing_locale"},
		{"en", "{peoples}", "unknown_placeholder"},
	} {
		if got := codesOf(x.l, x.text); !slices.Contains(got, x.code) {
			t.Errorf("%q: %v, not %s", x.text, got, x.code)
		}
	}
}

func TestLintsLetPass(t *testing.T) {
	for text, l := range map[string]exposure.Locale{
		"Somebody took an export on 9 November 2025. It holds data about {people}.":      "en",
		"{absence:user.authorization.password}":                                          "en",
		"We stopped sending data at 16:20 UTC and wrote to all 27 authorities.":          "en",
		"See https://nusa.example/incident/2025-01/.":                                    "en",
		"Seseorang mengambil ekspor pada 9 November 2025. Isinya data tentang {people}.": "id",
		"Kami akan menulis kepada setiap orang dalam 3 × 24 jam.":                        "id",
	} {
		if got := codesOf(l, text); len(got) > 0 {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestAbsenceNeedsItsCertificate: the download must be there, with the hash that the scope names, and no class is both.
func TestAbsenceNeedsItsCertificate(t *testing.T) {
	for name, spoil := range map[string]func(*Known){
		"absence_without_certificate": func(k *Known) { k.Documents = nil },
		"contradiction": func(k *Known) {
			k.Summary.Classes = append(k.Summary.Classes, exposure.Exposed{Class: exposure.Password, People: 1, Rows: 1})
		},
	} {
		k := theKnown()
		spoil(&k)
		found := lint(theDraft(), newPage(incident, theDraft(), k, nil, at("2025-11-26T09:00:00Z")), k)
		if !slices.ContainsFunc(found, func(f Flaw) bool { return f.Code == name }) {
			t.Errorf("%s: %v", name, found)
		}
	}
	k := theKnown()
	k.Documents[0].Bytes = []byte("another")
	if found := lint(theDraft(), newPage(incident, theDraft(), k, nil, at("2025-11-26T09:00:00Z")), k); len(found) == 0 {
		t.Error("a certificate with another hash passed")
	}
}

// TestHeadIsLinted: an open incident promises, a closed one does not; everything has a form.
func TestHeadIsLinted(t *testing.T) {
	for code, spoil := range map[string]func(*Draft){
		"missing":       func(d *Draft) { d.Next = nil },
		"closed":        func(d *Draft) { d.State = Closed },
		"past":          func(d *Draft) { past := at("2025-11-26T08:59:00Z"); d.Next = &past },
		"malformed":     func(d *Draft) { d.Site = "https://nusa.example/x?y" },
		"unknown_entry": func(d *Draft) { d.Timeline[0].Entry = "99" },
		"characters":    func(d *Draft) { d.Controller = "Nusa\u200b" },
	} {
		d := theDraft()
		spoil(&d)
		if found := lint(d, newPage(incident, d, theKnown(), nil, at("2025-11-26T09:00:00Z")), theKnown()); !slices.ContainsFunc(found, func(f Flaw) bool { return f.Code == code }) {
			t.Errorf("%s: %v", code, found)
		}
	}
}
