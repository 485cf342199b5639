package lexicon

import (
	"strings"
	"testing"

	"jejak/event"
	"jejak/question"
)

func TestTable(t *testing.T) {
	table, err := readTable([]byte("\ufeffkey,number,truth,text,mixed,none\na,1,true,x,1,\nb,-2.5e3,,\"say \"\"hi\"\"\",007,\nc,,false,,true,\n"))
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]event.Value{
		"a number": event.NumberOf(1), "b number": event.NumberOf(-2500), "c number": {},
		"a truth": event.BooleanOf(true), "b truth": {}, "c truth": event.BooleanOf(false),
		"b text": event.StringOf(`say "hi"`), "a mixed": event.StringOf("1"), "b mixed": event.StringOf("007"), "c mixed": event.StringOf("true"),
		"a none": {}, "d number": {}, "a key": {}, "a other": {},
	} {
		key, column, _ := strings.Cut(at, " ")
		if got := table.Value(key, column); got != want {
			t.Errorf("%s: got %v, want %v", at, got, want)
		}
	}
}

func TestTableLimits(t *testing.T) {
	for what, text := range map[string]string{
		"bytes":   strings.Repeat("a", MaxTableBytes+1),
		"columns": strings.Repeat("a,", MaxTableColumns),
		"key":     "k,v\n" + strings.Repeat("a", MaxKeyBytes+1) + ",1\n",
	} {
		if _, err := readTable([]byte(text)); err == nil {
			t.Errorf("too many %s were read", what)
		}
	}
}

func FuzzTable(f *testing.F) {
	f.Add([]byte("key,v\na,1\n"))
	f.Add([]byte("key,v\n\"a\n,\"1\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		table, err := readTable(text)
		if err != nil {
			if _, told := err.(question.Faults); !told {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		_ = table.checkPersonal(keyOf(text))
		for key := range table.rows {
			for _, c := range table.columns {
				if v := table.Value(key, c.Name); v.Kind == event.None && c.Type == Numbers && len(table.rows) == 1 {
					t.Fatalf("%q: a number is lost", text)
				}
			}
		}
	})
}
