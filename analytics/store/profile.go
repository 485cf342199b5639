package store

import "jejak/event"

// Profiles of people and groups are rows that replace themselves, in a store project beside that of the events: a row has the
// subject's actor, its index in milliseconds since 1970 for a time, and always the same insert id, so the newest arrival replaces the
// others. Its properties are those of the profile. Package people writes them.
const (
	UserProfiles = "$user"    // the name of rows of people
	Deleted      = "$deleted" // a property, true and alone, of a profile that was deleted
	Sealed       = "$sealed"  // a property: tokens to what they stand for
	Empty        = "$empty"   // a property, true, of a profile without any other
	GroupToken   = "$token"   // a property of a group's row: what events have in the place of its ID
)

// IsInternal tells whether a property of a row is none of the profile.
func IsInternal(property string) bool {
	return property == Deleted || property == Sealed || property == Empty
}

// GroupProfiles is the name of rows of the groups that a property of events, the key, names.
func GroupProfiles(key string) string { return "$group:" + key }

// ProfilesOf is where the profiles of a project stand. It is no project: nobody outside can name it.
func ProfilesOf(p event.ProjectID) event.ProjectID { return p | profilesBit }

// EventsOf is the project whose profiles stand there; any other project is itself.
func EventsOf(p event.ProjectID) event.ProjectID { return p &^ profilesBit }

const profilesBit event.ProjectID = 1 << 31
