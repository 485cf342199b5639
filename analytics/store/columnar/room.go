package columnar

import (
	"errors"
	"fmt"
	"math"
)

// RoomState says whether events are accepted.
type RoomState string

const (
	Roomy RoomState = "roomy"
	Tight RoomState = "tight" // soon full: somebody should act
	Full  RoomState = "full"  // events are refused with store.ErrUnavailable until there is room again
)

// tightShare is how much of the bound is left, as one part of so many, when room gets tight.
const tightShare = 10

// Room is how much the store takes of what it may. Sizes are in bytes.
type Room struct {
	State   RoomState
	Used    uint64 // by parts, ledgers and log
	Limit   uint64 // Options.MaxBytes; 0: none
	Free    uint64 // on the disk
	Reserve uint64 // of it, not for events
}

// Room tells how much room there is now. Many goroutines may call it.
func (s *Store) Room() (Room, error) {
	r := Room{Used: uint64(s.fileBytes.Load() + s.log.bytes()), Limit: uint64(max(s.options.MaxBytes, 0)), Free: math.MaxUint64}
	if s.options.MinFree >= 0 {
		free, err := s.disk.Free(s.dir)
		if err != nil {
			return r, err
		}
		r.Free, r.Reserve = free, uint64(s.options.MinFree)
	}
	r.State = r.state()
	return r, nil
}

func (r *Room) state() RoomState {
	switch {
	case r.Free < r.Reserve || r.Limit > 0 && r.Used >= r.Limit:
		return Full
	case r.Free < 2*r.Reserve || r.Limit > 0 && r.Used >= r.Limit-r.Limit/tightShare:
		return Tight
	}
	return Roomy
}

// explain says what is short.
func (r *Room) explain() string {
	full := r.Limit > 0 && r.Used >= r.Limit
	if r.Free < r.Reserve || r.Free < 2*r.Reserve && !full {
		return fmt.Sprintf("the disk has %d MB left, %d MB are kept in reserve", r.Free>>20, r.Reserve>>20)
	}
	return fmt.Sprintf("the data takes %d MB of the %d MB that it may take", r.Used>>20, r.Limit>>20)
}

// checkRoom keeps room on the disk for flushes, compaction and the metadata, and holds the bound, which is for events: what
// is noted is little, and tells how many were refused. A change is told in the log once. Only the committer calls it.
func (s *Store) checkRoom(events bool) error {
	r, err := s.Room()
	if err != nil {
		return err
	}
	if last := s.lastRoom; last != r.State {
		s.lastRoom = r.State
		s.tellRoom(r, last)
	}
	if r.Free < r.Reserve || events && r.State == Full {
		return errors.New(r.explain())
	}
	return nil
}

func (s *Store) tellRoom(r Room, last RoomState) {
	switch {
	case r.State == Full:
		s.options.Log.Error("events are refused until there is room again", "reason", r.explain())
	case r.State == Tight:
		s.options.Log.Warn("room gets tight; events will be refused when it is used up", "reason", r.explain())
	case last != "":
		s.options.Log.Info("there is room again")
	}
}

// weigh notes how much the manifest's files take.
func (p *project) weigh(m *manifest) {
	bytes := m.bytes()
	p.store.fileBytes.Add(bytes - p.fileBytes)
	p.fileBytes = bytes
}

// bytes is the length of the parts and ledgers.
func (m *manifest) bytes() (n int64) {
	for i := range m.Parts {
		n += int64(m.Parts[i].Bytes)
	}
	for _, l := range m.Ledgers {
		n += l.Bytes
	}
	return n
}

// bytes is the length of the log.
func (l *wal) bytes() (n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.segments {
		n += s.end
	}
	return n
}
