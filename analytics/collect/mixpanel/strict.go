package mixpanel

import (
	"cmp"
	"net/http"
	"slices"

	"jejak/analytics/collect"
	"jejak/event"
)

// success is the strict answer when nothing was refused.
type success struct {
	Code     int    `json:"code"`
	Imported int    `json:"num_records_imported"`
	Status   string `json:"status"`
}

// failure is the strict answer when something was. Failed is a list of failedRecord, or of strings for identity verbs.
type failure struct {
	Code     int    `json:"code"`
	Error    string `json:"error"`
	Status   string `json:"status"`
	Imported int    `json:"num_records_imported"`
	Failed   any    `json:"failed_records"`
}

// failedRecord carries the insert id under both names that the wire's documents give it.
type failedRecord struct {
	Index          int    `json:"index"`
	InsertID       string `json:"insert_id"`
	DollarInsertID string `json:"$insert_id"`
	Field          string `json:"field"`
	Message        string `json:"message"`
}

const (
	someFailed     = "some data points in the request failed validation"
	noIdentityVerb = "identity events are not allowed when project is using simplified identity management"
)

// sayStrict answers strict=1: the good records are kept all the same, the others are named (section 1.5 of the wire).
func sayStrict(w http.ResponseWriter, o outcome) {
	if o.good > 0 && len(o.refusals) == 0 {
		collect.WriteJSON(w, http.StatusOK, success{http.StatusOK, o.good, "OK"})
		return
	}
	f := failure{http.StatusBadRequest, someFailed, http.StatusText(http.StatusBadRequest), o.good, failed(o.refusals)}
	if len(o.refusals) == 0 {
		f.Error = collect.Empty
	} else if o.refusals[0].At < 0 {
		f.Error = o.refusals[0].Message
	}
	collect.WriteJSON(w, f.Code, f)
}

func failed(refusals []event.Refusal) any {
	if slices.ContainsFunc(refusals, func(r event.Refusal) bool { return r.Reason == event.IdentityVerb }) {
		return []string{noIdentityVerb}
	}
	list := make([]failedRecord, 0, len(refusals))
	for _, r := range refusals {
		if r.At >= 0 {
			list = append(list, failedRecord{r.At, r.InsertID, r.InsertID, r.Field, r.Message})
		}
	}
	slices.SortStableFunc(list, func(a, b failedRecord) int { return cmp.Compare(a.Index, b.Index) })
	return list
}
