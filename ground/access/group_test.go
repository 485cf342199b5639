package access

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestGroupKeys(t *testing.T) {
	h := newHouse(t)
	console := AtConsole(t.Context())
	p := h.Service
	made, err := p.CreateProject(console, "Shop", "UTC")
	if err != nil {
		t.Fatal(err)
	}
	list, err := p.SetGroupKeys(console, made.ID, []GroupKey{{"company", "Organisation"}, {"team", ""}})
	if err != nil || len(list) != 2 || list[1].Name != "team" {
		t.Fatalf("%v, %v", list, err)
	}
	if got := p.GroupKeysOf(made.ID); !slices.Equal(got, []string{"company", "team"}) {
		t.Errorf("the road knows %v", got)
	}
	if got, err := p.GroupKeys(console, made.ID); err != nil || !slices.Equal(got, list) {
		t.Errorf("listed are %v, %v", got, err)
	}
	for _, bad := range [][]GroupKey{{{"", "x"}}, {{"a", ""}, {"a", ""}}, {{"a]", ""}}, {{"a:b", ""}}, {{strings.Repeat("a", 101), ""}}, {{"a\n", ""}}, make([]GroupKey, 21)} {
		if _, err := p.SetGroupKeys(console, made.ID, bad); !errors.As(err, new(*Invalid)) {
			t.Errorf("%v is answered %v", bad, err)
		}
	}
	if _, err := p.SetGroupKeys(console, 99, nil); !errors.Is(err, ErrNotFound) {
		t.Errorf("a project that is not there is answered %v", err)
	}
	if _, err := p.SetGroupKeys(t.Context(), made.ID, nil); !errors.Is(err, ErrUnauthenticated) {
		t.Errorf("nobody is answered %v", err)
	}
	if got := p.GroupKeysOf(made.ID); len(got) != 2 {
		t.Errorf("after refusals the road knows %v", got)
	}
}
