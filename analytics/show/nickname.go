package show

import "jejak/event"

// digits leave out letters that look like others.
const digits = "0123456789abcdefghjkmnpqrstvwxyz"

// nickname is a short stable name for who sent an event: two actors of a project never share one. It says nothing that
// the actor's number does not, and nothing about the order in which people came. Empty for nobody.
func nickname(p event.ProjectID, a event.Actor) string {
	if a.Index() == 0 {
		return ""
	}
	x := scatter(uint32(a) ^ scatter(uint32(p)))
	name := make([]byte, 0, 8)
	for i := range 7 {
		if i == 3 {
			name = append(name, '-')
		}
		name = append(name, digits[x>>27])
		x = x<<5 | x>>27
	}
	return string(name)
}

// scatter maps each number to another one, one to one: each step can be undone.
func scatter(x uint32) uint32 {
	x ^= x >> 16
	x *= 0x9e3779b1
	x ^= x >> 15
	x *= 0x85ebca6b
	return x ^ x>>16
}
