package event

// GroupID names a group: an organisation, a team, an API key. ID is a personal value: it lives in memory only.
type GroupID struct {
	Key string // what kind of group it is, such as company; the project lists its keys
	ID  string
}

// Group is what is kept of a GroupID.
type Group struct {
	Actor Actor  // its number, among the groups of all keys of the project
	Token string // what stands for the ID in events and profiles: [company:9f8a7b6c5d4e3f21]
}
