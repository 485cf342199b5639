package directory

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strings"
	"testing"

	"jejak/exposure"
	"jejak/ground/access"
)

const everybody = `user_id,email,former_emails,name,organisation_ids,city
user-9F86D081884C7D65,siti.rahman@gmail.com,,Siti Rahman,org-A;org-B,Bandung
user-60303AE22B998861,made@bücher.example,made.old@Example.com;made.older@example.com,Made  Wijaya,org-A,Denpasar
17,agus@example.com,,Agus,org-A,Medan
17,ayu@example.com,,Ayu,org-B,Medan
user-FD61A03AF4F77D87,José@example.com,,José Núñez,,Madrid
d2719f3e-8b1f-4f6a-9c55-0a5e6f4c1b2d,nur+news@mail.example,,Nur,org-C,Jakarta
`

func TestEveryRule(t *testing.T) {
	s := of(t, everybody)
	hex1 := func(b []byte) string { return hex.EncodeToString(b) }
	md, sha, sha2 := md5.Sum([]byte("siti.rahman@gmail.com")), sha1.Sum([]byte("user-60303AE22B998861")), sha256.Sum256([]byte("made.old@example.com"))
	for _, c := range []struct {
		hint  Hint
		value string
		who   exposure.MemberID
		how   How
	}{
		{UserID, "user-9F86D081884C7D65", 0, ByUserID},
		{Any, " user-9F86D081884C7D65\t", 0, ByUserID},
		{Address, "siti.rahman@gmail.com", 0, ByAddress},
		{Address, "  SITI.Rahman@GMAIL.com. ", 0, ByAddress},
		{UserID, "siti.rahman@gmail.com", 0, ByAddress}, // a user ID that is an address
		{Address, "made@bücher.example", 1, ByAddress},
		{Address, "made@xn--bcher-kva.example", 1, ByAddress},
		{Address, "Made@BÜCHER.example", 1, ByAddress},
		{Address, "ｍade@bücher.example", 1, ByCanonical}, // full width
		{Address, "josé@example.com", 4, ByAddress},
		{Address, "JOSÉ@example.com", 4, ByCanonical},
		{Address, "jose\u0301@example.com", 4, ByCanonical},
		{Address, "MADE.OLD@example.com", 1, ByFormerAddress},
		{Address, hex1(md[:]), 0, ByDigest},
		{Any, strings.ToUpper(hex1(md[:])), 0, ByDigest},
		{Any, hex1(sha[:]), 1, ByDigest},
		{Any, base64.StdEncoding.EncodeToString(sha2[:]), 1, ByDigest},
		{Any, base64.RawURLEncoding.EncodeToString(sha2[:]), 1, ByDigest},
		{Address, "sitirahman@gmail.com", 0, ByProvider},
		{Address, "s.i.t.i.rahman+shop@googlemail.com", 0, ByProvider},
		{Address, "nur@mail.example", 5, ByProvider},
		{Address, "n.ur@mail.example", 0, NotAtAll}, // points count elsewhere
		{UserID, "USER-9f86d081884c7d65", 0, ByBrokenID},
		{UserID, "{D2719F3E8B1F4F6A9C550A5E6F4C1B2D}", 5, ByBrokenID},
		{UserID, "user-9F86D081884", 0, ByCut},
		{UserID, "user-9F86D08188", 0, NotAtAll}, // cut at an unlikely place
		{Address, "siti.rahman@gmai", 0, ByCut},
		{Address, "", 0, NotAtAll}, {Any, "   ", 0, NotAtAll}, {Any, "null", 0, NotAtAll}, {Address, "@", 0, NotAtAll}, {Address, "x@", 0, NotAtAll},
		{Any, strings.Repeat("x", 5000), 0, NotAtAll},
		{Address, "\xff\xfe@example.com", 0, NotAtAll},
	} {
		got, ok := s.person(c.hint, c.value)
		if got.How != c.how || ok != (c.how != NotAtAll) || got.Several || ok && (got.Member != c.who || got.Tier != c.how.Tier()) {
			t.Errorf("%.60q: %+v (%s), %t; want %d by %s", c.value, got, got.How, ok, c.who, c.how)
		}
	}
}

