package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"syscall"
)

// encode appends a row as one line: time in milliseconds, person, name, id and the properties, separated by tabs. No value
// has a tab, a quote or a backslash in it, so that every engine reads it as it stands.
func encode(b []byte, r *row) []byte {
	b = strconv.AppendInt(b, int64(r.time), 10)
	b = strconv.AppendUint(append(b, '\t'), uint64(r.user), 10)
	b = append(append(b, '\t'), names[r.name]...)
	b = strconv.AppendUint(append(b, '\t'), r.id, 10)
	for _, word := range [...]string{countries[r.country], cities[int(r.country)*citiesOfEach+int(r.city)], browsers[r.browser]} {
		b = append(append(b, '\t'), word...)
	}
	b = strconv.AppendUint(append(b, '\t'), 100+uint64(r.version), 10)
	for _, word := range [...]string{systems[r.system], devices[r.device], plans[r.plan], paths[r.path], items[r.item], referrers[r.referrer]} {
		b = append(append(b, '\t'), word...)
	}
	b = strconv.AppendUint(append(b, '\t'), uint64(r.cents/100), 10)
	b = append(b, '.', '0'+byte(r.cents/10%10), '0'+byte(r.cents%10))
	b = strconv.AppendUint(append(b, '\t'), uint64(r.quantity), 10)
	b = strconv.AppendBool(append(b, '\t'), r.signedIn)
	b = append(append(b, '\t'), variants[r.variant]...)
	b = append(append(b, '\t'), screens[r.screen]...)
	return append(b, '\n')
}

// feed writes the rows into a pipe with a name, which it makes; it waits there for a reader. Copies are left out unless
// they are wanted.
func feed(path string, g *generator, copies bool) error {
	w, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("cannot write to the pipe: %w", err)
	}
	defer w.Close()
	out := bufio.NewWriterSize(w, 1<<20)
	var line []byte
	for r, ok := g.next(); ok; r, ok = g.next() {
		if r.copied && !copies {
			continue
		}
		line = encode(line[:0], &r)
		if _, err := out.Write(line); err != nil {
			return fmt.Errorf("cannot write to the pipe: %w", err)
		}
	}
	return out.Flush()
}

// makePipe makes a pipe with a name, anew.
func makePipe(path string) error {
	_ = os.Remove(path)
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		return fmt.Errorf("cannot make the pipe %s: %w", path, err)
	}
	return nil
}
