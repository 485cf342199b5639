package lexicon

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"jejak/analytics/plan"
	"jejak/event"
	"jejak/ground/access"
	"jejak/ground/audit"
	"jejak/ground/detect"
	"jejak/question"
)

// Kind tells the names of events from those of properties.
type Kind string

// The kinds of words.
const (
	OfEvent    Kind = "event"
	OfProperty Kind = "property"
)

// Word is what a project says about an event or a property of a name, and what becomes of it.
type Word struct {
	Kind               Kind
	Name               string
	Description, Owner string
	Hidden             bool   // from whoever chooses what to ask
	Verified           bool   // somebody says that it is as it should be
	Class              string // of personal data, as somebody says; empty: nobody did
	Rule               plan.Rule
	// Past tells whether dropping, refusing or renaming also holds for answers about what is stored already. It changes nothing
	// that is stored: it can be taken back.
	Past    bool
	Changed time.Time
}

// Limits of a Word, in bytes, and of a project.
const (
	MaxDescription = 2000
	MaxOwner       = 200
	MaxWords       = 10_000
)

// The codes of faults of words.
const (
	BadWord      = "bad_word"
	PersonalName = "personal_name"
	TooManyWords = "too_many_words"
)

// Words are what the project says, by kind and name. It needs Read.
func (l *Lexicon) Words(ctx context.Context, p event.ProjectID) (words []Word, err error) {
	if err := access.May(ctx, p, access.Read); err != nil {
		return nil, err
	}
	err = l.db.Read(ctx, func(tx *sql.Tx) error {
		if err := mustExist(ctx, tx, p); err != nil {
			return err
		}
		words, err = wordsOf(ctx, tx, p)
		return err
	})
	return words, err
}

// SaveWord says something of a name, in the place of what was said before. It holds from the next event on. A change of what
// becomes of the events is recorded before it holds. It needs Administer; question.Faults for what cannot be saved.
func (l *Lexicon) SaveWord(ctx context.Context, p event.ProjectID, w Word) (Word, error) {
	if err := access.May(ctx, p, access.Administer); err != nil {
		return Word{}, err
	}
	l.saving.Lock()
	defer l.saving.Unlock()
	w.Changed = time.UnixMilli(l.now().UnixMilli()).UTC()
	return w, l.changePlan(ctx, p, func(tx *sql.Tx) error {
		all, err := wordsOf(ctx, tx, p)
		if err != nil {
			return err
		}
		if f := w.validate(all); f != nil {
			return f
		}
		if old := find(all, w.Kind, w.Name); old.Rule != w.Rule || old.Past != w.Past {
			if err := l.record(ctx, p, w); err != nil {
				return err
			}
		}
		return write(ctx, tx, p, w)
	})
}

// DeleteWord takes back what was said of a name: it is as any other. It needs Administer. access.ErrNotFound.
func (l *Lexicon) DeleteWord(ctx context.Context, p event.ProjectID, k Kind, name string) error {
	if err := access.May(ctx, p, access.Administer); err != nil {
		return err
	}
	l.saving.Lock()
	defer l.saving.Unlock()
	return l.changePlan(ctx, p, func(tx *sql.Tx) error {
		all, err := wordsOf(ctx, tx, p)
		if err != nil {
			return err
		}
		old := find(all, k, name)
		if old.Name == "" {
			return access.ErrNotFound
		}
		if old.Rule.Do != plan.Keep {
			if err := l.record(ctx, p, Word{Kind: k, Name: name}); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, "DELETE FROM words WHERE project = $1 AND kind = $2 AND name = $3", p, k, name)
		return err
	})
}

// Adopt takes up names that have no word yet, so that a strict plan knows them, and returns how many it took. It needs
// Administer. Names that are somebody's are left out.
func (l *Lexicon) Adopt(ctx context.Context, p event.ProjectID, k Kind, names []string) (taken int, err error) {
	if err := access.May(ctx, p, access.Administer); err != nil {
		return 0, err
	}
	l.saving.Lock()
	defer l.saving.Unlock()
	now := time.UnixMilli(l.now().UnixMilli())
	return taken, l.changePlan(ctx, p, func(tx *sql.Tx) error {
		all, err := wordsOf(ctx, tx, p)
		if err != nil {
			return err
		}
		for _, name := range names {
			w := Word{Kind: k, Name: name, Changed: now}
			if find(all, k, name).Name != "" || plan.IsOfSDK(name) || len(w.validate(all)) > 0 {
				continue
			}
			if err := write(ctx, tx, p, w); err != nil {
				return err
			}
			all, taken = append(all, w), taken+1
		}
		return nil
	})
}

