package directory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/ground/sealed"
	"jejak/ground/vault"
)

// Snapshot is a directory as it was on a day. It holds no value that it could tell. Many goroutines may use one.
type Snapshot struct {
	Info

	key         Key
	maps        [][]byte
	tables      [indexes]table
	members     []byte
	keys        []byte
	memberships []byte
	salted      []salted                       // hashes made by others
	pseudonyms  map[[16]byte]exposure.MemberID // of exports of ours
	merged      map[uint32][]uint32            // the other accounts of people who have several
	admins      map[exposure.OrganisationID][]exposure.MemberID
}

// Open opens a snapshot to look for values in it; that is in the audit log first. Every byte of it is compared with what was taken
// in. It needs Respond. ErrNotFound, ErrDamaged. Close it.
func (l *Library) Open(ctx context.Context, id ID) (*Snapshot, error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return nil, err
	}
	m, err := l.manifest(id)
	if err != nil {
		return nil, err
	}
	if _, err := l.record(ctx, "directory.opened", m, vault.Incident); err != nil {
		return nil, err
	}
	key, err := l.o.Vault.OpenOwn(installation, vault.DirectoryKey, string(id), m.Key)
	if err != nil || len(key) != len(Key{}) {
		return nil, errors.Join(ErrDamaged, err)
	}
	s := &Snapshot{Info: m.Info, key: Key(key)}
	if err := s.load(l.folder(id), m.Files); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// load maps the files and checks them.
func (s *Snapshot) load(folder string, hashes map[string]string) error {
	have, err := hashFiles(folder)
	if err != nil {
		return err
	}
	for name, hash := range hashes {
		if have[name] != hash {
			return ErrDamaged
		}
	}
	for i := range s.tables {
		b, err := s.mapped(filepath.Join(folder, tableName(index(i))))
		if err != nil {
			return err
		}
		if s.tables[i], err = loadTable(b); err != nil {
			return err
		}
	}
	if s.members, err = s.mapped(filepath.Join(folder, membersName)); err != nil {
		return err
	}
	if s.memberships, err = s.mapped(filepath.Join(folder, membershipsName)); err != nil {
		return err
	}
	if s.keys, err = s.mapped(filepath.Join(folder, keysName)); err != nil {
		return err
	}
	if len(s.keys) != s.Accounts*keySize || len(s.members) != (s.Accounts+1)*memberSize || len(s.memberships) != s.Info.Memberships*membershipSize {
		return ErrDamaged
	}
	s.gather()
	return nil
}

func (s *Snapshot) mapped(path string) ([]byte, error) {
	b, err := mapFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the directory: %w", err)
	}
	s.maps = append(s.maps, b)
	return b, nil
}

// gather finds who has several accounts, and who leads which organisation.
func (s *Snapshot) gather() {
	s.merged = map[uint32][]uint32{}
	s.admins = map[exposure.OrganisationID][]exposure.MemberID{}
	for a := range uint32(s.Accounts) {
		m := s.account(a)
		if m.person != a {
			s.merged[m.person] = append(s.merged[m.person], a)
		}
		if m.flags&isDeleted != 0 {
			continue
		}
		for i := m.first; i < s.account(a+1).first; i++ {
			if x := s.membership(i); x.admin && x.to == 0 {
				s.admins[x.organisation] = append(s.admins[x.organisation], exposure.MemberID(m.person))
			}
		}
	}
	for o, list := range s.admins {
		slices.Sort(list)
		s.admins[o] = slices.Compact(list)
	}
}

func (s *Snapshot) account(a uint32) member { return loadMember(s.members[memberSize*int(a):]) }

func (s *Snapshot) keyOf(a uint32) [keySize]byte { return [keySize]byte(s.keys[keySize*int(a):]) }

func (s *Snapshot) membership(i uint32) membership {
	return loadMembership(s.memberships[membershipSize*int(i):])
}

// accounts are those of a person, ascending.
func (s *Snapshot) accounts(p exposure.MemberID) []uint32 {
	return append([]uint32{uint32(p)}, s.merged[uint32(p)]...)
}

// Person is the person whose account it is. A Match has people already.
func (s *Snapshot) Person(m exposure.MemberID) exposure.MemberID {
	return exposure.MemberID(s.account(uint32(m)).person)
}

