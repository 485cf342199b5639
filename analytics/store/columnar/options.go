package columnar

import (
	"log/slog"
	"time"

	"jejak/analytics/store/columnar/internal/disk"
	"jejak/event"
)

// Options are the sizes and surroundings of a Store. The zero Options are good for a server.
type Options struct {
	Log *slog.Logger // nil: slog.Default()

	// MinFree is the space in bytes below which events are refused, so that flushes and the metadata can still be
	// written. 0: 256 MB. Negative: no reserve.
	MinFree int64
	// SegmentBytes is the length of a log segment. 0: 64 MB.
	SegmentBytes int64
	// QueueBytes bounds what waits to be written. 0: 16 MB.
	QueueBytes int
	// BatchBytes bounds one batch, encoded. 0: 64 MB.
	BatchBytes int
	// Patience is how long an Append waits for room. 0: 2 s.
	Patience time.Duration
	// NoteDelay is how long a note waits for an Append to travel with. 0: 1 s.
	NoteDelay time.Duration

	// PieceRows is how many rows of the tail are put into columns at a time. 0: 8192.
	PieceRows int
	// PieceBytes does the same by size. 0: 4 MB.
	PieceBytes int
	// FlushRows, FlushBytes and FlushAge say when the tail of a project becomes a part. 0: 128 k, 16 MB, 5 minutes.
	FlushRows  int
	FlushBytes int
	FlushAge   time.Duration
	// QuietAge is how long a burst must be over before memory is given back: a tail of some size becomes a part, pages
	// of parts that were read are dropped. 0: 10 s.
	QuietAge time.Duration
	// TailBytes bounds the tails of all projects: above it the largest is flushed; at
	// twice that Appends wait. 0: 48 MB.
	TailBytes int
	// KeepSegments is how many full log segments may wait for small projects before these are flushed. 0: 2.
	KeepSegments int

	// KeepDays is how many days of events a project keeps: those of UTC days before today less so many are in no answer
	// any more, and compaction deletes them. It is called often and from many goroutines. nil or 0: all.
	KeepDays func(event.ProjectID) int
	// MaxBytes is how much parts, ledgers and log may take: above it events are refused, and compaction, which needs room for
	// a copy of what it works on, goes on. 0: no bound but the disk's.
	MaxBytes int64

	// SmallRows is the size of a partition below which it joins its neighbours. 0: 100,000.
	SmallRows int
	// ColdAge is how long nothing must have come to a project before what is left in level 0 goes to its days, and to a
	// partition before its runs become one. 0: 1 minute.
	ColdAge time.Duration
	// EraseAge is how long rows of people who were erased may stay masked on the disk: so parts are written anew once for all
	// erasures of that time. 0: 1 day.
	EraseAge time.Duration

	// disk stands in for the machine's file system in tests.
	disk disk.FS
	// now stands in for the clock.
	now func() time.Time
	// still leaves flushing and compaction to the test.
	still bool
}

func orElse[T int | int64 | time.Duration](v *T, otherwise T) {
	if *v == 0 {
		*v = otherwise
	}
}

func (o Options) filled() Options {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.disk == nil {
		o.disk = disk.System{}
	}
	if o.now == nil {
		o.now = time.Now
	}
	if o.KeepDays == nil {
		o.KeepDays = func(event.ProjectID) int { return 0 }
	}
	orElse(&o.MinFree, 256<<20)
	orElse(&o.SegmentBytes, 64<<20)
	orElse(&o.QueueBytes, 16<<20)
	orElse(&o.BatchBytes, 64<<20)
	orElse(&o.Patience, 2*time.Second)
	orElse(&o.NoteDelay, time.Second)
	orElse(&o.PieceRows, 8192)
	orElse(&o.PieceBytes, 4<<20)
	orElse(&o.FlushRows, 128<<10)
	orElse(&o.FlushBytes, 16<<20)
	orElse(&o.FlushAge, 5*time.Minute)
	orElse(&o.QuietAge, 10*time.Second)
	orElse(&o.TailBytes, 48<<20)
	orElse(&o.KeepSegments, 2)
	orElse(&o.SmallRows, 100_000)
	orElse(&o.ColdAge, time.Minute)
	orElse(&o.EraseAge, 24*time.Hour)
	return o
}
