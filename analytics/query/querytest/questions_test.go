package querytest

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"jejak/event"
	"jejak/question"
)

// TestDocumentedQuestions runs docs/questions.md: its events are loaded, each question gets the answer below it from the
// engine and from the reference, and every kind of question is there. -rewrite fills the answers in.
func TestDocumentedQuestions(t *testing.T) {
	const file = "../../../docs/questions.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := &scriptRun{T: t, store: NewModel(), project: 1, people: map[string]event.Actor{}, now: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)}
	asked := map[string]bool{}
	answer := ""
	out := eachFence(string(text), func(info, body string) string {
		switch info {
		case "events":
			r.load(block{body: indented(body)})
		case "json ask":
			q, err := question.Parse([]byte(body))
			if err != nil {
				t.Fatalf("%s: %v\n%s", file, err, body)
			}
			asked[q.KindOf()] = true
			answer = r.documented(q, body)
		case "json answer":
			if body != answer && !*rewrite {
				t.Errorf("%s: got\n%s\nwant\n%s", file, answer, body)
			}
			return answer
		}
		return body
	})
	if *rewrite {
		if err := os.WriteFile(file, []byte(out), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, kind := range question.Kinds() {
		if !asked[kind] {
			t.Errorf("%s has no question of the kind %s", file, kind)
		}
	}
}

// eachFence replaces the body of each fenced block.
func eachFence(text string, replace func(info, body string) string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "\n```")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		info, rest, _ := strings.Cut(rest, "\n")
		body, rest, _ := strings.Cut("\n"+rest, "\n```")
		out.WriteString("\n```" + info + "\n")
		if body = replace(info, strings.TrimPrefix(body, "\n")); body != "" {
			out.WriteString(body + "\n")
		}
		out.WriteString("```")
		text = rest
	}
}

func indented(text string) (out []string) {
	for line := range strings.Lines(text) {
		out = append(out, "  "+strings.TrimSuffix(line, "\n"))
	}
	return out
}

// documented is the answer to a question, a line for each field.
func (r *scriptRun) documented(q question.Question, text string) string {
	got, err := ask(r.store, r.project, text, r.now)
	if err != nil {
		r.Fatal(err)
	}
	want := kindOf(q.KindOf()).reference(r.events, q, r.now)
	if a, b := withoutCost(got), withoutCost(want); a != b {
		r.Errorf("the engine and the reference differ: got\n%s\nwant\n%s", a, b)
	}
	return lineForEachField(encode(got))
}

func lineForEachField(object string) string {
	d := json.NewDecoder(strings.NewReader(object))
	_, _ = d.Token()
	var lines []string
	for d.More() {
		name, _ := d.Token()
		var value json.RawMessage
		_ = d.Decode(&value)
		lines = append(lines, "  "+encode(name)+": "+lineForEachObject(value))
	}
	return "{\n" + strings.Join(lines, ",\n") + "\n}"
}

// lineForEachObject breaks a list of several objects into lines.
func lineForEachObject(value json.RawMessage) string {
	var list []json.RawMessage
	if json.Unmarshal(value, &list) != nil || len(list) < 2 || list[0][0] != '{' {
		return spaced(value)
	}
	var lines []string
	for _, x := range list {
		lines = append(lines, "    "+spaced(x))
	}
	return "[\n" + strings.Join(lines, ",\n") + "\n  ]"
}

// spaced is JSON with a blank after each comma and colon.
func spaced(text json.RawMessage) string {
	var b bytes.Buffer
	_ = json.Indent(&b, text, "", "\x00")
	parts := slices.DeleteFunc(strings.FieldsFunc(b.String(), func(r rune) bool { return r == '\n' || r == 0 }), func(s string) bool { return s == "" })
	out := strings.Join(parts, " ")
	for _, fix := range [][2]string{{"[ ", "["}, {"{ ", "{"}, {" ]", "]"}, {" }", "}"}} {
		out = strings.ReplaceAll(out, fix[0], fix[1])
	}
	return out
}
