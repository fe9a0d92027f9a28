import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Point } from "../overview";
import { theme } from "../theme";

export interface Line {
  label: string;
  of: "completed" | "failed" | "waiting" | "active";
  /** The custom property that has its colour. */
  colour: string;
}

const HEIGHT = 190;
const dark = matchMedia("(prefers-color-scheme: dark)");

/** Lines over the last minutes. */
export function Chart({ title, points, lines }: { title: string; points: Point[]; lines: Line[] }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const data: uPlot.AlignedData = [
    points.map((point) => Date.parse(point.at) / 1000),
    ...lines.map((line) => points.map((point) => point[line.of])),
  ];
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const draw = () => {
      plot.current?.destroy();
      plot.current = new uPlot(options(element, lines), data, element);
    };
    draw();
    const sized = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }));
    sized.observe(element);
    dark.addEventListener("change", draw);
    return () => {
      sized.disconnect();
      dark.removeEventListener("change", draw);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [theme.value]);
  useEffect(() => plot.current?.setData(data), [points]);
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <div ref={place} />
    </figure>
  );
}

function options(element: HTMLElement, lines: Line[]): uPlot.Options {
  const axis = { stroke: colour(element, "--quiet"), grid: { stroke: colour(element, "--line"), width: 1 }, ticks: { show: false } };
  return {
    width: element.clientWidth || 300,
    height: HEIGHT,
    scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      { ...axis, values: "{HH}:{mm}:{ss}", space: 90, size: 26 },
      { ...axis, size: 46, values: (_, ticks) => ticks.map(short) },
    ],
    series: [
      { label: "at", value: "{HH}:{mm}:{ss}" },
      ...lines.map((line) => ({
        label: line.label,
        stroke: colour(element, line.colour),
        width: 2,
        points: { show: false },
        value: (_: uPlot, number: number | null) => (number === null ? "–" : short(number)),
      })),
    ],
    cursor: { y: false, drag: { x: false, y: false } },
  };
}

function short(number: number): string {
  return new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 }).format(number);
}

/** Returns a colour as the browser sees it: a canvas knows no custom properties. */
function colour(element: HTMLElement, property: string): string {
  element.style.color = `var(${property})`;
  const seen = getComputedStyle(element).color;
  element.style.color = "";
  return seen;
}
