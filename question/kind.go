package question

// kind is a kind of question that can be asked.
type kind struct {
	name   string
	empty  func() Question
	answer Answer // of its type
}

// kinds are all that there are, in the order in which messages and the API's description name them.
var kinds = []kind{
	{"trend", func() Question { return new(Trend) }, (*TrendAnswer)(nil)},
	{"funnel", func() Question { return new(Funnel) }, (*FunnelAnswer)(nil)},
	{"flow", func() Question { return new(Flow) }, (*FlowAnswer)(nil)},
	{"sessions", func() Question { return new(SessionTrend) }, (*SessionsAnswer)(nil)},
	{"retention", func() Question { return new(Retention) }, (*RetentionAnswer)(nil)},
	{"frequency", func() Question { return new(Frequency) }, (*FrequencyAnswer)(nil)},
	{"stickiness", func() Question { return new(Stickiness) }, (*StickinessAnswer)(nil)},
	{"lifecycle", func() Question { return new(Lifecycle) }, (*LifecycleAnswer)(nil)},
	{"people", func() Question { return new(People) }, (*PeopleAnswer)(nil)},
	{"timeline", func() Question { return new(Timeline) }, (*TimelineAnswer)(nil)},
}

// Kinds are the names of all kinds.
func Kinds() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

// Types calls f with an empty question and the type of answer of each kind.
func Types(f func(name string, q Question, a Answer)) {
	for _, k := range kinds {
		f(k.name, k.empty(), k.answer)
	}
}
