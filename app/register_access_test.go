package app

import (
	"maps"

	"jejak/ground/access"
)

func init() {
	maps.Copy(needs, map[string]need{
		"listIncidents": {act: access.Follow}, "createIncident": {act: access.Respond, body: `{"title":"T","role":"controller"}`},
		"getIncident": {act: access.Follow}, "changeIncident": {act: access.Respond, body: `{"version":1,"fields":{"title":"T","role":"controller"}}`},
		"closeIncident": {act: access.Respond, body: `{"lessons":"none"}`},
		"tellIncident":  {act: access.Respond, body: `{"type":"note","happened":{"precision":"unknown"},"source":"S","confidence":"likely","text":"T"}`},
		"listClocks":    {act: access.Follow}, "decideClock": {act: access.Respond, body: `{"kind":"filed"}`}, "listLegalRules": {act: access.Follow},
		"askVendor": {act: access.Respond, body: `{"to":"V","what":"W","due_hours":72}`},
		"getFiling": {act: access.Follow}, "getFilingPage": {act: access.Follow}, "getFilingText": {act: access.Follow},
		"checkStatement": {act: access.Follow, body: `{"text":"T"}`},
		"answerRequest":  {act: access.Respond, body: `{"request":1,"text":"T"}`},
	})
}
