import { pretty } from "../format";
import type { Rule, Schedule } from "../types";

export const KINDS = ["cron", "every", "at"] as const;

/** A schedule as the form has it: texts. */
export interface Draft {
  id: string;
  type: string;
  kind: string;
  when: string;
  timezone: string;
  priority: string;
  misfire: string;
  overlap: string;
  jitter: string;
  most: string;
  payload: string;
  /** What the form does not show, and leaves as it is. */
  kept: string;
}

/** Returns what a schedule is in the form; that of none begins a new one. */
export function draftOf(schedule?: Schedule): Draft {
  const rule: Rule = schedule?.rule ?? { cron: "" };
  const { cron, every, at, timezone, jitter, max_runs, ...rest } = rule;
  const { misfire = "latest", overlap = "allow", ...policy } = schedule?.policy ?? {};
  return {
    id: schedule?.schedule_id ?? "",
    type: schedule?.job_type ?? "",
    kind: every ? "every" : at ? "at" : "cron",
    when: cron ?? every ?? at ?? "",
    timezone: timezone ?? "UTC",
    priority: schedule?.priority ?? "normal",
    misfire,
    overlap,
    jitter: jitter ?? "",
    most: max_runs ? String(max_runs) : "",
    payload: pretty(schedule?.payload ?? {}),
    kept: JSON.stringify({ rule: rest, policy }),
  };
}

export function ruleOf(draft: Draft): Rule {
  const { gap, fold, ...kept } = (JSON.parse(draft.kept) as { rule: Rule }).rule;
  const clock = { ...(gap && { gap }), ...(fold && { fold }), timezone: draft.timezone || "UTC" };
  return {
    ...kept,
    [draft.kind]: draft.when,
    ...(draft.kind === "cron" && clock),
    ...(draft.jitter && { jitter: draft.jitter }),
    ...(draft.most && { max_runs: Number(draft.most) }),
  };
}

/** Returns what the API takes as a schedule. */
export function wantedOf(draft: Draft): unknown {
  const { type, priority, misfire, overlap } = draft;
  return {
    ...(JSON.parse(draft.kept) as { policy: object }).policy,
    job_type: type,
    payload: JSON.parse(draft.payload) as unknown,
    rule: ruleOf(draft),
    priority,
    misfire,
    overlap,
  };
}
