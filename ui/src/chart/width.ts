import { useEffect, useRef, useState } from "react";

// useWidth is the width of an element in pixels, for figures that are laid out by us.
export function useWidth<T extends HTMLElement>() {
  const place = useRef<T>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!place.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return [place, width] as const;
}

let ruler: CanvasRenderingContext2D | null | undefined;

// cutText shortens a text to a width in pixels.
export function cutText(text: string, width: number, size = 12.5, weight = 400): string {
  ruler ??= document.createElement("canvas").getContext("2d");
  if (!ruler) return text;
  ruler.font = `${weight} ${size}px "Inter Variable", system-ui, sans-serif`;
  if (ruler.measureText(text).width <= width) return text;
  const signs = [...text];
  let fits = Math.min(signs.length, Math.floor(width / 3));
  while (fits > 0 && ruler.measureText(`${signs.slice(0, fits).join("")}…`).width > width) fits--;
  return `${signs.slice(0, fits).join("")}…`;
}