// Member tells what is known of a person of a Match.
func (s *Snapshot) Member(p exposure.MemberID) (m Member) {
	m.IsDeleted, m.Key = true, s.keyOf(uint32(p))
	var mailboxes []uint32
	for _, a := range s.accounts(p) {
		x := s.account(a)
		if m.Country == "" && x.country[0] != 0 {
			m.Country = string(x.country[:])
		}
		if m.Locale == "" {
			m.Locale = locales[int(x.locale)%len(locales)]
		}
		if t := x.created.time(); m.Created.IsZero() || !t.IsZero() && t.Before(m.Created) {
			m.Created = t
		}
		if t := x.deleted.time(); t.After(m.Deleted) {
			m.Deleted = t
		}
		m.IsDeleted = m.IsDeleted && x.flags&isDeleted != 0
		m.IsReachable = m.IsReachable || x.flags&isReachable != 0
		if x.flags&isReachable != 0 && !slices.Contains(mailboxes, x.mailbox) {
			mailboxes = append(mailboxes, x.mailbox)
		}
		if key := s.keyOf(a); bytes.Compare(key[:], m.Key[:]) < 0 { // the same, in whatever order accounts come
			m.Key = key
		}
	}
	m.Mailboxes = len(mailboxes)
	return m
}

// Memberships are those of a person, by organisation within each account.
func (s *Snapshot) Memberships(p exposure.MemberID) (list []Membership) {
	for _, a := range s.accounts(p) {
		for i := s.account(a).first; i < s.account(a+1).first; i++ {
			x := s.membership(i)
			list = append(list, Membership{x.organisation, x.from.time(), x.to.time(), x.admin})
		}
	}
	return list
}

// Admins are the people who lead an organisation now, ascending.
func (s *Snapshot) Admins(o exposure.OrganisationID) []exposure.MemberID { return s.admins[o] }

// Close gives the files back and forgets the key. No call may follow, and no Matcher of it may be used.
func (s *Snapshot) Close() (err error) {
	clear(s.key[:])
	for _, b := range s.maps {
		err = errors.Join(err, unmapFile(b))
	}
	s.maps = nil
	return err
}

// People is the way to the people of a snapshot. One goroutine uses it.
type People struct {
	s             *Snapshot
	people        *records
	organisations *records
}

// Named is a person with what identifies them: it goes where the purpose needs it and nowhere else.
type Named struct {
	UserIDs   []string
	Mailboxes []string // of today, of accounts that can be reached; each once
	Former    []string // addresses of before
	Name      string
	City      string
	Member
}

// NamedOrganisation is an organisation with what identifies it.
type NamedOrganisation struct{ ID, Name, Domain, Country string }

// People opens the people of a snapshot for a purpose; that is in the audit log first. It needs Respond. Close it.
func (l *Library) People(ctx context.Context, s *Snapshot, why vault.Purpose) (*People, error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return nil, err
	}
	if !why.Known() {
		return nil, vault.ErrPurpose
	}
	m, err := l.manifest(s.ID)
	if err != nil {
		return nil, err
	}
	if _, err := l.record(ctx, "directory.people_opened", m, why); err != nil {
		return nil, err
	}
	keys, err := l.o.Vault.OpenOwn(installation, vault.DirectorySeal, string(s.ID), m.Seal)
	if err != nil || len(keys) != 2*len(sealed.Key{}) {
		return nil, errors.Join(ErrDamaged, err)
	}
	p := &People{s: s}
	if p.people, err = openRecords(filepath.Join(l.folder(s.ID), peopleName), sealed.Key(keys[:32])); err != nil {
		return nil, err
	}
	if p.organisations, err = openRecords(filepath.Join(l.folder(s.ID), organisationsName), sealed.Key(keys[32:])); err != nil {
		return nil, errors.Join(err, p.people.close())
	}
	return p, nil
}

// Person opens one, by the number that a Match has.
func (p *People) Person(m exposure.MemberID) (n Named, err error) {
	if int(m) >= p.people.len() {
		return n, ErrNotFound
	}
	n.Member = p.s.Member(m)
	for _, a := range p.s.accounts(m) {
		t, err := p.people.read(int(a), 5)
		if err != nil {
			return Named{}, err
		}
		n.add(t, p.s.account(a).flags&isReachable != 0)
	}
	return n, nil
}

func (n *Named) add(t []string, reachable bool) {
	if t[0] != "" {
		n.UserIDs = append(n.UserIDs, t[0])
	}
	if reachable && !slices.Contains(n.Mailboxes, t[1]) {
		n.Mailboxes = append(n.Mailboxes, t[1])
	}
	n.Former = append(n.Former, list(t[2])...)
	if n.Name == "" {
		n.Name = t[3]
	}
	if n.City == "" {
		n.City = t[4]
	}
}

// Organisation opens one.
func (p *People) Organisation(o exposure.OrganisationID) (NamedOrganisation, error) {
	if int(o) >= p.organisations.len() {
		return NamedOrganisation{}, ErrNotFound
	}
	t, err := p.organisations.read(int(o), 4)
	if err != nil {
		return NamedOrganisation{}, err
	}
	return NamedOrganisation{t[0], t[1], t[2], t[3]}, nil
}

// Close gives the files back.
func (p *People) Close() error { return errors.Join(p.people.close(), p.organisations.close()) }
