package question

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"jejak/question/where"
)

// CustomID numbers the saved events, properties and cohorts of an installation. It is never used twice.
type CustomID int64

// How questions name what is saved.
const (
	customEventMark    = "$custom_event:"
	customPropertyMark = "$custom_property:"
)

// Event is how a selector names a custom event.
func (id CustomID) Event() string { return customEventMark + strconv.FormatInt(int64(id), 10) }

// Property is how a question or an expression names a custom property.
func (id CustomID) Property() string { return customPropertyMark + strconv.FormatInt(int64(id), 10) }

// Cohort is how a question asks whether somebody is in a cohort, in the place of a property.
func (id CustomID) Cohort() string {
	return ComputedProperty("cohort(" + strconv.FormatInt(int64(id), 10) + ")")
}

// customOf reads either name.
func customOf(name, mark string) (CustomID, bool) {
	digits, is := strings.CutPrefix(name, mark)
	n, err := strconv.ParseInt(digits, 10, 64)
	return CustomID(n), is && err == nil && n > 0
}

// Customs are the saved events, properties and cohorts of one project. One that is not among them was deleted: its name means an event
// or a property that does not occur, so it matches nothing and is not set.
type Customs struct {
	Events     map[CustomID][]Selector // an event means what at least one of these does
	Properties map[CustomID]string     // an expression
	Cohorts    map[CustomID]Cohort
}

// Limits of what is saved.
const (
	MaxCustoms     = 500 // events, and as many properties, of a project
	MaxCustomDepth = 5   // custom events, or properties, inside each other
	MaxCustomName  = 100 // characters
)

// The codes of faults of what is saved.
const (
	CustomCycle    = "custom_cycle"
	TooManyCustoms = "too_many_customs"
)

// Expand writes what is saved in the place of its name, everywhere in a sound question, which it changes; load is called when a name
// is met, once at most. So an answer is always as if the definitions of now had been there from the first event on. The error is load's, or
// Faults when the question is not sound any more.
func Expand(q Question, load func() (*Customs, error)) error {
	x := &expansion{load: load, written: map[CustomID]string{}}
	if err := x.walk(reflect.ValueOf(q)); err != nil {
		return err
	}
	if x.customs != nil {
		if faults := q.Validate(); faults != nil {
			return faults
		}
	}
	return nil
}

// ExpandProperty is Expand for a property alone. The error is load's, or Faults when it is no sound property.
func ExpandProperty(property string, load func() (*Customs, error)) (string, error) {
	x := &expansion{load: load, written: map[CustomID]string{}}
	property, err := x.property(property)
	if err != nil {
		return "", err
	}
	var f Faults
	if validateProperty(&f, "property", property); f != nil {
		return "", f
	}
	return property, nil
}

// expansion walks a question. Every kind names events by selectors and properties by text, so one walk serves all kinds.
type expansion struct {
	load    func() (*Customs, error)
	customs *Customs // nil until a name was met
	depth   int      // of custom events

	selectors int                 // put in the place of names
	written   map[CustomID]string // properties without names in them
}

var selectorType = reflect.TypeFor[Selector]()

