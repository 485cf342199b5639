// Painters draw a chart once more, as SVG; by the element that shows it. Charts on a canvas register theirs.
export const painters = new WeakMap<Element, (width: number, height: number) => string>();

export type Painted = { text: string; width: number; height: number };

// svgOf is the picture in an element as an SVG that stands alone, in the colours of the theme that is on.
export function svgOf(place: HTMLElement): Painted | undefined {
  const chart = place.querySelector(".chart");
  const paint = chart && painters.get(chart);
  if (chart && paint) {
    const { clientWidth: width, clientHeight: height } = chart;
    return { text: paint(width, height), width, height };
  }
  const figure = place.querySelector<SVGSVGElement>("svg.figure");
  return figure ? standing(figure) : undefined;
}

const looks = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-dasharray",
  "opacity",
  "font-size",
  "font-weight",
  "font-family",
  "text-anchor",
  "dominant-baseline",
];

// standing copies a figure with the looks that the page's style gives it written into it.
function standing(figure: SVGSVGElement): Painted {
  const { width, height } = figure.getBoundingClientRect();
  const copy = figure.cloneNode(true) as SVGSVGElement;
  const parts = figure.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((part, i) => {
    const original = parts[i];
    if (!original) return;
    const style = getComputedStyle(original);
    for (const look of looks) part.setAttribute(look, style.getPropertyValue(look));
    part.removeAttribute("style");
    part.removeAttribute("class");
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", getComputedStyle(figure).getPropertyValue("--card").trim());
  copy.prepend(ground);
  return { text: new XMLSerializer().serializeToString(copy), width, height };
}
