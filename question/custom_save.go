package question

import (
	"strings"
	"unicode/utf8"

	"jejak/question/where"
)

// ValidateCustomEvent names what is wrong with a custom event that is to be saved under an id among the others of its project.
func (c *Customs) ValidateCustomEvent(id CustomID, name string, anyOf []Selector) Faults {
	var f Faults
	validateCustomName(&f, name)
	var in scope
	(&Selector{AnyOf: anyOf, AnyEvent: anyOf == nil}).validate(&f, "", 1, &in)
	in.check(&f)
	if anyOf == nil {
		f.add("any_of", BadSelector, "a custom event means 1 to %d selectors", MaxAlternatives)
	}
	for i := range f {
		f[i].Location = strings.TrimPrefix(f[i].Location, ".")
	}
	if f == nil {
		c.Events[id] = anyOf
		c.checkNesting(&f, "any_of", c.eventsIn())
		c.checkNesting(&f, "any_of", c.cohortsIn())
		c.checkSize(&f, len(c.Events))
	}
	return f
}

// ValidateCustomProperty is the same for a custom property.
func (c *Customs) ValidateCustomProperty(id CustomID, name, expression string) Faults {
	var f Faults
	validateCustomName(&f, name)
	validateExpression(&f, "expression", expression, where.Parse)
	if f == nil {
		c.Properties[id] = expression
		c.checkNesting(&f, "expression", c.propertiesIn())
		c.checkNesting(&f, "expression", c.cohortsIn())
		c.checkSize(&f, len(c.Properties))
	}
	return f
}

func validateCustomName(f *Faults, name string) {
	if n := utf8.RuneCountInString(name); n == 0 || n > MaxCustomName || strings.TrimSpace(name) != name || !utf8.ValidString(name) {
		f.add("name", BadName, "a name has 1 to %d characters, without space around it", MaxCustomName)
	}
}

func (c *Customs) checkSize(f *Faults, n int) {
	if n > MaxCustoms {
		f.add("", TooManyCustoms, "a project has at most %d of them: delete some", MaxCustoms)
	}
}

// eventsIn are the custom events that each custom event names.
func (c *Customs) eventsIn() map[CustomID][]CustomID {
	out := map[CustomID][]CustomID{}
	for id, selectors := range c.Events {
		out[id] = eventsNamed(selectors)
	}
	return out
}

func eventsNamed(selectors []Selector) (out []CustomID) {
	for i := range selectors {
		if id, is := customOf(selectors[i].Event, customEventMark); is {
			out = append(out, id)
		}
		out = append(out, eventsNamed(selectors[i].AnyOf)...)
	}
	return out
}

// propertiesIn are the custom properties that each custom property names.
func (c *Customs) propertiesIn() map[CustomID][]CustomID {
	out := map[CustomID][]CustomID{}
	for id, text := range c.Properties {
		e, err := where.Parse(text)
		if err != nil {
			continue // saved by another version: questions say what is wrong
		}
		for _, name := range e.Properties {
			if named, is := customOf(name, customPropertyMark); is {
				out[id] = append(out[id], named)
			}
		}
	}
	return out
}

// checkNesting refuses what names itself through others, and what nests too deeply.
func (c *Customs) checkNesting(f *Faults, at string, names map[CustomID][]CustomID) {
	depth := map[CustomID]int{}
	var deepest func(id CustomID) int
	deepest = func(id CustomID) int {
		if d, known := depth[id]; known {
			return d
		}
		depth[id] = inCycle
		d := 1
		for _, inner := range names[id] {
			d = max(d, 1+deepest(inner))
		}
		depth[id] = min(d, inCycle)
		return depth[id]
	}
	most := 0
	for id := range names {
		most = max(most, deepest(id))
	}
	if most >= inCycle {
		f.add(at, CustomCycle, "it would mean itself, through others")
	} else if most > MaxCustomDepth {
		f.add(at, TooDeep, "what is saved nests at most %d levels", MaxCustomDepth)
	}
}

// inCycle is deeper than anything saved can nest.
const inCycle = 1 << 20