func (x *expansion) walk(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Pointer:
		return x.walk(v.Elem()) // nil: an invalid value, in which there is nothing to do
	case reflect.Interface:
		if q, is := v.Interface().(Question); is {
			return x.walk(reflect.ValueOf(q))
		}
	case reflect.Slice:
		for i := range v.Len() {
			if err := x.walk(v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Struct:
		return x.walkStruct(v)
	case reflect.String:
		if !v.CanSet() {
			return nil
		}
		text, err := x.property(v.String())
		v.SetString(text)
		return err
	}
	return nil
}

func (x *expansion) walkStruct(v reflect.Value) error {
	if v.Type() == selectorType {
		return x.selector(v.Addr().Interface().(*Selector))
	}
	for i := range v.NumField() {
		field := v.Field(i)
		if v.Type().Field(i).Name == "Where" { // an expression without a mark
			text, err := x.expression(field.String(), 0)
			if err != nil {
				return err
			}
			field.SetString(text)
			continue
		}
		if err := x.walk(field); err != nil {
			return err
		}
	}
	return nil
}

// selector resolves a custom event, and those inside of it.
func (x *expansion) selector(s *Selector) error {
	if err := x.walk(reflect.ValueOf(s.Filter)); err != nil {
		return err
	}
	if id, is := customOf(s.Event, customEventMark); is {
		if err := x.meet(); err != nil {
			return err
		}
		if saved, known := x.customs.Events[id]; known {
			s.Event, s.AnyOf = "", copyOf(saved)
			return x.inside(s)
		}
	}
	return x.walk(reflect.ValueOf(s.AnyOf))
}

// inside walks what was put in the place of a name.
func (x *expansion) inside(s *Selector) error {
	x.depth++
	defer func() { x.depth-- }()
	if x.depth > MaxCustomDepth {
		return Faults{{"", TooDeep, fmt.Sprintf("custom events nest at most %d levels", MaxCustomDepth)}}
	}
	if x.selectors += len(s.AnyOf); x.selectors > MaxSelectors {
		return Faults{{"", TooManySelectors, fmt.Sprintf("a question with its custom events written out has at most %d selectors of events", MaxSelectors)}}
	}
	return x.walk(reflect.ValueOf(s.AnyOf))
}

// meet loads what is saved.
func (x *expansion) meet() (err error) {
	if x.customs == nil {
		x.customs, err = x.load()
	}
	return err
}

// copyOf keeps questions from sharing what is saved.
func copyOf(saved []Selector) (out []Selector) {
	text, err := json.Marshal(saved)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		panic(fmt.Sprintf("BUG: selectors that are not JSON: %v", err))
	}
	return out
}

// property is a text of a question: one that names a custom property, or an expression that may, or neither.
func (x *expansion) property(text string) (string, error) {
	if _, is := customOf(text, customPropertyMark); is {
		return x.expandProperty(text)
	}
	expression, computed := Computed(text)
	if !computed {
		return text, nil
	}
	expression, err := x.expression(expression, 0)
	return ComputedProperty(expression), err
}

func (x *expansion) expandProperty(name string) (string, error) {
	if err := x.meet(); err != nil {
		return name, err
	}
	id, _ := customOf(name, customPropertyMark)
	if _, known := x.customs.Properties[id]; !known {
		return name, nil
	}
	expression, err := x.saved(id, 1)
	return ComputedProperty(expression), err
}

// saved is a custom property without names of others in it.
func (x *expansion) saved(id CustomID, depth int) (text string, err error) {
	if text, known := x.written[id]; known {
		return text, nil
	}
	if depth > MaxCustomDepth {
		return "", Faults{{"", TooDeep, fmt.Sprintf("custom properties nest at most %d levels", MaxCustomDepth)}}
	}
	if text, err = x.expression(x.customs.Properties[id], depth); err == nil {
		x.written[id] = text
	}
	return text, err
}

// expression writes expressions in the place of the custom properties in one.
func (x *expansion) expression(text string, depth int) (string, error) {
	e, err := where.Parse(text)
	if err != nil || !slices.ContainsFunc(e.Properties, isCustomProperty) {
		return text, nil // Validate says what is wrong
	}
	if err := x.meet(); err != nil {
		return text, err
	}
	by := map[string]string{}
	for _, name := range e.Properties {
		id, _ := customOf(name, customPropertyMark)
		if _, known := x.customs.Properties[id]; !known {
			continue
		}
		if by[name], err = x.saved(id, depth+1); err != nil {
			return text, err
		}
	}
	text = e.Replace(text, func(name string) (string, bool) { s, known := by[name]; return s, known })
	if utf8.RuneCountInString(text) > where.MaxText {
		return text, Faults{{"", TooLong, fmt.Sprintf("an expression with its custom properties written out has at most %d characters", where.MaxText)}}
	}
	return text, nil
}

func isCustomProperty(name string) bool { _, is := customOf(name, customPropertyMark); return is }
