package verify

import (
	"crypto/sha256"
	"strings"
)

// TextHash is the SHA-256 of what a notice says: its subject and its text, as lines. How a mail is broken into lines on its way,
// and what it has at the ends of lines and at its end, makes no difference; every other byte does.
func TextHash(subject, body string) [sha256.Size]byte {
	return sha256.Sum256([]byte(oneLine(subject) + "\n\n" + lines(body)))
}

// oneLine is a subject without the places where a header was folded.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// lines ends each line with a line feed alone and has none that is empty at the end.
func lines(body string) string {
	all := strings.Split(strings.ReplaceAll(body, "\r\n", "\n"), "\n")
	for i := range all {
		all[i] = strings.TrimRight(all[i], " \t\r")
	}
	return strings.TrimRight(strings.Join(all, "\n"), "\n") + "\n"
}
