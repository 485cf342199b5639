import { useVoice } from "../language/language";
import type { ResultLine } from "./result";
import { Change, writeValue } from "./result-table";

// Numbers shows each total large, with its change when it is compared.
export function Numbers({ lines, compared }: { lines: ResultLine[]; compared: boolean }) {
  const voice = useVoice();
  return (
    <div className="numbers">
      {lines.map((line) => (
        <div className="number" key={line.key}>
          <div className="muted cut" title={line.label}>
            {line.label}
          </div>
          <div className="number-value">{writeValue(line.cell, line.cell.series.total, voice)}</div>
          {compared && (
            <div className="muted">
              <Change cell={line.cell} />{" "}
              {voice.t("number.from", { before: writeValue(line.cell, line.cell.before?.total, voice) })}
            </div>
          )}
        </div>
      ))}
    </div>
  );
}
