import { several, words } from "../format";
import type { Job } from "../types";

const TONES: Record<string, string> = {
  completed: "good",
  ready: "good",
  closed: "good",
  running: "good",
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

/** How a queue stands: it runs unless something of it is held. */
export function QueueBadges(of: { paused: boolean; paused_types: number; closed?: boolean }) {
  const { paused, closed, paused_types: held } = of;
  return (
    <span class="badges">
      {paused && <Badge of="paused" />}
      {closed && <Badge of="takes no jobs" tone="warn" />}
      {held > 0 && <Badge of={`${several(held, "type")} paused`} tone="warn" />}
      {!paused && !closed && !held && <Badge of="running" />}
    </span>
  );
}

const HELD: Record<string, string> = {
  circuit: "held by its circuit",
  paused: "held: its type is paused",
  unroutable: "held: no worker takes it",
};

/** The status of a job, and what holds it where something does; with `all` any other reason as well. */
export function StatusBadges({ of: { status, reason }, all = false }: { of: Job; all?: boolean }) {
  const held = status === "scheduled" && reason ? HELD[reason] : undefined;
  return (
    <span class="badges">
      <Badge of={status} />
      {held ? <Badge of={held} tone="warn" /> : all && reason && <Badge of={reason} />}
    </span>
  );
}
