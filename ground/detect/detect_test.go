package detect

import (
	"testing"
	"unicode/utf8"
)

// classesIn are the classes that single values are taken for, with what was found.
func classesIn(name, text string) (out []string) {
	for _, f := range Value(name, text, nil) {
		if f.Confidence >= Likely {
			out = append(out, string(f.Class)+" "+text[f.From:f.To])
		}
	}
	return out
}

func TestValue(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"note", "mail jane@example.com or +62 812-3456-7890.", []string{"email jane@example.com", "phone +62 812-3456-7890"}},
		{"note", "a@example.com,b@example.com;c@example.org", []string{"email a@example.com", "email b@example.com", "email c@example.org"}},
		{"url", "https://x.example.com/reset?email=jane%40example.com&to=joe@example.com#a", []string{"email jane%40example.com", "email joe@example.com"}},
		{"note", "bayar ke 4111 1111 1111 1111 ya", []string{"card 4111 1111 1111 1111"}},
		{"note", "key AKIAIOSFODNN7EXAMPLE used", []string{"secret AKIAIOSFODNN7EXAMPLE"}},
		{"note", "dari 203.0.113.7:8080 dan [2001:db8::1]:443", []string{"ip 203.0.113.7", "ip 2001:db8::1"}},
		{"url", "https://x.example/?to=joe%40example.com&tel=%2B6281234567890", []string{"email joe%40example.com", "phone 6281234567890"}},
		{"link", "https://jane:hunter2x@example.com/", []string{"secret hunter2x"}},
		{"nik", "3171234567890123", nil}, // no such day
		{"note", "NIK 3171015503900001", []string{"nik 3171015503900001"}},
		{"$name", "", nil},
		{"full_name", "Budi Santoso", []string{"name Budi Santoso"}},
		{"full_name", "budi@example.com", []string{"email budi@example.com"}},
		{"product_name", "Budi Santoso", nil},
	} {
		got := classesIn(c.name, c.text)
		if len(got) != len(c.want) {
			t.Errorf("%q under %q: %q, want %q", c.text, c.name, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%q under %q: %q, want %q", c.text, c.name, got, c.want)
			}
		}
	}
}

// TestNothing holds what was once taken for something.
func TestNothing(t *testing.T) {
	for _, c := range [][2]string{
		{"password_strength", "strong"}, {"password", "changed"}, {"reset_password", "Clicked"}, {"otp", "verified"}, {"authorization", "granted"},
		{"sessiontoken", "expired"},
		{"image", "logo@2x.png"},
		{"browser_version", "120.0.6099.71"},
		{"user_agent", "Chrome/120.0.6099.71 Safari/537.36"},
		{"timestamp", "1732500000123"},
		{"insert_id", "4111-1111-1111-1111-x"},
		{"revenue", "4111111111111111"},
		{"page", "/item/0812345678/view-4"},
		{"clock", "12:30:45"},
		{"last_name", "null"},
	} {
		if got := classesIn(c[0], c[1]); len(got) > 0 {
			t.Errorf("%q under %q is taken for %q", c[1], c[0], got)
		}
	}
}

func TestEvidence(t *testing.T) {
	for text, want := range map[string]string{
		"jane.doe@example.com": "j***.***@*******.**m", "+62 812-3456": "+** ***-***6", "abc": "***",
	} {
		if got := (Finding{From: 0, To: len(text)}).Evidence(text); got != want {
			t.Errorf("%q is shown as %q", text, got)
		}
	}
}

func FuzzValue(f *testing.F) {
	f.Add("note", "jane@example.com +62 812-3456-7890 4111 1111 1111 1111 DE89370400440532013000 fe80::1 eyJhbGciOi.a.b")
	f.Add("nik", "(3171015503900001)")
	f.Add("x", "-----BEGIN PRIVATE KEY-----")
	f.Fuzz(func(t *testing.T, name, text string) {
		last := 0
		for _, x := range Value(name, text, nil) {
			if x.From < last || x.To <= x.From || x.To > len(text) {
				t.Fatalf("%q: a finding from %d to %d after %d", text, x.From, x.To, last)
			}
			if masked := x.Evidence(text); utf8.ValidString(text) && len(masked) > 0 && masked == text[x.From:x.To] && len(masked) > 8 && x.Class == Email {
				t.Fatalf("%q is shown as it is", masked)
			}
			last = x.To
		}
	})
}

// typical is an event as a browser's library sends it.
var typical = [][2]string{
	{"$browser", "Chrome"}, {"$browser_version", "120.0.6099.71"}, {"$os", "Windows"}, {"$current_url", "https://app.example.com/projects/8123/settings?tab=billing&utm_source=newsletter"},
	{"$referrer", "https://www.google.com/"}, {"$device_id", "18e2f1a3b4c5d-0a1b2c3d4e5f60-26031e51-1fa400-18e2f1a3b4c5d"}, {"$insert_id", "k3j4h5g6f7d8s9a0"},
	{"mp_lib", "web"}, {"plan", "team"}, {"country", "Indonesia"}, {"city", "Jakarta"}, {"organisation", "acme-corp"}, {"feature", "playground"},
	{"model", "large-2026-10-01"}, {"title", "Settings – Billing – Example"}, {"search", "how do I add a member to the project"},
}

func BenchmarkValue(b *testing.B) {
	bytes := 2
	for _, p := range typical {
		bytes += len(p[0]) + len(p[1]) + 6 // as JSON
	}
	b.SetBytes(int64(bytes))
	var found []Finding
	for b.Loop() {
		for _, p := range typical {
			found = Value(p[0], p[1], found[:0])
		}
	}
}
