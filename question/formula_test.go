package question

import (
	"fmt"
	"strings"
	"testing"
)

// write renders an expression with all its brackets.
func write(e *Expression) string {
	switch e.Op {
	case 'n':
		return fmt.Sprint(e.Number)
	case 'v':
		return e.Name
	case 'm':
		return "(-" + write(e.Right) + ")"
	default:
		return "(" + write(e.Left) + string(e.Op) + write(e.Right) + ")"
	}
}

func TestParseFormula(t *testing.T) {
	for text, want := range map[string]string{
		"A":                 "A",
		"A+B*C":             "(A+(B*C))",
		"A-B-C":             "((A-B)-C)",
		"A/B*100":           "((A/B)*100)",
		" ( A + B ) * -C ":  "((A+B)*(-C))",
		"--2":               "(-(-2))",
		"1.5e3/x_1":         "(1500/x_1)",
		"-A*B":              "((-A)*B)",
		"2 * (3 - (4 / 5))": "(2*(3-(4/5)))",
	} {
		e, err := ParseFormula(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := write(e); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestParseFormulaRefuses(t *testing.T) {
	for _, text := range []string{
		"", " ", "A B", "A +", "* A", "(A", "A)", "()", "1.", "1e", "1e999", "A % B", "A\x00", "é",
		strings.Repeat("(", MaxFormulaDepth+1) + "A" + strings.Repeat(")", MaxFormulaDepth+1),
		strings.Repeat("-", MaxFormulaDepth+1) + "A",
		"A" + strings.Repeat("+A", MaxFormulaTerms),
		strings.Repeat(" ", MaxFormulaBytes) + "A",
	} {
		if e, err := ParseFormula(text); err == nil {
			t.Errorf("%.40q was read as %s", text, write(e))
		}
	}
}

func FuzzParseFormula(f *testing.F) {
	f.Add("A / (B - 1e3) * -x")
	f.Fuzz(func(t *testing.T, text string) {
		e, err := ParseFormula(text)
		if err != nil {
			return
		}
		if again, err := ParseFormula(write(e)); err == nil && write(again) != write(e) {
			t.Fatalf("%q reads as %s, then as %s", text, write(e), write(again))
		}
	})
}
