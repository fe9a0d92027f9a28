import { useState } from "preact/hooks";
import { path } from "../client";
import { useFetched } from "../fetched";
import { Shown } from "../parts/shown";
import { Facts, Json, QueueLink, Section, When } from "../parts/values";
import { to } from "../route";
import type { Schedule } from "../types";
import { may } from "../who";
import { FireTimes } from "./fire_times";
import { ScheduleActions } from "./schedule_actions";
import { ScheduleForm } from "./schedule_form";
import { ScheduleState, told } from "./schedules";

/** One schedule: what it makes, when, and what it does about times that were missed. */
export function SchedulePage({ id }: { id: string }) {
  const found = useFetched<Schedule>(path`schedules/${id}`);
  return (
    <>
      <p class="crumb">
        <a href={to("schedules")}>Schedules</a>
      </p>
      <h1 class="mono">{id}</h1>
      <Shown of={found}>{(schedule) => <Known schedule={schedule} />}</Shown>
    </>
  );
}

function Known({ schedule }: { schedule: Schedule }) {
  const [edits, setEdits] = useState(false);
  const { rule, policy } = schedule;
  return (
    <>
      <div class="bar">
        <ScheduleState schedule={schedule} />
        <span class="buttons">
          {may("admin") && (
            <button type="button" onClick={() => setEdits(true)}>
              Edit
            </button>
          )}
          <ScheduleActions schedule={schedule} alone />
        </span>
      </div>
      {edits && <ScheduleForm of={schedule} close={() => setEdits(false)} />}
      <Section title="Facts">
        <Facts
          of={[
            ["Type", schedule.job_type],
            ["Queue", <QueueLink name={schedule.queue} />],
            ["Rule", told(rule)],
            ["Priority", schedule.priority],
            ["Next", <When at={schedule.next_at} />],
            ["Last", <When at={schedule.last_at} />],
            ["Fired", schedule.fired],
            ["Missed times", policy.misfire],
            ["Overlap", policy.overlap],
            ["Deadline", policy.deadline],
            ["Jitter", rule.jitter],
            ["At most", rule.max_runs && `${rule.max_runs} times`],
            ["From", rule.start],
            ["Until", rule.end],
          ]}
        />
      </Section>
      <div class="pair">
        <Section title="Next times">
          <FireTimes rule={rule} />
        </Section>
        <Section title="Payload">
          <Json value={schedule.payload} label="Payload" />
        </Section>
      </div>
    </>
  );
}
