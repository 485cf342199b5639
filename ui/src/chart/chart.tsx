import "./chart.css";
import { lazy, Suspense } from "react";
import type { Drawing } from "./line";

const Picture = lazy(() => import("./picture"));

// Chart is a picture of a drawing. Its code comes when the first one is needed; until then the space is kept.
export function Chart({ drawing, label }: { drawing: Drawing; label: string }) {
  return (
    <Suspense fallback={<div className="chart" aria-busy="true" />}>
      <Picture drawing={drawing} label={label} />
    </Suspense>
  );
}
