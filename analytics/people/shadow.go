package people

import (
	"jejak/analytics/store"
	"jejak/event"
)

// The profiles of a project lie in a project of the store that nobody outside can name: its shadow. A profile is a row that
// replaces itself. Its name says what is profiled, its actor whom, its time is the actor's index, and its insert id is always
// the same: so the newest arrival is the one that counts, the rows of a bucket are sorted by actor, and compaction removes
// what was replaced.

// Shadow is where the store keeps the profiles of a project.
func Shadow(p event.ProjectID) event.ProjectID { return store.ProfilesOf(p) }

// IsShadow tells whether p is one. Shadows keep their rows whatever their age, and nothing from outside reaches them.
func IsShadow(p event.ProjectID) bool { return store.EventsOf(p) != p }

// Users is the name of the rows of people.
const Users = store.UserProfiles

// Section is the name of the rows of a group key; of people for "".
func Section(groupKey string) string {
	if groupKey == "" {
		return Users
	}
	return store.GroupProfiles(groupKey)
}

// Properties that only this package gives to a row. Clients cannot set them.
const (
	Deleted = store.Deleted // true, alone: there is no such profile any more
	Sealed  = store.Sealed  // object: token to what it stands for, sealed for the subject, in base64
	Empty   = store.Empty   // true: a profile without properties
	Token   = store.GroupToken
)

// IsInternal tells whether a property of a row is none of the profile.
func IsInternal(property string) bool { return store.IsInternal(property) }

// insertID is that of all rows.
const insertID = "profile"

// TimeOf is where the rows of an actor stand in time.
func TimeOf(a event.Actor) event.Millis { return event.Millis(a.Index()) }

// Row is a profile as the store keeps it, for an Append to the Shadow; without properties it is a deleted one.
func Row(section string, a event.Actor, properties []event.Property) event.Event {
	if len(properties) == 0 {
		properties = []event.Property{{Name: Deleted, Value: event.BooleanOf(true)}}
	}
	return event.Event{Name: section, Time: TimeOf(a), InsertID: insertID, Class: event.Person, Actor: a, Properties: properties}
}
