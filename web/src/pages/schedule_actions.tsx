import { ask, path } from "../client";
import { Action } from "../parts/action";
import { go, to } from "../route";
import type { Schedule } from "../types";

/** What can be done to a schedule as it stands. */
export function ScheduleActions({ schedule, alone = false }: { schedule: Schedule; alone?: boolean }) {
  const { schedule_id: id, paused } = schedule;
  const turn = paused ? "resume" : "pause";
  return (
    <span class="buttons">
      <Action
        needs="operator"
        about={id}
        run={async () => {
          const { job_id } = await ask<{ job_id: string }>("POST", path`schedules/${id}/run`);
          return `${job_id} is made.`;
        }}
      >
        Run now
      </Action>
      <Action
        needs="operator"
        about={id}
        run={async () => {
          await ask("POST", path`schedules/${id}/${turn}`);
          return `${id} ${paused ? "goes on" : "is paused"}.`;
        }}
      >
        {paused ? "Resume" : "Pause"}
      </Action>
      {alone && <Remove id={id} />}
    </span>
  );
}

function Remove({ id }: { id: string }) {
  return (
    <Action
      needs="admin"
      kind="danger"
      question={{
        title: `Remove ${id}?`,
        text: "It fires no more. Jobs that it has made stay.",
        yes: "Remove",
        danger: true,
      }}
      run={async () => {
        await ask("DELETE", path`schedules/${id}`);
        go(to("schedules"));
        return `${id} is removed.`;
      }}
    >
      Remove
    </Action>
  );
}