func find(all []Word, k Kind, name string) Word {
	for _, w := range all {
		if w.Kind == k && w.Name == name {
			return w
		}
	}
	return Word{}
}

// validate says what is wrong with a word among the others of its project.
func (w Word) validate(all []Word) (f question.Faults) {
	fault := func(location, code, format string, args ...any) {
		f = append(f, question.Fault{Location: location, Code: code, Message: fmt.Sprintf(format, args...)})
	}
	if w.Kind != OfEvent && w.Kind != OfProperty {
		fault("kind", BadWord, "it is event or property")
	}
	if strings.TrimSpace(w.Name) == "" || len(w.Name) > event.MaxName {
		fault("name", BadWord, "a name has 1 to %d bytes", event.MaxName)
	}
	for location, name := range map[string]string{"name": w.Name, "rule.to": w.Rule.To} {
		if len(detect.Value("", name, nil)) > 0 {
			fault(location, PersonalName, "a name that holds a personal value cannot be kept; a scan takes it out of what is stored")
		}
	}
	if len(w.Description) > MaxDescription || len(w.Owner) > MaxOwner {
		fault("description", BadWord, "it has up to %d bytes, the owner up to %d", MaxDescription, MaxOwner)
	}
	if strings.Trim(w.Class, "abcdefghijklmnopqrstuvwxyz_") != "" || len(w.Class) > 32 {
		fault("class", BadWord, "a class has up to 32 small letters and _")
	}
	if err := w.Rule.Validate(w.Kind == OfEvent); err != nil {
		fault("rule", BadWord, "%v", err)
	}
	if find(all, w.Kind, w.Name).Name == "" && len(all) >= MaxWords {
		fault("", TooManyWords, "a project has at most %d words", MaxWords)
	}
	return w.validateRename(all, f)
}

// validateRename: a renamed event keeps the new name at the door and in answers about the past, so nothing is renamed twice.
func (w Word) validateRename(all []Word, f question.Faults) question.Faults {
	if w.Rule.Do != plan.Rename {
		return f
	}
	if w.Rule.To == w.Name || find(all, w.Kind, w.Rule.To).Rule.Do == plan.Rename {
		f = append(f, question.Fault{Location: "rule.to", Code: BadWord, Message: "it is renamed itself"})
	}
	for _, o := range all {
		if o.Kind == w.Kind && o.Rule.Do == plan.Rename && o.Rule.To == w.Name {
			f = append(f, question.Fault{Location: "rule", Code: BadWord, Message: "others are renamed to it"})
			break
		}
	}
	return f
}

// record writes down what becomes of a name from now on.
func (l *Lexicon) record(ctx context.Context, p event.ProjectID, w Word) error {
	do := string(w.Rule.Do)
	if w.Rule.Do == plan.Keep {
		do = "kept"
	}
	about := fmt.Sprintf("%s %q", w.Kind, w.Name)
	if w.Rule.Do == plan.Rename {
		about += fmt.Sprintf(" to %q", w.Rule.To)
	}
	if w.Past {
		about += ", in the past too"
	}
	_, err := l.log.Record(ctx, audit.Entry{Who: access.Caller(ctx).String(), Act: audit.Act("plan." + do), Project: p, About: about})
	return err
}

func write(ctx context.Context, tx *sql.Tx, p event.ProjectID, w Word) error {
	rule, err := json.Marshal(w.Rule)
	if err == nil {
		_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO words (project, kind, name, description, owner, hidden, verified, class, rule, past, changed)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			p, w.Kind, w.Name, w.Description, w.Owner, w.Hidden, w.Verified, w.Class, string(rule), w.Past, w.Changed.UnixMilli())
	}
	if err != nil {
		return fmt.Errorf("cannot keep a word: %w", err)
	}
	return nil
}

func wordsOf(ctx context.Context, tx *sql.Tx, p event.ProjectID) (all []Word, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT kind, name, description, owner, hidden, verified, class, rule, past, changed FROM words
		WHERE project = $1 ORDER BY kind, name`, p)
	if err != nil {
		return nil, fmt.Errorf("cannot read the words of a project: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var w Word
		var rule string
		var changed int64
		err := rows.Scan(&w.Kind, &w.Name, &w.Description, &w.Owner, &w.Hidden, &w.Verified, &w.Class, &rule, &w.Past, &changed)
		if err == nil {
			err = json.Unmarshal([]byte(rule), &w.Rule)
		}
		if err != nil {
			return nil, fmt.Errorf("cannot read a word: %w", err)
		}
		w.Changed = time.UnixMilli(changed).UTC()
		all = append(all, w)
	}
	return all, rows.Err()
}
