package notify

import (
	"context"

	"jejak/exposure"
	"jejak/ground/access"
	"jejak/incident/notify/text"
)

// Preview shows the texts of a version, one of each kind, audience and locale, as somebody reads them who lost the given classes;
// none: all that there are. They are made for nobody. It needs Follow. ErrNotFound.
func (s *Service) Preview(ctx context.Context, i exposure.IncidentID, n int, lost []exposure.Class) ([]text.Sample, error) {
	if err := access.May(ctx, installation, access.Follow); err != nil {
		return nil, err
	}
	v, err := s.version(ctx, i, n)
	if err != nil {
		return nil, err
	}
	if len(lost) == 0 {
		lost = exposure.Classes()
	}
	return text.Samples(v.facts, lost)
}
