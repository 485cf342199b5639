package question

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"jejak/question/where"
)

// Cohorts are saved cohorts by their numbers, custom events and properties written out. One that is not among them was deleted:
// nobody is in it.
type Cohorts map[CustomID]*Cohort

// MaxCohortsAsked bounds how many saved cohorts a question asks about, those that others name included.
const MaxCohortsAsked = 50

// CohortsOf are the saved cohorts that a question names, and those that these name; Expand comes first. load is called when
// one is met, once at most. The error is load's, or Faults when one cannot be asked about.
func CohortsOf(q Question, load func() (*Customs, error)) (Cohorts, error) {
	return cohortsNamed(namedIn(reflect.ValueOf(q)), load)
}

// CohortsOfProperty are those that a property names.
func CohortsOfProperty(property string, load func() (*Customs, error)) (Cohorts, error) {
	return cohortsNamed(namedIn(reflect.ValueOf(&property)), load)
}

func cohortsNamed(names []CustomID, load func() (*Customs, error)) (Cohorts, error) {
	x := &cohortSearch{expansion: expansion{load: load, written: map[CustomID]string{}}, found: Cohorts{}}
	return x.found, x.findAll(names, 1)
}

// cohortSearch follows names.
type cohortSearch struct {
	expansion
	found Cohorts
}

func (x *cohortSearch) findAll(names []CustomID, depth int) error {
	for _, id := range names {
		if _, known := x.found[id]; known {
			continue
		}
		if err := x.meet(); err != nil {
			return err
		}
		if saved, known := x.customs.Cohorts[id]; known {
			if err := x.add(id, &saved, depth); err != nil {
				return err
			}
		}
	}
	return nil
}

// add writes a definition out and finds those that it names. Names of its own are met again at most MaxCustomDepth deep.
func (x *cohortSearch) add(id CustomID, saved *Cohort, depth int) error {
	if depth > MaxCustomDepth {
		return Faults{{"", TooDeep, fmt.Sprintf("cohorts nest at most %d levels", MaxCustomDepth)}}
	}
	if len(x.found) >= MaxCohortsAsked {
		return Faults{{"", TooManyCohorts, fmt.Sprintf("a question asks about at most %d cohorts, those that others name included", MaxCohortsAsked)}}
	}
	c := saved.copy()
	if err := x.walk(reflect.ValueOf(c)); err != nil {
		return err
	}
	if faults := c.Validate(); faults != nil {
		return faults
	}
	if err := x.findAll(namedIn(reflect.ValueOf(c)), depth+1); err != nil {
		return err
	}
	x.found[id] = c
	return nil
}

// copy keeps questions from sharing what is saved.
func (c *Cohort) copy() *Cohort {
	out := new(Cohort)
	text, err := json.Marshal(c)
	if err == nil {
		err = json.Unmarshal(text, out)
	}
	if err != nil {
		panic(fmt.Sprintf("BUG: a cohort that is not JSON: %v", err))
	}
	return out
}

var customIDType = reflect.TypeFor[CustomID]()

// namedIn are the cohorts that a question or a definition names itself.
func namedIn(v reflect.Value) (out []CustomID) {
	switch v.Kind() {
	case reflect.Pointer:
		return namedIn(v.Elem())
	case reflect.Interface:
		if q, is := v.Interface().(Question); is {
			return namedIn(reflect.ValueOf(q))
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = append(out, namedIn(v.Index(i))...)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Field(i)
			if v.Type().Field(i).Name == "Where" {
				out = append(out, namedInExpression(field.String())...)
			} else {
				out = append(out, namedIn(field)...)
			}
		}
	case reflect.String:
		if expression, computed := Computed(v.String()); computed {
			return namedInExpression(expression)
		}
	case reflect.Int64:
		if v.Type() == customIDType && v.Int() != 0 {
			return []CustomID{CustomID(v.Int())}
		}
	}
	return out
}

func namedInExpression(text string) (out []CustomID) {
	if !strings.Contains(strings.ToLower(text), "cohort") {
		return nil
	}
	e, err := where.Parse(text)
	if err != nil {
		return nil // Validate says what is wrong
	}
	for _, name := range e.Cohorts {
		id, _ := strconv.ParseInt(name, 10, 64)
		out = append(out, CustomID(id))
	}
	return out
}

// ValidateCohort names what is wrong with a cohort that is to be saved under an id among the others of its project.
func (c *Customs) ValidateCohort(id CustomID, name string, definition *Cohort) Faults {
	var f Faults
	validateCustomName(&f, name)
	for _, x := range definition.Validate().within("definition") {
		f.add(x.Location, x.Code, "%s", x.Message)
	}
	if f == nil {
		c.Cohorts[id] = *definition
		c.checkNesting(&f, "definition", c.cohortsIn())
		c.checkSize(&f, len(c.Cohorts))
		c.checkLists(&f)
	}
	return f
}

// checkLists bounds what a question that names a cohort has to load.
func (c *Customs) checkLists(f *Faults) {
	n := 0
	for _, saved := range c.Cohorts {
		n += saved.Listed()
	}
	if n > MaxListedPeople {
		f.add("definition", TooManyPeople, "the cohorts of a project list at most %d people", MaxListedPeople)
	}
}

// cohortsIn are the cohorts that each cohort names, through custom events and properties, too.
func (c *Customs) cohortsIn() map[CustomID][]CustomID {
	out := map[CustomID][]CustomID{}
	for id, saved := range c.Cohorts {
		x := &expansion{load: func() (*Customs, error) { return c, nil }, written: map[CustomID]string{}}
		definition := saved.copy()
		_ = x.walk(reflect.ValueOf(definition)) // what nests too deeply, questions refuse
		out[id] = namedIn(reflect.ValueOf(definition))
	}
	return out
}
