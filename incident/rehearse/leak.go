package rehearse

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"jejak/exposure"
)

// LeakColumns are those of the leaked file.
var LeakColumns = []string{"event", "time", "distinct_id", "$name", "$email", "$city", "$region", "mp_country_code", "$os", "$browser", "$referrer", "organization_id", "user_id"}

const (
	atEvent = iota
	atTime
	atDistinct
	atName
	atEmail
	atCity
	atRegion
	atCountry
	atOS
	atBrowser
	atReferrer
	atOrganisation
	atUser
)

// form is how a row tells of a person.
type form int

const (
	whole        form = iota // everything
	bare                     // IDs, system and browser only
	shouted                  // the address in capitals, with blanks around it
	formerly                 // the former address, and no ID
	withoutPlace             // no city, region or country
	dotted                   // an address that only a provider's rules make the person's
)

// WriteLeak writes the leaked file and returns the truth about it.
func (s Story) WriteLeak(w io.Writer) (*Truth, error) {
	buffer := bufio.NewWriterSize(w, 1<<16)
	out := csv.NewWriter(buffer)
	_ = out.Write(LeakColumns) // errors stay in the writer until Flush
	t := newTruth()
	r := s.random(3, 0)
	exposed := max(1, s.People*exposedShare/100)
	line := make([]string, len(LeakColumns))
	for n := range s.Rows {
		clear(line)
		s.stamp(r, line)
		switch share := r.IntN(100); {
		case share < helpShare:
			s.help(r, line)
			t.HelpRows++
		case share < helpShare+noiseShare:
			s.noise(r, line)
			t.NoiseRows++
		case n%7 == 6 && n > 0: // a visit goes on: the same person again
			s.tell(r, t, s.exposedPerson(r.IntN(max(1, exposed/10))), line)
		default:
			s.tell(r, t, s.exposedPerson(n%exposed), line)
		}
		t.Rows++
		if err := out.Write(line); err != nil {
			return nil, fmt.Errorf("cannot write the leaked file: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return nil, fmt.Errorf("cannot write the leaked file: %w", err)
	}
	return t, buffer.Flush()
}

// exposedPerson spreads the people of the file over the directory.
func (s Story) exposedPerson(i int) person {
	const prime = 1_000_003 // no number of people is a multiple of it
	return s.person(int(uint64(i) * prime % uint64(s.People)))
}

// stamp fills in what every row has.
func (s Story) stamp(r *rand.Rand, line []string) {
	line[atEvent] = pick(r, []string{"Page viewed", "Docs searched", "Key page opened", "Playground opened", "Billing viewed"})
	line[atTime] = began.Add(time.Duration(r.Int64N(int64(exportedAfter)))).Format(time.RFC3339)
	line[atOS] = pick(r, []string{"Mac OS X", "Windows", "Linux", "iOS", "Android"})
	line[atBrowser] = pick(r, []string{"Chrome", "Safari", "Firefox", "Edge"})
	line[atReferrer] = pick(r, []string{"", "https://www.google.com/", "https://github.com/", "https://news.ycombinator.com/"})
}

// tell fills in a person, in one of the forms, and notes what that exposes.
func (s Story) tell(r *rand.Rand, t *Truth, p person, line []string) {
	f := s.formOf(r, p)
	line[atName], line[atEmail], line[atCity], line[atRegion], line[atCountry] = p.name, p.email, p.place.city, p.place.region, p.place.country
	line[atDistinct], line[atUser], line[atOrganisation] = p.userID, p.userID, organisationID(p.organisation)
	switch f {
	case bare:
		line[atName], line[atEmail], line[atCity], line[atRegion], line[atCountry], line[atReferrer] = "", "", "", "", "", ""
	case shouted:
		line[atEmail] = " " + strings.ToUpper(p.email) + " "
		line[atDistinct], line[atUser] = "", ""
	case formerly:
		line[atEmail], line[atDistinct], line[atUser], line[atOrganisation] = p.former, "", "", ""
	case withoutPlace:
		line[atCity], line[atRegion], line[atCountry] = "", "", ""
	case dotted:
		line[atEmail] = strings.Replace(p.email, ".", "", 1)
		line[atDistinct], line[atUser], line[atOrganisation] = "", "", ""
	}
	t.note(p, f, line)
}

func (s Story) formOf(r *rand.Rand, p person) form {
	// What a person's rows look like depends on the person first: some are never told of with a place.
	switch habit := p.number % 10; {
	case habit == 0:
		return withoutPlace
	case habit == 1:
		return bare
	case habit == 2 && p.former != "":
		return formerly
	case habit == 3 && strings.HasSuffix(p.email, "@gmail.com"):
		return dotted
	}
	if r.IntN(12) == 0 {
		return shouted
	}
	return whole
}

// help fills in somebody who wrote to the help centre and is in no directory.
func (s Story) help(r *rand.Rand, line []string) {
	who := r.IntN(max(1, s.People/20))
	name := givenNames[who%len(givenNames)] + " " + surnames[who/len(givenNames)%len(surnames)]
	place := places[who%len(places)]
	line[atEvent], line[atReferrer] = HelpEvent, HelpReferrer
	line[atDistinct] = fmt.Sprintf("visitor-%08x", who*7919)
	line[atName], line[atEmail] = name, fmt.Sprintf("%s.visitor%d@mail.example", strings.ToLower(givenNames[who%len(givenNames)]), who)
	line[atCity], line[atRegion], line[atCountry] = place.city, place.region, place.country
}

// noise fills in nobody: test accounts, broken rows.
func (s Story) noise(r *rand.Rand, line []string) {
	line[atDistinct] = pick(r, []string{"", "null", "undefined", "test", "00000000-0000-0000-0000-000000000000"})
	if r.IntN(3) == 0 {
		line[atName], line[atEmail] = "Test Test", "test@"
	}
}

// classesOf are the classes of what a row tells of its person.
func classesOf(line []string) (out []exposure.Class) {
	for _, c := range []struct {
		at    int
		class exposure.Class
	}{
		{atName, exposure.Name}, {atEmail, exposure.Email}, {atCity, exposure.City}, {atRegion, exposure.Region}, {atCountry, exposure.Country},
		{atOS, exposure.Device}, {atBrowser, exposure.Device}, {atReferrer, exposure.Referrer}, {atOrganisation, exposure.Organised}, {atUser, exposure.UserID}, {atDistinct, exposure.UserID},
	} {
		if strings.TrimSpace(line[c.at]) != "" {
			out = append(out, c.class)
		}
	}
	return exposure.Sorted(out)
}
