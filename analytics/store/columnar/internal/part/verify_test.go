package part

import (
	"bytes"
	"encoding/binary"
	"testing"

	"jejak/event"
)

// sound is a stripe that breaks no rule: one row of bucket 3, four of bucket 5.
func sound() stripe {
	return stripe{[]uint8{3, 5, 5, 5, 5}, []event.Millis{7, 4, 5, 6, 8}, []uint32{1, 1, 2, 2, 1}, make([]hash, 5), nil}
}

// written is a part as a faulty writer might leave it, checksums and all.
func written(rows stripe, codes []uint32, values ...string) []byte {
	var out bytes.Buffer
	var w writer
	w.start(&out)
	for _, v := range values {
		w.addValue(0, v)
	}
	w.endProperty("x")
	w.putRows(rows)
	w.putColumn(0, codes, make([]float64, len(codes)))
	w.endSection("a", event.Person)
	if err := w.finish(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func TestVerifyKnowsTheRules(t *testing.T) {
	codes := []uint32{0, 1, 2, 0, 0}
	if err := openAndVerify(written(sound(), codes, "p", "q")); err != nil {
		t.Fatal(err)
	}
	back := sound()
	back.times[2], back.times[3] = 6, 5
	for rule, b := range map[string][]byte{
		"times go back inside a bucket":  written(back, codes, "p", "q"),
		"a code beyond the dictionary":   written(sound(), codes, "p"),
		"a dictionary that goes back":    written(sound(), codes, "q", "p"),
		"a value twice in a dictionary":  written(sound(), codes, "p", "p"),
		"more actors than the directory": changed(func(dir []byte) { dir[56+4*3]-- }),
		"another first time":             changed(func(dir []byte) { dir[40]-- }),
		"another last time":              changed(func(dir []byte) { dir[48]++ }),
		"another number of rows":         changed(func(dir []byte) { dir[32]-- }),
		"ends that go back":              changed(func(dir []byte) { firstEnd(dir)[0] = 6 }),
		"an end behind the rows":         changed(func(dir []byte) { firstEnd(dir)[4]++ }),
		"another first time of a section": changed(func(dir []byte) {
			dir[40]--
			dir[len(dir)-sectionTail(dir)]--
		}),
		"blocks that leave a gap": gap(),
	} {
		if err := openAndVerify(b); !isDamage(err) {
			t.Errorf("%s: %v, want damage", rule, err)
		}
	}
}

// changed is a sound part whose directory says something else.
func changed(change func(dir []byte)) []byte {
	b := written(sound(), []uint32{0, 1, 2, 0, 0}, "p", "q")
	change(directoryOf(b))
	return sealed(b)
}

// firstEnd is the table of ends: before 1 end of a name, 1 of a property and their texts.
func firstEnd(dir []byte) []byte { return dir[len(dir)-4-4-2-8:] }

// sectionTail is how far before the end of the directory the section's first time lies.
func sectionTail(dir []byte) int {
	return len(dir) - dirHead - int(u32(dir, 0))*blockEntry - 40
}

// gap is a sound part with a byte that no block has.
func gap() []byte {
	b := written(sound(), []uint32{0, 1, 2, 0, 0}, "p", "q")
	at := len(b) - footBytes - len(directoryOf(b))
	b = append(b[:at:at], append([]byte{0}, b[at:]...)...)
	binary.LittleEndian.PutUint64(b[len(b)-footBytes:], uint64(at+1))
	return sealed(b)
}
