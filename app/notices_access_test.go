package app

import (
	"maps"

	"jejak/ground/access"
)

func init() {
	const words = `{"en":"x","id":"x"}`
	maps.Copy(needs, map[string]need{
		"listNotices": {act: access.Follow}, "getNotices": {act: access.Follow}, "previewNotices": {act: access.Follow},
		"planNotices": {act: access.Respond, body: `{"version":1,"directory":"d","company":"C","domain":"c.example","contact":"a@c.example","page":"https://c.example/i","source":"S","happened":` +
			words + `,"did":` + words + `,"rights":` + words + `,"next_update":"2025-11-28T09:00:00Z"}`},
		"releaseNotices": {act: access.Respond}, "pauseNotices": {act: access.Respond, body: `{"why":"w"}`}, "resumeNotices": {act: access.Respond},
		"decideNotices": {act: access.Respond, body: `{"decision":"sent"}`}, "reconcileNotices": {act: access.Respond},
	})
}
