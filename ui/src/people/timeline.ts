import type { Stretch } from "../builder/range";
import { stretchFrom } from "../builder/range";
import { flag, type Raw, text, tidy } from "../builder/read";

// TimelineView is what the address bar holds of a person's page.
export type TimelineView = { range?: Stretch; event?: string; oldest?: boolean };

export const timelineFrom = (search: Raw): TimelineView =>
  tidy({ range: stretchFrom(search.range), event: text(search.event), oldest: flag(search.oldest) });
