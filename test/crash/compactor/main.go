// Command compactor keeps events in a store whose sizes are so small that it compacts all the time, until it is killed. Event
// number n has the property n. On stdout it acknowledges: the number up to which everything is durable, line by line.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"jejak/analytics/store"
	"jejak/analytics/store/columnar"
	"jejak/event"
)

var (
	dir  = flag.String("dir", "", "folder of the store")
	from = flag.Int("from", 1, "number of the first event")
)

// most ends the program when nobody kills it.
const most = 200_000

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run() error {
	s, err := columnar.Open(*dir, columnar.Options{
		MinFree: -1, SegmentBytes: 8 << 10, PieceRows: 20, FlushRows: 60, KeepSegments: 1, SmallRows: 2000,
		FlushAge: 50 * time.Millisecond, QuietAge: 50 * time.Millisecond, ColdAge: 20 * time.Millisecond,
	})
	if err != nil {
		return err
	}
	fmt.Println(*from - 1)
	const size = 15
	for n := *from; n < *from+most; n += size {
		if err := s.Append(context.Background(), store.Batch{Project: 1, Events: events(n, n+size)}); err != nil {
			return err
		}
		fmt.Println(n + size - 1)
	}
	return s.Close()
}

// events are those numbered from ≤ n < to; every fifth once more, with an earlier one of them that counts no more.
func events(from, to int) (all []event.Event) {
	for n := from; n < to; n++ {
		if n%5 == 0 {
			all = append(all, numbered(n, -n))
		}
		all = append(all, numbered(n, n))
	}
	return all
}

// numbered lies on one of six days.
func numbered(n, property int) event.Event {
	e := event.Event{
		Name: fmt.Sprint("event ", n%4), Time: event.Millis(1_700_000_000_000 + int64(n*7%6)*86_400_000 + int64(n)),
		Actor: event.MakeActor(n%64, uint32(1+n%50)), InsertID: fmt.Sprint(n),
	}
	e.Set("n", event.NumberOf(float64(property)))
	e.Set("text", event.StringOf(fmt.Sprint("value ", n%97)))
	return e
}
