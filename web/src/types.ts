/** What the REST API answers, as far as the page reads it. */

export type Role = "viewer" | "operator" | "admin";

export interface Session {
  name: string;
  role: Role;
  queues: string[];
  types: string[];
}

export const STATUSES = [
  "queued",
  "scheduled",
  "blocked",
  "processing",
  "cancelling",
  "retrying",
  "completed",
  "failed",
  "cancelled",
] as const;
export type Status = (typeof STATUSES)[number];

export const PRIORITIES = ["critical", "high", "normal", "low"] as const;
export type Priority = (typeof PRIORITIES)[number];

export interface AttemptError {
  attempt: number;
  at: string;
  code: string;
  type: string;
  message: string;
  traceback: string;
}

export interface Job {
  job_id: string;
  job_type: string;
  queue: string;
  status: Status;
  reason: string | null;
  priority: Priority;
  attempts: number;
  crashes: number;
  progress: number;
  message: string;
  created_at: string;
  due_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  worker_lane: string | null;
  payload: unknown;
  result: unknown;
  errors: AttemptError[];
}

export interface DeadLetter extends Job {
  revision: string;
}

export interface Explanation {
  code: string;
  sentence: string;
  mend: string;
  starts_at: string | null;
}

export interface LogLine {
  at: string;
  level: string;
  attempt: number;
  text: string;
}

export interface Cause {
  queue: string;
  job_type: string;
  reason: string | null;
  error: string | null;
  count: number;
  first_at: string;
  last_at: string;
  example: string;
  message: string;
}

export interface Summary {
  groups: Cause[];
  total: number;
  more: boolean;
}

export interface Policy {
  paused: boolean;
  closed: boolean;
  max_jobs: number;
  wait_for_room: string;
  age_after: string | null;
  paused_types: string[];
}

export interface Queue {
  now: Partial<Record<Status, number>>;
  ever: Partial<Record<Status, number>>;
  waiting: Partial<Record<Priority, number>>;
  policy: Policy;
  /** Jobs a second; null until the server has looked twice, and where nobody looks at the overview. */
  rates: { arrivals: number; completed: number } | null;
}

export interface Rule {
  cron?: string;
  every?: string;
  at?: string;
  timezone?: string;
  gap?: string;
  fold?: string;
  start?: string;
  end?: string;
  max_runs?: number;
  jitter?: string;
}

export interface Schedule {
  schedule_id: string;
  job_type: string;
  queue: string;
  rule: Rule;
  policy: { misfire: string; misfire_limit: number; deadline?: string; overlap: string };
  priority: Priority;
  paused: boolean;
  over: boolean;
  next_at: string | null;
  last_at: string | null;
  fired: number;
  payload: unknown;
}

export interface FireTime {
  at: string;
  local: string;
  note: string | null;
}

export interface JobType {
  job_type: string;
  queue: string;
  priority: Priority;
}

export interface Worker {
  worker: string;
  state: "ready" | "not_ready" | "silent";
  why: string;
  host: string;
  pid: number;
  release: string;
  started_at: string;
  age_seconds: number;
  queues: string[];
  job_types: Record<string, number>;
  slots: number;
  active: number;
  per_second: number;
}

export interface Circuit {
  circuit: string;
  state: "closed" | "half-open" | "open";
  failures: number;
  changed_at: string | null;
  open_until: string | null;
  by_hand: boolean;
  probes: string[];
  last_error: string | null;
  failing_since: string | null;
  job_types: { job_type: string; queue: string }[];
  back_within_seconds: number | null;
}
