package directory

import (
	"encoding/binary"
	"time"

	"jejak/exposure"
)

// member is an account as it lies in the file members: 24 bytes, drawn in docs/format/directory.md.
type member struct {
	person           uint32
	mailbox          uint32 // the least account with the same address
	first            uint32 // of its memberships
	country          [2]byte
	created, deleted day
	locale, flags    uint8
}

// keySize is that of what stands for an account in every snapshot, in the file keys.
const keySize = 16

const (
	memberSize = 24

	isDeleted   = 1
	isReachable = 2
	hasName     = 4
)

var locales = []exposure.Locale{"", exposure.English, exposure.Indonesian}

func memberOf(a account) (m member) {
	copy(m.country[:], a.country)
	m.created, m.deleted = a.created, a.deleted
	for i, l := range locales {
		if l == a.locale {
			m.locale = uint8(i)
		}
	}
	for flag, is := range map[uint8]bool{isDeleted: a.isDeleted, isReachable: a.isReachable, hasName: a.name != ""} {
		if is {
			m.flags |= flag
		}
	}
	return m
}

func (m member) append(to []byte) []byte {
	to = binary.LittleEndian.AppendUint32(to, m.person)
	to = binary.LittleEndian.AppendUint32(to, m.mailbox)
	to = binary.LittleEndian.AppendUint32(to, m.first)
	to = append(to, m.country[:]...)
	to = binary.LittleEndian.AppendUint16(to, uint16(m.created))
	to = binary.LittleEndian.AppendUint16(to, uint16(m.deleted))
	return append(to, m.locale, m.flags, 0, 0, 0, 0)
}

func loadMember(b []byte) (m member) {
	m.person, m.mailbox, m.first = binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint32(b[8:])
	copy(m.country[:], b[12:])
	m.created, m.deleted = day(binary.LittleEndian.Uint16(b[14:])), day(binary.LittleEndian.Uint16(b[16:]))
	m.locale, m.flags = b[18], b[19]
	return m
}

// membership is an account in an organisation: 12 bytes in the file memberships, which is in the order of the accounts.
type membership struct {
	account      uint32 // not in the file
	organisation exposure.OrganisationID
	from, to     day
	admin        bool
}

const membershipSize = 12

func (m membership) append(to []byte) []byte {
	to = binary.LittleEndian.AppendUint32(to, uint32(m.organisation))
	to = binary.LittleEndian.AppendUint16(to, uint16(m.from))
	to = binary.LittleEndian.AppendUint16(to, uint16(m.to))
	flags := byte(0)
	if m.admin {
		flags = 1
	}
	return append(to, flags, 0, 0, 0)
}

func loadMembership(b []byte) (m membership) {
	m.organisation = exposure.OrganisationID(binary.LittleEndian.Uint32(b))
	m.from, m.to = day(binary.LittleEndian.Uint16(b[4:])), day(binary.LittleEndian.Uint16(b[6:]))
	m.admin = b[8]&1 == 1
	return m
}

// Member is what a snapshot tells of a person without naming them.
type Member struct {
	Key         [16]byte        // the same in every snapshot, by the ID or else the address; tells nothing without the vault
	Mailboxes   int             // at which they can be reached
	Country     string          // ISO 3166-1 alpha-2; empty: not known
	Locale      exposure.Locale // empty: not known
	Created     time.Time       // the day, UTC; zero: not known
	Deleted     time.Time       // the day, UTC; zero when they are not deleted, or since when is not known
	IsDeleted   bool            // in every account of theirs
	IsReachable bool            // in some account
}

// Membership is that of a person in an organisation. The days are in UTC; zero: not known, or without end.
type Membership struct {
	Organisation exposure.OrganisationID
	From, To     time.Time
	Admin        bool
}

// At tells whether the membership held on a day; what is not known is taken for true.
func (m Membership) At(t time.Time) bool {
	return (m.From.IsZero() || !t.Before(m.From)) && (m.To.IsZero() || t.Before(m.To.AddDate(0, 0, 1)))
}
