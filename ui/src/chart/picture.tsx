import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import { painters } from "../download/paint";
import { init } from "./echarts";
import type { Drawing } from "./line";
import { optionsOf, type Palette } from "./options";

type Instance = ReturnType<typeof init>;

// Picture draws on a canvas and redraws when its drawing, its size or the theme changes.
export default function Picture({ drawing, label }: { drawing: Drawing; label: string }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<Instance>(null);
  const scheme = useComputedColorScheme("light");

  useEffect(() => {
    if (!place.current) return;
    const made = init(place.current, null, { renderer: "canvas" });
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes the palette, which is read from styles
  useEffect(() => {
    const made = chart.current;
    if (!place.current || !made) return;
    const scale = () => ({
      heightOf: (value: number) => made.convertToPixel({ yAxisIndex: 0 }, value),
      floor: made.getHeight(),
    });
    const palette = paletteOf(place.current);
    made.setOption(optionsOf(drawing, palette, scale), true);
    painters.set(place.current, (width, height) => {
      const still = init(null, null, { renderer: "svg", ssr: true, width, height });
      still.setOption({ ...optionsOf(drawing, palette, scale), backgroundColor: palette.card });
      const text = still.renderToSVGString();
      still.dispose();
      return text;
    });
  }, [drawing, scheme]);

  return <div ref={place} className="chart" role="img" aria-label={label} />;
}

function paletteOf(place: HTMLElement): Palette {
  const style = getComputedStyle(place);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const eight = (prefix: string) => Array.from({ length: 8 }, (_, i) => colour(`--${prefix}-${i + 1}`));
  return {
    muted: colour("--muted"),
    line: colour("--line"),
    card: colour("--card"),
    ink: colour("--ink"),
    series: eight("series"),
    labels: eight("label"),
    other: colour("--other"),
  };
}
