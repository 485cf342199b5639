package directory

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"

	"jejak/exposure"
	"jejak/ground/sealed"
)

// builder makes the files of a snapshot in a folder. What it keeps in memory is numbers: some 50 bytes an account.
type builder struct {
	folder string
	keyed  *keyed
	forms  forms
	piles  [indexes]*pile
	links  *pile

	people, organisations *recordWriter
	keys                  *bufio.Writer // of the accounts
	keysFile              *os.File
	organisationOf        map[string]exposure.OrganisationID
	accounts              []member
	lines                 []uint32 // of the accounts in their source
	names                 []uint64 // keyed, of the accounts
	memberships           []membership
	persons, same         unions
	blind                 func(field, value string) [16]byte
	content               hash.Hash
	problems              []RowError
}

func newBuilder(folder string, key Key, seal [2]sealed.Key) (b *builder, err error) {
	b = &builder{folder: folder, keyed: newKeyed(key), organisationOf: map[string]exposure.OrganisationID{}, content: sha256.New()}
	for i := range b.piles {
		if b.piles[i], err = newPile(b.path(fmt.Sprintf("pile-%02d", i))); err != nil {
			return nil, err
		}
	}
	if b.links, err = newPile(b.path("pile-links")); err != nil {
		return nil, err
	}
	if b.keysFile, err = os.OpenFile(b.path(keysName), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o400); err != nil {
		return nil, fmt.Errorf("cannot make a file of the directory: %w", err)
	}
	b.keys = bufio.NewWriterSize(b.keysFile, 64<<10)
	if b.people, err = newRecordWriter(b.path(peopleName), seal[0]); err != nil {
		return nil, err
	}
	b.organisations, err = newRecordWriter(b.path(organisationsName), seal[1])
	return b, err
}

func (b *builder) path(name string) string { return filepath.Join(b.folder, name) }

// errEnough ends an import that goes wrong again and again.
var errEnough = errors.New("too many rows are wrong")

// refuse notes what is wrong in a row.
func (b *builder) refuse(e RowError) error {
	b.problems = append(b.problems, e)
	if len(b.problems) < maxErrors {
		return nil
	}
	return errEnough
}

// note puts words into the content's hash.
func (b *builder) note(kind string, words ...string) {
	_, _ = io.WriteString(b.content, kind+"\x00"+strings.Join(words, "\x00")+"\n") // never fails; no cell has a control character
}

// addOrganisation takes a row of organisations in.
func (b *builder) addOrganisation(line int64, cells []string) error {
	for i, c := range cells {
		cells[i] = strings.TrimSpace(c)
		if p := problemOf(c); p != "" {
			return b.refuse(RowError{Organisations, line, columnsOf[Organisations][i], p})
		}
	}
	id, name, domain := cells[0], cells[1], cells[2]
	country, ok := countryOf(cells[3])
	switch {
	case id == "" || len(id) > maxValue:
		return b.refuse(RowError{Organisations, line, "organisation_id", "empty or too long"})
	case !ok:
		return b.refuse(RowError{Organisations, line, "country", "not two letters of ISO 3166-1"})
	}
	if _, known := b.organisationOf[id]; known {
		return b.refuse(RowError{Organisations, line, "organisation_id", "it is there twice"})
	}
	n, err := b.newOrganisation(id, name, domain, country)
	if err != nil {
		return err
	}
	for _, d := range list(domain) {
		b.forms.word = appendDomain(b.forms.word[:0], []byte(d))
		b.put(byDomain, b.forms.word, uint32(n))
	}
	return nil
}

// newOrganisation gives an organisation its number. One that only users name has an ID and nothing else.
func (b *builder) newOrganisation(id, name, domain, country string) (exposure.OrganisationID, error) {
	n := exposure.OrganisationID(len(b.organisationOf))
	if n >= maxOrganisations {
		return n, ErrTooLarge
	}
	b.organisationOf[strings.Clone(id)] = n
	b.put(byOrganisation, []byte(id), uint32(n))
	b.put(byBrokenOrganisation, b.forms.id([]byte(id)), uint32(n))
	b.note("organisation", id, name, domain, country)
	_, err := b.organisations.add(id, name, domain, country)
	return n, err
}

