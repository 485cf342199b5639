package query_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"jejak/analytics/query"
	"jejak/question"
)

// TestCohortsCostMemory: who is in a cohort takes of the question's budget, however a definition finds them.
func TestCohortsCostMemory(t *testing.T) {
	snap := wide(t, 60_000)
	for i, definition := range []string{
		`{"did":{"event":"pay","at_least":2}}`,
		`{"did":{"event":"pay","measure":"sum","property":"price","at_least":10}}`,
		`{"sequence":{"steps":[{"event":"pay"},{"event":"pay"}]}}`,
		`{"not":{"where":"cohort(2)"}}`,
		`{"people":[65]}`,
	} {
		for _, metric := range []string{`{"name":"A","cohort":1}`, `{"name":"A","event":"pay","measure":"total","filter":{"where":"cohort(1)"}}`} {
			c := new(question.Cohort)
			if err := json.Unmarshal([]byte(definition), c); err != nil {
				t.Fatal(err)
			}
			q, err := question.Parse(fmt.Appendf(nil, `{"kind":"trend","range":{"from":"2026-01-01","to":"2026-12-31","zone":"UTC"},"interval":"month","metrics":[%s]}`, metric))
			if err != nil {
				t.Fatal(err)
			}
			ask := func(memory int64) error {
				_, err := query.Ask(context.Background(), snap, q, query.Options{Budget: query.Budget{Memory: memory}, Cohorts: question.Cohorts{1: c}})
				return err
			}
			if err := ask(1 << 10); !errors.Is(err, query.ErrTooLarge) {
				t.Errorf("%d: %s within a kilobyte: %v", i, metric, err)
			}
			if err := ask(64 << 20); err != nil {
				t.Errorf("%d: %s: %v", i, metric, err)
			}
		}
	}
}
