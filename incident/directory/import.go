package directory

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"jejak/ground/access"
	"jejak/ground/durable"
	"jejak/ground/sealed"
	"jejak/ground/vault"
)

// Sources are the tables of a directory that is taken in. Users is required. Organisations that only users name are known by their
// IDs alone.
type Sources struct{ Users, Organisations, Memberships Rows }

// Take takes a directory in: no value lies on disk in the clear, also while it is made. When Take returns nil the snapshot is
// durable and its hash in the audit log. It needs Respond. *Refused says what is wrong in which line; then nothing is kept.
// ErrTooLarge.
func (l *Library) Take(ctx context.Context, from Sources) (Info, error) {
	if err := access.May(ctx, installation, access.Respond); err != nil {
		return Info{}, err
	}
	m := manifest{Version: manifestVersion}
	m.ID, m.Taken, m.By = newID(), l.o.Now().UTC().Truncate(time.Second), access.Caller(ctx).String()
	unfinished := l.folder(m.ID) + ".new"
	l.sweep()
	if err := os.MkdirAll(unfinished, 0o700); err != nil {
		return Info{}, fmt.Errorf("cannot make a folder for the directory: %w", err)
	}
	if err := l.take(ctx, m, unfinished, from); err != nil {
		return Info{}, errors.Join(err, os.RemoveAll(unfinished))
	}
	m, err := l.manifest(m.ID)
	return m.Info, err
}

// leftAlone is how long a folder that nobody finished is left alone: another process may be at work in it.
const leftAlone = 24 * time.Hour

// sweep takes away what processes that died have left. What cannot be taken away now will be the next time.
func (l *Library) sweep() {
	unfinished, _ := filepath.Glob(filepath.Join(l.o.Dir, "*.new")) // the pattern is well formed
	for _, path := range unfinished {
		if info, err := os.Stat(path); err == nil && l.o.Now().Sub(info.ModTime()) > leftAlone {
			_ = os.RemoveAll(path)
		}
	}
}

func (l *Library) take(ctx context.Context, m manifest, folder string, from Sources) error {
	key, seal, err := l.newKeys(&m)
	if err != nil {
		return err
	}
	b, err := newBuilder(folder, key, seal)
	if err == nil {
		b.blind = func(field, value string) [16]byte { return l.o.Vault.Blind(installation, field, value) }
		if err = b.build(ctx, from); err != nil {
			b.abandon()
		}
	}
	if err != nil {
		return err
	}
	b.count(&m.Info)
	if m.Files, err = hashFiles(folder); err != nil {
		return err
	}
	if m.Entry, err = l.record(ctx, takenAct, m, vault.Incident); err != nil {
		return err
	}
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if err := durable.Write(filepath.Join(folder, manifestName), 0o400, text); err != nil {
		return err
	}
	if err := durable.Sync(folder); err != nil {
		return err
	}
	if err := os.Rename(folder, l.folder(m.ID)); err != nil {
		return fmt.Errorf("cannot keep the directory: %w", err)
	}
	return durable.Sync(l.o.Dir, filepath.Dir(l.o.Dir))
}

// newKeys draws the keys of a snapshot and seals them.
func (l *Library) newKeys(m *manifest) (key Key, seal [2]sealed.Key, err error) {
	_, _ = rand.Read(key[:]) // never fails
	_, _ = rand.Read(seal[0][:])
	_, _ = rand.Read(seal[1][:])
	if m.Key, err = l.o.Vault.SealOwn(installation, vault.DirectoryKey, string(m.ID), key[:]); err != nil {
		return key, seal, err
	}
	m.Seal, err = l.o.Vault.SealOwn(installation, vault.DirectorySeal, string(m.ID), slices.Concat(seal[0][:], seal[1][:]))
	return key, seal, err
}

// build reads the sources and writes every file of the snapshot. *Refused when a row is wrong.
func (b *builder) build(ctx context.Context, from Sources) error {
	err := b.readAll(ctx, from)
	if err == nil {
		err = b.writeTables(ctx)
	}
	var r *Refused
	if errors.As(err, &r) { // by the source: what was wrong before comes first
		b.problems = append(b.problems, r.Errors...)
	}
	if len(b.problems) > 0 && (err == nil || r != nil || errors.Is(err, errEnough)) {
		return &Refused{b.problems}
	}
	if err != nil {
		return err
	}
	return errors.Join(b.keys.Flush(), b.keysFile.Sync(), b.keysFile.Close(), b.people.finish(), b.organisations.finish(), b.writeMembers())
}

// readAll reads the sources. Memberships name users, so the table of users is made before they are read.
func (b *builder) readAll(ctx context.Context, from Sources) (err error) {
	if err := read(watched{ctx, from.Organisations}.rows(), Organisations, b.addOrganisation); err != nil {
		return err
	}
	if err := read(watched{ctx, from.Users}.rows(), Users, b.addAccount); err != nil {
		return err
	}
	if b.persons, b.same, err = peopleOf(len(b.accounts), b.links); err != nil {
		return err
	}
	if err := errors.Join(b.links.discard(), b.write(byUser)); err != nil || from.Memberships == nil {
		return err
	}
	return b.addMemberships(watched{ctx, from.Memberships}.rows())
}

