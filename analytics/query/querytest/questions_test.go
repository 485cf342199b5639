package querytest

import (
	"bytes"
	"encoding/json"
	"os"
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
		case "profiles":
			r.save(block{body: indented(body)})
		case "json cohort 9", "json cohort 10":
			r.define(block{rest: info[len("json cohort "):], body: indented(body)})
		case "csv lookup plans":
			r.addCSV("plans", body)
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

// documented is the answer to a question.
func (r *scriptRun) documented(q question.Question, text string) string {
	got, err := ask(r.store, r.project, text, r.present())
	if err != nil {
		r.Fatal(err)
	}
	want := kindOf(q.KindOf()).reference(withComputed(r.events, q, r.present()), q, r.present())
	if a, b := withoutCost(got), withoutCost(want); a != b {
		r.Errorf("the engine and the reference differ: got\n%s\nwant\n%s", a, b)
	}
	return laidOut(json.RawMessage(encode(got)), "")
}

// laidOut is JSON with what fits on a line on one line, and the rest with a line for each field and item.
func laidOut(text json.RawMessage, indent string) string {
	short := spaced(text)
	if len(indent)+len(short) <= 130 && indent != "" || text[0] != '{' && text[0] != '[' {
		return short
	}
	d := json.NewDecoder(bytes.NewReader(text))
	_, _ = d.Token()
	var lines []string
	for d.More() {
		name := ""
		if text[0] == '{' {
			token, _ := d.Token()
			name = encode(token) + ": "
		}
		var value json.RawMessage
		_ = d.Decode(&value)
		lines = append(lines, indent+"  "+name+laidOut(value, indent+"  "))
	}
	return string(text[0]) + "\n" + strings.Join(lines, ",\n") + "\n" + indent + string(text[len(text)-1])
}

// spaced is JSON with a blank after each comma and colon.
func spaced(text json.RawMessage) string {
	var b bytes.Buffer
	_ = json.Indent(&b, text, "", "")
	out := strings.ReplaceAll(b.String(), "\n", " ")
	for _, fix := range [][2]string{{"[ ", "["}, {"{ ", "{"}, {" ]", "]"}, {" }", "}"}} {
		out = strings.ReplaceAll(out, fix[0], fix[1])
	}
	return out
}