// TestTogether: what values of a row say only together.
func TestTogether(t *testing.T) {
	s := of(t, everybody)
	m := s.Matcher()
	for _, c := range []struct {
		row  []Value
		want string // at, person or organisation, rule
	}{
		{[]Value{{UserID, []byte("17")}}, "0 P2 user_id D"},
		{[]Value{{UserID, []byte("17")}, {OrganisationID, []byte("org-B")}}, "0 P3 organisation_and_user_id B, 1 O1 organisation_id A"},
		{[]Value{{OrganisationID, []byte("org-C")}, {UserID, []byte("17")}}, "0 O2 organisation_id A, 1 P2 user_id D"},
		{[]Value{{Name, []byte("made wijaya")}, {OrganisationID, []byte("org-A")}}, "1 O0 organisation_id A, 0 P1 name_and_organisation D"},
		{[]Value{{City, []byte("MADRID")}, {Name, []byte(" josé  núñez")}}, "1 P4 name_and_city D"},
		{[]Value{{Name, []byte("Siti Rahman")}, {City, []byte("Jakarta")}}, ""},
		{[]Value{{Name, []byte("Siti Rahman")}}, ""},
		{[]Value{{Name, []byte("Siti Rahman")}, {City, []byte("Bandung")}, {Address, []byte("ayu@example.com")}}, "2 P3 address A"},
		{[]Value{{UserID, []byte("user-9F86D081884C7D65")}, {UserID, []byte("user-9F86D081884C7D65")}}, "0 P0 user_id A, 1 P0 user_id A"},
		{[]Value{{OrganisationID, []byte("ORG-b")}}, "0 O1 broken_organisation_id C"},
		{[]Value{{Any, []byte("org-C")}}, "0 O2 organisation_id A"},
	} {
		var got []string
		for _, f := range m.Row(c.row, nil) {
			who := fmt.Sprintf("P%d", f.Member)
			if f.Organised {
				who = fmt.Sprintf("O%d", f.Organisation)
			}
			got = append(got, fmt.Sprintf("%d %s %s %s", f.At, who, f.How, f.Tier))
		}
		if text := strings.Join(got, ", "); text != c.want {
			t.Errorf("%q: got %q, want %q", c.row, text, c.want)
		}
	}
}

// TestLookAlikesStayApart: two people whose addresses look the same are two, and who wrote one is never told as the other.
func TestLookAlikesStayApart(t *testing.T) {
	const latin, cyrillic, ligature, plain, kelvin = "paypal@example.com", "pаypаl@example.com", "ofﬁce@example.com", "office@example.com", "\u212Aurt@example.com"
	s := of(t, "email\n"+strings.Join([]string{latin, cyrillic, ligature, plain, kelvin}, "\n")+"\n")
	if s.People != 5 {
		t.Errorf("%d people", s.People)
	}
	for i, a := range []string{latin, cyrillic, ligature, plain, kelvin} {
		if x, ok := s.person(Address, a); !ok || x.Tier != exposure.Certain || int(x.Member) != i {
			t.Errorf("%q is %+v", a, x)
		}
	}
	for _, a := range []string{"pаypal@example.com", "paypa1@example.com", "раураl@example.com"} { // each mixes scripts in its own way
		if x, ok := s.person(Address, a); ok {
			t.Errorf("%q is %+v", a, x)
		}
	}
	// In capitals and full width the ligature's and the plain one are the same: it cannot be told whose it is.
	if x, ok := s.person(Address, "ｏffice@example.com"); !ok || !x.Several || x.Tier != exposure.Weak {
		t.Errorf("it could be two: %+v", x)
	}
	if x, ok := s.person(Address, "kurt@example.com"); !ok || x.How != ByCanonical || x.Member != 4 {
		t.Errorf("only the canonical form is the same: %+v", x)
	}
}

// TestSameMailboxIsOnePerson: accounts are joined by addresses of today and of before, and not across more than maxMailboxes.
func TestSameMailboxIsOnePerson(t *testing.T) {
	var text strings.Builder
	text.WriteString("user_id,email,former_emails\na1,ann@example.com,\na2,ANN@example.com,\na3,ann@new.example,ann@example.com\nb1,bob@example.com,\n")
	for i := range maxMailboxes + 1 {
		fmt.Fprintf(&text, "t%d,t%d@example.com,team@example.com\n", i, i)
	}
	text.WriteString("t0b,t0@example.com,\n")
	s := of(t, text.String())
	for id, want := range map[string]exposure.MemberID{"a1": 0, "a2": 0, "a3": 0, "b1": 3, "t0": 4, "t1": 5, "t0b": 4} {
		if x, ok := s.person(UserID, id); !ok || x.Member != want {
			t.Errorf("%s is %+v, want %d", id, x, want)
		}
	}
	if m := s.Member(0); m.Mailboxes != 2 {
		t.Errorf("ann has %d mailboxes", m.Mailboxes)
	}
	if x, ok := s.person(Address, "team@example.com"); !ok || !x.Several || x.Tier != exposure.Weak {
		t.Errorf("the address of a team is %+v, %t", x, ok)
	}
	if s.People != 2+maxMailboxes+1 {
		t.Errorf("%d people", s.People)
	}
}

