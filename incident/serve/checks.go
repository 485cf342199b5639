package serve

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"jejak/exposure"
	"jejak/incident/verify"
)

// Checks is what is served of how notices are checked. It checks access first.
type Checks interface {
	Checks(ctx context.Context, incident exposure.IncidentID) (verify.Checks, error)
}

// NoticeChecks are those of one incident.
type NoticeChecks struct {
	Fixed   []FixedNotices `json:"fixed" doc:"The notices of each version, as they were fixed before the first was sent."`
	Replays []CodeReplay   `json:"replays" doc:"Codes that were looked up from more networks than one person goes to: copies of the notice are sent around. The newest 100."`
}

// FixedNotices are all notices of one version.
type FixedNotices struct {
	Version int    `json:"version"`
	Notices int64  `json:"notices"`
	Root    string `json:"root" doc:"Of the Merkle tree over all of them, base 64."`
	Entry   int64  `json:"entry" doc:"Of the audit log, in which the root is."`
}

// CodeReplay is one code.
type CodeReplay struct {
	Noticed time.Time `json:"noticed_at"`
}

func offerChecks(api huma.API, fail Fail, c Checks) {
	register(api, fail, operation("getNoticeChecks", http.MethodGet, "/incidents/{incident}/notices/checks", "How the notices of an incident are checked"),
		func(ctx context.Context, in *OneIncident) (*answered[NoticeChecks], error) {
			k, err := c.Checks(ctx, exposure.IncidentID(in.Incident))
			return answer(checked(k)), err
		})
}

func checked(k verify.Checks) NoticeChecks {
	out := NoticeChecks{[]FixedNotices{}, []CodeReplay{}}
	for _, f := range k.Fixed {
		out.Fixed = append(out.Fixed, FixedNotices{f.Version, f.Size, f.Root.String(), f.Entry})
	}
	for _, r := range k.Replays {
		out.Replays = append(out.Replays, CodeReplay{r.At})
	}
	return out
}
