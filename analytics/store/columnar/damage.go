package columnar

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"jejak/analytics/store/columnar/internal/part"
)

// Damage is what was found broken on disk. Its text says what was seen, what is safe and what to do.
type Damage struct {
	File   string
	Offset int64 // -1 when it is the file as a whole
	Seen   string
	Safe   string
	Do     string
}

func (d *Damage) Error() string {
	where := d.File
	if d.Offset >= 0 {
		where = fmt.Sprintf("%s at offset %d", d.File, d.Offset)
	}
	return fmt.Sprintf("FATAL: %s is damaged: %s. Safe: %s. What to do: %s", where, d.Seen, d.Safe, d.Do)
}

// fault is a memory fault that has an address: reading a mapped file whose disk fails.
type fault interface {
	runtime.Error
	Addr() uintptr
}

// Guard runs a function that reads Sections and turns damage found on the way into an error: a checksum that does not
// fit, or a disk that cannot read a mapped page. Other panics go on. It works for the goroutine that calls it: each
// goroutine that reads needs its own.
func Guard(read func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *Damage:
			err = p
		case part.Damage:
			err = fmt.Errorf("cannot read a part: %w", p)
		case fault:
			err = fmt.Errorf("cannot read a part: the disk does not give the page: %w", p)
		default:
			panic(p)
		}
	}()
	return read()
}
