package forget

import (
	"bytes"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"jejak/event"
	"jejak/ground/durable"
	"jejak/ground/vault"
)

// Order is one erasure. It holds numbers, which mean nobody once it is carried out.
type Order struct {
	ID      string
	Project event.ProjectID
	Kind    vault.SubjectKind
	Section string // of the profile
	At      time.Time
	Numbers []event.Actor
}

func (o Order) subject(a event.Actor) vault.Subject {
	return vault.Subject{Project: o.Project, Kind: o.Kind, Number: uint32(a)}
}

// What says what is erased: person or group.
func (o Order) What() string { return kindWords[o.Kind] }

func (o Order) about() string {
	return fmt.Sprintf("erasure %s: %s %d, %d numbers", o.ID, kindWords[o.Kind], o.Numbers[0], len(o.Numbers))
}

var kindWords = map[vault.SubjectKind]string{vault.Person: "person", vault.Group: "group"}

// journal is the file of orders; docs/format/erasures.md draws it. Orders are only added.
type journal struct {
	path string
	sign func(p event.ProjectID, field, value string) [16]byte
	mu   sync.Mutex
}

const (
	journalWord = "jejak-erasure-1"
	journalMax  = 1 << 28 // bytes; some millions of orders
)

// line is an order as text, with what authenticates it.
func (j *journal) line(o Order) string {
	numbers := make([]string, len(o.Numbers))
	for i, a := range o.Numbers {
		numbers[i] = strconv.FormatUint(uint64(a), 10)
	}
	text := fmt.Sprintf("%s %s %d %s %s %d %s", journalWord, o.ID, o.Project, kindWords[o.Kind], url.QueryEscape(o.Section),
		o.At.UnixMilli(), strings.Join(numbers, ","))
	mac := j.sign(o.Project, "erasure journal", text)
	return text + " " + hex.EncodeToString(mac[:])
}

// append makes an order durable.
func (j *journal) append(o Order) (err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	fail := func(err error) error {
		return fmt.Errorf("cannot write the journal of erasures: %w\nhint: nothing was erased; make %s writable", err, j.path)
	}
	f, err := os.OpenFile(j.path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fail(err)
	}
	if err := errors.Join(j.mend(f), write(f, j.line(o)+"\n"), f.Sync(), f.Close(), durable.Sync(filepath.Dir(j.path))); err != nil {
		return fail(err)
	}
	return nil
}

func write(f *os.File, text string) error {
	_, err := f.WriteString(text)
	return err
}

// mend ends a line that a crash left half written: whoever asked for it got no answer.
func (j *journal) mend(f *os.File) error {
	at, err := f.Stat()
	if err != nil || at.Size() == 0 {
		return err
	}
	var last [1]byte
	if _, err := f.ReadAt(last[:], at.Size()-1); err != nil || last[0] == '\n' {
		return err
	}
	text, err := os.ReadFile(j.path)
	if err != nil {
		return err
	}
	return f.Truncate(int64(bytes.LastIndexByte(text, '\n') + 1))
}

// read is all orders in projects that are known: of others there is nothing to erase, and no key to check them with.
func (j *journal) read(known func(event.ProjectID) bool) (orders []Order, err error) {
	at, err := os.Stat(j.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && at.Size() > journalMax {
		err = fmt.Errorf("it has more than %d bytes", journalMax)
	}
	var text []byte
	if err == nil {
		text, err = os.ReadFile(j.path)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the journal of erasures: %w", err)
	}
	whole := text[:bytes.LastIndexByte(text, '\n')+1]
	n := 0
	for line := range strings.Lines(string(whole)) {
		n++
		o, err := parseOrder(strings.TrimSuffix(line, "\n"))
		if err == nil && !known(o.Project) {
			continue
		}
		if want := j.lineOf(o, err); subtle.ConstantTimeCompare([]byte(want), []byte(line)) != 1 {
			return nil, fmt.Errorf("FATAL: line %d of the journal of erasures %s is damaged, or not of this installation: without it a restored backup could bring somebody back. Nothing was changed.\nhint: put your copy of the journal back; remove the line only if you know whom it is about", n, j.path)
		}
		orders = append(orders, o)
	}
	return orders, nil
}

// lineOf is how the order should stand there; "" when it could not be read.
func (j *journal) lineOf(o Order, err error) string {
	if err != nil {
		return ""
	}
	return j.line(o) + "\n"
}

var errOrder = errors.New("the order is not well formed")

func parseOrder(line string) (o Order, err error) {
	words := strings.Split(line, " ")
	if len(words) != 8 || words[0] != journalWord {
		return o, errOrder
	}
	p, err1 := strconv.ParseUint(words[2], 10, 32)
	section, err2 := url.QueryUnescape(words[4])
	at, err3 := strconv.ParseInt(words[5], 10, 64)
	o = Order{ID: words[1], Project: event.ProjectID(p), Section: section, At: time.UnixMilli(at).UTC()}
	for kind, word := range kindWords {
		if word == words[3] {
			o.Kind = kind
		}
	}
	for number := range strings.SplitSeq(words[6], ",") {
		n, err := strconv.ParseUint(number, 10, 32)
		if err != nil || event.Actor(n).Index() == 0 {
			return o, errOrder
		}
		o.Numbers = append(o.Numbers, event.Actor(n))
	}
	if err := errors.Join(err1, err2, err3); err != nil || o.Kind == 0 {
		return o, errOrder
	}
	return o, nil
}
