/** What the server tells of the whole deployment, twice a second. */

import type { Priority } from "./types";

export interface Trouble {
  about: "jobs" | "queues" | "workers" | "circuits" | "schedules" | "store";
  code: string;
  severity: "critical" | "warning";
  message: string;
  mend: string;
  /** What is typed for that, at a terminal. */
  command: string;
  /** The queue, worker or circuit that is meant, where it is one. */
  name: string | null;
  /** The type of jobs that may be paused in the queue that is meant, or is. */
  job_type: string | null;
}

export interface Point {
  at: string;
  completed: number;
  failed: number;
  waiting: number;
  active: number;
}

export interface BusyQueue {
  queue: string;
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
  oldest_waiting_seconds: number | null;
  paused: boolean;
  paused_types: number;
}

export interface Overview {
  at: string;
  backend: { answers: boolean; error: string | null };
  counts: Record<"waiting" | "active" | "delayed" | "completed" | "failed", number>;
  waiting_by_priority: Record<Priority, number>;
  oldest_waiting_seconds: number | null;
  rates: { completed: number; failed: number };
  /** `p95_within` is a bound that 95 of 100 jobs kept; null beyond what is told apart. */
  latency: { p50: number | null; p95: number | null; p95_within: number | null } | null;
  workers: Record<"ready" | "not_ready" | "silent" | "slots" | "active", number>;
  circuits: { open: number; half_open: number };
  queues: { all: number; paused: number; busiest: BusyQueue[] };
  history: Point[];
  troubles: Trouble[];
}

const KEPT_MS = 5 * 60_000;

/** Returns the newer overview with the points of the older one before its own. */
export function continued(older: Overview | null, newer: Overview): Overview {
  const first = Date.parse(newer.history[0]?.at ?? newer.at);
  const since = Date.parse(newer.at) - KEPT_MS;
  const before = (older?.history ?? []).filter((point) => {
    const at = Date.parse(point.at);
    return since <= at && at < first;
  });
  return { ...newer, history: [...before, ...newer.history] };
}
