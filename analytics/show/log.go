package show

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"jejak/ground/access"
)

// LogPage is a stretch of the audit log, the newest entry first.
type LogPage struct {
	Size       int64             `json:"size" doc:"Entries in the log."`
	From       int64             `json:"from" doc:"The number of the last entry below; those before it are on the next page."`
	Entries    []json.RawMessage `json:"entries" nullable:"false"`
	Checkpoint string            `json:"checkpoint" doc:"The newest signed checkpoint: kept elsewhere, it proves what was in the log."`
}

// LogProof shows that an entry is in the log.
type LogProof struct {
	Index      int64           `json:"index"`
	Entry      json.RawMessage `json:"entry"`
	Proof      []string        `json:"proof" nullable:"false" doc:"Hashes from the entry to the root (RFC 6962), base64."`
	Checkpoint string          `json:"checkpoint"`
}

type (
	logPage struct {
		Before int64 `query:"before" minimum:"0" doc:"Entries with lower numbers; absent: the newest."`
		Limit  int   `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	}
	oneEntry struct {
		Index int64 `path:"index" minimum:"0"`
	}
)

func (s *server) offerLog(api huma.API) {
	register(s, api, operation("readAuditLog", http.MethodGet, "/audit", "What privileged acts were done", bySession), s.readLog)
	register(s, api, operation("proveAuditEntry", http.MethodGet, "/audit/{index}", "Proof that an entry is in the log", bySession), s.proveEntry)
}

func (s *server) readLog(ctx context.Context, in *logPage) (*answered[LogPage], error) {
	if err := access.May(ctx, 0, access.ReadLog); err != nil {
		return nil, err
	}
	page := LogPage{Size: s.Audit.Size(), Entries: []json.RawMessage{}, Checkpoint: string(s.Audit.Checkpoint())}
	page.From = page.Size
	if in.Before > 0 {
		page.From = min(in.Before, page.Size)
	}
	for len(page.Entries) < in.Limit && page.From > 0 {
		entry, err := s.Audit.Entry(page.From - 1)
		if err != nil {
			return nil, err
		}
		page.From--
		page.Entries = append(page.Entries, entry)
	}
	return answer(page), nil
}

func (s *server) proveEntry(ctx context.Context, in *oneEntry) (*answered[LogProof], error) {
	if err := access.May(ctx, 0, access.ReadLog); err != nil {
		return nil, err
	}
	if in.Index >= s.Audit.Size() {
		return nil, access.ErrNotFound
	}
	entry, err := s.Audit.Entry(in.Index)
	if err != nil {
		return nil, err
	}
	hashes, checkpoint, err := s.Audit.Prove(in.Index)
	proof := LogProof{Index: in.Index, Entry: entry, Proof: []string{}, Checkpoint: string(checkpoint)}
	for _, h := range hashes {
		proof.Proof = append(proof.Proof, h.String())
	}
	return answer(proof), err
}
