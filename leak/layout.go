package leak

import "slices"

// Layout names the export of a product whose columns a table has; empty: none that is known.
type Layout string

// The layouts.
const (
	MixpanelEvents   Layout = "mixpanel events"
	MixpanelProfiles Layout = "mixpanel profiles"
	PostHogEvents    Layout = "posthog events"
	PostHogPersons   Layout = "posthog persons"
	AmplitudeEvents  Layout = "amplitude events"
)

// layouts are told by columns that each of their exports has and, for what they share, by their order here.
var layouts = []struct {
	name    Layout
	columns [][]string
}{
	{MixpanelEvents, [][]string{{"event", "properties.distinct_id", "properties.time"}, {"event", "distinct_id", "$insert_id", "mp_processing_time_ms"}, {"mp_event_name", "mp_time"}}},
	{MixpanelProfiles, [][]string{{"$distinct_id", "$properties.$last_seen"}, {"$distinct_id", "$properties.$email"}, {"$distinct_id", "$properties.$name"}}},
	{AmplitudeEvents, [][]string{{"amplitude_id", "event_type", "event_time"}}},
	{PostHogEvents, [][]string{{"uuid", "event", "distinct_id", "timestamp"}, {"event", "distinct_id", "elements_chain"}}},
	{PostHogPersons, [][]string{{"team_id", "distinct_id", "person_id", "person_version"}, {"distinct_ids[]", "uuid", "created_at"}}},
}

// LayoutOf is the layout of a table with these columns.
func LayoutOf(columns []string) Layout {
	for _, l := range layouts {
		for _, wanted := range l.columns {
			if !slices.ContainsFunc(wanted, func(c string) bool { return !slices.Contains(columns, c) }) {
				return l.name
			}
		}
	}
	return ""
}
