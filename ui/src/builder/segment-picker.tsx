import { useVoice } from "../language/language";
import { Picker } from "./picker";
import { keyOf, nameOf, type Segment, useValueWords } from "./value";

type SegmentPickerProps = { segments: Segment[]; chosen: Segment; onPick: (key: string) => void };

// SegmentPicker chooses the segment that is shown, where only one is at a time.
export function SegmentPicker({ segments, chosen, onPick }: SegmentPickerProps) {
  const { t } = useVoice();
  const words = useValueWords();
  if (segments.length < 2) return null;
  return (
    <div className="row">
      <span className="muted">{t("table.shown")}</span>
      <Picker
        label={t("table.segment")}
        className="piece piece-strong"
        groups={[{ options: segments.map((s) => ({ value: keyOf(s), label: nameOf(s, words) })) }]}
        onPick={onPick}
      >
        {nameOf(chosen, words)}
      </Picker>
    </div>
  );
}
