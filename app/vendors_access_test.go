package app

import (
	"maps"
	"strings"

	"jejak/ground/access"
)

func init() {
	const aVendor = `{"name":"V","services":[{"name":"s","flows":[{"classes":["user.name"],"direction":"to","hosts":["api.example.com"],"basis":"contract","retention_days":30}]}]}`
	maps.Copy(needs, map[string]need{
		"listVendors": {act: access.Follow}, "createVendor": {act: access.Respond, body: aVendor}, "getVendor": {act: access.Follow},
		"changeVendor": {act: access.Respond, body: aVendor}, "listVendorFindings": {act: access.Follow}, "addVendorRecording": {act: access.Respond, body: "{}"},
		"planVendorCut": {act: access.Respond}, "getVendorCut": {act: access.Follow}, "cutOffVendor": {act: access.Respond, body: "{}"},
		"restoreVendor": {act: access.Respond}, "doVendorStep": {act: access.Respond}, "takeVendorOutOfPolicy": {act: access.Respond, body: `{"policy":""}`},
		"stateVendorSilence": {act: access.Respond}, "listVendorExits": {act: access.Follow}, "askVendorDeletion": {act: access.Respond},
		"getDeletionLetter": {act: access.Respond}, "remindVendor": {act: access.Respond},
		"proveVendorDeletion": {act: access.Respond, body: `{"sha256":"` + strings.Repeat("0", 64) + `","what":"all"}`},
		"listVendorQuestions": {act: access.Follow}, "listVendorReviews": {act: access.Follow}, "openVendorReview": {act: access.Respond, body: `{"reason":"yearly"}`},
		"answerVendorReview": {act: access.Respond, body: `{"answers":{}}`}, "reviewVendorsAfter": {act: access.Respond, body: `{"vendor":1}`},
	})
}