func TestOrganisations(t *testing.T) {
	r := newRoom(t)
	s := r.taken(Sources{
		Users:         rowsOf(t, Users, "user_id,organisation_ids,admin_of,created,deleted\nu1,o1,o1,2024-01-01,\nu2,o1,o1,2024-01-01,2025-01-01\nu3,o9,,,\n"),
		Organisations: rowsOf(t, Organisations, "organisation_id,name,domain\no1,One,One.example;one.test\no2,Two,shared.example\no3,Three,shared.example\n"),
		Memberships:   rowsOf(t, Memberships, "user_id,organisation_id,role,from,to\nu1,o2,member,2023-01-01,2023-12-31\nu3,o3,admin,,\n"),
	})
	m := s.Matcher()
	for value, want := range map[string]string{
		"o1": "0 organisation_id", "O1": "0 broken_organisation_id", "o9": "3 organisation_id", "one.example": "0 domain", "x@ONE.test": "0 domain", "shared.example": "1 domain several",
	} {
		x, _ := m.Organisation([]byte(value))
		got := fmt.Sprintf("%d %s", x.Organisation, x.How)
		if x.Several {
			got += " several"
		}
		if got != want {
			t.Errorf("%s is %s, want %s", value, got, want)
		}
	}
	if a := s.Admins(0); len(a) != 1 || a[0] != 0 {
		t.Errorf("the first has the admins %v: who is deleted is none", a)
	}
	if a := s.Admins(2); len(a) != 1 || a[0] != 2 {
		t.Errorf("the third has the admins %v", a)
	}
	list := s.Memberships(0)
	if len(list) != 2 || list[1].Organisation != 1 || list[1].Admin || !list[0].Admin {
		t.Fatalf("memberships %+v", list)
	}
	for day, want := range map[string]bool{"2022-12-31": false, "2023-01-01": true, "2023-12-31": true, "2024-01-01": false} {
		d, _ := parseDay(day)
		if list[1].At(d.time()) != want {
			t.Errorf("on %s: %t", day, !want)
		}
	}
}

// TestMatchingAllocatesNothing, for values in ASCII, found or not.
func TestMatchingAllocatesNothing(t *testing.T) {
	s := of(t, everybody)
	m := s.Matcher()
	rows := [][]Value{
		{{Any, []byte("user-9F86D081884C7D65")}, {Address, []byte("Siti.Rahman@gmail.com")}, {OrganisationID, []byte("org-A")}},
		{{Any, []byte("nobody-9F86D081884C7D65")}, {Address, []byte("nobody@gmail.com")}, {OrganisationID, []byte("none")}, {Name, []byte("Nobody")}, {City, []byte("Nowhere")}},
		{{Any, []byte("d41d8cd98f00b204e9800998ecf8427e")}, {UserID, []byte("17")}},
	}
	found := make([]Found, 0, 16)
	for i, row := range rows {
		if n := testing.AllocsPerRun(100, func() { found = m.Row(row, found[:0]) }); n != 0 {
			t.Errorf("row %d: %v allocations", i, n)
		}
	}
}

// TestHashesOfOthers: made with a salt or under a key that was told, and pseudonyms of exports of ours.
func TestHashesOfOthers(t *testing.T) {
	r := newRoom(t)
	s := r.taken(Sources{Users: rowsOf(t, Users, everybody)})
	sum := func(h hash.Hash, text string) string {
		h.Write([]byte(text))
		return hex.EncodeToString(h.Sum(nil))
	}
	values := map[string]struct {
		who exposure.MemberID
		how How
	}{
		sum(sha1.New(), "pepper:made.old@example.com!"):                                                   {1, ByDigest},
		sum(hmac.New(sha256.New, []byte("key")), "user-9F86D081884C7D65"):                                 {0, ByKeyedHash},
		"9f3a1b2cc99870bddfd63135f6a0b2a5":                                                                {4, ByPseudonym},
		strings.ToUpper(sum(hmac.New(sha256.New, []byte("key")), "d2719f3e-8b1f-4f6a-9c55-0a5e6f4c1b2d")): {5, ByKeyedHash},
	}
	for v := range values {
		if x, ok := s.person(Any, v); ok {
			t.Errorf("%s is known before: %+v", v, x)
		}
	}
	for _, how := range []Salted{{Algorithm: "sha1", Before: []byte("pepper:"), After: []byte("!"), Addresses: true}, {Algorithm: "sha256", Key: []byte("key")}} {
		if err := r.Salt(lead, s, how); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.Trace([]Traced{{"9f3a1b2cc99870bddfd63135f6a0b2a5", "user-FD61A03AF4F77D87"}, {"9f3a1b2cc99870bddfd63135f6a0b2a6", "nobody"}, {"9f", "17"}, {"9f3a1b2cc99870bddfd63135f6a0b2a7", "17"}}); n != 1 {
		t.Errorf("%d pseudonyms are known", n)
	}
	for v, want := range values {
		if x, ok := s.person(Any, v); !ok || x.Several || x.Member != want.who || x.How != want.how {
			t.Errorf("%s is %+v, want %+v", v, x, want)
		}
	}
	if x, ok := s.person(Any, sum(hmac.New(sha256.New, []byte("key")), "17")); !ok || !x.Several {
		t.Errorf("an ID of two people is %+v", x)
	}
	if err := r.Salt(lead, s, Salted{Algorithm: "crc32"}); err == nil {
		t.Error("an unknown algorithm is taken")
	}
	if err := r.Salt(as("02", access.Owner), s, Salted{Algorithm: "md5"}); !errors.Is(err, access.ErrForbidden) {
		t.Errorf("an owner: %v", err)
	}
	if got := strings.Join(r.acts(), " "); got != "directory.taken directory.opened directory.people_opened directory.people_opened" {
		t.Errorf("the log says %s", got)
	}
}
