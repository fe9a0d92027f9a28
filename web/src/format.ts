/** Numbers and times as people read them. */

export function count(number: number | undefined): string {
  return (number ?? 0).toLocaleString("en");
}

/** Writes "1 job", "2 jobs". */
export function several(number: number, what: string): string {
  return `${count(number)} ${what}${number === 1 ? "" : "s"}`;
}

export function rate(perSecond: number): string {
  return perSecond >= 100 ? count(Math.round(perSecond)) : perSecond.toFixed(perSecond ? 1 : 0);
}

const UNITS: [number, string][] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
];

/** Writes seconds with one unit: "340 ms", "3.2 s", "5 min". */
export function span(seconds: number | null | undefined): string {
  if (seconds == null) return "–";
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  for (const [size, unit] of UNITS) {
    if (seconds >= size * 2) return `${Math.round(seconds / size)} ${unit}`;
  }
  return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}

/** Writes how far an instant is from now: "5 min ago", "in 12 s". */
export function fromNow(instant: string, now = Date.now()): string {
  const seconds = (now - Date.parse(instant)) / 1000;
  const whole = Math.round(Math.abs(seconds));
  if (whole < 1) return "now";
  const far = whole < 10 ? `${whole} s` : span(whole);
  return seconds > 0 ? `${far} ago` : `in ${far}`;
}

/** Writes an instant in the reader's own time, to the second. */
export function local(instant: string): string {
  return new Date(instant).toLocaleString("sv-SE");
}

/** Writes JSON so that it can be read; a text stands as it is. */
export function pretty(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** "not_ready" as words. */
export function words(code: string): string {
  return code.replaceAll("_", " ");
}
