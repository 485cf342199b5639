// Package leak holds the nouns of road two: what a leaked file says, as a stream of tables, rows and members, and what
// could not be read of it. Every text in it was written by somebody else: names of files, tables and columns too.
package leak

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// MemberID is the place of a member: the numbers of the members that lead to it, outermost first, counted from 1 and
// joined by dots. The file itself is "1", the third member of a tar in it "1.3".
type MemberID string

// File is the member that is the leaked file itself.
const File MemberID = "1"

// Child is the n-th member inside.
func (m MemberID) Child(n int) MemberID { return m + "." + MemberID(strconv.Itoa(n)) }

// Holds tells whether the other member is this one or lies in it.
func (m MemberID) Holds(other MemberID) bool {
	return m == other || strings.HasPrefix(string(other), string(m)+".")
}

// Compare orders members as they are read: a container before what it holds.
func (m MemberID) Compare(other MemberID) int {
	a, b := strings.Split(string(m), "."), strings.Split(string(other), ".")
	return slices.CompareFunc(a, b, func(x, y string) int {
		return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y))
	})
}

// TableID numbers tables within a member, from 0, in the order in which they come up.
type TableID uint32

// Table is a table, or more columns of one. It MUST be told before the first row that uses its columns.
type Table struct {
	Member MemberID `json:"member"`
	ID     TableID  `json:"table"`
	Name   string   `json:"name"` // empty where a member is one table
	// First is the number of Columns[0]: 0 when the table is new.
	First   int      `json:"first"`
	Columns []string `json:"columns"`
}

// Cell is a value as text, as it would be printed, in UTF-8. Null is no cell.
type Cell struct {
	Column int
	Text   []byte
}

// Row is a record. A column may have several cells: lists do.
type Row struct {
	Number int64 // in its table, from 1
	// Offset is where the row begins, in bytes of the member; in XLSX and Parquet it is the row's number in the file.
	Offset int64
	Cells  []Cell
	// Continued says that this is more of the row before it in the table: large rows come in pieces.
	Continued bool
}

// Position is how far a file was read: everything before it was delivered. Reading on from it tells the tables of the
// member again, not its rows.
type Position struct {
	Member MemberID `json:"member"`
	// Rows are how many rows of the member were delivered, of all its tables; -1: the member is over.
	Rows int64 `json:"rows"`
}

// Sink takes what is read. Calls come one after another. An error ends the reading and comes back from it.
type Sink interface {
	// Table announces a table, or more columns of one.
	Table(Table) error
	// Rows takes some rows of one table. It MUST NOT keep anything that the batch points to.
	Rows(*Batch) error
	// Member says that a member is over: all that could be read of it was delivered.
	Member(Member) error
}

// Member is a file, or a file in a file, that is over.
type Member struct {
	ID     MemberID `json:"member"`
	Name   string   `json:"name"`   // its path within what holds it, cut and made printable; never to be used as a path
	Format string   `json:"format"` // csv, json, sql, parquet, xlsx, zip, tar, gzip, …; unknown
	Tables int      `json:"tables"`
	Rows   int64    `json:"rows"`
	Bytes  int64    `json:"bytes"` // read of it
	Gaps   []Gap    `json:"gaps"`
}

// Why is the kind of a gap. The set is closed.
type Why string

// The kinds of gaps.
const (
	Unsupported Why = "unsupported"    // a format that is not read: an image, a document, a program
	Encrypted   Why = "encrypted"      // it wants a password
	Damaged     Why = "damaged"        // it is not what its format says
	CutOff      Why = "cut_off"        // it ends early
	TooDeep     Why = "too_deep"       // archives in archives in archives
	TooMany     Why = "too_many"       // members, tables or sheets
	TooLarge    Why = "too_large"      // more bytes than are read
	Ratio       Why = "ratio"          // it unpacks to so much more than it is that it must be a bomb
	CellCut     Why = "cell_cut"       // a cell was cut at its limit
	Joined      Why = "columns_joined" // columns above the limit were read into one: nothing is unread
	RowDamaged  Why = "row_damaged"    // a row that cannot be understood
	Quotes      Why = "quotes"         // quotes that do not fit, read as they stand: nothing is unread
	Link        Why = "link"           // a symbolic link, device or the like: not followed
	Died        Why = "died"           // the process that read it died
	Stalled     Why = "stalled"        // the process that read it made no progress and was ended
)

// Gap is something that could not be read, or not as it was meant.
type Gap struct {
	Why Why `json:"why"`
	// Row is in which row of the member, counted over all tables from 1; 0: not in one.
	Row int64 `json:"row,omitempty"`
	// From is at which byte of the member; To is where reading went on; 0: unknown, or to its end.
	From int64 `json:"from,omitempty"`
	To   int64 `json:"to,omitempty"`
	// Count is for how many places the gap stands: many alike are told as one that goes from the first to the last.
	Count int64 `json:"count"`
	// Note says more in words of the program; it holds nothing of the file.
	Note string `json:"note,omitempty"`
}

// Limits tells whether the gap limits what may be claimed about the file: something in it was not seen.
func (g Gap) Limits() bool { return g.Why != Joined && g.Why != Quotes }

// String is the gap in words.
func (g Gap) String() string {
	var b strings.Builder
	b.WriteString(string(g.Why))
	if g.Note != "" {
		b.WriteString(": " + g.Note)
	}
	if g.Row > 0 {
		fmt.Fprintf(&b, ", row %d", g.Row)
	}
	if g.From > 0 || g.To > 0 {
		fmt.Fprintf(&b, ", byte %d", g.From)
	}
	if g.To > 0 {
		fmt.Fprintf(&b, " to %d", g.To)
	}
	if g.Count > 1 {
		fmt.Fprintf(&b, ", %d times", g.Count)
	}
	return b.String()
}
