package rehearse

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"
)

// UserColumns and OrganisationColumns are those of the directory's files. Several values in one field stand between
// semicolons.
var (
	UserColumns         = []string{"user_id", "email", "former_emails", "name", "organisation_ids", "admin_of", "locale", "country", "city", "created", "deleted"}
	OrganisationColumns = []string{"organisation_id", "name", "domain", "country"}
)

// WriteUsers writes the directory's people as CSV, one a line, in the order of their numbers.
func (s Story) WriteUsers(w io.Writer) error {
	return writeLines(w, UserColumns, s.People, func(n int, line []string) {
		p := s.person(n)
		line[0], line[1], line[2], line[3] = p.userID, p.email, p.former, p.name
		line[4] = organisationID(p.organisation)
		if p.second >= 0 && p.second != p.organisation {
			line[4] += ";" + organisationID(p.second)
		}
		line[5] = ""
		if p.admin {
			line[5] = organisationID(p.organisation)
		}
		line[6], line[7], line[8] = p.locale, p.place.country, p.place.city
		line[9] = began.Add(-time.Duration(n%700) * 24 * time.Hour).Format(time.DateOnly)
		line[10] = ""
		if p.deleted {
			line[10] = "2025-11-15"
		}
	})
}

// WriteOrganisations writes the directory's organisations as CSV.
func (s Story) WriteOrganisations(w io.Writer) error {
	return writeLines(w, OrganisationColumns, s.Organisations, func(n int, line []string) {
		r := s.random(2, n)
		line[0], line[1] = organisationID(n), pick(r, surnames)+" "+pick(r, []string{"Labs", "Digital", "Group", "Studio", "Systems"})+" "+strconv.Itoa(n)
		line[2], line[3] = organisationDomain(n), places[r.IntN(len(places))].country
	})
}

func writeLines(w io.Writer, head []string, n int, fill func(n int, line []string)) error {
	buffer := bufio.NewWriterSize(w, 1<<16)
	out := csv.NewWriter(buffer)
	_ = out.Write(head) // errors stay in the writer until Flush
	line := make([]string, len(head))
	for i := range n {
		fill(i, line)
		if err := out.Write(line); err != nil {
			return fmt.Errorf("cannot write the directory: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("cannot write the directory: %w", err)
	}
	return buffer.Flush()
}
