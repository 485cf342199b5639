package directory

import (
	"strings"
	"time"

	"jejak/exposure"
)

// account is a row of users.
type account struct {
	user, mail, name, city string
	former, in, admin      []string
	country                string // two letters in capitals, or empty
	locale                 exposure.Locale
	created, deleted       day
	isDeleted, isReachable bool
}

// day counts from 1970; 0 is not known.
type day uint16

func (d day) time() time.Time {
	if d == 0 {
		return time.Time{}
	}
	return time.Unix(int64(d)*24*60*60, 0).UTC()
}

// parseDay reads a date, or an instant of RFC 3339 or as PostgreSQL writes it, as its day in UTC.
func parseDay(s string) (day, bool) {
	if s == "" {
		return 0, true
	}
	for _, form := range []string{time.DateOnly, time.RFC3339, "2006-01-02 15:04:05Z07", "2006-01-02 15:04:05Z07:00", time.DateTime} {
		if t, err := time.Parse(form, s); err == nil {
			d := t.UTC().Unix() / (24 * 60 * 60)
			return day(d), d > 0 && d < 1<<16
		}
	}
	return 0, false
}

// list reads the values between semicolons.
func list(cell string) (values []string) {
	if cell == "" {
		return nil
	}
	for v := range strings.SplitSeq(cell, ";") {
		if v = strings.TrimSpace(v); v != "" {
			values = append(values, v)
		}
	}
	return values
}

// parseAccount reads a row of users. A problem is told with its column.
func parseAccount(cells []string) (a account, column, problem string) {
	for i, c := range cells {
		if p := problemOf(c); p != "" {
			return a, columnsOf[Users][i], p
		}
	}
	a = account{
		user: strings.TrimSpace(cells[0]), mail: strings.TrimSpace(cells[1]), former: list(cells[2]), name: strings.TrimSpace(cells[3]),
		in: list(cells[4]), admin: list(cells[5]), locale: localeOf(cells[6]), city: strings.TrimSpace(cells[8]),
	}
	if a.user == "" && a.mail == "" {
		return a, "user_id", "neither an ID nor an address"
	}
	if len(a.user) > maxValue {
		return a, "user_id", "too long"
	}
	if a.mail != "" && !isAddress(a.mail) {
		return a, "email", "not an e-mail address"
	}
	for _, m := range a.former {
		if !isAddress(m) {
			return a, "former_emails", "not an e-mail address"
		}
	}
	return a.withRest(cells)
}

// isAddress tells whether a text can be a mailbox at all: what is kept must not break a mail's headers later.
func isAddress(s string) bool {
	local, domain, ok := split([]byte(s))
	return ok && len(local) <= 64 && !strings.ContainsAny(s, " \t<>,;\"()[]\\") && strings.Contains(string(domain), ".")
}

func (a account) withRest(cells []string) (_ account, column, problem string) {
	var ok bool
	if a.country, ok = countryOf(cells[7]); !ok {
		return a, "country", "not two letters of ISO 3166-1"
	}
	if a.created, ok = parseDay(strings.TrimSpace(cells[9])); !ok {
		return a, "created", "not a date such as 2026-11-25"
	}
	deleted := strings.TrimSpace(cells[10])
	if a.deleted, ok = parseDay(deleted); !ok {
		return a, "deleted", "not a date such as 2026-11-25"
	}
	a.isDeleted = deleted != ""
	switch strings.ToLower(strings.TrimSpace(cells[11])) {
	case "", "yes", "true", "t", "1":
		a.isReachable = a.mail != ""
	case "no", "false", "f", "0":
	default:
		return a, "reachable", "neither yes nor no"
	}
	return a, "", ""
}

func countryOf(s string) (string, bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	return s, s == "" || len(s) == 2 && s[0]-'A' < 26 && s[1]-'A' < 26
}

// localeOf is the language of a tag such as id-ID; empty when it is none of ours.
func localeOf(tag string) exposure.Locale {
	language, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(tag)), "_", "-"), "-")
	switch language {
	case "en":
		return exposure.English
	case "id", "in":
		return exposure.Indonesian
	}
	return ""
}