func (b *builder) organisation(id string) (exposure.OrganisationID, error) {
	if n, ok := b.organisationOf[id]; ok {
		return n, nil
	}
	return b.newOrganisation(id, "", "", "")
}

// put adds a form of an identifier to an index.
func (b *builder) put(i index, form []byte, number uint32) {
	if len(form) > 0 {
		b.piles[i].add(b.keyed.of(i, form), number)
	}
}

// addAccount takes a row of users in.
func (b *builder) addAccount(line int64, cells []string) error {
	a, column, problem := parseAccount(cells)
	if problem != "" {
		return b.refuse(RowError{Users, line, column, problem})
	}
	if len(b.accounts) >= MaxAccounts {
		return ErrTooLarge
	}
	n := uint32(len(b.accounts))
	if _, err := b.people.add(a.user, a.mail, strings.Join(a.former, ";"), a.name, a.city); err != nil {
		return err
	}
	b.note("user", a.user, a.mail, strings.Join(a.former, ";"), a.name, strings.Join(a.in, ";"), strings.Join(a.admin, ";"), string(a.locale), a.country, a.city, cells[9], cells[10], fmt.Sprint(a.isReachable))
	b.lines = append(b.lines, uint32(line))
	b.accounts = append(b.accounts, memberOf(a))
	key := b.keyOf(a)
	if _, err := b.keys.Write(key[:]); err != nil {
		return fmt.Errorf("cannot write a file of the directory: %w", err)
	}
	b.addIDs(n, a.user)
	if a.mail != "" {
		b.addAddress(n, a.mail)
	}
	for _, m := range a.former {
		b.addFormer(n, m)
	}
	return b.addPlaces(n, a)
}

// keyOf is what stands for an account in every snapshot.
func (b *builder) keyOf(a account) [16]byte {
	if a.user != "" {
		return b.blind("directory user", a.user)
	}
	plain, _ := b.forms.address([]byte(a.mail))
	return b.blind("directory mailbox", string(plain))
}

// addIDs puts a user's ID into every index that knows it.
func (b *builder) addIDs(n uint32, user string) {
	if user == "" {
		return
	}
	id := []byte(user)
	b.put(byUser, id, n)
	b.put(byBrokenUser, b.forms.id(id), n)
	b.addDigests(n, id)
	b.forms.user = appendLower(b.forms.user[:0], id)
	b.addCuts(n, b.forms.user)
}

func (b *builder) addDigests(n uint32, text []byte) {
	eachDigest(text, func(raw []byte) { b.put(byDigest, raw, n) })
}

func (b *builder) addCuts(n uint32, whole []byte) {
	for _, c := range cuts {
		if c < len(whole) {
			b.put(byCut, whole[:c], n)
		}
	}
}

// addAddress puts the address of today into every index that knows it.
func (b *builder) addAddress(n uint32, mail string) {
	plain, ok := b.forms.address([]byte(mail))
	if !ok {
		panic("BUG: an address that was checked is none")
	}
	b.put(byMail, plain, n)
	b.links.add(b.keyed.of(byLink, plain), linkNow(n))
	b.addDigests(n, plain)
	if string(plain) != mail {
		b.addDigests(n, []byte(mail))
	}
	b.addCuts(n, plain)
	folded := b.forms.fold(plain)
	if string(folded) != string(plain) {
		b.put(byFoldedMail, folded, n)
	}
	b.put(byMailbox, b.forms.mailbox(folded), n)
}

// addFormer puts an address of before into the indexes that know it.
func (b *builder) addFormer(n uint32, mail string) {
	plain, ok := b.forms.address([]byte(mail))
	if !ok {
		panic("BUG: an address that was checked is none")
	}
	b.links.add(b.keyed.of(byLink, plain), linkBefore(n))
	b.addDigests(n, plain)
	b.put(byFormer, b.forms.fold(plain), n)
}

