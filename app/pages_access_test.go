package app

import (
	"maps"

	"jejak/ground/access"
)

func init() {
	maps.Copy(needs, map[string]need{
		"getPage": {act: access.Respond}, "savePage": {act: access.Respond, body: `{"state":"investigating"}`}, "askToPublishPage": {act: access.Respond},
		"listAskedPage": {act: access.Approve}, "readAskedPage": {act: access.Approve}, "publishPage": {act: access.Respond, body: `{"approval":"none"}`},
	})
}
