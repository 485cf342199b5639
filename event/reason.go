package event

// Reason says why an event or a profile update was refused. The set is closed: each is counted for the project's owner.
type Reason string

const (
	NotJSON        Reason = "not_json"        // the payload, or one record of it, could not be decoded
	NotAnEvent     Reason = "not_an_event"    // decoded, but without the shape of an event or a profile update
	NoName         Reason = "no_name"         // event missing or blank
	NoTime         Reason = "no_time"         // a time is required here and missing, or not a time
	TooOld         Reason = "too_old"         // before the oldest time this door takes
	TooFarAhead    Reason = "too_far_ahead"   // later than clocks can differ
	NoDistinctID   Reason = "no_distinct_id"  // an identifier is required here and missing
	BadDistinctID  Reason = "bad_distinct_id" // a placeholder such as "null" or "undefined"
	NoInsertID     Reason = "no_insert_id"    // $insert_id is required here and missing
	BadInsertID    Reason = "bad_insert_id"   // $insert_id of the wrong shape
	TooLarge       Reason = "too_large"       // a record above its size limit
	TooManyProps   Reason = "too_many_properties"
	TooDeep        Reason = "too_deep" // nesting above the limit
	NotUTF8        Reason = "not_utf8" // text that is not valid UTF-8
	TooManyInBatch Reason = "too_many_in_batch"
	RateLimited    Reason = "rate_limited"    // told to come again: 429
	Ignored        Reason = "ignored"         // the client asked for it with $ignore
	IdentityVerb   Reason = "identity_verb"   // $identify, $create_alias, $merge where the project's merge mode refuses them
	Unplanned      Reason = "unplanned"       // the data plan does not know the event, and is strict
	Unwanted       Reason = "unwanted"        // the data plan refuses the event, or one with such a property
	BadCredentials Reason = "bad_credentials" // known project, wrong secret
	Unavailable    Reason = "unavailable"     // could not be made durable: 503, the client comes again
)

// Reasons lists the set in the order the screen shows it.
var Reasons = []Reason{
	NotJSON, NotAnEvent, NoName, NoTime, TooOld, TooFarAhead, NoDistinctID, BadDistinctID, NoInsertID, BadInsertID,
	TooLarge, TooManyProps, TooDeep, NotUTF8, TooManyInBatch, RateLimited, Ignored, IdentityVerb, Unplanned, Unwanted, BadCredentials, Unavailable,
}

// IsOfPlan tells whether the project's data plan said no: there is nothing wrong with the event.
func (r Reason) IsOfPlan() bool { return r == Unplanned || r == Unwanted }

// Refusal is one no, with its reason. Message follows the wire's wording and never repeats a value.
type Refusal struct {
	At      int // zero-based place in the request; -1 for the request as a whole
	Reason  Reason
	Field   string // "properties.time"; empty when it is the whole record
	Message string
	// Name and InsertID repeat the event's own, for the answer of strict imports.
	Name     string
	InsertID string
}

// Tally counts what happened at the door.
type Tally struct {
	Received uint64            `json:"received"`
	Refused  map[Reason]uint64 `json:"refused"`
	Changed  Changes           `json:"changed,omitempty"` // values in events that were kept
}

// Add joins u into t.
func (t *Tally) Add(u Tally) {
	t.Received += u.Received
	for r, n := range u.Refused {
		if t.Refused == nil {
			t.Refused = make(map[Reason]uint64)
		}
		t.Refused[r] += n
	}
	t.Changed.AddAll(u.Changed)
}

// TallyOf counts one request: so many records accepted and these refusals.
func TallyOf(accepted int, refusals []Refusal) Tally {
	t := Tally{Received: uint64(accepted + len(refusals))}
	for _, r := range refusals {
		t.Add(Tally{Refused: map[Reason]uint64{r.Reason: 1}})
	}
	return t
}

// RefuseIf takes the events for which why returns a reason out of the batch and notes their refusals. It keeps the
// order of the rest.
func (b *Batch) RefuseIf(why func(*Event) (Refusal, bool)) {
	kept := b.Events[:0]
	for i := range b.Events {
		e := &b.Events[i]
		if r, no := why(e); no {
			r.At, r.Name, r.InsertID = e.At, e.Name, e.InsertID
			b.Refusals = append(b.Refusals, r)
			continue
		}
		kept = append(kept, *e)
	}
	clear(b.Events[len(kept):])
	b.Events = kept
}