// addPlaces puts an account into its organisations and its city.
func (b *builder) addPlaces(n uint32, a account) error {
	name := b.keyed.of(byName, b.forms.words([]byte(a.name)))
	b.names = append(b.names, name)
	if a.name != "" && a.city != "" {
		city := b.keyed.of(byName, b.forms.words([]byte(a.city)))
		b.piles[byNameAndCity].add(b.keyed.both(byNameAndCity, name, city), n)
	}
	user := uint64(0)
	if a.user != "" {
		user = b.keyed.of(byUser, []byte(a.user))
		if len(a.in)+len(a.admin) == 0 {
			b.piles[byPair].add(b.keyed.both(byPair, user, nowhere), n)
		}
	}
	for i, id := range append(a.in, a.admin...) {
		o, err := b.organisation(id)
		if err != nil {
			return err
		}
		b.join(n, user, membership{account: n, organisation: o, from: a.created, to: a.deleted, admin: i >= len(a.in)}, a.user != "")
	}
	return nil
}

// nowhere stands for the organisation of a user who has none.
const nowhere = 1<<64 - 1

// join notes that an account belongs to an organisation.
func (b *builder) join(n uint32, user uint64, m membership, hasID bool) {
	b.memberships = append(b.memberships, m)
	if hasID {
		b.piles[byPair].add(b.keyed.both(byPair, user, uint64(m.organisation)), n)
	}
	if b.accounts[n].flags&hasName != 0 {
		b.piles[byNameAndOrganisation].add(b.keyed.both(byNameAndOrganisation, b.names[n], uint64(m.organisation)), n)
	}
}

// one is whom a group of accounts means: a person, or several.
func (b *builder) one(accounts []uint32) (uint32, error) {
	first := b.persons[accounts[0]]
	for _, a := range accounts[1:] {
		if b.persons[a] != first {
			return first | several, nil
		}
	}
	return first, nil
}

// onePair is one, where two accounts must not be the same.
func (b *builder) onePair(accounts []uint32) (uint32, error) {
	for _, a := range accounts[1:] {
		if a != accounts[0] {
			lines := b.lines
			return 0, b.refuse(RowError{Users, int64(lines[a]), "user_id", fmt.Sprintf("the same ID in the same organisation as on line %d", lines[accounts[0]])})
		}
	}
	return b.one(accounts)
}

// oneOrganisation is one for organisations.
func oneOrganisation(numbers []uint32) (uint32, error) {
	for _, n := range numbers[1:] {
		if n != numbers[0] {
			return numbers[0] | several, nil
		}
	}
	return numbers[0], nil
}

// write makes the table of an index and lets go of its pile.
func (b *builder) write(i index) error {
	one := b.one
	switch i {
	case byPair:
		one = b.onePair
	case byOrganisation, byBrokenOrganisation, byDomain:
		one = oneOrganisation
	}
	if err := b.piles[i].write(b.path(tableName(i)), one); err != nil {
		return err
	}
	return b.piles[i].discard()
}

// abandon gives everything back after an error.
func (b *builder) abandon() {
	for _, p := range append(b.piles[:], b.links) {
		_ = p.file.Close()
	}
	_ = b.keysFile.Close()
	_ = b.people.file.Close()
	_ = b.organisations.file.Close()
}

func tableName(i index) string { return fmt.Sprintf("table-%02d", i) }

// The other files of a snapshot.
const (
	peopleName        = "people"
	organisationsName = "organisations"
	membersName       = "members"
	keysName          = "keys"
	membershipsName   = "memberships"
)

// maxOrganisations bounds a snapshot: their IDs are held in memory while it is made.
const maxOrganisations = 2_000_000

// read takes every row of a source in.
func read(rows Rows, t Table, add func(line int64, cells []string) error) error {
	if rows == nil {
		return nil
	}
	for {
		r, err := rows.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if len(r.Cells) != len(columnsOf[t]) {
			return errors.New("BUG: a row has another number of cells than its table has columns")
		}
		if err := add(r.Line, r.Cells); err != nil {
			return err
		}
	}
}
