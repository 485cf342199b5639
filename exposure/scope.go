package exposure

import "time"

// MemberID is the number of a person in the directory that a scope was matched against; OrganisationID of an organisation.
type (
	MemberID       uint32
	OrganisationID uint32
)

// Affected is one person as a scope found them. It holds no value of theirs.
type Affected struct {
	Member        MemberID         `json:"member"`
	Tier          Tier             `json:"tier"`
	Classes       []Class          `json:"classes"` // Sorted
	Organisations []OrganisationID `json:"organisations"`
	Country       string           `json:"country,omitempty"` // ISO 3166-1 alpha-2, of the directory
	Rows          int64            `json:"rows"`
}

// AffectedOrganisation is one organisation as a scope found it.
type AffectedOrganisation struct {
	Organisation OrganisationID `json:"organisation"`
	Classes      []Class        `json:"classes"`
	Members      []MemberID     `json:"members"` // affected, ascending
	Admins       []MemberID     `json:"admins"`  // now
	Rows         int64          `json:"rows"`
}

// Count is a number of people with what is unsure about it.
type Count struct {
	Certain int64 `json:"certain"` // tiers A and B
	Likely  int64 `json:"likely"`  // and C
	AtMost  int64 `json:"at_most"` // and every unmatched row that may be somebody
}

// Absence is the outcome of looking for a class everywhere: what may be said, and on what ground.
type Absence struct {
	Class     Class             `json:"class"`
	Certified bool              `json:"certified"`
	Hash      string            `json:"hash,omitempty"` // of the certificate, hex SHA-256
	Wording   map[Locale]string `json:"wording"`        // generated; when not certified: why not
}

// Summary is what pages, notices and filings draw their numbers from: the same everywhere.
type Summary struct {
	Incident      IncidentID `json:"incident"`
	Version       int        `json:"version"` // of the scope, from 1
	ReportHash    string     `json:"report_hash"`
	Made          time.Time  `json:"made"`
	Rows          int64      `json:"rows"`
	People        Count      `json:"people"`
	Mailboxes     int64      `json:"mailboxes"`
	Organisations int64      `json:"organisations"`
	UnmatchedRows int64      `json:"unmatched_rows"`
	Classes       []Exposed  `json:"classes"`
	Absences      []Absence  `json:"absences"`
	Unread        []string   `json:"unread"` // parts of the dataset that no claim covers
	Closed        bool       `json:"closed"` // every group of unmatched rows is explained
}

// Exposed is a class with how many have it in the dataset.
type Exposed struct {
	Class  Class `json:"class"`
	People int64 `json:"people"`
	Rows   int64 `json:"rows"`
}
