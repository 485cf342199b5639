package text

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"jejak/exposure"
)

// sentences splits a text: at full stops, and at the ends of lines, for headings and lists are read one by one.
func sentences(text string) (out [][]string) {
	for line := range strings.SplitSeq(text, "\n") {
		for _, s := range sentenceEnd.Split(line, -1) {
			if words := wordsOf(s); len(words) > 0 {
				out = append(out, words)
			}
		}
	}
	return out
}

var sentenceEnd = regexp.MustCompile(`[.!?:]+(?:\s+|$)`)

// wordsOf are the words that are read aloud: not codes, links and numbers.
func wordsOf(s string) (out []string) {
	for w := range strings.FieldsSeq(s) {
		w = strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) })
		if w != "" && !strings.ContainsAny(w, "@/0123456789") {
			out = append(out, w)
		}
	}
	return out
}

// readable holds the limits of reading: the length of each sentence, the mean in Indonesian, the grade in English.
func readable(l exposure.Locale, body string) (found []Finding) {
	all := sentences(body)
	words := 0
	for _, s := range all {
		words += len(s)
		if len(s) > maxSentence {
			found = append(found, Finding{"long_sentence", l, fmt.Sprintf("A sentence has %d words, %d are allowed: %q…", len(s), maxSentence, strings.Join(s[:6], " "))})
		}
	}
	if len(all) == 0 {
		return append(found, Finding{"missing_block", l, "There is no text."})
	}
	if mean := float64(words) / float64(len(all)); l == exposure.Indonesian && mean > maxMeanSentence {
		found = append(found, Finding{"mean_sentence", l, fmt.Sprintf("Sentences have %.1f words on average, %d are allowed.", mean, maxMeanSentence)})
	}
	if g := grade(all); l == exposure.English && g > maxGrade {
		found = append(found, Finding{"grade", l, fmt.Sprintf("The reading grade is %.1f, %d is allowed.", g, maxGrade)})
	}
	return found
}

// grade is that of Flesch and Kincaid (1975): years of school that reading takes.
func grade(all [][]string) float64 {
	words, syllables := 0, 0
	for _, s := range all {
		for _, w := range s {
			words++
			syllables += syllablesOf(w)
		}
	}
	if words == 0 {
		return 0
	}
	return 0.39*float64(words)/float64(len(all)) + 11.8*float64(syllables)/float64(words) - 15.59
}

// syllablesOf counts groups of vowels, without a silent e at the end.
func syllablesOf(word string) int {
	word = strings.ToLower(word)
	n, inVowels := 0, false
	for _, r := range word {
		v := strings.ContainsRune("aeiouy", r)
		if v && !inVowels {
			n++
		}
		inVowels = v
	}
	if strings.HasSuffix(word, "e") && !strings.HasSuffix(word, "le") && n > 1 {
		n--
	}
	return max(n, 1)
}
