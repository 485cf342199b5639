import { SegmentedControl } from "@mantine/core";
import { type ReactNode, type RefObject, useState } from "react";
import { Download } from "../download/download";
import type { Sheet } from "../download/sheet";
import { useVoice } from "../language/language";

export type TablesProps = {
  title: string;
  views: { value: string; label: string; table: ReactNode }[];
  first?: string;
  // sheet is what is downloaded as a file of rows; picture holds what is drawn, if anything is.
  sheet: () => Sheet;
  picture: RefObject<HTMLElement | null>;
};

// Tables shows the numbers of an answer, and hands them and the picture out as files.
export function Tables({ title, views, first, sheet, picture }: TablesProps) {
  const { t } = useVoice();
  const [chosen, setChosen] = useState<string>();
  const view = views.find((v) => v.value === (chosen ?? first)) ?? views[0];
  return (
    <div className="card tables">
      <div className="tables-head">
        {views.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label={t("table.view")}
            value={view?.value ?? ""}
            onChange={setChosen}
            data={views.map(({ value, label }) => ({ value, label }))}
          />
        )}
        <div className="spread" />
        <Download title={title} sheet={sheet} picture={picture} />
      </div>
      {view?.table}
    </div>
  );
}
