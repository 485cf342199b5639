package query_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"jejak/analytics/query"
	"jejak/analytics/store/columnar"
	"jejak/question"
)

// benchCohorts are typical definitions.
var benchCohorts = []struct{ name, definition string }{
	{"did", `{"did":{"event":"event 03"}}`},
	{"did_five_times", `{"did":{"event":"event 03","at_least":5,"when":{"last":30,"unit":"day"}}}`},
	{"did_not", `{"not":{"did":{"event":"event 03","when":{"last":7,"unit":"day"}}}}`},
	{"sum", `{"did":{"event":"event 03","measure":"sum","property":"price","at_least":500}}`},
	{"sequence", `{"sequence":{"steps":[{"event":"event 03"},{"event":"event 04"}],"window":86400}}`},
	{"all", `{"all":[{"did":{"event":"event 03","at_least":5}},{"not":{"did":{"event":"event 10"}}},{"sequence":{"steps":[{"event":"event 03"},{"event":"event 04"}]}}]}`},
}

// BenchmarkCohort asks for the days of an event of the people of a cohort, and for the size of the cohort at the end of each of 30 days.
func BenchmarkCohort(b *testing.B) {
	snap := loaded(b)
	ask := func(b *testing.B, definition, metric string) {
		c := new(question.Cohort)
		if err := json.Unmarshal([]byte(definition), c); err != nil {
			b.Fatal(err)
		}
		q, err := question.Parse(fmt.Appendf(nil, `{"kind":"trend","range":{"from":"2026-10-01","to":"2026-10-30","zone":"Asia/Jakarta"},"interval":"day","metrics":[%s]}`, metric))
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			o := query.Options{Budget: query.Budget{Workers: 1}, Guard: columnar.Guard, Cohorts: question.Cohorts{1: c}}
			if _, err := query.Ask(context.Background(), snap, q, o); err != nil {
				b.Fatal(err)
			}
		}
	}
	for _, x := range benchCohorts {
		b.Run(x.name+"/filter", func(b *testing.B) {
			ask(b, x.definition, `{"name":"A","event":"event 01","measure":"unique","filter":{"where":"cohort(1)"}}`)
		})
		b.Run(x.name+"/daily", func(b *testing.B) { ask(b, x.definition, `{"name":"A","cohort":1}`) })
	}
	b.Run("none", func(b *testing.B) { ask(b, `{"cohort":2}`, `{"name":"A","event":"event 01","measure":"unique"}`) })
}
