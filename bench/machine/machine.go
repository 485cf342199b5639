// Package machine tells what a reader needs to judge the figures of a benchmark.
package machine

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// Print writes the date, the commit and the machine.
func Print(w io.Writer) {
	fmt.Fprintf(w, "date       %s\n", time.Now().UTC().Format("2006-01-02 15:04 MST"))
	fmt.Fprintf(w, "commit     %s\n", Commit())
	fmt.Fprintf(w, "processor  %s, %d cores\n", field("/proc/cpuinfo", "model name"), runtime.NumCPU())
	fmt.Fprintf(w, "memory     %s\n", field("/proc/meminfo", "MemTotal"))
	fmt.Fprintf(w, "system     %s, %s\n\n", field("/etc/os-release", "PRETTY_NAME"), runtime.Version())
}

// Commit is the one this tree stands at; -dirty when it was changed.
func Commit() string {
	out, err := exec.Command("git", "describe", "--always", "--dirty").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

// field is the first value of a key in a file of "key: value" or "key=value" lines.
func field(path, key string) string {
	f, err := os.Open(path)
	if err != nil {
		return "unknown"
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if i := strings.IndexAny(s.Text(), ":="); i > 0 && strings.TrimSpace(s.Text()[:i]) == key {
			return strings.Trim(strings.TrimSpace(s.Text()[i+1:]), `"`)
		}
	}
	return "unknown"
}
