package export

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"jejak/event"
)

func readParquet(t *testing.T, file []byte) (out []line) {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	paths := f.Schema().Columns()
	for _, group := range f.RowGroups() {
		rows := group.Rows()
		buffer := make([]parquet.Row, 100)
		for {
			n, err := rows.ReadRows(buffer)
			for _, row := range buffer[:n] {
				out = append(out, lineOf(row, paths))
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		rows.Close()
	}
	return out
}

func lineOf(row parquet.Row, paths [][]string) line {
	l := line{}
	for _, v := range row {
		name := strings.Join(paths[v.Column()], ".")
		switch {
		case v.IsNull():
		case name == "time":
			l[name] = time.UnixMilli(v.Int64()).UTC().Format("2006-01-02T15:04:05.000Z")
		case v.Kind() == parquet.Double:
			l[name] = event.NumberOf(v.Double()).String()
		case v.Kind() == parquet.Boolean:
			l[name] = event.BooleanOf(v.Boolean()).String()
		default:
			l[name] = string(v.ByteArray())
		}
	}
	return l
}

// TestParquetTypes: a property whose values are all numbers, or all booleans, has that type.
func TestParquetTypes(t *testing.T) {
	o := newOffice(t)
	o.events = nil
	o.visit(100, 10)
	_, file := o.handedOut(exporter, all(Parquet))
	f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file)))
	o.must(err)
	for name, want := range map[string]parquet.Kind{"price": parquet.Double, "sure": parquet.Boolean, "plan": parquet.ByteArray} {
		if leaf, is := f.Schema().Lookup("properties", name); !is || leaf.Node.Type().Kind() != want {
			t.Errorf("%s is %v", name, leaf.Node)
		}
	}
	if f.NumRows() != 100 {
		t.Errorf("%d rows", f.NumRows())
	}
}

// TestACutParquetFileIsNone: no reader takes it for whole.
func TestACutParquetFileIsNone(t *testing.T) {
	o := newOffice(t)
	o.FreeRows = 1 << 40
	o.visit(300_000, 10)
	run := o.asked(exporter, all(Parquet))
	cut := &stopping{stop: func() { o.must(o.Cancel(exporter, 1, run.ID)) }}
	if err := run.WriteTo(exporter, cut); !errors.Is(err, ErrCancelled) {
		t.Fatalf("cancelled: %v", err)
	}
	if _, err := parquet.OpenFile(bytes.NewReader(cut.Bytes()), int64(cut.Len())); err == nil || cut.Len() == 0 {
		t.Errorf("a reader takes %d bytes of a cut file", cut.Len())
	}
}
