import { words } from "../format";

const TONES: Record<string, string> = {
  completed: "good",
  ready: "good",
  closed: "good",
  failed: "bad",
  critical: "bad",
  open: "bad",
  silent: "bad",
  retrying: "warn",
  cancelling: "warn",
  warning: "warn",
  paused: "warn",
  not_ready: "warn",
  "half-open": "warn",
  processing: "busy",
  high: "busy",
  ERROR: "bad",
  CRITICAL: "bad",
  WARNING: "warn",
};

/** A word of the system with its colour; the word says all that the colour does. */
export function Badge({ of, tone }: { of: string; tone?: string }) {
  return <span class={`badge ${tone ?? TONES[of] ?? ""}`}>{words(of)}</span>;
}
