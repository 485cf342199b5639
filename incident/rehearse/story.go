// Package rehearse invents the founding incident, so that the whole road can be walked before it is needed: a directory of
// users and organisations, a leaked file about some of them, and the truth about who and what is in it. The same seed makes
// the same bytes on every machine.
package rehearse

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// Story says how large the incident is. The zero value is that of Small.
type Story struct {
	Seed          uint64
	People        int // in the directory
	Organisations int
	Rows          int // of the leaked file, about
}

// Small is a story that is told in a second.
func Small() Story { return Story{Seed: 1, People: 5_000, Organisations: 200, Rows: 20_000} }

// exposedShare is how many of the directory's people are in the file, in hundredths; helpShare how many of its rows are about
// people who wrote to the help centre and are in no directory; noiseShare how many are about nobody.
const (
	exposedShare = 40
	helpShare    = 3
	noiseShare   = 1
)

// Help is how the file tells of people who wrote to the help centre: the group that the first statement missed.
const (
	HelpEvent    = "Help article viewed"
	HelpReferrer = "https://help.example.com/articles/billing"
)

// person is somebody of the directory.
type person struct {
	number       int // from 0
	userID       string
	name         string
	email        string
	former       string // an address given up before the incident; mostly none
	organisation int
	second       int // another organisation; mostly none: -1
	admin        bool
	locale       string
	place        place
	deleted      bool
}

type place struct{ city, region, country string }

var places = []place{
	{"Jakarta", "Jakarta", "ID"}, {"Bandung", "West Java", "ID"}, {"Surabaya", "East Java", "ID"}, {"Medan", "North Sumatra", "ID"},
	{"Denpasar", "Bali", "ID"}, {"Makassar", "South Sulawesi", "ID"}, {"Singapore", "", "SG"}, {"Kuala Lumpur", "Kuala Lumpur", "MY"},
	{"San Francisco", "California", "US"}, {"New York", "New York", "US"}, {"Austin", "Texas", "US"}, {"London", "England", "GB"},
	{"Manchester", "England", "GB"}, {"Berlin", "Berlin", "DE"}, {"Munich", "Bavaria", "DE"}, {"Paris", "Ile-de-France", "FR"},
	{"Madrid", "Madrid", "ES"}, {"Amsterdam", "North Holland", "NL"}, {"Tokyo", "Tokyo", "JP"}, {"Sydney", "New South Wales", "AU"},
	{"Sao Paulo", "Sao Paulo", "BR"}, {"Bengaluru", "Karnataka", "IN"},
}

var (
	givenNames = strings.Fields("Adi Agus Ahmad Ayu Bambang Budi Citra Dewi Dian Eka Fajar Fitri Gita Hadi Indah Intan Joko Kartika Lestari Made Nadia Nur Putri Rahmat Ratna Rina Rizki Sari Siti Sri Teguh Tri Wahyu Wayan Wulan Yanti Yoga Yusuf Alice Amelia Anna Ben Carlos Chloe Clara Daniel David Elena Emma Erik Grace Hannah Hugo Ivan James Julia Kenji Laura Liam Lucas Maria Mark Mei Nina Noah Olivia Omar Paul Priya Rachel Sam Sofia Tom Victor Yuki Zoe")
	surnames   = strings.Fields("Halim Hartono Hidayat Kurniawan Kusuma Lubis Nasution Nugroho Permana Pranata Prasetyo Purnama Putra Rahman Saputra Santoso Setiawan Siregar Suharto Sukarno Suryadi Susanto Utomo Wibowo Widodo Wijaya Yulianto Adams Baker Bauer Brown Carter Chen Clark Costa Dubois Evans Fischer Garcia Gupta Harris Ito Jansen Jones Khan Kim Kowalski Lee Lopez Martin Meyer Moore Muller Nguyen Novak Patel Reed Rossi Sato Schmidt Silva Singh Smith Tanaka Taylor Turner Walker Weber White Wilson Wood Young")
	domains    = strings.Fields("gmail.com yahoo.com outlook.com proton.me icloud.com")
)

// person invents the n-th person of the story, always the same one.
func (s Story) person(n int) person {
	r := s.random(1, n)
	given, surname := pick(r, givenNames), pick(r, surnames)
	p := person{
		number: n, userID: "user-" + s.id(r), name: given + " " + surname,
		organisation: s.organisationOf(r), second: -1, place: places[r.IntN(len(places))], locale: "en",
	}
	local := strings.ToLower(given + "." + surname + strconv.Itoa(n))
	p.email = local + "@" + organisationDomain(p.organisation)
	if r.IntN(4) == 0 {
		p.email = local + "@" + pick(r, domains)
	}
	if r.IntN(20) == 0 {
		p.former = fmt.Sprintf("%s%d@old.%s", strings.ToLower(given), n, organisationDomain(p.organisation))
	}
	if r.IntN(10) == 0 {
		p.second = s.organisationOf(r)
	}
	if p.place.country == "ID" {
		p.locale = "id"
	}
	p.admin = n < s.Organisations || r.IntN(50) == 0
	if n < s.Organisations {
		p.organisation, p.second = n, -1 // everybody's organisation has an admin
	}
	p.deleted = n >= s.Organisations && r.IntN(50) == 0
	return p
}

// UserID is that of the n-th person of the directory, from 0.
func (s Story) UserID(n int) string { return s.person(n).userID }

// organisationOf draws one; some are much larger than others.
func (s Story) organisationOf(r *rand.Rand) int {
	f := r.Float64()
	return int(f * f * float64(s.Organisations))
}

func organisationDomain(n int) string { return fmt.Sprintf("org%05d.example", n) }
func organisationID(n int) string     { return fmt.Sprintf("org-%08x", uint32(n+1)*2654435761) }

// id is an identifier of 24 characters.
func (s Story) id(r *rand.Rand) string {
	const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz"
	b := make([]byte, 24)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

// random is a source of its own for each subject of each kind, so that one can be invented without the others.
func (s Story) random(kind, n int) *rand.Rand {
	return rand.New(rand.NewPCG(s.Seed^uint64(kind)*0x9e3779b97f4a7c15, uint64(n)*0xd1342543de82ef95+uint64(kind)))
}

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

// began is when the story's analytics began; the export left in November 2025.
var began = time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)

const exportedAfter = 161 * 24 * time.Hour