// writeTables makes all tables but that of users.
func (b *builder) writeTables(ctx context.Context) error {
	for i := range indexes {
		if i == byUser {
			continue
		}
		if err := errors.Join(ctx.Err(), b.write(i)); err != nil {
			return err
		}
	}
	return nil
}

// watched ends rows when the context does.
type watched struct {
	ctx context.Context
	in  Rows
}

func (w watched) rows() Rows {
	if w.in == nil {
		return nil
	}
	return w
}

// Next implements Rows.
func (w watched) Next() (Row, error) {
	if err := w.ctx.Err(); err != nil {
		return Row{}, err
	}
	return w.in.Next()
}

// addMemberships reads who belongs where since when. Users are known by their table by then.
func (b *builder) addMemberships(rows Rows) error {
	file, err := mapFile(b.path(tableName(byUser)))
	if err != nil {
		return fmt.Errorf("cannot read a table of the directory: %w", err)
	}
	defer unmapFile(file)
	users, err := loadTable(file)
	if err != nil {
		return err
	}
	return read(rows, Memberships, func(line int64, cells []string) error { return b.addMembership(users, line, cells) })
}

func (b *builder) addMembership(users table, line int64, cells []string) error {
	refuse := func(column int, problem string) error {
		return b.refuse(RowError{Memberships, line, columnsOf[Memberships][column], problem})
	}
	for i, c := range cells {
		cells[i] = strings.TrimSpace(c)
		if p := problemOf(c); p != "" {
			return refuse(i, p)
		}
	}
	user := b.keyed.of(byUser, []byte(cells[0]))
	n, known := users.find(user)
	if !known || n&several != 0 {
		return refuse(0, "no user has this ID, or several have")
	}
	o, known := b.organisationOf[cells[1]]
	if !known {
		return refuse(1, "no organisation has this ID")
	}
	m := membership{account: n, organisation: o, admin: strings.EqualFold(cells[2], "admin") || strings.EqualFold(cells[2], "owner")}
	var ok bool
	if m.from, ok = parseDay(cells[3]); !ok {
		return refuse(3, "not a date such as 2026-11-25")
	}
	if m.to, ok = parseDay(cells[4]); !ok || m.to != 0 && m.to < m.from {
		return refuse(4, "not a date such as 2026-11-25, or before the other")
	}
	b.note("membership", cells...)
	b.join(n, user, m, true)
	return nil
}

// writeMembers writes what is known of the accounts without naming them, and where they belong.
func (b *builder) writeMembers() error {
	slices.SortStableFunc(b.memberships, func(x, y membership) int {
		return cmp.Or(cmp.Compare(x.account, y.account), cmp.Compare(x.organisation, y.organisation), cmp.Compare(x.from, y.from), cmp.Compare(x.to, y.to))
	})
	b.memberships = oneEach(b.memberships)
	next := 0
	for i := range b.accounts {
		b.accounts[i].person, b.accounts[i].mailbox, b.accounts[i].first = b.persons[i], b.same.find(uint32(i)), uint32(next)
		for next < len(b.memberships) && b.memberships[next].account == uint32(i) {
			next++
		}
	}
	end := member{first: uint32(next)} // behind the last account
	err := durable.Create(b.path(membersName), 0o400, func(w io.Writer) error {
		return each(w, append(b.accounts, end), member.append)
	})
	return errors.Join(err, durable.Create(b.path(membershipsName), 0o400, func(w io.Writer) error {
		return each(w, b.memberships, membership.append)
	}))
}

// oneEach joins rows about the same membership: who is an admin by one of them is.
func oneEach(sorted []membership) []membership {
	out := sorted[:0]
	for _, m := range sorted {
		if last := len(out) - 1; last >= 0 && out[last].account == m.account && out[last].organisation == m.organisation && out[last].from == m.from && out[last].to == m.to {
			out[last].admin = out[last].admin || m.admin
			continue
		}
		out = append(out, m)
	}
	return out
}

func each[T any](w io.Writer, list []T, appended func(T, []byte) []byte) error {
	room := make([]byte, 0, 64)
	for _, x := range list {
		room = appended(x, room[:0])
		if _, err := w.Write(room); err != nil {
			return err
		}
	}
	return nil
}

// count fills in what is known of the snapshot as a whole.
func (b *builder) count(i *Info) {
	i.Hash = hex.EncodeToString(b.content.Sum(nil))
	i.Accounts, i.Organisations, i.Memberships = len(b.accounts), len(b.organisationOf), len(b.memberships)
	for n, a := range b.accounts {
		if b.persons[n] == uint32(n) {
			i.People++
		}
		if a.flags&isDeleted != 0 {
			i.Deleted++
		}
		if a.flags&isReachable == 0 {
			i.Unreachable++
		}
	}
}

// hashFiles is the hash of every file of a snapshot.
func hashFiles(folder string) (map[string]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("cannot read the directory: %w", err)
	}
	files := map[string]string{}
	for _, e := range entries {
		if e.Name() == manifestName {
			continue
		}
		if files[e.Name()], err = hashFile(filepath.Join(folder, e.Name())); err != nil {
			return nil, err
		}
	}
	return files, nil
}

func hashFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("cannot read the directory: %w", err)
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.CopyBuffer(sum, io.LimitReader(f, 1<<40), make([]byte, 1<<20)); err != nil {
		return "", fmt.Errorf("cannot read the directory: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
